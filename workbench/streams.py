"""Bytes of a chat completion become one body: reading server-sent events, and merging their chunks.

The openai package builds an object per chunk, which costs more than all the rest (0.12 ms each), so the lines are read
here. A stream is merged into the shape that the same reply has without streaming: one way to keep, one way to read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from workbench.errors import (
    AuthError,
    BadRequest,
    BadResponse,
    CallError,
    NotFound,
    QuotaExhausted,
    RateLimited,
    StreamCut,
    StreamError,
)

MOST_BODY_BYTES = 32 * 1024 * 1024
"""A reply larger than this is refused: no model writes it, and it would fill the memory."""

THINKING_FIELDS = ("reasoning_content", "reasoning")
KEPT_THINKING = "workbench_thinking"
"""Field of a merged message whose deltas spread their thinking over several fields: the text, chosen delta by delta."""

_CONCATENATED = frozenset({"content", "refusal", *THINKING_FIELDS, "thinking", "text"})
_QUOTA_WORDS = (
    "insufficient_quota",
    "exceeded_current_quota",
    "insufficient balance",
    "insufficient_balance",
    "billing",
)
_HEAD_CHARACTERS = 200


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def parse_json(text: bytes | str) -> Any:
    """Parse JSON strictly; raise ValueError for bad JSON, bad UTF-8, NaN, or nesting too deep to read."""
    try:
        return _DECODER.decode(text if isinstance(text, str) else text.decode("utf-8-sig"))
    except RecursionError:
        raise ValueError("nested too deeply") from None


class EventReader:
    r"""Read server-sent events from bytes, cut anywhere, with any line ending.

    `feed` yields the JSON of each event. An event counts when its JSON is whole, even if the stream ends without the
    blank line that should follow. Comments (`: keep-alive`) are passed over. `done` tells whether `[DONE]` came.

    >>> list(EventReader().feed(b': waiting\r\n\r\ndata: {"id": 1}\n\ndata: [DONE]\n\n'))
    [{'id': 1}]
    """

    def __init__(self) -> None:
        self.done = False
        self.events = 0
        self.stray = ""  # the beginning of lines that belong to no event: an error page, or a plain sentence
        self._parts: list[bytes] = []  # of a line whose end has not come
        self._data: list[bytes] = []  # of an event whose JSON is not whole
        self._event = b""
        self._first = True
        self._carriage_return = False

    def feed(self, block: bytes) -> Iterator[Any]:
        if self._first and block:
            self._first = False
            block = block.removeprefix(b"\xef\xbb\xbf")
        if self._carriage_return:
            block, self._carriage_return = b"\r" + block, False
        if b"\r" in block:
            if block.endswith(b"\r"):
                block, self._carriage_return = block[:-1], True
            block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        lines = block.split(b"\n")
        if len(lines) == 1:
            self._parts.append(lines[0])
            return
        self._parts.append(lines[0])
        lines[0] = b"".join(self._parts)
        self._parts = [lines.pop()]
        for line in lines:
            yield from self._line(line)

    def close(self) -> Iterator[Any]:
        """Yield what the last line holds, when the stream ended without a line end."""
        line, self._parts = b"".join(self._parts), []
        yield from self._line(line)
        yield from self._line(b"")

    def _line(self, line: bytes) -> Iterator[Any]:
        if line.startswith(b"data:"):
            data = line[5:].strip()
            if data == b"[DONE]":
                self.done = True
            elif not self._data and data.endswith(b"}"):
                try:
                    event = parse_json(data)
                except ValueError:
                    self._data.append(data)
                else:
                    yield self._checked(event)
            elif data:
                self._data.append(data)
        elif not line:
            if self._data:
                yield self._checked(self._parse_pending())
            self._event = b""
        elif line.startswith(b"event:"):
            self._event = line[6:].strip()
        elif not line.startswith((b":", b"id:", b"retry:")) and len(self.stray) < _HEAD_CHARACTERS:
            self.stray += line[:_HEAD_CHARACTERS].decode("utf-8", "replace")

    def _parse_pending(self) -> Any:
        data, self._data = b"\n".join(self._data), []
        try:
            return parse_json(data)
        except ValueError as error:
            head = data[:_HEAD_CHARACTERS].decode("utf-8", "replace")
            if not data.startswith((b"{", b"[", b'"')):
                raise StreamError(f"the provider wrote {head!r} into the stream instead of JSON") from None
            raise BadResponse(f"an event of the stream is not JSON ({error}): {head!r}") from None

    def _checked(self, event: Any) -> Any:
        self.events += 1
        if self._event == b"error" and not (isinstance(event, dict) and "error" in event):
            raise StreamError(f"the provider reported an error in the stream: {describe_error(event)}")
        return event


class Merge:
    """Merge the chunks of a stream into the body that the same reply has without streaming.

    The first finish reason of a choice is kept: some providers send a second chunk that ends with null. Usage is taken
    from the top of a chunk, else from its choice, never added up.
    """

    def __init__(self) -> None:
        self._top: dict[str, Any] = {}
        self._choices: dict[int, _Choice] = {}
        self.error: object = None

    def add(self, chunk: object) -> Mapping[str, Any] | None:
        """Add one chunk; return the delta of the first choice, if it has one.

        Raises `StreamError`, or the class its code stands for, for an error before the finish reason, `BadResponse`
        for a chunk of another shape.
        """
        if not isinstance(chunk, dict):
            raise BadResponse(f"an event of the stream is {_head(chunk)} and not a chat completion chunk")
        error = chunk.get("error")
        if error is None and "choices" not in chunk and ("detail" in chunk or chunk.get("object") == "error"):
            error = chunk
        if error is not None:
            self.error = error
            if not self.finished:
                raise error_for(error, within="stream")
        for name, value in chunk.items():
            if name == "choices" or value is None:
                continue
            if name == "usage" or name not in self._top:
                self._top[name] = value
            elif isinstance(value, dict):
                self._top[name] = _deepened(self._top[name], value)
        first = None
        seen: set[int] = set()
        choices = chunk.get("choices")
        for position, choice in enumerate(choices if isinstance(choices, list) else ()):
            if not isinstance(choice, dict):
                raise BadResponse(f"a choice of the stream is {_head(choice)} and not an object")
            index = choice.get("index")
            index = index if isinstance(index, int) else position
            while index in seen:  # two choices of one chunk never are the same one, whatever their index says
                index += 1
            seen.add(index)
            merged = self._choices.get(index)
            if merged is None:
                merged = self._choices[index] = _Choice()
            delta = merged.add(choice)
            if index == 0:
                first = delta
        return first

    @property
    def finished(self) -> bool:
        """Whether the first choice has a finish reason, which is what makes a stream complete."""
        return 0 in self._choices and self._choices[0].finish_reason is not None

    @property
    def started(self) -> bool:
        return bool(self._choices)

    def body(self) -> dict[str, Any]:
        """The merged body."""
        body = dict(self._top)
        if "object" in body:
            body["object"] = "chat.completion"
        body["choices"] = [
            {"index": index, **choice.body()}
            for index, choice in sorted(self._choices.items(), key=lambda item: item[0])
        ]
        if self.error is not None:
            body["error"] = self.error
        return body


class _Choice:
    def __init__(self) -> None:
        self.finish_reason: str | None = None
        self._other: dict[str, Any] = {}
        self._texts: dict[str, list[str]] = {}
        self._fields: dict[str, Any] = {}
        self._content_parts: list[Any] = []
        self._details: list[_Growing] = []
        self._tool_calls: dict[int, dict[str, Any]] = {}
        self._functions: dict[int, _Growing] = {}
        self._thinking: list[str] = []

    def add(self, choice: dict[str, Any]) -> Mapping[str, Any] | None:
        for name, value in choice.items():
            if value is not None and name not in ("delta", "message", "index"):
                if name == "finish_reason":
                    if self.finish_reason is None and isinstance(value, str) and value:
                        self.finish_reason = value
                else:
                    self._other[name] = value
        delta = choice.get("delta") or choice.get("message")
        if not isinstance(delta, dict):
            return None
        for name, value in delta.items():
            if isinstance(value, str) and name in _CONCATENATED:
                texts = self._texts.get(name)
                if texts is None:
                    texts = self._texts[name] = []
                if value:
                    texts.append(value)
            elif value is not None:
                self._add_field(name, value)
        thinking = thinking_of(delta)
        if thinking:
            self._thinking.append(thinking)
        return delta

    def _add_field(self, name: str, value: Any) -> None:
        if name == "reasoning_details" and isinstance(value, list):
            for detail in value:
                _add_detail(self._details, detail)
        elif name == "tool_calls" and isinstance(value, list):
            for position, call in enumerate(value):
                self._add_tool_call(position, call)
        elif name == "content":
            if not isinstance(value, list):
                raise BadResponse(f"the content of a message is {_head(value)} and neither text nor a list of parts")
            self._content_parts.extend(value)
        elif isinstance(value, dict):
            self._fields[name] = _deepened(self._fields.get(name), value)
        elif name == "role":
            self._fields.setdefault(name, value)
        else:
            self._fields[name] = value

    def body(self) -> dict[str, Any]:
        message = dict(self._fields)
        for name, texts in self._texts.items():
            message[name] = "".join(texts)
        if self._content_parts:
            text = message.get("content")
            message["content"] = [*([{"type": "text", "text": text}] if text else []), *self._content_parts]
        if self._details:
            message["reasoning_details"] = [detail.whole() for detail in self._details]
        if self._tool_calls:
            message["tool_calls"] = [self._tool_call(index) for index in sorted(self._tool_calls)]
        thinking = "".join(self._thinking)
        if thinking != thinking_of(message):
            message[KEPT_THINKING] = thinking
        return {**self._other, "message": message, "finish_reason": self.finish_reason}

    def _add_tool_call(self, position: int, call: object) -> None:
        if not isinstance(call, dict):
            return
        index = call.get("index")
        index = index if isinstance(index, int) else position
        merged = self._tool_calls.setdefault(index, {})
        for name, value in call.items():
            if name == "function" and isinstance(value, dict):
                merged.setdefault("function", None)
                self._functions.setdefault(index, _Growing()).add(value, "arguments")
            elif value is not None:
                merged[name] = value

    def _tool_call(self, index: int) -> dict[str, Any]:
        function = self._functions.get(index)
        return {**self._tool_calls[index], **({"function": function.whole()} if function else {})}


class _Growing:
    """An object whose texts arrive in pieces; they are joined once, since adding to a text copies it each time."""

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}
        self._texts: dict[str, list[str]] = {}

    def add(self, piece: dict[str, Any], *texts: str) -> None:
        for name, value in piece.items():
            if name in texts and isinstance(value, str):
                if name not in self._texts:
                    self.fields[name], self._texts[name] = "", []
                self._texts[name].append(value)
            elif value is not None or name not in self.fields:
                self.fields[name] = value

    def whole(self) -> dict[str, Any]:
        return {**self.fields, **{name: "".join(pieces) for name, pieces in self._texts.items()}}


def _add_detail(details: list[_Growing], detail: object) -> None:
    if not isinstance(detail, dict):
        return
    last = details[-1].fields if details else None
    if last is None or last.get("type") != detail.get("type") or last.get("index") != detail.get("index"):
        details.append(_Growing())
    details[-1].add(detail, "text", "summary", "data")


def _deepened(old: object, new: dict[str, Any]) -> dict[str, Any]:
    """Two objects as one: Google's flag of a thought must outlive the signature that comes after it."""
    if not isinstance(old, dict):
        return new
    merged = {**old}
    for name, value in new.items():
        if isinstance(value, dict):
            merged[name] = _deepened(old.get(name), value)
        elif old.get(name) is not True:
            merged[name] = value
    return merged


