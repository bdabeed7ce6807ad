"""How far a run has come, shown on a terminal, in a notebook, or as plain lines, at most ten times a second."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from workbench.base import engine
from workbench.show.figures import booked, limit, seconds_text
from workbench.show.media import PROGRESS
from workbench.show.notebook import CellOutput, notebook_shell
from workbench.sweeps.understanding import Understanding

if TYPE_CHECKING:
    import pandas as pd

SECONDS_BETWEEN_UPDATES = 0.1
_SECONDS_BETWEEN_LINES = 5.0


@dataclass
class Progress:
    """Counts of a run under way; `usd` is what this run has spent."""

    total: int
    kept: int = 0
    bought: int = 0
    failed: int = 0
    usd: float = 0.0
    max_usd: float | None = None
    note: str = ""
    so_far: str = ""
    what: str = "calls"
    batches: Callable[[], str] | None = None  # how far the batches are that are under way, in words
    waits: Callable[[], str] = str  # what has to happen before the first model can answer, in words
    started: float = field(default_factory=time.monotonic)

    @property
    def done(self) -> int:
        return self.kept + self.bought + self.failed

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.started

    @property
    def seconds_left(self) -> float | None:
        """By the pace of the calls that were made so far; None before the first."""
        made = self.bought + self.failed
        return self.seconds / made * (self.total - self.done) if made else None

    def line(self, *, final: bool = False) -> str:
        """One line for a person.

        >>> progress = Progress(total=12, kept=4, bought=7, failed=1, usd=0.0312, max_usd=1.0)
        >>> progress.line(final=True)
        '12 of 12 calls: 4 kept already, 7 bought, 1 failed; $0.0312 of $1.00 in 0 s'
        """
        money = booked(self.usd) + (f" of {limit(self.max_usd)}" if self.max_usd is not None else "")
        parts = f"{self.kept} kept already, {self.bought} bought" + (f", {self.failed} failed" if self.failed else "")
        text = f"{self.done} of {self.total} {self.what}: {parts}; {money} in {seconds_text(self.seconds)}"
        if final:
            return text + (f"; {self.note}" if self.note else "")
        if self.batches is not None:
            return f"{text}; {self.batches()}"
        waiting = self.waits() if not self.bought + self.failed else ""
        text += f"; {waiting}" if waiting else ""
        left = self.seconds_left
        text += f", about {seconds_text(left)} left" if left is not None and self.done < self.total else ""
        return text + (f"; {self.so_far}" if self.so_far else "")


class Display(Protocol):
    """Where a sweep says what it understood, and how far it is."""

    def begin(self, understanding: Understanding) -> None: ...
    def show(self, progress: Progress) -> None: ...
    def finish(self, progress: Progress) -> None: ...


def display_for(progress: Progress) -> Display:
    """The display that fits where the code runs."""
    if notebook_shell() is not None:
        return _NotebookDisplay()
    if sys.stderr is not None and sys.stderr.isatty():
        return _TerminalDisplay(progress)
    return _PlainDisplay()


class _NotebookDisplay:
    """One output of the cell, updated in place; its last form is what a saved notebook and a report show."""

    def __init__(self) -> None:
        self._output = CellOutput()
        self._first = ""
        self._card = ""
        self._line = ""

    def begin(self, understanding: Understanding) -> None:
        from html import escape

        self._first = understanding.sentence()
        self._card = (
            f'<details class="wb-first-line mathjax_ignore" style="font-size:.9em"><summary style="cursor:pointer">'
            f"{escape(self._first)}</summary>{understanding.html()}</details>"
        )

    def show(self, progress: Progress) -> None:
        self._put(progress.line(), progress)

    def finish(self, progress: Progress) -> None:
        self._put(progress.line(final=True), progress)

    def _put(self, line: str, progress: Progress) -> None:
        if line == self._line:  # an update takes milliseconds here and in whoever shows it, and a local model waits
            return
        from html import escape

        self._line = line
        share = 100 * progress.done / progress.total if progress.total else 100
        bar = (
            f'<div class="wb-progress mathjax_ignore" role="status" style="font-size:.9em">{escape(line)}'
            '<div style="height:3px;background:rgba(128,128,128,.25);margin-top:3px">'
            f'<div style="height:3px;width:{share:.1f}%;background:#4c78a8"></div></div></div>'
        )
        text = f"{self._first}\n{line}" if self._first else line
        self._output.show({"text/plain": text, "text/html": self._card + bar, PROGRESS: {"line": line}})


class _TerminalDisplay:
    def __init__(self, progress: Progress) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as Bar

        self._bar = Bar(
            BarColumn(bar_width=30), TextColumn("{task.description}"), console=Console(stderr=True), transient=True
        )
        self._task = self._bar.add_task(progress.line(), total=progress.total)

    def begin(self, understanding: Understanding) -> None:
        _print_first(understanding)
        self._bar.start()

    def show(self, progress: Progress) -> None:
        self._bar.update(self._task, completed=progress.done, description=progress.line())

    def finish(self, progress: Progress) -> None:
        self._bar.stop()
        print(progress.line(final=True), file=sys.stderr)


class _PlainDisplay:
    """A line every few seconds, for logs and pipes."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def begin(self, understanding: Understanding) -> None:
        _print_first(understanding)

    def show(self, progress: Progress) -> None:
        is_time = time.monotonic() - self._last >= _SECONDS_BETWEEN_LINES
        if is_time and progress.done < progress.total:  # else the last line says it
            self._last = time.monotonic()
            print(progress.line(), file=sys.stderr, flush=True)

    def finish(self, progress: Progress) -> None:
        print(progress.line(final=True), file=sys.stderr, flush=True)


def _print_first(understanding: Understanding) -> None:
    print(f"{understanding.sentence()}\n{understanding.prompt_text()}", file=sys.stderr, flush=True)


class Told:
    """Progress handed to a function, for whoever shows it in a place of their own."""

    def __init__(self, listener: Callable[[Progress, bool], None]) -> None:
        self._listener = listener

    def begin(self, understanding: Understanding) -> None:
        """Say nothing: whoever listens has a place of its own for it."""

    def show(self, progress: Progress) -> None:
        self._listener(progress, False)

    def finish(self, progress: Progress) -> None:
        self._listener(progress, True)


class Run(Protocol):
    """A run that is started once, shows how far it is, and gives its rows in the end."""

    display: Display
    progress: Progress

    def start(self) -> Future[Any]: ...

    def result(self, future: Future[Any]) -> pd.DataFrame: ...


async def awaited(
    run: Run, on_progress: Callable[[Progress, bool], None] | None, so_far: Callable[[], object]
) -> pd.DataFrame:
    """The rows of a run, shown while others run; where it is cancelled, `so_far` keeps what there is by then."""
    if on_progress is not None:
        run.display = Told(on_progress)
    future = await asyncio.to_thread(run.start)
    wrapped = asyncio.wrap_future(future)
    try:
        while not wrapped.done():
            await asyncio.wait([wrapped], timeout=SECONDS_BETWEEN_UPDATES)
            run.display.show(run.progress)
    except asyncio.CancelledError:
        future.cancel()
        await asyncio.to_thread(engine.clean_up, future)
        await asyncio.to_thread(so_far)
        raise
    run.display.finish(run.progress)
    return await asyncio.to_thread(run.result, future)
