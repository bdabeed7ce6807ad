"""Python's search for circles among objects, rested while very many are made that all stay."""

from __future__ import annotations

import contextlib
import gc
import os
import threading
from collections.abc import Iterator

_lock = threading.Lock()
_resting = 0
_was_on = False


@contextlib.contextmanager
def no_search_for_circles() -> Iterator[None]:
    """Rest the collector of circles while a table grows: each of its searches looks at all that was made before.

    Only for work whose objects are kept: what dies meanwhile in circles waits until the end. It may be entered within
    itself and from several threads; the collector goes on when the last one leaves, unless it was off before.

    >>> import gc
    >>> with no_search_for_circles():
    ...     gc.isenabled()
    False
    """
    global _resting, _was_on
    with _lock:
        if not _resting:
            _was_on = gc.isenabled()
            gc.disable()
        _resting += 1
    try:
        yield
    finally:
        with _lock:
            _resting -= 1
            if not _resting and _was_on:
                gc.enable()


def _begin_anew() -> None:
    """In a forked child, where the threads that rested it are not."""
    global _lock, _resting
    _lock = threading.Lock()
    if _resting and _was_on:
        gc.enable()
    _resting = 0


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
