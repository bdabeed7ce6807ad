"""A kept record becomes a `Reply`: its thinking, its answer, how it ended, and how it shows itself.

Records hold what the provider sent, and replies are always read from them anew, so a better reader improves old replies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, TypedDict

from workbench.streams import thinking_of
from workbench.thinking import Piece, Splitter, leaked_tool_calls
from workbench.usage import Usage, read_usage

Outcome = Literal["answered", "thinking_exhausted", "answer_truncated", "empty", "refused", "tool_call", "error"]
Visibility = Literal["full", "summary", "hidden", "none"]

LENGTH_REASONS = frozenset(
    {"length", "max_tokens", "max_output_tokens", "model_length", "token_limit", "max_completion_tokens", "MAX_TOKENS"}
)
"""Finish reasons that mean: max_tokens, or the context window, ran out."""

_ENCRYPTED_PLACEHOLDER = "[Some reasoning content is encrypted]"
_SUMMARY_FORMATS = ("anthropic", "google", "openai")


class Record(TypedDict):
    """What is kept of one reply: JSON, without keys or headers that identify the account."""

    version: int
    key: str
    request: dict[str, Any]  # base_url, model_id, dialect, body, headers, query, sample
    response: dict[str, Any]  # the (merged) body as the provider sent it
    streamed: bool
    status: int
    request_id: str | None
    seconds: float
    seconds_to_first_token: float | None
    seconds_to_answer: float | None
    attempts: int
    usd: float | None
    usd_source: str
    created_at: str  # UTC, ISO 8601
    workbench: str  # version of this package


@dataclass(frozen=True)
class Reading:
    """What must be known about a model to read its replies.

    `thought_flag`: `<thought>` counts only beside Google's own flag. `preopened`: the chat template opens the thinking.
    `thinking`: what replies of this model normally show of it.
    """

    thought_flag: bool = False
    preopened: bool = False
    thinking: Visibility = "full"


class MessageReader:
    """Tell the thinking, the answer and the tool calls of a message apart, whole or delta by delta.

    >>> reader = MessageReader(Reading())
    >>> reader.feed({"reasoning_content": "9 stay."}) + reader.feed({"content": "9"}) + reader.close("stop")
    [Piece(kind='thinking', text='9 stay.'), Piece(kind='answer', text='9')]
    """

    def __init__(self, reading: Reading, *, eager: bool = False) -> None:
        self._reading = reading
        self._eager = eager
        self._splitter: Splitter | None = None
        self._plain = False
        self._field_thinking: list[str] = []

    def feed(self, message: Mapping[str, Any]) -> list[Piece]:
        pieces: list[Piece] = []
        thinking = thinking_of(message)
        if thinking and thinking.strip() != _ENCRYPTED_PLACEHOLDER:
            self._field_thinking.append(thinking)
            pieces.append(Piece("thinking", thinking))
        content = message.get("content")
        if content:
            for part in content if isinstance(content, list) else (content,):
                pieces.extend(self._content(part, message))
        for call in message.get("tool_calls") or ():
            function = call.get("function") if isinstance(call, Mapping) else None
            if isinstance(function, Mapping):
                text = function.get("arguments")
                pieces.append(Piece("tool_call", text if isinstance(text, str) else ""))
        return pieces

    def close(self, finish_reason: str | None) -> list[Piece]:
        return self._unless_repeated(self._splitter.close(finish_reason)) if self._splitter else []

    def _content(self, part: object, message: Mapping[str, Any]) -> list[Piece]:
        if isinstance(part, Mapping):
            thinking = _part_thinking(part)
            if thinking:
                self._field_thinking.append(thinking)
                return [Piece("thinking", thinking)]
            part = part.get("text")
        if not isinstance(part, str) or not part:
            return []
        if self._splitter is None and not self._plain:
            self._begin_content(message)
        return [Piece("answer", part)] if self._splitter is None else self._unless_repeated(self._splitter.feed(part))

    def _begin_content(self, message: Mapping[str, Any]) -> None:
        if self._reading.thought_flag and not _is_flagged_thought(message):
            self._plain = True
        else:
            # Beside thinking in a field, a block in the text must be whole before it can be known as its copy.
            already = bool(self._field_thinking)
            self._splitter = Splitter(self._reading.preopened and not already, eager=self._eager and not already)

    def _unless_repeated(self, pieces: list[Piece]) -> list[Piece]:
        if not self._field_thinking:
            return pieces
        known = "".join(self._field_thinking).strip()
        return [piece for piece in pieces if piece.kind != "thinking" or piece.text.strip() not in known]


def _part_thinking(part: Mapping[str, Any]) -> str:
    """The thinking of one part of a content list: the shapes of Mistral, Anthropic and Bedrock."""
    inner: Any = part.get("thinking") or part.get("reasoning")
    bedrock = part.get("reasoningContent")
    if isinstance(bedrock, Mapping):
        inner = bedrock.get("reasoningText")
    if isinstance(inner, Mapping):
        inner = inner.get("text")
    if isinstance(inner, list):
        inner = "".join(str(item.get("text", "")) for item in inner if isinstance(item, Mapping))
    return inner if isinstance(inner, str) else ""


def _is_flagged_thought(message: Mapping[str, Any]) -> bool:
    extra = message.get("extra_content")
    google = extra.get("google") if isinstance(extra, Mapping) else None
    return isinstance(google, Mapping) and google.get("thought") is True


@dataclass(frozen=True)
class ToolCall:
    """A call of a tool that the model asked for; `arguments` is the model's JSON text, unchecked."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, repr=False)
