"""Where a target stands in a thought as a value that was found, by what it is worth and not by how it is spelt.

A number counts wherever it stands by itself: not as an operand, a part of another number, the number of a step, or
where it is denied. Small whole numbers, letters, and what stands in the question already, count only where something
says that they are a result: `=`, *is*, *so*, *leaves*, a box, the name of the answer before it, *are left* behind it.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple

from workbench.analysis.targets.cues import Cues, cues_of
from workbench.analysis.targets.denied_words import denials, is_no
from workbench.analysis.targets.forms import ARTICLE, Form, equal_fractions, equal_ratios, forms_of, yearless_places
from workbench.analysis.targets.operands import OPENING, is_other
from workbench.analysis.targets.option_letters import (
    asserted,
    is_affirmed,
    is_option,
    is_told,
    letter_counts,
    options_of,
)
from workbench.analysis.targets.option_words import taken_before
from workbench.analysis.targets.told import (
    ends_range,
    is_compared,
    is_coordinate,
    is_denominator,
    is_given_anew,
    is_listed,
    is_restated,
    is_time_not_asked,
    is_told_of,
)
from workbench.analysis.thoughts.text import Thought
from workbench.analysis.thoughts.words import around
from workbench.base import regular_expressions as re
from workbench.scorers.languages import UNSPACED
from workbench.scorers.languages import table as language_table
from workbench.scorers.values import date_of, dates_in

_WINDOW: Final = 40
_SENTENCE: Final = 120
_ENDS_SENTENCE: Final = re.compile(r"[^\d\n.!?。！？]{0,24}(?:[.!?。！？\n]|\Z)")
_SPAN: Final = re.Match.span
_FRACTION: Final = re.compile(r"frac(?<=[\\dt]frac)\s*\{\s*(\d{1,30})\s*\}\s*\{\s*(\d{1,30})\s*\}")
_HAN_DIGITS: Final = "零一二三四五六七八九十百千万两亿"
_HAN_COUNT: Final = "零一二三四五六七八九十百千万亿第每唯统同"
_COUNTED_OFF: Final = re.compile(
    r"(?:after|day|week|month|year|hour|minute|night|round|lap|pass|turn|iteration|row|level|第)\s*(?:\w+\s+)?\d+\s*\w?\s*[:：]\Z"
)
"""A time or a turn that is counted off, and what stood then: *after day 1: 3*."""
_LISTED_NUMBERS: Final = re.compile(r",\s?-?\d[\d.]*,\s?-?\d")
"""Numbers behind a number: a list of them is no result."""
_REASON: Final = re.compile(r"[*_\"'”’)]*,\s(?:so|hence|therefore|thus|which means)(?!\w)(?!\s(?:not|no)\b)")
"""What follows a name that is a reason for what is concluded: *it orbited Saturn, so this is it*."""
_YES: Final = re.compile(r",\s(\w{3,})")
_LAST_WORD_OF_SENTENCE: Final = re.compile(r"[*_\"'”’)]*(?:[.!](?!\d)|\n|\Z)")
REFUSED: Final = re.compile(rf"[*_\"'”’)]*{around('refuses')}")
"""What follows a value that is said to be wrong."""
_COUNTERFACTUAL: Final = re.compile(
    rf"(?<!\w){around('if')}\s(?:[^.!?\n]|\.(?=\d))*?(?<!\w){around('were')}(?!\w)(?:[^.!?\n]|\.(?=\d))*\Z"
)
"""What is said of something that is not so: *if half were sold, that would be*."""
_LISTED_BEFORE: Final = re.compile(r"\d,\s?\Z")
_LISTED_BEHIND: Final = re.compile(r",\s?\d")
_GIVEN: Final = re.compile(r"(?<=[\w,;:] )([A-ZÀ-Þ][a-zß-ÿ]+) \Z")
_LAST_WORD: Final = re.compile(r"[*_\"'”’`)\s]*[.!。！]?[*_\"'”’`)\s]*\Z")


def places(target: str, thought: Thought) -> list[tuple[int, int]]:
    r"""Where a target stands in a thought, as places in its text, in order.

    >>> text = "Step 42: 42 - 2 is 40. So 6 * 7 = 42.0, or \\frac{84}{2}. Yes, forty-two."
    >>> [text[start:end] for start, end in places("42", Thought(text))]
    ['42.0', '\\frac{84}{2}', 'forty-two']
    """
    found: list[tuple[int, int]] = []
    for form in forms_of(target):
        found += _places_of(form, thought)
        label = next((sign for sign in (form.text, form.text.lower()) if is_option(thought.question, sign)), "")
        if label:  # what the option says stands for its letter
            for told in forms_of(options_of(thought.question, label)[label]):
                if told.kind not in ("letter", "name"):
                    written = _candidates(told, thought)
                    written = [span for span in written if told.kind == "text" or not is_other(told, thought, *span)]
                    found += [
                        span
                        for span in {*_places_of(told, thought), *asserted(told, thought, label, written)}
                        if not is_told(form.text, told.text, thought.lower, *span)
                        or (told.kind == "text" and is_affirmed(form.text, told.text, thought.lower, *span))
                    ]
            if found:
                found += taken_before(thought, label, min(found)[0])
        elif found and is_no(form.text):
            found += denials(thought, min(found)[0])
    return sorted(set(found))


def first_place(target: str, thought: Thought) -> int | None:
    """Where a target first stands in a thought; None where it never does.

    >>> first_place("Paris", Thought("The capital is Paris."))
    15
    """
    found = places(target, thought)
    return found[0][0] if found else None


def refused(target: str, thought: Thought) -> list[int]:
    """Where a thought says of the target that it is wrong.

    >>> refused("33", Thought("So 33. That doesn't fit, so 33 was wrong."))
    [28]
    """
    return [
        start
        for form in forms_of(target)
        for start, end in _candidates(form, thought)
        if REFUSED.match(thought.lower, end)
    ]


@lru_cache(8192)
def says(target: str, text: str, codes: tuple[str, ...] = ("en",)) -> bool:
    """Whether a short text that names an answer names this one; no cue is needed there.

    >>> says("42", "forty-two apples"), says("42", "41 or so")
    (True, False)
    """
    short = Thought(text, codes)
    for form in forms_of(target):
        candidates = _candidates(form, short)
        if any(not is_other(form, short, start, end) for start, end in candidates):
            return True
        if form.surname is not None and form.surname.fullmatch(short.folded.strip()):
            return True
    return False


def _places_of(form: Form, thought: Thought) -> list[tuple[int, int]]:
    candidates = _candidates(form, thought)
    if not candidates:
        return []
    strict = form.common or _is_asked(form, thought)
    cues = cues_of(thought.codes)
    return [
        span
        for span in candidates
        if not is_other(form, thought, *span) and _counts(form, thought, *span, cues, strict)
    ]


def _is_asked(form: Form, thought: Thought) -> bool:
    """Whether the question holds the value already."""
    return bool(thought.question and _candidates(form, Thought(thought.question, thought.codes)))


def _candidates(form: Form, thought: Thought) -> list[tuple[int, int]]:
    """Everywhere that a form is written."""
    if id(form) not in thought.written:
        thought.written[id(form)] = _written(form, thought)
    return thought.written[id(form)]


def _written(form: Form, thought: Thought) -> list[tuple[int, int]]:
    if form.kind == "date":
        return _dates(form, thought)
    if form.kind == "ratio":
        return equal_ratios(form.text, thought.lower)
    found = _in_figures_or_letters(form, thought)
    if form.value is None and form.kind not in ("terms", "name"):
        return _as_text(form, thought, found)
    if form.value is not None and form.is_fraction and form.text not in thought.question:
        found += equal_fractions(form.value, thought.lower)
    if form.value is not None and "frac" in thought.lower:
        found += _as_latex_fraction(form.value, thought.lower)
    found += _in_words(form, thought)
    return sorted(set(found)) if len(found) > 1 else found


def _dates(form: Form, thought: Thought) -> list[tuple[int, int]]:
    wanted = date_of(form.text)
    if not any(year in thought.text or year in thought.question for year, _ in form.searches):
        return []
    whole = [(at, at + 10) for at, days in dates_in(thought.text) if days & wanted]
    return whole + [span for span in yearless_places(form.text, thought.lower) if span[0] not in dict(whole)]


def _in_figures_or_letters(form: Form, thought: Thought) -> list[tuple[int, int]]:
    read = thought.text if form.kind == "letter" else thought.lower
    sign = int(form.value is not None and form.value < 0)
    return [
        (start - sign, end)
        for first, pattern in form.searches
        if first in read
        for start, end in map(_SPAN, pattern.finditer(read))
    ]


def _as_text(form: Form, thought: Thought, found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """A name or a word beside where it stands as it is: by its surname, without its accents, with its article."""
    if form.surname is not None and thought.asks_who:
        ends = {end for _, end in found}
        surnames = map(_SPAN, form.surname.finditer(thought.folded))
        found += [span for span in surnames if span[1] not in ends and not _is_namesake(thought.text, span[0])]
    if not found and form.folded is not None and not (form.text.isascii() and thought.lower.isascii()):
        found = [match.span() for match in form.folded.finditer(thought.folded)]
    if form.kind == "text" and (article := ARTICLE.match(form.text)):
        length = len(article[0])
        found = [(start - length * thought.lower.endswith(article[0], 0, start), end) for start, end in found]
    return found


def _as_latex_fraction(value: Fraction, lower: str) -> Iterator[tuple[int, int]]:
    for match in _FRACTION.finditer(lower):
        above, below = int(match[1]), int(match[2])
        equal = above * value.denominator == abs(value.numerator) * below
        if equal and below and (_minus(lower, match.start()) < 0) == (value < 0 < above):
            yield max(lower.rfind("\\", match.start() - 2, match.start()), 0), match.end()


def _in_words(form: Form, thought: Thought) -> Iterator[tuple[int, int]]:
    lower = thought.lower
    for word in itertools.chain.from_iterable(map(form.spelled, thought.codes)):
        place = lower.find(word)
        while place >= 0:
            end = place + len(word)
            if _is_whole(lower, place, end) or _is_product(lower, place, form.value):
                yield place, end
            place = lower.find(word, end)


@lru_cache(1)
def _titles() -> frozenset[str]:
    return frozenset(word for lists in language_table().values() for word in lists.get("titles", ()))


def _is_namesake(text: str, start: int) -> bool:
    """Whether another given name stands before a surname: *Percy Shelley*, and not *President Lincoln*."""
    before = _GIVEN.search(text, max(0, start - 24), start)
    return before is not None and before[1].lower() not in _titles()


def _minus(lower: str, place: int) -> int:
    """The sign of a fraction whose command ends at a place."""
    return -1 if lower[max(0, place - 4) : place].rstrip("dt").rstrip("\\").endswith(("-", "−")) else 1


def _is_whole(lower: str, start: int, end: int) -> bool:
    """Whether a number in words is no part of a longer word or number."""
    before, after = lower[start - 1 : start], lower[end : end + 1]
    if UNSPACED.match(lower, start):
        if "\uac00" <= lower[start] <= "\ud7af":
            return not ("\uac00" <= before <= "\ud7af")
        counted = lower[start] in _HAN_DIGITS and before in tuple(_HAN_COUNT)
        return not counted and after not in tuple(_HAN_DIGITS) and after != "分"
    if (before.isalnum() and not UNSPACED.match(before)) or (after.isalnum() and not UNSPACED.match(after)):
        return False
    return not (before == "-" or (after == "-" and lower[end + 1 : end + 2].isalpha()))


def _is_product(lower: str, start: int, value: Fraction | None) -> bool:
    """Whether the product of two figures is said by heart, as 六七四十二."""
    factors = [_HAN_DIGITS.find(sign) for sign in lower[max(0, start - 2) : start]]
    return len(factors) == 2 and min(factors) > 0 and factors[0] * factors[1] == value


def _says_yes(form: Form, thought: Thought, end: int) -> bool:
    """Whether a yes or a no is said of what is asked: *yes, Sydney is*."""
    following = _YES.match(thought.lower, end)
    return form.text in ("yes", "no") and following is not None and following[1] in thought.asked


def _is_numbered(thought: Thought, start: int) -> bool:
    """Whether what the question asks for stands right before a number: *on day 8* where it asks on which day."""
    return bool(thought.numbered) and thought.lower.endswith(thought.numbered, 0, start)


class _Candidate(NamedTuple):
    """A value where it is written: from the first of the signs before it, and what stands before those."""

    form: Form
    thought: Thought
    cues: Cues
    opened: int
    start: int
    end: int
    window: str

    def concludes(self) -> bool:
        """Whether a word that concludes stands before it in its sentence."""
        sentence = max(0, self.opened - _SENTENCE)
        return self.cues.concluded.search(self.thought.lower, sentence, self.opened) is not None

    def ends_sentence(self) -> bool:
        return _LAST_WORD_OF_SENTENCE.match(self.thought.lower, self.end) is not None


def _counts(form: Form, thought: Thought, start: int, end: int, cues: Cues, strict: bool) -> bool:
    """Whether a value that is written stands as one that was found."""
    text, lower = thought.text, thought.lower
    opened, is_boxed = _opened(lower, start)
    if is_boxed:
        return True
    candidate = _Candidate(form, thought, cues, opened, start, end, lower[max(0, opened - _WINDOW) : opened])
    if _is_no_result(candidate):
        return False
    if not strict:
        return True
    last = form.kind == "text" and _LAST_WORD.match(lower, end) is not None
    concluded = _ENDS_SENTENCE.match(lower, end) is not None and candidate.concludes()
    if thought.question and not last and is_restated(thought, start, end) and not (form.kind == "number" and concluded):
        return False
    if thought.question and not last and is_listed(form, thought, opened, end):
        return False
    if is_told_of(form, thought, start, end, candidate.window):
        return False
    if form.kind == "number" and (ends_range(candidate.window) or is_given_anew(form, thought, candidate.window)):
        return False
    if form.kind in ("number", "terms") and is_compared(thought, end) and _is_asked(form, thought):
        return False
    if form.kind == "letter":
        return letter_counts(text, lower, start, end, candidate.window.rpartition("\n")[2], cues)
    if form.kind == "number" and (_LISTED_NUMBERS.match(text, end) or is_coordinate(text, opened, start, end)):
        return False
    return _is_called_one(candidate, last) or concluded or _stands_out(candidate)


def _opened(lower: str, start: int) -> tuple[int, bool]:
    """Where the signs before a value begin, be they brackets or commands of LaTeX; and whether it stands in a box."""
    opened = _before_signs(lower, start)
    for command in ("boxed", "text", "textbf", "mathbf", "mathrm"):
        if lower.endswith(command, 0, opened):
            if command == "boxed":
                return opened, True
            opened = _before_signs(lower, opened - len(command))
    return opened, False


def _before_signs(lower: str, place: int) -> int:
    while place and lower[place - 1] in OPENING:
        place -= 1
    return place


def _is_no_result(candidate: _Candidate) -> bool:
    """Whether a value is denied, one of a list, of a step, of a time, or the number of an item."""
    form, thought, cues, opened, _, end, window = candidate
    line = window.rpartition("\n")[2]
    if cues.denied.search(window) or REFUSED.match(thought.lower, end):
        return True
    if _COUNTERFACTUAL.search(thought.lower, max(0, opened - _SENTENCE), opened):
        return True
    if form.kind not in ("text", "letter") and cues.step.search(line) and not is_option(thought.question, form.text):
        return True
    if form.kind != "number":
        return False
    if _LISTED_BEFORE.search(window) and _LISTED_BEHIND.match(thought.text, end):
        return True
    if is_time_not_asked(thought, end) or is_denominator(thought, opened):
        return True
    begins_line = not line.strip(" \t-*#>") and ("\n" in window or opened <= _WINDOW)
    mark = thought.text[end : end + 2]
    return begins_line and mark[:1] in (".", ")", ":", "、") and mark[1:].isspace()


def _is_called_one(candidate: _Candidate, last: bool) -> bool:
    """Whether words or signs around a value say that it is what was found; `last`: it is the thought's last word."""
    form, thought, cues, _, _, end, window = candidate
    before = window.rstrip()
    if thought.asks_where and before.endswith(" in") and form.kind == "text":
        return True
    told = cues.before.search(before) and not (form.common and _COUNTED_OFF.search(before))
    if told or cues.after.match(thought.lower, end):
        return True
    if last and before[-1:] in (".", "!", "。", "！", "\n"):
        return True  # the last sentence is the answer, and nothing else
    if before[-1:] in ("?", "？") and candidate.ends_sentence():
        return True  # what a thought asked itself, and nothing else
    if thought.counted and thought.lower.startswith(thought.counted, end + 1) and not _is_asked(form, thought):
        return True
    if form.kind == "text":
        return _REASON.match(thought.lower, end) is not None or _says_yes(form, thought, end)
    numbered = form.kind == "number" and _is_numbered(thought, candidate.opened)
    return numbered and (candidate.ends_sentence() or candidate.concludes())


def _stands_out(candidate: _Candidate) -> bool:
    """Whether a value is set in bold, or stands alone on its line."""
    text, lower, end = candidate.thought.text, candidate.thought.lower, candidate.end
    if text[candidate.opened : candidate.start].count("**") and text[end : end + 2] == "**":
        return True
    line = candidate.window.rpartition("\n")[2]
    return not line.strip() and not lower[end : end + 12].partition("\n")[0].strip(" .*!。")
