"""Rows are scored anew, for nothing."""

from __future__ import annotations

import contextlib
import contextvars
import functools
import sys
import time
from collections import Counter
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from workbench.errors import InputError, WorkbenchError, warn
from workbench.replies.outcomes import NEVER_ANSWERED
from workbench.rows.table import SCORE_PREFIX, checked
from workbench.scorers.named import as_scorer
from workbench.scorers.processes import Case, Finding, findings, found, is_known
from workbench.scorers.score import AnyScorer, Scorer
from workbench.scorers.verdicts import kinship_of
from workbench.tasks.sent import task_of_columns
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


class _Mark(NamedTuple):
    """What stands in those columns for one row, and the scores of several scorers by name."""

    score: float | None = None
    correct: bool | None = None
    extracted: str | None = None
    why: str | None = None
    evidence: str | None = None
    sure: bool | None = None
    parts: Mapping[str, float | None] = {}


NOT_SCORED: Final = "not scored"
"""How the `why` of an answer begins that could have a mark and has none."""
BROKEN_OFF: Final = f"{NOT_SCORED}: broken off"
"""The `why` of answers that nobody waited for to be marked."""

_SECONDS_BETWEEN_LINES: Final = 10.0
"""Between lines that say how far marks are; how far a judge is stands in a place of its own."""

_NO_MARK: Final = _Mark()
_BROKEN_OFF: Final = _Mark(why=BROKEN_OFF)
_UNREAD: Final = NEVER_ANSWERED - {"answer_truncated"}
"""Outcomes of rows that never answered, whose answers no scorer sees."""


def rescore(rows: pd.DataFrame, scorer: AnyScorer = None, tasks: Iterable[Task] | None = None) -> pd.DataFrame:
    """Compute the marks of rows anew, and return a new table. No reply is bought again.

    The marks are `score`, `correct`, `extracted`, `why`, `evidence` and `sure`; each of several scorers, a list, fills
    a column `score_<name>` besides. A line on stderr says how many marks changed, and to what.

    Targets are those of `tasks` by id, or else of the rows' own columns. Answered rows get their score, or NA where
    there is no target. A truncated answer gets its score if it is right. Every other row that never answered is not
    correct and has no score; `error` rows have neither. Where a scorer fails, or gives no mark, the row stays unscored,
    its `why` says so, and a warning names the first. A warning also says when a judge and a model that it judges are of
    one family. A `KeyboardInterrupt` carries the rows as `.rows`: what it left unmarked says so in its `why`. Raises
    InputError for rows without the columns, or of a task that `tasks` lacks.
    """
    return rescore_within(None, rows, scorer, tasks)


def rescore_within(
    seconds: float | None, rows: pd.DataFrame, scorer: AnyScorer = None, tasks: Iterable[Task] | None = None
) -> pd.DataFrame:
    """The same for whoever does not wait long, if `seconds` are given: what is not marked by then says so.

    >>> import pandas as pd
    >>> row = {"task_id": "a", "outcome": "answered", "answer": "9", "task_question": "4 + 5?", "task_target": "9"}
    >>> rescore_within(0, pd.DataFrame([row]))["why"].item()
    'not scored: broken off'
    """
    import pandas as pd

    scorer = as_scorer(scorer)
    _warn_of_families(scorer, rows)
    needed = ("task_question", "task_target") if tasks is None else ()
    table = checked(rows, "task_id", "outcome", "answer", *needed)
    failures: list[WorkbenchError] = []
    marks: dict[int, _Mark] = {}
    interrupt: KeyboardInterrupt | None = None
    until = None if seconds is None else time.monotonic() + seconds
    try:
        _mark_all(marks, table, tasks, scorer, failures, until)
    except KeyboardInterrupt as stop:
        interrupt = stop
    _warn_of_gaps([*marks.values()], len(table), failures)
    table.index = rows.index

    def column(values: Iterable[Any], kind: str) -> pd.Series[Any]:
        """One value for each mark; NA in the rows that have none."""
        found: pd.Series[Any] = pd.Series([pd.NA if value is None else value for value in values], [*marks], dtype=kind)
        absent: Any = pd.NA
        whole = found if len(found) == len(rows) else found.reindex(range(len(rows)), fill_value=absent)
        return whole.set_axis(rows.index)

    columns = {
        name: column((mark[place] for mark in marks.values()), kind)
        for place, (name, kind) in enumerate(_KINDS.items())
    }
    for name in dict.fromkeys(name for mark in marks.values() for name in mark.parts):
        columns[f"{SCORE_PREFIX}{name}"] = column((mark.parts.get(name) for mark in marks.values()), "Float64")
    stale = [str(name) for name in table.columns if str(name).startswith(SCORE_PREFIX) and name not in columns]
    result = table.drop(columns=stale).assign(**columns)
    changed = changes(table.get("correct"), result["correct"])
    if changed:
        print(f"rescored {len(result):,} rows: {changed}", file=sys.stderr)
    if interrupt is not None:
        vars(interrupt)["rows"] = result
        raise interrupt
    return result


