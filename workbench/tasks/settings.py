"""What `workbench.toml` says of a file of tasks: the words that `load_tasks` takes, by the file's path."""

from __future__ import annotations

import fnmatch
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from workbench.base.files import not_ones_own, opened, settings_file
from workbench.errors import ConfigError, InputError

_MOST_BYTES: Final = 2**24
_FIELDS: Final[Mapping[str, tuple[type, ...]]] = {
    "question": (str,),
    "target": (str,),
    "choices": (str, list),
    "id": (str,),
    "system": (str,),
    "messages": (str,),
    "images": (str, list),
    "sheet": (str,),
    "filter": (str, list),
    "limit": (int,),
    "shuffle": (int,),
}


def file_settings(path: Path) -> tuple[dict[str, Any], str]:
    """The words for a file, and a sentence that says where they stand; `[tasks."data/*.csv"]` may name several files.

    Paths are relative to the folder of `workbench.toml`; a name without a folder fits a file of that name anywhere.
    Raises InputError for an unknown word, or a value of another kind.
    """
    place = settings_file()
    if place is None:
        return {}, ""
    reason = not_ones_own(place)
    if reason is not None:  # it could name files to be sent as images
        raise ConfigError(
            f"{place} says how task files are read, and {reason}. Until it is yours alone nothing is read"
        )
    try:
        with opened(place, most_bytes=_MOST_BYTES) as file:
            tables = tomllib.loads(file.read().decode("utf-8-sig")).get("tasks", {})
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as problem:
        raise InputError(f"{place} is not TOML: {problem}") from None
    if not isinstance(tables, Mapping):
        raise InputError(f'{place}: tasks is {tables!r}; write a table for each file: [tasks."my.csv"].')
    for name, table in tables.items():
        if _fits(str(name), path, place.parent):
            where = f'{place.name}, [tasks."{name}"]'
            return _checked(table, where), f"as {where} says"
    return {}, ""


def _fits(name: str, path: Path, folder: Path) -> bool:
    if "/" not in name:
        return fnmatch.fnmatchcase(path.name, name)
    try:
        relative = path.resolve().relative_to(folder.resolve()).as_posix()
    except (ValueError, OSError):
        return False
    return fnmatch.fnmatchcase(relative, name.removeprefix("./"))


def _checked(table: Any, where: str) -> dict[str, Any]:
    if not isinstance(table, Mapping):
        raise InputError(f"{where} is {table!r}; it must be a table of fields.")
    for name, value in table.items():
        if name not in _FIELDS:
            raise InputError(f"{where}: unknown field {name!r}; known are {', '.join(_FIELDS)}.")
        if not isinstance(value, _FIELDS[name]) or isinstance(value, bool):
            raise InputError(
                f"{where}: {name} is {value!r}; it must be {' or '.join(k.__name__ for k in _FIELDS[name])}."
            )
    return dict(table)
