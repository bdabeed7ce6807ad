"""`Case`: one reply worded whole and streamed, with what must be read from it; and builders for the usual shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fakes.server.bodies import COMMENT, Event, chunk, cut, dumps, event_bytes, whole
from fakes.server.responses import Received, Response

THINKING = "Seventeen sheep, all but nine die. “All but nine” means that nine stay alive 🐑, not that eight do."
ANSWER = "**Nine** sheep are left — the other eight died."


@dataclass(frozen=True)
class Case:
    """One reply in two wordings, and what it says.

    `dialect` names the provider; empty is a server that no provider of ours describes. `preopened` says that the
    model's template opens the thinking, so that the reply lacks the opening tag. `events` come without `[DONE]`.
    `thinking_tokens` and `answer_tokens` are what follows from the provider's own counts, None where nothing does.
    `prefix` is sent in front of a whole body.
    """

    name: str
    dialect: str
    model: str
    whole: Mapping[str, Any]
    events: Sequence[Event]
    thinking: str
    answer: str
    outcome: str = "answered"
    finish_reason: str = "stop"
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    cached_prompt_tokens: int | None = None
    thinking_tokens: int | None = None
    answer_tokens: int | None = None
    visibility: str = "full"
    usd: float | None = None
    tool_names: tuple[str, ...] = ()
    preopened: bool = False
    prefix: bytes = b""

    def __call__(self, request: Received) -> Response:
        """The reply as a script of `FakeServer`, streamed if the request asks for it."""
        if request.streamed:
            wire = b"".join(map(event_bytes, [*self.events, "data: [DONE]"]))
            return Response((wire,), content_type="text/event-stream", framing="chunked")
        return Response((self.prefix + dumps(self.whole),))


def usage(
    prompt: int, completion: int, *, total: int | None = None, thinking: int | None = None, **more: Any
) -> dict[str, Any]:
    counts: dict[str, Any] = {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion if total is None else total,
    }
    if thinking is not None:
        counts["completion_tokens_details"] = {"reasoning_tokens": thinking}
    return {**counts, **more}


Fields = Callable[[str], dict[str, Any]]
Ending = Callable[[str, str, Mapping[str, Any]], list[Event]]


def in_content(text: str) -> dict[str, Any]:
    return {"reasoning_content": text}


def in_reasoning(text: str) -> dict[str, Any]:
    return {"reasoning": text}


def _detail(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "reasoning.text", "text": text, "format": "unknown", "index": 0, **more}


def in_details(text: str) -> dict[str, Any]:
    """OpenRouter: the same text in two fields of every delta."""
    return {"reasoning": text, "reasoning_details": [_detail(text)]}


def usage_in_its_own_chunk(model: str, finish_reason: str, counts: Mapping[str, Any]) -> list[Event]:
    return [
        chunk({}, model=model, finish_reason=finish_reason),
        *([{**chunk({}, model=model), "choices": [], "usage": counts}] if counts else []),
    ]


def usage_in_choice(model: str, finish_reason: str, counts: Mapping[str, Any]) -> list[Event]:
    """Moonshot: the counts come in the choice, and once more at the top of a chunk without choices."""
    last = chunk({}, model=model)
    last["choices"] = [{"index": 0, "delta": {}, "finish_reason": finish_reason, "usage": counts}]
    return [last, {**chunk({}, model=model), "choices": [], "usage": counts}]


def usage_in_choice_only(model: str, finish_reason: str, counts: Mapping[str, Any]) -> list[Event]:
    """Moonshot in the days of K2, or when nobody asked for usage: the counts come in the choice and nowhere else."""
    return usage_in_choice(model, finish_reason, counts)[:1]


def usage_in_x_groq(model: str, finish_reason: str, counts: Mapping[str, Any]) -> list[Event]:
    """Groq, when nobody asked for usage: the counts come in a field of its own, which the first chunk has begun."""
    return [chunk({}, model=model, finish_reason=finish_reason, x_groq={"id": "req_fake", "usage": counts})]


def usage_beside_finish(model: str, finish_reason: str, counts: Mapping[str, Any]) -> list[Event]:
    return [chunk({"content": ""}, model=model, finish_reason=finish_reason, usage=counts)]


def finished_twice(model: str, finish_reason: str, counts: Mapping[str, Any]) -> list[Event]:
    """OpenRouter: two chunks with a finish reason, the second with the counts."""
    delta: dict[str, Any] = {"role": "assistant", "content": "", "reasoning": None, "reasoning_details": []}
    return [
        chunk(delta, model=model, finish_reason=finish_reason),
        chunk({"role": "assistant", "content": ""}, model=model, finish_reason=finish_reason, usage=counts),
    ]


def field_case(
    name: str,
    dialect: str,
    model: str,
    *,
    fields: Fields = in_content,
    thinking: str = THINKING,
    answer: str = ANSWER,
    counts: Mapping[str, Any] | None = None,
    finish_reason: str = "stop",
    ending: Ending = usage_in_its_own_chunk,
    blank: Mapping[str, Any] | None = None,
    comments: int = 0,
    top: Mapping[str, Any] | None = None,
    **expected: Any,
) -> Case:
    """A reply whose thinking comes in fields beside the text; `blank` is in each thinking delta, `top` on each body."""
    counts, top = counts or {}, top or {}
    message = {"content": answer, **(fields(thinking) if thinking else {})}
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{**(blank or {}), **fields(text)} for text in cut(thinking)]
    deltas += [{"content": text} for text in cut(answer)]
    return Case(
        name=name,
        dialect=dialect,
        model=model,
        whole={**whole(message, model=model, finish_reason=finish_reason, usage=counts or None), **top},
        events=[
            *[COMMENT] * comments,
            *({**chunk(delta, model=model), **top} for delta in deltas),
            *ending(model, finish_reason, counts),
        ],
        finish_reason=finish_reason,
        **{**_counted(counts), "thinking": thinking, "answer": answer, **expected},
    )


def text_case(
    name: str,
    dialect: str,
    model: str,
    text: str,
    *,
    counts: Mapping[str, Any] | None = None,
    finish_reason: str = "stop",
    **expected: Any,
) -> Case:
    """A reply that has everything in its text."""
    counts = usage(12, 40) if counts is None else counts
    deltas = [{"role": "assistant", "content": ""}, *({"content": piece} for piece in cut(text))]
    expected = {**_counted(counts), "visibility": "full" if expected.get("thinking") else "none", **expected}
    return Case(
        name=name,
        dialect=dialect,
        model=model,
        whole=whole({"content": text}, model=model, finish_reason=finish_reason, usage=counts),
        events=[
            *(chunk(delta, model=model) for delta in deltas),
            *usage_in_its_own_chunk(model, finish_reason, counts),
        ],
        finish_reason=finish_reason,
        **expected,
    )


def shaped_case(
    name: str,
    dialect: str,
    model: str,
    message: Mapping[str, Any],
    deltas: Iterable[Mapping[str, Any]],
    *,
    counts: Mapping[str, Any] | None = None,
    finish_reason: str = "stop",
    ending: Ending = usage_in_its_own_chunk,
    **expected: Any,
) -> Case:
    """A reply whose message and deltas are given."""
    counts = counts or {}
    return Case(
        name=name,
        dialect=dialect,
        model=model,
        whole=whole(message, model=model, finish_reason=finish_reason, usage=counts or None),
        events=[*(chunk(delta, model=model) for delta in deltas), *ending(model, finish_reason, counts)],
        finish_reason=finish_reason,
        **{**_counted(counts), **expected},
    )


def _counted(counts: Mapping[str, Any]) -> dict[str, Any]:
    """What a case expects of the counts unless it says otherwise: reported thinking is inside the completion."""
    completion = counts.get("completion_tokens")
    thinking = counts.get("completion_tokens_details", {}).get("reasoning_tokens")
    return {
        "prompt_tokens": counts.get("prompt_tokens"),
        "completion_tokens": completion,
        "thinking_tokens": thinking,
        "answer_tokens": None if thinking is None or completion is None else completion - thinking,
    }


def tool_call(name: str = "weather", call_id: str = "functions.weather:0", **more: Any) -> dict[str, Any]:
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": '{"city": "Kyōto"}'}, **more}


def tool_deltas(call_id: str) -> list[dict[str, Any]]:
    """A tool call in three deltas: its name, then its arguments in two pieces."""
    begun = {"index": 0, "id": call_id, "type": "function", "function": {"name": "weather", "arguments": ""}}
    return [{"tool_calls": [begun]}] + [
        {"tool_calls": [{"index": 0, "function": {"arguments": text}}]} for text in ('{"city": ', '"Kyōto"}')
    ]
