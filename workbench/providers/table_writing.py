"""Tables written into the user's `workbench.toml`: in a part of its own, which is renewed as a whole."""

from __future__ import annotations

import json
import stat
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from workbench.base.files import opened, written_whole
from workbench.errors import InputError
from workbench.providers.user_tables import read_tables

BEGIN = "# >>> written by `workbench models --check --write`; renewed as a whole, so write your own tables elsewhere"
_END = "# <<<"
_MOST_BYTES = 2**24


def write_tables(path: Path, tables: Mapping[str, Mapping[str, Any]]) -> tuple[list[str], list[str]]:
    """Write model tables into a settings file; return the ids that were written, and those that the user has written.

    What stood there before stays, byte for byte, but for an earlier part of this kind, whose tables stay unless they
    are renewed. Raises `InputError` for a file that is no such table, and then changes nothing.
    """
    before, part, after = _parts(path)
    document = _tables_in(before + after, path)
    theirs = document.get("models", {})
    theirs = theirs if isinstance(theirs, dict) else {}
    merged = {**_tables_in(part, path).get("models", {}), **tables}
    kept = {name: table for name, table in merged.items() if name not in theirs}
    lines = [BEGIN, *(line for name, table in sorted(kept.items()) for line in _lines(name, table)), _END]
    head = before if not before or before.endswith("\n") else f"{before}\n"
    text = f"{head}{chr(10).join(lines)}\n{after}" if kept else f"{head}{after}"
    mode = stat.S_IMODE(path.stat().st_mode) & ~0o022 if path.exists() else None
    with written_whole(path) as draft:
        draft.write_bytes(text.encode())
        read_tables(draft)  # raises before the file takes its name
        if mode is not None:
            draft.chmod(mode)
    return sorted(tables.keys() & kept.keys()), sorted(tables.keys() & theirs.keys())


def _parts(path: Path) -> tuple[str, str, str]:
    """What stands before our part of a file, in it, and after it."""
    if not path.exists():
        return "", "", ""
    with opened(path, most_bytes=_MOST_BYTES) as file:
        try:
            text = file.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise InputError(f"{path} is not TOML: {error}") from None
    start = text.find(BEGIN)
    if start < 0:
        return text, "", ""
    end = text.find(f"\n{_END}", start)
    if end < 0:
        raise InputError(f"{path}: the part that begins with {BEGIN[:40]!r} has no end; take it out by hand")
    close = end + 1 + len(_END)
    return text[:start], text[start:end], text[close:].removeprefix("\n")


def _tables_in(text: str, path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{path} is not TOML: {error}") from None


def _lines(name: str, table: Mapping[str, Any]) -> list[str]:
    return [f"[models.{_text(name)}]", *(f"{field} = {_value(value)}" for field, value in table.items()), ""]


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, Mapping):
        return f"{{ {', '.join(f'{field} = {_value(part)}' for field, part in value.items())} }}"
    return _text(str(value))


def _text(text: str) -> str:
    """A basic string: JSON's, whose escapes TOML has too; what JSON leaves as it is and TOML does not is escaped."""
    return json.dumps(text).replace("\x7f", "\\u007f")
