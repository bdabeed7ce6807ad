"""Files of the user's own: looked for from the working folder upward, read only if they are files, written whole."""

from __future__ import annotations

import contextlib
import errno
import fnmatch
import os
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final

from workbench.errors import ConfigError, InputError, StoreError

MOST_LINE_BYTES: Final = 2**28
"""The longest line that is read of a file of lines: 256 MiB. The largest reply that is ever kept is far below it."""

SETTINGS_NAME = "workbench.toml"
SETTINGS_VARIABLE = "WORKBENCH_CONFIG"

_MOST_SETTINGS_BYTES = 2**24
_settings: dict[Path, tuple[tuple[int, int, int], dict[str, Any]]] = {}
_GROUP_WRITES, _OTHERS_WRITE = 0o020, 0o002


DESK_VARIABLE = "WORKBENCH_DESK"
"""Names the folder that one stands in for a process that works in another, such as the kernel of a report."""


def folders_upward() -> list[Path]:
    """The working folder and those above it, after those of the desk where it is another; none where it is deleted."""
    desk = os.environ.get(DESK_VARIABLE, "")
    try:
        here = Path.cwd()
    except FileNotFoundError:
        return []
    own = [here, *here.parents]
    if not os.path.isabs(desk):
        return own
    return list(dict.fromkeys([Path(desk), *Path(desk).parents, *own]))


def desk_environment() -> dict[str, str]:
    """The environment for a process that works in another folder and yet finds settings, keys and cache from here."""
    here = folders_upward()
    if not here:
        return dict(os.environ)
    named = {name: os.environ.get(name, "") for name in (SETTINGS_VARIABLE, "WORKBENCH_CACHE")}
    whole = {name: str(Path(text).expanduser().absolute()) for name, text in named.items() if text}
    return {**os.environ, **whole, DESK_VARIABLE: str(here[0])}


def not_ones_own(path: Path, *, group_of_one: bool = False) -> str | None:
    """Why a file or folder is not to be believed, as the rest of a sentence; None where it is the user's own.

    As with ssh's files: it, and a link that leads to it, belongs to the user or to root, and nobody else may write it.
    With `group_of_one` the user's own group, in which nobody else is, may. Windows has no such owners: None.

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as file:
    ...     os.chmod(file.name, 0o622)
    ...     not_ones_own(Path(file.name))
    'others may write it (mode 622); take that away with chmod go-w'
    """
    if not hasattr(os, "geteuid"):
        return None
    try:
        place, found = path.lstat(), path.stat()
    except OSError as error:
        return f"it cannot be looked at ({error.strerror})"
    if any(status.st_uid not in (os.geteuid(), 0) for status in (place, found)):
        return "it belongs to another user"
    open_to = _OTHERS_WRITE if group_of_one and _is_of_one(found.st_gid) else _OTHERS_WRITE | _GROUP_WRITES
    if found.st_mode & open_to:
        return f"others may write it (mode {stat.S_IMODE(found.st_mode):o}); take that away with chmod go-w"
    return None


def _is_of_one(group: int) -> bool:
    """Whether a group is the user's own, which many systems make for each user, and with nobody else in it."""
    import grp
    import pwd

    try:
        user, found = pwd.getpwuid(os.geteuid()), grp.getgrgid(group)
    except KeyError:
        return False
    return user.pw_gid == group and found.gr_name == user.pw_name and set(found.gr_mem) <= {user.pw_name}


