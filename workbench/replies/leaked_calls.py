"""Tool calls that a server left in the text, in the notations of Kimi K2, Cohere and gpt-oss."""

from __future__ import annotations

import json
from typing import Final, NamedTuple

from workbench.base import regular_expressions as re

_KIMI: Final = re.compile(
    r"<\|tool_call_begin\|>\s*(?P<id>[^<\s]{1,256})\s*<\|tool_call_argument_begin\|>\s*(?P<arguments>.*?)\s*"
    r"(?:<\|tool_call_end\|>|<\|tool_calls?_section_end\|>|\Z)",
    re.DOTALL,
)
_COHERE: Final = re.compile(r"<\|START_ACTION\|>(?P<calls>.*?)(?:<\|END_ACTION\|>|\Z)", re.DOTALL)
_HARMONY: Final = re.compile(
    r"\bto=(?P<to>[^\s<]{1,256})[^\n]{0,256}?<\|message\|>\s*(?P<arguments>.*?)\s*(?:<\|(?:call|end|return|start)\|>|\Z)",
    re.DOTALL,
)


class LeakedToolCall(NamedTuple):
    """A tool call that a server left in the text; `arguments` is the model's text, unchecked."""

    id: str
    name: str
    arguments: str


def leaked_tool_calls(text: str) -> list[LeakedToolCall]:
    """Read the tool calls out of leaked tool-call tokens.

    >>> leaked_tool_calls('<|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{"x": 1}<|tool_call_end|>')
    [LeakedToolCall(id='functions.f:0', name='f', arguments='{"x": 1}')]
    """
    lead = text.lstrip()[:16].lower()
    if lead.startswith(("<|start|>", "<|channel|>")):
        return [
            LeakedToolCall("", match["to"].removeprefix("functions."), match["arguments"])
            for match in _HARMONY.finditer(text)
        ]
    if lead.startswith("<|start_action|>"):
        return [call for match in _COHERE.finditer(text) for call in _listed(match["calls"])]
    calls = []
    for match in _KIMI.finditer(text):
        name = match["id"].removeprefix("functions.").rpartition(":")[0] or match["id"]
        calls.append(LeakedToolCall(match["id"], name, match["arguments"]))
    return calls


def _listed(text: str) -> list[LeakedToolCall]:
    """Cohere's calls: a list of objects with a name and an object of parameters."""
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return [
        LeakedToolCall(
            str(call.get("tool_call_id") or ""),
            str(call.get("tool_name") or ""),
            json.dumps(call.get("parameters"), ensure_ascii=False),
        )
        for call in (listed if isinstance(listed, list) else [listed])
        if isinstance(call, dict)
    ]
