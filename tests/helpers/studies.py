"""Rows made up for the tests of the reading side."""

from __future__ import annotations

import functools
from html.parser import HTMLParser

import numpy as np
import pandas as pd

from workbench.analysis.comparison import compare
from workbench.analysis.summaries import summary
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


def replies(tasks: int = 12, models: str = "ab", samples: int = 2) -> list[dict[str, object]]:
    """A study in which every column that a function may read is filled: a thinks and is cheap, b does not."""
    return [
        row(
            task,
            bool((task + place + sample) % 3),
            model=model,
            sample=sample,
            task_kind="sums" if task % 2 else "capitals",
            extracted="42" if (task + place + sample) % 3 else "7",
            answer="It is 42." if (task + place + sample) % 3 else "It is 7.",
            usd=0.001 * (1 + 3 * place),
            usd_spent=0.0,
            seconds=1.0 + task,
            seconds_to_first_token=0.1,
            seconds_to_answer=0.5,
            prompt_tokens=10 + task,
            thinking_tokens=0 if place else 20 + task,
            answer_tokens=3,
            completion_tokens=3 if place else 23 + task,
            thinking_tokens_source="reported",
            thinking_visibility="none" if place else "full",
        )
        for task in range(tasks)
        for place, model in enumerate(models)
        for sample in range(samples)
    ]


@functools.cache
def _study() -> pd.DataFrame:
    return frame(replies())


def study() -> pd.DataFrame:
    return _study().copy()


def changed(**columns: object) -> pd.DataFrame:
    return study().assign(**columns)


def warned(rows: pd.DataFrame) -> str:
    return " ".join(compare(rows, "a", "b").warnings)


def pair(**of_b: object) -> list[dict[str, object]]:
    return [row(n, n < 9, model="a") for n in range(10)] + [row(n, n < 3, **{"model": "b", **of_b}) for n in range(10)]


def only_line(rows: pd.DataFrame) -> pd.Series:
    table = summary(rows)
    assert len(table) == 1
    return table.iloc[0]


def simulated(random: np.random.Generator, tasks: int, cap: int, ease: np.ndarray, need: np.ndarray) -> list[dict]:
    """Replies of a model that cannot see its cap: each is written to its own length and cut at `cap`."""
    replies = []
    for task in range(tasks):
        tokens = int(random.lognormal(need[task], 0.5)) + 3
        right = bool(random.random() < ease[task])
        if tokens > cap:
            spent = {"thinking_tokens": cap, "answer_tokens": 0, "completion_tokens": cap, "max_tokens": cap}
            replies.append(exhausted(task, thinking_tokens_source="reported", **spent))
        else:
            replies.append(counted(task, tokens, right, max_tokens=cap))
    return replies


def shares(curve: pd.DataFrame) -> list[list[float]]:
    return curve[["right", "wrong", "never_answered"]].to_numpy(float).round(3).tolist()
