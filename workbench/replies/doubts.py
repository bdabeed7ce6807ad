"""What a reader of a reply should be told: oddities of the body, switches without effect, tags that mislead."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from workbench.replies.contents import NO_NUMBERS
from workbench.replies.message import Said
from workbench.replies.outcomes import GOOD_REASONS, Outcome
from workbench.replies.reading import Reading
from workbench.replies.tool_calls import ToolCall
from workbench.replies.usage import Usage, counts_nothing, raw_usage

LONE_TAG: Final = "the answer holds"
FROM_A_CACHE: Final = "no new draw"
_SETTLED: Final = ("answered", "empty", "tool_call")
_GRAMMARS: Final = (
    *("grammar", "json_schema", "guided_json", "guided_grammar", "guided_regex", "guided_choice", "structured_outputs"),
    *("regex", "ebnf"),
)


class Told(NamedTuple):
    """What was read of a reply, for those who doubt it."""

    said: Said
    thinking: str
    answer: str
    calls: Sequence[ToolCall]
    outcome: Outcome
    usage: Usage
    stray_closing: str
    gateway_cache: str | None


def doubts(told: Told, request: Mapping[str, Any], body: Mapping[str, Any], reading: Reading) -> tuple[str, ...]:
    """The warnings that go with a reply: each a sentence that says what is odd, and what it means."""
    found = [*_of_the_body(told, body), *_of_tags(told, reading), *_of_a_cache(told, body)]
    if told.outcome in _SETTLED:
        found += [
            *_of_thinking(told, reading),
            *_of_tools(told, request),
            *_of_grammars(told, request),
            *_of_stops(told, request),
        ]
    return tuple(found)


def said_aloud(warnings: Sequence[str]) -> list[str]:
    """Those that a caller should hear at once, because only they can mend them."""
    return [warning for warning in warnings if warning.startswith(LONE_TAG)]


def _of_the_body(told: Told, body: Mapping[str, Any]) -> list[str]:
    found = []
    if body.get("error"):
        found.append("the provider added an error after the reply had ended")
    if body.get(NO_NUMBERS):
        found.append("the body held NaN or Infinity in place of a number, which is read as absent")
    if told.said.unread:
        found.append(f"the provider sent {told.said.unread + 1} choices; the first is read")
    if told.said.finish_reason is None:
        found.append("the provider gave no finish reason; the reply is taken as whole, because its body was")
    elif told.outcome in _SETTLED and told.said.finish_reason.lower() not in GOOD_REASONS:
        reason = f"{told.said.finish_reason!r:.60}"
        found.append(f"finish_reason is {reason}, which is not known here; the reply is taken as whole")
    elif told.outcome == "empty" and told.thinking and told.said.finish_reason == "stop":
        found.append("the model stopped by itself inside its thinking, or the server took its answer for thinking")
    return found


def _of_tags(told: Told, reading: Reading) -> list[str]:
    tag = told.stray_closing
    if not tag or reading.preopened or told.thinking:
        return []
    before, there, _ = told.answer.partition(tag)
    if there and before.count("```") % 2:  # in a code fence it is spoken of
        return []
    where = LONE_TAG if there else "the text ended with"
    return [
        f"{where} {tag!r} without its opening tag; if the model's template opens the thinking itself, what stands "
        "before is thinking: say preopened = true for this model in workbench.toml, and the reply is read anew"
    ]


def _of_a_cache(told: Told, body: Mapping[str, Any]) -> list[str]:
    if told.gateway_cache:
        why = f"a gateway answered from its cache of replies ({told.gateway_cache})"
    elif (
        (told.answer or told.calls)
        and not (told.usage.prompt_tokens or told.usage.completion_tokens)
        and counts_nothing(raw_usage(body))
    ):
        why = "the usage counts no token, as when a gateway answers from its cache of replies"
    else:
        return []
    return [f"{why}, so this is {FROM_A_CACHE}: it says nothing about how much replies vary"]


def _of_thinking(told: Told, reading: Reading) -> list[str]:
    counted = told.usage.thinking_tokens if told.usage.thinking_tokens_source == "reported" else 0
    if reading.told_off and (told.thinking.strip() or counted):
        return [f"the model thought although it was told not to ({reading.told_off}): the server took no notice of it"]
    return []


def _of_tools(told: Told, request: Mapping[str, Any]) -> list[str]:
    wanted = request.get("tool_choice") or request.get("function_call")
    if not wanted or not (request.get("tools") or request.get("functions")):
        return []
    shown = json.dumps(wanted, ensure_ascii=False) if isinstance(wanted, Mapping) else wanted
    names = [call.name for call in told.calls]
    unheard = f"although tool_choice is {shown!r}: the server took no notice of it"
    if wanted == "none":
        return [f"a tool was called {unheard}"] if names else []
    if isinstance(wanted, Mapping):
        function = wanted.get("function") or wanted.get("custom") or wanted
        name = function.get("name") if isinstance(function, Mapping) else None
        allowed = wanted.get("allowed_tools")  # the Responses API has its mode beside the type
        mode = allowed.get("mode") if isinstance(allowed, Mapping) else wanted.get("mode")
        forced = name is not None or "required" in (wanted.get("type"), mode) or wanted.get("type") in ("any", "tool")
    else:
        name, forced = None, wanted in ("required", "any")
    if forced and (not names or (name is not None and name not in names)):
        what = "no tool was called" if not names else f"{names[0]!r} was called"
        return [f"{what} {unheard}"]
    return []


def _of_grammars(told: Told, request: Mapping[str, Any]) -> list[str]:
    name, choices = _shape_asked_for(request)
    if not name or told.calls:
        return []
    json_wanted = "json" in name or name == "response_format"
    if told.thinking.strip() and (
        not told.answer.strip() or (json_wanted and _is_json(told.thinking) and not _is_json(told.answer))
    ):
        return [f"what {name} asks for landed in the thinking, and not in the answer: the server applied it too early"]
    if told.outcome != "answered":
        return []
    if json_wanted and not _is_json(told.answer):
        return [f"the answer is no JSON although {name} asks for it: the server took no notice of it"]
    if choices and told.answer.strip() not in choices:
        return [f"the answer is none of the choices that {name} allows: the server took no notice of it"]
    return []


def _of_stops(told: Told, request: Mapping[str, Any]) -> list[str]:
    """A text that was to end the answer stands in its middle; at its end some servers leave it."""
    asked = request.get("stop")
    answer = told.answer.strip()
    for stop in asked if isinstance(asked, list) else [asked]:
        if isinstance(stop, str) and stop.strip() and stop in answer and not answer.endswith(stop.strip()):
            return [f"the answer goes on behind {stop!r:.40}, which stop names: the server took no notice of it"]
    return []


def _shape_asked_for(request: Mapping[str, Any]) -> tuple[str, Sequence[str]]:
    """The parameter that asks for an answer of a certain shape, and the choices that it leaves, if it lists them."""
    asked = request.get("response_format")
    if isinstance(asked, Mapping) and asked.get("type") in ("json_object", "json_schema"):
        return "response_format", ()
    name = next((name for name in _GRAMMARS if request.get(name)), "")
    shape = request.get(name)
    if name == "structured_outputs" and isinstance(shape, Mapping):
        inner = next((inner for inner in ("json", "choice") if shape.get(inner)), "")
        name, shape = (f"{name}.{inner}", shape[inner]) if inner else (name, None)
    listed = name.endswith("choice") and isinstance(shape, list)
    return name, [str(choice) for choice in shape] if listed else ()  # type: ignore[union-attr]  # it is a list


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False