@contextlib.contextmanager
def opened(path: Path, *, most_bytes: int | None = None) -> Iterator[BinaryIO]:
    """Open a file to read its bytes; raises `InputError` that says what is there for anything that is no file.

    Nothing is waited for: a pipe that nobody writes to, or a device without an end, is told by its kind.

    >>> with opened(Path("/dev/null")) as file:
    ...     file.read()
    Traceback (most recent call last):
    workbench.errors.InputError: '/dev/null' is a device, and no file; name a file
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except (OSError, ValueError) as error:
        kind = "is a folder, and no file; name a file" if os.path.isdir(path) else "cannot be read"  # as Windows has it
        raise InputError(f"{str(path)!r} {kind}: {getattr(error, 'strerror', None) or error}") from None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise InputError(f"{str(path)!r} is {_kind(status.st_mode)}, and no file; name a file")
    with open(descriptor, "rb") as file:
        if most_bytes is not None and status.st_size > most_bytes:
            raise InputError(f"{str(path)!r} has {status.st_size:,} bytes; the most that is read is {most_bytes:,}")
        yield file


def _kind(mode: int) -> str:
    kinds = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))
    return next((words for is_so, words in kinds if is_so(mode)), "a device")


def files_in(folder: Path, pattern: str) -> list[Path]:
    """The files of a folder that fit a pattern, in order; none where it is not there. Raises `StoreError` where it
    may not be looked into: what is kept in it cannot be told from nothing.

    >>> files_in(Path("/nowhere"), "*.jsonl")
    []
    """
    try:
        return sorted(folder / name for name in fnmatch.filter(os.listdir(folder), pattern))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except PermissionError as error:
        raise StoreError(
            f"{folder} may not be read ({error.strerror}); name a folder of your own in WORKBENCH_CACHE, or have "
            f"whoever owns it let you read"
        ) from None


def lines_of(file: BinaryIO, path: Path) -> Iterator[tuple[int, int, bytes]]:
    """The lines of an open file with their numbers, from 1, and places; a line ends at a line feed and nowhere else.

    Raises `InputError` for one longer than `MOST_LINE_BYTES`, before more of it is read.
    """
    number, place = 1, 0
    while line := file.readline(MOST_LINE_BYTES + 1):
        if len(line) > MOST_LINE_BYTES:
            raise InputError(
                f"{path}:{number}: the line is longer than {MOST_LINE_BYTES:,} bytes; this is no such file"
            )
        yield number, place, line
        number, place = number + 1, place + len(line)


def settings_file() -> Path | None:
    """Where `workbench.toml` is: where `WORKBENCH_CONFIG` points, else the nearest one upward; None if nowhere."""
    named = os.environ.get(SETTINGS_VARIABLE)
    if named:
        path = Path(named).expanduser()
        if not path.is_file():
            raise InputError(f"{SETTINGS_VARIABLE} names {named!r}, and there is no such file")
        return path
    return next((path for folder in folders_upward() if (path := folder / SETTINGS_NAME).is_file()), None)


def settings_table(name: str, path: Path | None = None) -> tuple[dict[str, Any], Path | None]:
    """One table of `workbench.toml`, or of another file of that kind, and where it stands; empty where there is none.

    Raises `InputError` for what is no TOML or no table, and `ConfigError` for a file that is not the user's own.
    """
    place = settings_file() if path is None else path
    if place is None or not place.is_file():
        return {}, None
    reason = not_ones_own(place)
    if reason is not None:
        raise ConfigError(
            f"{place} says where keys and prompts go, and {reason}. Until it is yours alone nothing is asked; "
            f"{SETTINGS_VARIABLE} can name another file"
        )
    status = place.stat()
    stamp = (status.st_mtime_ns, status.st_size, status.st_ctime_ns)
    if place not in _settings or _settings[place][0] != stamp:
        try:
            with opened(place, most_bytes=_MOST_SETTINGS_BYTES) as file:
                _settings[place] = (stamp, tomllib.loads(file.read().decode("utf-8-sig")))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
            raise InputError(f"{place} is not TOML: {error}") from None
    table = _settings[place][1].get(name, {})
    if not isinstance(table, dict):
        raise InputError(f"{place}: {name} is {table!r}; it must be a table: [{name}]")
    return table, place


@contextlib.contextmanager
def written_whole(path: Path, *, in_own_folder: bool = False) -> Iterator[Path]:
    """Give a place to write to; what is there in the end takes the name `path`, whose folder is made if need be.

    Nobody else can read the file, until its owner lets them. A link is never followed: the file takes the link's place.
    `in_own_folder` says that its folder is ours, too, see `own_folder`. Raises `InputError` where that cannot be.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     with written_whole(Path(folder, "new", "notes.txt")) as place:
    ...         _ = place.write_text("whole")
    ...     Path(folder, "new", "notes.txt").read_text()
    'whole'
    """
    with _named(path):
        if in_own_folder:
            own_folder(path.parent)
        _make_place(path)
        with draft_of(path) as draft:
            yield draft


def own_folder(folder: Path) -> None:
    """Make a folder of the package's own that nobody else may look into, if it is not there.

    A link in its place is not followed, for whoever put it there would choose where is written. Raises `OSError`.
    """
    if folder.is_symlink():
        raise OSError(errno.ELOOP, "its folder is a link, which is not followed", str(folder))
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def add_line(path: Path, line: str) -> None:
    """Add a line to a file that nobody else can read, made if it is not there; a link is not followed.

    Raises `OSError`, too, for what is no file; a pipe that nobody reads is not waited for.
    """
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    with os.fdopen(os.open(path, flags, 0o600), "a", encoding="utf-8") as file:
        file.write(line + "\n")


def check_place(path: Path) -> None:
    """Raise `InputError` unless a file can be written there: before what it will hold is bought, not after."""
    with _named(path):
        _make_place(path)
        _new_draft(path).unlink()


@contextlib.contextmanager
def draft_of(path: Path, *, prefix: str = ".") -> Iterator[Path]:
    """Give a new file beside `path`, that nobody else can read and no link stands for: it takes the name `path` at
    once if nothing failed, and vanishes otherwise. Raises `OSError`.
    """
    draft = _new_draft(path, prefix)
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _new_draft(path: Path, prefix: str = ".") -> Path:
    import tempfile

    descriptor, name = tempfile.mkstemp(prefix=f"{prefix}{path.name[:100]}-", suffix=".part", dir=path.parent)
    os.close(descriptor)
    return Path(name)


def _make_place(path: Path) -> None:
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder")
    path.parent.mkdir(parents=True, exist_ok=True)


@contextlib.contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise InputError(f"{str(path)!r} cannot be written: {error.strerror or error}; name another place") from error
