"""One task, and what a template makes of it."""

from __future__ import annotations

from workbench.tasks.prompts import Prompt
from workbench.tasks.tasks import Task

TASK = Task("7", "What is 6 * 7?", "42", {"kind": "sum", "two words": "x"})


def content(template, task=TASK):
    return Prompt("p", template).render(task)[-1]["content"]
