"""Whether tools are called when they should be, and with arguments that fit their schemas."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.analysis.probe_replies import Found, Seen, answered_of
from workbench.show.figures import counted


def problem_of(call: Any, tools: Sequence[Mapping[str, Any]]) -> str:
    """What is wrong with a tool call, by the tools that were offered; "" where nothing is.

    >>> from workbench.replies.tool_calls import ToolCall
    >>> tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "required": ["x"]}}}
    >>> problem_of(ToolCall("", "f", "{}"), [tool]), problem_of(ToolCall("", "g", "{}"), [tool])
    ("f: 'x' is a required property", 'g is no tool that was offered')
    """
    import jsonschema

    offered = {str(_function(tool).get("name")): _function(tool).get("parameters") for tool in tools}
    if call.name not in offered:
        return f"{call.name or 'a call without a name'} is no tool that was offered"
    try:
        arguments = json.loads(call.arguments or "{}")
    except (ValueError, RecursionError):
        return f"{call.name}: its arguments are no JSON"
    schema = offered[call.name]
    if not isinstance(schema, Mapping):
        return ""
    try:
        jsonschema.validate(arguments, schema)
    except jsonschema.ValidationError as error:
        return f"{call.name}: {error.message}"[:200]
    except (jsonschema.SchemaError, RecursionError):
        return ""  # the fault of who wrote the schema
    return ""


def _function(tool: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = tool.get("function")
    return inner if isinstance(inner, Mapping) else tool


def valid_found(seen: Sequence[Seen]) -> Found | None:
    calls = [(call, one.tools) for one, reply in answered_of(seen) for call in reply.tool_calls]
    if not answered_of(seen):
        return None
    if not calls:
        return Found("calls valid", "unclear", "no tool was called", len(answered_of(seen)))
    problems = [problem for call, tools in calls if (problem := problem_of(call, tools))]
    told = f"{len(calls) - len(problems)} of {counted(len(calls), 'call')} fit their schemas"
    return Found(
        "calls valid", "broken" if problems else "kept", "; ".join([told, *problems[:2]]), len(answered_of(seen))
    )


def when_found(seen: Sequence[Seen], reference: Sequence[Seen]) -> Found | None:
    """Whether tools are called where they are needed: as the first host does, else as the requests are meant."""
    answered = answered_of(seen)
    if not answered:
        return None
    theirs = {one.setting: one.called for one, _ in answered_of(reference)}
    wanted = [(one.called, theirs.get(one.setting, one.should_call)) for one, _ in answered]
    known = [(called, should) for called, should in wanted if should is not None]
    if not known:
        return Found("calls when asked", "unclear", "nobody says which requests need a call", len(answered))
    missed, extra = (sum(called != should and should is side for called, should in known) for side in (True, False))
    needed = sum(should is True for _, should in known)
    whom = "the first host" if theirs else "the requests are meant"
    told = f"{len(known) - missed - extra} of {len(known)} as {whom}{' does' if theirs else ''}"
    told += f"; {missed} of {needed} calls missing" if missed else ""
    told += f"; {extra} of {len(known) - needed} uncalled for" if extra else ""
    # Without another host, a model that calls nothing, or everything, is as likely as a host that makes it do so.
    broken = bool(theirs) and (missed > needed / 2 or extra > (len(known) - needed) / 2)
    return Found(
        "calls when asked", "broken" if broken else "kept" if not missed + extra else "unclear", told, len(known)
    )


def none_found(seen: Sequence[Seen]) -> Found | None:
    answered = answered_of(seen)
    if not answered:
        return None
    if any(one.called for one, _ in answered):
        return Found("tool_choice none", "broken", "a tool was called although tool_choice is none", len(answered))
    return Found("tool_choice none", "kept", "no tool was called", len(answered))
