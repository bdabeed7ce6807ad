"""Units and currencies: what stands beside a number, in one form, and how many of one unit another is."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.languages import as_written, worded
from workbench.scorers.numerals import Numeral, numerals, readable

_SIGNS_OF_MONEY: Final = "$€£¥₽"
_WITHOUT_BLANKS: Final = "\u4e00-\u9fff\u3040-\u30ff\uac00-\ud7af"
_SPELLED_UNIT: Final = re.compile(
    r"\s?((?:cubic|square)\s[a-z]{4,12}|degrees?\s(?:celsius|fahrenheit)|(?:miles|kilomet(?:er|re)s|met(?:er|re)s)\sper\s(?:hour|second))\b",
    re.IGNORECASE,
)
_UNIT_SIGNS: Final[dict[int, str]] = {
    **{ord("²"): "^2", ord("³"): "^3", ord("μ"): "µ", ord("{"): "", ord("}"): ""},
    **dict.fromkeys(range(0x064B, 0x0653), ""),
}
_BESIDE: Final = re.compile(
    rf"\s?(?:{worded('of_a_unit')}\s?)?"
    r"\\?((?:[A-Za-zµμ°Ωà-ÿÀ-ßа-яА-Я\u0620-\u06ff%$€£¥₽]{1,14}[²³]?)(?:/[A-Za-zа-я\u0620-\u06ff]{1,"
    rf"8}}[²³]?)?(?:\^\{{?-?\d\}}?)?|[{_WITHOUT_BLANKS}]{{1,8}})"
)
_MOST_JOINED: Final = 4


@lru_cache(1)
def _facts() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_name("units.toml").read_text(encoding="utf-8"))


@lru_cache(1)
def units() -> Mapping[str, tuple[str, Fraction]]:
    """Units by name: what they measure, and how many of its first unit they are.

    >>> units()["cm"]
    ('length', Fraction(1, 100))
    """
    return {
        unit_of(name): (measured, Fraction(factor))
        for measured, lines in _facts().items()
        if measured != "money"
        for factor, names in lines.items()
        for name in names
    }


@lru_cache(1)
def _currencies() -> Mapping[str, str]:
    return {name: currency for currency, names in _facts()["money"].items() for name in names}


def is_known(unit: str) -> bool:
    """Whether a unit or a currency, in its one form, is in the table."""
    return unit in units() or unit in _currencies()


def is_money(unit: str) -> bool:
    """Whether a unit, in its one form, is a currency."""
    return unit in _currencies() or f"{unit}s" in _currencies()


def other_money(target: str, extracted: str) -> bool:
    """Whether two amounts stand in different currencies.

    >>> other_money("€5", "$5"), other_money("€5", "5 EUR"), other_money("5", "$5")
    (True, False, False)
    """
    said, wants = (
        {_currencies()[unit] for unit in re.findall(r"r\$|[$€£¥₽₹₩]|[^\W\d_]+", text.lower()) if unit in _currencies()}
        for text in (extracted, target)
    )
    return bool(said and wants) and said.isdisjoint(wants)


@lru_cache(4096)
def unit_of(text: str) -> str:
    """A unit's name in one form: lower case, singular, its exponent after `^`.

    >>> unit_of("Metres"), unit_of("cm²")
    ('meter', 'cm^2')
    """
    unit = text.strip().rstrip(".").lower().translate(_UNIT_SIGNS)
    unit = " ".join(re.sub(r"\s*/\s*", "/", unit).split())
    words = [
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
        for word in unit.split(" ")
    ]
    return re.sub(r"(lit|met)re\b", r"\1er", " ".join(words))


def unit_after(text: str, number: Numeral) -> str:
    """The unit that stands after, or the currency that stands in or before, a number of a readable text."""
    if number.text[:1] in _SIGNS_OF_MONEY or number.text[1:2] in tuple(_SIGNS_OF_MONEY):
        return next(sign for sign in number.text if sign in _SIGNS_OF_MONEY)
    spelled = _SPELLED_UNIT.match(text, number.end)
    if spelled:
        return unit_of(spelled[1])
    found = _BESIDE.match(text, number.end)
    return _of_joined(unit_of(found[1])) if found else ""


def _of_joined(unit: str) -> str:
    """The unit at the start of words without blanks between them: of `メートルです` it is `メートル`."""
    if not re.match(f"[{_WITHOUT_BLANKS}]", unit) and not re.search("[\uac00-\ud7af\u3040-\u30ff]", unit):
        return unit
    known = (unit[:length] for length in range(len(unit), 0, -1) if is_known(unit[:length]))
    return next(known, unit[:_MOST_JOINED])


def same_unit(one: str, other: str) -> Fraction | None:
    """How many of the other unit one of the first is; None where they do not measure the same.

    >>> same_unit("cm", "m"), same_unit("cm", "kg"), same_unit("week", "week"), same_unit("公里", "metri")
    (Fraction(1, 100), None, Fraction(1, 1), Fraction(1000, 1))
    """
    if one == other or _currencies().get(one, one) == _currencies().get(other, other):
        return Fraction(1)
    mine, theirs = units().get(one), units().get(other)
    if mine and theirs and mine[0] == theirs[0]:
        return mine[1] / theirs[1]
    if mine and theirs:
        return None
    if len(one) > 3 and len(other) > 3 and one[:4] == other[:4]:
        return Fraction(1)
    return None


_ASKED: Final = re.compile(
    rf"(?:{worded('how_many')}|(?<!\w){as_written('in_unit')})\s?(?:{worded('articles')}\s)?([^\W\d_]{{1,14}}(?:/[^\W\d_]{{1,8}})?[²³]?)(?!\w)"
)
_LONGEST_QUESTION: Final = 2_000


@lru_cache(4096)
def asked_unit(question: str) -> str:
    """The unit that a question asks for, in its one form; empty where it names none, or several.

    >>> asked_unit("How many grams of rice?"), asked_unit("What is the speed in km/h?"), asked_unit("How many hens?")
    ('gram', 'km/h', '')
    """
    last = re.split(r"(?<=[.!。])\s", question.strip()[-_LONGEST_QUESTION:].lower())[-1]
    found = {unit for match in _ASKED.finditer(last) if is_known(unit := unit_of(match[1]))}
    return found.pop() if len(found) == 1 else ""


def unit_of_number(answer: str, said: str) -> str:
    """The unit beside a number where an answer has it last, in its one form; empty where none is."""
    text = readable(answer[-4_000:])
    place = text.rfind(readable(said))
    number = next((each for each in numerals(text) if each.start <= place < each.end), None) if place >= 0 else None
    return unit_after(text, number) if number is not None else ""


def measures_the_other(unit: str, asked: str) -> bool:
    """Whether a unit is a length, an area or a volume by its power, and another one is asked for.

    >>> measures_the_other("cubic meter", "milliliter"), measures_the_other("cm", "cm")
    (True, False)
    """
    return bool(re.match(r"(?:cubic|square)\s", unit)) and unit != asked and not re.search(r"\^|cubic|square", asked)
