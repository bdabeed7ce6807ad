"""What a thought only says again or tells of: words of the question, things that are given, options in a row, units."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from workbench.analysis.targets.option_letters import options_of
from workbench.analysis.thoughts.words import around, begins, listed_around, words_of
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
    rf"{begins([*listed_around('range_from', 'range_from_unspaced'), *'0123456789'])}"
    rf"(?:(?<!\w){around('range_from')}\s\w{{0,3}}?\s?[-−]?\d[\d.,]*\s{around('range_to')}|{around('range_unspaced')})\s*\Z"
)
"""The end of a range: *a from 1 to 9*."""
_RANGE_FROM: Final = re.compile(rf"(?:(?<!\w){around('range_from')}\s|{around('range_from_unspaced')}\s?)\Z")
_RANGE_TO: Final = re.compile(rf"(?:\s{around('range_to')}\s|\s?{around('range_to_unspaced')}\s?)\d")
_IS_THE_ASKED: Final = re.compile(
    rf"[\"'”’»]\s(?:{around('is_said')}|was)\s{around('the_one_asked_for')}\s((?:[^\W\d_]+\s?){{1,3}}?)[.,;!\n]"
)
_THAT_IS_IT: Final = re.compile(rf"[^.!?\n]{{0,24}}[.!]\s{around('points_back')}")
_COMPARED: Final = re.compile(r"\s?[\w%°/]{0,3}\s?(?:=(?!=)|≈|<|>|≤|≥|\\approx|\\le|\\ge|\\lt|\\gt)")
"""What is given, and now worked out or compared: *5/8 = 0.625*, *-5 < -3*."""
_ROWS: Final = re.compile(r"(?:[,;](?=\s)(?![^()\n]{0,12}\))|\n+|\.(?!\d)|[，；。])\s*")
_LEADS: Final = re.compile(r"\s?(?:=|→|⇒|->|=>|:|≡|\\(?:to|mapsto|rightarrow|equiv)(?![a-z]))\s?")
_DIGIT: Final = re.compile(r"\d+")
_LONGEST_ROW: Final = 60
_MOST_WORDS_COUNTED: Final = 3
_COUNTED_BEHIND: Final = re.compile(r"\s((?:[^\W\d_]+\s){0,1}[^\W\d_]{3,})")
_TELLS: Final = re.compile(r"([^\W\d_]+)(?:\s\d+)?:\s?\Z")
_GOES_ON: Final = re.compile(r"\s[a-z]{3,}")
"""What is told of somebody whom the question names, behind a colon: *Constraint 2: Bob sits on the left*."""
_SENTENCE_STOP: Final = re.compile(r"[.!?。！？\n]")
_ASKS_IF_IT_IS: Final = re.compile(
    rf"(?:\A|[.!?:\n…]\s*|,\s)(?:(?:{around('or', 'so_asked')}),?\s)?¿?{around('asks_if_it_is')}(?!\w)[^.!?\n]*\Z"
)
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


def is_in_a_table(thought: Thought, start: int, end: int) -> bool:
    """Whether a number is one of a row of results, of which the question asks for none: *7^3 → 43, 7^4 → 1, 7^5 → 7*.

    >>> from workbench.analysis.thoughts.text import Thought
    >>> said = "Factors: 2 · 72 → (14, 84); 3 · 48 → (15, 60); 4 · 36 → (16, 48). 3 · 48 gives 15."
    >>> at = [match.start() for match in re.finditer("15", said)]
    >>> [is_in_a_table(Thought(said, ("en",), "How many are there?"), place, place + 2) for place in at]
    [True, False]
    """
    text = thought.text
    row = _row_around(text, start, end)
    if row is None:
        return False
    begin, close = row
    lead = _LEADS.search(text, begin, start)
    if lead is None or "".join(text[begin : lead.start()].split()) in "".join(thought.question.split()):
        return False
    shape = _shape(text[begin : lead.start()])
    following = _row_behind(text, close)
    if following is None or following.startswith(text[start:end]):
        return False  # 5 · 6 = 30, 30 · 4 = 120 goes on with it
    return _shape(following) == shape and _DIGIT.search(following) is not None


def _row_around(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The part between signs that part rows, around a place, which no sentence ends in."""
    before = [place.end() for place in _ROWS.finditer(text, max(0, start - _LONGEST_ROW), start)]
    behind = _ROWS.search(text, end, end + _LONGEST_ROW)
    if behind is None or behind[0].startswith("."):
        return None
    return (before[-1] if before else max(0, start - _LONGEST_ROW)), behind.end()


