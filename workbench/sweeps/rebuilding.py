"""The rows of a run from its parts: its calls by their keys, its tasks, and the replies that are kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from workbench.asking.money import Purse
from workbench.cache.kept import Cache, current
from workbench.cache.rereading import read_reply
from workbench.errors import InputError, WorkbenchError, warn
from workbench.history.records import Run, calls_of, damaged, parsed_tasks, tasks_of
from workbench.providers.models import resolve
from workbench.providers.prices import UNKNOWN, Cost
from workbench.replies.cutting import ESTIMATED, cut
from workbench.replies.reply import Record, Reply
from workbench.rows import about
from workbench.rows.configurations import EFFORT, parameter_column
from workbench.rows.growing import GrowingRows
from workbench.scorers.score import AnyScorer
from workbench.sweeps.caps import cost_of_cut, shortened
from workbench.sweeps.judging import Judging
from workbench.sweeps.kept_loops import LOOPS, mark_of, unfolded
from workbench.sweeps.rows import APART, findings, of_task
from workbench.tasks.packing import unpacked
from workbench.tasks.sent import task_of_columns
from workbench.tasks.task import Task

if TYPE_CHECKING:
    import pandas as pd

_AT_ONCE = 500


def rows_of(run: Run, *, scorer: AnyScorer = None) -> pd.DataFrame:
    """The rows of a remembered run, from the store."""
    columns, told, failures = calls_of(run)
    tasks = tasks_from(parsed_tasks(tasks_of(run), f"the tasks of the run {run.name!r}"))
    cache = current()
    records: dict[str, Record] = {}
    loops = unfolded(run, cache) if LOOPS in told else None
    keys = [] if loops is not None else keys_of_replies(columns, failures)
    for start in range(0, len(keys), _AT_ONCE):
        records.update(cache.lookup_many(keys[start : start + _AT_ONCE]))
    return rebuilt(run, columns, told, failures, tasks, records, cache, scorer, loops)


def keys_of_replies(columns: Mapping[str, list[Any]], failures: Mapping[str, Any]) -> list[str]:
    """Under which keys the replies of a run lie: those of its cells, and of what answered in their place."""
    others = (_apart(told).get("key") for told in failures.values())
    return list(dict.fromkeys([*columns["key"], *(key for key in others if isinstance(key, str))]))


def _apart(told: Any) -> dict[str, Any]:
    """What a run remembers of a row that holds another reply than that of its cell; empty for any other."""
    found = told.get(APART) if isinstance(told, dict) else None
    return found if isinstance(found, dict) else {}


def rebuilt(
    run: Run,
    columns: Mapping[str, list[Any]],
    told: Mapping[str, Any],
    failures: Mapping[str, Any],
    tasks: Mapping[str, Task],
    records: Mapping[str, Record],
    cache: Cache,
    scorer: AnyScorer,
    loops: Mapping[str, dict[str, Any]] | None = None,
) -> pd.DataFrame:
    """The rows of a run from its parts, scored."""
    rows = GrowingRows(run.calls)
    forgotten = 0
    for place in range(run.calls):
        configuration = {name: values[place] for name, values in columns.items()}
        task = tasks.get(str(configuration["task_id"]))
        if task is None:
            raise damaged(f"the run {run.name!r}", f"it has no task {configuration['task_id']!r}")
        record = records.get(configuration["key"])
        failure = failures.get(configuration["key"])
        apart = _apart(failure)
        if apart:
            record, failure = records.get(str(apart.get("key"))), None
        derived = bool(configuration.setdefault("derived", False))
        if loops is not None:
            if (found := loops.get(mark_of(configuration, told[LOOPS]), {})) == {}:
                continue  # it has not ended
        elif record is not None and derived:
            found = {**findings(_cut_again(record, int(configuration["max_tokens"]))), "attempts": 0}
        elif record is not None:
            found = {**findings(read_reply(record)), **apart}
        elif isinstance(failure, dict):
            found = {"usd_spent": 0.0, "cached": False, **failure, "outcome": "error"}
        else:
            forgotten += run.state == "done"
            continue
        rows.put(place, {"run": run.run, **of_task(task), **configuration, **found})
    about.remember(run.run, told)
    parameters = [parameter_column(name) for name in run.parameters if name != EFFORT]
    table = rows.frame(parameters)
    if not len(table):
        raise InputError(f"nothing of the run {run.name!r} is kept here: it was asked of another store, or forgotten")
    if forgotten:
        warn(f"{forgotten:,} replies of {run.name!r} are kept no more, and no rows")
    if run.own_scorer and scorer is None:
        warn(f"{run.name!r} was marked by a function of your own, which no file holds; give it: open_run(…, scorer=…)")
        return table
    named = None if run.scorer is None else run.scorer[0] if len(run.scorer) == 1 else list(run.scorer)
    judging = Judging(cache, Purse(0.0))
    return judging.rescore(table, judging.scorer(named if scorer is None else scorer), list(tasks.values()))


def _cut_again(record: Record, cap: int) -> Reply:
    """The reply that a sweep cut from a larger one, and what it would cost where its provider is still known."""
    reply = read_reply(record)
    shorter = cut(reply, cap)
    try:
        target = resolve(str(record["request"]["model_id"]))
    except WorkbenchError:
        cost = UNKNOWN if shorter.saved_tokens and reply.usd else Cost(reply.usd, reply.usd_source)
    else:
        cost = cost_of_cut(reply, shorter, target, record["request"]["body"])
    found = read_reply(shortened(reply, shorter, record["request"], cost))
    return replace(found, warnings=(*found.warnings, ESTIMATED)) if shorter.estimated else found


def tasks_from(records: list[dict[str, Any]]) -> dict[str, Task]:
    """Kept tasks as tasks, by their ids."""
    found = {}
    for record in records:
        try:
            cells = {str(name): unpacked(value) for name, value in record.get("columns", ())}
            target = record.get("target")
            found[record["id"]] = task_of_columns(
                record["id"], record["question"], None if target is None else str(target), cells
            )
        except (KeyError, TypeError, ValueError, ArithmeticError, AttributeError) as error:
            raise damaged(f"the task {record['id']!r}", str(error)) from None
    return found
