"""Amounts said in two parts as one number: `12 dollars and 50 cents`, `2 hours 30 minutes`, `5 feet 3 inches`."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.languages import as_written, worded
from workbench.scorers.numerals import Numeral
from workbench.scorers.units import is_money, same_unit, unit_after, unit_of, units

_JOINT: Final = re.compile(rf"(?:[\s,]|{worded('and')}|{as_written('and_behind_noun')})*\Z")
_HUNDREDTHS: Final = re.compile(rf"\s?{worded('hundredths_of_money')}")
_HALF_JOINED: Final = rf"\s?{as_written('half_after_unit', codes=('zh', 'ko'))}"
_HALF: Final = re.compile(rf"\s?{as_written('half_after_unit')}(?![^\W\d_])|{_HALF_JOINED}")
_UNIT: Final = re.compile(rf"\s?((?:(?!{_HALF_JOINED})[^\W\d_])+)(?:[\u064b-\u0652]\u0627?)?")
_NAME: Final = re.compile(rf"\s?[^\s\d,]+?(?=[\s,\d]|{as_written('and_behind_noun')}|\Z)")
_LONGEST_BETWEEN: Final = 24
_WHOLE: Final = 100


def compounded(lower: str, found: list[Numeral]) -> list[Numeral]:
    """The numbers of a lower-case text, those that are two parts of one amount put together.

    Money is counted in its larger part; anything else in its smaller, and worth so many of its larger.

    >>> from workbench.scorers.numerals import numerals
    >>> text = "it takes 2 hours and 15 minutes, and costs 7 euros and 5 cents"
    >>> [(str(n.value), n.text) for n in compounded(text, numerals(text))]
    [('135', '2 hours and 15'), ('141/20', '7 euros and 5 cents')]
    """
    made: list[Numeral] = []
    for number in (_with_a_half(lower, each) for each in found):
        whole = _put_together(lower, made[-1], number) if made else None
        if whole is None:
            made.append(number)
        else:
            made[-1] = whole
    return made


def _with_a_half(lower: str, number: Numeral) -> Numeral:
    """A whole number and the half that stands behind its unit: `12 kilos and a half`, `12キロ半`."""
    if number.value.denominator != 1 or number.worth is not None:
        return number
    name = _UNIT.match(lower, number.end)
    half = _HALF.match(lower, name.end()) if name else None
    if name is None or half is None or unit_of(name[1]) not in units():
        return number
    return Numeral(lower[number.start : half.end()], number.value + Fraction(1, 2), None, number.start, half.end())


def _put_together(lower: str, one: Numeral, other: Numeral) -> Numeral | None:
    between = lower[one.end : other.start]
    if not between.strip() or len(between) > _LONGEST_BETWEEN or one.value.denominator != 1 or one.worth is not None:
        return None
    unit = unit_after(lower, one)
    name = _NAME.match(between)
    if not unit or name is None or not _JOINT.match(between, name.end()):
        return None
    if is_money(unit):
        cents = _HUNDREDTHS.search(lower, other.start) if other.value < _WHOLE else None
        if cents is None or lower[other.start : cents.start()].strip() not in (other.text.lower(), "", *_head(other)):
            return None
        end = max(other.end, cents.end())
        return Numeral(lower[one.start : end], one.value + other.value / _WHOLE, None, one.start, end)
    smaller = unit_after(lower, other)
    if smaller not in units() or unit not in units() or smaller == unit:
        return None
    factor = same_unit(unit, smaller)
    if factor is None or factor <= 1 or other.value >= factor or factor.denominator != 1:
        return None
    value = one.value * factor + other.value
    return Numeral(lower[one.start : other.end], value, Fraction(value, factor), one.start, other.end)


def _head(number: Numeral) -> tuple[str, ...]:
    """What stands before the name of a number's part, where the number was read with it: `50` of `50 cents`."""
    return tuple(re.findall(r"\A[\d.,]+", number.text))
