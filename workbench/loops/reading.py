"""Rows of loops read step by step: a table of steps, and where two loops part."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from workbench.errors import InputError
from workbench.loops.calling import INVALID
from workbench.loops.loop import Loop, canonical
from workbench.rows.configurations import configuration_columns
from workbench.rows.loop_traces import TRACE, Trace, parsed
from workbench.rows.table import checked
from workbench.show.markdown import visible

if TYPE_CHECKING:
    import pandas as pd


def trace_of(one: Any) -> Trace:
    """The steps of a loop, of a row, or of the text in its column; raises `InputError` for what holds none.

    >>> trace_of('[{"step": 1}]')
    [{'step': 1}]
    """
    if isinstance(one, Loop):
        return one.trace()
    text = one
    if not isinstance(one, str):
        if hasattr(one, "columns"):
            if len(one) != 1:
                raise InputError(f"a trace is that of one row, and these are {len(one)}; take one, as rows.iloc[0]")
            one = one.iloc[0]
        text = one.get(TRACE) if hasattr(one, "get") else None
    if not isinstance(text, str):
        raise InputError("there is no trace here: give what wb.loops.run gave, or a row of wb.loops.sweep")
    return parsed(text)


def steps(rows: pd.DataFrame | Loop) -> pd.DataFrame:
    """One line a step: what was said and called in it, its tokens, dollars and seconds, and to which row it belongs.

    `prompt_tokens` by step shows whether a provider counts the thinking that goes back; `cached_prompt_tokens` whether
    its cache of the beginning held. Raises `InputError` for rows that are no loops.

    >>> import json
    >>> from workbench.rows.table import frame
    >>> trace = [{"step": 1, "calls": [{"name": "look", "result": "dark"}]}, {"step": 2, "answer": "It is dark."}]
    >>> rows = frame([{"task_id": "a", "model": "m", "loop_trace": json.dumps(trace)}])
    >>> steps(rows)[["step", "tools"]].to_dict("list")
    {'step': [1, 2], 'tools': ['look', '']}
    """
    import pandas as pd

    if isinstance(rows, Loop):
        return pd.DataFrame([_line(step) for step in rows.trace()]).convert_dtypes()
    table = checked(rows, "task_id", TRACE)
    names = [*dict.fromkeys(["task_id", *configuration_columns(table), *(["sample"] if "sample" in table else [])])]
    lines = []
    for record in table[[*names, TRACE]].to_dict("records"):
        if isinstance(record[TRACE], str):
            place = {name: record[name] for name in names}
            lines += [{**place, **_line(step)} for step in trace_of(record[TRACE])]
    return pd.DataFrame(lines).convert_dtypes()


def _line(step: Mapping[str, Any]) -> dict[str, Any]:
    calls = step.get("calls", [])
    return {
        "step": step.get("step"),
        "tools": ", ".join(str(call.get("name")) for call in calls),
        "calls": len(calls),
        "invalid_calls": sum(call.get("problem") in INVALID for call in calls),
        "repeated_calls": sum(bool(call.get("again")) for call in calls),
        **{name: step.get(name) for name in ("prompt_tokens", "cached_prompt_tokens", "completion_tokens")},
        **{name: step.get(name) for name in ("thinking_tokens", "usd", "seconds")},
        "tool_seconds": max((call.get("seconds", 0.0) for call in calls), default=0.0),
        "thinking": step.get("thinking"),
        "answer": step.get("answer"),
        "note": step.get("note"),
        "key": step.get("key"),
    }


@dataclass(frozen=True)
class Difference:
    """Where two loops part: in which step, in what, and what each did there.

    `what` is `calls`, `results`, `answer`, `thinking`, or `end` where one of them has no such step.
    """

    step: int
    what: str
    a: str
    b: str

    def __str__(self) -> str:
        return visible(f"they part at step {self.step}, in the {self.what}: {self.a!r} and {self.b!r}")


def first_difference(a: Any, b: Any, *, thinking: bool = False) -> Difference | None:
    """Tell at which step two loops part, and in what; None where they are the same to the end.

    Takes loops, or rows of loops. Calls are compared by name and arguments, however these are written, then results,
    then answers, and the thinking only where asked: two draws hardly ever think in the same words.

    >>> one = '[{"step": 1, "calls": [{"name": "look", "arguments": "{}", "result": "dark"}]}]'
    >>> print(first_difference(one, one.replace("dark", "light")))
    they part at step 1, in the results: 'dark' and 'light'
    >>> first_difference(one, one) is None
    True
    """
    for number, (one, other) in enumerate(itertools.zip_longest(trace_of(a), trace_of(b)), 1):
        if one is None or other is None:
            return Difference(number, "end", *("it has ended" if not x else _shown(x) for x in (one, other)))
        for what, told in _ASPECTS.items():
            if (what != "thinking" or thinking) and told(one) != told(other):
                shown = _shown if what == "calls" else told
                return Difference(number, what, shown(one), shown(other))
    return None


def differences(rows: pd.DataFrame, a: Any, b: Any, *, by: str = "model") -> pd.DataFrame:
    """One line a task and sample that two configurations share: the step at which their loops part, and in what.

    `a` and `b` are values of the column `by`. Raises `InputError` where a value is not among the rows.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"task_id": "t", "model": name, "sample": 0, "loop_trace": '[{"step": 1, "answer": "%s"}]' % name}
    ...               for name in ("m", "n")])
    >>> differences(rows, "m", "n")[["task_id", "step", "what"]].values.tolist()
    [['t', 1, 'answer']]
    """
    import pandas as pd

    table = checked(rows, "task_id", by, TRACE)
    found: dict[Any, dict[Any, str]] = {}
    for value in (a, b):
        part = table[(table[by] == value).fillna(False)]
        if not len(part):
            raise InputError(
                f"no row has {by} {value!r}; these do: {', '.join(map(repr, table[by].dropna().unique()))}"
            )
        samples = part["sample"] if "sample" in part else [0] * len(part)
        found[value] = dict(zip(zip(part["task_id"], samples, strict=True), part[TRACE], strict=True))
    lines = []
    for place in found[a].keys() & found[b].keys():
        if isinstance(found[a][place], str) and isinstance(found[b][place], str):
            parted = first_difference(found[a][place], found[b][place])
            told = {"step": None, "what": "nothing", "a": "", "b": ""} if parted is None else vars(parted)
            lines.append({"task_id": place[0], "sample": place[1], **told})
    columns = ["task_id", "sample", "step", "what", "a", "b"]
    return pd.DataFrame(lines, columns=columns).sort_values(["task_id", "sample"], ignore_index=True).convert_dtypes()


def _calls(step: Mapping[str, Any]) -> str:
    return "; ".join(f"{call['name']}({canonical(call.get('arguments', ''))})" for call in step.get("calls", []))


def _results(step: Mapping[str, Any]) -> str:
    return "\n".join(str(call.get("result", "")) for call in step.get("calls", []))


def _shown(step: Mapping[str, Any]) -> str:
    return _calls(step) or str(step.get("answer", ""))


_ASPECTS: Final[Mapping[str, Callable[[Mapping[str, Any]], str]]] = {
    "thinking": lambda step: str(step.get("thinking", "")),
    "calls": _calls,
    "results": _results,
    "answer": lambda step: str(step.get("answer", "")) if not step.get("calls") else "",
}
