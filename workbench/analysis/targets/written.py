"""Everywhere that a value is written in a thought, in figures, letters or words, be it a result or not."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Final

from workbench.analysis.targets.forms import ARTICLE, Form, equal_fractions, equal_ratios, yearless_places
from workbench.analysis.targets.patterns import parts_around
from workbench.analysis.thoughts.text import Thought, every_place, without_accents
from workbench.base import regular_expressions as re
from workbench.scorers.languages import UNSPACED
from workbench.scorers.languages import table as language_table
from workbench.scorers.values import date_of, dates_in

_SPAN: Final = re.Match.span
_FRACTION: Final = re.compile(r"frac(?<=[\\dt]frac)\s*\{\s*(\d{1,30})\s*\}\s*\{\s*(\d{1,30})\s*\}")
_LONGEST_DATE: Final = 60
"""Characters of a date with its year, at most."""
_OTHER_FIGURES: Final = re.compile(r"[^\D0-9]")
"""Figures in which a year is spelt otherwise, as in Arabic."""
_HAN_DIGITS: Final = "零一二三四五六七八九十百千万两亿"
_HAN_COUNT: Final = "零一二三四五六七八九十百千万亿第每唯统同"
_GIVEN: Final = re.compile(r"(?<=[\w,;:] )([A-ZÀ-Þ][a-zß-ÿ]+) \Z")


def written_at(form: Form, thought: Thought) -> list[tuple[int, int]]:
    """Everywhere that a form is written, as places in the text.

    >>> from workbench.analysis.targets.forms import forms_of
    >>> written_at(forms_of("42")[0], Thought("Step 42: forty-two"))
    [(5, 7), (9, 18)]
    """
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
    found += _places_in_number_words(form, thought)
    return sorted(dict.fromkeys(found)) if len(found) > 1 else found  # mostly in order: a set would lose it


def _dates(form: Form, thought: Thought) -> list[tuple[int, int]]:
    years = [year for year, _ in form.searches]
    if not any(year in thought.text or year in thought.question for year in years):
        return []
    whole = {at: at + 10 for at in _whole_dates(date_of(form.text), years, thought.lower)}
    return [*whole.items(), *(span for span in yearless_places(form.text, thought.lower) if span[0] not in whole)]


def _whole_dates(wanted: frozenset[date], years: list[str], lower: str) -> Iterator[int]:
    """Where any of some days is written with its year: only around that year is read."""
    parts = [(0, len(lower))]
    if lower.isascii() or not _OTHER_FIGURES.search(lower):
        places = sorted(place for year in years for place in every_place(year, lower))
        parts = parts_around(places, _LONGEST_DATE, _LONGEST_DATE)
    for begin, end in parts:
        yield from (begin + at for at, days in dates_in(lower[begin:end]) if days & wanted)


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
    if form.surname is not None and thought.asks_who and form.last_word in thought.folded:
        ends = {end for _, end in found}
        surnames = map(_SPAN, form.surname.finditer(thought.folded))
        found += [span for span in surnames if span[1] not in ends and not _is_namesake(thought.text, span[0])]
    if not found and form.kind == "text" and not (form.text.isascii() and thought.lower.isascii()):
        found = _without_accents(form, thought)
    if form.kind == "text" and (article := ARTICLE.match(form.text)):
        length = len(article[0])
        found = [(start - length * thought.lower.endswith(article[0], 0, start), end) for start, end in found]
    return found


def _without_accents(form: Form, thought: Thought) -> list[tuple[int, int]]:
    """Where a name stands without the accents of its letters, or with some more."""
    plain = without_accents(form.text)
    if len(plain) <= 4 or plain not in thought.folded or not plain.replace(" ", "").isalpha():
        return []
    return [match.span() for match in _folded(plain).finditer(thought.folded)]


@lru_cache(256)
def _folded(plain: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(plain)}(?!\w)")


def _as_latex_fraction(value: Fraction, lower: str) -> Iterator[tuple[int, int]]:
    for match in _FRACTION.finditer(lower):
        above, below = int(match[1]), int(match[2])
        equal = above * value.denominator == abs(value.numerator) * below
        if equal and below and (_minus(lower, match.start()) < 0) == (value < 0 < above):
            yield max(lower.rfind("\\", match.start() - 2, match.start()), 0), match.end()


def _places_in_number_words(form: Form, thought: Thought) -> Iterator[tuple[int, int]]:
    lower = thought.lower
    for word in itertools.chain.from_iterable(map(form.spelled, thought.codes)):
        for place in every_place(word, lower):
            end = place + len(word)
            if _is_whole(lower, place, end) or _is_product(lower, place, form.value):
                yield place, end


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
