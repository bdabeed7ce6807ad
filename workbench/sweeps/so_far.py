"""What a sweep can say while it runs: how many of the replies that have come so far are right, model by model."""

from __future__ import annotations

import collections
import time
from collections.abc import Sequence
from typing import Final

from workbench.errors import WorkbenchError
from workbench.replies.outcomes import NEVER_ANSWERED
from workbench.replies.reply import Reply
from workbench.scorers.named import score_answer
from workbench.scorers.score import AnyScorer, Scorer
from workbench.show import figures
from workbench.sweeps.cells import Cell, requests_of

SECONDS_A_LOOK: Final = 0.05
"""Of marking between two updates of the display; what does not fit waits for the next."""

_MOST_WAITING: Final = 500
_SLOW: Final = ("code", "judge", "math")


class SoFar:
    """Replies that were just bought, marked by the thread that waits for the sweep, and never by the loop of the calls.

    Only the largest cap is told of. A function of the user's is not called for it, nor a judge, nor what runs programs:
    all of these are for the rows, once.
    """

    def __init__(self, cells: Sequence[Cell], given: AnyScorer, scorer: Scorer) -> None:
        caps = {request.max_tokens for request in requests_of(cells)}
        self._cap = None if None in caps else max((cap for cap in caps if cap is not None), default=None)
        self._scorer = scorer
        named = given is None or (isinstance(given, str) and not given.startswith(_SLOW))
        self._tells = named and not scorer.judge and not scorer.parts
        self._waiting: collections.deque[tuple[Cell, Reply]] = collections.deque(maxlen=_MOST_WAITING)
        self._right: collections.Counter[str] = collections.Counter()
        self._marked: collections.Counter[str] = collections.Counter()

    def heard(self, cell: Cell, reply: Reply) -> None:
        """Take note of a reply; from any thread."""
        if self._tells and not reply.cached and cell.like.max_tokens == self._cap:
            self._waiting.append((cell, reply))

    def words(self) -> str:
        """Mark what waits, for as long as there is time, and say how it stands; empty while nothing is known.

        A scorer that cannot mark an answer says so when the rows are scored; here it ends the telling.
        """
        until = time.monotonic() + SECONDS_A_LOOK
        while self._tells and self._waiting and time.monotonic() < until:
            cell, reply = self._waiting.popleft()
            model = figures.short_model(cell.like.target.label)
            if self._scorer.chosen is not None and self._scorer.of(cell.task).name.startswith(_SLOW):
                continue
            try:
                score = None if reply.outcome == "empty" else score_answer(self._scorer, reply.answer, cell.task, {})
            except WorkbenchError:
                self._tells = False
                return ""
            if score is not None or (reply.outcome in NEVER_ANSWERED and cell.task.target is not None):
                self._marked[model] += 1
                self._right[model] += bool(score is not None and score.correct)
        if not self._marked:
            return ""
        return "right so far: " + ", ".join(f"{self._right[name]} of {n} {name}" for name, n in self._marked.items())
