"""How the lab asks, and what becomes of an asker that breaks."""

import asyncio
import json

from panels import model_fields, panel, settled, state

from workbench.scorers.named import as_scorer
from workbench.widgets.lab.run import cells_of, run_cells


def test_a_cap_and_a_temperature_are_sent_and_the_name_in_the_rows_stays(provider):
    lab = panel()
    _, _, cap, _, temperature, *_ = model_fields(lab)
    cap.set_state({"value": "1,024"})
    temperature.set_state({"value": "0.3"})
    lab.controls.run.click()
    assert "fake/kimi-x<" in settled(lab).results.cards.children[0].value
    body = json.loads(provider.requests[-1].body)
    assert (body["max_completion_tokens"], body["temperature"]) == (1024, 0.3)


def test_an_asker_that_breaks_in_its_own_way_is_told_in_its_cell():
    lab = state()

    async def ask(messages, **options):
        raise LookupError("lost")

    cells = cells_of(lab)
    asyncio.run(run_cells(cells, ask=ask, task=lab.task, scorer=as_scorer(None), show=lambda changed: None))
    assert (cells[0].state, cells[0].problem[:18]) == ("failed", "LookupError: lost.")
