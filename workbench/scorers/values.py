"""The value that a short text stands for, apart from how it is spelt: number, date, quantity, truth, formula, text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.formulas.trees import read
from workbench.scorers.formulas.worth import exact
from workbench.scorers.languages import as_written, languages_of, table
from workbench.scorers.number_words import number_in_words
from workbench.scorers.numbers import strict_number
from workbench.scorers.numerals import Numeral, numerals, pure_number, readable
from workbench.scorers.sentences.normal import normal_form
from workbench.scorers.sentences.written import written
from workbench.scorers.units import unit_of

_CODE: Final = re.compile(r"#?(?=[\w./+()#-]*\d)(?:[A-Za-z]{1,6}[-_./]?\d[\w./-]*|\d[\d./-]*[A-Za-z-][\w./-]*)\Z")
_PHONE: Final = re.compile(r"\+?[\d\s()/.-]{7,24}\Z")
_IBAN: Final = re.compile(r"[A-Z]{2}\d{2}(?:\s?[A-Z0-9]{2,4}){3,9}\Z")
_QUANTITY: Final = re.compile(
    r"([-−+]?[$€£]?\s?\d[\d.,' \u202f]*|\d+/\d+|[a-zà-ÿ]+)\s?((?:[A-Za-zµμ°Ωà-ÿÀ-ßа-яА-Я\u0600-\u06ff%]{1,"
    r"14}[.²³]?)(?:[\s/·*^-]?(?:[A-Za-zà-ÿа-яА-Я\u0600-\u06ff]{1,12}[²³]?|\^?\{?-?\d\}?)){0,2}|"
    r"[\u4e00-\u9fff\u3040-\u30ff\uac00-\ud7af]{1,4})\Z"
)
_MATHEMATICAL: Final = re.compile(
    r"[\\^=<>≤≥≠√π∞±∪()\[\]{}|!²³]|\d\s?[+*/]|[+*/]\s?\d|\d\s?-\s?[a-z\d]|[a-z]\s?[+*/-]\s?[a-z\d]\b|\d\s?,"
    rf"\s?-?\d|\d[a-z]\b|\d\s{as_written('plain_and', 'plain_or', codes=('en',))}\s-?\d"
)


@dataclass(frozen=True)
class Quantity:
    """A number with a unit; the unit is empty where there is none."""

    number: Numeral
    unit: str


_PRODUCT = re.compile(r"[-−]?\d+(?:\.\d+)?\s?[*·]?\s?(?:[u-z](?:\^?\{?\d+\}?)?|[nqr]|[a-cknqrt]\^\{?\d+\}?)+")
"""A number times letters that are no unit: `5x`, `3x^2`, `12xy`, `4t^2`; `5 m`, `10k` and `3 s^2` are quantities."""
_SIGNED_LETTER: Final = re.compile(r"[-−]\s?[a-zA-Z]")
"""A formula that its sign alone makes one: `-i`."""


@lru_cache(4096)
def kind_of(target: str) -> str:
    """What a target is: number, quantity, date, mathematics, code or text.

    >>> [kind_of(text) for text in ("1,250", "5 cm", "2024-03-15", "x + 2", "A-10293", "Paris")]
    ['number', 'quantity', 'date', 'mathematics', 'code', 'text']
    """
    text = plain_target(target)
    if len(text) > 400 or not text:
        return "text"
    if date_of(text):
        return "date"
    if _IBAN.match(text) or (
        _PHONE.match(text)
        and len(re.sub(r"\D", "", text)) >= 7
        and not pure_number(text)
        and not re.search(r"\d\s[+*/-]\s\d", text)
    ):
        return "code"
    codes = languages_of(text.lower())
    if pure_number(text) is not None:
        return "number"
    if re.fullmatch(r"0\d{1,3}", text):
        return "number"
    if _PRODUCT.fullmatch(text) and read(text) is not None:
        return "mathematics"
    if _QUANTITY.match(text) and quantity_of(text, codes) is not None:
        return "quantity"
    if (_CODE.match(text) and not re.fullmatch(r"\d+[a-z](?:[+*/^-].*)?", text) and read(text) is None) or re.fullmatch(
        r"#?[A-Z]{1,6}-?\d{2,}(?:[-/][A-Z0-9]+)*", text
    ):
        return "code"
    if (_MATHEMATICAL.search(text) or _SIGNED_LETTER.fullmatch(text)) and read(text) is not None:
        return "mathematics"
    return "text"


@lru_cache(4096)
def plain_target(target: str) -> str:
    """A target without Markdown and without LaTeX around it."""
    return normal_form(target).text.strip() if any(c in target for c in "\\$*_`<#") else target.strip()


def quantity_of(text: str, codes: tuple[str, ...] = ("en",)) -> Quantity | None:
    """Read a number with a unit, such as `5 cm` or `three weeks`.

    >>> quantity_of("three weeks").unit, quantity_of("5 cm^2").unit
    ('week', 'cm^2')
    """
    match = _QUANTITY.match(text.strip().rstrip("."))
    if not match:
        return None
    number = pure_number(match[1]) or number_in_words(match[1], codes)
    return Quantity(number, unit_of(match[2])) if number is not None else None


_MONTHS: Final[dict[str, int]] = {}


def _months() -> dict[str, int]:
    if not _MONTHS:
        for lang in table().values():
            for place, name in enumerate(lang.get("months", ()), start=1):
                _MONTHS.setdefault(name, place)
                if len(name) > 4 and lang is table()["en"]:
                    _MONTHS.setdefault(name[:3], place)
            for name, place in lang.get("months_also", {}).items():
                _MONTHS.setdefault(name, place)
        _MONTHS["sept"] = 9
    return _MONTHS


# Each begins with a figure, to which a search leaps; what may not stand before is asked behind it.
_ISO: Final = re.compile(
    r"(\d\d\d\d)(?:(?<!\d\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)"
    r"|\s?[年년]\)?\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]?)"
)
_SHORT_DATE: Final = re.compile(r"(\d(?<!\d\d)\d?)([-/.])(\d{1,2})\2(\d{4})(?!\d)")
_DAY_FIRST: Final = re.compile(
    rf"(\d(?<!\d\d)\d?)(?:\.|{as_written('ordinal_ends')})?\s(?:{as_written('of_month')}\s)?"
    rf"([^\W\d_]{{3,12}})\.?,?\s(?:{as_written('of_year')}\s)?(\d{{4}})(?!\d)"
)
_BEHIND_A_MONTH: Final = re.compile(r"\s(\d{1,2})(?:st|nd|rd|th)?,?\s(\d{4})(?!\d)")
_MONTH_BEFORE: Final = re.compile(r"([^\W\d_]{3,12})\.?,?\Z")
_LONGEST_MONTH: Final = 14
"""Characters of a month before its day, with the signs behind it."""


def dates_in(text: str) -> list[tuple[int, frozenset[date]]]:
    """The dates in a text: where each begins, and what it may be (`03/04/2024` is two dates)."""
    lower = text.lower()
    found = [
        (match.start(), _valid([(match[1], match[2] or match[4], match[3] or match[5])]))
        for match in _ISO.finditer(lower)
    ]
    for match in _SHORT_DATE.finditer(lower):
        pairs = [(match[4], match[3], match[1])] + ([(match[4], match[1], match[3])] if match[2] != "." else [])
        found.append((match.start(), _valid(pairs)))
    named = [(match, match[2], match[1], match[3]) for match in _DAY_FIRST.finditer(lower)]
    for behind in _BEHIND_A_MONTH.finditer(lower):  # figures are fewer than words that might be months
        before = _MONTH_BEFORE.search(lower, max(0, behind.start() - _LONGEST_MONTH), behind.start())
        named += [(before, before[1], behind[1], behind[2])] if before else []
    found += [
        (match.start(), _valid([(year, _months()[month], day)]))
        for match, month, day, year in named
        if month in _months()
    ]
    return sorted((place, dates) for place, dates in found if dates)


def _valid(parts: list[tuple[str | int, str | int, str | int]]) -> frozenset[date]:
    made = set()
    for year, month, day in parts:
        try:
            made.add(date(int(year), int(month), int(day)))
        except ValueError:
            continue
    return frozenset(made)


def date_of(text: str) -> frozenset[date]:
    """What date a text is, and nothing else; empty where it is none.

    >>> date_of("March 15, 2024") == date_of("2024-03-15"), date_of("March")
    (True, frozenset())
    """
    if not 8 <= len(text) <= 40 or not re.search(r"\d{4}", text):
        return frozenset()
    found = dates_in(text)
    rest = re.sub(r"[\d\s/.,年月日년월일-]|st\b|nd\b|rd\b|th\b", "", text.lower())
    return (
        found[0][1]
        if len(found) == 1
        and (not rest or rest.replace("of", "").replace("de", "").strip(" .г") in _months() or rest in _months())
        else frozenset()
    )


def squeezed(text: str) -> str:
    """A code without the signs that only part it: `+49 30 123` is `+4930123`.

    >>> squeezed("DE89 3704-0044")
    'de8937040044'
    """
    return re.sub(r"[\s\-./()#]", "", text).lower()


def squeezed_formula(text: str) -> str:
    """A formula that is not read, without its blanks: `P( A | B )` is `p(a|b)`."""
    return re.sub(r"[\s$\\]|left|right|mid", "", text.replace("\\mid", "|")).lower().strip(".")


@lru_cache(8192)
def value_key(extracted: str) -> str:
    """Write what was extracted from an answer so that equal values are equal texts, for votes and counts.

    >>> value_key("1,000") == value_key("1000"), value_key("1/2") == value_key("0.50"), value_key("B") == value_key("b")
    (True, True, True)
    """
    text = plain_target(extracted)
    found = date_of(text)
    if found:
        return "date " + " ".join(sorted(day.isoformat() for day in found))
    codes = languages_of(text.lower())
    number = (
        pure_number(text) or number_in_words(text, codes) or (strict_number(text, codes) if len(text) < 60 else None)
    )
    if number is not None:
        whole = number.worth if number.worth is not None and "%" not in readable(number.text) else number.value
        return f"number {whole}"
    formula = read(text) if _MATHEMATICAL.search(text) else None
    if formula is not None:
        value = exact(formula)
        return f"number {value}" if value is not None else f"formula {formula!r}"
    return f"text {written(text)}"


def one_number(text: str, codes: tuple[str, ...] = ("en",)) -> Numeral | None:
    """The number of a target that holds exactly one."""
    plain = plain_target(text)
    found = numerals(plain, codes)
    if len(found) == 1 and not re.search(r"(?<![\d.])\d+[a-z]|√|π", readable(plain)):
        return found[0]
    value = exact(read(plain))
    if value is not None:
        return Numeral(plain, value, None, 0, len(plain))
    return number_in_words(plain, languages_of(plain.lower())) if not found else found[0] if len(found) == 1 else None
