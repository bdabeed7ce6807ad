"""Short texts in the form in which they are compared, and the patterns that find one in an answer."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.formulas.chemistry import unindexed
from workbench.scorers.languages import as_written, number_words, table, told, words

EDGES: Final = " \t\r\n*_`~\"'“”‘’«»„「」『』.,;:!?。、，；：！？()[]{}<>$#（）【】…"
FOLD: Final = {
    **{
        code: unicodedata.normalize("NFKD", chr(code))[0]
        for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
        if len(unicodedata.normalize("NFKD", chr(code))) > 1 and unicodedata.normalize("NFKD", chr(code))[0].isascii()
    },
    **{code: str(place) for place, code in enumerate(range(0x2080, 0x208A))},
    **{ord(sign): str(place) for place, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    ord("_"): " ",
    ord("-"): " ",
    ord("‑"): " ",
    ord("–"): " ",
    ord("ı"): "i",
    ord("ø"): "o",
    ord("ł"): "l",
    ord("đ"): "d",
    ord("⁻"): " ",
    ord("’"): "'",
    ord("‘"): "'",
    ord("ё"): "е",
}
_UNSPACED: Final = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
ARTICLE: Final = re.compile(rf"{as_written('articles_left_out')}\s(?=\S)|{as_written('articles_elided')}(?=\S)")
_LONG: Final[dict[str, str]] = table()["en"]["written_short"]
_SHORT: Final = re.compile(rf"(?<!\w)({'|'.join(_LONG)})(?:\.\s?|\s)(?=[^\W\d_])")
"""What is written short before a name."""
_RUSSIAN: Final = re.compile(r"[а-я]{2,}")
_CONSONANTS: Final = frozenset("бвгджзклмнпрстфхцчшщ")
_LONGEST_ENDING: Final = 4
_SHORTEST_DECLINED: Final = 3
"""Letters of the shortest word that is looked for in other cases as well."""
_PARTED: Final = re.compile(r"(?<=[aeiou])(?=[aeiou])")
"""Where a name may be written with a sign for a stop: `Hawai'i`, `O'ahu`."""
_LONGEST_SOUGHT: Final = 300
"""Characters of a text that is looked for in an answer."""
_MOST_INITIALS: Final = 4
_MOST_WORDS_DECLINED: Final = 3

_SYMBOLS: Final = {
    "hbar": "ħ",
    "infty": "∞",
    **{
        unicodedata.name(sign := chr(code)).removeprefix("GREEK SMALL LETTER ").lower().replace("lamda", "lambda"): sign
        for code in range(0x3B1, 0x3CA)
        if code != 0x3C2
    },
}
"""Commands of LaTeX that are one sign, by which texts are compared."""
_COMMAND: Final = re.compile(rf"\\({'|'.join(_SYMBOLS)})(?![a-z])\s?")


@lru_cache(8192)
def written(text: str) -> str:
    """Write a short text in the form in which texts are compared: no case, accents, articles, quotes or end signs.

    >>> written('**The "São Paulo"**.') == written("sao paulo"), written("U.S.A.") == written("USA")
    (True, True)
    """
    plain = unicodedata.normalize("NFKC", unindexed(text, alone=True).replace("’", "'")).casefold()
    plain = plain.replace("&", " and ").translate(FOLD)
    if "^" in plain:
        plain = re.sub(r"\^\s?\{([^{}]*)\}|\^", r"\1", plain).replace("$", "")
    if "\\" in plain:
        plain = _COMMAND.sub(lambda match: _SYMBOLS[match[1]], plain)
        plain = re.sub(r"\\(?:text|mathrm|textbf|mathbf)\s?\{([^{}]*)\}|\\[()\[\],;!]", r"\1", plain)
    plain = re.sub(
        r"(?<=\d),(?=\d{3}(?!\d))",
        "",
        re.sub(r"(?<![a-z])((?:[a-z]\.){2,})", lambda match: match[1].replace(".", ""), plain),
    )
    plain = _SHORT.sub(lambda match: f"{_LONG[match[1]]} ", " ".join(plain.split()))
    bare = plain.strip(EDGES)
    bare += "#" * (plain[plain.find(bare) + len(bare) :].startswith("#") and bare[-1:].isalnum())
    bare = " ".join(re.sub(r"(?<=[a-z])['\"]+(?![a-z])|(?<![a-z])['\"]+", " ", bare).split()) or bare
    shorter = ARTICLE.sub("", bare, count=1) if ARTICLE.match(bare) else bare
    return shorter or bare or plain or text


def stands(part: str, whole: str) -> bool:
    """Whether a written text stands in another as whole words."""
    place = whole.find(part)
    while place >= 0:
        before, after = whole[place - 1 : place] if place else "", whole[place + len(part) : place + len(part) + 1]
        if not _joins(before, part[:1]) and not _joins(after, part[-1:]):
            return True
        place = whole.find(part, place + 1)
    return False


def _joins(neighbour: str, edge: str) -> bool:
    both = neighbour + edge
    return len(both) == 2 and not _UNSPACED.search(both) and all(c.isalnum() for c in both)


_BESIDE_A_WORD: Final = r"[^\W_]"
_BESIDE_A_LATIN_WORD: Final = r"[a-z\d]"
"""What may not stand beside a word of other letters among signs without blanks: `H2O입니다`. Ranges of such signs would
take milliseconds to compile, for each target anew."""
_BETWEEN_WORDS: Final = r"(?:[\s,]|&|and){1,3}"
_ARABIC: Final = re.compile(r"[\u0600-\u06ff]")
_KOREAN: Final = re.compile(r"[\uac00-\ud7af]")


@lru_cache(2048)
def mention_patterns(text: str, codes: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str] | None] | None:
    """The patterns that find a target, and its inflected forms, in folded lower-case text."""
    plain = written(text)
    if not plain or len(plain) > _LONGEST_SOUGHT:
        return None
    left, right = _left_border(plain, codes), _right_border(plain, codes)
    exact = re.compile(f"{left}({_in_its_words(text, plain, codes)}){right}")
    inflected = _inflected(plain, codes)
    return exact, re.compile(f"{left}({inflected}){right}") if inflected else None


def _in_its_words(text: str, plain: str, codes: tuple[str, ...]) -> str:
    """A pattern for the words of a target, whatever stands between them; *and* may be written as a sign."""
    parts = plain.split(" ")
    in_capitals = text.strip(EDGES).replace(".", "").isupper()
    body = _BETWEEN_WORDS.join(_as_it_may_be_written(word, codes, in_capitals=in_capitals) for word in parts)
    return body.replace(f"{_BETWEEN_WORDS}and", r"\s?(?:and|&|,)") if parts[1:2] == ["and"] else body


def _as_it_may_be_written(word: str, codes: tuple[str, ...], *, in_capitals: bool) -> str:
    """A pattern for a word: written short, as a number in words, with points behind initials, with signs for stops."""
    short = next((each for each, long in _LONG.items() if long == word), None)
    if short is not None:
        return rf"(?:{word}|{short}\.?)"
    spelled = _words_of_numbers(codes).get(word)
    if spelled is not None:
        return f"(?:{re.escape(word)}|{'|'.join(map(re.escape, spelled))})"
    if in_capitals and word.isalpha() and word.isascii() and len(word) <= _MOST_INITIALS:
        return r"\.?".join(map(re.escape, word)) + r"\.?"
    return _PARTED.sub("'?", re.escape(word)).replace("'", "['’]?").replace("['’]??", "['’]?")


def _beside(codes: tuple[str, ...]) -> str:
    return _BESIDE_A_LATIN_WORD if told("words_joined", codes) else _BESIDE_A_WORD


def _left_border(plain: str, codes: tuple[str, ...]) -> str:
    """What may stand before a target: no letter of the same word, nor what makes another number of it."""
    border = "" if _UNSPACED.match(plain) else rf"(?<!{_beside(codes)})"
    if _ARABIC.match(plain):
        border = rf"(?<!\w){as_written('joined_before', codes=('ar',))}?"
    return rf"{border}(?<![\d][.,])(?<![+]|−)" if plain[0].isdigit() else border


def _right_border(plain: str, codes: tuple[str, ...]) -> str:
    joined = _UNSPACED.search(plain[-1]) or _KOREAN.search(plain[-1])
    border = "" if joined else rf"(?!{_beside(codes)})"
    return rf"{border}(?![.,]\d)" if plain[-1].isdigit() else border


def _inflected(plain: str, codes: tuple[str, ...]) -> str | None:
    """A pattern for a name in its other forms, where a language of the answer has some."""
    *first, last = plain.split(" ")
    shortest = _SHORTEST_DECLINED + ("ru" not in codes)
    if len(plain) < shortest or not plain[-1].isalpha() or len(first) >= _MOST_WORDS_DECLINED:
        return None
    before = [_in_any_case(word, codes) for word in first]
    changed = _changed_endings(codes).get(plain[-1])
    if changed:
        stem, endings = last[:-1], "|".join(changed)
    elif "ru" in codes and _RUSSIAN.fullmatch(last):
        return r"\s".join([*before, _in_any_case(last, codes)])
    else:
        stem, endings = last, "|".join(map(re.escape, words(codes, "endings")))
    return r"\s".join([*before, f"{re.escape(stem)}(?:{endings})"]) if endings else None


@lru_cache(64)
def _changed_endings(codes: tuple[str, ...]) -> dict[str, list[str]]:
    """What stands in place of the last letter of a word in its other forms, by that letter."""
    return {last: new for code in codes for last, new in table()[code].get("changed_endings", {}).items()}


@lru_cache(2048)
def _in_any_case(word: str, codes: tuple[str, ...]) -> str:
    """A pattern for a word in all its cases, where it is declined: *Льва*, *Анну Каренину*."""
    if "ru" not in codes or not _RUSSIAN.fullmatch(word):
        return re.escape(word)
    ends = table()["ru"]["case_endings"]
    if word in ends:
        return f"(?:{'|'.join([word, *ends[word]])})"
    found = {word} | {word + end for end in table()["ru"]["endings"] if word[-1] in _CONSONANTS}
    for length in range(1, _LONGEST_ENDING):
        found |= {word[:-length] + end for end in ends.get(word[-length:], ())}
    return f"(?:{'|'.join(sorted(found, key=lambda each: (-len(each), each)))})"


@lru_cache(64)
def _words_of_numbers(codes: tuple[str, ...]) -> dict[str, list[str]]:
    """The words for whole numbers up to a hundred."""
    found: dict[str, list[str]] = {}
    for word, value in number_words(codes).items():
        if value.denominator == 1 and 2 <= value <= 100:
            found.setdefault(str(value), []).append(word.translate(FOLD))
    return found