def thinking_of(message: Mapping[str, Any]) -> str:
    """The thinking that a message or delta carries in a field.

    The same text often comes in two fields at once, so the first that has any is taken and none are added together.

    >>> thinking_of({"reasoning": " hm", "reasoning_details": [{"type": "reasoning.text", "text": " hm"}]})
    ' hm'
    """
    if KEPT_THINKING in message:
        return str(message[KEPT_THINKING])
    details = message.get("reasoning_details")
    if isinstance(details, list) and details:
        text = "".join(map(_detail_text, details))
        if text:
            return text
    for name in THINKING_FIELDS:
        value = message.get(name)
        if isinstance(value, str) and value:
            return value
    return ""


def _detail_text(detail: object) -> str:
    if not isinstance(detail, Mapping):
        return ""
    text = detail.get("text") or detail.get("summary")
    return text if isinstance(text, str) else ""


def read_plain(data: bytes, *, content_length: int | None) -> dict[str, Any]:
    """Read the body of a reply that was not streamed.

    Raises `BadResponse` for anything that is no JSON object. A body that stops inside its JSON is a `StreamCut` unless
    `content_length` says that the server sent all it meant to.
    """
    text = data.strip()
    try:
        body = parse_json(text)
    except ValueError as error:
        head = text[:_HEAD_CHARACTERS].decode("utf-8", "replace")
        cut = text.startswith(b"{") and not text.endswith(b"}") and content_length != len(data)
        if cut:
            raise StreamCut("the reply ended inside its JSON body", partial=head) from None
        what = "empty" if not text else f"not JSON ({error}): {head!r}"
        raise BadResponse(f"the body of the reply is {what}") from None
    if not isinstance(body, dict):
        raise BadResponse(f"the body of the reply is {_head(body)} and not a chat completion")
    return body


