"""The grid of tasks and configurations after a sweep: the worst first, every reply a press away."""

from __future__ import annotations

from studies import HOSTILE, Nesting, row

from workbench.rows.table import frame
from workbench.widgets.lab import grid as grid_room
from workbench.widgets.lab.grid import TaskGrid, sent_html

MARKS = {"easy": (True, True), "split": (True, False), "hard": (False, False)}


def rows_of(**more):
    return frame(
        {**row(0, right, task_id=task, task_question=f"Q {task}", model=model, **more), "key": f"{task}-{model}"}
        for task, marks in MARKS.items()
        for model, right in zip(("lab/a", "lab/b"), marks, strict=True)
    )


def test_the_worst_tasks_come_first_and_each_reply_is_a_named_button():
    grid = TaskGrid(rows_of())
    page = str(grid.html())
    assert page.index("Q hard") < page.index("Q split") < page.index("Q easy")
    assert page.count("<button") == 6
    assert 'aria-label="task split, lab/b: wrong"' in page
    assert 'data-wb-press="open 3"' in page
    Nesting(page.replace("<br>", ""))


def test_repeats_stand_beside_each_other_and_what_was_not_asked_is_blank():
    rows = rows_of().iloc[:5]
    page = str(TaskGrid(frame([*rows.to_dict("records"), {**rows.iloc[0].to_dict(), "sample": 1}])).html())
    assert page.count("<button") == 6
    assert "<td></td>" in page


def test_a_note_and_the_open_reply_are_marked():
    page = str(TaskGrid(rows_of()).html(opened=1, notes={"easy-lab/b": "odd"}))
    assert 'aria-current="true">✓*</button>' in page


def test_more_tasks_than_can_be_shown_are_counted(monkeypatch):
    monkeypatch.setattr(grid_room, "MOST_TASKS", 2)
    page = str(TaskGrid(rows_of()).html())
    assert "1 more task that went better" in page
    assert "Q easy" not in page


def test_a_prompt_as_it_was_sent_is_text_whatever_stands_in_it():
    parts = [{"type": "text", "text": HOSTILE}, {"type": "image_url", "image_url": {"url": "data:,"}}]
    page = str(sent_html([{"role": "system", "content": "Be <b>."}, {"role": "user", "content": parts}]))
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert "(image_url)" in page
    assert sent_html(None) == ""
