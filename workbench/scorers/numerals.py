"""Numbers as people and models write them: text in, exact fractions out.

Read are: signs (also `−`), digits of any script, thousands separators (`1,234`, `1'234`, `1_234`, narrow spaces,
`12,34,567`), decimal commas where they cannot be thousands (`3,14`, `1.234,5`), fractions (`3/4`, `\frac{3}{4}`, `1½`),
powers and scientific notation (`1e3`, `2.5 \times 10^{-4}`), and before or after the number a currency, a percent sign
or a word such as `million`. `1,234` is a thousand, `1.234` is not. Not numbers are: times, dates and versions (`12:30`,
`2024-05-01`, `1.2.3`), digits inside a word (`H2O`, `COVID-19`), roots, multiples of pi, infinity and NaN.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

MOST_DIGITS: Final = 400
"""Longer numbers, and exponents beyond it, are not read: their exact value would take for ever to compute."""

_NARROW: Final = "\u00a0\u2009\u202f"
_CURRENCY: Final = "$€£¥₹"
_ALIKE: Final = str.maketrans("．，％／－：＋٫٬٪−⁄", ".,%/-:+.,%-/")
_LATEX: Final = {r"\,": _NARROW[-1], "{,}": ",", r"\!": "", r"\%": "%", r"\$": "$", "\\ ": " ", r"\;": " "}
_COMMANDS: Final = {"sqrt": "√", "pi": "π", "times": "×", "cdot": "×", "left": "", "right": ""}
_WORTH: Final = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SUPERSCRIPTS: Final = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")

_SCALES: Final = (("million", 10**6), ("thousand", 10**3), ("hundred", 100))
_WORDS: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TEN_WORDS: Final = "ten twenty thirty forty fifty sixty seventy eighty ninety"
_SMALL: Final = {word: value for value, word in enumerate(_WORDS.split())}
_TENS: Final = {word: 10 * value for value, word in enumerate(_TEN_WORDS.split(), start=1) if value > 1}
_WORD: Final = rf"(?:{'|'.join([*_SMALL, *_TENS, *(name for name, _ in _SCALES)])})"
_SPELLED: Final = re.compile(rf"\b{_WORD}(?:(?:[ -]|\ and\ ){_WORD})*\b", re.IGNORECASE)
_LONGEST_SPELLED: Final = 120

_FRAC: Final = re.compile(r"(\d?)\\[dt]?frac\s*(?:\{\s*([-+]?[\d.,]{1,40})\s*\}\s*\{\s*([\d.,]{1,40})\s*\}|(\d)(\d))")
_COMMAND: Final = re.compile(r"\\([A-Za-z]+)")
_SPACED: Final = re.compile(r"([^\d]*)([1-9]\d{0,2}(?: \d{3})+)((?:[.,]\d+)?[^\d]*)")
_CLUSTER: Final = re.compile(rf"\.?\d+(?:[.,'’_:/\-–{_NARROW}]\d+)*")
_POWER: Final = r"(?:\s?(?:\^|\*\*)\s?\{?\s?([-+]?\d{1,4})(?!\d)\s?\}?|([⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4}))"
_TAIL: Final = re.compile(
    rf"(?:[eE]([-+]?\d+)(?![\dA-Za-z])|\s?[×x*·]\s?10{_POWER}|{_POWER})?"
    rf"(?:\s?\\?(%|percent\b|per\ cent\b)|\s?({'|'.join(_WORTH)})\b)?",
    re.IGNORECASE,
)
_PLAIN: Final = re.compile(r"\d*\.?\d+")
_GROUPED: Final = re.compile(
    rf"[1-9]\d{{0,2}}([,'’_{_NARROW}])\d{{3}}(?:\1\d{{3}})*(?:\.\d+)?|[1-9]\d?(?:,\d\d)+,\d{{3}}"
)
_CONTINENTAL: Final = re.compile(
    rf"[1-9]\d{{0,2}}([.'’_{_NARROW}])\d{{3}}(?:\1\d{{3}})*,\d+|\d+,(?:\d{{1,2}}|\d{{4,}}|\d+)"
)
_DOTTED: Final = re.compile(r"[1-9]\d{0,2}(?:\.\d{3}){2,}")
_SIGN_WORD: Final = re.compile(r"(\d\s+)?\b(?:negative|minus)\s\Z", re.IGNORECASE)


@dataclass(frozen=True)
class Numeral:
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
        mine = (self.value,) if self.worth is None or other.worth is not None else (self.value, self.worth)
        others = (other.value,) if other.worth is None or self.worth is not None else (other.value, other.worth)
        return any(abs(a - b) <= max(tolerance, relative_tolerance * abs(b)) for a in mine for b in others)


def readable(text: str) -> str:
    """Write a text so that its numbers stand in ASCII: digits of other scripts, `½`, and LaTeX's notations."""
    for latex, plain in _LATEX.items():
        text = text.replace(latex, plain)
    text = text.translate(_ALIKE)
    if not text.isascii():
        text = text.translate({ord(character): _ascii(character) for character in set(text)})
    if "\\" in text:
        text = _FRAC.sub(_as_slash, text)
        text = _COMMAND.sub(lambda match: _COMMANDS.get(match[1], " "), text)
    return text


