"""The reading side as a whole: every function against bad input, hostile text and rows from files; what it imports."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from readers import FUNCTIONS, every
from studies import HOSTILE, Nesting, changed, exhausted, replies, study

from workbench import analysis
from workbench.errors import InputError
from workbench.rows.files import read_rows, write_rows
from workbench.rows.table import frame

APART = {
    *("assume_price", "at_lengths", "claimed_and_measured", "claims", "effort_curve", "kappa", "kind_differences"),
    *("preferences", "ranking", "route", "shelf_life", "telling_cases", "exit_table", "language_table"),
    *("steadiness", "thinking_read", "thinking_summary"),
}
"""They hand back rows or plain tables, read no marks, need rows of another kind, and are tested for themselves."""


def test_the_functions_tested_here_are_all_that_there_are() -> None:
    functions = {name for name in analysis.__all__ if name.islower()} - APART
    assert functions == set(FUNCTIONS)


# --- rows that cannot be read


UNREADABLE = {
    "empty": (lambda: study().iloc[:0], "There are no rows"),
    "a frame of nothing": (lambda: pd.DataFrame(), "The rows lack the columns 'task_id', 'outcome', 'correct'"),
    "no frame": (lambda: None, "must be a pandas DataFrame as wb.sweep returns it, not NoneType"),
    "a list": (replies, "must be a pandas DataFrame as wb.sweep returns it, not list"),
    "no outcome": (lambda: study().drop(columns="outcome"), "lack the column 'outcome'"),
    "no task": (lambda: study().drop(columns="task_id"), "lack the column 'task_id'"),
    "unnamed tasks": (lambda: changed(task_id=pd.NA), "48 rows have no task_id"),
    "unknown outcome": (lambda: changed(outcome="fine"), "Unknown outcome 'fine'"),
    "outcome NA": (lambda: changed(outcome=pd.NA), "Unknown outcome <NA>"),
    "correct in words": (lambda: changed(correct="maybe"), "'correct' must hold True, False or NA"),
    "a price in words": (lambda: changed(usd="cheap"), "'usd' must hold numbers"),
    "a negative price": (lambda: changed(usd=-0.5), "'usd' holds -0.5; no call can have that"),
    "endless seconds": (lambda: changed(seconds=np.inf), "'seconds' holds inf"),
    "a price beyond all bounds": (lambda: changed(usd=1e300), "no call can have that"),
    "half a token": (lambda: changed(completion_tokens=1.5), "'completion_tokens' must hold whole numbers"),
    "a column twice": (lambda: pd.concat([study(), study()[["usd"]]], axis=1), "more than one column 'usd'"),
    "a numbered column": (lambda: study().rename(columns={"task_kind": 3}), "name of a column must be a text"),
}


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("case", UNREADABLE)
def test_rows_that_cannot_be_read_are_refused_in_words(function: str, case: str) -> None:
    make, says = UNREADABLE[case]
    with pytest.raises(InputError, match=re.escape(says)):
        every(function)(make())


# --- rows that say little


FAILED = {"outcome": "error", "correct": pd.NA, "answer": pd.NA, "extracted": pd.NA}


UNCOUNTED = dict.fromkeys(("thinking_tokens", "answer_tokens", "completion_tokens", "prompt_tokens"), pd.NA)


UNPRICED = {"usd": pd.NA, "usd_spent": pd.NA}


POOR = {
    "one row": lambda: frame(replies(1, "a", 1)),
    "one task": lambda: frame(replies(1)),
    "one model": lambda: frame(replies(models="a")),
    "all errors": lambda: changed(**FAILED, **UNCOUNTED, **UNPRICED, seconds=pd.NA),
    "one side failed": lambda: study().pipe(
        lambda rows: rows.assign(**{name: rows[name].where(rows.model == "a", value) for name, value in FAILED.items()})
    ),
    "no times": lambda: changed(seconds=pd.NA),
    "no targets": lambda: changed(correct=pd.NA, task_target=pd.NA),
    "never answered": lambda: changed(outcome="thinking_exhausted", correct=False, answer=pd.NA, extracted=pd.NA),
    "all right": lambda: changed(correct=True),
    "all wrong": lambda: changed(correct=False),
    "no prices": lambda: changed(**UNPRICED),
    "one price missing": lambda: frame([{**replies()[0], "usd": None}, *replies()[1:]]),
    "nothing counted": lambda: changed(**UNCOUNTED, **UNPRICED, seconds=pd.NA),
    "free": lambda: changed(usd=0.0),
    "bare": lambda: study()[["task_id", "model", "max_tokens", "outcome", "correct", "task_kind"]],
    "no model": lambda: study().drop(columns="model"),
    "no cap": lambda: changed(max_tokens=pd.NA),
    "no kinds": lambda: changed(task_kind=pd.NA),
    "no answers kept": lambda: study().drop(columns=["answer", "extracted"]),
    "mixed tasks": lambda: study()[lambda rows: (rows.model == "b") | (rows.task_id > "t3")],
    "no common task": lambda: study()[lambda rows: (rows.model == "a") == (rows.task_kind == "sums")],
    "duplicated": lambda: pd.concat([study(), study()]),
    "a list in each row": lambda: changed(stop=[["\n"]] * 48, reasoning=[{"effort": "high"}] * 48),
    "other types": lambda: changed(model=study().model.astype("string"), task_id=study().task_id.astype("category")),
    "another index": lambda: study().set_index(["model", "task_id"], drop=False),
}


def _shown_or_refused(function: str, rows: pd.DataFrame) -> object:
    try:
        return every(function)(rows)
    except InputError as refusal:
        return refusal


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("case", POOR)
def test_rows_that_say_little_give_na_or_a_sentence(function: str, case: str) -> None:
    rows = POOR[case]()
    before = rows.copy()
    said = _shown_or_refused(function, rows)
    if isinstance(said, InputError):
        assert re.fullmatch(r"[A-Z].{20,}[.)?]", str(said))
        return
    for text in (repr(said), Nesting(said._repr_html_()).text):
        assert not re.search(r"\b(nan|inf|None)\b|<NA>", text), text
        if case in ("no prices", "nothing counted", "bare", "all errors"):
            assert "$" not in text
    if not (rows.equals(before) and rows.index.names == before.index.names and rows.attrs == before.attrs):
        pd.testing.assert_frame_equal(
            rows, before
        )  # which says what differs, and takes a fifth of the test to see nothing


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_rows_read_back_from_a_file_say_the_same(function: str, kind: str, tmp_path: Path) -> None:
    path = write_rows(study(), tmp_path / f"rows.{kind}")
    back = read_rows(path) if kind == "jsonl" else pd.read_csv(path)
    assert repr(every(function)(back)) == repr(every(function)(study()))


@pytest.mark.parametrize("function", [name for name in FUNCTIONS if name != "compare"])
def test_the_order_of_the_rows_changes_nothing_but_the_order_of_the_lines(function: str) -> None:
    rows = study()
    mixed = pd.concat([rows[rows.model == "a"].sample(frac=1, random_state=1), rows[rows.model == "b"]])
    assert str(every(function)(mixed)).splitlines()[1:3] == str(every(function)(rows)).splitlines()[1:3]


# --- showing


NO_TABLES_OF_NAMES = {"calibration", "confusion_matrix"}


@pytest.mark.parametrize("function", sorted(FUNCTIONS.keys() - NO_TABLES_OF_NAMES))
def test_hostile_names_stay_text_in_html_and_cannot_move_a_terminals_cursor(function: str) -> None:
    hostile = {"prompt": HOSTILE, "task_kind": HOSTILE}
    rows = frame([*({**reply, **hostile} for reply in replies()), exhausted(3, **hostile, model=HOSTILE, usd=0.05)])
    shown = every(function)(rows)
    html = Nesting(shown._repr_html_())
    assert "script" not in html.tags
    assert "script>$x$" in html.text
    assert "mathjax_ignore" in shown._repr_html_()
    assert "\x1b" not in repr(shown)


@pytest.mark.parametrize("function", [name for name in FUNCTIONS if name not in ("compare", "calibration")])
def test_every_table_is_a_plain_frame_underneath(function: str) -> None:
    found = every(function)(study())
    table = found.ranking if function == "recommend" else found
    assert isinstance(table, pd.DataFrame)
    plain = table[[table.columns[0]]]
    assert repr(plain) == repr(pd.DataFrame(plain))
    assert "<table" in plain._repr_html_()
    assert table.iloc[:0]._repr_html_()


def test_the_reading_side_loads_neither_a_client_nor_a_network() -> None:
    heavy = [
        "workbench.asking.call",
        "workbench.sweeps.run",
        "workbench.asking.wire.transport",
        "openai",
        "aiohttp",
        "httpx",
        "matplotlib",
    ]
    code = (
        "import sys; from workbench import analysis; [getattr(analysis, name) for name in analysis.__all__]; "
        f"print([name for name in sys.modules if name in {heavy}])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
