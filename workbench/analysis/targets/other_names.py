"""What an option that is a sign or a formula is called in words: *rubidium* for Rb, *quadratic* for O(n^2)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from workbench.analysis.targets.forms import Form, forms_of
from workbench.analysis.targets.patterns import Late
from workbench.analysis.thoughts.words import every, leading, listed_around
from workbench.base import regular_expressions as re
from workbench.scorers.languages import UNSPACED

_LEFT_OUT: Final = re.compile(r"[\s$*\\{}_]")
_POWERS: Final = (("²", "^2"), ("³", "^3"), ("ⁿ", "^n"), ("**", "^"), ("\\log", "log"), ("Ω", "ω"))
_BELOW: Final = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_ENDING: Final = r"\w{0,3}"
_FEWEST_WORDS, _MOST_WORDS = 3, 5
"""Of a name that is called by its initials."""
_EMPTY: Final = frozenset(listed_around("empty_of_sense"))
_LONG: Final = 6
"""Letters of a name that may have an ending."""


@lru_cache(1)
def _table() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """By group of signs: what each is called."""
    read = tomllib.loads(Path(__file__).with_name("other_names.toml").read_text(encoding="utf-8"))
    return {
        group: {line.rpartition("=")[0]: tuple(line.rpartition("=")[2].split("|")) for line in lists["names"]}
        for group, lists in read.items()
    }


@lru_cache(256)
def other_names(text: str, beside: tuple[str, ...] = ()) -> tuple[Form, ...]:
    """What an option is called in words, as forms that count where something says that they are the one.

    `beside` are the question's other options: a sign is read as of the group that knows most of them.

    >>> [form.text for form in other_names("Rb", ("Li", "Na", "Rb"))][:1], other_names("a sign")
    (['rubidium'], ())
    """
    sign = _sign(text)
    known = [
        (sum(_sign(other) in names for other in beside), group) for group, names in _table().items() if sign in names
    ]
    if not known:
        short = _initials(text)
        return (Form("text", ((short, Late(_pattern(short))),), text=short, weak=True),) if short else ()
    most = max(count for count, _ in known)
    names = next(_table()[group][sign] for count, group in known if count == most)
    if len(sign) == 1 and most * 2 <= len(beside):
        return ()  # a letter among words is none of these
    return tuple(Form("text", ((name, Late(_pattern(name))),), text=name, weak=True) for name in names)


def _initials(text: str) -> str:
    """What a name of three words or more is called in short: fna for fine needle aspiration; else empty."""
    words = [word for word in text.lower().split() if word not in _EMPTY]
    short = "".join(word[0] for word in words)
    is_name = _FEWEST_WORDS <= len(words) <= _MOST_WORDS and all(word.isalpha() and word.isascii() for word in words)
    return short if is_name and short not in every("common") else ""


def told_forms(options: Mapping[str, str], label: str) -> tuple[Form, ...]:
    """How an option may be written: as it is told, and by its other names.

    >>> [form.text for form in told_forms({"A": "Li", "B": "Rb"}, "B")][:2]
    ['rb', 'rubidium']
    """
    return (*forms_of(options[label]), *other_names(options[label], tuple(options.values())))


def _pattern(name: str) -> str:
    if UNSPACED.search(name):
        return re.escape(name)
    return leading([name], rf"{_ENDING if len(name) >= _LONG else ''}(?!\w)")


def _sign(text: str) -> str:
    for one, other in _POWERS:
        text = text.replace(one, other)
    return _LEFT_OUT.sub("", text.translate(_BELOW)).lower()
