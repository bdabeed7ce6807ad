"""The time of the calls, put forward by a test: a timeout runs out when it is told to, however fast the machine is."""

from __future__ import annotations

import time
from types import SimpleNamespace

from workbench.asking.wire import gate, health
from workbench.base import engine, patience


def forward(monkeypatch):
    """Make a function that puts the clock of all calls forward by so many seconds, at once."""
    loop, ahead = engine.event_loop(), [0.0]

    def now():
        return time.monotonic() + ahead[0]

    for room in (patience, gate, health):
        monkeypatch.setattr(room, "time", SimpleNamespace(monotonic=now))
    monkeypatch.setattr(loop, "time", now)

    def put_forward(seconds):
        ahead[0] += seconds
        loop.call_soon_threadsafe(lambda: None)  # it sleeps until something is due

    return put_forward
