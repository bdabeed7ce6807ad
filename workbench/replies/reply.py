"""A kept record becomes a `Reply`: its thinking, its answer, how it ended, and how it shows itself.

Records hold what the provider sent, and replies are always read from them anew: a better reader improves old replies.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple, NotRequired, TypedDict

from workbench.replies.contents import refusal_of, text_of_part, thinking_of_part
from workbench.replies.doubts import Told, doubts
from workbench.replies.leaked_calls import leaked_tool_calls
from workbench.replies.message import Said, said
from workbench.replies.outcomes import LENGTH_REASONS, OUTCOME_WORDS, REFUSAL_REASONS, UNKNOWN_REASON, Outcome
from workbench.replies.reading import MessageReader, Reading, Visibility, plain_texts
from workbench.replies.served import redirected
from workbench.replies.tool_calls import ToolCall, breaks_off, tool_calls_of
from workbench.replies.usage import Usage, raw_usage, read_usage, used_up
from workbench.show import figures
from workbench.show.figures import counted
from workbench.show.markdown import visible
from workbench.show.notebook import is_shown

if TYPE_CHECKING:
    from workbench.replies.cards import Card

_SUMMARY_FORMATS = ("anthropic", "google", "openai")
_CUTS_UNTOLD = ("inferencesh", "inferencesh-tasks")
_REPEAT_WHAT_WAS_BEGUN = ("llamacpp", "local")
_OUT_OF_ORDER = "this reply was kept by a version that lost the order of its parts; its answer may be out of order"


class Record(TypedDict):
    """What is kept of one reply: JSON, without keys or headers that identify the account."""

    version: int
    key: str
    request: dict[str, Any]  # base_url, model_id, dialect, body, headers, query, sample
    response: dict[str, Any]  # the (merged) body as the provider sent it
    streamed: bool
    status: int
    request_id: str | None
    seconds: float | None  # None of what came in a batch
    seconds_to_first_token: float | None
    seconds_to_answer: float | None
    attempts: int
    usd: float | None
    usd_source: str
    created_at: str  # UTC, ISO 8601
    workbench: str  # version of this package
    token_ends: NotRequired[list[int]]  # characters of thinking and answer after each token, where a server counts them
    gateway_cache: NotRequired[str]  # the header by which a gateway said that the reply was out of its cache
    batch: NotRequired[str]  # the provider's id of the batch that it came in


RECORD_VERSION = 2
"""1 kept the content of a stream that came partly in parts with its text first, whatever had come first."""


@dataclass(frozen=True, repr=False)
class Reply:
    """What a model answered, what it thought before, and what that took.

    `usd` is what the reply cost when it was bought, `usd_spent` what it cost this time: 0 when it was kept already.
    Times are those of the purchase. `served_by` is the model that answered in the place of the one that was asked, and
    `tried` says what was tried before; else None and empty. `token_ends` says how many characters of thinking and
    answer were there after each token, where the server counts them. `raw` is the body as the provider sent it.
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
    seconds: float | None
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
    served_by: str | None = None
    tried: tuple[str, ...] = ()
    token_ends: Sequence[int] = field(default=(), compare=False)
    raw: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.answer

    def __repr__(self) -> str:
        return reply_text(self)

    def _ipython_display_(self) -> None:
        """Add nothing where the reply is on the page already; raising this makes IPython go on as usual."""
        if not is_shown(self):
            raise NotImplementedError

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": reply_html(self)}


def reply_from(record: Record, reading: Reading, *, model: str | None = None, bought: bool = False) -> Reply:
    """Read a record as a reply: kept already, or `bought` just now."""
    body, request = record["response"], record["request"]
    told, cut = _cut_by_signs(said(body, drawn=request["body"].get("n", 1)) or Said({}, None), record)
    message, out_of_order = _in_order(_without_begun(told.message, record), record)
    parts = _parts_of(message, reading, told.finish_reason)
    thinking, answer, tool_calls = parts.thinking, parts.answer, parts.tool_calls
    refusal = refusal_of(message)
    written = answer + "".join([call.name + call.arguments for call in tool_calls])
    usage = read_usage(raw_usage(body), thinking=thinking, answer=written)
    outcome = _outcome(
        answer, told.finish_reason or "", refused=refusal is not None, called=bool(tool_calls or parts.leaked)
    )
    warnings = doubts(
        Told(
            told,
            thinking,
            answer,
            tool_calls,
            outcome,
            usage,
            parts.stray_closing,
            record.get("gateway_cache") or None,
        ),
        request["body"],
        body,
        reading,
    )
    model = model or request["model_id"]
    served = body.get("model")
    return Reply(
        answer=answer,
        thinking=thinking,
        outcome=outcome,
        model=model,
        provider="local" if model.startswith("local:") else model.partition("/")[0],  # a file, by its path
        served_model=served if isinstance(served, str) and served else None,
        finish_reason=told.finish_reason or UNKNOWN_REASON,
        thinking_visibility=_visibility(message, thinking, usage, reading),
        usage=usage,
        usd=record["usd"],
        usd_source=record["usd_source"],
        usd_spent=record["usd"] if bought else 0.0,
        seconds=record["seconds"],
        seconds_to_first_token=record["seconds_to_first_token"],
        seconds_to_answer=record["seconds_to_answer"],
        cached=not bought,
        attempts=record["attempts"],
        http_status=record["status"],
        request_id=record["request_id"],
        key=record["key"],
        sample=request["sample"],
        created_at=record["created_at"],
        max_tokens=request["body"].get("max_completion_tokens", request["body"].get("max_tokens")),
        tool_calls=tool_calls,
        refusal=refusal,
        warnings=(*([_OUT_OF_ORDER] if out_of_order else []), *([cut] if cut else []), *warnings),
        token_ends=record.get("token_ends", ()),
        raw=body,
    )


