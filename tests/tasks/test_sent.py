"""A task becomes columns, and is made of them again."""

from __future__ import annotations

from workbench.tasks.sent import columns_of_task, task_of_columns
from workbench.tasks.tasks import Task


def test_a_task_becomes_columns_and_is_made_again():
    task = Task(
        "1",
        "Which?",
        "B",
        {"kind": "x"},
        context="A text.",
        options={"A": "1", "B": "2"},
        labels=("a", "b"),
        system="S",
        turns=(("user", "hi"), ("assistant", "yes")),
        images=("https://example.com/a.png",),
    )
    columns = columns_of_task(task)
    assert all(isinstance(cell, str) for cell in columns.values())
    assert task_of_columns("1", "Which?", "B", columns) == task
    assert eval(repr(task), {"Task": Task}) == task
