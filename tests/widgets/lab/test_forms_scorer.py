"""Who marks in the prompt lab: what is written in the field, and what a run, a sweep and the code make of it."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from workbench.errors import InputError
from workbench.scorers.named import as_scorer
from workbench.scorers.score import Score, Scorer
from workbench.tasks.tasks import Tasks, load_tasks
from workbench.widgets.lab.forms import ScorerForm
from workbench.widgets.lab.run import LabCell, run_cells
from workbench.widgets.lab.state import LabState, OfferedModel


def form_for(given):
    return ScorerForm(LabState(Tasks()), given, lambda: None, lambda action: lambda *event: action())


@pytest.mark.parametrize(
    ("given", "written", "chosen"),
    [
        (None, "", None),
        (None, " numeric ", "numeric"),
        ("numeric", "numeric", "numeric"),
        ("numeric", "", None),
        (None, "numeric, length:20", ["numeric", "length:20"]),
        (None, "judge:own/wise", "judge:own/wise"),
    ],
)
def test_what_is_written_is_the_scorer(given, written, chosen):
    form = form_for(given)
    form.name.value = written
    assert form.chosen == chosen


def test_a_scorer_of_ones_own_stays_where_nothing_is_written():
    own = Scorer("own", lambda answer, task: Score(1.0, None, "fine"))
    form = form_for(own)
    assert form.name.placeholder == "as the cell says"
    assert form.chosen is own


def test_the_code_names_the_scorer():
    state = LabState(
        Tasks(load_tasks([{"question": "1 + 1?", "target": "2"}])), choices=[OfferedModel("own/m", chosen=True)]
    )
    assert "repeats=1, scorer='judge:own/wise')" in state.as_code(scorer="judge:own/wise")
    assert "scorer=['numeric', 'length:20'])" in state.as_code(scorer=["numeric", "length:20"])
    assert "scorer" not in state.as_code(scorer=len)


def test_a_judge_may_wait_for_the_loop_that_the_cells_run_on():
    """It asks, blocking, through the very loop that the cells run on: on that loop's thread it would wait for ever."""
    (task,) = load_tasks([{"question": "1 + 1?", "target": "2"}])

    async def ask(messages, *, model, sample, listen):
        return SimpleNamespace(outcome="answered", answer="2", thinking="", seconds=1.0, usd=None)

    async def run():
        loop = asyncio.get_running_loop()

        def judging(prompt, **options):
            waited = asyncio.run_coroutine_threadsafe(
                asyncio.sleep(0, SimpleNamespace(answer="VERDICT: CORRECT")), loop
            )
            return waited.result(timeout=60)

        cells = [LabCell("plain", "own/m", 0, [])]
        scorer = as_scorer("judge:own/wise", ask=judging)
        await run_cells(cells, ask=ask, task=task, scorer=scorer, show=lambda changed: None)
        return cells

    (cell,) = asyncio.run(run())
    assert (cell.state, cell.score.correct, cell.score.evidence) == ("done", True, "judge")


def test_a_name_that_is_no_scorer_is_said():
    with pytest.raises(InputError, match="Unknown scorer 'guess'"):
        as_scorer("guess", ask=print)
