"""Files that the user has confirmed: until they change, they may send a known provider's key to another host."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from workbench.base.files import not_ones_own, opened, written_whole
from workbench.errors import ConfigError

_MOST_BYTES: Final = 2**24
_VERSION: Final = 1


def list_of_confirmed() -> Path:
    """Where the confirmations are kept: in the user's own configuration, never beside the files that they are about."""
    named = os.environ.get("XDG_CONFIG_HOME") or os.environ.get("APPDATA" if os.name == "nt" else "", "")
    try:
        folder = Path(named) if named else Path.home() / ".config"
    except RuntimeError:
        raise ConfigError("no home folder is known, so no confirmation can be kept; set XDG_CONFIG_HOME") from None
    if not folder.is_absolute():
        raise ConfigError(f"XDG_CONFIG_HOME is {named!r}; it must be a whole path")
    return folder / "workbench" / "confirmed.json"


def confirm(path: Path) -> None:
    """Note that a file, as it is now, may say where keys go; a note of an earlier state is replaced.

    Raises `ConfigError` where the file or the list is not the user's own.
    """
    _check_own(path, "nothing that it says is believed")
    found = {**_confirmed(), str(path.resolve()): _hash(_bytes(path))}
    _write(found)


def withdraw(path: Path) -> bool:
    """Forget a confirmation; tell whether there was one."""
    found = _confirmed()
    known = found.pop(str(path.resolve()), None) is not None
    if known:
        _write(found)
    return known


def is_confirmed(path: Path, providers: Mapping[str, Any]) -> bool:
    """Whether a file, which was read as these `providers`, was confirmed, and is what it was then."""
    wanted = _confirmed().get(str(path.resolve()))
    if wanted is None:
        return False
    content = _bytes(path)
    # What was read earlier must be what has this hash: between the two the file may have changed.
    return _hash(content) == wanted and tomllib.loads(content.decode("utf-8-sig")).get("providers", {}) == providers


def _confirmed() -> dict[str, str]:
    place = list_of_confirmed()
    if not place.exists():
        return {}
    _check_own(place, "the confirmations in it are not believed")
    try:
        told = json.loads(_bytes(place))
        if told["version"] != _VERSION:
            raise ValueError("another version")
        return {str(name): str(value) for name, value in told["files"].items()}
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise ConfigError(f"{place} is damaged; delete it, and confirm files anew with `workbench trust`") from None


def _write(files: Mapping[str, str]) -> None:
    place = list_of_confirmed()
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _check_own(place.parent, "no confirmation is kept there")
    with written_whole(place) as draft:
        draft.write_text(json.dumps({"version": _VERSION, "files": files}, indent=1), encoding="utf-8")


def _check_own(path: Path, then: str) -> None:
    reason = not_ones_own(path)
    if reason is not None:
        raise ConfigError(f"{path}: {reason}; until then {then}")


def _bytes(path: Path) -> bytes:
    with opened(path, most_bytes=_MOST_BYTES) as file:
        return file.read()


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
