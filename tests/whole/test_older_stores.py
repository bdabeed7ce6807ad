"""Stores and rows files that older commits wrote, with their own code: all is read, and nothing is bought again."""

from __future__ import annotations

import dataclasses
import json
import os
import zipfile
from pathlib import Path

import pandas as pd
import pytest

import workbench as wb
from workbench.errors import CallError

GOLDEN = Path(__file__).parents[1] / "golden"
COMMITS = ("1a45838", "b8038a1")
"""The first commit with all of the analysis, before the store's batches; and the last one before the wings."""

SAME_EVER_SINCE = ("answer", "outcome", "key", "created_at")
"""What the reader of the first commit read as today's does; of thinking and tokens better readers know more by now."""


@pytest.fixture(params=COMMITS)
def commit(request):
    return request.param


@pytest.fixture
def told(commit):
    """What was asked then, with the commit's store as the cache of the test and its providers known."""
    with zipfile.ZipFile(GOLDEN / f"store-{commit}" / "store.zip") as packed:
        packed.extractall(os.environ["WORKBENCH_CACHE"])
    told = json.loads((GOLDEN / f"store-{commit}" / "calls.json").read_text(encoding="ascii"))
    for name, facts in told["providers"].items():
        wb.add_provider(name, **facts)
    return told


def test_every_reply_is_found_under_its_key_read_as_then_and_not_bought_again(told, commit):
    before = wb.cache.stats()
    assert len(told["calls"]) > 50
    for call in told["calls"]:
        reply = wb.ask(call["prompt"], model=call["model"], **call["options"])
        assert reply.cached, call
        assert reply.usd_spent == 0
        read = {name: getattr(reply, name) for name in call["read"] if name != "usage"}
        read["usage"] = dataclasses.asdict(reply.usage)
        names = SAME_EVER_SINCE if commit == COMMITS[0] else call["read"]
        assert {name: read[name] for name in names} == {name: call["read"][name] for name in names}, call
        assert wb.cache.get(call["read"]["key"]).answer == reply.answer
    assert wb.cache.stats() == before


def test_the_reply_that_was_bought_anew_and_the_one_before_are_both_handed_on(told, tmp_path):
    count = wb.cache.export(tmp_path / "all.jsonl")
    lines = (tmp_path / "all.jsonl").read_text(encoding="ascii").splitlines()
    assert len(lines) == count == wb.cache.stats().stored
    assert sum("Bought again." in line for line in lines) == 2


def test_a_sweep_of_then_is_read_row_by_row_and_agrees_with_its_files(told, commit):
    rows = wb.sweep(
        told["tasks"],
        models="plain/m",
        prompts={"bare": "{{ question }}", "terse": {"system": "Be terse.", "user": "{{ question }}"}},
        max_tokens=[16, 64],
        repeats=2,
        params={"temperature": [0, 0.5]},
    )
    assert rows["cached"].all()
    assert (rows["usd_spent"] == 0).all()
    kept = wb.read_rows(GOLDEN / f"store-{commit}" / "rows.jsonl")
    told_anew = ["cached", "usd_spent", "why"]  # of the run, and the words of today's scorers
    shared = [name for name in columns_written(commit) if name not in told_anew]
    assert {"task_id", "answer", "thinking", "correct", "extracted", "key", "temperature"} <= {*shared}
    pd.testing.assert_frame_equal(rows[shared], kept[shared])


def columns_written(commit):
    """The columns that the rows of the commit had; today's may have more."""
    return list(pd.read_csv(GOLDEN / f"store-{commit}" / "rows.csv", nrows=1).columns)


def test_rows_files_of_then_are_read_alike_and_written_alike(commit, tmp_path):
    folder = GOLDEN / f"store-{commit}"
    rows = wb.read_rows(folder / "rows.jsonl")
    assert len(rows) == 48
    assert wb.summary(rows)["calls"].sum() == 48
    written = pd.read_csv(wb.write_rows(rows, tmp_path / "rows.csv"))
    then = pd.read_csv(folder / "rows.csv")
    pd.testing.assert_frame_equal(written[list(then.columns)], then)
    assert then["task_question"].iloc[-1] == "Which word, €?"


def test_a_parquet_file_of_then_holds_the_same_rows(commit):
    pytest.importorskip("pyarrow")
    folder = GOLDEN / f"store-{commit}"
    pd.testing.assert_frame_equal(wb.read_rows(folder / "rows.parquet"), wb.read_rows(folder / "rows.jsonl"))


def test_what_is_not_in_an_old_store_is_asked_for_and_reaches_no_stranger(told):
    """So that the tests above cannot pass by asking: the address of the replies is one where nothing listens."""
    with pytest.raises(CallError):
        wb.ask("Asked as it never was.", model="plain/m", timeout=0.3)


def test_the_ledger_of_then_is_read(told):
    ledger = wb.cache.ledger()
    assert len(ledger) == wb.cache.stats().requests > 100
    assert {"wording0", "plain", "local"} <= set(ledger["provider"])
