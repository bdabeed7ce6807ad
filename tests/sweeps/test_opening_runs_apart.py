"""Runs whose rows hold the reply of another than the model that was asked first, given back as they were."""

import pandas as pd
import pytest

import workbench as wb
from workbench.errors import NotFound
from workbench.providers.routes import add_cascade
from workbench.sweeps.bundles import bundle_run, open_bundle

TASKS = [{"id": name, "question": f"{name}?", "target": "dear"} for name in "ab"]


def script(asked):
    if asked.model == "down":
        return NotFound("there is no such model")
    return {"answer": asked.model, "usd": {"cheap": 0.001, "dear": 0.02}[asked.model]}


@pytest.fixture
def asker():
    with wb.testing.scripted(script, provider="fake") as asker:
        yield asker


def given_back(rows, name, tmp_path):
    """The rows as the store has them, and as a file that was mailed has them: but for who paid, as they were."""
    path = bundle_run(name, tmp_path / "run.wbrun")
    for found in (wb.open_run(name), open_bundle(path)):
        own = ["cached", "usd_spent"]
        pd.testing.assert_frame_equal(found.drop(columns=own), rows.drop(columns=own))


def test_a_cascade_is_given_back_with_what_it_came_to_and_cost(asker, tmp_path):
    split = add_cascade("split", cheap="fake/cheap", dear="fake/dear", draws=2, enough=lambda values: False)
    agreed = add_cascade("agreed", cheap="fake/cheap", dear="fake/dear", draws=2)
    rows = wb.sweep(TASKS, models=["fake/cheap", split, agreed], name="cascades")
    assert rows["answer"].tolist() == ["cheap"] * 2 + ["dear"] * 2 + ["cheap"] * 2
    assert rows["usd"].tolist() == pytest.approx([0.001] * 2 + [0.022] * 2 + [0.002] * 2)
    given_back(rows, "cascades", tmp_path)


def test_a_fallback_is_given_back_as_one_whatever_is_kept_of_its_first_model_since(asker, tmp_path):
    rows = wb.sweep(TASKS, models="fake/down", fallback=["fake/dear"], name="fallen")
    assert set(rows["model"]) == {"fake/down -> fake/dear"}
    asker.close()
    with wb.testing.scripted("up again", provider="fake"):
        wb.sweep(TASKS, models="fake/down")
        given_back(rows, "fallen", tmp_path)
