"""The cells of a run: one fails, all are stopped."""

import asyncio

import pytest
from panels import reply_to, state

from workbench.errors import StreamCut
from workbench.replies.pieces import Piece
from workbench.scorers.named import as_scorer
from workbench.widgets.lab.run import cells_of, run_cells
from workbench.widgets.lab.state import Variant


def test_one_failing_cell_costs_no_other_and_says_why():
    lab = state()
    lab.add(Variant("dies", "{{ question }} dies"))

    async def ask(messages, *, model, sample, listen):
        listen(Piece("answer", "4"))
        if "dies" in messages[-1]["content"]:
            raise StreamCut("the stream was cut")
        return reply_to("5", lab.task)

    cells = cells_of(lab)
    asyncio.run(run_cells(cells, ask=ask, task=lab.task, scorer=as_scorer(None), show=lambda changed: None))
    assert [cell.state for cell in cells] == ["done", "failed"]
    assert cells[0].score.correct
    assert "cut" in cells[1].problem
    assert cells[1].answer_text == "4"


def test_cancelling_stops_every_cell_and_keeps_what_arrived():
    lab = state()
    lab.samples = 3
    cells = cells_of(lab)

    async def ask(messages, *, model, sample, listen):
        listen(Piece("thinking", "hm"))
        await asyncio.sleep(3600)

    async def main():
        run = asyncio.ensure_future(
            run_cells(cells, ask=ask, task=lab.task, scorer=as_scorer(None), show=lambda changed: None)
        )
        while not all(cell.thinking_text for cell in cells):
            await asyncio.sleep(0.001)
        run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await run

    asyncio.run(main())
    assert {cell.state for cell in cells} == {"stopped"}
    assert {cell.thinking_text for cell in cells} == {"hm"}
