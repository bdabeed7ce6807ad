"""Files of an older code page: read where one page alone makes a language of them, and never by a guess."""

from __future__ import annotations

import functools
import tomllib
from collections import Counter
from pathlib import Path
from typing import Final, NamedTuple

from workbench.base import regular_expressions as re

_BORROWS: Final = "english"
"""The language whose letters beside a to z come from others: its words say nothing of the page."""

_LEAST_WORDS: Final = 3
"""So many of a language's commonest words, and so many times as many as any other reading has of its own, decide."""

_SIGNS: Final = "\u00a0‘’“”„«»–—…€£¥§°·•™©®¼½¾¹²³±×÷µ¿¡ºª"
_LETTER: Final = r"[^\W\d_ºª]"
_NEVER: Final = re.compile(
    "|".join(
        (
            rf"{_LETTER}[^\w\s\x00-\x7f’–—·]{_LETTER}",  # a sign within a word
            rf"{_LETTER}[–—]\s|\s[–—]{_LETTER}",  # a dash that hangs on one word
            rf"{_LETTER}[¿¡‘]|[™©®]{_LETTER}|(?<!\d)[ºª]|‘(?![^‘\n]*’)",
            r"[a-zA-Z][\u0370-\u04ff]|[\u0370-\u04ff][a-zA-Z]",  # two scripts in a word
        )
    )
)
"""What nobody writes, and what letters become that are read in a wrong page."""

_QUOTED: Final = re.compile(rf"(?<!{_LETTER})[“”„«»][^“”„«»]*[“”«»](?!{_LETTER})")
_QUOTES: Final = re.compile("[“”„«»]")
_NOT_ASCII: Final = re.compile("[^\\x00-\\x7f]")
_WORD: Final = re.compile(r"[^\W\d_]+")


class Found(NamedTuple):
    """A file as text, the code page that it is in, and a word of it by which a reader can see that this is right."""

    text: str
    page: str
    shown: str


class _Fit(NamedTuple):
    page: str
    language: str
    words: int


class _Language(NamedTuple):
    name: str
    letters: frozenset[str]
    words: frozenset[str]


def in_a_code_page(data: bytes) -> Found | None:
    """The text of a file that is not UTF-8, where there is but one reading of it; None where there is none, or doubt.

    A reading fits where a language has all of its letters, capitals begin words, and signs stand where one writes them.
    Of several that differ the one is taken that has far more of its language's commonest words than any other has.

    >>> in_a_code_page("Wie heißt der größte See, und wo ist die Grenze?".encode("cp1252")).page
    'Windows-1252'
    >>> in_a_code_page("Dvořák and Škoda".encode("cp1250")) is None
    True
    """
    if _NOT_ASCII.search(data.decode("utf-8", "ignore")):
        return None  # UTF-8 that was damaged on its way
    fits: dict[str, list[_Fit]] = {}
    for page, (name, languages) in _pages().items():
        try:
            text = data.decode(page)
        except UnicodeDecodeError:
            continue
        letters = _letters_of(text)
        if letters is None:
            continue
        counted = Counter(word.lower() for word in _WORD.findall(text))
        for language in languages:
            if letters <= language.letters:
                words = sum(counted[word] for word in language.words)
                fits.setdefault(text, []).append(_Fit(name, language.name, words))
    if not fits:
        return None
    several = len(fits) > 1
    most = {text: max(_witnesses(found, several), default=0) for text, found in fits.items()}
    text, *others = sorted(most, key=lambda each: most[each], reverse=True)
    if most[text] < max([_LEAST_WORDS, *(_LEAST_WORDS * most[other] for other in others)]):
        return None
    seen = next(_NOT_ASCII.finditer(text)).start()
    shown = next((word[0] for word in re.finditer(r"\S+", text) if word.end() > seen), "")
    return Found(text, fits[text][0].page, shown[:40])


def _witnesses(found: list[_Fit], several: bool) -> list[int]:
    return [fit.words for fit in found if not several or fit.language != _BORROWS]


def _letters_of(text: str) -> frozenset[str] | None:
    """The letters of a text beside a to z, as small ones; None where nobody writes so, or too few tell."""
    if _NEVER.search(text) or _QUOTES.search(_QUOTED.sub("", text)):
        return None
    letters = set()
    for match in _NOT_ASCII.finditer(text):
        sign, place = match[0], match.start()
        if sign.isalpha() and sign not in _SIGNS:
            before = text[place - 1 : place]
            if sign != sign.lower() and before.isalpha() and before == before.lower():
                return None
            letters.add(sign.lower())
        elif sign not in _SIGNS:
            return None
    told = letters.union(re.findall("[’“«–€]", text))
    return frozenset(letters) if len(told) > 1 else None  # one alone, or dots, may be any letter of an older page


@functools.cache
def _pages() -> dict[str, tuple[str, list[_Language]]]:
    table = tomllib.loads(Path(__file__).with_name("encodings.toml").read_text(encoding="utf-8"))
    return {
        page: (
            str(facts.pop("read_as")),
            [
                _Language(name, frozenset(told["letters"]), frozenset(told["words"].split()))
                for name, told in facts.items()
            ],
        )
        for page, facts in table.items()
    }
