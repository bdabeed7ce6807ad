"""Scorers: found by name, made of a user's function, or chosen for each task; and the scores of a table of rows."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from workbench.errors import InputError, WorkbenchError
from workbench.extraction import normalised
from workbench.judging import judge
from workbench.matching import OPPOSITES, choice, contains, exact, numeric, options_of, regex, yes_no
from workbench.numerals import pure_number
from workbench.rows import NEVER_ANSWERED, checked
from workbench.scores import Score, Scorer
from workbench.structured import json_schema
from workbench.tasks import Task

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "NAMES",
    "Score",
    "Scorer",
    "as_scorer",
    "automatic",
    "by_name",
    "choice",
    "contains",
    "exact",
    "json_schema",
    "judge",
    "numeric",
    "regex",
    "rescore",
    "score_answer",
    "yes_no",
]


def automatic() -> Scorer:
    """Score each task as its target asks for; used where a user names no scorer.

    A task's own column `scorer` decides, if it holds one of NAMES. Otherwise: targets that are numbers → `numeric`; a
    letter of the options in the question → `choice`; yes, no, true or false → `yes_no`; anything else → `exact` with
    `sentences`, so that "The capital of Italy is **Rome**." counts for "Rome", but "Rome or Milan" does not.

    >>> automatic()("That makes $1,234.50", Task("1", "How much?", "1234.5")).value
    1.0
    """
    scorers = {name: by_name(name) for name in NAMES if name != "automatic"}
    plain = exact(sentences=True)

    def score(answer: str, task: Task) -> Score:
        named = str(task.extra.get("scorer") or "").strip()
        if named and named not in scorers:
            raise InputError(f"Task {task.id!r}: unknown scorer {named!r}. Scorers are {', '.join(scorers)}.")
        return (scorers[named] if named else fitting(task))(answer, task)

    def fitting(task: Task) -> Scorer:
        if all(pure_number(target) for target in task.targets):
            return scorers["numeric"]
        if all(normalised(target).upper() in options_of(task) for target in task.targets):
            return scorers["choice"]
        if any(normalised(task.target or "") in pair for pair in OPPOSITES):
            return scorers["yes_no"]
        return plain

    return Scorer("automatic", score)


_FACTORIES: Final[dict[str, Callable[[], Scorer]]] = {
    "automatic": automatic,
    "exact": exact,
    "numeric": numeric,
    "choice": choice,
    "yes_no": yes_no,
    "contains": contains,
    "regex": regex,
    "json_schema": json_schema,
}
NAMES: Final = tuple(_FACTORIES)
"""The scorers that can be named by a word: in a call, on the command line, in a task's column `scorer`."""


def by_name(name: str) -> Scorer:
    """Make the scorer of that name, with its usual settings.

    >>> by_name("numeric").name
    'numeric'
    """
    if name not in _FACTORIES:
        raise InputError(f"Unknown scorer {name!r}. Scorers are {', '.join(NAMES)}.")
    return _FACTORIES[name]()


def as_scorer(scorer: Scorer | str | Callable[..., Any] | None) -> Scorer:
    """Make a Scorer of what a user hands over: nothing (`automatic`), a name, a Scorer, or a function.

    A function takes the answer, and perhaps `target` (text) or `task` (a Task) as its second parameter; it returns True
    or False, a number from 0 to 1, or a Score.

    >>> as_scorer(lambda answer, target: target in answer)("It is 42.", Task("1", "6 * 7?", "42")).value
    1.0
    """
    if scorer is None:
        return automatic()
    if isinstance(scorer, Scorer):
        return scorer
    if isinstance(scorer, str):
        return by_name(scorer)
    name = getattr(scorer, "__name__", type(scorer).__name__)
    second = _second_parameter(scorer, name)

    def score(answer: str, task: Task) -> Score:
        given = {"target": (task.target,), "task": (task,), "": ()}[second]
        return _score_of(scorer(answer, *given), name)

    return Scorer(name, score, needs_target=second == "target")


def score_answer(scorer: Scorer, answer: str, task: Task) -> Score | None:
    """Score one answer; None where the task has no target and the scorer needs one.

    Whatever a scorer raises becomes an InputError that names the scorer and the task; errors of this package pass as
    they are.
    """
    if scorer.needs_target and task.target is None:
        return None
    try:
        return scorer(answer, task)
    except WorkbenchError:
        raise
    except Exception as problem:
        raise InputError(
            f"Scorer {scorer.name!r} fails on task {task.id!r}: {type(problem).__name__}: {problem}"
        ) from problem