class _Parts(NamedTuple):
    """A message told apart; `leaked` are calls of tools that a server left in the text."""

    thinking: str
    answer: str
    tool_calls: tuple[ToolCall, ...] = ()
    leaked: Sequence[str] = ()
    stray_closing: str = ""


def _parts_of(message: Mapping[str, Any], reading: Reading, finish_reason: str | None) -> _Parts:
    plain = plain_texts(message, reading)
    if plain is not None:
        has_calls = "tool_calls" in message or "function_call" in message
        return _Parts(*plain, tool_calls_of(message) if has_calls else ())
    thinking, answer, leaked, stray_closing = _told_apart(message, reading, finish_reason)
    if stray_closing and reading.preopens:  # a server that took no notice of the switch has opened it all the same
        opened = _told_apart(message, replace(reading, preopened=True), finish_reason)
        if opened[0].strip() and opened[1].strip():
            thinking, answer, leaked, stray_closing = opened
    calls = tool_calls_of(message) or tuple(ToolCall(*call) for text in leaked for call in leaked_tool_calls(text))
    return _Parts(thinking, answer, calls, leaked, stray_closing)


def _told_apart(
    message: Mapping[str, Any], reading: Reading, finish_reason: str | None
) -> tuple[str, str, list[str], str]:
    """The thinking, the answer, the calls in the text, and a closing tag without its opening one."""
    reader = MessageReader(reading)
    pieces = [*reader.feed(message), *reader.close(finish_reason)]
    texts: dict[str, list[str]] = {"thinking": [], "answer": [], "tool_call": []}
    for piece in pieces:
        texts[piece.kind].append(piece.text)
    return "".join(texts["thinking"]), "".join(texts["answer"]), texts["tool_call"], reader.stray_closing


def _cut_by_signs(told: Said, record: Record) -> tuple[Said, str]:
    """The same, cut off where nothing better is known of how it ended, and a warning where nothing at all is.

    All tokens that were allowed are used, or a call breaks off: some hosts say of such a reply that it stopped, and
    gateways lose the chunk with the finish reason.
    """
    unknown = told.finish_reason is None
    doubtful = told.finish_reason == "stop" and record["request"].get("dialect") in _CUTS_UNTOLD
    sign = ""
    if (unknown or doubtful) and used_up(record["request"]["body"], record["response"]):
        sign = "all the tokens that were allowed are used"
    elif unknown and breaks_off(told.message):
        sign = "the arguments of a tool call break off"
    if not sign:
        return told, ""
    warning = f"the provider gave no finish reason; {sign}, so the reply was cut" if unknown else ""
    return told._replace(finish_reason="length"), warning


def _without_begun(message: Mapping[str, Any], record: Record) -> Mapping[str, Any]:
    """The message without the beginning that the request gave: llama.cpp repeats it in whole bodies and not in streams.

    Whichever way a reply was fetched, its answer is then one text.
    """
    messages = record["request"]["body"].get("messages")
    last = messages[-1] if isinstance(messages, list) and messages else None
    if record["streamed"] or not isinstance(last, Mapping) or last.get("role") != "assistant":
        return message
    begun, text = last.get("content"), message.get("content")
    ours = record["request"].get("dialect") in _REPEAT_WHAT_WAS_BEGUN or "timings" in record["response"]
    if not (ours and isinstance(begun, str) and begun and isinstance(text, str) and text.startswith(begun)):
        return message
    return {**message, "content": text[len(begun) :]}


