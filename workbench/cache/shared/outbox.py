"""What waits to be handed over to the team: keys, a line each, in a file beside the replies themselves.

A key that is lost from it, with the process that was to write it, costs the team a copy and nobody a reply: it is in
the store of this machine, and `workbench store sync` compares all.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

NAME: Final = "to-hand-over.txt"
IN_PLACE: Final = "@"
"""Behind a key: its reply was bought again on purpose, and goes in place of the one that the team has."""

_SEEN_AT_ONCE: Final = 10_000


class Outbox:
    """The file of one cache folder, which several processes write and empty.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     outbox = Outbox(Path(folder))
    ...     outbox.add(["ab", "cd" + IN_PLACE])
    ...     with outbox.taken() as names:
    ...         names, len(outbox)
    (['ab', 'cd@'], 2)
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._path = folder / NAME

    def add(self, keys: Sequence[str]) -> None:
        """Note that some keys wait."""
        if keys:
            flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
            with contextlib.suppress(OSError), open(os.open(self._path, flags, 0o600), "ab") as file:
                file.write("".join(f"{key}\n" for key in keys).encode("ascii"))

    def __len__(self) -> int:
        return sum(len(self._read(path)) for path in (self._path, *self._taken()))

    @property
    def waits(self) -> bool:
        """Whether anything waits."""
        return self._path.exists()

    @contextlib.contextmanager
    def taken(self) -> Iterator[list[str]]:
        """What waits, taken out for whoever hands it over; it waits again where that fails."""
        if not self._path.exists():
            yield []
            return
        own = self._path.with_name(f"{NAME}.{os.getpid()}.{secrets.token_hex(4)}")
        try:
            self._path.rename(own)  # one process gets it
        except OSError:
            yield []
            return
        keys = self._read(own)
        try:
            yield keys
        except BaseException:
            self.add(keys)
            raise
        finally:
            own.unlink(missing_ok=True)

    def recover(self) -> None:
        """Let wait again what a process took out and did not live to hand over."""
        for path in self._taken():
            if not _lives(path.name.split(".")[-2]):
                self.add(self._read(path))
                path.unlink(missing_ok=True)

    def _taken(self) -> list[Path]:
        return list(self._path.parent.glob(f"{NAME}.*.*"))

    def _read(self, path: Path) -> list[str]:
        try:
            return list(dict.fromkeys(path.read_text(encoding="ascii", errors="replace").split()))
        except OSError:
            return []


def _lives(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except OSError:
        return True
    return True
