"""Numbers as people and models write them: text in, exact fractions out.

Read are: signs (also `−`), digits of any script, thousands separators (`1,234`, `1'234`, `1_234`, narrow spaces,
`12,34,567`), decimal commas where they cannot be thousands (`3,14`, `1.234,5`), fractions (`3/4`, `\frac{3}{4}`, `1½`),
powers and scientific notation (`1e3`, `2.5 \times 10^{-4}`), and before or after the number a currency, a percent sign
or a word such as `million`. `1,234` is a thousand, `1.234` is not. Not numbers are: times, dates and versions (`12:30`,
`2024-05-01`, `1.2.3`), digits inside a word (`H2O`, `COVID-19`), roots, multiples of pi, infinity and NaN.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple

from workbench.base import regular_expressions as re
from workbench.scorers.languages import as_written, table
from workbench.scorers.scales import CURRENCY, MOST_DIGITS, tail_of

_NARROW: Final = "\u00a0\u2009\u202f"
_REAIS: Final = "R$"
"""The one currency whose sign tells how its numbers are written."""
_ALIKE: Final = str.maketrans("．，％／－：＋٫٬٪−⁄", ".,%/-:+.,%-/")
_LATEX: Final = {r"\,": _NARROW[-1], "{,}": ",", r"\!": "", r"\%": "%", r"\$": "$", "\\ ": " ", r"\;": " "}
_COMMANDS: Final = {
    "sqrt": "√",
    "pi": "π",
    "times": "×",
    "cdot": "×",
    "pm": "±",
    "mp": "±",
    "div": "÷",
    "approx": "≈",
    "le": "≤",
    "ge": "≥",
    "leq": "≤",
    "geq": "≥",
    "infty": "∞",
    "left": "",
    "right": "",
}


FUNCTION: Final = re.compile(
    r"\\(?:ln|log|lg|exp|sin|cos|tan|cot|sec|csc|arc[a-z]+|sinh|cosh|tanh|max|min|gcd|lcm|det|lim|int|sum|prod|binom|"
    r"dbinom|tbinom|lfloor|lceil|vec|hat|sqrt|phi|theta|alpha|beta|gamma|lambda|sigma|omega)(?![A-Za-z])"
)
"""What makes a formula of the number after it; `readable` drops what it does not know."""
_FRAC: Final = re.compile(
    r"(\d?)\\(?:[cdt]?frac|nicefrac|sfrac)\s*(?:\{\s*([-+]?[\d.,]{1,40})\s*\}\s*\{\s*([\d.,]{1,40})\s*\}|(\d)(\d))"
)
_COMMAND: Final = re.compile(r"\\([A-Za-z]+)")
_SPACED: Final = re.compile(r"([^\d]*)([1-9]\d{0,2}(?: \d{3})+)((?:[.,]\d+)?[^\d]*)")
_BLANKS: Final = re.compile(
    r"(?<![\d.,/:-])(?<!\d )[1-9]\d{0,2}(?: \d{3})+(?:,\d+)?(?![\d/])(?! \d|[.,:]\d| [+*/×·÷=-])"
)
_RESULT: Final = re.compile(
    r"(?:(?<==)|(?<=[=≈] ))[1-9]\d{0,2}(?: \d{3})+(?:[.,]\d+)?(?![\d/])(?! \d|[.,:]\d| [+*/×·÷=-])"
)
"""Behind an equals sign stands one number, in whichever language: *60 × 84 = 5 040 minutes*."""
_DIGIT: Final = re.compile(r"\d")
_CLUSTER: Final = re.compile(rf"\.?\d+(?:[.,'’_:/\-–{_NARROW}]\d+)*")


_THOUSAND_OR_NOT: Final = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_PARTS: Final = re.compile(rf"(\d{{1,9}})\s?{as_written('divided_by')}\s?(\d{{1,9}})")
_DIVIDED: Final = re.compile(as_written("divided_by"))
_DIVISION: Final = re.compile(r"(?<=\d)\s/\s(?=\d)")
_PLAIN: Final = re.compile(r"\d*\.?\d+")
_GROUPED: Final = re.compile(
    rf"[1-9]\d{{0,2}}([,'’_{_NARROW}])\d{{3}}(?:\1\d{{3}})*(?:\.\d+)?|[1-9]\d?(?:,\d\d)+,\d{{3}}"
)
_CONTINENTAL: Final = re.compile(
    rf"[1-9]\d{{0,2}}([.'’_{_NARROW}])\d{{3}}(?:\1\d{{3}})*,\d+|\d+,(?:\d{{1,2}}|\d{{4,}}|\d+)"
)
_DOTTED: Final = re.compile(r"[1-9]\d{0,2}(?:\.\d{3}){2,}")
_SIGN_WORD: Final = re.compile(rf"(\d\s+)?\b{as_written('minus_words')}\s\Z", re.IGNORECASE)


class Numeral(NamedTuple):
    """A number found in a text: as written, its exact value, and what it is worth where it is `12%` or `3 million`."""

    text: str
    value: Fraction
    worth: Fraction | None
    start: int
    end: int

    def equals(self, other: Numeral, *, tolerance: Fraction, relative_tolerance: Fraction) -> bool:
        """Compare two numbers. `12%` equals 12 and 0.12, `3 million` equals 3 and 3,000,000; both scaled: as written.

        The difference may be `tolerance`, or `relative_tolerance` times the other number, whichever allows more.
        """
        if self.value == other.value and (self.worth is None) == (other.worth is None):
            return True
        if not tolerance and not relative_tolerance and self.worth is None and other.worth is None:
            return False
        mine = (self.value,) if self.worth is None or other.worth is not None else (self.value, self.worth)
        others = (other.value,) if other.worth is None or self.worth is not None else (other.value, other.worth)
        return any(abs(a - b) <= max(tolerance, relative_tolerance * abs(b)) for a in mine for b in others)

    def means(self, other: Numeral, *, tolerance: Fraction, relative_tolerance: Fraction) -> bool:
        """Compare as `equals` does, but two numbers of different scales by their worth.

        >>> one, other = numerals("$3.2 billion or $3,200 million")
        >>> one.means(other, tolerance=Fraction(0), relative_tolerance=Fraction(0))
        True
        """
        if self.worth is not None and other.worth is not None and self.worth * other.value != other.worth * self.value:
            return abs(self.worth - other.worth) <= max(tolerance, relative_tolerance * abs(other.worth))
        return self.equals(other, tolerance=tolerance, relative_tolerance=relative_tolerance)


def readable(text: str) -> str:
    """Write a text so that its numbers stand in ASCII: digits of other scripts, `½`, and LaTeX's notations."""
    return _readable_again(text) if len(text) <= _KEPT_LENGTH else _readable(text)


