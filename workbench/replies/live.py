"""Replies as they come, in one output of a notebook cell that is updated in place and ends as their cards."""

from __future__ import annotations

import collections
import concurrent.futures
import os
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, Final

from workbench.replies.pieces import Piece
from workbench.replies.reply import Reply
from workbench.show.notebook import CellOutput, note_shown, notebook_shell

VARIABLE: Final = "WORKBENCH_LIVE"
SECONDS_BETWEEN_DRAWINGS: Final = 0.1
MOST_IN_A_CELL: Final = 5
"""Calls of one cell that are shown live: a loop over many would fill the page."""

_KEPT_CHARACTERS: Final = 4_000

Hearer = Callable[[Piece | None], None]
Waits = Callable[[], str]


class LiveReplies:
    """One or more replies beside each other while they come. Pieces may be heard on any thread. `waits` say for each
    what has to happen before its model can answer.

    Why one of several failed is said in its place; why a lone one failed is left to the error that follows.
    """

    def __init__(self, names: Sequence[str], waits: Sequence[Waits] = ()) -> None:
        self._sides = [_LiveReply(name) for name in names]
        for side, waiting in zip(self._sides, waits, strict=False):
            side.waits = waiting
        self._alone = len(names) == 1
        self._output = CellOutput()
        self._started = time.monotonic()

    def hearer(self, place: int = 0) -> Hearer:
        """What listens to the pieces of one reply; None says that they begin anew."""
        return self._sides[place].incoming.append

    def watch(self, futures: Sequence[concurrent.futures.Future[Reply]]) -> None:
        """Draw until all have ended. An interrupt cancels them, and leaves what has arrived."""
        try:
            while concurrent.futures.wait(futures, timeout=SECONDS_BETWEEN_DRAWINGS).not_done:
                self._draw()
        except KeyboardInterrupt as stop:
            for future in futures:
                future.cancel()
            self._end(futures)
            raise stop.with_traceback(None) from None  # that of the waiting tells the reader nothing
        self._end(futures)

    def _end(self, futures: Sequence[concurrent.futures.Future[Reply]]) -> None:
        for side, future in zip(self._sides, futures, strict=True):
            side.take()
            if future.cancelled():
                side.state = "stopped"
            elif error := future.exception():
                side.state, side.problem = "failed", "" if self._alone else f"{type(error).__name__}: {error}"
            else:
                side.reply = future.result()
                note_shown(side.reply)
        if self._alone and self._sides[0].is_empty():
            self._output.clear()
        else:
            self._draw()

    def _draw(self) -> None:
        from workbench.replies.cards import pair_of, with_style

        seconds = time.monotonic() - self._started
        html = with_style(pair_of([side.html(seconds, alone=self._alone) for side in self._sides]))
        self._output.show({"text/plain": "\n\n".join(side.text() for side in self._sides), "text/html": str(html)})


class _LiveReply:
    def __init__(self, name: str) -> None:
        self.name = name
        self.incoming: collections.deque[Piece | None] = collections.deque()
        self.state = "asking"
        self.problem = ""
        self.waits: Waits = str
        self.reply: Reply | None = None
        self._texts = {"thinking": "", "answer": ""}

    def take(self) -> None:
        """Add what has come since the last drawing; only the end of a text is kept, for only that is shown."""
        arrived = [self.incoming.popleft() for _ in range(len(self.incoming))]
        begun = max((place for place, piece in enumerate(arrived) if piece is None), default=-1)
        if begun >= 0:
            self._texts = {"thinking": "", "answer": ""}
        for piece in arrived[begun + 1 :]:
            if piece is not None and piece.kind in self._texts:
                self._texts[piece.kind] = (self._texts[piece.kind] + piece.text)[-_KEPT_CHARACTERS:]

    def is_empty(self) -> bool:
        """Has nothing come?"""
        return self.reply is None and not any(self._texts.values())

    def html(self, seconds: float, *, alone: bool) -> Any:
        from workbench.replies.cards import card_html, under_way_html
        from workbench.replies.reply import reply_card

        if self.reply is not None:
            return card_html(reply_card(self.reply, name="" if alone else self.name))
        self.take()
        waiting = self.waits() if self.is_empty() else ""
        state = f"{waiting or 'asking'}, {seconds:.1f} s" if self.state == "asking" else self.state
        return under_way_html(self.name, state, problem=self.problem, **self._texts)

    def text(self) -> str:
        if self.reply is not None:
            return repr(self.reply)
        return f"{self.name}: {self.problem or self.state}"


_cell: tuple[int, int] = (0, 0)


def live_for(name: str, waits: Waits = str) -> LiveReplies | None:
    """A live view for a call that the code of a notebook cell makes itself; None anywhere else. For the door alone.

    Calls that a library makes on behalf of a cell, such as a judge's, and those of other threads show nothing, nor does
    any call where the environment holds `WORKBENCH_LIVE=0`.
    """
    global _cell
    shell = notebook_shell()
    if shell is None or os.environ.get(VARIABLE) == "0":
        return None
    if sys._getframe(2).f_globals is not shell.user_ns:  # whoever called the door
        return None
    if threading.current_thread() is not threading.main_thread():
        return None
    here, calls = _cell
    _cell = (shell.execution_count, calls + 1 if here == shell.execution_count else 1)
    return LiveReplies([name], [waits]) if _cell[1] <= MOST_IN_A_CELL else None
