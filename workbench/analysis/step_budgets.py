"""Loops cut at a budget of steps, and the curve of what every budget would give."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from workbench.errors import InputError
from workbench.rows.loop_traces import TRACE, Trace, parsed
from workbench.rows.table import checked

if TYPE_CHECKING:
    import pandas as pd

_MOST_BUDGETS: Final = 16


def within_steps(rows: pd.DataFrame, budgets: Iterable[int]) -> pd.DataFrame:
    """The same loops as they would have been with fewer steps: one row for each and each budget, in `max_steps`.

    A model does not see how many steps it has, so a loop that is cut is the loop that a smaller `max_steps` would have
    given: one that needed more is `out_of_steps`, with the tokens, dollars and seconds of the steps it had. The rows
    are `derived`; `wb.summary`, `wb.compare` and `wb.plots` tell success within so many steps from them.

    >>> from workbench.rows.table import frame
    >>> trace = json.dumps([{"step": 1, "usd": 0.2}, {"step": 2, "usd": 0.3}])
    >>> rows = frame([{"task_id": "a", "outcome": "answered", "correct": True, "loop_steps": 2, "loop_trace": trace}])
    >>> within_steps(rows, [1, 2])[["max_steps", "outcome", "usd"]].values.tolist()
    [[1, 'out_of_steps', 0.2], [2, 'answered', 0.5]]
    """
    import pandas as pd

    asked = [*budgets]
    if not asked or any(isinstance(one, bool) or not isinstance(one, int) or one < 1 for one in asked):
        raise InputError(f"budgets is {asked!r}; give numbers of steps, such as [5, 10, 20]")
    if sorted({*asked}) != sorted(asked):
        raise InputError(f"budgets is {asked!r}; give each number once")
    table = checked(rows, "task_id", "outcome", "correct", "loop_steps", TRACE)
    if "max_steps" in table and (table["max_steps"].dropna() < max(asked)).any():
        raise InputError(f"some of these loops had fewer than {max(asked)} steps; cut them at no more than they had")
    cut = []
    for budget in asked:
        lines = [_cut(record, budget) for record in table.to_dict("records")]
        part = pd.DataFrame(lines, columns=[*table.columns, *([] if "max_steps" in table else ["max_steps"])])
        for name in table.columns:
            part[name] = part[name].astype(table[name].dtype)
        cut.append(part)
    return pd.concat(cut, ignore_index=True)


def _cut(record: Mapping[Any, Any], budget: int) -> dict[Any, Any]:
    import pandas as pd

    told = {**record, "max_steps": budget, "derived": True, "usd_spent": 0.0}
    taken = record["loop_steps"]
    if record["outcome"] == "error" or pd.isna(taken):
        return told
    trace = parsed(record[TRACE])
    sums = {name: _sum(trace[:budget], name) for name in _SUMMED if name in record}
    if taken <= budget:
        return {**told, **{"usd": sums["usd"]}} if "usd" in sums and sums["usd"] is not None else told
    calls = [call for step in trace[:budget] for call in step.get("calls", [])]
    return {
        **told,
        **{name: pd.NA if value is None else value for name, value in sums.items()},
        **{name: pd.NA for name in ("answer", "extracted", "score", "evidence", "sure") if name in record},
        "outcome": "out_of_steps",
        "correct": False,
        "why": "never answered: out of steps",
        "loop_steps": budget,
        **({"loop_calls": len(calls)} if "loop_calls" in record else {}),
        TRACE: json.dumps(trace[:budget]),
    }


_SUMMED: Final = ("prompt_tokens", "cached_prompt_tokens", "completion_tokens", "thinking_tokens", "usd", "seconds")


def _sum(trace: Trace, name: str) -> Any:
    values: list[Any] = [step.get(name) for step in trace]
    if any(value is None for value in values):
        return None
    beside = sum(max((call.get("seconds", 0.0) for call in step.get("calls", [])), default=0.0) for step in trace)
    return round(sum(values), 9) + (beside if name == "seconds" else 0)


def budgets_of(rows: pd.DataFrame) -> list[int]:
    """Budgets in a geometric range, up to the longest loop of the rows.

    >>> from workbench.rows.table import frame
    >>> budgets_of(frame([{"task_id": "a", "loop_steps": 20}]))
    [1, 2, 3, 4, 5, 6, 7, 9, 11, 13, 16, 20]
    """
    import numpy as np

    longest = int(rows["loop_steps"].max())
    spread = np.geomspace(1, longest, min(longest, _MOST_BUDGETS))
    return sorted({*spread.round().astype(int).tolist(), longest})


def is_of_loops(rows: Any) -> bool:
    """Whether rows hold loops: then a budget is one of steps."""
    return hasattr(rows, "columns") and {TRACE, "loop_steps"} <= {*rows.columns} and bool(rows[TRACE].notna().any())
