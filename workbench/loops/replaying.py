"""A model's turn as it goes back to the model: as it came, with the thinking that its provider wants to see again."""

from __future__ import annotations

import fnmatch
import functools
import hashlib
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final, Literal, NamedTuple

from workbench.errors import InputError
from workbench.providers.models import Target
from workbench.providers.parameters import told_off
from workbench.providers.responses_api import asks_responses
from workbench.replies.contents import KEPT_THINKING, THINKING_FIELDS
from workbench.replies.message import Said, said
from workbench.replies.output_items import REPLAYED, replayed
from workbench.replies.reply import Reply

Replay = Literal["all", "last", "none"]
IDS: Final = ("trained", "native", "kimi")
REPLAYS: Final[tuple[Replay, ...]] = ("all", "last", "none")

_PLACED: Final = frozenset(
    {"role", "content", "tool_calls", "function_call", "reasoning_details", "thinking_blocks", KEPT_THINKING}
    | {REPLAYED, *THINKING_FIELDS}
)
"""Fields of a message whose place is decided here; whatever else came goes back as it came."""


@dataclass(frozen=True)
class Habits:
    """What a provider wants of a turn that goes back; see `replay.toml`."""

    fields: tuple[str, ...] = ()
    missing: str | None = None
    parts: bool = False
    as_tags: bool = False
    signed: bool = False
    without: str = "fine"
    bare: bool = False
    items: bool = False
    pin: bool = False
    source: str = ""


class WireCall(NamedTuple):
    """A call as it goes over the wire: its id in the form that the model knows, and arguments that parse."""

    id: str
    name: str
    arguments: str


@functools.cache
def _table() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("replay.toml").read_text("utf-8"))


@functools.cache
def habits(dialect: str) -> Habits:
    """The habits of a dialect, or those of any other.

    >>> habits("moonshot").without, habits("deepseek").missing, habits("nobody's").fields[0]
    ('refused', '', 'reasoning_details')
    """
    table = _table()
    told = table.get(dialect, table["default"]) if dialect != "ids" else table["default"]
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
    return Habits(**values)


def habits_for(target: Target, body: Mapping[str, Any]) -> Habits:
    """The habits of whoever is asked, in the dialect in which a request goes out."""
    return habits("responses" if asks_responses(body) else target.provider.dialect)


def check_replay(replay: str, target: Target, body: Mapping[str, Any]) -> Replay:
    """The arm as given; raises `InputError` for one that the provider refuses, or that would change nothing there."""
    if replay not in REPLAYS:
        raise InputError(f"replay is {replay!r}; give one of {', '.join(map(repr, REPLAYS))}")
    without = habits_for(target, body).without
    if replay == "all" or not _thinks(target, body):
        return replay
    if without == "refused":
        raise InputError(
            f"replay={replay!r}: {target.label!r} answers with an error where its thinking, or the signature of it, "
            "does not come back; take 'all', or switch the thinking off"
        )
    if without == "nothing":
        raise InputError(
            f"replay={replay!r}: {target.label!r} shows no thinking over this protocol, so every arm is the same; "
            "take 'all'"
        )
    return replay


def _thinks(target: Target, body: Mapping[str, Any]) -> bool:
    return target.facts.thinking != "none" and told_off(body) is None


def wire_calls(reply: Reply, target: Target, *, before: int, ids: str = "trained") -> tuple[WireCall, ...]:
    """The calls of a reply as they go back, `before` calls into a loop.

    Arguments that are no JSON object go back as `{}`: a host that reads its history would refuse all that follows. An
    id that is missing, or stands twice in one turn, is replaced; `ids="trained"` also rewrites one in the form that the
    model was trained on, where the host gave another, and `ids="kimi"` does so for any model.
    """
    told = _id_form(target.provider.dialect, target.name.lower(), ids)
    given = [call.id for call in reply.tool_calls]
    found = []
    for place, call in enumerate(reply.tool_calls):
        own = call.id
        if told is not None and not re.fullmatch(told["fits"], own):
            nine = hashlib.sha256(f"{before + place} {call.name}".encode()).hexdigest()[:9]
            own = told["form"].format(name=call.name, number=before + place, place=place, nine=nine)
        elif not own or given.count(own) > 1:
            own = f"call_{before + place}"
        found.append(WireCall(own, call.name or "unnamed", _object_text(call.arguments)))
    return tuple(found)