def _in_order(message: Mapping[str, Any], record: Record) -> tuple[Mapping[str, Any], bool]:
    """The message with its content in order, and whether that order is a guess.

    Records of version 1 hold what a stream sent as text in front of what it sent in parts. Thinking comes before the
    answer, so text in front of it belongs behind; where the parts hold no thinking, nothing tells.
    """
    content = message.get("content")
    if record["version"] > 1 or not record["streamed"] or not isinstance(content, list) or len(content) < 2:
        return message, False
    first, *parts = content
    if not isinstance(first, Mapping) or first.keys() != {"type", "text"}:
        return message, False
    if any(isinstance(part, Mapping) and thinking_of_part(part) for part in parts):
        return {**message, "content": [*parts, first]}, False
    return message, any(text_of_part(part) for part in parts)


def _outcome(answer: str, finish_reason: str, *, refused: bool, called: bool) -> Outcome:
    reason = finish_reason.lower()
    if refused or reason in REFUSAL_REASONS or reason.startswith("content_filter"):
        return "refused"
    if reason in LENGTH_REASONS:
        return "answer_truncated" if answer.strip() or called else "thinking_exhausted"
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
        content = message.get("content")
        parts = content if isinstance(content, list) else ()
        summarised = any(
            isinstance(part, Mapping) and part.get("type") == "reasoning" and part.get("summary") for part in parts
        )
        return "summary" if summarised or reading.thought_flag or reading.thinking == "summary" else "full"
    details = message.get("reasoning_details")
    encrypted = isinstance(details, list) and any(
        isinstance(detail, Mapping) and detail.get("type") == "reasoning.encrypted" for detail in details
    )
    if usage.thinking_tokens or encrypted:
        return "hidden"
    return "hidden" if reading.thinking == "hidden" and usage.thinking_tokens is None else "none"


def foot_line(reply: Reply) -> str:
    """Model, who served it, tokens, dollars, seconds, and whether it was kept or bought just now."""
    return " · ".join(_foot(reply))


def _foot(reply: Reply) -> list[str]:
    usage = reply.usage
    other = reply.served_model is not None and redirected(reply.model, reply.served_model)
    served = f" (served as {reply.served_model})" if other else ""
    parts = [f"{reply.model}{served}"]
    if usage.output_tokens is not None:
        thinking = ""
        if usage.thinking_tokens is not None:
            about = "about " if usage.thinking_tokens_source == "estimated" else ""
            thinking = f", {about}{usage.thinking_tokens:,} of them thinking"
        parts.append(f"{counted(usage.output_tokens, 'token')}{thinking}")
    parts.append(figures.spent(reply.usd))
    parts.append("in a batch" if reply.seconds is None else f"{reply.seconds:.1f} s")
    parts.append("kept" if reply.cached else "bought")
    return parts


def reply_text(reply: Reply) -> str:
    """A reply on a terminal: how it ended if not well, the answer, a foot line."""
    lines = []
    if reply.outcome != "answered":
        lines.append(f"[{OUTCOME_WORDS[reply.outcome]}]")
    if reply.refusal:
        lines.append(visible(reply.refusal))
    if reply.answer:
        lines.append(visible(reply.answer))
    lines.extend(visible(f"{call.name}({call.arguments})") for call in reply.tool_calls)
    lines.append(f"— {visible(foot_line(reply))}")
    return "\n".join(lines)


def reply_html(reply: Reply) -> str:
    """A reply in a notebook: its card, with the style that it needs."""
    from workbench.replies.cards import card_html, with_style

    return str(with_style(card_html(reply_card(reply))))


def reply_card(
    reply: Reply, *, name: str = "", standing: str | None = None, why: str = "", foot: Sequence[str] = ()
) -> Card:
    """The card of a reply: `name` stands at its top, `standing` and `why` say what a scorer made of it, `foot` stands
    in place of the line that names everything.
    """
    from workbench.replies.cards import Card, tokens_of_answer

    usage = reply.usage
    calls = [f"{call.name}({call.arguments})" for call in reply.tool_calls]
    return Card(
        name=name,
        outcome=reply.outcome,
        answer=reply.answer,
        thinking=reply.thinking,
        standing=standing,
        why=why,
        thinking_tokens=usage.thinking_tokens,
        answer_tokens=tokens_of_answer(
            usage.answer_tokens,
            thinking=usage.thinking_tokens,
            output=usage.output_tokens,
            visibility=reply.thinking_visibility,
        ),
        max_tokens=reply.max_tokens,
        estimated=usage.thinking_tokens_source == "estimated",
        note="\n".join([*([reply.refusal] if reply.refusal else []), *calls, *reply.warnings]),
        foot=foot or _foot(reply),
    )