def _readable(text: str) -> str:
    if "\\" in text or "{,}" in text:
        for latex, plain in _LATEX.items():
            text = text.replace(latex, plain)
    if not text.isascii():
        text = text.translate(_ALIKE)
        text = text.translate(_IN_ASCII)
        text = _PARTS.sub(r"\2/\1", text) if _DIVIDED.search(text) else text
    text = _DIVISION.sub("/", text) if " / " in text else text
    if "\\" in text:
        text = _FRAC.sub(_as_slash, text)
        text = _COMMAND.sub(lambda match: _COMMANDS.get(match[1], " "), text)
    return text


def numerals(text: str, codes: tuple[str, ...] = ("en",)) -> list[Numeral]:
    r"""Find every number in a text, in order. Takes time linear in its length and raises nothing.

    >>> [str(n.value) for n in numerals(r"-$1,234.50, 12%, \frac{3}{4} km, 1e3 and GPT-4 at 12:30")]
    ['-2469/2', '12', '3/4', '1000']
    """
    return [*(_numerals_again(text, codes) if len(text) <= _KEPT_LENGTH else _numerals(text, codes))]


def _numerals(text: str, codes: tuple[str, ...]) -> tuple[Numeral, ...]:
    text = readable(text)
    if not _DIGIT.search(text):
        return ()
    if _REAIS in text and "pt" not in codes:
        codes = (*codes, "pt")
    alone = _SPACED.fullmatch(text) if len(text) <= 200 else None
    if alone:  # "1 234" is one number only where no other digits could make it two
        text = alone[1] + alone[2].replace(" ", _NARROW[-1]) + alone[3]
    elif " " in text:
        grouped = _BLANKS if any(table()[code].get("blanks_in_numbers") for code in codes) else _RESULT
        text = grouped.sub(lambda match: match[0].replace(" ", _NARROW[-1]), text)
    found: list[Numeral] = []
    end = 0
    for cluster in _CLUSTER.finditer(text):
        if cluster.start() < end:  # the exponent of the number before
            continue
        for numeral in _read(text, cluster, codes):
            whole = found[-1] if found else None
            if whole and "/" in numeral.text and _is_mixed(text, whole, numeral):
                found[-1] = _mixed(text, whole, numeral)
            else:
                found.append(numeral)
            end = numeral.end
    return tuple(found)


_KEPT_LENGTH: Final = 2_000
"""Characters of the texts whose numbers are remembered: one text of an answer is looked at for several reasons."""
_readable_again: Final = lru_cache(512)(_readable)
_numerals_again: Final = lru_cache(512)(_numerals)


def pure_number(text: str) -> Numeral | None:
    r"""Read a text that is one number and nothing else but its currency, percent sign, LaTeX or Markdown.

    Codes with leading zeros (`007`) are not numbers. Raises nothing.

    >>> pure_number(r"\(\frac{3}{4}\)").value, pure_number("$1,234.50").worth, pure_number("25 km"), pure_number("007")
    (Fraction(3, 4), None, None, None)
    """
    found = numerals(text)
    if (
        len(found) != 1
        or FUNCTION.search(text)
        or re.match(r"\D*0\d", text)
        or ("," in found[0].text and re.search(r"[(\[]\s*[-\d]", text))
    ):
        return None  # (2,3) is a pair
    rest = readable(text).replace(_REAIS, " $")
    around = rest[: found[0].start] + rest[found[0].end :]
    return found[0] if not around.strip(f" \t\r\n{CURRENCY}*_`{{}}()[]\\.+-=") else None


