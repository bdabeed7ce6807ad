"""Keys: found in the environment or a `.env`, held so that they cannot be shown, and kept out of all that leaves."""

from __future__ import annotations

import os
import re
import threading
from pathlib import Path
from typing import NoReturn

from workbench.errors import AuthError

MASK = "[key]"

_SHAPES = re.compile(
    r"(?<![A-Za-z0-9_-])(?:"
    r"sk-[A-Za-z0-9_-]{16,}|gsk_[A-Za-z0-9]{20,}|hf_[A-Za-z0-9]{20,}|AIza[A-Za-z0-9_-]{30,}|xai-[A-Za-z0-9]{20,}"
    r"|nvapi-[A-Za-z0-9_-]{20,}|fw_[A-Za-z0-9]{16,}|pplx-[A-Za-z0-9]{20,}|gh[pousr]_[A-Za-z0-9]{30,}|AKIA[A-Z0-9]{16}"
    r"|Bearer\s+[A-Za-z0-9._~+/=-]{16,})"
)
_SHORTEST_KNOWN = 8

_known: set[str] = set()
_lock = threading.Lock()
_env_files: dict[Path, tuple[float, dict[str, str | None]]] = {}


class Key:
    """A secret whose value comes out of `reveal` only, which is called where a request is sent.

    >>> Key("  sk-not-a-real-key ")
    Key([key])
    """

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        value = value.strip()
        if not value or not value.isascii() or not value.isprintable() or " " in value:
            # The value stays out of the message, and out of the exception that a broken header would raise later.
            raise AuthError("a key must be one word of printable ASCII; check what was pasted") from None
        self.__value = value
        if len(value) >= _SHORTEST_KNOWN:
            with _lock:
                _known.add(value)

    def reveal(self) -> str:
        """The value itself, for the one place that sends it."""
        return self.__value

    def __repr__(self) -> str:
        return f"Key({MASK})"

    __str__ = __repr__

    def __format__(self, specification: str) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is never pickled or copied")

    def __getstate__(self) -> NoReturn:
        raise TypeError("a key is never pickled or copied")


def find_key(variable: str) -> Key | None:
    """The key in an environment variable, else in the `.env` of the working folder or its parents; None without one."""
    value = os.environ.get(variable) or _from_env_file(variable)
    return Key(value) if value and value.strip() else None


def _from_env_file(variable: str) -> str | None:
    here = Path.cwd()
    for folder in (here, *here.parents):
        path = folder / ".env"
        if path.is_file():
            return _read_env_file(path).get(variable)
    return None


def _read_env_file(path: Path) -> dict[str, str | None]:
    changed = path.stat().st_mtime
    kept = _env_files.get(path)
    if kept is None or kept[0] != changed:
        import dotenv

        kept = _env_files[path] = (changed, dotenv.dotenv_values(path, interpolate=False))
    return kept[1]


def redact(text: str) -> str:
    """The text without any key that this process knows, or anything of a key's shape.

    >>> redact("Incorrect API key provided: sk-abcdefghijklmnop1234")
    'Incorrect API key provided: [key]'
    """
    with _lock:
        known = sorted(_known, key=len, reverse=True)
    for value in known:
        text = text.replace(value, MASK)
    return _SHAPES.sub(MASK, text)


def find_secrets(text: str) -> list[str]:
    """Where a text holds a known key or something of a key's shape: places, never the values.

    >>> find_secrets("first line\\nkey = gsk_aaaaaaaaaaaaaaaaaaaaaaaa")
    ['something of the shape of a key in line 2']
    """
    with _lock:
        known = list(_known)
    found: list[tuple[int, str]] = [(at, "a key of this process") for value in known if (at := text.find(value)) >= 0]
    found += [(match.start(), "something of the shape of a key") for match in _SHAPES.finditer(text)]
    return [f"{what} in line {text.count(chr(10), 0, at) + 1}" for at, what in sorted(found)]