def numerals(text: str) -> list[Numeral]:
    r"""Find every number in a text, in order. Takes time linear in its length and raises nothing.

    >>> [str(n.value) for n in numerals(r"-$1,234.50, 12%, \frac{3}{4} km, 1e3 and GPT-4 at 12:30")]
    ['-2469/2', '12', '3/4', '1000']
    """
    text = readable(text)
    alone = _SPACED.fullmatch(text) if len(text) <= 200 else None
    if alone:  # "1 234" is one number only where no other digits could make it two
        text = alone[1] + alone[2].replace(" ", _NARROW[-1]) + alone[3]
    found: list[Numeral] = []
    end = 0
    for cluster in _CLUSTER.finditer(text):
        if cluster.start() < end:  # the exponent of the number before
            continue
        for numeral in _read(text, cluster):
            whole = found[-1] if found else None
            if whole and "/" in numeral.text and _is_mixed(text, whole, numeral):
                found[-1] = _mixed(text, whole, numeral)
            else:
                found.append(numeral)
            end = numeral.end
    return found


def pure_number(text: str) -> Numeral | None:
    r"""Read a text that is one number and nothing else but its currency, percent sign, LaTeX or Markdown.

    Codes with leading zeros (`007`) are not numbers. Raises nothing.

    >>> pure_number(r"\(\frac{3}{4}\)").value, pure_number("$1,234.50").worth, pure_number("25 km"), pure_number("007")
    (Fraction(3, 4), None, None, None)
    """
    found = numerals(text)
    if len(found) != 1 or re.match(r"\D*0\d", text):
        return None
    rest = readable(text)
    around = rest[: found[0].start] + rest[found[0].end :]
    return found[0] if not around.strip(f" \t\r\n{_CURRENCY}*_`{{}}()[]\\.+-=") else None


def number_in_words(text: str) -> Numeral | None:
    """Read a text that is, as a whole, an English number below a thousand million.

    >>> number_in_words("Twenty-five.").value, number_in_words("a hundred and five").value
    (Fraction(25, 1), Fraction(105, 1))
    >>> number_in_words("one of them")
    """
    if len(text) > _LONGEST_SPELLED:
        return None
    words = [word for word in re.split(r"[\W_]+", text.casefold()) if word and word != "and"]
    sign = -1 if words[:1] in (["minus"], ["negative"]) else 1
    words = words[1:] if sign < 0 else words
    if len(words) > 1 and words[0] == "a":
        words[0] = "one"
    value = _sum_of(words)
    if value is None or _spelled(value) != words:
        return None
    return Numeral(text.strip(), Fraction(sign * value), None, 0, len(text))


