"""One thread that talks to a team's server: what waits at the same time goes out as one message.

A command alone costs the client as much as a hundred together. Every script may be sent twice, so that what was not
answered is sent again; after a few seconds without an answer the server is away, and whoever asks hears so at once.
"""

from __future__ import annotations

import contextlib
import hashlib
import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Final

from workbench.cache.shared.address import Address
from workbench.cache.shared.scripts import ALL
from workbench.cache.shared.server import Away, Command, connect, refusal, run
from workbench.errors import StoreError

if TYPE_CHECKING:
    import redis

PAUSES_SECONDS: Final = (0.05, 0.2, 0.5, 1.0)
"""Between the tries of a message: a server that is started again is back within two seconds."""

SECONDS_BETWEEN_TRIES: Final = 1.0
"""While it is away: from the end of a try, which one call waits for, to the next."""

SECONDS_BETWEEN_SILENT_TRIES: Final = 5.0
"""The same behind a line that is cut, where a try takes as long as the patience for an answer."""

_AT_ONCE: Final = 200
_BYTES_AT_ONCE: Final = 8_000_000
_NAMES: Final = {script: hashlib.sha1(script.encode(), usedforsecurity=False).hexdigest() for script in ALL}

_Job = tuple[Command, "Future[Any]"]


class Link:
    """A connection on a thread of its own, begun with its first command."""

    def __init__(self, place: Address, *, then: Callable[[int], Command | None] = lambda count: None) -> None:
        self.place = place
        self._then = then
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._waiting: list[_Job] = []
        self._client: redis.Redis | None = None
        self._away_since: float | None = None
        self._next_try, self._is_tried = 0.0, False
        self._broke = True  # so that the first connection asks who answers
        self._memory: str | None = None
        self.restarts = 0
        """How often it was another server that answered after a failure, or the same one begun anew."""
        self._why: StoreError = Away(f"{place.shown}: not tried yet")
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()
        self._closed = False

    @property
    def is_away(self) -> bool:
        """Whether the server did not answer when it was last tried."""
        return self._away_since is not None

    def heard_of(self) -> None:
        """Ask the server again as if it had not been away: somebody else has just had an answer from it."""
        with self._lock:
            self._away_since = None

    def script(self, text: str, *arguments: Any) -> Future[Any]:
        """Run one of the package's scripts; the prefix of all keys is its first argument."""
        return self.send("EVALSHA", _NAMES[text], 0, self.place.prefix + ":", *arguments)

    def send(self, *command: Any) -> Future[Any]:
        """Send a command; its answer, or the `StoreError` that it came to (`Away` where the server is)."""
        future: Future[Any] = Future()
        future.set_running_or_notify_cancel()  # it is sent, whether or not somebody still waits
        with self._lock:
            if self._closed:
                future.set_exception(Away(f"{self.place.shown}: the connection was closed"))
                return future
            if self.is_away:
                if self._is_tried or time.monotonic() < self._next_try:
                    future.set_exception(_again(self._why))
                    return future
                self._is_tried = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="workbench-team", daemon=True)
                self._thread.start()
            self._jobs.put((command, future))
        return future

    def close(self) -> None:
        """Send what waits, then end."""
        with self._lock:
            self._closed = True
            thread = self._thread
        if thread is not None:
            self._jobs.put(None)
            thread.join(5)

    def _work(self) -> None:
        while True:
            job = self._jobs.get()
            if job is None:
                break
            batch, size, last = [job], _size(job), False
            while len(batch) < _AT_ONCE and size < _BYTES_AT_ONCE and not last:
                try:
                    more = self._jobs.get_nowait()
                except queue.Empty:
                    break
                last = more is None
                if more is not None:
                    batch.append(more)
                    size += _size(more)
            self._do(batch)
            del batch, job  # or the last answers would live until the next
            if last:
                break
        if self._client is not None:
            self._client.close()

    def _do(self, batch: list[_Job]) -> None:
        commands = [command for command, _ in batch]
        after = self._then(len(batch))
        try:
            answers = self._answers([*commands, *([after] if after else [])])
            if after and isinstance(written := answers.pop(), list) and not written[0]:
                late = f"{self.place.shown} has not written it to its disk yet"
                answers = [one if isinstance(one, Exception) else StoreError(late) for one in answers]
        except StoreError as error:
            batch = [*batch, *self._note_away(error)]
            answers = [_again(self._why) for _ in batch]
        except Exception as error:  # noqa: BLE001 - whatever a library does, nobody may wait for ever
            answers = [StoreError(f"{self.place.shown}: {type(error).__name__}")] * len(batch)
        else:
            self._away_since = None
        self._is_tried = False
        for (_, future), answer in zip(batch, answers, strict=True):
            if isinstance(answer, StoreError):
                future.set_exception(answer)
            elif isinstance(answer, Exception):
                future.set_exception(refusal(answer, self.place))
            else:
                future.set_result(answer)

    def _note_away(self, error: StoreError) -> list[_Job]:
        """Note that the server does not answer; what came meanwhile waits for no try of its own."""
        silent = isinstance(error, Away) and error.silent
        with self._lock:
            self._why = type(error)(f"{self.place.shown}: {error}")
            self._away_since = self._away_since or time.monotonic()
            pause = SECONDS_BETWEEN_SILENT_TRIES if silent else SECONDS_BETWEEN_TRIES
            self._next_try = time.monotonic() + pause
            meanwhile: list[_Job] = []
            with contextlib.suppress(queue.Empty):
                while (job := self._jobs.get_nowait()) is not None:
                    meanwhile.append(job)
                self._jobs.put(None)  # it is closed when this batch is done
            return meanwhile

    def _answers(self, commands: list[Command]) -> list[Any]:
        """The answers, the commands sent again after pauses; while it is away, tried once."""
        pauses = () if self.is_away else PAUSES_SECONDS
        for pause in (*pauses, None):
            try:
                if self._client is None:
                    self._client = connect(self.place)
                if self._broke:
                    self._look_whether_it_restarted(self._client)
                answers = run(self._client, commands)
                unknown = [place for place, answer in enumerate(answers) if type(answer).__name__ == "NoScriptError"]
                if unknown:
                    run(self._client, [("SCRIPT", "LOAD", script) for script in ALL])
                    for place, answer in zip(
                        unknown, run(self._client, [commands[place] for place in unknown]), strict=True
                    ):
                        answers[place] = answer
                if any(type(answer).__name__ == "BusyLoadingError" for answer in answers):
                    raise Away("it is still loading what it kept")
            except Away as error:
                self._broke = True
                if self._client is not None:
                    self._client.connection_pool.disconnect()
                if pause is None or error.silent:
                    raise
                time.sleep(pause)
            else:
                return answers
        raise AssertionError("the last try returns or raises")

    def _look_whether_it_restarted(self, client: redis.Redis) -> None:
        """A server that was killed may have lost what it answered in its last two seconds, whatever its settings."""
        answer = run(client, [("INFO", "server")])[0]
        memory = str(answer.get("run_id")) if isinstance(answer, dict) else None
        if memory is None or memory != self._memory:
            self.restarts += self._memory is not None or memory is None
        self._memory, self._broke = memory, False


def _again(error: StoreError) -> StoreError:
    """An error of its own for each who hears it: one that is raised in several threads gathers all their frames."""
    return type(error)(str(error))


def _size(job: _Job) -> int:
    return sum(len(part) for part in job[0] if isinstance(part, bytes))