def rescore(
    rows: pd.DataFrame, scorer: Scorer | str | Callable[..., Any] | None = None, tasks: Iterable[Task] | None = None
) -> pd.DataFrame:
    """Compute `score`, `correct`, `extracted` and `why` of rows anew, and return a new table. No reply is bought again.

    Targets are those of `tasks` by id, or else of the rows' own columns. Answered rows get their score, or NA where
    there is no target. A truncated answer gets its score if it is right. Every other row that never answered is not
    correct and has no score; `error` rows have neither. Where a scorer fails, the row stays unscored, its `why` says
    so, and a warning names the first. Raises InputError for rows without the columns, or of a task that `tasks` lacks.
    """
    import pandas as pd

    scorer = as_scorer(scorer)
    table = checked(
        rows, "task_id", "outcome", "answer", *(() if tasks is not None else ("task_question", "task_target"))
    )
    failures: list[WorkbenchError] = []
    found: dict[str, list[Any]] = {"score": [], "correct": [], "extracted": [], "why": []}
    for task, outcome, answer in zip(_tasks_of(table, tasks), table["outcome"], table["answer"], strict=True):
        values = _marked(scorer, "" if pd.isna(answer) else str(answer), task, str(outcome), failures)
        for column, value in zip(found.values(), values, strict=True):
            column.append(pd.NA if value is None else value)
    if failures:
        count = f"{len(failures)} of {len(table)} rows could not be scored"
        warnings.warn(f"{count}. First: {failures[0]}", stacklevel=2)
    kinds = {"score": "Float64", "correct": "boolean", "extracted": "object", "why": "object"}
    table.index = rows.index
    return table.assign(**{name: pd.Series(found[name], index=rows.index, dtype=kind) for name, kind in kinds.items()})


def _marked(
    scorer: Scorer, answer: str, task: Task, outcome: str, failures: list[WorkbenchError]
) -> tuple[float | None, bool | None, str | None, str | None]:
    """Score, correct, extracted and why of one row."""
    if outcome == "error":
        return None, None, None, None
    never = (None, False, None, f"never answered: {outcome.replace('_', ' ')}")
    if outcome in NEVER_ANSWERED and outcome != "answer_truncated":
        return never
    if failures and not isinstance(failures[-1], InputError):  # a judge that cannot be reached: asking on may cost
        failures.append(failures[-1])
        return None, None, None, f"not scored: {failures[0]}"
    try:
        score = score_answer(scorer, answer, task)
    except WorkbenchError as problem:
        failures.append(problem)
        return None, None, None, f"not scored: {problem}"
    if score is None:
        return None, None, None, None
    if outcome == "answer_truncated" and not score.correct:
        return never
    return score.value, score.correct, score.extracted, score.why


def _tasks_of(table: pd.DataFrame, tasks: Iterable[Task] | None) -> Iterator[Task]:
    import pandas as pd

    if tasks is not None:
        known = {task.id: task for task in tasks}
        for identity in table["task_id"]:
            if identity not in known:
                raise InputError(f"The rows hold task {identity!r}, which is not among the {len(known)} tasks given.")
            yield known[identity]
        return
    core = ("task_id", "task_question", "task_target")
    names = [str(name) for name in table.columns if str(name).startswith("task_") and name not in core]
    for identity, question, target, *extras in zip(*(table[name] for name in (*core, *names)), strict=True):
        extra = {name[5:]: value for name, value in zip(names, extras, strict=True) if not _is_absent(value)}
        yield Task(str(identity), str(question), None if pd.isna(target) else str(target), extra)


def _is_absent(value: Any) -> bool:
    import pandas as pd

    return bool(pd.api.types.is_scalar(value) and pd.isna(value))


def _second_parameter(function: Callable[..., Any], name: str) -> str:
    shape = "A scorer takes (answer), (answer, target) or (answer, task)"
    if not callable(function):
        raise InputError(f"{shape}, or is one of {', '.join(NAMES)}; this is {function!r}.")
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        raise InputError(f"{shape}; the parameters of {name!r} cannot be seen. Wrap it in a function.") from None
    if inspect.iscoroutinefunction(function):
        raise InputError(f"The scorer {name!r} is a coroutine; a scorer is a plain function.")
    taken = [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
    required = [p for p in parameters if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
    second = taken[1].name if len(taken) > 1 else ""
    if (
        not taken
        or any(p not in taken[:2] for p in required)
        or (second not in ("target", "task", "") and taken[1] in required)
    ):
        raise InputError(f"{shape}; {name!r} takes ({', '.join(p.name for p in parameters)}).")
    return second if second in ("target", "task") else ""


def _score_of(value: Any, name: str) -> Score:
    if isinstance(value, Score) and 0 <= value.value <= 1:
        return value
    if isinstance(value, bool) or type(value).__name__ in ("bool", "bool_"):
        return Score(float(value), None, f"{name} says {bool(value)}")
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if isinstance(value, str) or not 0 <= number <= 1:
        raise InputError(
            f"The scorer {name!r} returned {value!r}; it must return True, False, a number from 0 to 1 or a Score."
        )
    return Score(number, None, f"{name} says {number:g}")
