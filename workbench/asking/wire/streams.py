"""Bytes of a chat completion become JSON: server-sent events and plain bodies, and whether they hold a reply at all.

The openai package builds an object per chunk, which costs more than all the rest (0.12 ms each), so the lines are read
here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from workbench.asking.wire.error_bodies import error_in, says_it_failed
from workbench.asking.wire.error_words import ON_THE_WAY
from workbench.asking.wire.failures import (
    HEAD_CHARACTERS,
    blocked_words,
    describe_error,
    error_for,
    head_of,
    too_large,
)
from workbench.asking.wire.pages import is_page, page_words
from workbench.asking.wire.parsing import parse_json
from workbench.asking.wire.repeats import Repeats
from workbench.base.secrets import without_known
from workbench.errors import BadResponse, Blocked, StreamCut, StreamError
from workbench.replies.contents import thinking_of
from workbench.replies.message import partial_text, said, says_something
from workbench.replies.outcomes import GIVEN_UP_REASONS
from workbench.replies.reading import Reading, says_more_than_thought
from workbench.replies.usage import used_up

MOST_PLAIN_BYTES = 64 * 1024 * 1024
"""A plain body larger than this is refused unread: JSON writes a letter with up to six bytes."""

MOST_LINE_BYTES = 32 * 1024 * 1024
"""One line of a stream larger than this is refused."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class EventReader:
    r"""Read server-sent events from bytes, cut anywhere, with any line ending.

    `feed` yields the JSON of each event. An event counts when its JSON is whole, even if the stream ends without the
    blank line that should follow. Comments (`: keep-alive`) are passed over. `done` tells whether `[DONE]` came.

    >>> list(EventReader().feed(b': waiting\r\n\r\ndata: {"id": 1}\n\ndata: [DONE]\n\n'))
    [{'id': 1}]
    """

    def __init__(self, repeats: Repeats | None = None) -> None:
        """With `repeats`, chunks that differ from the one before in their text alone come together, as an `Again`."""
        self._repeats = repeats
        self.done = False
        self.events = 0
        self.stray = ""  # the beginning of lines that belong to no event: an error page, or a plain sentence
        self._parts: list[bytes] = []  # of a line whose end has not come
        self._pending = 0  # bytes of that line
        self._data: list[bytes] = []  # of an event whose JSON is not whole
        self._event = b""
        self._first = True
        self._carriage_return = False

    def feed(self, block: bytes) -> Iterator[Any]:
        if self._first and block:
            self._first = False
            block = block.removeprefix(_BYTE_ORDER_MARK)
        if self._carriage_return:
            block, self._carriage_return = b"\r" + block, False
        if b"\r" in block:
            if block.endswith(b"\r"):
                block, self._carriage_return = block[:-1], True
            block = block.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        lines = block.split(b"\n")
        self._pending += len(lines[0])
        if self._pending > MOST_LINE_BYTES:
            raise too_large("a line of the stream", MOST_LINE_BYTES)
        if len(lines) == 1:
            self._parts.append(lines[0])
            return
        self._parts.append(lines[0])
        lines[0] = b"".join(self._parts)
        self._parts = [lines.pop()]
        self._pending = len(self._parts[0])
        yield from self._read(lines) if self._repeats is None else self._cut(lines, self._repeats)

    def _read(self, lines: list[bytes]) -> Iterator[Any]:
        for line in lines:
            if not line and not self._data and not self._event:
                continue  # the blank line after an event that is read already
            yield from self._line(line)

    def _cut(self, lines: list[bytes], repeats: Repeats) -> Iterator[Any]:
        """As `_read`, but that texts which go on in equal chunks come as one."""
        texts: list[str] = []
        text_in = repeats.text_in
        for line in lines:
            between = not self._data and not self._event
            if between and not line:
                continue
            if between and (text := text_in(line)) is not None:
                texts.append(text)
                self.events += 1
                continue
            if texts:
                yield repeats.again("".join(texts))
                texts = []
            for event in self._line(line):
                yield event
                if between and not self._data:
                    repeats.learn(line, event)
        if texts:
            yield repeats.again("".join(texts))

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
        elif line.startswith(b"error:"):  # llama.cpp
            yield self._checked({"error": _json_or_text(line[6:].strip())})
        elif not line.startswith((b":", b"id:", b"retry:")) and len(self.stray) < HEAD_CHARACTERS:
            self.stray += line[:HEAD_CHARACTERS].decode("utf-8", "replace")

    def _parse_pending(self) -> Any:
        data, self._data = b"\n".join(self._data), []
        try:
            return parse_json(data)
        except ValueError as error:
            head = data[:HEAD_CHARACTERS].decode("utf-8", "replace")
            if not data.startswith((b"{", b"[", b'"')):
                raise StreamError(f"the provider wrote {head!r} into the stream instead of JSON") from None
            raise BadResponse(f"an event of the stream is not JSON ({error}): {head!r}") from None

    def _checked(self, event: Any) -> Any:
        self.events += 1
        if self._event == b"error" and error_in(event) is None:
            return {"error": event or "no reason given"}
        return event


def _json_or_text(line: bytes) -> Any:
    """What a line of its own says of an error: the object, what it has under `error`, or the words."""
    try:
        told = parse_json(line)
    except ValueError:
        return line[: 2 * HEAD_CHARACTERS].decode("utf-8", "replace") or "no reason given"
    return (told.get("error") or told if isinstance(told, dict) else told) or "no reason given"


