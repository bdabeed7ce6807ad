"""Scorers of what a loop did: which tools it called, with what, in which order, and how it left things."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from workbench.errors import InputError
from workbench.loops.reading import trace_of
from workbench.rows.loop_traces import TRACE
from workbench.scorers.score import Score, Scorer
from workbench.scorers.structured import same_json
from workbench.tasks.task import Task

_STATE: Final = "loop_state"
_MOST_SHOWN: Final = 6


def called(tool: str, **arguments: Any) -> Scorer:
    """Right where a tool was called, ran, and was given these arguments: values, or functions that say yes or no.

    Values are compared as JSON has them: true is not 1. Arguments that are not named may be anything. A call that does
    not fit its schema, or fails, does not count.

    >>> scorer = called("book", room="blue", people=lambda number: number > 2)
    >>> trace = [{"step": 1, "calls": [{"name": "book", "arguments": '{"room": "blue", "people": 4}', "result": "ok"}]}]
    >>> score = scorer("Done.", Task("t", "?", None), {"loop_trace": json.dumps(trace)})
    >>> score.value, score.why
    (1.0, 'book was called as wanted in step 1')
    """

    def score(answer: str, task: Task, measured: Mapping[str, Any]) -> Score:
        calls = _calls(measured)
        for step, call in calls:
            if call["name"] == tool and not call.get("problem") and _fits(call, arguments):
                return _mark(True, f"{tool} was called as wanted in step {step}")
        others = [str(call.get("arguments", "{}")) for _, call in calls if call["name"] == tool]
        with_them = f" with {_words(arguments)}" if arguments else ""
        but = f"; it was called with {', '.join(others[:_MOST_SHOWN])}" if others else ""
        return _mark(False, f"{tool} was never called{with_them}{but}")

    return _scorer(f"called {tool}", score)


def never_called(*tools: str) -> Scorer:
    """Right where none of these tools was called at all.

    >>> scorer = never_called("delete")
    >>> scorer("Done.", Task("t", "?", None), {"loop_trace": '[{"step": 1, "calls": []}]'}).value
    1.0
    """
    if not tools:
        raise InputError("never_called needs the name of at least one tool")

    def score(answer: str, task: Task, measured: Mapping[str, Any]) -> Score:
        found = next(((step, call["name"]) for step, call in _calls(measured) if call["name"] in tools), None)
        if found is None:
            return _mark(True, f"none of {', '.join(tools)} was called")
        return _mark(False, f"{found[1]} was called in step {found[0]}")

    return _scorer(f"never called {' or '.join(tools)}", score)


def in_order(*tools: str) -> Scorer:
    """Right where these tools were called, and ran, in this order, whatever was called between them.

    >>> trace = [{"step": n, "calls": [{"name": name}]} for n, name in enumerate(["find", "look", "send"])]
    >>> in_order("find", "send")("", Task("t", "?", None), {"loop_trace": json.dumps(trace)}).value
    1.0
    """
    if len(tools) < 2:
        raise InputError("in_order needs the names of at least two tools")

    def score(answer: str, task: Task, measured: Mapping[str, Any]) -> Score:
        made = [call["name"] for _, call in _calls(measured) if not call.get("problem")]
        place = 0
        for name in made:
            place += place < len(tools) and name == tools[place]
        if place == len(tools):
            return _mark(True, f"{', '.join(tools)} were called in this order")
        return _mark(False, f"{tools[place]} was not called{f' after {tools[place - 1]}' if place else ''}")

    return _scorer(f"in order {', '.join(tools)}", score)


def state(function: Callable[..., Any], name: str = "state") -> Scorer:
    """Right where a function of the state that a loop left behind, and of its task, says so.

    The state is what the tools' own state function told, as JSON. The function gives True or False, or a number from
    0 to 1, or one of these and a text that says why.

    >>> scorer = state(lambda found, task: found["booked"] == task.target)
    >>> scorer("Done.", Task("t", "?", "blue"), {"loop_state": '{"booked": "blue"}'}).value
    1.0
    """

    def score(answer: str, task: Task, measured: Mapping[str, Any]) -> Score:
        text = measured.get(_STATE)
        if not isinstance(text, str):
            raise InputError("the loop left no state: let tools=function give the tools and a state function")
        said = function(json.loads(text), task)
        value, why = said if isinstance(said, tuple) else (said, "")
        if isinstance(value, bool) or value in (0, 1):
            return _mark(bool(value), why or ("the state is as wanted" if value else "the state is not as wanted"))
        if not isinstance(value, int | float) or not 0 <= value <= 1:
            raise InputError(f"the state function gave {said!r}; let it give True, False, or a number from 0 to 1")
        return Score(float(value), None, why or f"the state is {value:.0%} as wanted", "function")

    return Scorer(name, score, needs_target=False, measures=(_STATE,))


def at_most(calls: int, tool: str | None = None) -> Scorer:
    """Right where a loop made at most so many calls, of one tool or of all together.

    >>> at_most(1)("", Task("t", "?", None), {"loop_trace": '[{"calls": [{"name": "a"}, {"name": "b"}]}]'}).why
    '2 calls, and at most 1 was wanted'
    """

    def score(answer: str, task: Task, measured: Mapping[str, Any]) -> Score:
        made = sum(tool is None or call["name"] == tool for _, call in _calls(measured))
        of_it = f" of {tool}" if tool else ""
        return _mark(
            made <= calls, f"{made} calls{of_it}, and at most {calls} {'was' if calls == 1 else 'were'} wanted"
        )

    return _scorer(f"at most {calls}{f' {tool}' if tool else ''}", score)


def _scorer(name: str, score: Callable[[str, Task, Mapping[str, Any]], Score]) -> Scorer:
    return Scorer(name, score, needs_target=False, measures=(TRACE,))


def _calls(measured: Mapping[str, Any]) -> Sequence[tuple[int, dict[str, Any]]]:
    text = measured.get(TRACE)
    if not isinstance(text, str):
        raise InputError("this row is no loop, and has no trace to be checked")
    return [(step.get("step", 0), call) for step in trace_of(text) for call in step.get("calls", [])]


def _fits(call: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    try:
        given = json.loads(call.get("arguments") or "{}")
    except (ValueError, RecursionError):
        return False
    if not isinstance(given, dict):
        return False
    for name, value in wanted.items():
        if name not in given:
            return False
        if not (value(given[name]) if callable(value) else same_json(given[name], value)):
            return False
    return True


def _words(arguments: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{name}={'a fitting value' if callable(value) else repr(value)}" for name, value in arguments.items()
    )


def _mark(right: bool, why: str) -> Score:
    return Score(1.0 if right else 0.0, None, why, "function")
