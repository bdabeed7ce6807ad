"""How long one call may take in all, whatever it waits for: others who ask the same, its turn, its reply."""

from __future__ import annotations

import time

from workbench.errors import InputError

DEFAULT_TIMEOUT_SECONDS = 3600.0
"""For a whole call, waits and retries included: thinking models have been seen to take most of an hour."""


class Patience:
    """So many seconds from now, on a monotonic clock; an hour where none are given.

    Raises `InputError` for what is no number of seconds.

    >>> patience = Patience(60)
    >>> 59 < patience.seconds_left <= patience.seconds
    True
    """

    def __init__(self, seconds: float | None = None) -> None:
        check_timeout(seconds)
        self.seconds = DEFAULT_TIMEOUT_SECONDS if seconds is None else seconds
        self._ends_at = time.monotonic() + self.seconds

    @property
    def seconds_left(self) -> float:
        return max(0.0, self._ends_at - time.monotonic())

    def extend(self, seconds: float) -> None:
        """Add what passed and is not the call's own time."""
        self._ends_at += seconds


def check_timeout(seconds: object) -> None:
    """Raise `InputError` for what is neither None nor a positive number of seconds."""
    if seconds is not None and not (isinstance(seconds, int | float) and seconds > 0):
        raise InputError(f"timeout is {seconds!r}; give seconds for each call, such as 600, or leave it out")