def check_ids(ids: object) -> None:
    """Raise `InputError` for what is no form of ids."""
    if ids not in IDS:
        raise InputError(f"ids is {ids!r}; give one of {', '.join(map(repr, IDS))}")


@functools.lru_cache(256)
def _id_form(dialect: str, name: str, ids: str) -> Mapping[str, str] | None:
    if ids == "native":
        return None
    forms: Mapping[str, Mapping[str, str]] = _table()["ids"]
    if ids == "kimi":
        return forms["kimi-k2"]
    if dialect == "moonshot":  # it writes its own, and knows those of others
        return None
    for form in forms.values():
        if form.get("dialect") == dialect or ("models" in form and fnmatch.fnmatch(name, form["models"])):
            return form
    return None


def _object_text(arguments: str) -> str:
    try:
        value = json.loads(arguments)
    except (ValueError, RecursionError):
        return "{}"
    return arguments if isinstance(value, dict) else "{}"


def turn_back(
    reply: Reply, calls: Sequence[WireCall], target: Target, body: Mapping[str, Any], *, thinking: bool
) -> dict[str, Any]:
    """The message by which a reply goes back, with its `thinking` or without."""
    told = said(reply.raw, drawn=body.get("n", 1)) or Said({}, None)
    message, how = told.message, habits_for(target, body)
    kept = {name: value for name, value in message.items() if name not in _PLACED and value not in (None, "", [], {})}
    found: dict[str, Any] = {"role": "assistant", **kept}
    content = message.get("content")
    leaked = bool(calls) and not message.get("tool_calls")
    if leaked or not (thinking and (how.parts or not reply.thinking)):
        content = _answer_of(content, reply)
    if thinking and how.as_tags and reply.thinking:
        content = f"<think>{reply.thinking}</think>{reply.answer}"
    if content or not calls or not how.bare:
        found["content"] = content if content or calls else reply.answer
    if how.items and isinstance(items := message.get(REPLAYED), list):
        found[REPLAYED] = replayed(items, thinking=thinking, calls=[(call.id, call.arguments) for call in calls])
    if thinking or how.without == "empty":
        found.update(_thinking_fields(message, reply, calls, target, body, how, thinking))
    if calls:
        found["tool_calls"] = _calls_back(message, calls)
    return found


def _answer_of(content: Any, reply: Reply) -> Any:
    """The content without thinking that stands in it; as it came where none does."""
    if isinstance(content, str) and content == reply.answer:
        return content
    return reply.answer if content else content


def _thinking_fields(
    message: Mapping[str, Any],
    reply: Reply,
    calls: Sequence[WireCall],
    target: Target,
    body: Mapping[str, Any],
    how: Habits,
    thinking: bool,
) -> dict[str, Any]:
    name = next((name for name in how.fields if message.get(name)), None) if thinking else None
    if name is not None:
        spread = KEPT_THINKING in message and isinstance(message[name], str)
        return {name: message[KEPT_THINKING] if spread else message[name]}
    if how.missing is not None and calls and _thinks(target, body):
        return {how.fields[0]: how.missing}
    return {}


def _calls_back(message: Mapping[str, Any], calls: Sequence[WireCall]) -> list[dict[str, Any]]:
    """The calls with whatever the host wrote beside them, such as a signature."""
    given = message.get("tool_calls")
    given = given if isinstance(given, list) and len(given) == len(calls) else [{}] * len(calls)
    found = []
    for one, call in zip(given, calls, strict=True):
        beside = {
            name: value
            for name, value in (one.items() if isinstance(one, Mapping) else ())
            if name not in ("id", "type", "function", "index", "custom") and value not in (None, "", [], {})
        }
        told = {"name": call.name, "arguments": call.arguments}
        found.append({"id": call.id, "type": "function", "function": told, **beside})
    return found
