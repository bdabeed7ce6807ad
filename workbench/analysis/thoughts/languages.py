"""Which scripts and languages a thought is written in, as shares of its tokens.

A text is read in stretches of `STRETCH` characters. Letters tell the script; of Latin letters the function words tell
the language. Every stretch weighs its UTF-8 bytes, which follow the tokens of today's tokenizers closely enough for a
share: about four bytes of Latin letters, and one Chinese character of three bytes, are a token.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from workbench.analysis.stats import Floats
from workbench.analysis.thoughts.word_places import Hashes, Places, Words, plain_letters_of
from workbench.analysis.thoughts.words import table
from workbench.base import regular_expressions as re

STRETCH: Final = 120
UNKNOWN: Final = "und"
"""The code of a language that nothing tells, as in ISO 639."""

_RANGES: Final = {
    "Latin": ((0x41, 0x5A), (0x61, 0x7A), (0xC0, 0xD6), (0xD8, 0xF6), (0xF8, 0x24F), (0x1E00, 0x1EFF)),
    "Han": ((0x3400, 0x9FFF), (0xF900, 0xFAFF)),
    "Kana": ((0x3040, 0x30FF), (0x31F0, 0x31FF)),
    "Hangul": ((0xAC00, 0xD7AF), (0x1100, 0x11FF)),
    "Cyrillic": ((0x400, 0x52F),),
    "Arabic": ((0x600, 0x6FF), (0x750, 0x77F)),
    "Devanagari": ((0x900, 0x97F),),
    "Thai": ((0xE00, 0xE7F),),
    "Greek": ((0x370, 0x3FF), (0x1F00, 0x1FFF)),
    "Hebrew": ((0x590, 0x5FF),),
    "Bengali": ((0x980, 0x9FF),),
    "Tamil": ((0xB80, 0xBFF),),
    "Armenian": ((0x531, 0x58F),),
    "Georgian": ((0x10A0, 0x10FF), (0x1C90, 0x1CBF)),
    "Ethiopic": ((0x1200, 0x139F),),
    "Gurmukhi": ((0xA00, 0xA7F),),
    "Gujarati": ((0xA80, 0xAFF),),
    "Telugu": ((0xC00, 0xC7F),),
    "Kannada": ((0xC80, 0xCFF),),
    "Malayalam": ((0xD00, 0xD7F),),
    "Sinhala": ((0xD80, 0xDFF),),
    "Lao": ((0xE80, 0xEFF),),
    "Tibetan": ((0xF00, 0xFFF),),
    "Myanmar": ((0x1000, 0x109F),),
    "Khmer": ((0x1780, 0x17FF),),
}
"""Scripts by their letters' places in Unicode; any other letter is of the script `Other`."""
_SCRIPTS: Final = ("", *_RANGES, "Other")
_LATIN: Final = _SCRIPTS.index("Latin")
_HAN: Final = _SCRIPTS.index("Han")
_KANA: Final = _SCRIPTS.index("Kana")
_CYRILLIC: Final = _SCRIPTS.index("Cyrillic")
_OF_SCRIPT: Final = {
    "Han": "zh",
    "Kana": "ja",
    "Hangul": "ko",
    "Cyrillic": "ru",
    "Arabic": "ar",
    "Devanagari": "hi",
    "Thai": "th",
    "Greek": "el",
    "Hebrew": "he",
    "Bengali": "bn",
    "Tamil": "ta",
    "Armenian": "hy",
    "Georgian": "ka",
    "Ethiopic": "am",
    "Gurmukhi": "pa",
    "Gujarati": "gu",
    "Telugu": "te",
    "Kannada": "kn",
    "Malayalam": "ml",
    "Sinhala": "si",
    "Lao": "lo",
    "Tibetan": "bo",
    "Myanmar": "my",
    "Khmer": "km",
}
_CODES: Final = (*(_OF_SCRIPT.get(name, UNKNOWN) for name in _SCRIPTS), "uk")
"""The language of each script, which is Japanese for Chinese letters near to Kana; and Ukrainian."""
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LOWER, _FIRST, _LETTERS = np.uint16(0x20), np.uint16(ord("a")), 26
"""What makes a plain letter a small one, and which are the small ones."""
_APOSTROPHE, _CURLED = ord("'"), ord("’")
_DOTTED, _PRIVATE, _BEYOND_PRIVATE = ord("İ"), 0xE000, 0xF900
"""A letter whose small one is two, and those by which letters of other planes are told."""
_UKRAINIAN: Final = "іїєґ"
"""Letters of Ukrainian that Russian has not."""
_LEAST_HITS: Final = 2
_LEAST_SAMPLED: Final = 40
_OPENING: Final = 4_000
"""Characters at the beginning of a text that tell the language of its Latin letters where no stretch does."""
_SAMPLED: Final = 400
"""Words of a text that are looked at: where those in Latin letters are nearly all of one language, all of them are."""


