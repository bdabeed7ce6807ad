"""One call of a tool: checked against its schema, run within its time, and told as a text whatever comes of it."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple

from workbench.base import regular_expressions as re
from workbench.base.secrets import redact
from workbench.loops.tools import Tool, plain_types_of, validator_of
from workbench.loops.workers import ended, in_thread

Problem = Literal["", "unknown tool", "no JSON", "does not fit", "raised", "timed out", "not run"]

INVALID: Final = frozenset({"unknown tool", "no JSON", "does not fit"})
"""Problems of the call itself: the model's, and not the tool's."""

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+>")
_LONGEST_SAID: Final = 2_000


class Result(NamedTuple):
    """What a call came to, as the model is told; `problem` is empty where the tool ran to its end."""

    text: str
    problem: Problem = ""
    seconds: float = 0.0


def checked(name: str, arguments: str, tools: Mapping[str, Tool]) -> dict[str, Any] | Result:
    """The arguments of a call that can be made, or what the model is told of one that cannot.

    >>> checked("lok", "{}", {}).text
    "There is no tool 'lok', and none at all."
    """
    tool = tools.get(name)
    if tool is None:
        known = f"The tools are: {', '.join(tools)}." if tools else "and none at all."
        return Result(f"There is no tool {name[:80]!r}{'.' if tools else ','} {known}", "unknown tool")
    try:
        given = json.loads(arguments) if arguments.strip() else {}
    except RecursionError:
        return Result("The arguments are nested too deeply. Nothing was run.", "no JSON")
    except ValueError as error:
        return Result(f"The arguments are no JSON: {error}. Nothing was run; call {name} once more.", "no JSON")
    fault = _fault(tool, given)
    if fault:
        return Result(f"The arguments do not fit: {fault}. Nothing was run.", "does not fit")
    return dict(given)


def _fault(tool: Tool, given: Any) -> str:
    if not isinstance(given, dict):
        return f"they are {type(given).__name__}, and not an object"
    if _fits_plainly(tool, given):
        return ""
    try:
        errors = list(itertools.islice(validator_of(tool.schema_text).iter_errors(given), 3))
    except RecursionError:
        return "they are nested too deeply"
    return "; ".join(map(_said_of_error, errors))


def _fits_plainly(tool: Tool, given: Mapping[str, Any]) -> bool:
    """Whether arguments fit a schema that says no more than types, as most do: a validator takes far longer."""
    plain = plain_types_of(tool.schema_text)
    if plain is None:
        return False
    required, types = plain
    return required <= given.keys() and all(type(value) in types.get(name, ()) for name, value in given.items())


def _said_of_error(error: Any) -> str:
    place = ".".join(map(str, error.absolute_path))
    return f"{place + ': ' if place else ''}{shortened(error.message, _LONGEST_SAID // 4)}"


async def called(tool: Tool, arguments: Mapping[str, Any]) -> Result:
    """Call a tool; whatever it raises, and a limit that it passes, is told in words."""
    began = time.monotonic()
    try:
        # What is returned is written in the thread, too: it may be long, or have no end.
        text = await in_thread(lambda: told(ended(tool.function(**arguments)), tool.most_characters), tool.seconds)
        problem = ""
    except TimeoutError as error:
        if time.monotonic() - began < tool.seconds:  # its own
            text, problem = _raised(error), "raised"
        else:
            text, problem = f"The tool did not answer within {tool.seconds:g} seconds.", "timed out"
    except Exception as error:  # noqa: BLE001 - a tool may raise anything, and the model is told of it
        text, problem = _raised(error), "raised"
    return Result(text, problem, round(time.monotonic() - began, 4))  # type: ignore[arg-type]  # one of the words


def _raised(error: BaseException) -> str:
    try:
        words = str(error)
    except Exception:  # noqa: BLE001 - the words of an error may be code that fails, too
        words = ""
    return shortened(_clean(f"{type(error).__name__}: {words}" if words else type(error).__name__), _LONGEST_SAID)


def told(value: Any, most_characters: int) -> str:
    """A value as a model is told it: a text as it is, anything else as JSON, cut once where it is too long.

    >>> told({"sum": 42}, 100), told(None, 100), told({1, 2}, 100)
    ('{"sum":42}', 'null', '[1,2]')
    """
    if not isinstance(value, str):
        from pydantic_core import PydanticSerializationError, to_json

        try:
            value = to_json(
                _steady(value, most_characters), bytes_mode="utf8", inf_nan_mode="constants", fallback=_said_of
            ).decode()
        except (PydanticSerializationError, ValueError, RecursionError) as error:
            return f"The tool returned a {type(value).__name__}, which is no JSON ({str(error)[:200]})."
    return _clean(shortened(value, most_characters))


def _steady(value: Any, most: int) -> Any:
    """The value as it is in every run: sets in one order; of an iterator, which may have no end, what can be told."""
    if isinstance(value, set | frozenset):
        return sorted((_steady(inner, most) for inner in value), key=_place)
    if isinstance(value, Iterator):
        return [_steady(inner, most) for inner in itertools.islice(value, most)]
    if type(value) is dict:
        return {name: _steady(inner, most) for name, inner in value.items()}
    if type(value) in (list, tuple):
        return [_steady(inner, most) for inner in value]
    return value


def _place(value: Any) -> tuple[str, Any]:
    return type(value).__name__, value if isinstance(value, int | float) else repr(value)


def _said_of(value: Any) -> Any:
    """What an object that JSON does not know says of itself; one that tells only where it lies in memory says nothing.

    Such an address is another one in each run, so that the same loop would be bought anew each time.
    """
    if hasattr(value, "tolist"):
        return value.tolist()  # numbers and arrays of numpy
    said = str(value)
    if _ADDRESS.search(said):
        raise ValueError(f"{type(value).__name__} does not say what it holds; return a text, a dict or a list")
    return said


def shortened(text: str, most_characters: int) -> str:
    """A text cut in its middle, which says so: what is at the end is often what matters.

    >>> shortened("abcdefghij" * 20, 100)[-20:]
    'abcdefghijabcdefghij'
    """
    if len(text) <= most_characters:
        return text
    end = most_characters // 4
    left_out = len(text) - most_characters
    return f"{text[: most_characters - end]}\n[… {left_out:,} characters left out …]\n{text[-end:]}"


def _clean(text: str) -> str:
    """Without keys, and as every server can read it."""
    return redact(text.encode("utf-8", "surrogatepass").decode("utf-8", "replace"))
