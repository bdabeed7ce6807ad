"""What a thought only says again or tells of: words of the question, things that are given, options in a row, units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workbench.analysis.thoughts.words import around, begins, listed_around
from workbench.base import regular_expressions as re

if TYPE_CHECKING:
    from workbench.analysis.targets.forms import Form
    from workbench.analysis.thoughts.text import Thought

_NEAR: Final = 40
_SEPARATORS: Final = (
    rf"(?:[,，、/;|]|(?:[,，]\s*)?(?:(?<!\w)(?:{around('and', 'or')}|nor)(?!\w)"
    rf"|{around('and_or_unspaced', 'or_else_unspaced')}))"
)
_LISTED_AFTER: Final = re.compile(
    rf"[\s\"'”’`*_)]*{_SEPARATORS}\s*[\"'“‘`*_(]*(\w+)[\"'”’`*_)]*\s*(?:{_SEPARATORS}|[.?!:。？！;)]|\Z)"
)
_LISTED_BEFORE: Final = re.compile(rf"(\w+)[\"'”’`*_)]*\s*{_SEPARATORS}\s*\Z")
_TOLD_OF: Final = re.compile(rf"{around('says_what_is_there')}\s*{around('says_how_few')}?\s*\Z")
"""What is said to be there."""
_THINGS: Final = re.compile(r"\s[^\W\d_]{3,}")
_LABEL_BEFORE: Final = re.compile(r"(?<!\w)([^\W\d_]{2,})\s?[:=]\s?[$€£]?\Z")
"""What a value is told of."""
_NAMED_BEFORE: Final = re.compile(r"(?<!\w)[a-z]\s?=\s?[\d.,]+\Z")
_COORDINATE_BEHIND: Final = re.compile(r",\s?[-−]?\d[\d.]*\s?[],)}]")
_COORDINATE_BEFORE: Final = re.compile(r"[\[{(,]\s?[-−]?\d[\d.]*,\s?[-−]?\Z")
_DENOMINATOR: Final = re.compile(
    rf"({around('denominator')})\s?(?:(?:{around('is_said', 'of_a_denominator')}|[:=]|[—–-])\s?){{0,2}}\Z"
)
_RANGE: Final = re.compile(
    rf"{begins([*listed_around('range_from'), *'0123456789从'])}"
    rf"(?:(?<!\w){around('range_from')}\s\w{{0,3}}?\s?[-−]?\d[\d.,]*\s{around('range_to')}|{around('range_unspaced')})\s*\Z"
)
"""The end of a range: *a from 1 to 9*."""
_COMPARED: Final = re.compile(r"\s?[\w%°/]{0,3}\s?(?:=(?!=)|≈|<|>|≤|≥|\\approx|\\le|\\ge|\\lt|\\gt)")
"""What is given, and now worked out or compared: *5/8 = 0.625*, *-5 < -3*."""
_STOP: Final = re.compile(r"[.!?](?=\s)|[。！？\n]")
_IN_OTHER_TERMS: Final = re.compile(
    rf"(?:\s?(?:[=≈:：→]|=>)|\s{around('is_said')}|\s?{around('tells_an_option_unspaced')})[\s$]*\Z"
)
"""Between a value and what it is in other terms."""
_MANY_BEFORE: Final = re.compile(r"(?:[,:]\s\w[\w' -]{1,24},|[、：]\w{1,12}、)\s?\Z")
_MANY_FOLLOW: Final = re.compile(r"(?:,\s(?:\w{1,3}['’\s])?[A-ZÀ-ÞА-Я][\w'-]{1,24}){2,}(?:,|\.|\s\w{1,3}\s)")
_MANY_BEHIND: Final = re.compile(
    rf"(?:\s\([^)]{{1,12}}\))?,\s(?:\w+\s)?\w[\w' -]{{1,24}}(?:,|\s{around('and')}\s|\s?\()|、\w{{1,12}}[、和と。]"
)
"""Names before and behind one that is in a list."""
_TIME: Final = re.compile(rf"\s{around('times')}(?!\w)")
"""Units of time behind a number."""


def is_restated(thought: Thought, start: int, end: int) -> bool:
    """Whether the words around a value are the question's own."""
    before = thought.lower[max(0, start - 10) : end]
    after = thought.lower[start : end + 10]
    if _STOP.search(after, end - start):
        after = ""  # what the next sentence says is not what is said of a value
    named = _NAMED_BEFORE.search(before) if "=" in before else None
    if named is not None and named[0].replace(" ", "") in thought.asked.replace(" ", ""):
        return True  # x = 1, as the question says
    told = any(sign in thought.lower[max(0, start - 4) : start] for sign in ":=")
    label = _LABEL_BEFORE.search(thought.lower, max(0, start - _NEAR), start) if told else None
    if label is not None and _is_given_to(thought.asked, label[1], thought.lower[start:end]):
        return True  # Tim: 3/8, where the question says that Tim eats 3/8
    whole = end - start
    return (len(before) > whole + 4 and before.lstrip() in thought.asked) or (
        len(after) > whole + 4 and after.rstrip() in thought.asked
    )


