"""Rows of loops as they are remembered, and back: what was thought in each step stays with the replies alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from workbench.cache.kept import Cache
from workbench.cache.rereading import read_reply
from workbench.history.loops import loops_of
from workbench.history.records import Run

TRACE: Final = "loop_trace"
LOOPS: Final = "loops"
"""In what is known of a run: the names of the arms of its loops."""

_AT_ONCE: Final = 500
_OF_THE_MOMENT: Final = ("usd_spent", "cached", "thinking", TRACE)


def mark_of(row: Mapping[str, Any], arms: Iterable[str]) -> str:
    """What tells a loop from the others of its run: its task, its first request, its arms.

    >>> mark_of({"task_id": "a", "key": "k", "max_steps": 3}, ["max_steps"])
    '["a","k",3]'
    """
    return json.dumps([row.get("task_id"), row.get("key"), *map(row.get, arms)], separators=(",", ":"), default=str)


def folded(mark: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """What is written of a row: all that is not of the moment, its steps without their thinking."""
    kept = {name: value for name, value in found.items() if name not in _OF_THE_MOMENT and value is not None}
    trace = json.loads(found.get(TRACE) or "[]")
    steps = [{name: value for name, value in step.items() if name not in ("thinking", "kept")} for step in trace]
    return {"mark": mark, "found": kept, "trace": steps}


def unfolded(run: Run, cache: Cache) -> dict[str, dict[str, Any]]:
    """What the rows of a run's loops say, by their marks; what was thought comes from the replies that are kept."""
    told = {str(each.get("mark")): each for each in loops_of(run)}  # of one that was run again, the last
    keys = [step["key"] for each in told.values() for step in each.get("trace", ()) if step.get("key")]
    thoughts: dict[str, str] = {}
    wanted = list(dict.fromkeys(keys))
    for start in range(0, len(wanted), _AT_ONCE):
        for key, record in cache.lookup_many(wanted[start : start + _AT_ONCE]).items():
            thoughts[key] = read_reply(record).thinking
    return {mark: _row(each, thoughts) for mark, each in told.items()}


def _row(told: Mapping[str, Any], thoughts: Mapping[str, str]) -> dict[str, Any]:
    steps = []
    for step in told.get("trace", ()):
        thought = thoughts.get(step.get("key", ""))
        steps.append({"step": step.get("step"), **({"thinking": thought} if thought else {}), **step, "kept": True})
    thinking = "\n\n".join(step["thinking"] for step in steps if "thinking" in step)
    trace = json.dumps(steps, ensure_ascii=False, separators=(",", ":")) if steps else None
    return {**told["found"], "thinking": thinking or None, TRACE: trace, "usd_spent": 0.0, "cached": bool(steps)}
