"""What a failure stops: one cell, a model, a provider or the whole sweep, and for how long."""

from __future__ import annotations

import time
from typing import Any

from workbench.errors import CallError, LocalModelCrashed, LocalModelError, WorkbenchError
from workbench.providers.requests import CallRequest

_FIRST_PAUSE_SECONDS = 1.0
_LONGEST_PAUSE_SECONDS = 30.0

_Place = tuple[str, ...]


class Stops:
    """The failures of one sweep that stop more than their own cell; what only needs time is tried again."""

    def __init__(self) -> None:
        self._errors: dict[_Place, WorkbenchError] = {}
        self._pauses: dict[_Place, float] = {}
        self._try_at: dict[_Place, float] = {}

    def note(self, request: CallRequest, error: WorkbenchError) -> None:
        """Take down a failure; one that belongs to its cell alone stops nothing."""
        place = _place_of(request, error)
        if place is not None:
            pause = self._pauses[place] = min(2 * self._pauses.get(place, 0.5), _LONGEST_PAUSE_SECONDS)
            self._errors[place] = error
            self._try_at[place] = time.monotonic() + pause * _FIRST_PAUSE_SECONDS

    def against(self, request: CallRequest) -> WorkbenchError | None:
        """The failure that stops a request, if there is one."""
        if not self._errors:
            return None
        return next((self._errors[place] for place in _places(request) if place in self._errors), None)

    def seconds_to_try(self, request: CallRequest) -> float:
        """Seconds until a request may find out whether what stopped it has passed; whoever gets 0 does so."""
        now = time.monotonic()
        for place in _places(request):
            if place in self._errors and now < self._try_at[place]:
                return self._try_at[place] - now
        for place in _places(request):
            if place in self._errors:
                self._try_at[place] = now + _LONGEST_PAUSE_SECONDS
        return 0.0

    def lift(self, request: CallRequest) -> None:
        """A reply came: whatever stopped such requests has passed."""
        if self._errors:
            for place in _places(request):
                self._errors.pop(place, None)
                self._pauses.pop(place, None)


def first_of(group: BaseExceptionGroup[Any]) -> BaseException:
    """What failed first in a group of failures."""
    error: BaseException = group
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error.with_traceback(None)


def may_pass(error: WorkbenchError | None) -> bool:
    """Whether time alone may mend what an error tells of."""
    return isinstance(error, CallError) and error.may_pass


def _places(request: CallRequest) -> tuple[_Place, _Place, _Place]:
    provider = request.target.provider.id
    return ("machine",), ("provider", provider), ("model", provider, str(request.body.get("model")))


def _place_of(request: CallRequest, error: WorkbenchError) -> _Place | None:
    if isinstance(error, LocalModelError):
        scope = "cell" if isinstance(error, LocalModelCrashed) else "provider"
    else:
        scope = error.scope if isinstance(error, CallError) else "cell"
    return next((place for place in _places(request) if place[0] == scope), None)
