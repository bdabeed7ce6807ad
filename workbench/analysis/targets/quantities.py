"""Quantities and times of day in other terms: another unit, the other clock, hours and minutes, words."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from workbench.analysis.targets.patterns import (
    Late,
    Search,
    Term,
    decimal,
    facts,
    search,
    with_points,
)
from workbench.analysis.targets.spelled import number_in
from workbench.analysis.thoughts.words import around
from workbench.base import regular_expressions as re
from workbench.scorers.units import unit_of, units
from workbench.scorers.values import quantity_of

_CLOCK: Final = re.compile(r"(\d{1,2})(?:[:.h]\s?(\d\d))?\s*(?:([ap])\.?\s?m\b\.?)?(?:\s?uhr)?\Z", re.IGNORECASE)
_REMARK: Final = re.compile(r"(?<=\d|m)\s(?:the|on the|in the|next|tomorrow|same|\()[^\d]*\Z")
"""What is said of a time behind it: *06:30 the next day*."""
_TWO: Final = re.compile(r"(\d+)\s?([^\W\d_]+)\.?(?:,?\s(?:and\s)?|\s?)(\d+(?:\.\d+)?)\s?([^\W\d_]+)\.?\Z")
"""A quantity in two units."""
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")


def in_other_units(plain: str) -> Iterator[Term]:
    """A quantity in another unit of what it measures: 90 minutes, 1.5 hours, *an hour and a half*."""
    if plain[:1] in "$€£":
        amount = plain[1:].replace(",", "")
        if _NUMBER.fullmatch(amount) and 0 < Fraction(amount) < 1:
            yield Term((search(decimal(Fraction(amount) * 100), r"\s?(?:cents?|¢|pence)"),))
        return
    quantity = quantity_of(plain)
    known = units().get(quantity.unit) if quantity else None
    both = None if known else _TWO.match(plain.lower())
    if both is not None:
        yield from _two_units(both)
        return
    if quantity is None or known is None:
        small = re.fullmatch(r"(\d{1,2})\s?(?:cents?|¢)", plain)
        if small:
            yield Term((search("0", rf"?[.,]{int(small[1]):02d}"), ("$.", Late(rf"\$\.{int(small[1]):02d}(?!\d)"))))
        return
    measured, factor = known
    yield from _converted(quantity.number.value * factor, measured, factor)


def _two_units(both: re.Match[str]) -> Iterator[Term]:
    """A quantity in two units of what it measures: 4 h 25 min, 1 m 20 cm."""
    found = [units().get(unit_of(both[name])) for name in (2, 4)]
    if found[0] is None or found[1] is None or found[0][0] != found[1][0] or found[0][1] <= found[1][1]:
        return
    names = [
        "|".join(sorted((_spelt(name) for name, unit in units().items() if unit == one), key=len, reverse=True))
        for one in found
    ]
    yield Term(
        (
            search(
                both[1],
                rf"\s?-?(?:{names[0]})(?:n|s)?(?:\s{around('and')}\s|[\s,]*)0?{re.escape(both[3])}\s?-?(?:{names[1]})(?:n|s)?",
                r"(?![a-zà-ÿа-я²³^])",
            ),
        )
    )
    whole = Fraction(both[1]) * found[0][1] + Fraction(both[3]) * found[1][1]
    yield from _converted(whole, found[0][0], Fraction(0))


def _spelt(name: str) -> str:
    """A unit's name as a pattern: litre beside liter."""
    return re.sub(r"(lit|met)er(?=\Z|n)", r"\1(?:er|re)", re.escape(name))


def _converted(whole: Fraction, measured: str, factor: Fraction) -> Iterator[Term]:
    """A quantity, given in the measure's first unit, in every unit but that of `factor`."""
    if measured not in facts()["converted"]["measures"]:
        return
    searches = []
    for worth in {other for name, (what, other) in units().items() if what == measured and other != factor}:
        text = decimal(whole / worth)
        if not text or len(text) > 8:
            continue
        names = sorted(
            (name for name, unit in units().items() if unit == (measured, worth)), key=lambda name: (-len(name), name)
        )
        wanted = "|".join(_spelt(name) + ("n?s?" if name.isascii() and len(name) > 3 else "") for name in names)
        searches += [search(spelling, rf"\s?-?(?:{wanted})", r"(?![a-zà-ÿа-я²³^])") for spelling in with_points(text)]
    yield Term(tuple(searches))
    if measured == "time":
        minutes = whole / 60
        hours, rest = divmod(minutes, 60)
        if minutes.denominator == 1 and hours and hours < 24:
            yield Term(_hours_and_minutes(int(hours), int(rest)))


def _hours_and_minutes(hours: int, minutes: int) -> tuple[Search, ...]:
    end = rf"\s?{around('hour')}(?:\s{around('and')}\s|[\s,]*)0?{minutes}\s?{around('minute')}"
    found = [search(str(hours), end, "")] if minutes else []
    if minutes == 30:
        halves = {1: ("an hour and a half", "one and a half hours")}.get(hours, ())
        found += [search(text) for text in halves]
    return tuple(found)


def clocks(plain: str) -> Iterator[Term]:
    """A time of day by the other clock, and in words: 15:45 and 3:45 pm, *a quarter to four*, *half past ten*."""
    plain = _REMARK.sub("", plain)
    match = _CLOCK.match(plain)
    if match is None or not (match[2] or match[3]) or int(match[1]) > 23 or int(match[2] or 0) > 59:
        return
    if "." in plain and not match[3]:
        return
    half, minute = (match[3] or "").lower(), int(match[2] or 0)
    hour = int(match[1]) % 12 + 12 * (half == "p") if half else int(match[1])
    short, later = hour % 12 or 12, "p" if hour >= 12 else "a"
    known = half or hour > 12 or hour == 0
    spoken = number_in(short, "en")[0]
    following = number_in(short % 12 + 1, "en")[0]
    searches = []
    if known:
        ends = rf"(?:[:.]{minute:02d})" + ("?" if minute == 0 else "") + rf"\s?{later}\.?\s?m\b\.?"
        searches += [search(text, ends, "") for text in {str(short), f"{short:02d}"}]
    elif minute == 0:
        searches += [search(str(short), r"\s?[ap]\.?\s?m\b\.?", "")]
    whole = rf"(?:[:.]{minute:02d}|\s?h\s?{minute:02d}|\s?[时時点點시]\s?{minute}\s?[分분])"
    if minute == 0:
        whole = r"(?:[:.]00|\s?h\s?(?:00)?|\s?(?:uhr|o'clock|o’clock)|\s?[时時点點시])(?!\s?\d)"
    searches += [search(text, whole, r"(?!\d)") for text in {str(hour), f"{hour:02d}"}]
    names = {
        0: rf"{spoken} o['’]clock",
        15: rf"quarter (?:past|after) (?:{spoken}|{short})",
        30: rf"half past (?:{spoken}|{short})",
        45: rf"quarter (?:to|before) (?:{following}|{short % 12 + 1})",
    }.get(minute)
    if names:
        first = names.split(" ")[0]
        searches.append((first, Late(rf"(?<!\w)(?:a )?{names}(?!\w)" if minute else rf"(?<!\w){names}")))
    yield Term(tuple(searches))
