"""Names under which files keep questions, targets, options and the rest: `names.toml`, by frequency."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from workbench.base import regular_expressions as re
from workbench.errors import InputError

_BARE: Final = str.maketrans("àáâãäåçèéêëìíîïñòóôõöùúûüýÿ", "aaaaaaceeeeiiiinooooouuuuyy")


def plain(name: str) -> str:
    """A column's name as it is compared: case, blanks, accents, `_`, `-` and dots do not count, nor does full width.

    >>> plain("Expected Answer") == plain("expectedAnswer") == plain("expected_answer")
    True
    """
    folded = unicodedata.normalize("NFKC", name).strip().casefold()
    return re.sub(r"[\s_.\-:：]+", "", folded if folded.isascii() else folded.translate(_BARE))


@lru_cache(1)
def table() -> Mapping[str, Any]:
    """The table of names."""
    return tomllib.loads(Path(__file__).with_name("names.toml").read_text(encoding="utf-8"))


def _names(key: str) -> tuple[str, ...]:
    return tuple(table()[key])


def _plain_names(key: str) -> frozenset[str]:
    return frozenset(map(plain, table()[key]))


QUESTION_NAMES: Final = _names("question_names")
"""The first that is there is the question, unless a better reason speaks against it."""

TARGET_NAMES: Final = _names("target_names")
"""The first that is there is the target: `answer` beside `reference` is a model's."""

TOTAL_WORDS: Final = frozenset(_names("total_words"))
"""What the first cell of a line says that is the sum of those above it, as `plain` writes it."""

LIST_NAMES: Final = _names("list_names")
"""Keys under which the list of tasks stands in an object, the surest first."""

RIGHT_WORDS: Final = _names("right_words")
"""What is right or expected, in the forms that stand beside a word for an answer: `Resposta certa`."""

ANSWER_WORDS: Final = _names("answer_words")
"""Beside a word for what is right these mean the answer, as the names of targets do: `Juiste optie`."""

NO_VALUES: Final = frozenset(table()["no_values"])
"""What is written where there is no value; some of it may be the very answer."""

SPREADSHEET_ERRORS: Final = frozenset(table()["spreadsheet_errors"])
"""What a spreadsheet shows in place of a value that it could not work out."""

KEY_NAMES: Final = _names("key_names")
"""Targets only beside options, and where each is one of their letters."""

CLASS_NAMES: Final = _names("class_names")
"""Targets only where nothing else is one, and few values stand beside one text."""

ID_NAMES: Final = _names("id_names")

WEAK_ID_NAMES: Final = _names("weak_id_names")
"""Columns that are ids only where every task has one and no two are the same."""

CONTEXT_NAMES: Final = _names("context_names")
"""Sent before the question, which asks about them."""

CHOICE_NAMES: Final = _names("choice_names")
"""Columns that hold all options at once."""

CHOICE_STEMS: Final = _names("choice_stems")
"""Before a letter or a number these make the name of one option's column: `option_a`, `Option 1`, `opa`."""

SYSTEM_NAMES: Final = _names("system_names")

MESSAGE_NAMES: Final = _names("message_names")

IMAGE_NAMES: Final = _names("image_names")

REASONING_NAMES: Final = _names("reasoning_names")
"""Never a target as they stand, and never a part of the prompt: they tell the answer."""

FORMER_NAMES: Final = _names("former_names")
"""Beside a surer target these are what a model said before."""

LIKELY_NEEDED: Final = _names("likely_needed")
"""Columns that a question may need: a warning when no prompt sends them."""

INSTRUCTION_NAMES: Final = _plain_names("instruction_names")
"""What may be the same for all tasks while another column differs, as `plain` writes it."""

HEADING_NAMES: Final = _plain_names("heading_names")
"""What stands above a text, as `plain` writes it."""

BODY_NAMES: Final = _plain_names("body_names")
"""The text below a heading, as `plain` writes it."""

TEST_NAMES: Final = _names("test_names")
"""Tests of a program, where an entry point or a surer name says that there is one."""

SURE_TEST_NAMES: Final = _names("sure_test_names")

PAIRS: Final = tuple((first, second) for first, second in table()["pairs"])
"""Two texts that are asked about together."""


def matching(names: tuple[str, ...], columns: list[str]) -> list[str]:
    """The columns that bear one of the names, in the order of the names.

    >>> matching(TARGET_NAMES, ["Label", "expectedOutput", "note"])
    ['expectedOutput', 'Label']
    """
    by_name: dict[str, list[str]] = {}
    for column in columns:
        by_name.setdefault(plain(column), []).append(column)
    return [column for name in names for column in by_name.get(plain(name), ())]


def unmistakable(columns: list[str], source: str) -> str | None:
    """The first of some columns; None of none. Raises InputError where another is called so but for its case."""
    alike = [column for column in columns if plain(column) == plain(columns[0])]
    if len(alike) > 1:
        raise InputError(f"{source}: the columns {' and '.join(map(repr, alike))} differ only in case. Rename one.")
    return columns[0] if columns else None


_ALL: Final = (
    *QUESTION_NAMES,
    *TARGET_NAMES,
    *CLASS_NAMES,
    *ID_NAMES,
    *WEAK_ID_NAMES,
    *CONTEXT_NAMES,
    *CHOICE_NAMES,
    *SYSTEM_NAMES,
    *MESSAGE_NAMES,
    *IMAGE_NAMES,
    *REASONING_NAMES,
    *FORMER_NAMES,
    *LIKELY_NEEDED,
)
KNOWN: Final = frozenset(map(plain, _ALL))
"""Every name that is known, as `plain` writes it."""