def changes(before: pd.Series[Any] | None, after: pd.Series[Any]) -> str:
    """Say how many marks changed and to what; nothing where there were none before.

    >>> import pandas as pd
    >>> before, after = (pd.Series(marks, dtype="boolean") for marks in ([True, False, False], [True, True, None]))
    >>> changes(before, after)
    '2 marks changed: 1 now right, 1 without a mark'
    """
    if before is None or not before.notna().any():
        return ""
    words = ("right", "wrong", "none")
    old, new = ([words[2 if mark is None else not mark] for mark in _plain(marks)] for marks in (before, after))
    moved = Counter(now for was, now in zip(old, new, strict=True) if was != now)
    if not moved:
        return "no mark changed"
    parts = [
        f"{moved[word]:,} {phrase}"
        for word, phrase in zip(words, ("now right", "now wrong", "without a mark"), strict=True)
        if moved[word]
    ]
    number = moved.total()
    return f"{number:,} mark{'s' if number > 1 else ''} changed: {', '.join(parts)}"


def _mark_all(
    marks: dict[int, _Mark],
    table: pd.DataFrame,
    tasks: Iterable[Task] | None,
    scorer: Scorer,
    failures: list[WorkbenchError],
    until: float | None,
) -> None:
    """Put the marks by the places of their rows, in order; a row that is not there has none.

    What is not marked by a time of the clock, or by an interrupt, is there and says so.
    """
    outcomes = table["outcome"].tolist()
    if tasks is not None:
        tasks = [*tasks]
        if not any(_can_be_marked(scorer, task) for task in tasks):  # no answer is read, whatever it is
            _check_known(table, {task.id for task in tasks})
            unread = _UNREAD - {"error"}
            marks |= {place: _never(outcome) for place, outcome in enumerate(outcomes) if outcome in unread}
            return
    can_be_marked: dict[int, bool] = {}
    read: list[tuple[int, Task]] = []
    for place, (task, outcome) in enumerate(zip(_tasks_of(table, tasks), outcomes, strict=True)):
        if outcome == "error":
            continue
        if outcome in _UNREAD:
            marks[place] = _never(outcome)
            continue
        marked = can_be_marked.get(id(task)) if tasks is not None else None
        if marked is None:
            marked = can_be_marked[id(task)] = _can_be_marked(scorer, task)
        if marked:
            marks[place] = _BROKEN_OFF
            read.append((place, task))
    if until is not None and time.monotonic() >= until:
        return
    cases = _cases(table, read, scorer)
    ended = [outcomes[place] for place, _ in read]
    told = time.monotonic()
    with contextlib.closing(_marks_of(scorer, cases, ended, failures)) as made:
        for number, ((place, _), mark) in enumerate(zip(read, made, strict=True), start=1):
            if mark is _NO_MARK:
                del marks[place]
            else:
                marks[place] = mark
            now = time.monotonic()
            if until is not None and now >= until:
                return
            if now - told >= _SECONDS_BETWEEN_LINES and not scorer.judge and number < len(read):
                told = now
                print(f"marked {number:,} of {len(read):,} answers", file=sys.stderr, flush=True)


def _cases(table: pd.DataFrame, read: Sequence[tuple[int, Task]], scorer: Scorer) -> Iterator[Case]:
    """Rows as a scorer sees them; answers that are kept elsewhere are fetched for these alone."""
    some = table.iloc[[place for place, _ in read]] if len(read) < len(table) else table
    figures = {name: _plain(some[name]) if name in some.columns else [None] * len(some) for name in scorer.measures}
    answers = some["answer"]
    for number, ((_, task), answer, absent) in enumerate(zip(read, answers, answers.isna().tolist(), strict=True)):
        measured = {name: values[number] for name, values in figures.items()}
        yield Case("" if absent else str(answer), task, measured)


def _can_be_marked(scorer: Scorer, task: Task) -> bool:
    try:
        return scorer.marks(task)
    except WorkbenchError:
        return True  # it is said where the mark is made


