"""How a value may be written in a thought: the texts and patterns that stand for a target, whatever its spelling."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache, partial
from typing import Final

from workbench.analysis.targets.patterns import (
    SIGNS_OF_PARTS,
    SUPERSCRIPTS,
    Late,
    LateWord,
    Spelling,
    no_words,
    parts_around,
)
from workbench.analysis.targets.spelled import number_in, parts_in
from workbench.analysis.targets.terms import other_terms
from workbench.analysis.thoughts.text import without_accents
from workbench.analysis.thoughts.words import alternation, leading
from workbench.base import regular_expressions as re
from workbench.scorers.languages import UNSPACED, table
from workbench.scorers.numerals import pure_number
from workbench.scorers.values import date_of, kind_of, one_number, plain_target
from workbench.tasks.task import alternatives

SMALL: Final = 12
"""Whole numbers up to this one stand everywhere: they count only where something says that they are a result."""

_LONGEST_SPELLED: Final = 9_999
_LONGEST_TERM: Final = 60
_SMALLEST_PART: Final = 100
_MOST_DIGITS: Final = 60
_LETTER: Final = re.compile(r"\(?([A-Ja-j])\)?\Z")
ARTICLE: Final = re.compile(r"(?:the|a|an)\s+(?=\w{2})", re.IGNORECASE)
"""An article at the beginning of a target: a thought may leave it out."""
_LONGEST_MONTH, _REST_OF_A_DATE = 24, 48
"""Characters of a month before its day, and of what may stand behind a day: its month, and a year."""
_CYRILLIC_NOUN: Final = re.compile(r"[А-Яа-яЁё]{4,}\Z")
_ENDING_LETTERS: Final = "аяоеьйыи"
_CASE_ENDINGS: Final = r"(?:а|я|у|ю|ом|ем|ём|ой|ей|ою|ею|ью|е|и|ы|ов|ев|ам|ям|ами|ями|ах|ях)"
"""Endings that a Russian noun takes in a sentence."""
_NAMED: Final = re.compile(r"[A-Za-z]\w?\s*=\s*([^=]{1,40})\Z")
_SYMBOLIC: Final = re.compile(r"\d\s?[abknpqxyz](?:\W|\Z)")
"""A number before a letter that is no unit: a formula."""
_TIME: Final = re.compile(r"(\d{1,2}):(\d\d)\s*(?:([ap])\.?m\.?)?\Z", re.IGNORECASE)
_AMOUNT: Final = re.compile(r"(?:[A-Z]{3}|[A-Z]{1,2}\$|Rs\.?|kr\.?)\s?(\d[\d,]*(?:\.\d+)?)\Z")
_QUOTED: Final = re.compile(r"(['\"])[^'\"]{2,40}\1\Z")
_POWER: Final = re.compile(r"(\d{1,9})\s?\^\s?[({]?(-?\d{1,4})[)}]?\Z")
_RATIO: Final = re.compile(r"(\d{1,9})\s?:\s?(\d{1,9})\Z")
_RATIOS: Final = re.compile(r"(?<![\d.,:：])(\d{1,9})(?:\s?[:：比]\s?|\s(?:to|zu|к)\s)(\d{1,9})(?![\d.,]*\d|\s?[:：])")
_FRACTIONS: Final = re.compile(r"[/⁄]\s?(\d{1,12})(?![\d]|[.,/⁄]\d)")
_ABOVE: Final = re.compile(r"(?<![\w.,/⁄^])(\d{1,12})\s?\Z")


@dataclass(frozen=True)
class Form:
    """One accepted answer as it may be written.

    `kind` is number, letter, date, ratio, text, name or terms (of a value); `searches` are patterns with the letters
    that each begins with. `spelled` gives a number's names in the words of a language. `value` is that of a number.
    What is `weak` stands in many sentences, and counts only where something says that it is a result.
    """

    kind: str
    searches: tuple[tuple[str, re.Pattern[str] | Late], ...]
    value: Fraction | None = None
    spelled: Spelling = field(default=no_words, hash=False, compare=False)
    text: str = ""
    weak: bool = False

    @cached_property
    def surname(self) -> re.Pattern[str] | None:
        """The end of a name of several words, by which a person is called as well; None for anything else."""
        words = self.text.split()
        if self.kind != "text" or not 2 <= len(words) <= 4 or not all(word.isalpha() for word in words):
            return None
        return _surname(tuple(without_accents(self.text).split()))

    @cached_property
    def last_word(self) -> str:
        """The last word of a name, without the accents of its letters."""
        return without_accents(self.text).split()[-1]

    @cached_property
    def is_fraction(self) -> bool:
        """Whether it is written as a fraction, which may stand in other terms."""
        return self.value is not None and self.value.denominator != 1 and ("/" in self.text or "frac" in self.text)

    @cached_property
    def is_negative(self) -> bool:
        """Whether it is a number below zero."""
        return self.value is not None and self.value < 0

    @cached_property
    def common(self) -> bool:
        """Whether it stands everywhere: a small whole number, a letter, or *half*."""
        value = self.value
        return (
            self.weak or self.kind == "letter" or (value is not None and value.denominator == 1 and abs(value) <= SMALL)
        )


@lru_cache(4096)
def forms_of(target: str) -> tuple[Form, ...]:
    r"""The forms of every accepted answer of a target.

    >>> [form.kind for form in forms_of("42 | B")], [first for first, _ in forms_of("1250")[0].searches]
    (['number', 'letter'], ['1250', '1'])
    >>> forms_of("42")[0].spelled("en"), forms_of("42")[0].spelled("de")
    (('forty-two', 'forty two'), ('zweiundvierzig',))
    """
    found = [form for part in alternatives(target) if (form := _form(part)) is not None]
    for part in alternatives(target):
        plain = plain_target(part).strip()
        if plain and len(plain) <= _LONGEST_TERM:
            own = _form(part)
            found += [
                Form("name" if term.is_name else "terms", term.searches, None, term.words, plain.lower(), term.weak)
                for term in other_terms(plain, own.value if own is not None else None)
            ]
        if _QUOTED.match(plain) and (form := _form(plain[1:-1])) is not None:
            found.append(form)  # what is printed, without the marks of a text
        amount = _AMOUNT.match(plain)
        if amount and (form := _form(amount[1])) is not None:
            found.append(form)  # an amount of money without the sign of its currency
        power, ratio = _POWER.match(plain), _RATIO.match(plain)
        if power:
            found.append(_power(power[1], power[2], plain))
        elif ratio and _TIME.match(plain) is None:
            found.append(Form("ratio", ((":", _RATIOS), ("：", _RATIOS)), text=plain))
        for long, short in (("saint ", "St. "), ("mount ", "Mt. ")):
            if plain.lower().startswith(long) and (form := _form(short + plain[len(long) :])) is not None:
                found.append(form)
        symbol = _symbol(plain.lower())
        if symbol:
            found.append(Form("text", ((symbol, re.compile(symbol)),), text=symbol))
        named = _NAMED.match(plain)
        if named is not None and (form := _form(named[1])) is not None and form.kind == "number":
            found.append(form)  # x = 4 is said as 4, too
    return tuple(found)


def _form(target: str) -> Form | None:
    text = plain_target(target)[:2_000].strip()
    if not text:
        return None
    letter = _LETTER.match(text)
    if letter:
        upper = letter[1].upper()
        pattern = re.compile(rf"{upper}(?<![0-9A-Za-z_]{upper})(?![0-9A-Za-z_'’])")
        small = re.compile(rf"\({upper.lower()}\)(?<![\w)]\({upper.lower()}\))")
        return Form("letter", ((upper, pattern), (f"({upper.lower()})", small)), text=upper)
    time = _TIME.match(text)
    if time and int(time[1]) < 24 and int(time[2]) < 60:
        return _time(int(time[1]), time[2], (time[3] or "").lower(), text)
    days = date_of(text)
    if days:
        years = sorted({str(day.year) for day in days})
        return Form("date", tuple((year, re.compile(year)) for year in years), text=text)
    value = _value(text)
    if value is not None and len(str(value.numerator)) <= _MOST_DIGITS and len(str(value.denominator)) <= _MOST_DIGITS:
        return _number(value, text)
    bare = ARTICLE.sub("", text, count=1) if ARTICLE.match(text) else text
    words = bare.lower().split()
    formula = kind_of(target) == "mathematics" or _SYMBOLIC.search(text) is not None
    first = words[0][0] if formula else words[0]
    rest = (
        r"\s*".join(map(_spaced, [part for part in (words[0][1:], *words[1:]) if part]))
        if formula
        else "".join(rf"\s+{re.escape(word)}" for word in words[1:])
    )
    escaped = re.escape(first)
    begins = first[0].isalnum() and not UNSPACED.match(first)
    ends = words[-1][-1].isalnum() and not UNSPACED.search(words[-1][-1])
    gap = r"\s*" if formula and rest else ""
    whole = LateWord(escaped + gap + rest, escaped if begins else "", after=ends)
    searches: list[tuple[str, re.Pattern[str] | Late]] = [(first, whole)]
    if _CYRILLIC_NOUN.match(text):
        stem = text.lower().rstrip(_ENDING_LETTERS)
        searches.append((stem, Late(rf"{re.escape(stem)}(?<!\w{re.escape(stem)}){_CASE_ENDINGS}(?!\w)")))
    return Form("text", tuple(searches), text=text.lower())


def _symbol(name: str) -> str:
    """The letter of a Greek name: pi is π."""
    try:
        return unicodedata.lookup(f"GREEK SMALL LETTER {name}") if name.isascii() and name.isalpha() else ""
    except KeyError:
        return ""


@lru_cache(256)
def _surname(words: tuple[str, ...]) -> re.Pattern[str]:
    front = "".join(rf"(?:{re.escape(word)}\s)?" for word in words[1:-1])
    return re.compile(rf"(?<!\w){front}{re.escape(words[-1])}(?!\w)")


def _power(base: str, exponent: str, text: str) -> Form:
    """A power as it is written, beside the number that it is."""
    raised = rf"\s?(?:(?:\^|\*\*)\s?[({{]?{exponent}[)}}]?|{exponent.translate(SUPERSCRIPTS)})(?!\d|\s?=)"
    return Form("text", ((base, re.compile(rf"{base}(?<![\w.,^]{base}){raised}")),), text=text.lower())


def equal_fractions(value: Fraction, lower: str) -> list[tuple[int, int]]:
    """Where a fraction is written that is worth as much, in whichever terms: 6/36 for 1/6.

    >>> equal_fractions(Fraction(1, 6), "that is 6/36, not 6/35")
    [(8, 12)]
    """
    found = []
    for match in _FRACTIONS.finditer(lower):
        above = _ABOVE.search(lower, max(0, match.start() - 14), match.start())
        below = int(match[1])
        if above is not None and below and int(above[1]) * value.denominator == below * abs(value.numerator):
            negative = lower[max(0, above.start() - 1) : above.start()] in ("-", "−")
            if negative == (value < 0):
                found.append((above.start() - negative, match.end()))
    return found


def equal_ratios(target: str, lower: str) -> list[tuple[int, int]]:
    """Where a ratio is written that is worth as much: 2:16 for 1:8.

    >>> equal_ratios("1:8", "first 2 : 16, then 1:8, at 1:80")
    [(6, 12), (19, 22)]
    """
    one, other = (int(part) for part in target.split(":"))
    return [match.span() for match in _RATIOS.finditer(lower) if int(match[1]) * other == int(match[2]) * one > 0]


@lru_cache(256)
def _yearless(target: str) -> tuple[re.Pattern[str], list[re.Pattern[str]]]:
    """The days of a date without their year, and the figures of these days, around which they stand."""
    patterns, figures = [], {}
    for day in date_of(target):
        names = {lists["months"][day.month - 1] for lists in table().values() if len(lists.get("months", ())) == 12}
        spelt = sorted({*names, *(name[:3] for name in names if name.isascii())})
        first, month = str(day.day), str(day.month)
        figures[first] = re.compile(rf"{first}(?<!\d{first})(?!\d)")
        patterns += [
            leading(spelt, rf"\.?\s{first}(?:st|nd|rd|th)?(?!\d)"),
            rf"{first}(?<!\d{first})(?:\.|st|nd|rd|th|er|º)?\s(?:(?:of|de|d')\s)?"
            rf"{alternation(spelt)}(?!\w)",
            rf"{month}(?<!\d{month})\s?[月월]\s?{first}\s?[日号일]",
        ]
    return re.compile(rf"(?:{'|'.join(patterns)})(?!,?\s(?:(?:of|de)\s)?\d{{4}})"), list(figures.values())


def yearless_places(target: str, lower: str) -> list[tuple[int, int]]:
    """Where the day of a date stands without its year.

    >>> yearless_places("2023-06-23", "may 31, june 23, june 23, 2024")
    [(8, 15)]
    """
    pattern, days = _yearless(target)
    places = sorted(place.start() for day in days for place in day.finditer(lower))
    parts = parts_around(places, _LONGEST_MONTH, _REST_OF_A_DATE)
    return [match.span() for begin, end in parts for match in pattern.finditer(lower, begin, end)]


def _time(hour: int, minutes: str, half: str, text: str) -> Form:
    """A time of day, by both clocks where it says which half of the day it is."""
    written = [str(hour)]
    if half:
        written.append(f"{hour % 12 + (12 if half == 'p' else 0):02d}")
    rest = rf"(?:[:.]{minutes}|\s?[点點时時시]\s?0?{int(minutes)}\s?[分분])(?!\d)(?:\s?{half or '[ap]'}\.?m\b\.?)?"
    searches = [(first, re.compile(rf"{first}(?<![\d:.]{first}){rest}")) for first in dict.fromkeys(written)]
    return Form("text", tuple(searches), text=text.lower())


def _spaced(word: str) -> str:
    """Signs of a formula, with or without blanks between them; a power raised or behind its sign."""
    return r"\s*".join(_either_way(part) for part in re.findall(r"\^\s*\{?-?\d+\}?|\w+|\W", word))


def _either_way(part: str) -> str:
    if part in "-−–":
        return "[-−–]"
    if part[0] == "^" and len(part) > 1:
        exponent = part.strip("^{} ")
        return rf"(?:(?:\^|\*\*)\s*\{{?{exponent}\}}?|{exponent.translate(SUPERSCRIPTS)})"
    return re.escape(part)


def _value(text: str) -> Fraction | None:
    if kind_of(text) not in ("number", "quantity") or _SYMBOLIC.search(text):
        return None
    number = pure_number(text) or one_number(text)
    return None if number is None else number.value


def _number(value: Fraction, text: str) -> Form:
    size = abs(value)
    written: list[tuple[str, str]] = []  # the letters that stand first, so that a search can leap to them; what follows
    if size.denominator == 1:
        whole = str(size.numerator)
        written.append((whole, r"(?:[.,]0+)?"))
        written += _grouped(whole, r"(?:[.,]0+)?")
    else:
        front, _, behind = _decimal(size).partition(".")
        if behind:
            written += [(f"{front}{point}{behind}", "0*") for point in ".,"]
            written += [(f".{behind}", "0*")] if front == "0" else []
            written += _grouped(front, rf"[.,]{behind}0*")
        if (
            size < 1 or size.denominator <= 4 or "/" in text or "frac" in text
        ):  # 49/5 has still to be worked out where 9.8 is wanted
            written.append((str(size.numerator), rf"\s?[/⁄]\s?{size.denominator}"))
        written += [(SIGNS_OF_PARTS[size], "")] if size in SIGNS_OF_PARTS else []
    searches = tuple((first, Late(_bounded(first, rest, value < 0))) for first, rest in written)
    words: Spelling = no_words
    if value.denominator == 1 and abs(value) <= _LONGEST_SPELLED:
        words = partial(number_in, int(value))
    elif 0 < value < 1 and value.denominator <= _SMALLEST_PART:
        words = partial(parts_in, value)
    return Form("number", searches, value, words, text)


def _grouped(whole: str, rest: str) -> list[tuple[str, str]]:
    """A number in groups of three figures, and what may follow it; none where it has no more than three."""
    if len(whole) <= 3:
        return []
    head = len(whole) % 3 or 3
    groups = [whole[at : at + 3] for at in range(head, len(whole), 3)]
    between = r"(?:[,.'’_ \u00a0\u2009\u202f]|\{,\}|\\,)"
    return [(whole[:head], "".join(between + group for group in groups) + rest)]


def _bounded(first: str, rest: str, negative: bool) -> str:
    """A pattern of a number that is no part of a longer one, of a word, a time or a fraction."""
    escaped = re.escape(first)
    before = rf"(?<=[-−–]{escaped})" if negative else rf"(?<![0-9A-Za-z_.,]{escaped})(?<!\d[:/]{escaped})"
    return rf"{escaped}{before}{rest}(?![0-9_]|[.,:/]\d)"


def _decimal(value: Fraction) -> str:
    """A finite decimal as digits; empty where it has no end, or a long one."""
    scaled, places = value, 0
    while scaled.denominator != 1 and places < 12:
        scaled, places = scaled * 10, places + 1
    if scaled.denominator != 1:
        return ""
    whole = str(scaled.numerator).rjust(places + 1, "0")
    return f"{whole[:-places]}.{whole[-places:]}"
