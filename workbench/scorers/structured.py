"""Answers that should be JSON: found in the answer, checked against a schema, compared with a target."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from workbench.errors import InputError
from workbench.scorers.score import Score, Scorer, shown
from workbench.tasks.tasks import Task

_FENCE: Final = re.compile(r"^[ \t]*```[^\n`]*\n(.*?)^[ \t]*```[ \t]*$", re.MULTILINE | re.DOTALL)


def json_schema(schema: Mapping[str, Any] | bool | None = None) -> Scorer:
    """Score 1 where the answer holds JSON that fits the schema and, if the task has a target, equals it as JSON.

    Read is the whole answer, else its last fenced block, else what stands between its first and last brace. Without a
    `schema` the task's own column `schema` counts (JSON text or a mapping), and without that any JSON will do. Nothing
    is fetched: a schema that refers to another document raises InputError when the reference is met.

    >>> scorer = json_schema({"type": "object", "required": ["city"]})
    >>> scorer('{"town": "Rome"}', Task("1", "Where?")).why
    "the JSON does not fit the schema: 'city' is a required property"
    """
    if schema is not None:
        _validator(schema)

    def score(answer: str, task: Task) -> Score:
        own = task.extra.get("schema") if schema is None else schema
        validator = None if own is None else _validator(_parsed(own, f"the schema of task {task.id!r}"))
        found = _find(answer)
        if found is None:
            return Score(0.0, None, "no JSON in the answer")
        text, value = found
        from referencing.exceptions import Unresolvable

        try:
            problem = next(validator.iter_errors(value), None) if validator else None
            equal = task.target is None or _same(value, _parsed(task.target, f"the target of task {task.id!r}"))
        except Unresolvable as missing:
            raise InputError(
                f"The schema refers to {missing.ref!r}, which is not inside it; nothing is fetched."
            ) from None
        except RecursionError:
            return Score(0.0, shown(text), "the JSON is nested too deeply to be compared")
        if problem is not None:
            return Score(0.0, shown(text), f"the JSON does not fit the schema: {shown(problem.message)}")
        if not equal:
            return Score(0.0, shown(text), f"the JSON differs from the target {shown(task.target or '')}")
        return Score(1.0, shown(text), "the JSON fits" if task.target is None else "the JSON equals the target")

    return Scorer("json_schema", score, needs_target=False)


def _validator(schema: Any) -> Any:
    import jsonschema
    import referencing

    kind = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
    try:
        kind.check_schema(schema)
    except jsonschema.SchemaError as problem:
        raise InputError(f"Not a JSON schema: {problem.message}.") from None
    return kind(schema, registry=referencing.Registry())


def _find(answer: str) -> tuple[str, Any] | None:
    """The JSON in an answer, as text and as a value."""
    blocks = [match[1] for match in _FENCE.finditer(answer)]
    starts = [position for position in (answer.find("{"), answer.find("[")) if position >= 0]
    braces = answer[min(starts) : max(answer.rfind("}"), answer.rfind("]")) + 1] if starts else ""
    for text in (answer, *blocks[-1:], braces):
        try:
            return text.strip(), json.loads(text, parse_constant=_refuse)
        except (ValueError, RecursionError):
            continue
    return None


def _parsed(text: Any, what: str) -> Any:
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as problem:
        raise InputError(f"Scorer 'json_schema': {what} is not JSON: {problem}.") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _same(one: Any, other: Any) -> bool:
    """Equality as JSON has it: 1 equals 1.0, true equals only true, and the order of keys does not count."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return bool(one == other)
