"""Answers that should be JSON: found in the answer, checked against a schema, compared with a target."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, NoReturn

from workbench.base import regular_expressions as re
from workbench.base.helper import Helper, TookTooLong
from workbench.errors import InputError
from workbench.scorers.limits import LIMIT_SECONDS
from workbench.scorers.score import Score, Scorer, shown
from workbench.tasks.tasks import Task

_START: Final = re.compile(r"\{\s{0,99}[\"}]|\[\s{0,99}(?:[\[{\"\]\d-]|true|false|null)")
_MOST_STARTS: Final = 240
_VALIDATOR: Final = Helper(
    # The package of that name makes jsonschema build 38 grammars of addresses, which no schema here is checked by.
    "import sys\nsys.modules.setdefault('rfc3987_syntax', None)\nimport jsonschema, referencing\n"
    "from workbench.scorers.structured import fault as work",
    seconds=LIMIT_SECONDS,
    megabytes=2048,
)


def json_schema(schema: Mapping[str, Any] | bool | None = None) -> Scorer:
    """Score 1 where the answer holds JSON that fits the schema and, if the task has a target, equals it as JSON.

    Read is the whole answer, else the last outermost JSON value in it.
    `schema` the task's own column `schema` counts (JSON text or a mapping), and without that any JSON will do. Nothing
    is fetched: a schema that refers to another document raises InputError when the reference is met.

    >>> scorer = json_schema({"type": "object", "required": ["city"]})
    >>> scorer('{"town": "Rome"}', Task("1", "Where?")).why
    "the JSON does not fit the schema: 'city' is a required property"
    """
    if schema is not None:
        _check(schema)

    def score(answer: str, task: Task) -> Score:
        own = task.extra.get("schema") if schema is None else schema
        if own is not None and schema is None:
            own = _parsed(own, f"the schema of task {task.id!r}")
            _check(own)
        like = None if task.target is None else _parsed(task.target, f"the target of task {task.id!r}")
        found = _find(answer, like)
        if found is None:
            return Score(0.0, None, "no JSON in the answer")
        text, value = found
        sure = not _breaks_off(answer[answer.rfind(text) + len(text) :])
        try:
            problem = None if own is None else _fault(own, text)
            equal = task.target is None or same_json(value, like)
        except RecursionError:
            return Score(0.0, shown(text), "the JSON is nested too deeply to be compared", "json")
        except TookTooLong as limit:
            return Score(
                0.0, shown(text), f"comparing the JSON with the schema: {limit}; make the schema simpler", "json"
            )
        if problem is not None:
            return Score(0.0, shown(text), f"the JSON does not fit the schema: {shown(problem)}", "json")
        if not equal:
            return Score(0.0, shown(text), f"the JSON differs from the target {shown(task.target or '')}", "json")
        why = "the JSON fits" if task.target is None else "the JSON equals the target"
        return Score(1.0, shown(text), why if sure else f"{why}; another one after it breaks off", "json", sure)

    return Scorer("json_schema", score, needs_target=False)


def _check(schema: Any) -> None:
    """Raise InputError for what is no schema."""
    try:
        problem = _VALIDATOR.ask(_text_of(schema), None)
    except TookTooLong as limit:
        raise InputError(f"The JSON schema cannot be checked: {limit}.") from None
    if problem is not None:
        raise InputError(f"Not a JSON schema: {problem['message']}.") from None


def _text_of(schema: Any) -> str:
    try:
        return json.dumps(schema)
    except (TypeError, ValueError, RecursionError) as problem:
        raise InputError(f"Not a JSON schema: {problem}.") from None


def _fault(schema: Any, text: str) -> str | None:
    """What is wrong with JSON by a schema; None where it fits."""
    problem = _VALIDATOR.ask(_text_of(schema), text)
    if problem is None:
        return None
    if problem["kind"] == "reference":
        raise InputError(f"The schema refers to {problem['message']!r}, which is not inside it; nothing is fetched.")
    if problem["kind"] == "depth":
        raise RecursionError
    return str(problem["message"])


def fault(schema_text: str, text: str | None) -> dict[str, str] | None:
    """In the child: what is wrong with a schema, or with JSON by that schema; None where nothing is."""
    try:
        validator = _validator_of(schema_text)
    except _NoSchemaError as wrong:
        return {"kind": "schema", "message": str(wrong)}
    if text is None:
        return None
    from referencing.exceptions import Unresolvable

    try:
        problem = next(validator.iter_errors(json.loads(text)), None)
    except Unresolvable as missing:
        return {"kind": "reference", "message": str(missing.ref)}
    except RecursionError:
        return {"kind": "depth", "message": ""}
    return None if problem is None else {"kind": "misfit", "message": problem.message}


class _NoSchemaError(Exception):
    pass


@functools.lru_cache(maxsize=64)
def _validator_of(schema_text: str) -> Any:
    import jsonschema
    import referencing

    schema = json.loads(schema_text)
    kind = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
    try:
        kind.check_schema(schema)
    except (jsonschema.SchemaError, RecursionError) as problem:
        raise _NoSchemaError(getattr(problem, "message", "it is nested too deeply")) from None
    return kind(schema, registry=referencing.Registry())


def _find(answer: str, like: Any = None) -> tuple[str, Any] | None:
    """The JSON in an answer, as text and value: the whole, or the last outermost value; the target's kind first.

    Only the first and last hundreds of braces are tried, so that time stays linear.
    """
    with suppress(ValueError, RecursionError):
        return answer.strip(), json.loads(answer, parse_constant=_refuse)
    decoder = json.JSONDecoder(parse_constant=_refuse)
    found: list[tuple[str, Any]] = []
    starts = [match.start() for match in _START.finditer(answer)]
    if len(starts) > _MOST_STARTS:  # each that fails costs a walk through the text
        starts = [*starts[: _MOST_STARTS // 4], *starts[-3 * _MOST_STARTS // 4 :]]
    reached = 0
    for start in starts:
        if start < reached:
            continue
        with suppress(ValueError, RecursionError):
            value, reached = decoder.raw_decode(answer, start)
            found.append((answer[start:reached], value))
    if not found:
        return None
    objects = [
        pair
        for pair in found
        if isinstance(pair[1], dict)
        or (isinstance(pair[1], list) and any(isinstance(each, dict | list | str) for each in pair[1]))
    ]
    alike = [pair for pair in found if like is not None and isinstance(pair[1], type(like))]
    if like is not None and isinstance(like, list):
        return (alike or objects or found)[-1]
    return (objects or alike or found)[-1]


def _breaks_off(rest: str) -> bool:
    """Whether another object is begun and never ended: `… better is {"answer": 51`."""
    return rest.rfind("{") > rest.rfind("}")


def _parsed(text: Any, what: str) -> Any:
    if not isinstance(text, str):
        return text
    try:
        return json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError) as problem:
        raise InputError(f"Scorer 'json_schema': {what} is not JSON: {problem}.") from None


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def same_json(one: Any, other: Any) -> bool:
    """Equality as JSON has it: 1 equals 1.0, true equals only true, and the order of keys does not count.

    >>> same_json({"on": 1}, {"on": 1.0}), same_json({"on": 1}, {"on": True})
    (True, False)
    """
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same_json(value, other[key]) for key, value in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same_json, one, other))
    return bool(one == other)
