"""A mark that stops calls before they are sent: looked at ahead of each request, whoever set it and wherever."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar

from workbench.errors import NotSent

_stopped: ContextVar[Callable[[], bool] | None] = ContextVar("workbench_stopped", default=None)


@contextlib.contextmanager
def stopped_by(mark: Callable[[], bool]) -> Iterator[None]:
    """Let no call that is begun within be sent once `mark` says so; it is asked ahead of each request.

    >>> with stopped_by(lambda: True):
    ...     check_going_on(mark_in_force())
    Traceback (most recent call last):
        ...
    workbench.errors.NotSent: not sent, for the run was stopped; what was bought is kept
    """
    token = _stopped.set(mark)
    try:
        yield
    finally:
        _stopped.reset(token)


def mark_in_force() -> Callable[[], bool] | None:
    """The mark around whoever asks."""
    return _stopped.get()


def check_going_on(mark: Callable[[], bool] | None) -> None:
    """Raise where a mark says that nothing more is to be sent."""
    if mark is not None and mark():
        error = NotSent("not sent, for the run was stopped; what was bought is kept")
        error.scope, error.final = "machine", True
        raise error