def numbers_in_words(text: str) -> list[Numeral]:
    """Find the English numbers in a text, in order, but for "one", which is mostly no number ("one of them").

    >>> [str(number.value) for number in numbers_in_words("One sees that twenty-five of seven hundred remain.")]
    ['25', '700']
    """
    found = [number_in_words(match.group()) for match in _SPELLED.finditer(text)]
    return [number for number in found if number and number.value != 1]


def _sum_of(words: list[str]) -> int | None:
    """What number words add up to, whether or not anybody would say them in this order."""
    total = current = 0
    for word in words:
        scale = dict(_SCALES).get(word)
        if scale is None:
            small = (_SMALL | _TENS).get(word)
            if small is None:
                return None
            current += small
        elif scale == 100:
            current *= 100
        else:
            total, current = total + current * scale, 0
    return total + current if words else None


def _spelled(value: int) -> list[str]:
    for name, scale in _SCALES:
        if value >= scale:
            above, below = divmod(value, scale)
            return [*_spelled(above), name, *(_spelled(below) if below else ())]
    if value < 20:
        return [_WORDS.split()[value]]
    tens, ones = divmod(value, 10)
    return [_TEN_WORDS.split()[tens - 1], *(_spelled(ones) if ones else ())]


def _read(text: str, cluster: re.Match[str]) -> Iterator[Numeral]:
    """The numbers of one run of digits and separators: mostly one, none in `12:30`, two in `3-5`."""
    start, written = cluster.start(), cluster.group()
    if written[0] == "." and start and (text[start - 1].isalnum() or text[start - 1] == "."):
        start, written = start + 1, written[1:]
    if _touches_a_word(text, start):
        return
    value = _value(written)
    if value is not None:
        yield from _finished(text, start, start + len(written), value)
        return
    parts = re.split(r"[,\-–]", written)  # a list such as 1,2,3 or a range
    if len(parts) <= 2 or set(re.findall(r"\D", written)) <= {","}:
        position = start
        for part in parts:
            value = _value(part)
            if value is not None:
                yield from _finished(text, position, position + len(part), value, signed=position == start)
            position += len(part) + 1


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
    if before[-1] in "_√^/" or before.endswith(("_{", "√{", "√(", "^{")):
        return True
    letter = before[-1]
    if before[-1] in "-–" and len(before) > 1:
        letter = before[-2]
    return letter.isascii() and letter.isalpha()


def _finished(text: str, start: int, end: int, value: Fraction, *, signed: bool = True) -> Iterator[Numeral]:
    """The number with its sign, exponent, percent sign and multiplier; nothing if it is too large to be read."""
    tail = _TAIL.match(text, end)
    assert tail is not None  # every part of it is optional
    exponent, ten, ten_raised, power, raised, percent, word = tail.groups()
    following = text[tail.end() : tail.end() + 2].lstrip()[:1]
    if following in ("√", "π") and following:
        return
    factor = exponent or ten or (ten_raised or "").translate(_SUPERSCRIPTS)
    degree = power or (raised or "").translate(_SUPERSCRIPTS)
    if factor and (len(factor) > 5 or abs(int(factor)) > MOST_DIGITS):
        return
    scale = Fraction(10) ** int(factor) if factor else Fraction(1)
    if degree:
        if not value or (end - start) * abs(int(degree)) > MOST_DIGITS:
            return
        value = value ** int(degree)
    sign, start = _signed(text, start) if signed else (1, start)
    value *= sign * scale
    worth = value / 100 if percent else value * _WORTH[word.casefold()] if word else None
    yield Numeral(text[start : tail.end()], value, worth, start, tail.end())


def _signed(text: str, start: int) -> tuple[int, int]:
    """The sign before a number, and where the number then begins."""
    first = start
    while first and text[first - 1] in _CURRENCY and start - first < 2:
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
    return text[whole.end : part.start] == " " and whole.text.lstrip("-").isdecimal() and 0 < part.value < 1


def _mixed(text: str, whole: Numeral, part: Numeral) -> Numeral:
    sign = -1 if whole.text.startswith("-") else 1
    return Numeral(text[whole.start : part.end], whole.value + sign * part.value, None, whole.start, part.end)
