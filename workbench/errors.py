"""The tree of exceptions: what went wrong, whether it was paid for, what to do.

WorkbenchError
├── InputError               tasks, prompts, rows or parameters that cannot be used; nothing was sent
├── CallError                one call to a model; carries attempts, partial text, status, request id
│   ├── ConfigError          the request can never succeed as it stands; nothing was bought
│   │   ├── AuthError        no key, a wrong key, or a key that may not do this
│   │   ├── BadRequest       a parameter, a message or a length that is refused
│   │   ├── Blocked          a proxy or a firewall on the way refused this one request
│   │   ├── NotFound         no such model or address, or a retired model
│   │   └── Redirected       the address answers with a redirect, which is never followed
│   ├── RateLimited          too many requests at once; waiting helps
│   │   └── QuotaExhausted   the account has no money or quota left; waiting does not help
│   ├── ServerBusy           the provider failed or is overloaded
│   ├── NotSent              no connection was made; nothing was bought
│   ├── OutcomeUnknown       sent, but no whole reply came back; may have been billed
│   │   └── StreamCut        the reply ended without a finish reason
│   ├── StreamError          the provider reported an error inside the stream
│   └── BadResponse          status 200, but the body is not a chat completion
├── BudgetExceeded           the next call could cost more than max_usd still allows
├── LocalModelError          the embedded model is missing or does not fit this platform
│   └── LocalModelCrashed    its server died; asking again starts another
└── StoreError               the store of kept replies cannot be trusted or written
    ├── StoreFull            no space left on the device
    ├── StoreCorrupt         a record that this library did not write, or that has changed since
    ├── StoreBusy            locked by another process for too long
    └── StoreReadOnly        the folder may not be written
"""

from __future__ import annotations

import sys
import warnings
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Literal

Scope = Literal["cell", "model", "provider", "machine"]
"""What an error belongs to, and the most that it stops."""

_PACKAGE = Path(__file__).parent


@dataclass(frozen=True)
class Attempt:
    """One request that was made, or tried, on the way to a reply: a line of the ledger."""

    started_at: str
    sent: bool
    status: int | None
    error: str | None
    request_id: str | None
    seconds: float


class WorkbenchWarning(UserWarning):
    """Something that works, and probably not as meant."""


class WorkbenchError(Exception):
    """Base of every error this package raises on purpose."""

    def _render_traceback_(self) -> list[str]:
        from IPython import get_ipython

        return as_notebook_shows(self, get_ipython())


class InputError(WorkbenchError, ValueError):
    """Tasks, prompts, rows or parameters that cannot be used; nothing was sent."""


class CallError(WorkbenchError):
    """One call to a model failed.

    `attempts` lists every request made, `partial` holds the text that arrived before the failure, `status` and
    `request_id` are the provider's. None of them, nor the message, holds a key, a header or the prompt.

    `scope` tells what it belongs to, and a sweep stops no more than that: this `cell`, the `model`, the `provider`, or
    this `machine`. `may_pass` is true where only time is needed: a host that does not answer at the moment. `final` is
    true where asking again would meet the same.
    """

    scope: Scope = "cell"
    may_pass = False
    final = False

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        request_id: str | None = None,
        partial: str = "",
        retry_after_seconds: float | None = None,
        attempts: tuple[Attempt, ...] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.request_id = request_id
        self.partial = partial
        self.retry_after_seconds = retry_after_seconds
        self.attempts = attempts


class ConfigError(CallError):
    """The request can never succeed as it stands; nothing was bought."""


class AuthError(ConfigError):
    """No key, a wrong key, or a key that may not do this."""

    scope = "provider"


class BadRequest(ConfigError):
    """A parameter, a message or a length that the provider, or our own check before it, refuses."""


class Blocked(ConfigError):
    """A proxy or a firewall on the way to the provider refused this request; another prompt may pass."""


class NotFound(ConfigError):
    """No such model or address, or a model that was retired."""

    scope = "model"


