"""Short texts in the form in which they are compared, and the patterns that find one in an answer."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.formulas.chemistry import unindexed
from workbench.scorers.languages import as_written, number_words, table, told

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
_LONG: Final = {"mt": "mount", "st": "saint", "ft": "fort"}
_SHORT: Final = re.compile(rf"(?<!\w)({'|'.join(_LONG)})(?:\.\s?|\s)(?=[^\W\d_])")
"""What is written short before a name."""
_RUSSIAN: Final = re.compile(r"[а-я]{2,}")
_CONSONANTS: Final = frozenset("бвгджзклмнпрстфхцчшщ")
_LONGEST_ENDING: Final = 4
_SHORTEST_DECLINED: Final = 3
"""Letters of the shortest word that is looked for in other cases as well."""
_PARTED: Final = re.compile(r"(?<=[aeiou])(?=[aeiou])")
"""Where a name may be written with a sign for a stop: `Hawai'i`, `O'ahu`."""
_INFLECTIONS: Final = {
    "de": ("e", "er", "es", "en", "em", "s", "n"),
    "en": ("s", "es", "'s"),
    "fr": ("e", "s", "es"),
    "es": ("s", "es"),
    "it": (),
    "pt": ("s",),
    "ru": ("а", "у", "ом", "е", "ы", "и", "ой", "ого", "ым", "ую", "я", "ю"),
    "ko": (),
    "ja": (),
    "zh": (),
    "ar": ("ة", "ا", "ًا"),
}


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


@lru_cache(2048)
def mention_patterns(text: str, codes: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str] | None] | None:
    """The patterns that find a target, and its inflected forms, in folded lower-case text."""
    plain = written(text)
    if not plain or len(plain) > 300:
        return None
    tokens = plain.split(" ")
    names = _words_of_numbers(codes)
    parts = []
    for token in tokens:
        if token in _LONG.values():
            short = next(each for each, long in _LONG.items() if long == token)
            parts.append(rf"(?:{token}|{short}\.?)")
        elif token in names:
            parts.append(f"(?:{re.escape(token)}|{'|'.join(map(re.escape, names[token]))})")
        elif token.isalpha() and token.isascii() and len(token) <= 4 and text.strip(EDGES).replace(".", "").isupper():
            parts.append(r"\.?".join(map(re.escape, token)) + r"\.?")
        else:
            parts.append(_PARTED.sub("'?", re.escape(token)).replace("'", "['’]?").replace("['’]??", "['’]?"))
    body = r"(?:[\s,]|&|and){1,3}".join(parts) if len(parts) > 1 else parts[0]
    if all(token in ("and",) for token in tokens[1:2]):
        body = body.replace(r"(?:[\s,]|&|and){1,3}and", r"\s?(?:and|&|,)")
    beside = _BESIDE_A_LATIN_WORD if told("words_joined", codes) else _BESIDE_A_WORD
    left = (
        ""
        if _UNSPACED.match(plain)
        else rf"(?<!{beside})"
        if not re.match(r"[\u0600-\u06ff]", plain)
        else r"(?<!\w)(?:و|ب|ل|ال|وال|بال|لل)?"
    )
    right = "" if _UNSPACED.search(plain[-1]) or re.search(r"[\uac00-\ud7af]", plain[-1]) else rf"(?!{beside})"
    if plain[:1].isdigit():
        left += r"(?<![\d][.,])(?<![+]|−)" if plain[:1] != "-" else ""
    if plain[-1:].isdigit():
        right += r"(?![.,]\d)"
    exact = re.compile(f"{left}({body}){right}")
    endings = sorted({ending for code in codes for ending in _INFLECTIONS.get(code, ())}, key=len, reverse=True)
    stem, swaps = plain, ""
    if len(plain) >= _SHORTEST_DECLINED + ("ru" not in codes) and plain[-1].isalpha() and len(parts) <= 3:
        if plain[-1] in "oaie" and set(codes) & {"es", "it", "pt", "fr"}:
            stem, swaps = plain[:-1], "o|a|i|e|os|as|es|hi|he"
        elif plain[-1] == "f" and "fr" in codes:
            stem, swaps = plain[:-1], "ve|fs|ves"
        elif "ru" in codes and _RUSSIAN.fullmatch(tokens[-1]):
            before = r"\s".join(_in_any_case(token, codes) for token in tokens[:-1])
            declined = f"{before}\\s" * bool(before) + _in_any_case(tokens[-1], codes)
            return exact, re.compile(f"{left}({declined}){right}")
        elif plain[-1] == "y" and "en" in codes:
            stem, swaps = plain[:-1], "ies"
        inflected = "|".join(filter(None, [swaps, *(map(re.escape, endings) if stem == plain else ())]))
        if inflected:
            *first, end = stem.split(" ")
            stemmed = r"\s".join([*(_in_any_case(word, codes) for word in first), re.escape(end)])
            return exact, re.compile(f"{left}({stemmed}(?:{inflected})){right}")
    return exact, None


@lru_cache(2048)
def _in_any_case(word: str, codes: tuple[str, ...]) -> str:
    """A pattern for a word in all its cases, where it is declined: *Льва*, *Анну Каренину*."""
    if "ru" not in codes or not _RUSSIAN.fullmatch(word):
        return re.escape(word)
    ends = table()["ru"]["case_endings"]
    if word in ends:
        return f"(?:{'|'.join([word, *ends[word]])})"
    found = {word} | {word + end for end in _INFLECTIONS["ru"] if word[-1] in _CONSONANTS}
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
