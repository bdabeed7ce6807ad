"""Numbers in words, in eleven languages: *twenty-five*, *fünfundzwanzig*, *quatre-vingt-dix*, 二十五, 이십오."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.amounts.ideographs import ideograph_value, ideographs
from workbench.scorers.languages import UNSPACED, as_written, number_words, table, told, words
from workbench.scorers.numerals import Numeral
from workbench.scorers.spoken_years import NEAR, is_said_as_year, ordinal_behind, year_in
from workbench.scorers.word_by_word import SHORTEST_COMPOUND, composed, parted

_LONGEST_SPELLED: Final = 120
_EVERY: Final = tuple(table())
_MINUS: Final = frozenset(words(_EVERY, "minus"))
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_JOINED: Final = re.compile(r"[ \t-]{1,2}")
_GROUPED: Final = re.compile(r",[ \t]")
_HUNDREDS: Final = range(100, 1000)
_MOST_WORDS: Final = 20
"""Of one number: 999,999,999 has as many in French."""
_LINKS: Final = frozenset(words(_EVERY, "number_links"))
_COMMON: Final = frozenset(words(_EVERY, "ordinary_numbers"))
_AT_ONE_POINT: Final = re.compile(rf"(?i){as_written('before_one_point')}$")


_MORE_WORDS: Final = ("and_a_half", "one_part", "parts", "year_noughts")

_LARGEST_PART = 100
_TEN, _LEAST_DECIMALS_IN_ONE = 10, 10
_HALVES, _LEAST_SCALE = 2, 3


def number_in_words(text: str, codes: tuple[str, ...] = ("en",)) -> Numeral | None:
    """Read a text that is, as a whole, a number in words, in one of the languages.

    >>> number_in_words("Twenty-five.").value, number_in_words("a hundred and five").value
    (Fraction(25, 1), Fraction(105, 1))
    >>> number_in_words("one of them"), number_in_words("fünfundzwanzig", ("de",)).value
    (None, Fraction(25, 1))
    """
    if len(text) > _LONGEST_SPELLED:
        return None
    said = _words_of(text, codes)
    known = _words_of_numbers(codes)
    if any(word not in known and _is_plain(word) for word in said):
        return None
    value = _signed_value(said, codes)
    year = year_in(said, codes) if value is None else None
    if year is not None and is_said_as_year("", "", year):
        value = Fraction(year)
    return None if value is None else Numeral(text.strip(), value, None, 0, len(text))


def _words_of(text: str, codes: tuple[str, ...]) -> list[str]:
    return [part for word in re.split(r"[\W_]+", text.casefold()) if word for part in _unlinked(word, codes)]


def _signed_value(words: list[str], codes: tuple[str, ...]) -> Fraction | None:
    if not words or words[0] not in _MINUS:
        return _spelled_value(words, codes)
    value = _spelled_value(words[1:], codes)
    return None if value is None else -value


def numbers_in_words(text: str, codes: tuple[str, ...] = ("en",)) -> list[Numeral]:
    """Find the numbers in words in a text, in order, but for words such as "one", which are mostly no number.

    >>> [str(number.value) for number in numbers_in_words("One sees that twenty-five of seven hundred remain.")]
    ['25', '700']
    """
    found: list[Numeral] = []
    known = _single_words(codes)
    run: list[re.Match[str]] = []
    for word in [*_LETTERS.finditer(text), None]:
        counts = word is not None and (_is_one_of(word[0].casefold(), known, codes) or _is_compound(word[0], codes))
        if run and not (
            word is not None and counts and len(run) < _MOST_WORDS and _follows(text, run[-1], word, codes)
        ):
            found += _of_run(text, run, codes)
            run = []
        if word is not None and counts:
            run.append(word)
    if told("words_joined", codes):
        found += ideographs(text, codes)
    return sorted(found, key=lambda number: number.start)


@lru_cache(64)
def _points(codes: tuple[str, ...]) -> frozenset[str]:
    """The words between the whole part of a number and its decimals: *point*, *Komma*, *virgule*."""
    return frozenset(words(codes, "point_words"))


def _follows(text: str, before: re.Match[str], word: re.Match[str], codes: tuple[str, ...]) -> bool:
    """Whether a word goes on with a number: behind a blank, or behind a comma with hundreds after thousands."""
    if _JOINED.fullmatch(text, before.end(), word.start()):
        return True
    if not _GROUPED.fullmatch(text, before.end(), word.start()) or before[0].casefold() not in _groups(codes):
        return False
    behind = _LETTERS.search(text, word.end())
    said = [each[0].casefold() for each in (word, behind) if each is not None]
    return any(_spelled_value(said[:many], codes) in _HUNDREDS for many in (1, 2))


@lru_cache(64)
def _groups(codes: tuple[str, ...]) -> frozenset[str]:
    """The words behind which a comma may part a number: *thousand*, *million*."""
    scales = (
        word for code in codes for word, power in table()[code].get("scales", {}).items() if power >= _LEAST_SCALE
    )
    return frozenset(word for code in codes for word in table()[code].get("thousand", ())) | frozenset(scales)


@lru_cache(64)
def _joined_links(codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(link for code in told("joined_links", codes) for link in table()[code]["linking"])


def _unlinked(word: str, codes: tuple[str, ...]) -> tuple[str, ...]:
    """A number word without the *and* that some languages write as one with it: وعشرون is و and عشرون."""
    known = _single_words(codes)
    link = next((link for link in _joined_links(codes) if word.startswith(link) and word[len(link) :] in known), "")
    return (link, word[len(link) :]) if link and word not in known else (word,)


def _is_one_of(word: str, known: frozenset[str], codes: tuple[str, ...]) -> bool:
    return word in known or len(_unlinked(word, codes)) > 1


@lru_cache(8192)
def _is_compound(word: str, codes: tuple[str, ...]) -> bool:
    """Whether a word is several numbers in one: *einhundertachtundsechzig*, *centosessantotto*."""
    if len(word) < SHORTEST_COMPOUND:
        return False
    return any(len(parted(word.casefold(), code) or ()) > 1 for code in told("compound_forms", codes))


@lru_cache(64)
def _single_words(codes: tuple[str, ...]) -> frozenset[str]:
    named = [
        word for code in codes for key in ("hundred", "thousand", "linking") for word in table()[code].get(key, ())
    ]
    phrases = [
        *number_words(codes),
        *(phrase for code in codes for key in _MORE_WORDS for phrase in table()[code].get(key, ())),
        *named,
        *_points(codes),
        *_dozens(codes),
        "and",
        *(w for c in codes for w in table()[c].get("scales", {}) if len(w) > 3),
    ]
    return (
        frozenset(word for phrase in phrases for word in _LETTERS.findall(phrase.casefold()))
        | {"million", "a"}
        | _MINUS
    )


def _is_plain(word: str) -> bool:
    """Whether a word is in letters with blanks between words, and too short to be made of several numbers."""
    return len(word) < SHORTEST_COMPOUND and UNSPACED.search(word) is None


@lru_cache(64)
def _words_of_numbers(codes: tuple[str, ...]) -> frozenset[str]:
    """Every plain word that stands in any number: a text with another one is none, as most are that are asked about."""
    scales = (name for code in codes for name in table()[code].get("scales", {}))
    names = (*scales, *words(codes, "year_noughts"))
    return _single_words(codes) | frozenset(word for name in names for word in _LETTERS.findall(name.casefold()))


def _of_run(
    text: str, run: list[re.Match[str]], codes: tuple[str, ...], *, behind_a_number: bool = False
) -> list[Numeral]:
    """The numbers in a run of number words."""
    points = _points(codes)
    while run and run[-1][0].casefold() in (_LINKS | points | {"a"}):
        run = run[:-1]
    if len(run) > 2 and run[1][0].casefold() in points and _AT_ONE_POINT.search(text[: run[1].end()]):
        run = run[2:]
    while run and run[0][0].casefold() in (_LINKS | points if text[: run[0].start()].strip() else _LINKS):
        run = run[1:]
    if not run:
        return []
    year = None if behind_a_number else _year_of(text, run, codes)
    if year is not None:
        number, length = year
        return [number, *_of_run(text, run[length:], codes)]
    for length in range(len(run), 0, -1):
        words = tuple(word[0].casefold() for word in run[:length])
        if length == 1 and words[0] in _COMMON | _LINKS:
            break
        value = _value_of(words, codes)
        if value is not None:
            start, end = run[0].start(), run[length - 1].end()
            found = Numeral(text[start:end], value, None, start, end)
            return [_with_its_ordinal(text, found, codes), *_of_run(text, run[length:], codes, behind_a_number=True)]
    return _of_run(text, run[1:], codes, behind_a_number=behind_a_number)


@lru_cache(4096)
def _value_of(words: tuple[str, ...], codes: tuple[str, ...]) -> Fraction | None:
    """What some words of a run stand for; the same ones are tried over and over where a text repeats itself."""
    return _signed_value(_words_of(" ".join(words), codes), codes)


def _year_of(text: str, run: list[re.Match[str]], codes: tuple[str, ...]) -> tuple[Numeral, int] | None:
    """The year that a run of number words begins with, and how many words it has; nothing else may follow it."""
    said = [word[0].casefold() for word in run]
    for length in (3, 2):
        year = year_in(said[:length], codes) if length <= len(said) else None
        if year is None or (length < len(said) and said[length] not in _LINKS):
            continue
        start, end = run[0].start(), run[length - 1].end()
        if is_said_as_year(text[max(0, start - NEAR) : start].lower(), text[end : end + NEAR].lower(), year):
            return Numeral(text[start:end], Fraction(year), None, start, end), length
    return None


def _with_its_ordinal(text: str, number: Numeral, codes: tuple[str, ...]) -> Numeral:
    """A number whose last word is an ordinal, as in Russian years."""
    behind = ordinal_behind(text, number.end, int(number.value), codes) if number.value.denominator == 1 else None
    if behind is None:
        return number
    added, end = behind
    return Numeral(text[number.start : end], number.value + added, None, number.start, end)


@lru_cache(64)
def _halves(codes: tuple[str, ...]) -> dict[tuple[str, ...], int]:
    """The words after a number that add a half to it, and how many they are."""
    found = (tuple(phrase.split()) for code in codes for phrase in table()[code].get("and_a_half", ()))
    return {phrase: len(phrase) for phrase in found}


def _spelled_value(words: list[str], codes: tuple[str, ...]) -> Fraction | None:
    """What number words stand for where somebody would say them in this order."""
    if not words:
        return None
    if not _points(codes).isdisjoint(words):
        return _with_decimals(words, codes)
    half = next((size for size in (3, 2, 1) if tuple(words[-size:]) in _halves(codes)), 0)
    if half and len(words) > half:
        return _and_a_half(words[:-half], codes)
    dozen = _dozens(codes).get(words[-1]) if len(words) > 1 else None
    if dozen is not None:
        some = _spelled_value(words[:-1], codes)
        return some * dozen if some is not None and (some * dozen).denominator == 1 else None
    readings = (_halves_of_a_scale, _as_one_name, _parts_of_a_whole, _in_one_word, _in_some_language)
    return next((value for read in readings if (value := read(words, codes)) is not None), None)


def _and_a_half(words: list[str], codes: tuple[str, ...]) -> Fraction | None:
    """A whole number and half of one, or of the scale that it ends with: *three*, *two million* and a half."""
    whole = _spelled_value(words, codes)
    half_of = _scale_of(words[-1], codes)
    return None if whole is None or whole.denominator != 1 else whole + Fraction(half_of, 2)


def _halves_of_a_scale(words: list[str], codes: tuple[str, ...]) -> Fraction | None:
    """Such as *three and a half million*."""
    scale = _scale_of(words[-1], codes) if len(words) > 1 else 1
    some = _spelled_value(words[:-1], codes) if scale > 1 else None
    return some * scale if some is not None and some.denominator == _HALVES else None


def _as_one_name(words: list[str], codes: tuple[str, ...]) -> Fraction | None:
    """A number that has a name of its own, written apart or with hyphens."""
    for code in codes:
        known = number_words((code,))
        value = known.get(" ".join(words), known.get("-".join(words)))
        if value is not None:
            return value
    return None


def _in_one_word(words: list[str], codes: tuple[str, ...]) -> Fraction | None:
    """A number in characters, or all of its words in one, which tells its language by itself: *fünfundzwanzig*."""
    found = ideograph_value(" ".join(words)) if told("words_joined", codes) else None
    if found is not None or len(words) > 1 or len(words[0]) < SHORTEST_COMPOUND:
        return found
    for code in told("compound_forms", _EVERY):
        parts = parted(words[0], code)
        if parts and (value := composed(parts, code)) is not None:
            return value
    return None


def _in_some_language(words: list[str], codes: tuple[str, ...]) -> Fraction | None:
    return next((value for code in codes if (value := composed(words, code)) is not None), None)


@lru_cache(64)
def _dozens(codes: tuple[str, ...]) -> dict[str, Fraction]:
    """Words that count what stands before them in so many: *three dozen*."""
    kinds = {word: Fraction(size) for code in codes for word, size in table()[code].get("kinds", {}).items()}
    return {word: size for word, size in kinds.items() if size > 1}


def _with_decimals(words: list[str], codes: tuple[str, ...]) -> Fraction | None:
    """A number with a point in words: *seven point five*, *sieben Komma null fünf*, *deux virgule cinq millions*."""
    place = next(number for number, word in enumerate(words) if word in _points(codes))
    before, behind = words[:place], words[place + 1 :]
    scale = _scale_of(behind[-1], codes) if len(behind) > 1 else 1
    behind = behind[:-1] if scale > 1 else behind
    whole = _spelled_value(before, codes) if before else Fraction(0)
    if not behind or before == ["a"] or whole is None or whole.denominator != 1:
        return None
    digits = [_spelled_value([word], codes) for word in behind]
    zeros = next((number for number, digit in enumerate(digits) if digit != 0), 0)
    rest = _spelled_value(behind[zeros:], codes)
    if all(digit is not None and digit.denominator == 1 and 0 <= digit < _TEN for digit in digits):
        written = "".join(str(digit) for digit in digits)
    elif rest is not None and rest.denominator == 1 and rest >= _LEAST_DECIMALS_IN_ONE:
        written = "0" * zeros + str(rest)
    elif rest is not None and 0 < rest < 1 and not zeros:  # seven whole ones and five tenths
        return whole + rest
    else:
        return None
    return (whole + Fraction(int(written), _TEN ** len(written))) * scale


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
