"""One run of the prompt lab: every cell asked at once, heard as it streams, scored, and stopped as a whole."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from workbench.errors import WorkbenchError
from workbench.providers.models import Model
from workbench.replies.pieces import Piece
from workbench.replies.reply import Reply
from workbench.scorers.named import score_answer
from workbench.scorers.score import Score, Scorer
from workbench.tasks.tasks import Task
from workbench.widgets.lab.state import LabState

SECONDS_BETWEEN_UPDATES = 0.1

Asker = Callable[..., Awaitable[Reply]]
"""`ask(messages, *, model, sample, listen)`: `listen` hears each Piece, and None when the reply begins anew."""

CellState = Literal["waiting", "asking", "done", "failed", "stopped"]


@dataclass
class LabCell:
    """One call of a run: where it stands in the grid, what has arrived, and how it ended."""

    variant: str
    model: str | Model
    sample: int
    messages: list[dict[str, str]]
    state: CellState = "waiting"
    thinking: list[str] = field(default_factory=list)
    answer: list[str] = field(default_factory=list)
    reply: Reply | None = None
    score: Score | None = None
    problem: str = ""
    waits_for: str = ""  # what is under way before the model is asked
    started: float | None = None
    changed: bool = True

    @property
    def label(self) -> str:
        return self.model.label if isinstance(self.model, Model) else self.model

    @property
    def name(self) -> str:
        number = f" · sample {self.sample + 1}" if self.sample else ""
        return f"{self.title}{number}"

    @property
    def title(self) -> str:
        """Variant and model; a reply asked again out of a grid is called as its field is, which names the model."""
        return self.variant if self.variant.endswith(self.label) else f"{self.variant} · {self.label}"

    @property
    def seconds(self) -> float:
        """Since it was asked."""
        return 0.0 if self.started is None else time.monotonic() - self.started

    @property
    def answer_text(self) -> str:
        return self.reply.answer if self.reply else "".join(self.answer)

    @property
    def thinking_text(self) -> str:
        return self.reply.thinking if self.reply else "".join(self.thinking)

    def hear(self, piece: Piece | None) -> None:
        """Take in a piece of the reply; None means that it begins anew."""
        if piece is None:
            self.thinking.clear()
            self.answer.clear()
        elif piece.kind == "thinking":
            self.thinking.append(piece.text)
        else:
            self.answer.append(piece.text)
        self.changed = True

    def end(self, state: CellState, problem: str = "") -> None:
        self.state, self.problem, self.changed = state, problem, True


def cells_of(state: LabState) -> list[LabCell]:
    """The cells of a state's chosen task: variant × model × sample; raises InputError for what cannot be asked."""
    task, models = state.task, state.models()
    rendered = {name: prompt.render(task) for name, prompt in state.prompts().items()}
    return [
        LabCell(name, model, sample, messages)
        for name, messages in rendered.items()
        for model in models
        for sample in range(state.samples)
    ]


async def run_cells(
    cells: Sequence[LabCell],
    *,
    ask: Asker,
    task: Task,
    scorer: Scorer,
    show: Callable[[Iterable[LabCell]], None],
    waits: Callable[[str | Model], str] = lambda model: "",
) -> None:
    """Ask all cells at once. `show` is called with the changed ones, at most ten times a second, and once at the end.
    `waits` says of a model what has to happen before it is asked.

    A failing cell says why and costs no other. Cancelling stops every cell; what has arrived stays to be read.
    """

    def flush() -> None:
        changed = [cell for cell in cells if cell.changed or cell.state == "asking"]
        for cell in changed:
            cell.changed = False
            cell.waits_for = waits(cell.model) if cell.state == "asking" else ""
        if changed:
            show(changed)

    async def tick() -> None:
        while True:
            flush()
            await asyncio.sleep(SECONDS_BETWEEN_UPDATES)

    ticking = asyncio.ensure_future(tick())
    try:
        await asyncio.gather(*(_ask_one(cell, ask, task, scorer) for cell in cells))
    finally:
        ticking.cancel()
        for cell in cells:
            if cell.state in ("waiting", "asking"):
                cell.end("stopped", "Stopped before it ended.")
        flush()


async def _ask_one(cell: LabCell, ask: Asker, task: Task, scorer: Scorer) -> None:
    cell.started = time.monotonic()
    cell.end("asking")
    try:
        cell.reply = await ask(cell.messages, model=cell.model, sample=cell.sample, listen=cell.hear)
        # On a thread of its own: a judge asks through the loop that this runs on, and a program may run for seconds.
        cell.score = await asyncio.to_thread(_score, cell.reply, task, scorer)
    except WorkbenchError as error:
        cell.end("done" if cell.reply else "failed", str(error))
    except Exception as error:  # noqa: BLE001 - whatever an asker raises is shown in its cell
        cell.end("failed", f"{type(error).__name__}: {error}. Run again; replies that are kept are not bought twice.")
    else:
        cell.end("done")


def _score(reply: Reply, task: Task, scorer: Scorer) -> Score | None:
    """The score that the row of this reply would have: a truncated answer counts only when it is right."""
    if reply.outcome not in ("answered", "answer_truncated"):
        return None
    score = score_answer(scorer, reply.answer, task, {"seconds": reply.seconds, "usd": reply.usd})
    return score if score is None or reply.outcome == "answered" or score.correct else None