@lru_cache(1)
def _language_of_word() -> dict[str, tuple[str, ...]]:
    """The languages of a function word: mostly one."""
    found: dict[str, tuple[str, ...]] = {}
    for code, lists in table().items():
        for word in lists["common"]:
            if len(word) == 1 and word.isascii():
                continue  # letters that are spelt out, and names of variables
            found[word] = (*found.get(word, ()), code)
    return found


def _hits(words: list[str]) -> Counter[str]:
    """How many words of each language there are: one that no other language has counts twice."""
    return _weighed(words)[0]


def _weighed(words: list[str]) -> tuple[Counter[str], int]:
    """The hits, and what a text would have in which every known word is of one language."""
    known = _language_of_word()
    hits: Counter[str] = Counter()
    most = 0
    for word in words:
        codes = known.get(word)
        if codes is not None:
            worth = 2 if len(codes) == 1 else 1
            most += worth
            for code in codes:
                hits[code] += worth
    return hits, most


def languages(text: str, words: Words | None = None) -> dict[str, float]:
    """The share of each language in the tokens of a text, largest first; `und` is what nothing tells.

    >>> languages("So the answer is 12, and that is all there is to it.")
    {'en': 1.0}
    >>> mixed = languages("所以答案是四十二，让我再检查一下。" * 4 + "So the answer is 42, and we can check this. " * 4)
    >>> list(mixed), 0.3 < mixed["zh"] < 0.7
    (['zh', 'en'], True)
    """
    sole = None if words is None else _sole_latin(words)
    if sole is not None and _is_latin(text, words):
        return {sole: 1.0}
    stretches = _bytes_by_script(text)
    weights: dict[str, float] = defaultdict(float)
    latin = stretches[:, _LATIN]
    others = stretches.copy()
    others[:, _LATIN] = 0
    rows, kinds = np.nonzero(others)
    sizes = others[rows, kinds]
    near_kana = np.convolve(others[:, _KANA] > 0, np.ones(3), "same") > 0  # there, or in the stretch before or behind
    kinds[(kinds == _HAN) & near_kana[rows]] = _KANA
    lower = text.lower() if words is None else words.lower
    if any(letter in lower for letter in _UKRAINIAN):
        for place in np.nonzero(kinds == _CYRILLIC)[0].tolist():
            stretch = lower[rows[place] * STRETCH : (rows[place] + 1) * STRETCH]
            if any(letter in stretch for letter in _UKRAINIAN):
                kinds[place] = len(_SCRIPTS)
    written = np.bincount(kinds, weights=sizes, minlength=len(_CODES))
    for kind in dict.fromkeys(kinds.tolist()):  # as they are met
        weights[_CODES[kind]] += float(written[kind])
    if sole is not None:
        weights[sole] += float(latin.sum())
    else:
        _add_latin(text, latin.tolist(), weights, words)
    return _shares(weights)