def _read(text: str, cluster: re.Match[str], codes: tuple[str, ...]) -> Iterator[Numeral]:
    """The numbers of one run of digits and separators: mostly one, none in `12:30`, two in `3-5`."""
    start, written = cluster.start(), cluster.group()
    if written[0] == "." and start and (text[start - 1].isalnum() or text[start - 1] == "."):
        start, written = start + 1, written[1:]
    if _touches_a_word(text, start):
        return
    value = _value(written)
    if value is not None:
        yield from _finished(text, start, start + len(written), value, codes)
        return
    parts = re.split(r"[,\-–]", written)  # a list such as 1,2,3 or a range
    if len(parts) <= 2 or set(re.findall(r"\D", written)) <= {","}:
        position = start
        for part in parts:
            value = _value(part)
            if value is not None:
                yield from _finished(text, position, position + len(part), value, codes, signed=position == start)
            position += len(part) + 1


class _Ascii(dict[int, str]):
    """What `str.translate` writes for each character; each is looked up once."""

    def __missing__(self, code: int) -> str:
        self[code] = written = _ascii(chr(code))
        return written


_IN_ASCII: Final = _Ascii()


def _ascii(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    if unicodedata.decomposition(character).startswith("<fraction>"):
        return " " + unicodedata.normalize("NFKC", character).replace("⁄", "/")
    return character


def _touches_a_word(text: str, start: int) -> bool:
    before = text[max(0, start - 3) : start]
    if not before:
        return False
    if before[-1] in "_√^/±" or before.endswith(("_{", "√{", "√(", "^{", "^-", "± ", "{-", "+/-")):
        return True
    letter = before[-1]
    if before[-1] in "-–" and len(before) > 1:
        letter = before[-2]
    return letter.isascii() and letter.isalpha()


def _finished(
    text: str, start: int, end: int, value: Fraction, codes: tuple[str, ...], *, signed: bool = True
) -> Iterator[Numeral]:
    """The number with its sign, exponent, percent sign and multiplier; nothing if it is too large to be read."""
    tail = tail_of(text, end, codes)
    if tail is None or tail.is_too_much(value, end - start):
        return
    written = text[start:end]
    sign, start = _signed(text, start) if signed else (1, start)
    value, stop = tail.multiplied(tail.raised(value, sign), text, start)
    worth = tail.worth(value)
    if worth is None and _THOUSAND_OR_NOT.fullmatch(written) and _have_decimal_commas(codes):
        worth = value * 1000 if "." in written else value / 1000  # 1.234 and 1,234 are either, where commas are decimal
        if _REAIS in text[max(0, start - 3) : start + 1]:
            value, worth = worth, None
    yield Numeral(text[start:stop], value, worth, start, stop)


def _have_decimal_commas(codes: tuple[str, ...]) -> bool:
    return any(table()[code].get("decimal_comma") for code in codes)


def _signed(text: str, start: int) -> tuple[int, int]:
    """The sign before a number, and where the number then begins."""
    first = start
    while first and text[first - 1] in CURRENCY and start - first < 2:
        first -= 1
    if first and text[first - 1] in "-–+":
        before = text[first - 2] if first > 1 else " "
        if not (before.isalnum() or before in ")]}%"):
            return (1 if text[first - 1] == "+" else -1), first - 1
    word = _SIGN_WORD.search(text, max(0, start - 20), start)
    return (-1, word.start()) if word and not word[1] else (1, first)


def _value(written: str) -> Fraction | None:
    """The exact value of an unsigned run of digits and separators; None where it is not one number."""
    if len(written) > MOST_DIGITS:
        return None
    if written.isdecimal():
        return Fraction(int(written))
    if _PLAIN.fullmatch(written):
        return Fraction(written)
    if _GROUPED.fullmatch(written):
        return Fraction(re.sub(r"[^\d.]", "", written))
    if _CONTINENTAL.fullmatch(written):
        return Fraction(re.sub(r"[^\d,]", "", written).replace(",", "."))
    if _DOTTED.fullmatch(written):
        return Fraction(written.replace(".", ""))
    above, slash, below = written.partition("/")
    if slash and "/" not in below:
        numerator, denominator = _value(above), _value(below)
        return numerator / denominator if numerator is not None and denominator else None
    return None


def _as_slash(match: re.Match[str]) -> str:
    before, above, below, short_above, short_below = match.groups()
    return f"{before}{' ' if before else ''}{above or short_above}/{below or short_below}"


def _is_mixed(text: str, whole: Numeral, part: Numeral) -> bool:
    return text[whole.end : part.start] in (" ", "  ") and whole.text.lstrip("-").isdecimal() and 0 < part.value < 1


def _mixed(text: str, whole: Numeral, part: Numeral) -> Numeral:
    sign = -1 if whole.text.startswith("-") else 1
    return Numeral(text[whole.start : part.end], whole.value + sign * part.value, None, whole.start, part.end)
