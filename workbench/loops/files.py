"""Tools for the files of one folder: listed, read, searched, written, with no way out of it."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field

from workbench.errors import ConfigError, InputError
from workbench.loops.tools import Tool, tool

MOST_BYTES: Final = 2 * 2**20
"""Of one file that is read or written."""

_MOST_ENTRIES: Final = 1_000
_MOST_SEARCHED: Final = 5_000
_MOST_FOUND: Final = 100
_LONGEST_LINE: Final = 300
_DEEPEST: Final = 20

_Path = Annotated[str, Field(description="relative to the folder")]
_Count = Annotated[int, Field(ge=1)]


def file_tool(folder: str | Path, *, write: bool = False) -> list[Tool]:
    """Tools for the files of one folder: `list_files`, `read_file`, `search_files`, and `write_file` where wanted.

    No path leads out: absolute ones and `..` are refused, and no link is followed, at any depth, also where somebody
    puts one there meanwhile. Files are texts of at most 2 MiB. Raises `InputError` where there is no such folder.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "note.txt").write_text("Call Ada.\\nBuy oats.\\n")
    ...     listing, reading, searching = file_tool(folder)
    ...     listing(), reading(path="note.txt", first_line=2), searching(text="ada")
    ('note.txt (20 bytes)', 'Buy oats.\\n', 'note.txt:1: Call Ada.')
    """
    root = Path(folder).resolve()
    if not root.is_dir():
        raise InputError(f"{str(folder)!r} is no folder; give one that is there")
    if os.open not in os.supports_dir_fd:
        raise ConfigError("file_tool needs an operating system that opens files relative to a folder: Linux or macOS")
    place = _Place(root)

    @tool
    def list_files(path: _Path = ".") -> str:
        """List the files and folders in a folder."""
        lines = place.listed(path)
        return "\n".join(lines) or "[the folder is empty]"

    @tool
    def read_file(
        path: _Path,
        first_line: _Count = 1,
        lines: _Count = 500,
    ) -> str:
        """Read lines of a text file, counted from 1."""
        found = place.text(path).splitlines(keepends=True)
        part = "".join(found[first_line - 1 : first_line - 1 + lines])
        rest = len(found) - (first_line - 1 + lines)
        return part + (f"[{rest:,} more lines]" if rest > 0 else "") or "[there is nothing]"

    @tool
    def search_files(text: Annotated[str, Field(min_length=1)], path: _Path = ".") -> str:
        """Find the lines that hold a text, in all files of a folder; capitals do not matter."""
        found = list(place.found(text.lower(), path))
        return "\n".join(found) or "[no line holds it]"

    @tool
    def write_file(path: _Path, text: str) -> str:
        """Write a text file, in place of what it held; folders on the way are made."""
        return f"wrote {place.write(path, text):,} bytes to {path}"

    return [list_files, read_file, search_files, *([write_file] if write else [])]


class _Place:
    """One folder, whose files are opened part by part of their path, so that no link can lead elsewhere."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def listed(self, path: str) -> list[str]:
        with self._folder(_parts(path)) as folder:
            names = sorted(os.listdir(folder))
            lines = [_described(folder, name) for name in names[:_MOST_ENTRIES]]
        return [*lines, *([f"[{len(names) - _MOST_ENTRIES:,} more]"] if len(names) > _MOST_ENTRIES else [])]

    def text(self, path: str) -> str:
        *folders, name = _parts(path) or [""]
        if not name:
            raise ValueError(f"{path!r} is a folder, and not a file")
        with self._folder(folders) as folder:
            return _read(folder, name, path)

    def write(self, path: str, text: str) -> int:
        *folders, name = _parts(path) or [""]
        content = text.encode("utf-8", "replace")
        if not name:
            raise ValueError(f"{path!r} is a folder, and not a file")
        if len(content) > MOST_BYTES:
            raise ValueError(f"the text has {len(content):,} bytes, and at most {MOST_BYTES:,} are written")
        with self._folder(folders, make=True) as folder:
            with contextlib.suppress(FileNotFoundError):
                if not stat.S_ISREG(os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode):
                    raise ValueError(f"{path!r} is no plain file")
            draft = f".{secrets.token_hex(8)}.draft"
            file = os.open(
                draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644, dir_fd=folder
            )
            try:
                with os.fdopen(file, "wb") as out:
                    out.write(content)
                os.replace(draft, name, src_dir_fd=folder, dst_dir_fd=folder)
            except BaseException:
                with contextlib.suppress(OSError):
                    os.unlink(draft, dir_fd=folder)
                raise
        return len(content)

    def found(self, text: str, path: str) -> Iterator[str]:
        """Lines that hold a text, each with its file and number."""
        number = searched = 0
        for name in self._files(_parts(path)):
            searched += 1
            if searched > _MOST_SEARCHED:
                yield f"[only the first {_MOST_SEARCHED:,} files were searched]"
                return
            try:
                content = self.text(name)
            except (OSError, ValueError):
                continue
            for place, line in enumerate(content.splitlines(), 1):
                if text in line.lower():
                    number += 1
                    if number > _MOST_FOUND:
                        yield f"[more than {_MOST_FOUND} lines]"
                        return
                    yield f"{name}:{place}: {line.strip()[:_LONGEST_LINE]}"

    def _files(self, parts: list[str]) -> Iterator[str]:
        if len(parts) > _DEEPEST:
            return
        try:
            with self._folder(parts) as folder:
                names = sorted(os.listdir(folder))
                modes = {name: _mode(folder, name) for name in names}
        except OSError:
            return
        for name in names:
            if stat.S_ISREG(modes[name]):
                yield "/".join([*parts, name])
            elif stat.S_ISDIR(modes[name]):
                yield from self._files([*parts, name])

    @contextlib.contextmanager
    def _folder(self, parts: list[str], *, make: bool = False) -> Iterator[int]:
        flags = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
        folder = os.open(self._root, flags)
        try:
            for part in parts:
                if make:
                    with contextlib.suppress(FileExistsError):
                        os.mkdir(part, dir_fd=folder)
                inner = os.open(part, flags | os.O_NOFOLLOW, dir_fd=folder)
                os.close(folder)
                folder = inner
            yield folder
        finally:
            os.close(folder)


def _parts(path: str) -> list[str]:
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if path.startswith(("/", "~")) or ".." in parts or "\0" in path or "\\" in path:
        raise ValueError(f"{path!r} is refused: give a path within the folder, with / between its parts and without ..")
    return parts


def _read(folder: int, name: str, path: str) -> str:
    # Opened without waiting, for a pipe would wait for a writer for ever.
    file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
    with os.fdopen(file, "rb") as content:
        about = os.fstat(content.fileno())
        if not stat.S_ISREG(about.st_mode):
            raise ValueError(f"{path!r} is no plain file")
        if about.st_size > MOST_BYTES:
            raise ValueError(f"{path!r} has {about.st_size:,} bytes, and at most {MOST_BYTES:,} are read")
        data = content.read(MOST_BYTES)
    if b"\0" in data[:4_096]:
        raise ValueError(f"{path!r} is no text")
    return data.decode("utf-8", "replace")


def _mode(folder: int, name: str) -> int:
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False).st_mode
    except OSError:
        return 0


def _described(folder: int, name: str) -> str:
    mode = _mode(folder, name)
    if stat.S_ISDIR(mode):
        return f"{name}/"
    if not stat.S_ISREG(mode):
        return f"{name} (no plain file)"
    return f"{name} ({_size(folder, name):,} bytes)"


def _size(folder: int, name: str) -> Any:
    return os.stat(name, dir_fd=folder, follow_symlinks=False).st_size
