"""Rows are scored anew, for nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from workbench.errors import InputError, WorkbenchError, warn
from workbench.replies.outcomes import NEVER_ANSWERED
from workbench.rows.table import checked
from workbench.scorers.named import as_scorer, score_answer
from workbench.scorers.score import Scorer
from workbench.tasks.tasks import Task

if TYPE_CHECKING:
    import pandas as pd

_KINDS: Final = {
    "score": "Float64",
    "correct": "boolean",
    "extracted": "object",
    "why": "object",
    "evidence": "object",
    "sure": "boolean",
}
"""The columns that a scorer fills, and their types."""

_Marks: TypeAlias = "tuple[float | None, bool | None, str | None, str | None, str | None, bool | None]"


def rescore(
    rows: pd.DataFrame, scorer: Scorer | str | Callable[..., Any] | None = None, tasks: Iterable[Task] | None = None
) -> pd.DataFrame:
    """Compute the marks of rows anew, and return a new table. No reply is bought again.

    The marks are `score`, `correct`, `extracted`, `why`, `evidence` and `sure`.

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
    found: dict[str, list[Any]] = {name: [] for name in _KINDS}
    for task, outcome, answer in zip(_tasks_of(table, tasks), table["outcome"], table["answer"], strict=True):
        values = _marked(scorer, "" if pd.isna(answer) else str(answer), task, str(outcome), failures)
        for column, value in zip(found.values(), values, strict=True):
            column.append(pd.NA if value is None else value)
    if failures:
        count = f"{len(failures)} of {len(table)} rows could not be scored"
        warn(f"{count}. First: {failures[0]}")
    table.index = rows.index
    return table.assign(**{name: pd.Series(found[name], index=rows.index, dtype=kind) for name, kind in _KINDS.items()})


def _marked(scorer: Scorer, answer: str, task: Task, outcome: str, failures: list[WorkbenchError]) -> _Marks:
    """Score, correct, extracted, why, evidence and sure of one row."""
    nothing: _Marks = (None, None, None, None, None, None)
    if outcome == "error":
        return nothing
    never: _Marks = (None, False, None, f"never answered: {outcome.replace('_', ' ')}", None, None)
    if outcome in NEVER_ANSWERED and outcome != "answer_truncated":
        return never
    if failures and not isinstance(failures[-1], InputError):  # a judge that cannot be reached: asking on may cost
        failures.append(failures[-1])
        return *nothing[:3], f"not scored: {failures[0]}", None, None
    try:
        score = score_answer(scorer, answer, task)
    except WorkbenchError as problem:
        failures.append(problem)
        return *nothing[:3], f"not scored: {problem}", None, None
    if score is None:
        return nothing
    if outcome == "answer_truncated" and not score.correct:
        return never
    return score.value, score.correct, score.extracted, score.why, score.evidence, score.sure


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
