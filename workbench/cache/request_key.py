"""A request and its key: what makes two calls the same call."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from json.encoder import encode_basestring_ascii
from operator import is_
from typing import Any

KEY_VERSION = 1
"""Part of every key. Raising it would buy everything again, so it changes only with the wire format of requests."""


def request_key(request: Mapping[str, Any]) -> str:
    """The SHA-256 of everything that can change a reply: base URL, whole body, extra headers and query, sample number.

    Left out by name are only credentials, timeouts, retries and stream flags, which never get into `request`. The order
    of names does not matter, and 1.0 is the same number as 1.

    >>> body = {"model": "m", "messages": [{"role": "user", "content": "hi"}], "temperature": 1}
    >>> request = {"base_url": "http://127.0.0.1/v1", "body": body, "headers": {}, "query": {}, "sample": 0}
    >>> request_key(request)[:16]
    'f83e3bd2b83685c0'
    >>> request_key(request) == request_key({**request, "body": {**body, "temperature": 1.0}})
    True
    """
    return hashlib.sha256(_text_of(request).encode("ascii")).hexdigest()


def _text_of(request: Mapping[str, Any]) -> str:
    parts = {name: request[name] for name in ("base_url", "body", "headers", "query", "sample")}
    if "cascade" in request:  # of several calls: it is none of them
        parts["cascade"] = request["cascade"]
    return _sorted_json({"key_version": KEY_VERSION, **parts})


class Keys:
    """The keys of requests that differ in their messages alone: what is before these is hashed once for all.

    >>> body = {"model": "m", "messages": [], "temperature": 1.0}
    >>> request = {"base_url": "http://127.0.0.1/v1", "body": body, "headers": {}, "query": {}, "sample": 0}
    >>> Keys(request).of([{"role": "user", "content": "hi"}])[:16]
    'f83e3bd2b83685c0'
    """

    def __init__(self, request: Mapping[str, Any]) -> None:
        hole = secrets.token_hex(32)  # nothing else in the request can be this
        text = _text_of({**request, "body": {**request["body"], "messages": hole}})
        before, _, after = text.partition(f'"{hole}"')
        self._before, self._after = hashlib.sha256(before.encode("ascii")), after.encode("ascii")
        self._text_after = ', "role": "user"}]' + after

    def of_texts(self, texts: Iterable[str], system: str | None = None) -> Iterator[str]:
        """The keys of the request with each text as all that the user says: what `of` gives, in a third of the time."""
        before = self._before.copy()
        first = "" if system is None else _ENCODER.encode({"role": "system", "content": system}) + ", "
        before.update(f'[{first}{{"content": '.encode("ascii"))
        copy, after, quoted = before.copy, self._text_after, encode_basestring_ascii
        for text in texts:
            digest = copy()
            digest.update((quoted(text) + after).encode("ascii"))
            yield digest.hexdigest()

    def of(self, messages: list[dict[str, Any]]) -> str:
        """The key of the request with these messages, the same as `request_key` gives."""
        digest = self._before.copy()
        plain = all(type(text) is str for message in messages for text in message.values())
        digest.update((_ENCODER.encode(messages) if plain else _sorted_json(messages)).encode("ascii"))
        digest.update(self._after)
        return digest.hexdigest()


def _sorted_json(value: Any) -> str:
    text = _ENCODER.encode(value)
    # So is a whole number written that came with a fraction; it seldom is one, and to look for it takes longest.
    return _ENCODER.encode(same_numbers(value)) if ".0" in text or "e+" in text else text


_ENCODER = json.JSONEncoder(sort_keys=True, allow_nan=False)


def same_numbers(value: Any) -> Any:
    """The value, numbers without a fraction as whole ones: 1.0 is the same number as 1."""
    if isinstance(value, dict):
        return {name: same_numbers(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [same_numbers(inner) for inner in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


class GrowingKey:
    """The keys of requests whose messages go on: what was hashed for one is not hashed again for the next.

    Gives what `request_key` gives; the time it takes is that of the messages which are new, or stand where another did.

    >>> request = {"base_url": "http://127.0.0.1/v1", "headers": {}, "query": {}, "sample": 0}
    >>> body = {"model": "m", "temperature": 1.0, "messages": [{"role": "user", "content": "hi"}]}
    >>> keys = GrowingKey({**request, "body": body})
    >>> longer = {**body, "messages": [*body["messages"], {"role": "assistant", "content": "hi"}]}
    >>> [keys.key(body), keys.key(longer)] == [request_key({**request, "body": one}) for one in (body, longer)]
    True
    """

    def __init__(self, request: Mapping[str, Any]) -> None:
        parts = {name: request[name] for name in ("headers", "query", "sample")}
        self._front = _sorted_json({"base_url": request["base_url"]})[:-1]
        self._back = "}, " + _sorted_json({"key_version": KEY_VERSION, **parts})[1:]
        self._head = ""
        self._rest: list[tuple[str, Any]] = []
        self._told = ("", "")
        self._hashed: list[Any] = []
        self._states: list[Any] = []

    def key(self, body: Mapping[str, Any]) -> str:
        """The key of the request with this body, whose messages are never changed, but only replaced."""
        head, after = self._around(body)
        if head != self._head:
            self._head, self._hashed, self._states = head, [], [hashlib.sha256(head.encode("ascii"))]
        messages = body["messages"]
        same = len(self._hashed)
        if len(messages) < same or not all(map(is_, self._hashed, messages)):
            pairs = zip(self._hashed, messages, strict=False)
            same = sum(1 for _ in takewhile(lambda pair: pair[0] is pair[1], pairs))
        del self._hashed[same:], self._states[same + 1 :]
        for message in messages[same:]:
            state = self._states[-1].copy()
            state.update(((", " if self._hashed else "") + _sorted_json(message)).encode("ascii"))
            self._hashed.append(message)
            self._states.append(state)
        state = self._states[-1].copy()
        state.update(f"]{after}{self._back}".encode("ascii"))
        return str(state.hexdigest())

    def _around(self, body: Mapping[str, Any]) -> tuple[str, str]:
        """What stands before and after the messages; written once as long as nothing of it is replaced."""
        rest = [(name, value) for name, value in body.items() if name != "messages"]
        known = self._rest
        if len(rest) == len(known) and all(a == b and x is y for (a, x), (b, y) in zip(rest, known, strict=True)):
            return self._told
        before, after = "", ""
        for name, value in sorted(rest, key=lambda one: one[0]):
            told = _sorted_json({name: value})[1:-1]
            before, after = (before + told + ", ", after) if name < "messages" else (before, f"{after}, {told}")
        self._rest, self._told = rest, (f'{self._front}, "body": {{{before}"messages": [', after)
        return self._told
