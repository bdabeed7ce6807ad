"""Options of a question: what each says, and which letters in a thought are only told of, and which is meant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from workbench.analysis.target_cues import Cues

_NEAR: Final = 40
_MORE_LETTERS: Final = re.compile(r"\)?(?:,\s*(?:and |or )?|\s+or\s+|/)\(?[A-J](?![\w'’])")
"""Options that are listed: none of them is meant."""
_TOLD: Final = re.compile(
    r"\W{0,3}(?:(?:is|was|are|has|says|would|gives|means|states|refers|can|does|ist|sagt|est|dit|es|dice)(?!\w)"
    r"|(?:è|é|diz|это)(?!\w)|[:=]|是|为|说|は|が|은|는|이|의|に|هو)"
)
"""What follows an option's letter where only its text is told."""
_LETTERS_BEFORE: Final = re.compile(
    r"(?<![\w'’])\(?[a-j]\)?(?:\s*[,/&和或]|\s+(?:and|or|nor|und|oder|et|ou|y|o|e|и|или))\s*\(?\Z"
)
_WEIGHED: Final = re.compile(
    r"(?<!\w)(?:check|checking|consider|considering|examine|look at|looking at|about|rule out|ruling out|"
    r"eliminate|exclude|unlike|versus|vs\.?|discard|reject|between|like|try|trying|test)"
    r"(?: (?:option|choice|answer))?\s*\(?\Z"
)
"""An option that is looked at, and not chosen."""
_FACTOR: Final = re.compile(r"\s?[·×*∧∨+]\s?[(\w]")
"""A letter that is a variable."""
_ENDS_WITH_LETTER: Final = re.compile(r"[)*_\"'”`}$]*(?:[.!。！](?!\s*[\da-z])|\n|\s*\Z)")
_OTHER_ITEM: Final = re.compile(r"(?<![\w'’])[A-J]\.\s*\S")


_LABEL: Final = re.compile(r"(?<![\w'’])(?:\(([A-J])\)|([A-J])[).:、．：])\s*")
_LABEL_BEFORE: Final = re.compile(
    r"(?<![\w'’])\(?([a-j])\)?[.:、：]?\s*(?:(?:is|was|says|gives|means|ist|est|es|è|é|это|=|是|为|说|は|은|는)\s*)?[\"'“(*]*\Z"
)


SERIES: Final = ("ABCDEFGHIJ", "①②③④⑤⑥⑦⑧⑨⑩", "АБВГДЕ", "アイウエオ", "가나다라마", "甲乙丙丁戊")
"""Signs that options are told by, each in its order."""


@lru_cache(32)
def _label(series: str) -> re.Pattern[str]:
    if series == SERIES[0]:
        return _LABEL
    if series[0] == "①":
        return re.compile(rf"([{series}])()\s*")
    return re.compile(rf"(?<!\w)(?:\(([{series}])\)|([{series}])[).:、．：])\s*")


@lru_cache(256)
def options_of(question: str, label: str = "A") -> Mapping[str, str]:
    """What each option of a question says, by its sign, in the series of `label`; empty where it lists none from the first on.

    >>> options_of("Which is a gas? (A) Iron (B) Neon; (C) Lead"), options_of("Is A. Smith here?")
    ({'A': 'Iron', 'B': 'Neon', 'C': 'Lead'}, {})
    >>> options_of("다음 중 새는? ① 박쥐 ② 펭귄", "②")
    {'①': '박쥐', '②': '펭귄'}
    """
    series = next((signs for signs in SERIES if label in signs), "")
    if not series or len(label) != 1:
        return {}
    found: dict[str, str] = {}
    labels = list(_label(series).finditer(question))
    ends = [*[place.start() for place in labels], len(question)][1:]
    for place, end in zip(labels, ends, strict=True):
        sign = place[1] or place[2]
        if len(found) < len(series) and sign == series[len(found)]:
            found[sign] = question[place.end() : end].partition("\n")[0].strip(" \t,;，；.。?？/|")
    return found if len(found) > 1 and all(found.values()) else {}


def is_told(letter: str, option: str, lower: str, start: int, end: int) -> bool:
    """Whether what stands there is only told as an option's text, or an option that is a formula is worked out.

    >>> is_told("B", "neon", "option b is neon", 12, 16), is_told("B", "neon", "so it is neon", 9, 13)
    (True, False)
    >>> is_told("C", "6^2", "5^2 = 25, 6^2 = 36", 16, 18)
    True
    """
    if "^" in option and ("=" in lower[max(0, start - 3) : start] or "=" in lower[end : end + 3]):
        return True
    label = _LABEL_BEFORE.search(lower, max(0, start - 16), start)
    return label is not None and label[1] == letter.lower()


def letter_counts(text: str, lower: str, start: int, end: int, line: str, cues: Cues) -> bool:
    """Whether an option's letter is named as the one that is meant; `line` is its line up to it, in lower case.

    >>> from workbench.analysis.target_cues import cues_of
    >>> text = "Option B is 9, so it must be C."
    >>> [letter_counts(text, text.lower(), at, at + 1, text[:at].lower(), cues_of(("en",))) for at in (7, 29)]
    [False, True]
    """
    bracketed = text[start - 1 : start] == "(" and text[end : end + 1] == ")"
    if not line.strip(" \t-*#>("):  # the options as they are listed, unless nothing follows
        if text[end : end + 1] == " " and cues.after.match(lower, end):
            return True
        return not lower[end : end + 12].partition("\n")[0].strip(" .*!)。")
    if _MORE_LETTERS.match(text, end) or _FACTOR.match(text, end):
        return False
    if cues.told_of.search(line) and _TOLD.match(lower, end) and not cues.after.match(lower, end):
        return False  # what an option says, and not that it is the one
    if _LETTERS_BEFORE.search(line) or _WEIGHED.search(line):
        return False
    if cues.letter.search(line) or _ends_with_letter(text, start, end):
        return True
    if re.match(r"\)?\s?[:=]", text[end : end + 3]):
        return False
    return bool(
        cues.before.search(line.rstrip(" *("))
        or cues.after.match(lower, end)
        or (
            bracketed
            and re.search(r"\w\s\(\Z", text[max(0, start - 3) : start])
            and re.match(r"\)\s*(?:[.,;!?]|\Z|\n)", text[end : end + 4])
        )
    )


def _ends_with_letter(text: str, start: int, end: int) -> bool:
    """Whether a sentence ends with the letter of an option, outside a list of options."""
    return _ENDS_WITH_LETTER.match(text, end) is not None and not (
        _OTHER_ITEM.search(text[max(0, start - _NEAR) : start]) or _OTHER_ITEM.search(text[end + 1 : end + _NEAR])
    )
