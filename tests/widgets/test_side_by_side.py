"""Configurations beside each other: which tasks a filter finds, what a panel does, what a saved notebook keeps."""

from __future__ import annotations

import re
import time

import pytest

import workbench as wb
from workbench.errors import InputError
from workbench.rows.table import frame
from workbench.widgets.side_by_side import STATIC_CASES, Comparable

STANDS = {"both": (True, True), "only-a": (True, False), "only-b": (False, True), "none": (False, False)}


def rows_of(**changes):
    records = [
        {
            "task_id": task,
            "task_question": f"Question {task}?",
            "task_target": "42",
            "model": model,
            "max_tokens": 64,
            "outcome": "answered",
            "correct": right,
            "answer": f"answer of {model} to {task}",
            "thinking": f"secret thought {task}" if model == "lab/b" else None,
            **changes,
        }
        for task, both in STANDS.items()
        for model, right in zip(("lab/a", "lab/b"), both, strict=True)
    ]
    late = {"task_id": "late", "task_question": "Question late?", "outcome": "thinking_exhausted"}
    records.append({**records[0], **late, "correct": False, "answer": None})
    return frame(records)


@pytest.mark.parametrize(
    ("what", "tasks"),
    [
        ("all", ["both", "only-a", "only-b", "none", "late"]),
        ("they differ", ["only-a", "only-b"]),
        ("A right, B wrong", ["only-a"]),
        ("B right, A wrong", ["only-b"]),
        ("never answered", ["late"]),
        ("error", []),
    ],
)
def test_a_filter_finds_its_tasks(what, tasks):
    found = Comparable(rows_of())
    assert [found.cases.task_id[place] for place in found.matching(what)] == tasks


def test_a_search_looks_into_questions_answers_and_thinking():
    found = Comparable(rows_of())
    assert [found.cases.task_id[place] for place in found.matching(search="THOUGHT only-b")] == ["only-b"]
    assert [found.cases.task_id[place] for place in found.matching(search="question none?")] == ["none"]
    assert found.matching(search="(") == []


def test_a_configuration_that_was_not_asked_says_so():
    found = Comparable(rows_of())
    assert "was not asked this" in found.html(4)


def test_sides_are_named_by_what_tells_them_apart():
    assert Comparable(rows_of()).names == ["lab/a", "lab/b"]
    one = rows_of()
    one["max_tokens"] = one["max_tokens"].where(one["model"] == "lab/a", 128)
    assert Comparable(one).names == ["lab/a, 64", "lab/b, 128"]


def test_every_sample_is_a_case_of_its_own():
    """A side that is right on the second draw alone must not vanish behind its first."""
    record = {"task_id": "sheep", "task_question": "How many?", "outcome": "answered", "answer": "9"}
    draws = [("lab/a", 0, True), ("lab/b", 0, True), ("lab/a", 1, False), ("lab/b", 1, True)]
    rows = frame([{**record, "model": model, "sample": n, "correct": right} for model, n, right in draws])
    panel = wb.side_by_side(rows).panel
    assert panel.count.value == "1 of 2 samples of 1 task"
    panel.filter.value = "B right, A wrong"
    assert panel.count.value == "1 of 1 that fit, of 2 samples of 1 task"
    assert "How many? (sample 2)" in panel.case.value


def test_configurations_that_find_no_room_are_counted():
    record = {"task_id": "sheep", "outcome": "answered", "correct": True}
    shown = wb.side_by_side(frame([{**record, "model": f"m{n}"} for n in range(8)]))
    assert "2 further configurations not shown" in shown.panel.count.value
    assert "2 further configurations not shown" in shown._repr_mimebundle_()["text/html"]


def test_chosen_sides_come_in_their_order():
    found = Comparable(rows_of(), [{"model": "lab/b"}, {"model": "lab/a"}])
    assert found.names == ["lab/b", "lab/a"]
    assert [found.cases.task_id[place] for place in found.matching("A right, B wrong")] == ["only-b"]


