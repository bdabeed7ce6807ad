"""The date that an answer gives: in its last claim, in bold, or in the last statement that holds one."""

from __future__ import annotations

from datetime import date
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.languages import as_written, languages_of, told, worded
from workbench.scorers.reading import Reading
from workbench.scorers.score import Score, wanted
from workbench.scorers.sentences.aimed import asked_with, is_counted_from, is_said_of_another
from workbench.scorers.sentences.asked import asked_for
from workbench.scorers.sentences.normal import BOLD
from workbench.scorers.values import date_of, dates_in
from workbench.tasks.tasks import Task

DENIES: Final = rf"(?:n't|\b{as_written('denies_value')})\s"
"""Before a value: it is not this one."""
_RANGE: Final = re.compile(rf"{worded('between')}[^.,;]{{0,40}}\Z")
_DENIES_DATE: Final = re.compile(rf"{DENIES}(?:{as_written('on_day')}\s)?\Z")
_DAY_OR_MONTH: Final = re.compile(r"\s*(\d{1,2})[-/.]\d{1,2}[-/.]\d{4}")
_BOTH: Final = 2
_SHORTEST: Final = 8
"""Characters of the shortest date: what ends a clause is looked for behind them."""
_DAY_ALONE: Final = re.compile(
    r"(?<!\w)[^\W\d_]{3,12}\s\d{1,2}(?![\d:])(?!,?\s?\d{4})"
    rf"|(?<!\d)\d{{1,2}}\.?\s(?:{as_written('of_month')}\s)?[^\W\d_]{{3,12}}(?!\w)"
    rf"(?!\.?,?\s(?:{as_written('of_year', 'of_month')}\s)?\d)"
)
"""A day and month that no year follows."""


def regions_of(read: Reading) -> list[tuple[str, str, str]]:
    """Where a date or code is looked for, and how it is named: the last claim; else the last statements."""
    if read.claims:
        return [(read.claims[0].text, read.claims[0].evidence, read.claims[0].where)]
    kind = "whole" if len(read.sentences) == 1 else "last"
    return [(read.words(sentence), kind, "in the last statement") for sentence in reversed(read.statements[-6:])]


def _dated(read: Reading) -> list[tuple[str, str, str]]:
    """The same for dates; without a claim, where one date alone stands in bold, only that one."""
    bold = [read.form.shown(span) for span in read.form.of_kind(BOLD) if span.start >= read.since]
    days = {days for text in bold for _, days in dates_in(text)}
    return regions_of(read) if read.claims or len(days) != 1 else [(text, "bold", "in bold") for text in bold]


def date_score(read: Reading, target: str, task: Task) -> Score | None:
    """Score 1 where the answer gives the date of the target; None where it holds no date."""
    wants = _as_written(date_of(target), target, task.question, read.codes)
    regions = _dated(read)
    for number, (text, evidence, where) in enumerate(regions):
        found = [(place, days) for place, days in dates_in(text) if not _DENIES_DATE.search(text[:place].lower())]
        if found:
            which, decided = asked_for([place for place, _ in found], text, task.question)
            place, days = found[which]
            right = bool(days & wants)
            if len(found) == 1 and _RANGE.search(text[:place].lower()):
                return Score(0.0, None, f"only bounds of a date {where}; {wanted(task)}", evidence, right)
            several = len({days for _, days in found}) > 1
            said = next(iter(sorted(days & wants or days))).isoformat()
            why = f"found {said} {where}"
            partly = not right and any(_says_day(text, day) for day in wants)
            earlier = [days for text, _, _ in regions[number + 1 :] for _, days in dates_in(text)]
            partly = partly or (not right and any(days & wants for days in earlier))
            either = partly or (several and not decided and any(days & wants for _, days in found))
            if not several and evidence in ("whole", "last"):
                start = read.text.find(text) + place
                another = is_said_of_another if right else is_counted_from
                either = either or another(read, start, start + _SHORTEST, asked_with(task))
            return Score(float(right), said, why if right else f"{why}; {wanted(task)}", evidence, not either)
    return None


def _as_written(wants: frozenset[date], target: str, question: str, codes: tuple[str, ...]) -> frozenset[date]:
    """What `03/04/2024` is where the question's language puts the day first; both dates where it may not."""
    short = _DAY_OR_MONTH.match(target)
    if (
        short is None
        or len(wants) < _BOTH
        or not told("decimal_comma", (*languages_of(question[:2_000].lower()), *codes))
    ):
        return wants
    return frozenset(day for day in wants if day.day == int(short[1]))


def _says_day(text: str, wants: date) -> bool:
    """Whether a text says a day and month without the year: `the next day, April 15`."""
    said = (f"{match[0]} {wants.year}" for match in _DAY_ALONE.finditer(text.lower()))
    return any(wants in days for each in said for _, days in dates_in(each))
