"""Times of day: `1:15 a.m.`, `01:15`, `7 h 45`, `7.45 Uhr`, 午後3時20分, as minutes since midnight."""

from __future__ import annotations

from typing import Final, NamedTuple

from workbench.base import regular_expressions as re
from workbench.scorers.dates import DENIES, regions_of
from workbench.scorers.languages import as_written, worded
from workbench.scorers.reading import Reading
from workbench.scorers.score import Score, wanted
from workbench.scorers.sentences.aimed import is_said_of_another
from workbench.scorers.sentences.asked import asked_for
from workbench.tasks.tasks import Task

_HALF_SAID: Final = rf"\s?(?:(?P<am>{as_written('morning')})|(?P<pm>{as_written('afternoon')}))(?!\w)"
_HALF: Final = rf"(?:{_HALF_SAID})?"
_BEFORE: Final = rf"(?:(?P<am_>{as_written('before_morning')})|(?P<pm_>{as_written('before_afternoon')}))?\s?"
_HOUR: Final = r"(?<![\d:.,])(?P<h>[01]?\d|2[0-4])"
_FORMS: Final = (
    re.compile(rf"{_BEFORE}{_HOUR}[:：](?P<m>[0-5]\d)(?::[0-5]\d)?(?![\d:])(?:\s?{worded('at_hour')})?{_HALF}"),
    re.compile(rf"{_BEFORE}{_HOUR}\s?(?:[h時点點시]|时)(?!\w*[a-z])\s?(?:(?P<m>[0-5]?\d)\s?[分분]?(?!\d))?{_HALF}"),
    re.compile(rf"{_HOUR}[.](?P<m>[0-5]\d)\s?(?:{worded('at_hour')})(?:\s?{_HALF})"),
    re.compile(rf"{_HOUR}(?:[:.](?P<m>[0-5]\d))?(?:\s?{worded('at_hour')})?{_HALF_SAID}"),
)
_DENIED: Final = re.compile(rf"{DENIES}(?:\w+\s)?\Z")
_NOON: Final = 12


class Time(NamedTuple):
    """A time of day: where it stands, in minutes since midnight, and whether it may be of either half of the day."""

    start: int
    end: int
    minutes: int
    either: bool


def times_in(text: str) -> list[Time]:
    """The times of day in a text, in order; of several ways to read one place the first.

    >>> [(each.minutes, each.either) for each in times_in("from 9:05 a.m. to 14:30, not at 7:15")]
    [(545, False), (870, False), (435, True)]
    """
    lower, found = text.lower(), dict[int, Time]()
    for form in _FORMS:
        for match in form.finditer(lower):
            parts = match.groupdict()
            start = match.start("h")
            if any(each.start <= start < each.end for each in found.values()):
                continue
            hour, minute = int(parts["h"]), int(parts["m"] or 0)
            morning, afternoon = parts.get("am") or parts.get("am_"), parts.get("pm") or parts.get("pm_")
            if morning and hour == _NOON:
                hour = 0
            elif afternoon and hour < _NOON:
                hour += _NOON
            plain = not (morning or afternoon) and 0 < hour <= _NOON and not parts["h"].startswith("0")
            found[start] = Time(start, match.end(), hour % 24 * 60 + minute, plain and ":" in match[0])
    return [found[start] for start in sorted(found)]


def time_of(text: str) -> Time | None:
    """The time of day that a text is, and nothing else.

    >>> time_of("7h45").minutes, time_of("at 7:45"), time_of("12")
    (465, None, None)
    """
    if not 3 <= len(text) <= 24:
        return None
    found = times_in(text)
    whole = len(found) == 1 and found[0].end == len(text) and not re.search(r"\w", text[: found[0].start])
    whole = whole or any(form.fullmatch(text.lower()) for form in _FORMS[:2])
    return found[0] if whole and len(found) == 1 else None


def time_score(read: Reading, target: str, task: Task) -> Score | None:
    """Score 1 where the answer gives the time of day of the target; None where it holds none."""
    wants = time_of(target)
    assert wants is not None  # the caller has seen one
    for text, evidence, where in regions_of(read):
        found = [each for each in times_in(text) if not _DENIED.search(text[: each.start].lower())]
        if not found:
            continue
        which, decided = asked_for([each.start for each in found], text, task.question)
        said = found[which]
        right, sure = _same(said, wants)
        shown = text[said.start : said.end].strip()
        why = f"found {shown} {where}"
        others = any(_same(each, wants)[0] for each in found)
        if right and evidence not in ("boxed", "marker", "tag"):
            place = read.text.find(text)
            sure = sure and not is_said_of_another(read, place + said.start, place + said.end, task.question)
        sure = sure and (decided or len(found) == 1 or not others)
        return Score(float(right), shown, why if right else f"{why}; {wanted(task)}", evidence, sure)
    return None


def _same(said: Time, wants: Time) -> tuple[bool, bool]:
    """Whether two times are the same, and whether that is sure: `7:45` may be 19:45 where 7:45 p.m. is asked for."""
    if said.minutes == wants.minutes:
        return True, True
    either = said.either != wants.either and (said.minutes - wants.minutes) % (_NOON * 60) == 0
    return either and said.either, not either
