"""Values in other terms than those of the target: mixed numbers, hundredths, units, clocks, powers of ten, lists."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache, partial
from pathlib import Path
from typing import Final

from workbench.analysis.target_spelled import number_in
from workbench.scorers.languages import compiled, table
from workbench.scorers.units import units
from workbench.scorers.values import quantity_of

Spelling = Callable[[str], tuple[str, ...]]
"""The words of a value in a language."""

_LARGEST_PART: Final = 16
_MOST_DIGITS: Final = 6
_HALVES: Final = {
    Fraction(1, 2): "½",
    Fraction(1, 4): "¼",
    Fraction(3, 4): "¾",
    Fraction(1, 3): "⅓",
    Fraction(2, 3): "⅔",
}
_SUPERSCRIPTS: Final = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_CLOCK: Final = re.compile(r"(\d{1,2})(?:[:.h]\s?(\d\d))?\s*(?:([ap])\.?\s?m\b\.?)?(?:\s?uhr)?\Z", re.IGNORECASE)
_ORDINAL: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th)\Z")
_NUMBERS: Final = re.compile(
    r"[({\[]?\s*(?:[a-z]\s*=\s*)?-?\d+(?:\.\d+)?(?:\s*(?:,|;|and|or)\s*(?:[a-z]\s*=\s*)?-?\d+(?:\.\d+)?){1,3}\s*[)}\]]?\Z"
)
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_FORMULA: Final = re.compile(r"[A-Z][a-z]?\d?(?:[A-Z][a-z]?\d*|\(\w+\)\d*|\d)+\Z")
_BETWEEN: Final = (
    r"\$?\s*(?:[,;，、;&]|and|or|und|oder|et|ou|y|o|e|и|или|和|与|或|と|,\s*(?:and|or))\s*\$?"
    r"\s*(?:(?<![a-z])[a-z](?:_?\{?\d\}?)?\s*=\s*)?"
)


class Late:
    """A pattern that is compiled when it is first needed: the letters that it begins with stand in few thoughts."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """Every place of a text that it fits.

        >>> [match[0] for match in Late("[0-9]+").finditer("1 and 22")]
        ['1', '22']
        """
        return compiled(self.pattern).finditer(text)


Search = tuple[str, Late]


def no_words(code: str) -> tuple[str, ...]:
    """What a value without words is called in a language.

    >>> no_words("en")
    ()
    """
    return ()


@dataclass(frozen=True)
class Term:
    """One other way of writing a value: patterns with the letters that each begins with, and words by language.

    What is `weak` stands in many sentences: it counts only where something says that it is a result.
    """

    searches: tuple[Search, ...] = ()
    words: Spelling = field(default=no_words, hash=False, compare=False)
    weak: bool = False
    is_name: bool = False


@lru_cache(1)
def _facts() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_name("target_terms.toml").read_text(encoding="utf-8"))


def other_terms(plain: str, value: Fraction | None) -> list[Term]:
    """Other terms of a target, given as plain text and as its value, where it is a number.

    >>> [match[0] for match in other_terms("2.5", Fraction(5, 2))[0].searches[0][1].finditer("so 2 1/2, that is 2.5")]
    ['2 1/2']
    """
    found = [
        *_in_other_units(plain),
        *_clocks(plain),
        *_ordinals(plain),
        *_lists(plain),
        *_chemical(plain),
        *_called(plain),
        *_formula(plain),
    ]
    if value is not None and len(str(value.numerator)) < 20:
        percent = plain.rstrip().endswith(("%", "percent", "per cent"))
        found += [*_mixed(value), *_in_hundredths(value, percent=percent), *_pointed(value), *_scaled(value)]
        found += [*_named(value), *_one_of(value), *_none_left(value), *_below_zero(value), *_bits(plain)]
    return found


def _search(first: str, rest: str = "", behind: str = r"(?![\w/]|[.,]\d)") -> Search:
    escaped = re.escape(first)
    before = rf"(?<![a-zà-ÿа-я0-9_.,/:^−-]{escaped})" if first[:1].isascii() and first[:1].isalnum() else ""
    return first, Late(escaped + before + rest + behind)


def _decimal(value: Fraction) -> str:
    """A finite decimal of few digits; empty where it is none."""
    for places in range(_MOST_DIGITS):
        scaled = value * 10**places
        if scaled.denominator == 1:
            whole = str(abs(scaled.numerator)).rjust(places + 1, "0")
            return ("-" if value < 0 else "") + (f"{whole[:-places]}.{whole[-places:]}" if places else whole)
    return ""


def _mixed(value: Fraction) -> Iterator[Term]:
    """A whole number and a part: 2 1/2, *two and a half*."""
    whole, rest = divmod(value, 1)
    if value < 1 or not rest or rest.denominator > _LARGEST_PART:
        return
    above, below = rest.numerator, rest.denominator
    sign = rf"|\s?{_HALVES[rest]}" if rest in _HALVES else ""
    yield Term(
        (
            _search(
                str(whole),
                rf"(?:\s(?:and\s)?{above}\s?[/⁄]\s?{below}|\s?\\[dt]?frac\s?\{{{above}\}}\{{{below}\}}{sign})",
            ),
        )
    )
    yield Term(words=partial(_and_a_part, whole, rest))


def _and_a_part(whole: int, rest: Fraction, code: str) -> tuple[str, ...]:
    ends = [entry.rsplit("=", 1) for entry in _facts()["and_a_part"].get(code, ())]
    counts = (str(whole), *number_in(whole, code))
    return tuple(f"{count}{end}" for end, worth in ends if Fraction(worth) == rest for count in counts)


def _in_hundredths(value: Fraction, *, percent: bool) -> Iterator[Term]:
    """A share as hundredths: 25 % for 1/4. A share that is asked for in hundredths is not yet those: 0.25 is no 25 %."""
    if not percent and not 0 < value < 1:
        return
    text = _decimal(value if percent else value * 100)
    if not text:
        return
    signs = "|".join(re.escape(name) for name in _facts()["percent"]["behind"])
    yield Term(
        tuple(
            _search(text.replace(".", point), rf"\s?\\?(?:{signs})", r"(?!\s+(?:of|de|von|di)\s|\s?的)")
            for point in {*".,"}
            if point == "." or "." in text
        )
    )
    if "." not in text:
        yield Term(words=partial(_hundredths_in, int(text)))


def _hundredths_in(count: int, code: str) -> tuple[str, ...]:
    return tuple(f"百分之{text}" for text in (str(count), *number_in(count, code))) if code == "zh" else ()


def _pointed(value: Fraction) -> Iterator[Term]:
    """A decimal in words, digit by digit: *three point five*."""
    text = _decimal(abs(value))
    front, _, behind = text.partition(".")
    if not behind or len(front) > 3 or len(behind) > 3:
        return
    yield Term(words=partial(_pointed_in, int(front), behind))


def _pointed_in(front: int, behind: str, code: str) -> tuple[str, ...]:
    points = _facts()["point"].get(code, ())
    digits = [(number_in(int(digit), code) or ("",))[0] for digit in behind] if points else []
    gap = "" if code in ("zh", "ja", "ko") else " "
    fronts = number_in(front, code) if points and all(digits) else ()
    return tuple(f"{one}{gap}{point}{gap}{gap.join(digits)}" for one in fronts for point in points)


def _scaled(value: Fraction) -> Iterator[Term]:
    """A large number by powers of ten: 3 × 10^8, 3e8, 1.5 million, 12万."""
    if value.denominator != 1 or abs(value) < 10_000:
        return
    digits = str(abs(value.numerator)).rstrip("0")
    zeros = len(str(abs(value.numerator))) - 1
    if len(digits) > 5:
        return
    front = digits[0] + ("." + digits[1:] if digits[1:] else "")
    raised = rf"10\s?(?:(?:\^|\*\*)\s?\{{?{zeros}\}}?|{str(zeros).translate(_SUPERSCRIPTS)})"
    searches = [_search(front, rf"(?:\s?(?:[×*·x]|\\times|\\cdot)\s?{raised}|e\+?0?{zeros})")]
    if front == "1":
        searches.append(("10", Late(rf"(?<![\d.,×*·^])(?<![×*·x]\s){raised}(?!\d|\s?[*×·^])")))
    seen: dict[str, set[str]] = {}
    for lists in table().values():
        for name, power in lists.get("scales", {}).items():
            if power >= 4 and len(name) > (0 if not name.isascii() else 4):
                count = _decimal(Fraction(abs(value.numerator), 10**power))
                if count and abs(value) >= 10**power // 10:
                    seen.setdefault(count, set()).add(name)
    for count, names in seen.items():
        wanted = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
        searches += [
            _search(count.replace(".", point), rf"\s?(?:{wanted})", r"(?![a-zà-ÿа-я])")
            for point in (".,", ".")["." not in count]
        ]
    yield Term(tuple(searches))


@lru_cache(1)
def _names() -> Mapping[Fraction, Mapping[str, tuple[str, ...]]]:
    """Names of parts and round numbers, by what they are worth."""
    found: dict[Fraction, dict[str, list[str]]] = {}
    for code, lists in table().items():
        for name, worth in lists.get("more", {}).items():
            number = Fraction(worth)
            if number.denominator != 1 or number >= 12:
                found.setdefault(number, {}).setdefault(code, []).append(name)
    return {number: {code: tuple(names) for code, names in lists.items()} for number, lists in found.items()}


def _named(value: Fraction) -> Iterator[Term]:
    """A half, a dozen: words that stand for a value, and in many other sentences as well."""
    names = _names().get(value)
    if names:
        yield Term(words=partial(_name_in, value), weak=True)


def _name_in(value: Fraction, code: str) -> tuple[str, ...]:
    return _names()[value].get(code, ())


def _one_of(value: Fraction) -> Iterator[Term]:
    """A share as one of several: *1 in 4*, *three out of eight*."""
    if not 0 < value < 1 or value.denominator > _LARGEST_PART:
        return
    counts = [(str(value.numerator), *number_in(value.numerator, "en"))]
    parts = "|".join((str(value.denominator), *number_in(value.denominator, "en")))
    yield Term(
        tuple(_search(count, rf"\s(?:in|out of)\s(?:{parts})", r"(?![\w%]|[.,]\d)") for count in counts[0]), weak=True
    )


def _none_left(value: Fraction) -> Iterator[Term]:
    """Nothing at all: *none are left*."""
    if value == 0:
        left = r"(?:left|remain(?:s|ing)?|survive[sd]?)(?!\w)"
        yield Term(
            (
                _search("none", rf"(?=\s[^.\n]{{0,20}}{left})"),
                _search("nothing", rf"(?=\s[^.\n]{{0,12}}{left})"),
                _search("no", rf"\s[a-z]+\s(?:(?:are|is|at all)\s)?{left}"),
            )
        )


def _in_other_units(plain: str) -> Iterator[Term]:
    """A quantity in another unit of what it measures: 90 minutes, 1.5 hours, *an hour and a half*."""
    if plain[:1] in "$€£":
        amount = plain[1:].replace(",", "")
        if _NUMBER.fullmatch(amount) and 0 < Fraction(amount) < 1:
            yield Term((_search(_decimal(Fraction(amount) * 100), r"\s?(?:cents?|¢|pence)"),))
        return
    quantity = quantity_of(plain)
    known = units().get(quantity.unit) if quantity else None
    if quantity is None or known is None:
        small = re.fullmatch(r"(\d{1,2})\s?(?:cents?|¢)", plain)
        if small:
            yield Term((_search("0", rf"?[.,]{int(small[1]):02d}"), ("$.", Late(rf"\$\.{int(small[1]):02d}(?!\d)"))))
        return
    measured, factor = known
    if measured not in _facts()["converted"]["measures"]:
        return
    searches = []
    for worth in {other for name, (what, other) in units().items() if what == measured and other != factor}:
        text = _decimal(quantity.number.value * factor / worth)
        if not text or len(text) > 8:
            continue
        names = sorted(
            (name for name, unit in units().items() if unit == (measured, worth)), key=lambda name: (-len(name), name)
        )
        wanted = "|".join(re.escape(name) + ("n?s?" if name.isascii() and len(name) > 3 else "") for name in names)
        searches += [
            _search(text.replace(".", point), rf"\s?-?(?:{wanted})", r"(?![a-zà-ÿа-я²³^])")
            for point in (".,", ".")["." not in text]
        ]
    yield Term(tuple(searches))
    if measured == "time":
        minutes = quantity.number.value * factor / 60
        hours, rest = divmod(minutes, 60)
        if minutes.denominator == 1 and hours and hours < 24:
            yield Term(_hours_and_minutes(int(hours), int(rest)))


def _hours_and_minutes(hours: int, minutes: int) -> tuple[Search, ...]:
    end = rf"\s?(?:h|hours?|hrs?|stunden?|heures?|horas?|ore|ora|小时|個?時間|시간|ч|часа?)(?:\s(?:and|und|et|y|e|и)\s|[\s,]*)0?{minutes}\s?(?:m|min|\w*minut\w*|分钟?|分|분|мин\w*)"
    found = [_search(str(hours), end, "")] if minutes else []
    if minutes == 30:
        halves = {1: ("an hour and a half", "one and a half hours")}.get(hours, ())
        found += [_search(text) for text in halves]
    return tuple(found)


def _clocks(plain: str) -> Iterator[Term]:
    """A time of day by the other clock, and in words: 15:45 and 3:45 pm, *a quarter to four*, *half past ten*."""
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
        searches += [_search(text, ends, "") for text in {str(short), f"{short:02d}"}]
    elif minute == 0:
        searches += [_search(str(short), r"\s?[ap]\.?\s?m\b\.?", "")]
    whole = rf"(?:[:.]{minute:02d}|\s?h\s?{minute:02d}|\s?[时時点點시]\s?{minute}\s?[分분])"
    if minute == 0:
        whole = r"(?:[:.]00|\s?h\s?(?:00)?|\s?(?:uhr|o'clock|o’clock)|\s?[时時点點시])(?!\s?\d)"
    searches += [_search(text, whole, r"(?!\d)") for text in {str(hour), f"{hour:02d}"}]
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


def _ordinals(plain: str) -> Iterator[Term]:
    """A place in an order, in figures and in a word: 3rd, *third*."""
    names = _facts()["ordinals"]["en"]
    match, word = _ORDINAL.match(plain.lower()), plain.lower()
    if match and 0 < int(match[1]) <= len(names):
        yield Term((_search(names[int(match[1]) - 1]),), weak=True)
    elif word in names:
        number = names.index(word) + 1
        end = {1: "st", 2: "nd", 3: "rd"}.get(number if number < 11 else 0, "th")
        yield Term((_search(str(number), end),), weak=True)


def _lists(plain: str) -> Iterator[Term]:
    """Several numbers, whatever parts them and names them: `x = 2 or x = 3` for `2, 3`."""
    if _NUMBERS.match(plain) is None or plain.startswith("["):
        return  # a list of a program is written as one
    numbers = _NUMBER.findall(plain)
    orders = [numbers]
    if not plain.startswith("(") and len(numbers) == 2 and not re.search(r"[a-z]\s*=", plain.replace("x", "")):
        orders.append(numbers[::-1])
    searches = []
    for order in orders:
        pattern = _BETWEEN.join(re.escape(number).replace(r"\-", "[-−–]") for number in order)
        first = order[0].lstrip("-")
        lead = "" if order[0] == first else "(?<=[-−–])"
        rest = pattern[len(re.escape(order[0]).replace(r"\-", "[-−–]")) :]
        searches.append(
            (
                first,
                Late(
                    lead + re.escape(first) + rf"(?<![\w.,/:^]{re.escape(first)})" + rest + r"(?![\w/]|[.,]\d|\s?[+*×])"
                ),
            )
        )
    yield Term(tuple(searches))


def _chemical(plain: str) -> Iterator[Term]:
    """A chemical formula with its figures below the line, however that is set: H₂O, H_2O, H_{2}O."""
    if _FORMULA.match(plain) is None or not re.search(r"\d", plain):
        return
    lower = plain.lower()
    pattern = "".join(
        rf"(?:_?\{{?{part}\}}?|{part.translate(str.maketrans('0123456789', '₀₁₂₃₄₅₆₇₈₉'))})"
        if part.isdigit()
        else re.escape(part)
        for part in re.findall(r"\d+|\D", lower)
    )
    yield Term(((lower[0], Late(rf"(?<!\w){pattern}(?!\w)")),))


def _called(plain: str) -> Iterator[Term]:
    """A name without the word that says what it is, and other names of the same: Mount Everest, the USA."""
    lower, facts = plain.lower(), _facts()["names"]
    words = lower.split()
    texts = []
    if 1 < len(words) < 4:
        texts += [" ".join(words[1:])] if words[0] in facts["before"] else []
        texts += [" ".join(words[:-1])] if words[-1] in facts["behind"] else []
    texts = [text for text in texts if len(text) > 3]
    for line in facts["alike"]:
        names = line.split("|")
        if lower.removeprefix("the ") in names:
            texts += [name for name in names if name != lower]
    if texts:
        yield Term(tuple((text, Late(rf"(?<!\w){re.escape(text)}(?!\w)")) for text in texts), is_name=True)
    if re.fullmatch(r"[a-z]{4,}", plain):
        pairs = [(plain, "s"), (plain, "es"), (plain[:-1], "")] if not plain.endswith("ss") else [(plain, "es")]
        pairs = (
            [(plain[:-1], "") if plain.endswith("s") and not plain.endswith(("ss", "us", "is")) else (plain, "s")]
            if not plain.endswith("ss")
            else [(plain, "es")]
        )
        for one, many in (("a", "on"), ("on", "a"), ("um", "a"), ("y", "ies"), ("ies", "y")):
            if plain.endswith(one) and len(plain) > 6:
                pairs.append((plain[: -len(one)] + many, ""))
        yield Term(tuple(_search(front, end, r"(?!\w)") for front, end in pairs), is_name=True)


def _below_zero(value: Fraction) -> Iterator[Term]:
    """A number below zero, with a word for its sign: *negative 3*, *minus 3*."""
    text = _decimal(-value) if value < 0 else ""
    if text:
        yield Term(tuple(_search(word, rf"\s{re.escape(text)}") for word in ("negative", "minus")))


def _bits(plain: str) -> Iterator[Term]:
    """Binary figures with their mark before them: 0b1010."""
    if re.fullmatch(r"[01]{3,24}", plain):
        yield Term((_search("0b" + plain),))


_ROOT: Final = r"\\?sqrt\s*\{[^{}]*\}|\\?sqrt\s*\([^()]*\)|√\s*\([^()]*\)|√\s*\{[^{}]*\}|√\s*\w+"
_TOKENS: Final = re.compile(
    rf"({_ROOT})|(\\?pi(?![a-z])|π)|(>=|≥|\\geq?|<=|≤|\\leq?|!=|≠|\\neq?)|(\\cdot|\\times|[·*×])|(\^\s*\{{?-?\w+\}}?|[²³])"
    r"|(\d+(?:\.\d+)?)|([a-z])|([-−–])|(\s+)|(.)"
)
_SIGNS: Final = {"≥": r"(?:>=|≥|\\geq?|⩾)", "≤": r"(?:<=|≤|\\leq?|⩽)", "≠": r"(?:!=|≠|\\neq?)"}
_SYMBOLS: Final = re.compile(
    rf"{_ROOT}|π|\\pi|\dpi(?![a-z])|[≥≤≠]|[<>!]=|\\[gln]eq?|[²³]|\d\s?[·*]\s?[a-z](?![a-z])|\d[a-z](?![a-z])"
)


def _formula(plain: str) -> Iterator[Term]:
    """A formula with its signs set in another way: √2 and sqrt(2), π and \\pi, 6x and 6·x; a sum the other way round."""
    text = plain.strip().lower()
    if len(text) > 60 or _SYMBOLS.search(text) is None:
        return
    orders = [text]
    both = re.fullmatch(r"([^-+=<>≥≤−–()]+)\+([^-+=<>≥≤−–()]+)", text)
    if both:
        orders.append(f"{both[2].strip()} + {both[1].strip()}")
    searches = [search for order in orders for search in _set_anew(order)]
    yield Term(tuple(searches))


def _set_anew(text: str) -> list[Search]:
    patterns: list[str] = []
    firsts: tuple[str, ...] = ()
    last = ""
    for match in _TOKENS.finditer(text):
        root, pi, sign, times, power, number, letter, minus, blank, other = match.groups()
        if blank or times:
            continue
        kind = "factor" if root or pi or number or letter else "sign"
        if patterns:
            patterns.append(r"\s*(?:(?:\\cdot|\\times|[·*×])\s*)?" if kind == last == "factor" else r"\s*")
        if root:
            inner = r"\s*".join(map(re.escape, re.sub(r"^\\?(?:sqrt|√)\s*|[{}()\s]", "", root)))
            inner = rf"\s*(?:\{{\s*{inner}\s*\}}|\(\s*{inner}\s*\)|{inner})(?!\w)"
            patterns.append(rf"(?:\\?sqrt|√){inner}")
            firsts = firsts or ("sqrt", "√")
        elif pi:
            patterns.append(r"(?:\\?pi(?![a-z])|π)")
            firsts = firsts or ("pi", "π")
        elif sign:
            known = {">": "≥", "<": "≤", "!": "≠", "\\g": "≥", "\\l": "≤", "\\n": "≠"}
            patterns.append(_SIGNS[known.get(sign[:1], known.get(sign[:2], sign[:1]))])
        elif power:
            figure = {"²": "2", "³": "3"}.get(power, power.strip("^{} "))
            patterns.append(
                rf"(?:(?:\^|\*\*)\s*[({{]?{re.escape(figure)}[)}}]?|{re.escape(figure.translate(_SUPERSCRIPTS))})"
            )
        else:
            patterns.append("[-−–]" if minus else re.escape(number or letter or other))
            firsts = firsts or (number or letter or other or minus,)
        last = kind
    if not firsts:
        return []
    pattern = "".join(patterns)
    found = []
    for first in firsts:
        rest = pattern
        if len(firsts) > 1:
            rest = (
                re.escape(first) + pattern[pattern.index(")") + 1 :]
                if first in ("sqrt", "√")
                else re.escape(first) + pattern[len(r"(?:\\?pi(?![a-z])|π)") :]
            )
        before = r"(?<![\w.,/^])" if first[:1].isalnum() and first not in ("sqrt", "pi") else ""
        found.append((first, Late(before + rest + r"(?![\w^]|[.,]\d|\s?\^)")))
    return found