def read_plain(data: bytes, *, content_length: int | None) -> dict[str, Any]:
    """Read the body of a reply that was not streamed.

    Raises `BadResponse` for anything that is no JSON object. A body that stops inside its JSON is a `StreamCut` unless
    `content_length` says that the server sent all it meant to.
    """
    text = data.strip()
    try:
        body = parse_json(text)
    except ValueError as error:
        _raise_page(text)
        head = without_known(text[:HEAD_CHARACTERS].decode("utf-8", "replace"), cut=True)
        cut = text.startswith(b"{") and not text.endswith(b"}") and content_length != len(data)
        if cut:
            raise StreamCut("the reply ended inside its JSON body", partial=head) from None
        what = "empty" if not text else f"not JSON ({error}): {head!r}"
        raise BadResponse(f"the body of the reply is {what}") from None
    if not isinstance(body, dict):
        listed = error_in(body)
        if listed is not None:
            raise error_for(listed, within="body")
        raise BadResponse(f"the body of the reply is {head_of(body)} and not a chat completion")
    return body


_WRAPPERS: Final = ("data", "result", "response", "body")


def unwrapped(body: dict[str, Any]) -> dict[str, Any]:
    """The completion in a body that a gateway put around it, as an object or written into a text; else the body.

    >>> unwrapped({"code": 0, "data": {"choices": [{"message": {"content": "9"}}]}})
    {'choices': [{'message': {'content': '9'}}]}
    """
    if "choices" in body or body.get("error"):
        return body
    for name in _WRAPPERS:
        inner = body.get(name)
        if isinstance(inner, str) and '"choices"' in inner:
            try:
                inner = parse_json(inner)
            except ValueError:
                continue
        if isinstance(inner, dict) and isinstance(inner.get("choices"), list) and inner["choices"]:
            return inner
    return body


def _raise_page(text: bytes) -> None:
    """Raise what a page of HTML under the status 200 is: a firewall's, or that of another address than the API's."""
    page = text[:_MOST_OF_A_PAGE].decode("utf-8", "replace")
    if not is_page(page):
        return
    said_there = page_words(page)
    if ON_THE_WAY.search(said_there.lower()):
        raise Blocked(blocked_words(200, said_there))
    raise BadResponse(f"the body of the reply is {said_there}; check base_url, and the network between")


_MOST_OF_A_PAGE: Final = 65_536
_SELDOM: Final = (b"\n", b"\\u00", b"\\/")


def text_to_keep(data: bytes) -> str | None:
    """The JSON of a body, where it can be kept as it came: in ASCII, on one line, every letter as itself.

    One that was written with more room than it needs, or spells letters in a way that a key could hide in, is written
    anew.

    >>> text_to_keep(b' {"n": 9} '), text_to_keep(b'{"n": "\\\\u0039"}'), text_to_keep("{'é'}".encode())
    ('{"n": 9}', None, None)
    """
    if not data.isascii() or any(seldom in data for seldom in _SELDOM):
        return None
    return data.decode("ascii").strip()


def _no_message(body: Mapping[str, Any]) -> BadResponse:
    """The error for a body in which no choice has a message, with what it has instead."""
    choices = body.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if isinstance(choice, dict):
        return BadResponse(f"the first choice of the reply has no message: {head_of(choice)}")
    what = "output" if body.get("object") == "response" else "choices"
    return BadResponse(f"the reply has no {what}: {head_of(body)}")


def check_body(
    body: Mapping[str, Any], request: Mapping[str, Any] | None = None, reading: Reading | None = None
) -> None:
    """Raise unless `body` holds a finished chat completion; `request` is what was asked, `reading` how it is read.

    `BadResponse` when there is no usable choice, the class its code stands for when it is an error in disguise,
    `StreamCut` when it lacks a finish reason and an answer though tokens were left, `StreamError` when it says that the
    host gave up.
    """
    request = request or {}
    told, error = said(body, drawn=request.get("n", 1)), error_in(body)
    reason = told.finish_reason if told else None
    spoke = told is not None and (says_something(told.message) or bool(thinking_of(told.message)))
    if error is not None and (reason is None or says_it_failed(body)):
        failure = error_for(error, within="body")
        if spoke and not isinstance(failure, BadResponse):  # once there is text, it has been generated and billed
            failure = StreamError(str(failure), status=failure.status)
        raise failure
    if told is None:
        raise _no_message(body)
    content = told.message.get("content")
    if content is not None and not isinstance(content, str | list | dict):
        raise BadResponse(f"the content of the message is {head_of(content)} and neither text nor a list of parts")
    if reason is not None and reason.lower() in GIVEN_UP_REASONS:
        if error is not None and not spoke:
            raise error_for(error, within="stream")
        why = describe_error(error) if error is not None else f"finish_reason is {reason!r}"
        raise StreamError(f"the provider ended the reply with an error: {why}", partial=partial_text(told.message))
    whole = reason is not None or used_up(request, body)
    if not whole and not says_more_than_thought(told.message, reading or Reading()):
        raise StreamCut("the reply ended without a finish reason", partial=partial_text(told.message))
