"""A limit for what a user's own scorer waits for: it is stopped where a signal can reach it, else left in its thread.

In the main thread the function runs where it was called, and a signal ends its wait. No signal ends one in another
thread: there the function gets a thread of its own, which is left behind and ends with the process.
"""

from __future__ import annotations

import contextvars
import signal
import threading
from collections.abc import Callable
from typing import Any, Final

from workbench.base.helper import TookTooLong
from workbench.scorers import limits
from workbench.scorers.limits import interrupted_at, within_limit

WAIT_SECONDS: Final = 10.0
"""For a function that asks no model: what it reads from a file or a child process comes in less."""

# By default it does nothing, so that a late one does no harm.
_SIGNAL: Final[int | None] = getattr(signal, "SIGURG", None)


class Waiting:
    """Calls of one function, each with a limit on its waits; once it was late, the next ones have less patience."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._was_late = False

    def __call__(self, *given: Any) -> Any:
        """Call it; raises `TookTooLong` where it was stopped or left behind."""
        seconds = min(limits.LIMIT_SECONDS, WAIT_SECONDS) if self._was_late else WAIT_SECONDS
        try:
            if _SIGNAL is not None and threading.current_thread() is threading.main_thread():
                return within_limit(self._here, _SIGNAL, seconds, *given)
            return self._beside(seconds, *given)
        except TookTooLong:
            self._was_late = True
            raise

    def _here(self, by: int, seconds: float, *given: Any) -> Any:
        with interrupted_at(seconds, by):
            return self._function(*given)

    def _beside(self, seconds: float, *given: Any) -> Any:
        context, found = contextvars.copy_context(), list[Any]()
        ended = threading.Event()

        def work() -> None:
            try:
                found.extend((within_limit(context.run, self._function, *given), None))
            except BaseException as problem:  # noqa: BLE001 - it is raised where it was called
                found.extend((None, problem))
            ended.set()

        threading.Thread(target=work, daemon=True, name="workbench scorer").start()
        if not ended.wait(seconds):
            raise TookTooLong(f"it waited for more than {seconds:g} seconds, and was left behind in its thread")
        value, problem = found
        if problem is not None:
            raise problem
        return value
