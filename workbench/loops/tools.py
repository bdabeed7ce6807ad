"""Tools: plain functions with type hints and docstrings, or anything with a schema, as a model is told of them."""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, overload

from workbench.base import regular_expressions as re
from workbench.errors import InputError

SECONDS: Final = 60.0
"""How long a tool may take, unless it says otherwise."""

MOST_CHARACTERS: Final = 20_000
"""How much of a result a model is shown, unless the tool says otherwise."""

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True)
class Tool:
    """One tool: how a model is told of it, what is called, and what is to be heeded.

    `parameters` is a JSON schema of an object; the function gets its properties as keywords. `effect` says that a call
    changes something outside: it is never made twice for one step. `keep` says that a kept result is taken rather than
    the function called again. `seconds` is the limit for one call, `most_characters` what of a result is shown.
    """

    name: str
    description: str
    parameters: Mapping[str, Any]
    function: Callable[..., Any] = field(repr=False)
    effect: bool = False
    keep: bool = False
    seconds: float = SECONDS
    most_characters: int = MOST_CHARACTERS

    def __call__(self, *values: Any, **named: Any) -> Any:
        return self.function(*values, **named)

    @functools.cached_property
    def schema_text(self) -> str:
        """The schema of its parameters as JSON."""
        return json.dumps(self.parameters, sort_keys=True)

    @property
    def schema(self) -> dict[str, Any]:
        """What a request says of it."""
        told = {"name": self.name, "description": self.description, "parameters": dict(self.parameters)}
        return {"type": "function", "function": told}


@overload
def tool(function: Callable[..., Any]) -> Tool: ...


@overload
def tool(
    *,
    name: str | None = None,
    description: str | None = None,
    effect: bool = False,
    keep: bool = False,
    seconds: float = SECONDS,
    most_characters: int = MOST_CHARACTERS,
) -> Callable[[Callable[..., Any]], Tool]: ...


def tool(function: Callable[..., Any] | None = None, **told: Any) -> Any:
    """Make a function a tool that says more than its hints: an effect, a limit in seconds, another name.

    A plain function needs none of this. Its docstring is what the model is told of it; a parameter is described by
    `Annotated[int, pydantic.Field(description="in days")]`. Raises `InputError` for a function that cannot be a tool.

    >>> @tool(effect=True, seconds=5)
    ... def send(to: str, text: str, copies: int = 1) -> str:
    ...     "Send a letter."
    ...     return f"sent to {to}"
    >>> send.name, send.effect, send.parameters["required"], send("Ada", "Hi")
    ('send', True, ['to', 'text'], 'sent to Ada')
    """
    if function is None:
        return functools.partial(_made, **told)
    return _made(function, **told)


def _made(
    function: Callable[..., Any],
    *,
    name: str | None = None,
    description: str | None = None,
    effect: bool = False,
    keep: bool = False,
    seconds: float = SECONDS,
    most_characters: int = MOST_CHARACTERS,
) -> Tool:
    if not isinstance(seconds, int | float) or isinstance(seconds, bool) or not 0 < seconds < float("inf"):
        raise InputError(f"seconds is {seconds!r}; give the limit of one call of the tool, such as 30")
    if not isinstance(most_characters, int) or most_characters < 100:
        raise InputError(f"most_characters is {most_characters!r}; give at least 100")
    known_as = name or str(getattr(function, "__name__", type(function).__name__))
    adapter, parameters = _arguments(function, known_as)
    return Tool(
        _checked(known_as),
        description if description is not None else inspect.getdoc(function) or "",
        parameters,
        _converting(function, adapter),
        effect,
        keep or effect,
        float(seconds),
        most_characters,
    )


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise InputError(f"a tool cannot be called {name!r}: providers take letters, digits, _ and -, 64 at the most")
    return name


def _arguments(function: Callable[..., Any], name: str) -> tuple[Any, Mapping[str, Any]]:
    """Pydantic's reader of a function's arguments, as one object that takes no others, and the schema of that."""
    from typing import NotRequired

    from typing_extensions import get_type_hints

    try:
        parameters = inspect.signature(function).parameters.values()
        plain = function if inspect.isroutine(function) or isinstance(function, type) else type(function).__call__
        hints = get_type_hints(plain, include_extras=True)
    except (TypeError, ValueError, NameError) as error:
        raise InputError(f"{name!r} cannot be a tool: its signature cannot be read ({error})") from None
    fields: dict[str, Any] = {}
    for parameter in parameters:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY):
            raise InputError(
                f"{name!r} cannot be a tool: its parameter {str(parameter)!r} has no name that a model could use; "
                "name every parameter"
            )
        hint = hints.get(parameter.name, Any)
        fields[parameter.name] = hint if parameter.default is parameter.empty else NotRequired[hint]
    told = tuple(fields.items())
    try:
        return _reader(name, told, repr(told))
    except TypeError:  # a hint that has no hash, such as one with a description
        return _reader.__wrapped__(name, told, "")


