"""Messages that go on from one request to the next: each is written as JSON, and measured, once for all of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

_PATH = ("request", "body", "messages")
_COMPACT, _SPACED = (",", ":"), (", ", ": ")
_ENCODERS = {separators: json.JSONEncoder(separators=separators) for separators in (_COMPACT, _SPACED)}
_SPACED_ENCODER = _ENCODERS[_SPACED]


class _Written(NamedTuple):
    message: Mapping[str, Any]  # held, so that nothing else gets its identity
    text: str
    size: int
    beside: int
    plain: bool


class Conversation(list[Mapping[str, Any]]):
    """The messages of one request of a loop, which are those of the last and a few more; none of them is ever changed.

    `mark` stands for them where calls are compared. `after` is the key under which the request before it is kept, and
    how many of its messages this one begins with: a record then holds that, and the messages that are new.

    >>> one = Conversation([{"role": "user", "content": "hi"}])
    >>> two = one.followed_by([*one, {"role": "assistant", "content": "hello"}], mark="m")
    >>> two.text(), two.size, two.is_plain
    ('[{"role": "user", "content": "hi"}, {"role": "assistant", "content": "hello"}]', 80, True)
    """

    def __init__(self, messages: Iterable[Mapping[str, Any]], mark: str = "") -> None:
        super().__init__(messages)
        self.mark = mark
        self.after: tuple[str, int] | None = None
        self._known: dict[int, _Written] = {}
        self._written: list[_Written] | None = None

    def followed_by(self, messages: Iterable[Mapping[str, Any]], mark: str) -> Conversation:
        """The messages of the next request; what is known of those that are the same is not found out again."""
        following = Conversation(messages, mark)
        following._known = self._known
        return following

    def begins_with(self, before: Conversation, key: str) -> None:
        """Note that the request before this one is kept under a key: what both begin with is kept once."""
        shared = 0
        for one, other in zip(before, self, strict=False):
            if one is not other:
                break
            shared += 1
        self.after = (key, shared) if shared else None

    @property
    def written(self) -> list[_Written]:
        """What is known of each message."""
        if self._written is None:
            known = self._known
            for message in self:
                if id(message) not in known:
                    known[id(message)] = _measured(message)
            self._written = [known[id(message)] for message in self]
        return self._written

    def text(self, item: str = ", ") -> str:
        """The messages as JSON, in ASCII."""
        return f"[{item.join([one.text for one in self.written])}]"

    @property
    def is_plain(self) -> bool:
        """Whether no message has parts, of which pictures may be some."""
        return all(one.plain for one in self.written)

    @property
    def size(self) -> int:
        """Bytes of the messages as JSON in UTF-8, and some more."""
        return sum(one.size for one in self.written) + 2 * len(self) + 2

    @property
    def beside(self) -> int:
        """Bytes of what the messages hold beside role and content: calls, thinking."""
        return sum(one.beside for one in self.written)

    def holds(self, text: str) -> bool:
        """Whether a text in ASCII stands in the JSON of any message."""
        return any(text in one.text for one in self.written)


def _measured(message: Mapping[str, Any]) -> _Written:
    beside = {name: value for name, value in message.items() if name not in ("role", "content")}
    plain = message.get("content") is None or isinstance(message["content"], str)
    text = _SPACED_ENCODER.encode(message)
    beside_text = _SPACED_ENCODER.encode(beside) if beside else ""
    return _Written(message, text, _bytes(message, text), _bytes(beside, beside_text), plain)


def _bytes(value: Any, text: str) -> int:
    """Bytes of a value as JSON in UTF-8, of which `text` is the JSON in ASCII: most often the same."""
    if "\\u" not in text:
        return len(text)
    return len(json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def dumped(body: Mapping[str, Any]) -> str:
    """The body of a request as JSON in ASCII; the messages of a conversation are not written anew.

    >>> dumped({"model": "m", "messages": Conversation([{"role": "user", "content": "hi"}])})
    '{"model": "m", "messages": [{"role": "user", "content": "hi"}]}'
    """
    return _dumped(body, _PATH[-1:], _SPACED)


def record_dumped(record: Mapping[str, Any]) -> str:
    """A record with its request as compact JSON in ASCII.

    The messages of a conversation are not written anew; those that the request before it holds are not written at all.

    >>> one = Conversation([{"role": "user", "content": "hi"}])
    >>> two = one.followed_by([*one, {"role": "user", "content": "there"}], mark="")
    >>> two.begins_with(one, "f83e")
    >>> record_dumped({"key": "9a1c", "request": {"body": {"messages": two}}})
    '{"key":"9a1c","request":{"body":{"messages":{"after":"f83e","shared":1,"added":[{"role":"user","content":"there"}]}}}}'
    """
    return _dumped(_told_after(record), _PATH, _COMPACT)


def record_encoded(record: Mapping[str, Any], response: bytes) -> bytes:
    """The same as bytes, where what the record holds as its `response` is written already: a long one is copied once.

    >>> record_encoded({"key": "k", "request": {}, "response": {"n": 9}, "usd": 0.5}, b'{"n": 9}')
    b'{"key":"k","request":{},"response":{"n": 9},"usd":0.5}'
    """
    names = [*record]
    place = names.index("response")
    before = record_dumped({name: record[name] for name in names[:place]})
    after = _ENCODERS[_COMPACT].encode({name: record[name] for name in names[place + 1 :]})
    return b"".join((before[:-1].encode("ascii"), b',"response":', response, b",", after[1:].encode("ascii")))


def _told_after(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """A record whose conversation follows a kept one, with what it added alone; any other as it is."""
    request = record.get("request")
    body = request.get("body") if isinstance(request, dict) else None
    messages = body.get("messages") if isinstance(body, dict) else None
    if not (isinstance(request, dict) and isinstance(body, dict) and isinstance(messages, Conversation)):
        return record
    if not messages.after:
        return record
    key, shared = messages.after
    told = {"after": key, "shared": shared, "added": messages[shared:]}
    return {**record, "request": {**request, "body": {**body, "messages": told}}}


def _dumped(value: Any, path: tuple[str, ...], separators: tuple[str, str]) -> str:
    item, colon = separators
    if isinstance(value, Conversation):
        return value.text(item)
    if not _on(value, path):
        return _ENCODERS[separators].encode(value)
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    name = path[0]
    side = before
    for key, inner in value.items():
        if key == name:
            side = after
        else:
            side[key] = inner
    middle = f'"{name}"{colon}{_dumped(value[name], path[1:], separators)}'
    around = [_ENCODERS[separators].encode(one)[1:-1] for one in (before, after)]
    return f"{{{item.join(part for part in (around[0], middle, around[1]) if part)}}}"


def _on(value: Any, path: tuple[str, ...]) -> bool:
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return isinstance(value, Conversation)
