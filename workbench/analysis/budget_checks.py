"""Does a budget curve agree with real calls at smaller caps: those the rows hold already, or a few bought for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from workbench.analysis.comparison import compare
from workbench.analysis.cuts import UncutRun
from workbench.errors import CallError, ConfigError, InputError
from workbench.rows.derived import derived
from workbench.rows.standing import NEVER, RIGHT
from workbench.rows.table import DTYPES, frame
from workbench.scorers.rescoring import rescore
from workbench.scorers.score import Scorer
from workbench.show import figures
from workbench.show.figures import points
from workbench.tasks.prompts import Prompt, load_prompts
from workbench.tasks.sent import task_of_columns
from workbench.tasks.tasks import Task

_PART: Final = "part"
_CUT, _REAL = "cut from the largest cap", "asked for real"


def observed(rows: pd.DataFrame, run: UncutRun) -> list[tuple[int, pd.DataFrame]]:
    """The rows of the same configuration at smaller caps, by cap."""
    mine = ~derived(rows)
    for name, value in run.values.items():
        column = rows[name]
        mine &= (column.isna() if figures.absent(value) else (column == value).fillna(False)).to_numpy(bool)
    caps = rows["max_tokens"][mine].dropna().unique()
    return [
        (int(cap), rows[mine & (rows["max_tokens"] == cap).fillna(False).to_numpy(bool)])
        for cap in sorted(caps)
        if run.largest is None or cap < run.largest
    ]


def buy(
    run: UncutRun,
    cap: int,
    asker: Callable[..., Any],
    prompts: Any,
    scorer: Any,
    params: Mapping[str, Any] | None,
    most_tasks: int,
) -> tuple[int, pd.DataFrame]:
    """Ask some of the run's tasks for real at a cap; the answers are scored like the others."""
    prompt = _prompt_of(run, prompts)
    once = run.rows.drop_duplicates("task_id")
    chosen = once.sample(n=min(most_tasks, len(once)), random_state=0)
    options = {**(params or {}), **run.parameters}
    records = []
    for line in chosen.to_dict("records"):
        sample = 0 if figures.absent(line.get("sample")) else int(line["sample"])
        messages = prompt.render(_task(line))
        kept = {str(name): value for name, value in line.items() if str(name).startswith("task_")}
        record = {**kept, "model": run.values.get("model"), "max_tokens": cap, "sample": sample}
        try:
            reply = asker(messages, model=run.values.get("model"), max_tokens=cap, sample=sample, **options)
        except ConfigError:
            raise
        except CallError as problem:
            records.append(
                {**record, "outcome": "error", "error": type(problem).__name__, "error_message": str(problem)}
            )
            continue
        outcome = getattr(reply, "outcome", None) or ("answered" if reply.answer else "empty")
        records.append({**record, "outcome": outcome, "answer": reply.answer or None})
    return cap, rescore(frame(records), scorer)


def agreement(run: UncutRun, cap: int, real: pd.DataFrame, scorer: Scorer | None) -> dict[str, Any]:
    """Set the curve beside real calls of the same tasks."""
    standing = run.at(cap, scorer).standing
    cut = run.rows.reindex(columns=["task_id", "task_target", "sample"]).assign(
        outcome=np.where(standing == NEVER, "thinking_exhausted", "answered"),
        correct=pd.array(standing == RIGHT, dtype="boolean"),
    )
    real = real.reindex(columns=list(cut.columns))
    both = pd.concat([cut.assign(**{_PART: _CUT}), real.assign(**{_PART: _REAL})], ignore_index=True)
    found = compare(both, _CUT, _REAL, on=_PART)
    if not found.tasks:
        finding = f"{run.name} at {cap:,}: no real call to compare with."
    else:
        low, high = points(found.interval.low, signed=True, unit=False), points(found.interval.high, signed=True)
        finding = (
            f"{run.name} at {cap:,}: {found.b.calls:,} real calls gave {figures.percent(found.b.accuracy)} right, the "
            f"curve says {figures.percent(found.a.accuracy)} of the same {found.tasks:,} tasks "
            f"({'they disagree' if found.decisive else 'no disagreement found'}; difference {low} to {high})."
        )
    return {
        **run.values,
        "max_tokens": cap,
        "tasks": found.tasks,
        "calls": found.b.calls,
        "curve": found.a.accuracy,
        "observed": found.b.accuracy,
        "difference": found.difference,
        "low": found.interval.low,
        "high": found.interval.high,
        "p": found.p,
        "agrees": not found.decisive if found.tasks else None,
        "finding": finding,
    }


def _prompt_of(run: UncutRun, prompts: Any) -> Prompt:
    known = load_prompts(prompts)
    name = run.values.get("prompt")
    if figures.absent(name) and len(known) == 1:
        return next(iter(known.values()))
    if name not in known:
        raise InputError(
            f"To ask again, the prompt {name!r} is needed: hand over the prompts of the sweep as prompts={{...}}. "
            f"Given: {', '.join(known)}."
        )
    return known[name]


def _task(line: Mapping[Any, Any]) -> Task:
    question, target = line.get("task_question"), line.get("task_target")
    if figures.absent(question):
        raise InputError(f"Task {line['task_id']!r} cannot be asked again: the rows lack its task_question.")
    extra = {
        str(name).removeprefix("task_"): value
        for name, value in line.items()
        if str(name).startswith("task_") and name not in DTYPES and not figures.absent(value)
    }
    return task_of_columns(str(line["task_id"]), str(question), None if figures.absent(target) else str(target), extra)