class Redirected(ConfigError):
    """The address answers with a redirect, which is never followed: it could carry the prompt elsewhere."""

    scope = "provider"


class RateLimited(CallError):
    """Too many requests at once; waiting `retry_after_seconds` helps."""


class QuotaExhausted(RateLimited):
    """The account has no money or quota left; waiting does not help."""

    scope = "provider"


class ServerBusy(CallError):
    """The provider failed or is overloaded."""


class NotSent(CallError):
    """No connection was made; nothing was bought."""


class OutcomeUnknown(CallError):
    """The request was sent, but no whole reply came back; it may have been billed."""


class StreamCut(OutcomeUnknown):
    """The reply ended without a finish reason."""


class StreamError(CallError):
    """The provider reported an error inside the stream."""


class BadResponse(CallError):
    """Status 200, but the body is not a chat completion."""


class BudgetExceeded(WorkbenchError):
    """The next call could cost more than `max_usd` still allows."""


class LocalModelError(WorkbenchError):
    """The embedded model is missing or does not fit this platform."""


class LocalModelCrashed(LocalModelError):
    """The server of a local model died; asking again starts another."""


class StoreError(WorkbenchError):
    """The store of kept replies cannot be trusted or written.

    `unkept` holds a reply that was paid for and could not be kept, `rows` those of a sweep that it stopped.
    """

    unkept: Any = None
    rows: Any = None


class StoreFull(StoreError):
    """No space is left on the device that holds the store."""


class StoreCorrupt(StoreError):
    """A record that this library did not write, or that has changed since."""


class StoreBusy(StoreError):
    """The store was locked by another process for too long."""


class StoreReadOnly(StoreError):
    """The folder of the store may not be written."""


def as_notebook_shows(error: BaseException, shell: Any) -> list[str]:
    """The lines that an IPython shell prints of an error; `traceback.print_exc()` and a script show every frame."""
    return list(
        shell.InteractiveTB.structured_traceback(type(error), error, shortened(error.__traceback__), tb_offset=1)
    )


def shortened(whole: TracebackType | None) -> TracebackType | None:
    """A traceback up to the last frame of code that is neither ours nor a library's; whole where there is none.

    >>> def of_the_reader():
    ...     import json
    ...     json.loads("nine")
    >>> try:
    ...     of_the_reader()
    ... except ValueError as error:
    ...     short = shortened(error.__traceback__)
    >>> short.tb_frame.f_code.co_name, short.tb_next.tb_frame.f_code.co_name, short.tb_next.tb_next
    ('<module>', 'of_the_reader', None)
    """
    steps: list[TracebackType] = []
    step = whole
    while step is not None:
        steps.append(step)
        step = step.tb_next
    own = [place for place, step in enumerate(steps) if not _of_a_library(step.tb_frame.f_code.co_filename)]
    short = None if own else whole
    for step in reversed(steps[: own[-1] + 1] if own else []):
        short = TracebackType(short, step.tb_frame, step.tb_lasti, step.tb_lineno)
    return short


@cache
def _libraries() -> tuple[Path, ...]:
    import sysconfig

    return (_PACKAGE, *(Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib", "platlib")))


def _of_a_library(file: str) -> bool:
    return file.startswith("<frozen ") or any(Path(file).is_relative_to(folder) for folder in _libraries())


def warn(text: str) -> None:
    """Warn whoever called the workbench, at their own line: of what works and is probably not meant.

    That is the first line that is no library's, whatever decorators and pools lie between. What a panel or a pool began
    has none: there the line of the workbench that was called first stands for it.

    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     warn("2 tasks have no target")
    >>> print(caught[0].category.__name__, caught[0].message)
    WorkbenchWarning 2 tasks have no target
    """
    files: list[str] = []
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        files.append(frame.f_code.co_filename)
        frame = frame.f_back
    ours = max(place for place, file in enumerate(files) if Path(file).is_relative_to(_PACKAGE))
    place = next((place for place, file in enumerate(files) if not _of_a_library(file)), ours)
    warnings.warn(text, WorkbenchWarning, stacklevel=place + 1)