@functools.lru_cache(256)
def _reader(name: str, fields: tuple[tuple[str, Any], ...], _written: str) -> tuple[Any, Mapping[str, Any]]:
    """The reader of some fields and its schema: made once for tools that are made anew for each task.

    Hints that are written otherwise may be equal (`int | str`) and have another schema.
    """
    from pydantic import ConfigDict, TypeAdapter
    from pydantic.errors import PydanticSchemaGenerationError, PydanticUserError
    from typing_extensions import TypedDict

    named = dict(fields)
    arguments = TypedDict(name, named)  # type: ignore[misc]  # made while it runs, from a signature
    arguments.__pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[attr-defined]  # where pydantic looks
    try:
        adapter: Any = TypeAdapter(arguments)
    except (PydanticSchemaGenerationError, PydanticUserError, NameError) as error:
        raise InputError(f"{name!r} cannot be a tool: {str(error).splitlines()[0]}") from None
    return adapter, untitled(adapter.json_schema())


def _converting(function: Callable[..., Any], adapter: Any) -> Callable[..., Any]:
    """The function, called with what its hints ask for: a date for the text of one."""

    @functools.wraps(function)
    def call(*values: Any, **named: Any) -> Any:
        return function(*values, **adapter.validate_python(named)) if not values else function(*values, **named)

    return call


def untitled(schema: Any) -> Any:
    """A schema without the titles that pydantic gives everything: they cost tokens and say nothing.

    >>> untitled({"title": "F", "properties": {"title": {"title": "Title", "type": "string"}}})
    {'properties': {'title': {'type': 'string'}}}
    """
    if isinstance(schema, list):
        return [untitled(one) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    found = {}
    for name, value in schema.items():
        if name in ("properties", "$defs") and isinstance(value, Mapping):
            found[name] = {key: untitled(inner) for key, inner in value.items()}
        elif not (name == "title" and isinstance(value, str)):
            found[name] = untitled(value)
    return found


def as_tools(tools: Iterable[Any]) -> tuple[Tool, ...]:
    """The tools of a loop, in the order in which they were given: another order is another request.

    Raises `InputError` for what can be no tool, for a name that comes twice, and for a set, whose order changes.
    """
    if isinstance(tools, set | frozenset | str | Mapping) or not isinstance(tools, Iterable):
        raise InputError(f"tools is {tools!r}; give a list of functions")
    made: list[Tool] = []
    for one in tools:
        if isinstance(one, Tool):
            made.append(replace(one, name=_checked(one.name)))
        elif isinstance(one, list | tuple):
            made += as_tools(one)
        elif callable(one):
            made.append(tool(one))
        else:
            raise InputError(f"{one!r} is no tool; give a function, or wb.loops.tool(…) of one")
    names = [one.name for one in made]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise InputError(f"two tools are called {twice!r}; give one of them another name: wb.loops.tool(name=…)")
    for one in made:
        _check_schema(one)
    return tuple(made)


def _check_schema(one: Tool) -> None:
    from jsonschema.exceptions import SchemaError

    try:
        validator_of(one.schema_text)
    except (SchemaError, RecursionError) as error:
        reason = str(error).splitlines()[0]
        raise InputError(f"the parameters of the tool {one.name!r} are no JSON schema: {reason}") from None


_PLAIN: Final[Mapping[str, tuple[type, ...]]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
_SAYS_NOTHING: Final = {"title", "description", "default", "examples"}


@functools.lru_cache(256)
def plain_types_of(schema_text: str) -> tuple[frozenset[str], Mapping[str, tuple[type, ...]]] | None:
    """The names that a schema requires, and the types that each name may have; None where it says any more than that.

    >>> plain_types_of('{"type": "object", "properties": {"at": {"type": "integer"}}, "required": ["at"]}')
    (frozenset({'at'}), {'at': (<class 'int'>,)})
    >>> plain_types_of('{"type": "object", "properties": {"at": {"type": "integer", "minimum": 0}}}')
    """
    schema = json.loads(schema_text)
    known = {"type", "properties", "required", "additionalProperties", *_SAYS_NOTHING}
    if schema.get("type") != "object" or not schema.keys() <= known:
        return None
    types = {}
    for name, told in schema.get("properties", {}).items():
        kind = told.get("type") if isinstance(told, dict) and told.keys() <= {"type", *_SAYS_NOTHING} else None
        if not isinstance(kind, str) or kind not in _PLAIN:
            return None
        types[name] = _PLAIN[kind]
    return frozenset(schema.get("required", ())), types


@functools.lru_cache(256)
def validator_of(schema_text: str) -> Any:
    """What checks arguments against a schema, given as JSON."""
    from jsonschema.validators import validator_for

    parsed = json.loads(schema_text)
    kind = validator_for(parsed)
    kind.check_schema(parsed)
    return kind(parsed)
