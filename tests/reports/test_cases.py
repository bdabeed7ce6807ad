"""Rows travel in a cell's output: nothing is lost on the way, and what is left out is said."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import workbench as wb
from workbench.errors import InputError
from workbench.reports.cases import packed, unpacked
from workbench.reports.fitting import LONGEST_TEXT, MOST_CASES, MOST_CHARACTERS
from workbench.rows import about
from workbench.rows.table import frame
from workbench.show.media import ROWS

TEXTS = st.none() | st.text(max_size=20)


def rows_of(answers, **columns):
    records = [
        {"task_id": f"t{n}", "model": "m", "outcome": "answered", "correct": n % 2 == 0, "answer": answer, **columns}
        for n, answer in enumerate(answers)
    ]
    return frame(records)


@given(st.lists(st.tuples(TEXTS, TEXTS, st.none() | st.integers(0, 10**9)), min_size=1, max_size=20))
def test_rows_come_back_as_they_went(values):
    rows = frame(
        [
            {
                "task_id": str(n),
                "outcome": "answered",
                "answer": a,
                "task_note": b,
                "prompt_tokens": c,
                "temperature": 0.5,
            }
            for n, (a, b, c) in enumerate(values)
        ],
        parameters=["temperature"],
    )
    back = unpacked(json.loads(json.dumps(packed(rows))))
    pd.testing.assert_frame_equal(back, rows)


def test_the_replies_to_a_task_stand_together_where_they_differ():
    rows = frame(
        {
            "task_id": f"t{n}",
            "model": model,
            "outcome": "answered",
            "correct": model == "a" or n % 2 == 1,
            "answer": "x",
        }
        for model in ("a", "b")
        for n in range(20)
    )
    lines = [line.split()[:2] for line in repr(wb.cases(rows)).splitlines()[1:5]]
    assert lines == [["t0", "a"], ["t0", "b"], ["t2", "a"], ["t2", "b"]]


ABOUT = {"tasks": {"source": "/home/me/t.csv", "sha256": "00"}, "prompts": {"p": [["user part", "x"]]}}


def test_joined_and_filtered_sweeps_still_know_their_tasks_and_prompts():
    about.remember("one", ABOUT)
    about.remember("two", {"tasks": {"source": "u.csv"}, "prompts": {"p": [["user part", "y"]]}})
    joined = pd.concat([rows_of("ab").assign(run="two"), rows_of("ab").assign(run="one")], ignore_index=True)
    payload = wb.cases(joined[joined["task_id"] == "t1"])._repr_mimebundle_()[ROWS]
    assert payload["tasks"] == [{"source": "u.csv"}, {"source": "t.csv", "sha256": "00"}]
    assert payload["prompts"] == {"p": [["user part", "y"]], "p (2)": [["user part", "x"]]}
    assert payload["rows_without"] == 0


def test_rows_whose_sweep_is_not_known_are_counted():
    assert packed(rows_of("ab").assign(run="from elsewhere"))["rows_without"] == 2
    assert packed(rows_of("ab").drop(columns="run"))["rows_without"] == 2


def test_texts_that_do_not_fit_stay_behind_and_every_row_keeps_its_numbers():
    rows = rows_of([letter * 15_000 for letter in "vwxyz" * 80], usd=0.5)
    rows["answer"] = [f"{n} {answer}" for n, answer in enumerate(rows["answer"])]
    payload = packed(rows)
    back = unpacked(payload)
    assert len(back) == 400
    assert back["usd"].sum() == 200
    assert back["correct"].equals(rows["correct"])
    assert back["answer"].notna().sum() == len(payload["shown"]) == MOST_CHARACTERS // 15_002
    assert payload["cut"] == {}


def test_an_endless_text_is_cut_where_not_all_fit():
    payload = packed(rows_of(["short"] * 10 + [letter * (MOST_CHARACTERS // 2) for letter in "wxyz"]))
    assert payload["cut"] == {"characters": LONGEST_TEXT, "answer": 4}
    assert unpacked(payload)["answer"].str.len().max() == LONGEST_TEXT


def test_a_text_that_repeats_is_carried_once():
    rows = rows_of(["x" * (MOST_CHARACTERS // 2)] * 100)
    payload = packed(rows)
    assert payload["cut"] == {}
    assert len(json.dumps(payload)) < MOST_CHARACTERS


def test_more_rows_than_a_page_holds_are_counted_and_keep_their_places():
    payload = packed(rows_of([f"answer {n}" * 40 for n in range(MOST_CASES + 7)]))
    assert len(payload["shown"]) == MOST_CASES
    back = unpacked(payload)
    assert len(back) == MOST_CASES + 7
    assert back["answer"].notna().to_numpy().nonzero()[0].tolist() == payload["shown"]


@pytest.mark.parametrize(
    "damage",
    [{"version": 99}, {"columns": {"task_id": ["a"], "outcome": []}}, {"columns": {"task_id": {"of": [], "at": [3]}}}],
)
def test_damaged_rows_are_refused_in_words(damage):
    with pytest.raises(InputError, match="Run the notebook again"):
        unpacked({**packed(rows_of("a")), **damage})


def test_empty_rows_are_refused():
    with pytest.raises(InputError, match="There are no rows"):
        wb.cases(frame([]))


def test_the_cases_that_differ_stand_first():
    records = [
        {"task_id": task, "model": model, "outcome": "answered", "correct": right, "task_question": f"{task}?"}
        for task, model, right in [
            ("same", "a", True),
            ("same", "b", True),
            ("other", "a", True),
            ("other", "b", False),
        ]
    ]
    lines = repr(wb.cases(frame(records))).splitlines()
    assert [line.split()[0] for line in lines[1:5]] == ["other?", "other?", "same?", "same?"]
    assert "4 of 4 cases" in lines[5]


def test_hostile_text_is_escaped():
    shown = wb.cases(rows_of(["<script>alert(1)</script>\x1b[31m"]))._repr_html_()
    assert "<script>" not in shown
    assert "\x1b" not in shown
