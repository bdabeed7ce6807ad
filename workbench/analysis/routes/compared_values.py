"""What of an answer would be compared, and whether that is sure, without a look at the target, as a route knows it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from workbench.scorers.named import by_name
from workbench.scorers.numbers import strict_number
from workbench.scorers.score import NO_VOTES
from workbench.scorers.values import value_key
from workbench.tasks.sent import task_of_columns
from workbench.tasks.task import Task

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

_A_NUMBER: Final = "739391"
_A_FRACTION: Final = "739391.25"
"""Numbers that stand for any: no answer holds them by chance, so that they decide nothing."""

_TRUTHS: Final = {"yes": "yes", "no": "yes", "true": "true", "false": "true"}


def compared_value(answer: str, task: Task) -> tuple[str, bool]:
    """The value of an answer that votes can be cast with, and whether it is sure; empty where there is none.

    The answer is read as one to a task of this form is: a number, a letter among its options, yes or no, else a text as
    a whole. The target itself is not looked at: whoever asks for real has none. (The mark `sure` of a row does look at
    it: it is false where the target stands in an answer that is read otherwise.) Sure is what would be surely right if
    it were the target.

    >>> compared_value("So it is **1,200** km.", Task("1", "How far?", "9"))
    ('number 1200', True)
    >>> compared_value("It is (C)", Task("2", "Which?", "A", options={"A": "x", "B": "y", "C": "z"}))
    ('text c', True)
    >>> compared_value("Five apples, 6 pears, 7 plums", Task("3", "How many?", "12"))
    ('number 7', False)
    """
    if not answer.strip():
        return "", False
    stand_in = _stand_in(task)
    if stand_in is None:
        return " ".join(answer.split()).casefold(), True
    score = by_name("automatic")(answer, replace(task, target=stand_in))
    if score.extracted is None or score.evidence in NO_VOTES:
        return "", False
    again = by_name("automatic")(answer, replace(task, target=score.extracted))
    return str(value_key(score.extracted)).casefold(), bool(again.correct) and again.sure


def form_of(task: Task) -> str:
    """Which form the answers to a task have: option, number, truth or text."""
    stand_in = _stand_in(task)
    if task.options or stand_in is None:
        return "option" if task.options else "text"
    return "truth" if stand_in in _TRUTHS else "number"


def usual_form(tasks: Iterable[Task]) -> Task:
    """A task of the form that most of some tasks have, to read answers by where a question comes without its task."""
    counts: dict[str, int] = {}
    first: dict[str, Task] = {}
    for task in tasks:
        form = form_of(task)
        counts[form] = counts.get(form, 0) + 1
        first.setdefault(form, task)
    if not counts:
        return Task("none", "?")
    best = max(counts, key=lambda form: counts[form])
    return replace(first[best], id="any", question="?")


def task_of_row(row: Mapping[str, Any]) -> Task:
    """The task of a row, with its target and options, as far as the row holds them."""
    import pandas as pd

    cells = {
        name.removeprefix("task_"): value
        for name, value in row.items()
        if name.startswith("task_") and name not in ("task_id", "task_question", "task_target") and not _absent(value)
    }
    target = row.get("task_target")
    known = None if target is None or pd.isna(target) else str(target)
    return task_of_columns(str(row.get("task_id", "")), str(row.get("task_question", "")), known, cells)


def readable(rows: pd.DataFrame) -> bool:
    """Whether the rows were marked by scorers that take a value out of an answer, so that it can be taken out again."""
    if not {"evidence", "task_target", "answer"} <= {*rows.columns}:
        return False
    found = rows["evidence"].dropna()
    return bool(len(found)) and not found.isin(NO_VOTES).all()


def _absent(value: Any) -> bool:
    return value is None or (isinstance(value, float) and value != value) or type(value).__name__ == "NAType"


def _stand_in(task: Task) -> str | None:
    if task.options:
        return next(iter(task.options))
    target = (task.targets or ("",))[0].strip()
    if target.casefold() in _TRUTHS:
        return _TRUTHS[target.casefold()]
    number = strict_number(target) if target else None
    if number is None or number.value is None:
        return None
    return _A_NUMBER if number.value.denominator == 1 else _A_FRACTION
