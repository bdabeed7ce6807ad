"""Columns on whose kind segments do not agree: numbers in some, texts or nothing at all in others."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from workbench.errors import InputError

if TYPE_CHECKING:
    import duckdb

_TEXT: Final = "BYTE_ARRAY"
_WHOLE: Final = frozenset({"INT32", "INT64"})
_TRUTH: Final = frozenset({"BOOLEAN"})

Run = Callable[..., "duckdb.DuckDBPyConnection"]
"""What runs a statement with its values."""


def numbers_among_texts(run: Run, files: Sequence[str], names: Collection[str]) -> dict[str, str]:
    """Columns that hold numbers in some segments and in the others nothing, which is written as texts; their types.

    `names` are columns that are texts where all segments are read together.
    """
    if not names:
        return {}
    statement = "SELECT file_name, name, type FROM parquet_schema(?::VARCHAR[]) WHERE list_contains(?::VARCHAR[], name)"
    found = run(statement, [list(files), list(names)]).fetchall()
    types = {}
    for name in names:
        kinds = {str(kind) for _, column, kind in found if column == name}
        others = kinds - {_TEXT}
        if not others or others == kinds:
            continue
        of_texts = [str(file) for file, column, kind in found if column == name and kind == _TEXT]
        there = f"SELECT count({quoted(name)}) FROM read_parquet(?::VARCHAR[], union_by_name = true)"
        if (run(there, [of_texts]).fetchone() or (1,))[0] == 0:
            types[name] = "BOOLEAN" if others <= _TRUTH else "BIGINT" if others <= _WHOLE else "DOUBLE"
    return types


def mixed_within(run: Run, files: Sequence[str], key: bytes) -> frozenset[str]:
    """Columns that hold values of several kinds in one segment, each written as JSON, as the files say under a key."""
    lines = run("SELECT value FROM parquet_kv_metadata(?::VARCHAR[]) WHERE key = ?", [list(files), key]).fetchall()
    names: set[str] = set()
    for value in {bytes(line[0]) for line in lines}:
        with suppress(ValueError):
            said: Any = json.loads(value)
            names.update(map(str, said) if isinstance(said, list) else ())
    return frozenset(names)


def quoted(name: str) -> str:
    """A column's name as it stands in a statement.

    >>> quoted("own column")
    '"own column"'
    """
    return '"' + name.replace('"', '""') + '"'


def check_kinds(names: Collection[str], mixed: Collection[str], place: str) -> None:
    """Raise InputError where one of these columns is among those that hold values of several kinds in one segment."""
    for name in names:
        if name in mixed:
            raise InputError(
                f"The column {name!r} holds values of several kinds, such as numbers and texts, in one segment of "
                f"{place}, and they are not told apart there. Read the segments as one table: "
                f"pandas.concat([wb.read_rows(path) for path in paths])"
            )
