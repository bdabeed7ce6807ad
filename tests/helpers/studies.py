"""Rows made up for the tests of the reading side."""

from __future__ import annotations

from html.parser import HTMLParser

import numpy as np
import pandas as pd

from workbench.rows.table import frame

KIMI, GPT = "openrouter/moonshotai/kimi-k2-thinking", "openrouter/openai/gpt-5"
HOSTILE = "<script>alert(1)</script>$x$ \x1b[31m"


def row(task: object, correct: bool | None = True, **more: object) -> dict[str, object]:
    """An answered reply of model m to a task with a target, unless told otherwise."""
    return {
        "task_id": f"t{task}",
        "task_question": f"question {task}",
        "task_target": "42",
        "model": "m",
        "prompt": "plain",
        "max_tokens": 1000,
        "sample": 0,
        "outcome": "answered",
        "correct": correct,
        **more,
    }


def exhausted(task: object, **more: object) -> dict[str, object]:
    return row(task, False, outcome="thinking_exhausted", **more)


def failed(task: object, **more: object) -> dict[str, object]:
    return row(task, None, outcome="error", **more)


def counted(
    task: object, tokens: int, correct: bool = True, *, thinking: int | None = None, **more: object
) -> dict[str, object]:
    """A reply of so many tokens, all but two of them thinking unless told otherwise."""
    thinking = tokens - 2 if thinking is None else thinking
    counts: dict[str, object] = {
        "thinking_tokens": thinking,
        "answer_tokens": tokens - thinking,
        "completion_tokens": tokens,
    }
    return row(task, correct, **{**counts, "thinking_tokens_source": "reported", "answer": "42", **more})


def duel(a: np.ndarray, b: np.ndarray, **more: object) -> pd.DataFrame:
    """Rows of models a and b from marks, one line a task and one column a sample."""
    return frame(
        row(task, bool(mark), model=model, sample=sample, **more)
        for model, marks in (("a", a), ("b", b))
        for task, line in enumerate(np.atleast_2d(np.asarray(marks).T).T)
        for sample, mark in enumerate(line)
    )


class Nesting(HTMLParser):
    """Refuses HTML whose tags are not closed in order, and keeps what it holds."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.text = ""
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
