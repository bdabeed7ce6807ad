"""The final answer of a loop against a schema: what does not fit is said, once, to the model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from workbench.errors import InputError
from workbench.loops.tools import untitled
from workbench.scorers.structured import json_schema
from workbench.tasks.task import Task


def schema_of(wanted: Any) -> Mapping[str, Any] | None:
    """The JSON schema that a final answer is asked to fit: given as one, or as a type that pydantic knows.

    >>> schema_of({"type": "integer"}), schema_of(list[int])["items"]
    ({'type': 'integer'}, {'type': 'integer'})
    """
    if wanted is None or isinstance(wanted, Mapping):
        return wanted
    from pydantic import TypeAdapter
    from pydantic.errors import PydanticSchemaGenerationError, PydanticUserError

    try:
        found: Mapping[str, Any] = untitled(TypeAdapter(wanted).json_schema())
    except (PydanticSchemaGenerationError, PydanticUserError, TypeError) as error:
        raise InputError(f"answer_schema is {wanted!r}; give a JSON schema, or a type that has one ({error})") from None
    return found


def checker(wanted: Any) -> Callable[[str], str] | None:
    """A function that says what is wrong with an answer, in words, and nothing where it fits.

    >>> checker({"type": "object", "required": ["sum"]})('{"sum": 3}')
    ''
    """
    schema = schema_of(wanted)
    if schema is None:
        return None
    scorer = json_schema(schema)

    def check(answer: str) -> str:
        score = scorer(answer, Task("answer", "?", None))
        return "" if score.correct else score.why

    return check
