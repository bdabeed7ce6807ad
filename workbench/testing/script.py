"""What a scripted model answers: the items of a script, checked, and put into the words of a provider."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from workbench.base import regular_expressions as re
from workbench.base.words import nearest
from workbench.errors import (
    AuthError,
    BadRequest,
    BadResponse,
    Blocked,
    CallError,
    InputError,
    NotFound,
    OutcomeUnknown,
    QuotaExhausted,
    RateLimited,
    Redirected,
    ServerBusy,
    StreamCut,
    StreamError,
)

FIELDS: Final = ("answer", "thinking", "finish_reason", "usage", "usd", "seconds", "tool_calls")
NO_RETRY_SECONDS: Final = 86_400
"""Asked to wait for longer than anyone waits, a call ends with its error."""

_STATUS: Final[Mapping[type[CallError], int]] = {
    AuthError: 401,
    BadRequest: 400,
    Blocked: 403,
    NotFound: 404,
    Redirected: 302,
    RateLimited: 429,
    QuotaExhausted: 402,
    ServerBusy: 503,
}
_BROKEN: Final = (OutcomeUnknown, StreamCut, StreamError, BadResponse)
_TOKEN: Final = re.compile(r"\s*\S+\s*")
_LONGEST_SHOWN: Final = 80

Item = str | Mapping[str, Any] | CallError | type[CallError]
"""An answer; a reply by its parts; an error."""


@dataclass(frozen=True)
class Asked:
    """One request that reached the scripted model: what it was asked, under which name, with which parameters.

    `prompt` is the text of the last message, `parameters` everything else of the request's body.

    >>> Asked.of({"model": "m", "messages": [{"role": "user", "content": "6 * 7?"}], "max_tokens": 9, "stream": True})
    Asked(prompt='6 * 7?', model='m', messages=({'role': 'user', 'content': '6 * 7?'},), parameters={'max_tokens': 9})
    """

    prompt: str
    model: str
    messages: tuple[Mapping[str, Any], ...]
    parameters: Mapping[str, Any]

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Asked:
        messages = tuple(body["messages"])
        known = {"model", "messages", "stream", "stream_options"}
        parameters = {name: value for name, value in body.items() if name not in known}
        content = messages[-1].get("content") if messages else ""
        if isinstance(content, list):  # parts of text, pictures and the like
            content = "".join(str(part.get("text", "")) for part in content)
        return cls(str(content or ""), str(body["model"]), messages, parameters)


@dataclass(frozen=True)
class Answer:
    """What goes back for one request: a status and a JSON body, or events; `ends` may be whole, cut, or reset."""

    status: int = 200
    body: Mapping[str, Any] = field(default_factory=dict)
    events: Sequence[Mapping[str, Any]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    ends: str = "whole"


class Script:
    """The items of a script, handed out one a request in the order of arrival, and a note of what was asked.

    >>> script = Script(["42"])
    >>> script.next(Asked("6 * 7?", "m", (), {}))
    '42'
    >>> try:
    ...     script.next(Asked("And 7 * 7?", "m", (), {}))
    ... except BadRequest as error:
    ...     print(error)
    the script is at its end: request 2 of 1, 'And 7 * 7?'
    """

    def __init__(self, replies: Item | Iterable[Item] | Callable[[Asked], Item]) -> None:
        self.asked: list[Asked] = []
        self._lock = threading.Lock()
        self._items: list[Item] = []
        self._always: Callable[[Asked], Item] | None = None
        if isinstance(replies, str | Mapping | CallError) or _is_error_class(replies):
            item = checked(replies)
            self._always = lambda asked: item
        elif callable(replies):
            self._always = replies
        elif isinstance(replies, Iterable):
            self._items = [checked(item) for item in replies]
        else:
            raise InputError(
                f"a script is a list of replies, one reply for all, or a function of what is asked, not {replies!r}"
            )

    def next(self, asked: Asked) -> Item:
        """The item for a request; raises what a function raises, and `BadRequest` at the end of a list."""
        with self._lock:
            self.asked.append(asked)
            number = len(self.asked)
        if self._always is not None:
            return checked(self._always(asked))
        if number > len(self._items):
            shown = asked.prompt if len(asked.prompt) <= _LONGEST_SHOWN else asked.prompt[:_LONGEST_SHOWN] + "…"
            raise BadRequest(f"the script is at its end: request {number} of {len(self._items)}, {shown!r}")
        return self._items[number - 1]

    @property
    def left(self) -> int:
        """How many items of a list nobody has asked for yet."""
        return max(0, len(self._items) - len(self.asked))

    def answer(self, body: Mapping[str, Any]) -> Answer:
        """What goes back for a request; a fault of the script itself is said in the answer, and is not tried again."""
        asked = Asked.of(body)
        try:
            return answer_of(self.next(asked), asked, streamed=bool(body.get("stream")))
        except CallError as error:
            return answer_of(error, asked, streamed=bool(body.get("stream")))
        except Exception as error:  # noqa: BLE001 - the function of a user may raise anything
            said = f"the script failed: {type(error).__name__}: {error}"
            return answer_of(BadRequest(said), asked, streamed=False)


def checked(item: Any) -> Item:
    """An item of a script as it came; raises `InputError` for what none can be.

    >>> checked({"anwser": "42"})
    Traceback (most recent call last):
    workbench.errors.InputError: a scripted reply has no 'anwser'; did you mean 'answer'?
    """
    if isinstance(item, str):
        return item
    if isinstance(item, Mapping):
        for name in item:
            if name not in FIELDS:
                raise InputError(f"a scripted reply has no {name!r}; {nearest(str(name), FIELDS)}")
        return item
    kind = type(item) if isinstance(item, CallError) else item
    if _is_error_class(kind) and (kind in _STATUS or kind in _BROKEN):
        return item  # type: ignore[no-any-return]  # a class or an instance, both of which were looked at
    known = ", ".join(error.__name__ for error in (*_STATUS, *_BROKEN))
    raise InputError(f"a scripted reply is a text, a mapping, or one of the errors {known}, not {item!r}")


def _is_error_class(item: object) -> bool:
    return isinstance(item, type) and issubclass(item, CallError)


def answer_of(item: Item, asked: Asked, *, streamed: bool) -> Answer:
    """The answer that a provider would give."""
    if isinstance(item, str | Mapping):
        return _reply({"answer": item} if isinstance(item, str) else item, asked, streamed=streamed)
    error = item if isinstance(item, CallError) else item(_first_sentence(item))
    kind = type(error)
    if kind in _STATUS:
        retried = kind in (RateLimited, ServerBusy)
        seconds = error.retry_after_seconds or NO_RETRY_SECONDS
        told: Mapping[str, Any] = {"error": {"message": str(error), "type": kind.__name__}}
        if kind is Blocked:
            told = {"message": f"request blocked: {error}"}
        return Answer(
            _STATUS[kind],
            told,
            headers={"Retry-After": f"{seconds:g}"} if retried else {},
        )
    if kind is BadResponse:
        return Answer(body={"said": str(error)})
    if kind is OutcomeUnknown or not streamed:
        return Answer(ends="reset")
    begun = _reply({"answer": error.partial or "It is"}, asked, streamed=True).events[:-1]
    if kind is StreamError:
        return Answer(events=[*begun, {"error": {"message": str(error), "type": "server_error"}}])
    return Answer(events=begun, ends="cut")


def _first_sentence(kind: type[CallError]) -> str:
    return (kind.__doc__ or kind.__name__).partition(".")[0].partition(";")[0]


def _reply(parts: Mapping[str, Any], asked: Asked, *, streamed: bool) -> Answer:
    """A reply, cut where `max_tokens` ends; a word counts as a token, for want of a real one."""
    thinking = _TOKEN.findall(str(parts.get("thinking") or ""))
    words = _TOKEN.findall(str(parts.get("answer") or ""))
    cap = asked.parameters.get("max_tokens", asked.parameters.get("max_completion_tokens"))
    finish_reason = parts.get("finish_reason")
    calls = _tool_calls(parts.get("tool_calls") or ())
    if finish_reason is None:
        finish_reason = "tool_calls" if calls else "stop"
        if isinstance(cap, int) and len(thinking) + len(words) > cap:
            finish_reason = "length"
            words = words[: max(0, cap - len(thinking))]
            thinking = thinking[:cap]
    of_prompt = sum(len(_TOKEN.findall(str(message.get("content") or ""))) for message in asked.messages)
    of_reply = len(thinking) + len(words)
    usage: dict[str, Any] = {
        "prompt_tokens": of_prompt,
        "completion_tokens": of_reply,
        "total_tokens": of_prompt + of_reply,
        "completion_tokens_details": {"reasoning_tokens": len(thinking)},
        **(parts.get("usage") or {}),
    }
    if parts.get("usd") is not None:
        usage["cost"] = parts["usd"]
    head = {"id": "scripted", "created": 0, "model": asked.model}
    seconds = float(parts.get("seconds") or 0.0)
    if not streamed:
        message: dict[str, Any] = {"role": "assistant", "content": "".join(words)}
        message |= {"reasoning_content": "".join(thinking)} if thinking else {}
        message |= {"tool_calls": calls} if calls else {}
        choice = {"index": 0, "message": message, "finish_reason": finish_reason}
        return Answer(body={**head, "object": "chat.completion", "choices": [choice], "usage": usage}, seconds=seconds)
    deltas: list[Mapping[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{"reasoning_content": piece} for piece in thinking]
    deltas += [{"content": piece} for piece in words]
    deltas += [{"tool_calls": [{"index": place, **call}]} for place, call in enumerate(calls)]
    head["object"] = "chat.completion.chunk"
    events: list[Mapping[str, Any]] = [
        {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas
    ]
    last = {**head, "choices": [{"index": 0, "delta": {}, "finish_reason": finish_reason}], "usage": usage}
    return Answer(events=[*events, last], seconds=seconds)


def _tool_calls(calls: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Calls of tools as a provider words them, from `{"name": …, "arguments": {…}}`."""
    return [
        {
            "id": f"call_{place}",
            "type": "function",
            "function": {"name": str(call["name"]), "arguments": json.dumps(call.get("arguments") or {})},
        }
        for place, call in enumerate(calls)
    ]