def _sole_latin(words: Words) -> str | None:
    """The language of all words in Latin letters, where a sample is nearly all of one; else None."""
    if len(words) <= _LEAST_SAMPLED:
        return None
    step = max(1, len(words) // _SAMPLED)
    known = _known_words()
    rows = known.rows_of(words.hashes[::step])
    hits = np.bincount(rows, minlength=len(known.most)) @ known.worth
    best = int(hits.argmax())
    if hits[best] < max(_LEAST_SAMPLED, 0.9 * float(known.most[rows].sum())):
        return None
    if (hits == hits[best]).sum() > 1:
        return _weighed(words.texts(step))[0].most_common(1)[0][0]  # the one that is met first
    return known.codes[best]


class _Known(NamedTuple):
    """Function words by their numbers: what each is worth to each language (`worth`) and at most; row 0 is no word.

    `begins` tells of the last bits of a number whether any word has it, by which most others are ruled out; `firsts` of
    a letter whether any word begins with it.
    """

    numbers: Hashes
    begins: npt.NDArray[np.bool_]
    firsts: npt.NDArray[np.bool_]
    worth: Floats
    most: Floats
    codes: tuple[str, ...]

    def rows_of(self, numbers: Hashes) -> npt.NDArray[np.int64]:
        """The row of each word of a text, by its number."""
        found = np.zeros(len(numbers), dtype=np.int64)
        likely = np.nonzero(self.begins.take(numbers.astype(np.uint16), mode="clip"))[0]
        places = np.minimum(np.searchsorted(self.numbers, numbers[likely]), len(self.numbers) - 1)
        found[likely] = np.where(self.numbers[places] == numbers[likely], places + 1, 0)
        return found


@lru_cache(1)
def _known_words() -> _Known:
    known = _language_of_word()
    codes = tuple(table())
    joined = Words(" ".join(word for word in known if " " not in word))
    listed = joined.texts()
    order = np.argsort(joined.hashes)
    worth, most = np.zeros((len(listed) + 1, len(codes))), np.zeros(len(listed) + 1)
    for row, place in enumerate(order.tolist(), start=1):
        of = known[listed[place]]
        most[row] = 2 if len(of) == 1 else 1
        for code in of:
            worth[row, codes.index(code)] += most[row]
    begins, firsts = np.zeros((2, 1 << 16), dtype=bool)
    begins[joined.hashes.astype(np.uint16)] = firsts[joined.letters[joined.starts]] = True
    return _Known(joined.hashes[order], begins, firsts, worth, most, codes)


def _add_latin(text: str, latin: list[int], weights: dict[str, float], words: Words | None) -> None:
    """Give each stretch of Latin letters to the language of its function words; without any, to that before it."""
    told = {} if words is None else _told_by_stretch(words)
    last = ""
    waiting = 0.0
    for row, weight in enumerate(latin):
        if not weight:
            continue
        code, most = (
            told[row] if row in told else _most_told(_WORD.findall(text[row * STRETCH : (row + 1) * STRETCH].lower()))
        )
        if most >= _LEAST_HITS:
            weights[code] += weight + waiting
            waiting, last = 0.0, code
        elif last:
            weights[last] += weight
        else:
            waiting += weight
    if waiting:
        opening = text[:_OPENING]
        told = {} if words is None else _told_by_stretch(Words(opening), _OPENING)
        code, most = told[0] if 0 in told else _most_told(_WORD.findall(opening.lower()))
        weights[code if most else UNKNOWN] += waiting


def _most_told(words: list[str]) -> tuple[str, int]:
    """The language that most of some function words tell, and how much; of several the one that is met first."""
    hits = _hits(words)
    return hits.most_common(1)[0] if hits else ("", 0)


def _told_by_stretch(words: Words, size: int = STRETCH) -> dict[int, tuple[str, int]]:
    """The same for all stretches of a text at once, but for those where letters or their apostrophes are rare ones."""
    starts, ends, unsure = _words_in_letters(words, size)
    known = _known_words()
    likely = np.nonzero(known.firsts.take(words.letters[starts], mode="clip"))[0]  # in Russian few words are
    starts, ends = starts[likely], ends[likely]
    rows = known.rows_of(words.hashes_of(starts, ends))
    there = np.nonzero(rows)[0]
    stretch, first = np.unique(starts[there] // size, return_index=True)
    told = dict.fromkeys(range(len(words.lower) // size + 1), ("", 0))
    if len(there):
        worth = known.worth[rows[there]]
        hits = np.add.reduceat(worth, first)
        most = hits.max(axis=1)
        is_most = hits == most[:, None]
        best = is_most.argmax(axis=1)
        behind = np.append(first[1:], len(there))
        for row in np.nonzero(is_most.sum(axis=1) > 1)[0].tolist():  # of several it is the one that is met first
            met = (worth[first[row] : behind[row]] > 0).argmax(axis=0)
            best[row] = np.where(is_most[row], met, len(there)).argmin()
        for row, place, weight in zip(stretch.tolist(), best.tolist(), most.tolist(), strict=True):
            told[row] = known.codes[place], int(weight)
    for row in unsure.tolist():
        del told[row]
    return told


def _words_in_letters(words: Words, size: int) -> tuple[Places, Places, Places]:
    """Where words begin and end that are as `_WORD` finds them in each stretch; and stretches that have others."""
    letters = words.letters
    inside = np.zeros(len(letters) + 2, dtype=bool)
    inside[1:-1] = _is_letter().take(letters, mode="clip")
    before, behind = inside[:-2].copy(), inside[2:].copy()
    before[::size] = behind[size - 1 :: size] = False
    starts, ends = np.nonzero(inside[1:-1] & ~before)[0], np.nonzero(inside[1:-1] & ~behind)[0] + 1
    rare = np.nonzero((letters == _DOTTED) | (letters >= _PRIVATE) & (letters < _BEYOND_PRIVATE))[0]
    between = letters[ends[:-1]]
    joined = (starts[1:] == ends[:-1] + 1) & ((between == _APOSTROPHE) | (between == _CURLED))
    joined &= starts[1:] // size == starts[:-1] // size
    chained = np.nonzero(joined[1:] & joined[:-1])[0]  # rock'n'roll
    unsure = np.unique(np.concatenate([rare, starts[chained]]) // size)
    is_first = np.ones(len(starts), dtype=bool)
    is_first[1:] = ~joined
    ends[:-1][joined] = ends[1:][joined]
    return starts[is_first], ends[is_first], unsure


@lru_cache(1)
def _is_letter() -> npt.NDArray[np.bool_]:
    """Whether `_WORD` takes a letter of Unicode's first plane for one, by its number."""
    return np.array([(sign := chr(place)).isalnum() and not sign.isdecimal() for place in range(1 << 16)])


def _is_latin(text: str, words: Words | None) -> bool:
    """Whether all letters are Latin ones, so that they need not be counted; False where that is not seen at once."""
    if text.isascii():
        return True
    if words is None or words.cased is None:
        return False
    found = _script_of_place().take(words.cased[words.beyond_ascii])
    return bool(((found == 0) | (found == _LATIN)).all())


def scripts(text: str, words: Words | None = None) -> dict[str, float]:
    """The share of each script in the letters of a text, by bytes, largest first; empty for a text without letters.

    >>> scripts("42 = 6 * 7"), scripts("ja, да")
    ({}, {'Cyrillic': 0.667, 'Latin': 0.333})
    """
    if any(map(str.isalpha, text[:400])) and _is_latin(text, words):
        return {"Latin": 1.0}
    found = _bytes_by_script(text).sum(axis=0).tolist()
    return _shares({name: count for name, count in zip(_SCRIPTS, found, strict=True) if count})


@lru_cache(1024)
def main_language(text: str) -> str | None:
    """The language of most of a text; None where nothing tells it.

    >>> main_language("Wie viele Äpfel sind übrig, wenn ich drei esse?"), main_language("12 + 5")
    ('de', None)
    """
    found = next(iter(languages(text)), UNKNOWN)
    return None if found == UNKNOWN else found


@lru_cache(1)
def _script_of_place() -> npt.NDArray[np.uint8]:
    """The script of each letter of Unicode's first plane, by its number; 0 for what is no letter."""
    found = np.zeros(0x10000, dtype=np.uint8)
    other = len(_SCRIPTS) - 1
    found[[place for place in range(0x10000) if chr(place).isalpha()]] = other
    for name, ranges in _RANGES.items():
        for first, last in ranges:
            found[first : last + 1] = _SCRIPTS.index(name)
    return found


@lru_cache(4)
def _bytes_by_script(text: str) -> npt.NDArray[np.int64]:
    """The bytes of letters in each stretch of a text (rows) by script (columns)."""
    rows = len(text) // STRETCH + 1
    known = _script_of_place()
    letters = plain_letters_of(text)
    # Most letters are of one byte and Latin: they are counted as such, and only the others one by one.
    plain = np.zeros(rows * STRETCH, dtype=np.uint8)
    plain[: len(text)] = (letters | _LOWER) - _FIRST < _LETTERS
    counts = np.zeros((rows, len(_SCRIPTS)), dtype=np.int64)
    counts[:, _LATIN] = plain.reshape(rows, STRETCH).sum(axis=1, dtype=np.uint16)
    if text.isascii():
        return counts
    beyond = np.nonzero(letters > 0x7F)[0]
    rare = letters[beyond].astype(np.int64)
    kinds = known[np.minimum(rare, 0xFFFF)]
    outside = np.nonzero(rare > 0xFFFF)[0]
    if outside.size:  # rare letters of Chinese, dead scripts, signs
        kinds[outside] = [
            (_SCRIPTS.index("Han") if 0x20000 <= place <= 0x323AF else len(_SCRIPTS) - 1) if chr(place).isalpha() else 0
            for place in rare[outside].tolist()
        ]
    sizes = 2 + (rare > 0x7FF) + (rare > 0xFFFF)
    cells = beyond // STRETCH * len(_SCRIPTS) + kinds
    more = np.bincount(cells, weights=sizes, minlength=rows * len(_SCRIPTS)).reshape(rows, len(_SCRIPTS))
    more[:, 0] = 0
    return counts + more.astype(np.int64)


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    if not total:
        return {}
    return {
        name: round(weight / total, 3)
        for name, weight in sorted(weights.items(), key=lambda item: -item[1])
        if round(weight / total, 3) > 0
    }
