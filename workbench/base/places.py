"""Where replies are kept: one folder for each user, and folders of earlier days and of projects, which are read."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from workbench.base.files import folders_upward, not_ones_own, settings_table
from workbench.errors import InputError, warn

VARIABLE: Final = "WORKBENCH_CACHE"
NOTED: Final = "older-folders.txt"
"""In the user's own folder: the folders that were found to hold replies, a line each, so that they stay in use."""

LISTS_NAME: Final = "lists"
"""In the folder of everything: the lists of models which providers gave."""

_DATABASE: Final = Path("store", "cache.db")


@dataclass(frozen=True)
class Places:
    """The folder that is written, those whose recordings are read, and those whose stores are read."""

    home: Path
    recordings: tuple[Path, ...] = ()
    older: tuple[Path, ...] = ()


def home() -> Path:
    """The folder that everything is kept in.

    `WORKBENCH_CACHE` when it is set, else what `[cache] folder` in `workbench.toml` says, else the one folder of the
    user's own, whatever folder one works in.
    """
    return places().home


def places() -> Places:
    """All folders in use: a folder that was asked for stands alone; else the user's own, and what projects hold.

    Beside the user's own, the recordings and the store in the `cache/` of the project around the working folder are
    read, and every store that was found in such a folder before.
    """
    asked = _asked()
    if asked is not None:
        return Places(asked)
    own = users_own()
    projects = [folder for folder in _projects() if folder != own]
    stores = [folder for folder in projects if os.path.isfile(folder / _DATABASE)]
    # What was noted is looked at anew: a folder may be gone by now, or be another's.
    before = [folder for folder in noted(own) if os.path.isfile(folder / _DATABASE) and not_ones_own(folder) is None]
    return Places(own, tuple(projects), tuple(dict.fromkeys([*stores, *before])))


def users_own() -> Path:
    """The folder of the user's own data for this package."""
    import platformdirs

    return Path(platformdirs.user_data_dir("workbench", appauthor=False))


def _asked() -> Path | None:
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named).expanduser().resolve()
    table, place = settings_table("cache")
    folder: Any = table.get("folder")
    for name in table.keys() - {"folder"}:
        raise InputError(f"{place}, [cache]: unknown field {name!r}; it knows folder")
    if folder is None or place is None:
        return None
    if not isinstance(folder, str) or not folder.strip():
        raise InputError(f'{place}, [cache]: folder is {folder!r}; name a folder, such as "cache"')
    return (place.parent / Path(folder).expanduser()).resolve()


def _projects() -> list[Path]:
    """The `cache/` folders of the projects around the working folder, nearest first."""
    found = dict.fromkeys(folder / "cache" for folder in folders_upward())
    return [folder for folder in found if os.path.isdir(folder) and _is_believed(folder)]


def _is_believed(folder: Path) -> bool:
    """Whether a folder that was found is a cache, and the user's own: it gives replies."""
    try:
        names = {entry.name for entry in folder.iterdir()}
    except OSError as error:
        reason = f"it cannot be read ({error.strerror})"
    else:
        if not names & {"recordings", "store"}:
            return False
        reason = _doubt_of(folder)
    if reason:
        warn(f"{folder} is not used as the cache: {reason}. {VARIABLE} says where to keep replies instead")
    return not reason


def _doubt_of(folder: Path) -> str:
    """Why replies of a folder are not believed: whoever may write it, or a part of it, decides what they say."""
    for path in (folder, folder / "recordings", folder / "store", folder / _DATABASE):
        doubt = not_ones_own(path, group_of_one=True) if os.path.lexists(path) else None
        if doubt is not None:
            return doubt if path == folder else f"of {path.relative_to(folder)}: {doubt}"
    return ""


def believed(recordings: Iterable[Path]) -> Iterator[Path]:
    """Those of a project's recordings that nobody else could have written; of another a warning says why it is none."""
    for path in recordings:
        reason = not_ones_own(path, group_of_one=True)
        if reason is None:
            yield path
        else:
            warn(f"{path} is passed over: {reason}")


def noted(own: Path) -> list[Path]:
    """The older folders that were found so far."""
    try:
        lines = (own / NOTED).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
    return [Path(line) for line in lines if os.path.isabs(line)]


def note(own: Path, folder: Path) -> bool:
    """Note a folder that holds replies; False where it was noted before, or cannot be."""
    if folder in noted(own) or "\n" in str(folder):
        return False
    with contextlib.suppress(OSError):
        own.mkdir(parents=True, mode=0o700, exist_ok=True)
        descriptor = os.open(own / NOTED, os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
        with open(descriptor, "ab") as file:
            file.write(f"{folder}\n".encode("utf-8", "surrogateescape"))
        return True
    return False
