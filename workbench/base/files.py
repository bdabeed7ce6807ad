"""Files of the user's own: looked for from the working folder upward, and written whole or not at all."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

from workbench.errors import InputError


def folders_upward() -> list[Path]:
    """The working folder and those above it; none where it has been deleted."""
    try:
        here = Path.cwd()
    except FileNotFoundError:
        return []
    return [here, *here.parents]


@contextlib.contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give a place to write to; what is there in the end takes the name `path`, whose folder is made if need be.

    Raises `InputError` where that cannot be.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with written_whole(Path(folder, "new", "notes.txt")) as place:
    ...         _ = place.write_text("whole")
    ...     Path(folder, "new", "notes.txt").read_text()
    'whole'
    """
    with _named(path):
        draft = _draft_of(path)
        try:
            yield draft
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)


def check_place(path: Path) -> None:
    """Raise `InputError` unless a file can be written there: before what it will hold is bought, not after."""
    with _named(path):
        draft = _draft_of(path)
        draft.touch()
        draft.unlink()


def _draft_of(path: Path) -> Path:
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(path.name + ".part")


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(f"{str(path)!r} cannot be written: {error.strerror or error}; name another place") from error
