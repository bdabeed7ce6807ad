"""A host of a model, faithful or with one sin: what an audit has to tell apart.

It answers as a small model would: a token is four characters, a draw at a temperature is another text each time, the
thinking grows with the effort, a tool is called where the request needs one.
"""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Callable, Mapping
from typing import Any

from fakes.server.bodies import dumps, whole
from fakes.server.responses import Received, Response

SINS = {
    "ignores the cap": "cap",
    "says stop when it cut": "cap",
    "always greedy": "temperature",
    "always hot": "temperature",
    "seed ignored": "seed",
    "effort ignored": "effort",
    "prompt in front": "prompt tokens",
    "counts prompts otherwise": "prompt tokens",
    "thinking not counted": "thinking counted",
    "thinking counted as none": "thinking counted",
    "another model": "served model",
    "now and then another model": "served model",
    "breaks schemas": "calls valid",
    "invents tools": "calls valid",
    "never calls": "calls when asked",
    "always calls": "calls when asked",
    "calls against tool_choice": "tool_choice none",
    "says stop with calls": "finish reasons",
    "no finish reason": "finish reasons",
}
"""Each sin, and the probe that has to see it."""

CHARACTERS_A_TOKEN = 4
_WORDS = [
    "moor",
    "gate",
    "salt",
    "ember",
    "quill",
    "thaw",
    "basin",
    "larch",
    "fen",
    "cobble",
    "drift",
    "heron",
    "slate",
    "kelp",
    "wick",
    "alder",
]
_OTHER_CALLS = ("Bergen", "Stocktaking", "48213", "nautical")


def _text(words: int, seed: object) -> str:
    draw = random.Random(str(seed))
    return " ".join(draw.choice(_WORDS) for _ in range(words)).capitalize() + "."


def _value(schema: Mapping[str, Any]) -> Any:
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "string":
        return "2027-03-09" if "pattern" in schema else "Bergen"
    return {"integer": schema.get("minimum", 48), "number": 12.5, "boolean": True, "array": ["Ida"]}.get(kind)


def _arguments(tool: Mapping[str, Any]) -> str:
    parameters = tool["function"]["parameters"]
    return json.dumps({name: _value(parameters["properties"][name]) for name in parameters["required"]})


def host(
    sin: str = "", *, answers: Mapping[str, str] | None = None, wrong_every: int = 0
) -> Callable[[Received], Response]:
    """The script of a host; `answers` are those to questions, of which every so many is wrong."""
    assert not sin or sin in SINS, sin
    calls = itertools.count()
    known = dict(answers or {})

    def reply(request: Received) -> Response:
        asked, number = request.json, next(calls)
        messages = asked["messages"]
        prompt = "".join(str(message.get("content") or "") for message in messages)
        effort = "medium" if sin == "effort ignored" else asked.get("reasoning_effort", "medium")
        temperature = {"always greedy": 0.0, "always hot": 1.0}.get(sin, asked.get("temperature", 1.0))
        seed: Any = "cold" if temperature == 0 else number
        if temperature and asked.get("seed") is not None and sin not in ("seed ignored", "always hot"):
            seed = asked["seed"]
        thinking = _text({"low": 20, "medium": 60, "high": 240}[effort], (prompt, seed, "thinking"))
        answer = _text(80, (prompt, seed))
        if messages[-1]["content"] in known:
            wrong = bool(wrong_every) and list(known).index(messages[-1]["content"]) % wrong_every == 0
            answer = f"The answer is {'-7' if wrong else known[messages[-1]['content']]}."
        tools = asked.get("tools") or []
        needed = any(word in prompt for word in _OTHER_CALLS)
        if sin in ("never calls", "always calls"):
            needed = sin == "always calls"
        if asked.get("tool_choice") == "none" and sin != "calls against tool_choice":
            needed = False
        called = []
        if tools and needed:
            name, arguments = tools[0]["function"]["name"], _arguments(tools[0])
            arguments = '{"unit": "kelvin"}' if sin == "breaks schemas" else arguments
            name = "guess" if sin == "invents tools" else name
            called = [{"id": f"{name}:0", "type": "function", "function": {"name": name, "arguments": arguments}}]
            answer = ""
        cap = asked.get("max_tokens", 10**9) * CHARACTERS_A_TOKEN
        cut = len(thinking) + len(answer) > cap
        if cut and sin != "ignores the cap":
            thinking, answer, called = thinking[:cap], answer[: max(0, cap - len(thinking))], []
        reason: str | None = "tool_calls" if called else "length" if cut and sin != "ignores the cap" else "stop"
        if (sin == "says stop when it cut" and cut) or (sin == "says stop with calls" and called):
            reason = "stop"
        reason = None if sin == "no finish reason" else reason
        message: dict[str, Any] = {"role": "assistant", "content": answer or None, "reasoning_content": thinking}
        message |= {"tool_calls": called} if called else {}
        served = request.model
        if sin == "another model" or (sin == "now and then another model" and number % 5 == 4):
            served = "tiny-model-2b"
        usage = _usage(prompt, thinking, answer + (called[0]["function"]["arguments"] if called else ""), sin)
        return Response((dumps(whole(message, model=served, finish_reason=reason, usage=usage)),))

    return reply


def _usage(prompt: str, thinking: str, answer: str, sin: str) -> dict[str, Any]:
    per = CHARACTERS_A_TOKEN * (1.3 if sin == "counts prompts otherwise" else 1)
    prompt_tokens = 9 + round(len(prompt) / per) + (700 if sin == "prompt in front" else 0)
    thought, spoken = -(-len(thinking) // CHARACTERS_A_TOKEN), -(-len(answer) // CHARACTERS_A_TOKEN)
    uncounted = sin in ("thinking not counted", "thinking counted as none")
    completion = spoken if uncounted else (len(thinking) + len(answer) + 3) // CHARACTERS_A_TOKEN
    usage: dict[str, Any] = {"prompt_tokens": prompt_tokens, "completion_tokens": completion}
    usage["total_tokens"] = prompt_tokens + completion
    if sin != "thinking not counted":
        counted = 0 if uncounted else min(thought, completion)
        usage["completion_tokens_details"] = {"reasoning_tokens": counted}
    return usage
