"""Numbers in words, in eleven languages: *twenty-five*, *fünfundzwanzig*, *quatre-vingt-dix*, 二十五, 이십오."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.languages import as_written, number_words, table, told, words
from workbench.scorers.numerals import Numeral

_LONGEST_SPELLED: Final = 120
_EVERY: Final = tuple(table())
_MINUS: Final = frozenset(words(_EVERY, "minus"))
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_JOINED: Final = re.compile(r"[ \t-]{1,2}")
_LINKS: Final = frozenset(words(_EVERY, "number_links"))
_COMMON: Final = frozenset(words(_EVERY, "ordinary_numbers"))


def _characters(key: str, codes: tuple[str, ...] = _EVERY) -> dict[str, int]:
    """What single characters stand for in numbers."""
    return {sign: value for code in codes for sign, value in table()[code].get(key, {}).items()}


_DIGITS: Final = _characters("digits")
_TENS: Final = {sign: 10**power for sign, power in _characters("tens_powers").items()}
_LARGE: Final = {sign: 10**power for sign, power in _characters("large_powers").items()}
_MORE_WORDS: Final = ("and_a_half", "one_part", "parts")
_HAN_DIGITS: Final = "".join(_characters("digits", ("zh",)))
_HAN_LARGE: Final = "".join(_characters("tens_powers", ("zh",)))
_MINUS_SIGNS: Final = "".join(words(_EVERY, "minus_signs"))
_POINT: Final = f"[{''.join(words(_EVERY, 'point_signs'))}]"
_DECIMALS: Final = rf"(?:{_POINT}[{_HAN_DIGITS}]+)?"
_HAN: Final = re.compile(
    rf"(?<![{table()['zh']['no_number_after']}])[{_MINUS_SIGNS}]?"
    rf"[{_HAN_DIGITS}{_HAN_LARGE}{''.join(table()['zh']['large_powers']).replace('兆', '')}]+{_DECIMALS}"
)
_HAN_PART: Final = re.compile(
    rf"([{_HAN_DIGITS}{_HAN_LARGE}]+){as_written('divided_by', codes=('zh', 'ja'))}"
    rf"([{_HAN_DIGITS}{_HAN_LARGE}]+{_DECIMALS})"
)
_BEFORE_NO_NUMBER: Final = re.compile(rf"[{table()['zh']['no_number_before']}]")
_HANGUL: Final = re.compile(
    rf"(?<![가-힣])[{table()['ko']['number_run_letters']}]+{_POINT}[{''.join(table()['ko']['digits'])}]+"
    rf"|(?<![가-힣])[{table()['ko']['number_run_letters']}]{{2,}}(?![가-힣]{{3,}})"
    rf"|(?<![가-힣])[{table()['ko']['number_lone_letters']}](?=[ {table()['ko']['number_counters']}])"
)


_LARGEST_PART = _HUNDRED = 100
_HALVES, _LEAST_SCALE = 2, 3
_SHORTEST_COMPOUND: Final = 9
"""Letters of a number in one word that is no single word of the table."""


def number_in_words(text: str, codes: tuple[str, ...] = ("en",)) -> Numeral | None:
    """Read a text that is, as a whole, a number in words, in one of the languages.

    >>> number_in_words("Twenty-five.").value, number_in_words("a hundred and five").value
    (Fraction(25, 1), Fraction(105, 1))
    >>> number_in_words("one of them"), number_in_words("fünfundzwanzig", ("de",)).value
    (None, Fraction(25, 1))
    """
    if len(text) > _LONGEST_SPELLED:
        return None
    words = [part for word in re.split(r"[\W_]+", text.casefold()) if word for part in _unlinked(word, codes)]
    sign = -1 if words[:1] and words[0] in _MINUS else 1
    words = words[1:] if sign < 0 else words
    value = _spelled_value(words, codes)
    return None if value is None else Numeral(text.strip(), sign * value, None, 0, len(text))


def numbers_in_words(text: str, codes: tuple[str, ...] = ("en",)) -> list[Numeral]:
    """Find the numbers in words in a text, in order, but for words such as "one", which are mostly no number.

    >>> [str(number.value) for number in numbers_in_words("One sees that twenty-five of seven hundred remain.")]
    ['25', '700']
    """
    found: list[Numeral] = []
    known = _single_words(codes)
    run: list[re.Match[str]] = []
    for word in [*_LETTERS.finditer(text), None]:
        compound = _compound(text, word, codes) if word is not None else None
        if compound is not None:
            found += [*_of_run(text, run, codes), compound]
            run = []
            continue
        if (
            word is not None
            and len(run) < 12
            and _is_one_of(word[0].casefold(), known, codes)
            and (not run or _JOINED.fullmatch(text, run[-1].end(), word.start()))
        ):
            run.append(word)
            continue
        found += _of_run(text, run, codes)
        run = [word] if word is not None and _is_one_of(word[0].casefold(), known, codes) else []
    if told("words_joined", codes):
        found += _ideographs(text, codes)
    return sorted(found, key=lambda number: number.start)


def _unlinked(word: str, codes: tuple[str, ...]) -> tuple[str, ...]:
    """A number word without the *and* that some languages write as one with it: وعشرون is و and عشرون."""
    known = _single_words(codes)
    links = (link for code in told("joined_links", codes) for link in table()[code]["linking"])
    link = next((link for link in links if word.startswith(link) and word[len(link) :] in known), "")
    return (link, word[len(link) :]) if link and word not in known else (word,)


def _is_one_of(word: str, known: frozenset[str], codes: tuple[str, ...]) -> bool:
    return word in known or len(_unlinked(word, codes)) > 1


def _compound(text: str, word: re.Match[str], codes: tuple[str, ...]) -> Numeral | None:
    """A number that is one long word: *einhundertachtundsechzig*, *centosessantotto*."""
    if len(word[0]) < _SHORTEST_COMPOUND or word[0].casefold() in _single_words(codes):
        return None
    for code in told("compound_forms", codes):
        if parts := _parted(word[0].casefold(), code):
            value = _composed(parts, code)
            if value is not None and len(parts) > 1:
                return Numeral(word[0], value, None, word.start(), word.end())
    return None


@lru_cache(64)
def _single_words(codes: tuple[str, ...]) -> frozenset[str]:
    named = [
        word for code in codes for key in ("hundred", "thousand", "linking") for word in table()[code].get(key, ())
    ]
    phrases = [
        *number_words(codes),
        *(phrase for code in codes for key in _MORE_WORDS for phrase in table()[code].get(key, ())),
        *named,
        "and",
        *(w for c in codes for w in table()[c].get("scales", {}) if len(w) > 3),
    ]
    return (
        frozenset(word for phrase in phrases for word in _LETTERS.findall(phrase.casefold()))
        | {"million", "a"}
        | _MINUS
    )


def _of_run(text: str, run: list[re.Match[str]], codes: tuple[str, ...]) -> list[Numeral]:
    """The numbers in a run of number words."""
    while run and run[-1][0].casefold() in (_LINKS | {"a"}):
        run = run[:-1]
    while run and run[0][0].casefold() in _LINKS:
        run = run[1:]
    if not run:
        return []
    for length in range(len(run), 0, -1):
        words = [word[0].casefold() for word in run[:length]]
        if length == 1 and words[0] in _COMMON | _LINKS:
            break
        number = number_in_words(" ".join(words), codes)
        if number is not None:
            start, end = run[0].start(), run[length - 1].end()
            return [Numeral(text[start:end], number.value, None, start, end), *_of_run(text, run[length:], codes)]
    return _of_run(text, run[1:], codes)


@lru_cache(64)
def _halves(codes: tuple[str, ...]) -> dict[tuple[str, ...], int]:
    """The words after a number that add a half to it, and how many they are."""
    found = (tuple(phrase.split()) for code in codes for phrase in table()[code].get("and_a_half", ()))
    return {phrase: len(phrase) for phrase in found}


def _spelled_value(words: list[str], codes: tuple[str, ...]) -> Fraction | None:
    """What number words stand for where somebody would say them in this order."""
    if not words:
        return None
    half = next((size for size in (3, 2, 1) if tuple(words[-size:]) in _halves(codes)), 0)
    if half and len(words) > half:
        whole = _spelled_value(words[:-half], codes)
        half_of = _scale_of(words[-half - 1], codes)
        return None if whole is None or whole.denominator != 1 else whole + Fraction(half_of, 2)
    scale = _scale_of(words[-1], codes) if len(words) > 1 else 1
    if scale > 1:  # three and a half million
        some = _spelled_value(words[:-1], codes)
        if some is not None and some.denominator == _HALVES:
            return some * scale
    for code in codes:
        known = number_words((code,))
        phrase = " ".join(words)
        if phrase in known:
            return known[phrase]
        if "-".join(words) in known:
            return known["-".join(words)]
    part = _parts_of_a_whole(words, codes)
    if part is not None:
        return part
    if len(words) == 1:
        cjk = _ideograph_value(words[0]) if told("words_joined", codes) else None
        if cjk is not None:
            return cjk
    if len(words) == 1 and len(words[0]) > 8:
        for code in told("compound_forms", _EVERY):  # such a word tells its language by itself
            parts = _parted(words[0], code)
            if parts and (value := _composed(parts, code)) is not None:
                return value
    for code in codes:
        value = _composed(words, code)
        if value is not None:
            return value
    return None


def _scale_of(word: str, codes: tuple[str, ...]) -> int:
    """What a word such as *million* multiplies by; 1 where it is none."""
    found = next((table()[code]["scales"][word] for code in codes if word in table()[code].get("scales", {})), 0)
    return 10**found if found >= _LEAST_SCALE and len(word) > _LEAST_SCALE else 1


@lru_cache(64)
def _denominators(codes: tuple[str, ...]) -> dict[tuple[str, ...], tuple[int, bool]]:
    """What a whole is divided into, by its words: into how many, and whether only one of them can be meant."""
    found: dict[tuple[str, ...], tuple[int, bool]] = {}
    for code in codes:
        several, one = table()[code].get("parts", {}), table()[code].get("one_part", {})
        found |= {tuple(phrase.split()): (number, phrase not in several) for phrase, number in (one | several).items()}
    return found


def _parts_of_a_whole(words: list[str], codes: tuple[str, ...]) -> Fraction | None:
    """A fraction in words: *five twelfths*, *fünf Zwölftel*, *cinco doze avos*."""
    for length in (1, 2):
        below = _denominators(codes).get(tuple(words[-length:])) if len(words) > length else None
        above = _spelled_value(words[:-length], codes) if below else None
        if below and above is not None and above.denominator == 1 and 0 < above < _LARGEST_PART:
            return above / below[0] if (above == 1) or not below[1] else None
    return None


def _parted(word: str, code: str) -> list[str] | None:
    """The number words that are written as one: *eintausendfünfhundert*; the longest first."""
    lang, known = table()[code], number_words((code,))
    names = sorted({*known, *lang["hundred"], *lang["thousand"], *lang["compound_joints"]}, key=len, reverse=True)
    parts: list[str] = []
    while word:
        name = next((name for name in names if word.startswith(name)), None)
        if name is None or len(parts) > 12:
            return None
        parts.append(lang["compound_forms"].get(name, name))
        word = word[len(name) :]
    return [part for part in parts if part not in lang.get("compound_links", ())]


def _composed(words: list[str], code: str) -> Fraction | None:
    """The number that words make together: *two hundred and five*, *quatre-vingt-dix mille*."""
    if not table()[code].get("small"):
        return None
    words = ["one" if word == "a" and code == "en" and number == 0 else word for number, word in enumerate(words)]
    number, place = _Composed(code), 0
    while place < len(words):
        if words[place] in number.links and 0 < place < len(words) - 1:
            place += 1
            continue
        taken = number.take(words[place:])
        if not taken:
            return None
        place += taken
    return Fraction(number.total + number.current)


class _Composed:
    """A number that grows word by word: `total` of its thousands and more, `current` of what stands below them."""

    def __init__(self, code: str) -> None:
        self.code, self.known, lang = code, number_words((code,)), table()[code]
        self.links = {"and", *lang.get("linking", ())} if code == "en" else set(lang.get("linking", ()))
        self.hundreds, self.thousands, self.scales = set(lang["hundred"]), set(lang["thousand"]), lang.get("scales", {})
        self.total = self.current = 0
        self.last = 10**9

    def take(self, words: list[str]) -> int:
        """Take the next number; how many words it has, 0 where it does not go on so."""
        word = words[0]
        power = self.scales.get(word)
        if self.code == "en" and (word in self.hundreds or power is not None) and not (self.current or self.total):
            return 0
        if word in self.hundreds:
            return self._take_hundred()
        if word in self.thousands or (power is not None and power >= 3 and len(word) > 2):
            return self._take_scale(1000 if word in self.thousands else 10**power)
        pair, triple = (_joined(words[:many], self.known) for many in (2, 3))
        step = 3 if triple in self.known and len(words) >= 3 else 2 if pair in self.known and len(words) >= 2 else 1
        value = self.known.get((word, pair, triple)[step - 1])
        if value is None or value.denominator != 1:
            return 0
        return step if self._take_small(int(value), word) else 0

    def _take_hundred(self) -> int:
        twelve_hundred = self.code == "en" and self.current < 100 and self.current % 10 and not self.total
        if self.current > 9 and self.current % 100 and not twelve_hundred:
            return 0
        self.current, self.last = (self.current or 1) * 100, 100
        return 1

    def _take_scale(self, size: int) -> int:
        if self.total and self.total % (size * 1000):
            return 0
        self.total, self.current, self.last = self.total + (self.current or 1) * size, 0, size
        return 1

    def _take_small(self, small: int, word: str) -> bool:
        if small >= 1000:
            self.total, self.last = self.total + small, 1000
        elif self.code == "fr" and self.current % 100 == 4 and word in ("vingt", "vingts"):
            self.current += 76
        elif (self.current % 100 and not self._may_follow(small)) or (small and small >= self.last):
            return False
        else:
            self.current += small
        return True

    def _may_follow(self, small: int) -> bool:
        """Whether a number may stand behind what there is below a hundred: three behind twenty, in Arabic before it."""
        behind_tens = self.current % 100 >= 20 and self.current % 10 == 0
        if behind_tens and small < 20 and (small < 10 or self.code == "fr"):
            return True
        return self.code == "ar" and self.current % 100 < 10 and small % 10 == 0 and small >= 20


def _joined(some: list[str], known: dict[str, Fraction]) -> str:
    """Words that follow each other as one name of a number: with hyphens, or as they stand."""
    spaced = " ".join(some)
    return spaced if spaced in known and known[spaced].denominator == 1 else "-".join(some)


def _ideographs(text: str, codes: tuple[str, ...]) -> list[Numeral]:
    found: list[Numeral] = []
    for part in _HAN_PART.finditer(text):
        below, above = _ideograph_value(part[1]), _ideograph_value(part[2])
        if below and above:  # what is said in hundredths is a percentage
            value, worth = (above, above / below) if below == _HUNDRED else (above / below, None)
            found.append(Numeral(part[0], value, worth, part.start(), part.end()))
    for match in _HAN.finditer(text):
        if (len(match[0]) == 1 and match[0] in table()["zh"]["alone_no_number"]) or any(
            n.start <= match.start() < n.end for n in found
        ):
            continue
        if _BEFORE_NO_NUMBER.match(text, match.end()) and len(match[0]) == 1:
            continue
        found += _ideograph(match)
    if "ko" in codes:
        for match in _HANGUL.finditer(text):
            found += _ideograph(match)
    return found


def _ideograph(match: re.Match[str]) -> list[Numeral]:
    value = _ideograph_value(match[0])
    return [] if value is None else [Numeral(match[0], value, None, match.start(), match.end())]


def _ideograph_value(text: str) -> Fraction | None:
    """The value of a number in Chinese characters or in Korean, such as 二十五 or 이십오."""
    sign = -1 if text[:1] in _MINUS_SIGNS and text else 1
    text = text[1:] if sign < 0 else text
    whole, *decimals = re.split(_POINT, text, maxsplit=1)
    if not whole or len(whole) > 30 or any(c not in _DIGITS and c not in _TENS and c not in _LARGE for c in whole):
        return None
    if len(whole) > 1 and all(c in _DIGITS for c in whole):
        value = Fraction("".join(str(_DIGITS[c]) for c in whole))
    else:
        total = section = digit = 0
        for c in whole:
            if c in _DIGITS:
                digit = _DIGITS[c]
            elif c in _TENS:
                section, digit = section + (digit or 1) * _TENS[c], 0
            else:
                total, section, digit = total + ((section + digit) or 1) * _LARGE[c], 0, 0
        value = Fraction(total + section + digit)
    if decimals:
        if not decimals[0] or any(c not in _DIGITS for c in decimals[0]):
            return None
        value += Fraction("0." + "".join(str(_DIGITS[c]) for c in decimals[0]))
    return sign * value