def _marks_of(
    scorer: Scorer, cases: Iterator[Case], outcomes: Sequence[str], failures: list[WorkbenchError]
) -> Generator[_Mark]:
    if is_known(scorer):
        with contextlib.closing(findings(scorer, cases, len(outcomes))) as made:
            for finding, outcome in zip(made, outcomes, strict=True):
                yield _mark_of(finding, outcome, failures)
        return
    ended = zip(cases, outcomes, strict=True)
    for case, outcome in ended:
        mark = _marked(scorer, case, outcome, failures)
        yield mark
        # At first alone, so that a judge that cannot be reached is asked once.
        if scorer.at_once > 1 and (mark.evidence is not None or failures):
            break
    else:
        return
    pool = ThreadPoolExecutor(scorer.at_once, thread_name_prefix="workbench-scorer")
    try:
        about = contextvars.copy_context()  # what a function asks in another thread is still paid for by this run
        yield from pool.map(lambda pair: about.copy().run(_marked, scorer, pair[0], pair[1], failures), ended)
    finally:
        # After an interrupt nothing more is begun; what is under way ends by itself.
        pool.shutdown(wait=False, cancel_futures=True)


def _marked(scorer: Scorer, case: Case, outcome: str, failures: list[WorkbenchError]) -> _Mark:
    """The mark of one answer that can have one."""
    if failures and not isinstance(failures[-1], InputError):  # a judge that cannot be reached: asking on may cost
        failures.append(failures[-1])
        return _Mark(why=f"{NOT_SCORED}: {failures[0]}")
    return _mark_of(found(scorer, case), outcome, failures)


def _mark_of(finding: Finding, outcome: str, failures: list[WorkbenchError]) -> _Mark:
    if isinstance(finding, WorkbenchError):
        failures.append(finding)
        return _Mark(why=f"{NOT_SCORED}: {finding}")
    if finding is None:
        return _NO_MARK
    correct = finding.correct
    if outcome == "answer_truncated" and not correct:
        return _never(outcome)
    return _Mark(finding.value, correct, finding.extracted, finding.why, finding.evidence, finding.sure, finding.parts)


@functools.cache
def _never(outcome: str) -> _Mark:
    return _Mark(correct=False, why=f"never answered: {outcome.replace('_', ' ')}")


def _warn_of_gaps(marks: Sequence[_Mark], rows: int, failures: Sequence[WorkbenchError]) -> None:
    """Name the rows that could not be scored, and those that got no mark although they were."""
    if failures:
        count = f"{len(failures):,} of {rows:,} rows could not be scored"
        warn(f"{count}. First: {failures[0]}")
    unmarked = [mark for mark in marks if mark.evidence is not None and mark.correct is None]
    if unmarked:
        count = f"{len(unmarked):,} of {rows:,} rows got no mark"
        warn(f"{count}. First: {unmarked[0].why}")


def _warn_of_families(scorer: Scorer, rows: pd.DataFrame) -> None:
    if scorer.judge is None or "model" not in getattr(rows, "columns", ()):
        return
    kinship = kinship_of(scorer.judge, [str(name) for name in rows["model"].dropna().unique()])
    if kinship:
        warn(kinship)


def _plain(column: pd.Series[Any]) -> list[Any]:
    """The values of a column, None for what is absent."""
    return [None if absent else value for value, absent in zip(column, column.isna(), strict=True)]


def _check_known(table: pd.DataFrame, known: Collection[str]) -> None:
    unknown = next((name for name in table["task_id"].tolist() if name not in known), None)
    if unknown is not None:
        raise InputError(f"The rows hold task {unknown!r}, which is not among the {len(known)} tasks given.")


def _tasks_of(table: pd.DataFrame, tasks: Iterable[Task] | None) -> Iterator[Task]:
    import numpy as np
    import pandas as pd

    if tasks is not None:
        known = {task.id: task for task in tasks}
        _check_known(table, known.keys())
        yield from map(known.__getitem__, table["task_id"].tolist())
        return
    core = ("task_id", "task_question", "task_target")
    names = [str(name) for name in table.columns if str(name).startswith("task_") and name not in core]
    made: dict[tuple[Any, ...], Task] = {}  # most tasks stand in several rows
    for cells in zip(*(table[name] for name in (*core, *names)), strict=True):
        identity, question, target, *extras = cells
        plain = all(type(cell) in (str, int) or cell is None or cell is pd.NA or cell is np.nan for cell in cells)
        task = made.get(cells) if plain else None
        if task is None:
            extra = {name[5:]: value for name, value in zip(names, extras, strict=True) if not _is_absent(value)}
            task = task_of_columns(str(identity), str(question), None if pd.isna(target) else str(target), extra)
            if plain:
                made[cells] = task
        yield task


def _is_absent(value: Any) -> bool:
    import pandas as pd

    return bool(pd.api.types.is_scalar(value) and pd.isna(value))
