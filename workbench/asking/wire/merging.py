"""The chunks of a stream become the message that the same reply has without streaming, and its thinking is found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.asking.wire.failures import error_for, head_of
from workbench.errors import BadResponse
from workbench.replies.reading import KEPT_THINKING, THINKING_FIELDS, thinking_of

_CONCATENATED = frozenset({"content", "refusal", *THINKING_FIELDS, "thinking", "text"})


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
            raise BadResponse(f"an event of the stream is {head_of(chunk)} and not a chat completion chunk")
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
                raise BadResponse(f"a choice of the stream is {head_of(choice)} and not an object")
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
                raise BadResponse(f"the content of a message is {head_of(value)} and neither text nor a list of parts")
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
