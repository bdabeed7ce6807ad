"""A task to score answers to."""

from __future__ import annotations

from workbench.tasks.tasks import Task

OPTIONS = "Which is a city?\nA) fish\nB) Paris\nC) stone"


def task(target, question="q", **extra):
    return Task("7", question, target, extra)