def _is_given_to(asked: str, name: str, value: str) -> bool:
    """Whether a question says a value of a name, in one breath: *Tim eats 3/8*, *15 litres of juice*."""
    if name not in asked or value not in asked:
        return False
    subject = rf"(?<!\w){re.escape(name)}(?!\w)"
    number = rf"(?<![\w.,/]){re.escape(value)}(?![\w/]|[.,]\d)"
    between = r"[^.?!;,:\n]{0,24}?"
    return re.search(rf"{subject}{between}{number}|{number}{between}{subject}", asked) is not None


def is_told_of(form: Form, thought: Thought, start: int, end: int, window: str) -> bool:
    """Whether a number only counts what is there: *we have 12 pens*, as the question says or does not ask."""
    if form.kind != "number" or not thought.question or not _TOLD_OF.search(window):
        return False
    things = _THINGS.match(thought.lower, end)
    if things is None:
        return False
    return not thought.asks_count or thought.lower[start : things.end()] in thought.asked


def is_listed(form: Form, thought: Thought, start: int, end: int) -> bool:
    """Whether a word stands among others that the question gives to choose from: *positive or negative*."""
    if form.kind != "text":
        return False
    after = _LISTED_AFTER.match(thought.lower, end, end + _NEAR)
    if after is not None and after[1] in thought.asked:
        return True
    before = _LISTED_BEFORE.search(thought.lower, max(0, start - _NEAR), start)
    return before is not None and before[1] in thought.asked


def is_one_of_many(text: str, start: int, end: int) -> bool:
    """Whether a name is one of three or more that are counted up, with more behind it.

    >>> is_one_of_many("It was Akmolinsk, Akmola, Astana, Nur-Sultan, Astana.", 26, 32)
    True
    """
    if _MANY_FOLLOW.match(text, end) and not text[max(0, start - 8) : start].rstrip(" *_\"'“‘«").endswith((":", "：")):
        return True
    return (
        _MANY_BEFORE.search(text, max(0, start - _NEAR), start) is not None
        and _MANY_BEHIND.match(text, end) is not None
    )


def is_denominator(thought: Thought, start: int) -> bool:
    """Whether a number is what parts are brought to, and the question asks for none: *the common denominator is 30*."""
    found = _DENOMINATOR.search(thought.lower, max(0, start - _NEAR), start)
    return found is not None and found[1] not in thought.asked


def ends_range(window: str) -> bool:
    """Whether the words before a number make it the end of a range.

    >>> ends_range("so a goes from 1 to "), ends_range("it goes up to ")
    (True, False)
    """
    return _RANGE.search(window) is not None


def is_compared(thought: Thought, end: int) -> bool:
    """Whether a value is only worked out or compared with another, by what follows it: *-5 < -3*."""
    return _COMPARED.match(thought.lower, end) is not None


def is_given_anew(form: Form, thought: Thought, window: str) -> bool:
    """Whether a fraction that the question gives is only put in other terms: *5/8 = 0.625*."""
    given = form.text.lower()
    if not form.is_fraction or given not in thought.asked:
        return False
    told = _IN_OTHER_TERMS.search(window)
    return told is not None and window[: told.start()].rstrip(" $").endswith(given)


def is_coordinate(text: str, opened: int, start: int, end: int) -> bool:
    """Whether a number is one of several in brackets: (4, 3), [1, 2]."""
    if any(sign in "([{" for sign in text[opened:start]) and _COORDINATE_BEHIND.match(text, end):
        return True
    return (
        text[end : end + 1] in tuple(")]}") and _COORDINATE_BEFORE.search(text, max(0, start - 16), start) is not None
    )


def is_time_not_asked(thought: Thought, end: int) -> bool:
    """Whether a unit of time follows, where the question counts something else: *an hour has sixty minutes*."""
    if not thought.counted:
        return False
    unit = _TIME.match(thought.lower, end)
    return unit is not None and not _TIME.match(" " + thought.counted_word)
