"""The chunks of a stream become the message that the same reply has without streaming, and its thinking is found."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from workbench.asking.wire.error_bodies import error_in
from workbench.asking.wire.failures import describe_error, error_for, head_of, too_large
from workbench.asking.wire.growing import Content, Details, Growing, ToolCalls
from workbench.asking.wire.repeats import Again
from workbench.errors import BadResponse, StreamError
from workbench.replies.contents import KEPT_THINKING, THINKING_FIELDS, detail_text, parts_of, thinking_in
from workbench.replies.message import finish_reason_of, said, says_something
from workbench.replies.pieces import Gathered

MOST_TEXT_BYTES = 32 * 1024 * 1024
"""A reply with more text than this is refused: no model writes it, and it would fill the memory."""

_CONCATENATED = frozenset({"refusal", *THINKING_FIELDS, "text"})
_SCALAR = (str, int, float, list)
_NOT_KEPT = ("delta", "message", "index", "finish_reason")


class Merge:
    """Merge the chunks of a stream into the body that the same reply has without streaming.

    Where `several` were drawn, the one that is heard while it comes is the first by its index, whichever comes first.
    The first finish reason of a choice is kept: some providers send a second chunk that ends with null. Usage is taken
    from the top of a chunk, else from its choice, never added up.
    """

    def __init__(self, *, several: bool = False) -> None:
        self._several = several
        self._top: dict[str, Any] = {}
        self._settled = {"choices"}  # names of fields that no later chunk changes
        self._choices: dict[int, _Choice] = {}
        self._first = 0
        self._usages = 0  # chunks with usage so far
        self._counted_last = False  # usage has come, and no text since
        self.size = 0
        self.has_text = False
        self.thinking = ""  # that the delta handed out last has in a field
        self.error: object = None

    def add(self, chunk: object) -> Mapping[str, Any] | None:
        """Add one chunk; return the delta of the first choice, if it has one.

        Raises for an error before the finish reason: `StreamError` once text has come, else that or the class its code
        stands for; `BadResponse` for a chunk of another shape, and for too much text.
        """
        error = error_in(chunk) if _may_hold_error(chunk) else None
        if error is not None:
            self.error = error
            if not self.finished:
                raise self._failure(error)
        if not isinstance(chunk, dict):
            if error is not None:
                return None
            raise BadResponse(f"an event of the stream is {head_of(chunk)} and not a chat completion chunk")
        first = self._add_choices(chunk)
        if not self._settled.issuperset(chunk):
            self._add_top(chunk)
        if self.size > MOST_TEXT_BYTES:
            raise too_large("the text of the reply", MOST_TEXT_BYTES)
        return first

    def again(self, chunk: Again) -> Mapping[str, Any] | None:
        """Add the last chunk once more, with another text: the same as `add`, for nothing else of it is new."""
        self._choices[chunk.index].go_on(chunk.field, chunk.text)
        self.size += len(chunk.text) * (1 if chunk.field == "content" else 2)  # as of each delta
        if chunk.text:
            self.has_text, self._counted_last = True, False
        if self.size > MOST_TEXT_BYTES:
            raise too_large("the text of the reply", MOST_TEXT_BYTES)
        if chunk.index != self._first:
            return None
        self.thinking = "" if chunk.field == "content" else chunk.text
        return {chunk.field: chunk.text}

    def _failure(self, error: object) -> Exception:
        if self.has_text:
            return StreamError(f"the provider ended the reply with an error: {describe_error(error)}")
        return error_for(error, within="stream")

    def _add_choices(self, chunk: Mapping[str, Any]) -> Mapping[str, Any] | None:
        first = None
        seen: set[int] = set()
        before = self.size
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
                self._first = 0 if self._several else min(self._choices)
            delta, grown, thinking = merged.add(choice)
            self.size += grown
            if index == self._first:
                first, self.thinking = delta, thinking
        if self.size > before:
            self.has_text, self._counted_last = True, False
        return first

    def _add_top(self, chunk: Mapping[str, Any]) -> None:
        for name, value in chunk.items():
            if name in self._settled or value is None:
                continue
            if name == "usage" and value and self.has_text:
                self._usages += 1
                self._counted_last = self._usages == 1 or not self._brings_text(chunk)
            old = self._top.get(name)
            if old is None or old == "" or (name == "model" and not isinstance(old, str)):
                self._top[name] = value
                self.size += length_of(value)
                if name != "usage" and value != "" and isinstance(value, str if name == "model" else _SCALAR):
                    self._settled.add(name)
            elif name == "usage" and isinstance(value, dict) and isinstance(old, dict):
                if any(value.values()) or not any(old.values()):
                    self._top[name] = {**old, **{key: count for key, count in value.items() if count is not None}}
            elif isinstance(value, dict):
                self._top[name] = _deepened(old, value)

    def _brings_text(self, chunk: Mapping[str, Any]) -> bool:
        choices = chunk.get("choices")
        return any(
            isinstance(choice, dict) and says_something(choice.get("delta") or choice.get("message") or {})
            for choice in (choices if isinstance(choices, list) else ())
        )

    @property
    def finished(self) -> bool:
        """Whether the first choice has a finish reason, which is what makes a stream complete."""
        choice = self._choices.get(self._first)
        return choice is not None and choice.finish_reason is not None

    over = False
    """Whether nothing can follow, which only `[DONE]` tells."""

    @property
    def started(self) -> bool:
        return bool(self._choices)

    def is_whole(self, *, done: bool) -> bool:
        """Whether the stream has all of the reply: a finish reason, or `[DONE]` or its usage after some content.

        Usage is a sign only where it comes once or without text: some servers count on every chunk.
        """
        if self.finished:
            return True
        message = said(self.body()) if done or self._counted_last else None
        return message is not None and says_something(message.message)

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
        self._content = Content()
        self._texts = Growing()
        self._fields: dict[str, Any] = {}
        self._details = Details()
        self._mirrors = ""  # the field that has said the same as the details in every delta; their text is its text
        self._has_details = False
        self._has_begun = False
        self._tool_calls = ToolCalls()
        self._function = Growing()
        self._source = ""  # the field that the thinking has come in so far
        self._thinking: Gathered | None = None  # the thinking chosen delta by delta, where the field has changed

    def add(self, choice: dict[str, Any]) -> tuple[Mapping[str, Any] | None, int, str]:
        """Add a choice of a chunk; return its delta, how much text that has, and its thinking in a field."""
        for name, value in choice.items():
            if value is not None and name not in _NOT_KEPT:
                self._other[name] = value
            elif name == "finish_reason" and self.finish_reason is None and value is not None:
                self.finish_reason = finish_reason_of(choice)
        delta = choice.get("delta")
        if not delta and not self._has_begun:  # behind deltas it is the same once more, and not more of it
            delta = choice.get("message")
        if not isinstance(delta, dict):
            return None, 0, ""
        self._has_begun = self._has_begun or bool(delta.keys() - {"role"})
        source, thinking = thinking_in(delta)
        if thinking and (source != self._source or self._thinking is not None):
            self._choose(source, thinking)
        size = len(thinking)
        mirrored = self._mirrored(delta, source, thinking) if self._has_details or "reasoning_details" in delta else ""
        for name, value in delta.items():
            if name == "content":
                size += self._add_content(value)
            elif name == mirrored:
                continue
            elif isinstance(value, str) and name in _CONCATENATED:
                self._texts.grow(name, value)
                size += len(value)
            elif value is not None and (name != "role" or name not in self._fields):
                size += self._add_field(name, value)
        return delta, size, thinking

    def go_on(self, field: str, text: str) -> None:
        """Let the content, or the thinking of a field, go on."""
        if field == "content":
            self._content.add_text(text)
            return
        if text and (field != self._source or self._thinking is not None):
            self._choose(field, text)
        self._texts.grow(field, text)

    def _mirrored(self, delta: Mapping[str, Any], source: str, thinking: str) -> str:
        """The field that says what the details say, which OpenRouter does in every delta: kept once while it comes."""
        details = delta.get("reasoning_details")
        if not self._has_details:
            if not (isinstance(details, list) and details):
                return ""
            names = [name for name in THINKING_FIELDS if isinstance(delta.get(name), str) and delta[name]]
            self._has_details = True
            if len(names) == 1 and not self._texts.text(names[0]):
                self._mirrors = names[0]
        if not self._mirrors:
            return ""
        text = delta.get(self._mirrors)
        if (text or "") == (thinking if source == "reasoning_details" else ""):
            return self._mirrors
        so_far = "".join(map(detail_text, self._details.whole()))
        self._texts.grow(self._mirrors, so_far)
        self._mirrors = ""
        return ""

    def _choose(self, source: str, thinking: str) -> None:
        if self._thinking is None and source != self._source and self._source:
            self._thinking = Gathered()
            self._thinking.write(thinking_in(self._message())[1])
        self._source = self._source or source
        if self._thinking is not None:
            self._thinking.write(thinking)

    def _add_content(self, value: Any) -> int:
        if isinstance(value, str):
            self._content.add_text(value)
            return len(value)
        if value is None:
            return 0
        if not isinstance(value, list | dict):
            raise BadResponse(f"the content of a message is {head_of(value)} and neither text nor a list of parts")
        parts = parts_of(value)
        for part in parts:
            if isinstance(part, str):
                self._content.add_text(part)
            else:
                self._content.add_part(part)
        return sum(map(length_of, parts))

    def _add_field(self, name: str, value: Any) -> int:
        if name == "reasoning_details" and isinstance(value, list):
            for detail in value:
                self._details.add(detail)
            return sum(length_of(detail.get("data")) for detail in value if isinstance(detail, dict))
        if name == "tool_calls" and isinstance(value, list):
            self._tool_calls.add(value)
            return length_of(value)
        if name == "function_call" and isinstance(value, dict):
            self._function.add(value, "arguments")
            return length_of(value)
        size = 0 if name in self._fields else len(name) + length_of(value)
        if isinstance(value, dict):
            self._fields[name] = _deepened(self._fields.get(name), value)
        elif name == "role":
            self._fields.setdefault(name, value)
        elif value or name not in self._fields:
            self._fields[name] = value
        return size

    def _message(self) -> dict[str, Any]:
        message = {**self._fields, **self._texts.whole()}
        content = self._content.whole()
        if content is not None:
            message["content"] = content
        if self._has_details:
            message["reasoning_details"] = self._details.whole()
            if self._mirrors:
                message[self._mirrors] = "".join(map(detail_text, message["reasoning_details"]))
        if self._tool_calls:
            message["tool_calls"] = self._tool_calls.whole()
        if self._function.fields:
            message["function_call"] = self._function.whole()
        return message

    def body(self) -> dict[str, Any]:
        message = self._message()
        thinking = self._thinking.getvalue() if self._thinking is not None else None
        if thinking is not None and thinking != thinking_in(message)[1]:
            message[KEPT_THINKING] = thinking
        return {**self._other, "message": message, "finish_reason": self.finish_reason}


def _may_hold_error(chunk: object) -> bool:
    """Whether `error_in` is worth asking, which is for no ordinary chunk."""
    if not isinstance(chunk, dict) or chunk.get("error") or "base_resp" in chunk:
        return True
    choices = chunk.get("choices")
    if isinstance(choices, list):
        return bool(choices) and isinstance(choices[0], dict) and "error" in choices[0]
    return True


def length_of(value: object) -> int:
    """Roughly how many characters a value holds."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(map(length_of, value.values()))
    return sum(map(length_of, value)) if isinstance(value, list) else 0


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
