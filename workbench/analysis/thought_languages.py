"""Which scripts and languages a thought is written in, as shares of its tokens.

A text is read in stretches of `STRETCH` characters. Letters tell the script; of Latin letters the function words tell
the language. Every stretch weighs its UTF-8 bytes, which follow the tokens of today's tokenizers closely enough for a
share: about four bytes of Latin letters, and one Chinese character of three bytes, are a token.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from workbench.analysis.thought_words import table

STRETCH: Final = 120
UNKNOWN: Final = "und"
"""The code of a language that nothing tells, as in ISO 639."""

_RUNS: Final = re.compile(
    r"(?P<Han>[\u3400-\u9fff\uf900-\ufaff]+)|(?P<Kana>[\u3040-\u30ff\u31f0-\u31ff]+)|(?P<Hangul>[\uac00-\ud7af\u1100-\u11ff]+)"
    r"|(?P<Cyrillic>[\u0400-\u052f]+)|(?P<Arabic>[\u0600-\u06ff\u0750-\u077f]+)|(?P<Devanagari>[\u0900-\u097f]+)"
    r"|(?P<Thai>[\u0e00-\u0e7f]+)|(?P<Greek>[\u0370-\u03ff\u1f00-\u1fff]{2,})|(?P<Hebrew>[\u0590-\u05ff]+)"
    r"|(?P<Bengali>[\u0980-\u09ff]+)|(?P<Tamil>[\u0b80-\u0bff]+)|(?P<Latin>[A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff]+)"
    r"|(?P<Other>[^\W\d_]+)"
)
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
}
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_KANA: Final = re.compile(r"[\u3040-\u30ff]")
_UKRAINIAN: Final = re.compile(r"[іїєґ]")
_LEAST_HITS: Final = 2
_SAMPLED: Final = 800
"""Words of a text in Latin letters without accents that are looked at: nearly all of one language, it is that one."""


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


def languages(text: str, lower_words: list[str] | None = None) -> dict[str, float]:
    """The share of each language in the tokens of a text, largest first; `und` is what nothing tells.

    >>> languages("So the answer is 12, and that is all there is to it.")
    {'en': 1.0}
    >>> mixed = languages("所以答案是四十二，让我再检查一下。" * 4 + "So the answer is 42, and we can check this. " * 4)
    >>> list(mixed), 0.3 < mixed["zh"] < 0.7
    (['zh', 'en'], True)
    """
    if text.isascii() and lower_words is not None and len(lower_words) > 40:
        hits, most = _weighed(lower_words[:: max(1, len(lower_words) // _SAMPLED)])
        if hits and hits.most_common(1)[0][1] >= 0.9 * most:
            return {hits.most_common(1)[0][0]: 1.0}
    weights: dict[str, float] = defaultdict(float)
    last = ""
    waiting = 0.0
    kana = bool(_KANA.search(text))
    for at in range(0, len(text), STRETCH):
        part = text[at : at + STRETCH]
        scripts = _scripts(part)
        latin = scripts.pop("Latin", 0)
        for script, weight in scripts.items():
            code = _OF_SCRIPT.get(script, UNKNOWN)
            if script == "Han" and kana:
                near = text[max(0, at - STRETCH) : at + 2 * STRETCH]
                code = "ja" if _KANA.search(near) else "zh"
            if script == "Cyrillic" and _UKRAINIAN.search(part.lower()):
                code = "uk"
            weights[code] += weight
        if not latin:
            continue
        hits = _hits(_WORD.findall(part.lower()))
        code, most = hits.most_common(1)[0] if hits else ("", 0)
        if most >= _LEAST_HITS:
            weights[code] += latin + waiting
            waiting, last = 0.0, code
        elif last:
            weights[last] += latin
        else:
            waiting += latin
    if waiting:
        rest = _hits(_WORD.findall(text[:4_000].lower()))
        weights[rest.most_common(1)[0][0] if rest else UNKNOWN] += waiting
    return _shares(weights)


def scripts(text: str) -> dict[str, float]:
    """The share of each script in the letters of a text, by bytes, largest first; empty for a text without letters.

    >>> scripts("42 = 6 * 7"), scripts("ja, да")
    ({}, {'Cyrillic': 0.667, 'Latin': 0.333})
    """
    return {"Latin": 1.0} if text.isascii() and any(map(str.isalpha, text[:400])) else _shares(_scripts(text))


@lru_cache(1024)
def main_language(text: str) -> str | None:
    """The language of most of a text; None where nothing tells it.

    >>> main_language("Wie viele Äpfel sind übrig, wenn ich drei esse?"), main_language("12 + 5")
    ('de', None)
    """
    found = next(iter(languages(text)), UNKNOWN)
    return None if found == UNKNOWN else found


def _scripts(text: str) -> Counter[str]:
    found: Counter[str] = Counter()
    if text.isascii():
        letters = sum(map(str.isalpha, text))
        if letters:
            found["Latin"] = letters
        return found
    for run in _RUNS.finditer(text):
        name = run.lastgroup or "Other"
        found[name] += len(run[0].encode("utf-8", "replace"))
    return found


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    total = sum(weights.values())
    if not total:
        return {}
    return {
        name: round(weight / total, 3)
        for name, weight in sorted(weights.items(), key=lambda item: -item[1])
        if round(weight / total, 3) > 0
    }