@pytest.mark.parametrize(
    ("configurations", "said"),
    [
        ([{"model": "lab/c"}], "no configuration {'model': 'lab/c'}; they hold {'model': 'lab/a'"),
        ([], "give a list of mappings"),
        ({"model": "lab/a"}, "give a list of mappings"),
        (["lab/a"], "give a list of mappings"),
        ([{"model": "lab/a"}] * 7, "at most 6"),
    ],
)
def test_sides_that_cannot_be_are_refused(configurations, said):
    with pytest.raises(InputError, match=re.escape(said)):
        wb.side_by_side(rows_of(), configurations)


def test_rows_that_cannot_be_are_refused():
    with pytest.raises(InputError, match="There are no rows"):
        wb.side_by_side(frame([]))
    with pytest.raises(InputError, match="lack the column 'correct'"):
        wb.side_by_side(rows_of().drop(columns="correct"))


def test_the_panel_goes_from_task_to_task():
    panel = wb.side_by_side(rows_of()).panel
    assert panel.previous.disabled
    assert "Question both?" in panel.case.value
    panel.next.click()
    assert "Question only-a?" in panel.case.value
    assert panel.count.value == "2 of 5 tasks"
    panel.slider.value = 5
    assert panel.next.disabled
    panel.next.click()
    assert "Question late?" in panel.case.value
    panel.filter.value = "they differ"
    assert panel.count.value == "1 of 2 that fit, of 5 tasks"
    panel.diff.value = True
    assert "<del>a</del>" in panel.case.value
    panel.search.value = "nothing of the kind"
    assert "No task fits" in panel.case.value
    panel.search.value = ""
    panel.filter.value = "all"
    assert panel.count.value == "1 of 5 tasks"


def test_a_card_says_what_the_reply_took():
    took = {
        "thinking_tokens": 30,
        "answer_tokens": 10,
        "usd": 0.5,
        "seconds": 4.25,
        "cached": True,
        "served_model": "a-2026",
        "why": "found 42",
    }
    shown = re.sub(r"<[^>]*>", "", wb.side_by_side(rows_of(**took)).panel.case.value)
    assert "thinking 30, answer 10, unused 24 of 64 tokens" in shown
    assert "served as a-2026 · $0.50 · 4.2 s · kept" in shown
    assert "right found 42" in shown


def test_the_output_of_a_model_that_does_not_think_is_its_answer():
    shown = wb.side_by_side(rows_of(completion_tokens=20, thinking_visibility="none")).panel.case.value
    assert "answer 20, unused 44 of 64 tokens" in shown


def test_a_failed_call_says_why():
    shown = wb.side_by_side(rows_of(outcome="error", error_message="the provider answered 500")).panel
    shown.filter.value = "error"
    assert "the provider answered 500" in shown.case.value


def test_the_saved_form_needs_no_widgets_and_shows_what_differs():
    data = wb.side_by_side(rows_of())._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "2 of 5 tasks; on 2 of them" in data["text/html"]
    assert "Question only-a?" in data["text/html"]
    assert "Question both?" not in data["text/html"]
    assert data["text/plain"] == "5 tasks side by side: lab/a; lab/b"


def test_the_saved_form_of_many_tasks_is_short():
    rows = frame([{"task_id": f"t{n}", "model": "m", "outcome": "answered", "correct": True} for n in range(500)])
    assert wb.side_by_side(rows)._repr_mimebundle_()["text/html"].count('class="wb-pair"') == STATIC_CASES


def test_thousands_of_rows_stay_quick():
    """A step in 20,000 rows must not take longer than a step in 200, times ten: only one task is drawn."""

    def seconds_of_a_step(tasks):
        records = [
            {"task_id": f"t{n}", "model": model, "outcome": "answered", "correct": True, "answer": "x" * 200}
            for n in range(tasks)
            for model in "ab"
        ]
        panel = wb.side_by_side(frame(records)).panel
        started = time.process_time()
        for _ in range(20):
            panel.next.click()
        return time.process_time() - started

    assert seconds_of_a_step(10_000) < 10 * seconds_of_a_step(100) + 0.2
