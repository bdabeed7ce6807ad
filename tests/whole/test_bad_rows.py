"""Rows that say little or nothing, shown: cases, grids and pictures give a sentence or NA, never a traceback."""

from __future__ import annotations

import pandas as pd
import pytest
from studies import counted, frame

import workbench as wb
from workbench.errors import InputError
from workbench.rows import failures
from workbench.widgets.side_by_side import Comparable


def rows(tasks=12, models=("lab/a", "lab/b"), **changes):
    table = frame(
        counted(task, 20 + task, task % 3 > 0, model=model, usd=0.001, seconds=1.0, max_tokens=4096)
        for model in models
        for task in range(tasks)
    )
    return table.assign(**{"task_kind": "sum", "task_target": "4", **changes})


def failed(table):
    empty = dict.fromkeys(["correct", "score", "usd", "seconds", "thinking_tokens", "answer_tokens"], pd.NA)
    return table.assign(outcome="error", error="ServerBusy", completion_tokens=pd.NA, **empty)


BAD = {
    "no rows": lambda: rows().iloc[:0],
    "one task": lambda: rows(tasks=1),
    "one row": lambda: rows(tasks=1, models=["lab/a"]),
    "one model": lambda: rows(models=["lab/a"]),
    "all errors": lambda: failed(rows()),
    "one side failed": lambda: pd.concat([rows(models=["lab/a"]), failed(rows(models=["lab/b"]))], ignore_index=True),
    "no common task": lambda: rows().assign(task_id=[f"{n}" for n in range(24)]),
    "mixed task sets": lambda: rows().drop(index=range(13, 20)),
    "no costs": lambda: rows(usd=pd.NA),
    "no times": lambda: rows(seconds=pd.NA),
    "no tokens": lambda: rows(thinking_tokens=pd.NA, answer_tokens=pd.NA, completion_tokens=pd.NA),
    "no targets": lambda: rows(correct=pd.NA, score=pd.NA, task_target=pd.NA),
    "no caps": lambda: rows(max_tokens=pd.NA),
    "never answered": lambda: rows(outcome="thinking_exhausted", correct=False, answer=pd.NA),
    "no outcome": lambda: rows().drop(columns="outcome"),
    "no correct": lambda: rows().drop(columns="correct"),
    "no task_id": lambda: rows().drop(columns="task_id"),
    "no model": lambda: rows().drop(columns="model"),
    "an unknown outcome": lambda: rows(outcome="fine"),
    "text for numbers": lambda: rows(seconds="soon"),
    "no table": lambda: [{"task_id": "a"}],
}
READERS = {
    "cases": wb.cases,
    "side_by_side": wb.side_by_side,
    "plots.budget_curve": wb.plots.budget_curve,
    "plots.cost_accuracy": wb.plots.cost_accuracy,
    "plots.tokens": wb.plots.tokens,
    "plots.latency": wb.plots.latency,
    "plots.outcomes": wb.plots.outcomes,
    "plots.differences": wb.plots.differences,
}


def shown(value):
    """Everything that a reader could see of it."""
    ways = ("_repr_html_", "_repr_svg_", "_repr_mimebundle_")
    return "".join([repr(value), *(str(getattr(value, name)()) for name in ways if hasattr(value, name))])


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("bad", BAD)
def test_it_is_a_sentence_or_a_result(reader, bad):
    try:
        text = shown(READERS[reader](BAD[bad]()))
    except InputError as error:
        text = f"refused: {error}"
    assert len(text) > 30
    assert " nan" not in text
    assert "NaN" not in text


@pytest.mark.parametrize("bad", ["all errors", "no targets"])
def test_what_nobody_knows_is_na_and_not_0(bad):
    table = wb.summary(BAD[bad]())
    assert table["accuracy"].isna().all()
    assert table["usd_per_correct"].isna().all()


def test_unknown_costs_stay_unknown():
    table = wb.summary(BAD["no costs"]())
    assert table["usd_per_correct"].isna().all()
    assert "not known" in repr(wb.compare(BAD["no costs"](), "lab/a", "lab/b"))


HALF = "\ud83c"
"""What a stream leaves that was cut within a character; Arrow refuses it wherever a table is made of it."""


def halved(*names):
    table = rows(tasks=3, answer="4", extracted="4", thinking="so", task_question="2 + 2?", error_message=pd.NA)
    texts = {name: [f"{value} {HALF}" for value in table[name]] for name in names}
    return table.assign(**{name: pd.Series(column, dtype=object) for name, column in texts.items()})


@pytest.mark.parametrize("names", [["answer", "thinking", "task_question", "error_message"], ["task_id", "prompt"]])
def test_half_a_character_spoils_no_table(names):
    kept = halved(*names)
    pair = {"compare": lambda table: wb.compare(table, "lab/a", "lab/b"), "classes": wb.analysis.classes}
    for read in (wb.summary, wb.side_by_side, wb.cases, *pair.values()):
        shown = read(kept)
        assert repr(shown)
        getattr(shown, "_repr_html_", str)()
    assert failures.nothing_answered(failed(kept).assign(error_message=kept[names[-1]]))


def test_half_a_character_is_searched_over():
    found = Comparable(halved("answer", "thinking"))
    assert len(found.matching(search="SO")) == 3
    assert len(found.matching(search=HALF)) == 3
    assert found.matching(search="oats") == []
