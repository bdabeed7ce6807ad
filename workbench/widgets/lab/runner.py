"""At most one run of the prompt lab at a time: begun once, cancelled as a whole, its end told in words."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError, Future
from typing import Protocol

from workbench.base import engine
from workbench.errors import InputError, WorkbenchError


class Say(Protocol):
    """Puts a sentence into the panel."""

    def __call__(self, text: str, *, problem: bool = True) -> None: ...


class Runner:
    """Runs coroutines on the engine's loop, one at a time; `begun` and `ended` stand around each."""

    def __init__(self, *, begun: Callable[[], None], ended: Callable[[], None], say: Say) -> None:
        self._begun, self._ended, self._say = begun, ended, say
        self._future: Future[None] | None = None
        self._task: asyncio.Task[None] | None = None
        self._starting = threading.Lock()

    def start(self, run: Callable[[], Awaitable[None]]) -> None:
        """Start one run; raises InputError while another is under way, so that a second click starts nothing."""
        with self._starting:
            if self._future is not None and not self._future.done():
                raise InputError("A run is under way. Wait for it, or press Cancel.")
            self._begun()
            self._task = None
            self._future = engine.submit(self._whole(run))
        self._future.add_done_callback(self._tell)

    def cancel(self) -> None:
        """Stop what is under way; what is paid for is kept."""
        if self._future is None or self._future.done():
            return
        self._say("Stopping.", problem=False)
        # The task and not the future: that would be done at once, and its cells would still be on their way.
        cancel = self._future.cancel if self._task is None else self._task.cancel
        engine.event_loop().call_soon_threadsafe(cancel)

    async def _whole(self, run: Callable[[], Awaitable[None]]) -> None:
        self._task = asyncio.current_task()
        await run()

    def _tell(self, future: Future[None]) -> None:
        try:
            future.result()
        except (CancelledError, asyncio.CancelledError):
            self._say("Stopped. What was paid for is kept; run again to go on.", problem=False)
        except WorkbenchError as error:
            self._say(str(error))
        except Exception as error:  # noqa: BLE001 - a run that breaks is told in the panel
            self._say(f"{type(error).__name__}: {error}. Run again; replies that are kept are not bought twice.")
        finally:
            self._ended()
