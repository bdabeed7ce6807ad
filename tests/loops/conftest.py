"""A scripted model that calls tools, and a small desk whose tools it calls."""

from __future__ import annotations

import pytest

import workbench as wb


class Desk:
    """A drawer of numbers that can be read and changed; counts what was done to it."""

    def __init__(self) -> None:
        self.drawer = {"a": 1, "b": 2}
        self.done: list[str] = []

    def read(self, name: str) -> int:
        """Read a number out of the drawer."""
        self.done.append(f"read {name}")
        return self.drawer[name]

    def write(self, name: str, number: int) -> str:
        """Put a number into the drawer."""
        self.done.append(f"write {name}")
        self.drawer[name] = number
        return "written"

    @property
    def tools(self):
        return [self.read, self.write]


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def play():
    """Open a scripted model; `play(script)` gives the asker, which notes what it was asked."""
    open_ones = []

    def begin(script, **facts):
        asker = wb.testing.scripted(script, **facts)
        open_ones.append(asker)
        return asker

    yield begin
    for asker in open_ones:
        asker.close()