class Reply:
    """What a model answered, what it thought before, and what that took.

    `usd` is what the reply cost when it was bought, `usd_spent` what it cost this time: 0 when it was kept already.
    Times are those of the purchase. `raw` is the body as the provider sent it.
    """

    answer: str
    thinking: str
    outcome: Outcome
    model: str
    provider: str
    served_model: str | None
    finish_reason: str
    thinking_visibility: Visibility
    usage: Usage
    usd: float | None
    usd_source: str
    usd_spent: float | None
    seconds: float
    seconds_to_first_token: float | None
    seconds_to_answer: float | None
    cached: bool
    attempts: int
    http_status: int
    request_id: str | None
    key: str
    sample: int
    created_at: str
    max_tokens: int | None = None
    tool_calls: tuple[ToolCall, ...] = ()
    refusal: str | None = None
    warnings: tuple[str, ...] = ()
    raw: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.answer

    def __repr__(self) -> str:
        from workbench.showing import reply_text

        return reply_text(self)

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        from workbench.showing import reply_html

        return {"text/plain": repr(self), "text/html": reply_html(self)}

    def bought(self, usd: float | None) -> Reply:
        """The same reply as seen by the run that paid `usd` for it."""
        return replace(self, cached=False, usd_spent=usd)


def reply_from(record: Record, reading: Reading, *, model: str | None = None) -> Reply:
    """Read a kept record as the reply that a cache hit returns."""
    body = record["response"]
    choice = body["choices"][0]
    message = choice["message"]
    finish_reason = choice["finish_reason"]
    reader = MessageReader(reading)
    pieces = [*reader.feed(message), *reader.close(finish_reason)]
    thinking = "".join(piece.text for piece in pieces if piece.kind == "thinking")
    answer = "".join(piece.text for piece in pieces if piece.kind == "answer")
    tool_calls = _tool_calls(message) or tuple(
        ToolCall(*call) for piece in pieces if piece.kind == "tool_call" for call in leaked_tool_calls(piece.text)
    )
    refusal = message.get("refusal")
    refusal = refusal if isinstance(refusal, str) and refusal else None
    usage = read_usage(body.get("usage") or choice.get("usage"), thinking=thinking, answer=answer)
    request = record["request"]
    model = model or request["model_id"]
    served = body.get("model")
    return Reply(
        answer=answer,
        thinking=thinking,
        outcome=_outcome(answer, finish_reason, refused=refusal is not None, called=bool(tool_calls)),
        model=model,
        provider=model.partition("/")[0],
        served_model=served if isinstance(served, str) else None,
        finish_reason=finish_reason,
        thinking_visibility=_visibility(message, thinking, usage, reading),
        usage=usage,
        usd=record["usd"],
        usd_source=record["usd_source"],
        usd_spent=0.0,
        seconds=record["seconds"],
        seconds_to_first_token=record["seconds_to_first_token"],
        seconds_to_answer=record["seconds_to_answer"],
        cached=True,
        attempts=record["attempts"],
        http_status=record["status"],
        request_id=record["request_id"],
        key=record["key"],
        sample=request["sample"],
        created_at=record["created_at"],
        max_tokens=request["body"].get("max_completion_tokens", request["body"].get("max_tokens")),
        tool_calls=tool_calls,
        refusal=refusal,
        warnings=_warnings(body, answer, thinking, finish_reason),
        raw=body,
    )


def _tool_calls(message: Mapping[str, Any]) -> tuple[ToolCall, ...]:
    calls = []
    raw = message.get("tool_calls")
    for call in raw if isinstance(raw, list) else ():
        function = call.get("function") if isinstance(call, Mapping) else None
        if isinstance(function, Mapping):
            arguments = function.get("arguments")
            calls.append(ToolCall(str(call.get("id") or ""), str(function.get("name") or ""), str(arguments or "")))
    legacy = message.get("function_call")
    if not calls and isinstance(legacy, Mapping):
        calls.append(ToolCall("", str(legacy.get("name") or ""), str(legacy.get("arguments") or "")))
    return tuple(calls)


def _outcome(answer: str, finish_reason: str, *, refused: bool, called: bool) -> Outcome:
    if refused or finish_reason in ("content_filter", "refusal"):
        return "refused"
    if finish_reason in LENGTH_REASONS:
        return "answer_truncated" if answer.strip() else "thinking_exhausted"
    if called:
        return "tool_call"
    return "answered" if answer.strip() else "empty"


def _visibility(message: Mapping[str, Any], thinking: str, usage: Usage, reading: Reading) -> Visibility:
    if thinking:
        details = message.get("reasoning_details")
        for detail in details if isinstance(details, list) else ():
            if isinstance(detail, Mapping) and (
                detail.get("type") == "reasoning.summary"
                or str(detail.get("format") or "").startswith(_SUMMARY_FORMATS)
            ):
                return "summary"
        return "summary" if reading.thought_flag or reading.thinking == "summary" else "full"
    if usage.thinking_tokens:
        return "hidden"
    return "hidden" if reading.thinking == "hidden" and usage.thinking_tokens is None else "none"


def _warnings(body: Mapping[str, Any], answer: str, thinking: str, finish_reason: str) -> tuple[str, ...]:
    warnings = []
    if body.get("error") is not None:
        warnings.append("the provider added an error after the reply had ended")
    choices = body["choices"]
    if len(choices) > 1:
        warnings.append(f"the provider sent {len(choices)} choices; the first is read")
    if not answer.strip() and thinking and finish_reason == "stop":
        warnings.append("the model stopped by itself inside its thinking, or the server took its answer for thinking")
    return tuple(warnings)