def check_body(body: Mapping[str, Any]) -> None:
    """Raise unless `body` holds a finished chat completion.

    `BadResponse` when there is no usable choice, the class its code stands for when it is an error in disguise,
    `StreamCut` when it lacks a finish reason, `StreamError` when it says that it ended by an error.
    """
    choices = body.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    finish_reason = choice.get("finish_reason") if isinstance(choice, dict) else None
    if body.get("error") is not None and not finish_reason:
        raise error_for(body["error"], within="body")
    if not isinstance(choice, dict):
        raise BadResponse(f"the reply has no choices: {_head(body)}")
    message = choice.get("message")
    if not isinstance(message, dict):
        raise BadResponse(f"the first choice of the reply has no message: {_head(choice)}")
    content = message.get("content")
    if content is not None and not isinstance(content, str | list):
        raise BadResponse(f"the content of the message is {_head(content)} and neither text nor a list of parts")
    partial = content if isinstance(content, str) else ""
    if not isinstance(finish_reason, str) or not finish_reason:
        raise StreamCut("the reply ended without a finish reason", partial=partial or thinking_of(message))
    if finish_reason == "error":
        raise StreamError(
            f"the provider ended the reply with an error: {describe_error(body.get('error'))}", partial=partial
        )


def error_for(error: object, *, within: str) -> CallError:
    """The error class that an error object inside a successful reply stands for.

    Codes that settle what to do (key, quota, rate, unknown model) get their class; any other is a `StreamError`
    in a stream and a `BadResponse` in a plain body.
    """
    message = f"the provider answered 200 with an error in the {within}: {describe_error(error)}"
    code = error.get("code", error.get("status")) if isinstance(error, Mapping) else None
    status = code if isinstance(code, int) and not isinstance(code, bool) else None
    if status == 402 or is_quota(error):
        return QuotaExhausted(message, status=status)
    by_status: dict[int | None, type[CallError]] = {
        401: AuthError,
        403: AuthError,
        404: NotFound,
        422: BadRequest,
        429: RateLimited,
    }
    return by_status.get(status, StreamError if within == "stream" else BadResponse)(message, status=status)


def is_quota(error: object) -> bool:
    """Whether an error object says that the account has run out of money or quota."""
    if not isinstance(error, Mapping):
        return False
    text = " ".join(str(error.get(name, "")) for name in ("type", "code", "message")).lower()
    return any(word in text for word in _QUOTA_WORDS)


def describe_error(error: object) -> str:
    """The provider's own words for an error, in one short line."""
    if isinstance(error, Mapping):
        inner = error.get("error")
        source = inner if isinstance(inner, Mapping) else error
        words = source.get("message") or source.get("detail") or inner
        metadata = source.get("metadata")
        raw = metadata.get("raw") if isinstance(metadata, Mapping) else None
        text = f"{words} ({raw})" if words and raw else str(words or _head(error))
    else:
        text = str(error) if error is not None else "no reason given"
    text = " ".join(text.split())
    return text if len(text) <= 2 * _HEAD_CHARACTERS else text[: 2 * _HEAD_CHARACTERS] + "…"


def _head(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _HEAD_CHARACTERS else text[:_HEAD_CHARACTERS] + "…"
