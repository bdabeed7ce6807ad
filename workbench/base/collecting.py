"""Python's search for circles among objects, rested while very many are made that all stay."""

from __future__ import annotations

import contextlib
import gc
import os
import threading
from collections.abc import Iterator

_MANY = 20_000
_lock = threading.Lock()
_resting = 0
_was_on = False


@contextlib.contextmanager
def no_search_for_circles() -> Iterator[None]:
    """Rest the collector of circles while a table grows: each of its searches looks at all that was made before.

    Only for work whose objects are kept: what dies meanwhile in circles waits until a search through everything. It may
    be entered within itself and from several threads; the collector goes on when the last one leaves, unless it was off
    before.

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
                if not _frozen and not gc.get_freeze_count() and gc.get_count()[0] > _MANY:
                    gc.freeze()  # and back: they are old now, without a search through all of them
                    gc.unfreeze()
                gc.enable()


_FEW: tuple[int, int, int] = (50_000, 20, 50)
_frozen = 0
_thresholds = (0, 0, 0)


@contextlib.contextmanager
def few_searches_for_circles() -> Iterator[None]:
    """Search less often, and never through what is there at the beginning: for long work that leaves circles, too.

    A search begins after fifty thousand new objects in place of seven hundred. It may be entered within itself and
    from several threads.

    >>> import gc
    >>> with few_searches_for_circles():
    ...     gc.get_threshold()[0], gc.get_freeze_count() > 0
    (50000, True)
    """
    global _frozen, _thresholds
    with _lock:
        if not _frozen:
            _thresholds = gc.get_threshold()
            if _thresholds[0]:
                gc.set_threshold(*_FEW)
            gc.freeze()
        _frozen += 1
    try:
        yield
    finally:
        with _lock:
            _frozen -= 1
            if not _frozen:
                gc.set_threshold(*_thresholds)
                gc.unfreeze()


def _begin_anew() -> None:
    """In a forked child, where the threads that rested it are not."""
    global _lock, _resting, _frozen
    _lock = threading.Lock()
    if _frozen:
        gc.set_threshold(*_thresholds)
        gc.unfreeze()
    _frozen = 0
    if _resting and _was_on:
        gc.enable()
    _resting = 0


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)