def _row_behind(text: str, place: int) -> str | None:
    """What stands before the sign that leads to a result in the next row."""
    stop = _ROWS.search(text, place, place + _LONGEST_ROW)
    lead = _LEADS.search(text, place, stop.start() if stop else place + _LONGEST_ROW)
    return None if lead is None else text[place : lead.start()]


def _shape(text: str) -> str:
    return _DIGIT.sub("0", "".join(text.split())).strip("-*•")


def counts_other(thought: Thought, end: int) -> bool:
    """Whether a number counts something that the question names, and does not want counted: *24 bad apples*.

    >>> from workbench.analysis.thoughts.text import Thought
    >>> question = "A crate holds 24 apples in bags. How many bags are there?"
    >>> [counts_other(Thought(said, ("en",), question), 2) for said in ("24 bad apples", "24 bags")]
    [True, False]
    """
    if not thought.counted:
        return False
    behind = _COUNTED_BEHIND.match(thought.lower, end)
    words = behind[1].split() if behind else []
    asked = thought.asked[thought.asked.rfind(thought.counted) :].split(maxsplit=_MOST_WORDS_COUNTED)
    if any(word.startswith(thought.counted) or word in asked[:_MOST_WORDS_COUNTED] for word in words):
        return False  # how many positive divisors: 12 divisors
    return any(len(word) > 3 and word.endswith("s") and word in thought.asked for word in words)


def is_only_asked(thought: Thought, start: int, end: int) -> bool:
    """Whether a name stands in a question of the thought's own: *is it Rembrandt, then?*.

    >>> from workbench.analysis.thoughts.text import Thought
    >>> is_only_asked(Thought("Hm. Is it Rome, then? Yes."), 10, 14), is_only_asked(Thought("It is Rome. So?"), 6, 10)
    (True, False)
    """
    stop = _SENTENCE_STOP.search(thought.lower, end, end + _NEAR)
    if stop is None or stop[0] not in "?？":
        return False
    return _ASKS_IF_IT_IS.search(thought.lower, max(0, start - _NEAR), start) is not None


def is_told_on(thought: Thought, window: str, end: int) -> bool:
    """Whether a name begins what is told behind a colon that no name of the answer stands before."""
    told = _TELLS.search(window)
    return (
        told is not None
        and told[1] not in words_of(thought.codes, "answer")
        and _GOES_ON.match(thought.text, end) is not None
        and not options_of(thought.question)
    )


def begins_range(thought: Thought, start: int, end: int) -> bool:
    """Whether a number is where a range begins: *from 100 to 999*.

    >>> from workbench.analysis.thoughts.text import Thought
    >>> begins_range(Thought("numbers from 100 to 999"), 13, 16), begins_range(Thought("it falls from 100."), 14, 17)
    (True, False)
    """
    before = _RANGE_FROM.search(thought.lower, max(0, start - 12), start)
    return before is not None and _RANGE_TO.match(thought.lower, end) is not None


def is_pointed_out(thought: Thought, end: int) -> bool:
    """Whether what stands behind a value says that it is what is asked for: *"…" is the tracking number*, *That's it*.

    >>> from workbench.analysis.thoughts.text import Thought
    >>> said = 'I read "FP 93" is the tracking number.'
    >>> is_pointed_out(Thought(said, ("en",), "What is the tracking number?"), said.index(" is the") - 1)
    True
    """
    named = _IS_THE_ASKED.match(thought.lower, end)
    if named is not None and all(word in thought.asked for word in named[1].split()[-2:]):
        return True
    return _THAT_IS_IT.match(thought.lower, end) is not None
