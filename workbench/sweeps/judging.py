"""The judge of a sweep: a model that is asked like any other, kept like any other, and within the sweep's sum."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from workbench.asking.ask import request_for
from workbench.asking.call import Errand, call, check_buyable
from workbench.asking.money import Purse, paid_from, unpriced
from workbench.base import engine
from workbench.base.patience import Patience
from workbench.cache.kept import Cache
from workbench.cache.request_key import request_key
from workbench.errors import StoreError
from workbench.providers.bounds import worst_of
from workbench.replies.reply import Reply
from workbench.scorers.named import as_scorer
from workbench.scorers.rescoring import rescore, rescore_within
from workbench.scorers.score import AnyScorer, Scorer
from workbench.sweeps.progress import SECONDS_BETWEEN_UPDATES, Progress, display_for
from workbench.sweeps.verdicts import judges_of

if TYPE_CHECKING:
    import pandas as pd

    from workbench.tasks.tasks import Task


SECONDS_AFTER_AN_INTERRUPT: Final = 5.0
"""For marking rows of a sweep that was broken off: whoever pressed Ctrl-C waits for its file."""


class Judging:
    """What a scorer `judge:MODEL` is handed to ask with: it spends from the purse of a run, and counts what it asks."""

    def __init__(self, cache: Cache, purse: Purse, *, timeout_seconds: float | None = None) -> None:
        self._cache, self._purse, self._timeout_seconds = cache, purse, timeout_seconds
        self._lock = threading.Lock()
        self.progress = Progress(total=0, max_usd=purse.max_usd, what="verdicts")
        self._asked = False

    def scorer(self, scorer: AnyScorer) -> Scorer:
        """The scorer that was asked for; a judge named in it asks through here."""
        return as_scorer(scorer, ask=self._ask)

    def check(self, scorer: Scorer) -> None:
        """Raise before anything is bought when the judge could not be asked: no key, retired, no price under a sum."""
        for name in judges_of(scorer):
            request = request_for("Is nine right?", name, {"max_tokens": 1})
            check_buyable(request.target)
            if self._purse.max_usd is not None and worst_of(request).usd is None:
                raise unpriced(request)

    def rescore(
        self, rows: pd.DataFrame, scorer: Scorer, tasks: Iterable[Task] | None = None, state: str = "done"
    ) -> pd.DataFrame:
        """The rows, scored; with the very tasks that were asked, where they are at hand. Shows how far a judge is.

        For rows of a run that was stopped no judge is paid, and after an interrupt nobody waits long. An interrupt
        while they are scored carries them as `.rows`, those that have no mark yet with a word; so does the `StoreError`
        of an answer that is kept elsewhere and cannot be read.
        """
        try:
            return self._rescored(rows, scorer, tasks, state)
        except (KeyboardInterrupt, StoreError) as stop:
            if "rows" not in vars(stop):  # it came before the first answer was read, or after the last
                vars(stop)["rows"] = rescore_within(0, rows, scorer, tasks)
            raise

    def _rescored(self, rows: pd.DataFrame, scorer: Scorer, tasks: Iterable[Task] | None, state: str) -> pd.DataFrame:
        if state != "done" and (scorer.judge or state == "interrupted"):
            with paid_from(self._purse):
                return rescore_within(0 if scorer.judge else SECONDS_AFTER_AN_INTERRUPT, rows, scorer, tasks)
        if not scorer.judge:
            with paid_from(self._purse):  # for a function that asks a model by itself
                return rescore(rows, scorer, tasks)
        self.progress.total = int(rows["outcome"].isin(["answered", "answer_truncated"]).sum())
        self.progress.started = time.monotonic()
        self._display, self._shown = display_for(self.progress), 0.0
        try:
            with paid_from(self._purse):
                marked = rescore(rows, scorer, tasks)
        finally:
            self._display.finish(self.progress)
        marked.attrs["judge"] = {
            "model": scorer.judge,
            "kept": self.progress.kept,
            "bought": self.progress.bought,
            "failed": self.progress.failed,
            "usd_spent": self.progress.usd,
        }
        return marked

    def _ask(self, prompt: str, *, model: Any, **options: Any) -> Reply:
        request = request_for(prompt, model, options)
        errand = Errand(
            request, request_key(request.identity()), self._cache, Patience(self._timeout_seconds), purse=self._purse
        )
        kind = "failed"
        usd: float | None = 0.0
        try:
            reply = engine.run(call(errand))
            kind, usd = ("kept" if reply.cached else "bought"), reply.usd_spent
        finally:
            self._count(kind, usd or 0.0)
        return reply

    def _count(self, kind: str, usd: float) -> None:
        with self._lock:
            progress = self.progress
            setattr(progress, kind, getattr(progress, kind) + 1)
            progress.usd += usd
            if progress.total and time.monotonic() - self._shown >= SECONDS_BETWEEN_UPDATES:
                self._shown = time.monotonic()
                self._display.show(progress)
