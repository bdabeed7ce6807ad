"""One buyer a key: claims that threads and processes of one machine make on what is being bought at this moment."""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
import threading
from pathlib import Path

from workbench.base import regular_expressions as re
from workbench.cache.store.folder import explain_os_error
from workbench.errors import StoreError

_DIGEST = re.compile("[0-9a-f]{64}")
_LOCK_FILE = "workbench-claims.lock"


class HeldElsewhere(Exception):
    """Another process buys this at the moment, here or on another machine."""


def claim(folder: Path) -> Claims:
    """The claims of this process among all processes that use `folder`, which is made if it is not there.

    Every call for the same folder gives the same object. Raises StoreReadOnly where the folder may not be written.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     claims = claim(Path(folder))
    ...     first, second = claims.try_acquire("key"), claims.try_acquire("key")
    ...     claims.release("key")
    ...     first, second, claims.try_acquire("key")
    (True, False, True)
    """
    path = os.path.join(folder, _LOCK_FILE)
    with _registry_lock:
        try:
            with contextlib.suppress(FileNotFoundError):
                if (known := _registry.get(_identify(os.stat(path)))) is not None:
                    return known
            Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
        except OSError as error:
            raise explain_os_error(error, Path(folder)) from error
        # Never closed, and never opened again: POSIX drops all locks of a process on a file when the process closes
        # any descriptor of that file.
        return _registry.setdefault(_identify(os.fstat(descriptor)), Claims(path, descriptor))


class Claims:
    """Keys that nobody else may work on, each a lock on one byte of a file.

    The operating system frees a claim when its process ends, however it ends. Check the store again after acquiring:
    the one who held the key before may have finished it.
    """

    def __init__(self, path: str, descriptor: int) -> None:
        self._path = path
        self._descriptor = descriptor
        self._start()

    def try_acquire(self, key: str) -> bool:
        """Claim `key` without waiting; False while any thread or process holds it, this one included."""
        offset = _offset(key)
        with self._lock:
            if offset in self._held:
                return False
            try:
                acquired = _lock_byte(self._descriptor, offset)
            except OSError as error:
                raise StoreError(f"Cannot lock {self._path}: {error}. It must be on a local disk.") from error
            if acquired:
                self._held.add(offset)
            return acquired

    def release(self, key: str) -> None:
        """Let `key` go; a key that this process does not hold is left alone."""
        offset = _offset(key)
        with self._lock:
            if offset in self._held:
                self._held.remove(offset)
                _unlock_byte(self._descriptor, offset)

    def _start(self) -> None:
        """Hold nothing: at first, and in a forked child, which shares the descriptor but none of its locks."""
        self._lock = threading.Lock()
        self._held: set[int] = set()


def _offset(key: str) -> int:
    digest = key if _DIGEST.fullmatch(key) else hashlib.sha256(key.encode()).hexdigest()
    return int(digest[:15], 16)


def _identify(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino


if sys.platform == "win32":
    import msvcrt

    # Never tried on Windows. Its file position is 32 bits wide there, so that two keys share a byte once in two
    # thousand million: one then waits for the other, which costs time and no money.
    _POSITIONS = (1 << 31) - 1

    def _lock_byte(descriptor: int, offset: int) -> bool:
        os.lseek(descriptor, offset % _POSITIONS, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

    def _unlock_byte(descriptor: int, offset: int) -> None:
        os.lseek(descriptor, offset % _POSITIONS, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock_byte(descriptor: int, offset: int) -> bool:
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, offset)
        except (BlockingIOError, PermissionError):  # EAGAIN or EACCES: POSIX leaves the choice to the system
            return False
        return True

    def _unlock_byte(descriptor: int, offset: int) -> None:
        fcntl.lockf(descriptor, fcntl.LOCK_UN, 1, offset)


_registry: dict[tuple[int, int], Claims] = {}
_registry_lock = threading.Lock()


def _start_in_child() -> None:
    global _registry_lock
    _registry_lock = threading.Lock()
    for claims in _registry.values():
        claims._start()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_in_child)
