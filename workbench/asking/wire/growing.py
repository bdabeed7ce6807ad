"""What grows while a stream comes: texts, parts, details and tool calls, each put together once, at its end."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from workbench.replies.pieces import Gathered

_ABSENT: Final = object()
_CALL_TEXTS: Final = ("arguments", "input")
_KINDS_OF_CALL: Final = ("function", "custom")


class Growing:
    """An object whose texts arrive in pieces."""

    def __init__(self) -> None:
        self.fields: dict[str, Any] = {}
        self._texts: dict[str, Gathered] = {}

    def add(self, piece: Mapping[str, Any], *texts: str) -> None:
        """Add a piece: the fields named in `texts` go on, the others are replaced, though never by nothing."""
        for name, value in piece.items():
            if name in texts and isinstance(value, str):
                self.grow(name, value)
            elif self.fields.get(name, _ABSENT) != value and (name not in self.fields or value not in (None, "")):
                self.fields[name] = value

    def grow(self, name: str, value: str) -> None:
        """Let one of the texts go on."""
        text = self._texts.get(name)
        if text is None:
            text = self._texts[name] = Gathered()
            self.fields.setdefault(name, "")
        text.write(value)

    def text(self, name: str) -> str:
        """What one of the growing texts has come to."""
        return self._texts[name].getvalue() if name in self._texts else ""

    def whole(self) -> dict[str, Any]:
        """The object, with its texts."""
        return {**self.fields, **{name: text for name in self._texts if (text := self.text(name))}}


class Details:
    """`reasoning_details`, whose entries come in pieces: those of one index and type, one after another, are one."""

    def __init__(self) -> None:
        self._entries: list[Growing] = []

    def add(self, detail: object) -> None:
        """Add one entry or a piece of one."""
        if not isinstance(detail, dict):
            return
        last = self._entries[-1].fields if self._entries else None
        if last is None or last.get("type") != detail.get("type") or last.get("index") != detail.get("index"):
            self._entries.append(Growing())
        self._entries[-1].add(detail, "text", "summary", "data")

    def whole(self) -> list[dict[str, Any]]:
        """The entries."""
        return [entry.whole() for entry in self._entries]


class Content:
    """The content of a message in the order in which it came, as text and in parts."""

    def __init__(self) -> None:
        self._parts: list[Any] = []
        self._text: Gathered | None = None  # the part that grows
        self._shape = ""
        self._any = False

    def add_text(self, text: str) -> None:
        """Add text that came as text."""
        self._any = True
        if text:
            self._grow("", text)

    def add_part(self, part: object) -> None:
        """Add a part; one that only goes on with the text or the thinking of the last is put together with it."""
        self._any = True
        shape, text = _plain_part(part)
        if shape:
            self._grow(shape, text)
        else:
            self._settle()
            self._parts.append(part)

    def _grow(self, shape: str, text: str) -> None:
        if self._text is None or self._shape != shape:
            self._settle()
            self._text, self._shape = Gathered(), shape
        self._text.write(text)

    def _settle(self) -> None:
        if self._text is not None:
            self._parts.append(_SHAPES[self._shape](self._text.getvalue()))
            self._text = None

    def whole(self) -> Any:
        """The content: a text where it came as nothing else, else a list of parts; None where none came."""
        if not self._any:
            return None
        self._settle()
        if all(isinstance(part, str) for part in self._parts):
            return "".join(self._parts)
        return [{"type": "text", "text": part} if isinstance(part, str) else part for part in self._parts]


def _text_part(text: str) -> Any:
    return {"type": "text", "text": text}


def _thinking_part(text: str) -> Any:
    return {"type": "thinking", "thinking": [{"type": "text", "text": text}]}


def _summary_part(text: str) -> Any:
    return {"type": "reasoning", "summary": [{"type": "summary_text", "text": text}]}


_SHAPES: Final[Mapping[str, Callable[[str], Any]]] = {
    "": str,
    "text": _text_part,
    "thinking": _thinking_part,
    "reasoning": _summary_part,
}


def _plain_part(part: object) -> tuple[str, str]:
    """The shape and the text of a part that has nothing else; an empty shape for any other."""
    if not isinstance(part, Mapping):
        return "", ""
    kind = part.get("type")
    inner = part.get({"text": "text", "thinking": "thinking", "reasoning": "summary"}.get(str(kind), ""))
    if len(part.keys() - {"closed"}) != 2 or not inner:
        return "", ""
    if isinstance(inner, list) and kind != "text" and len(inner) == 1 and isinstance(inner[0], Mapping):
        only = inner[0]
        wanted = "summary_text" if kind == "reasoning" else "text"
        if len(only) == 2 and only.get("type") == wanted and isinstance(only.get("text"), str):
            return str(kind), only["text"]
    return ("text", inner) if kind == "text" and isinstance(inner, str) else ("", "")


class ToolCalls:
    """The tool calls of a message, whose pieces name the call that they belong to in the ways that servers have.

    A piece goes on with the call of its index, or with the last one where it has none. It begins a call when it brings
    an id that call does not have, when it is a second one with a name in the same chunk, when it has a name and no
    index, and when both are whole calls. An empty id or name says nothing.
    """

    def __init__(self) -> None:
        self._calls: list[_Call] = []
        self._of_index: dict[int, _Call] = {}
        self._of_id: dict[str, _Call] = {}

    def __bool__(self) -> bool:
        return bool(self._calls)

    def add(self, pieces: list[Any]) -> None:
        """Add the pieces of one chunk."""
        seen: set[int] = set()
        for piece in pieces:
            if isinstance(piece, dict):
                call = self._call_of(piece, seen)
                if call is not None:
                    call.add(piece)
                    seen.add(id(call))

    def _call_of(self, piece: dict[str, Any], seen: set[int]) -> _Call | None:
        index = piece.get("index")
        index = index if isinstance(index, int) and not isinstance(index, bool) else None
        new_id, name = piece.get("id") or None, _inner(piece).get("name") or None
        if index is not None:
            call = self._of_index.get(index)
        else:
            call = self._of_id.get(str(new_id)) or (self._calls[-1] if self._calls else None)
        if call is not None and call.repeated_by(piece):
            return None
        if call is None or (
            (new_id is not None and call.id is not None and new_id != call.id and (name is not None or index is None))
            or (name is not None and new_id != (call.id or ()) and (index is None or id(call) in seen))
            or (name is not None and call.whole and _is_whole(piece))
        ):
            call = _Call()
            self._calls.append(call)
        if index is not None:
            self._of_index[index] = call
        if new_id is not None:
            self._of_id[str(new_id)] = call
        return call

    def whole(self) -> list[dict[str, Any]]:
        """The calls, in the order in which they began."""
        return [call.body() for call in self._calls]


class _Call:
    def __init__(self) -> None:
        self.id: object = None
        self.whole = False  # its only piece so far holds all of its arguments
        self._only: object = None
        self._fields = Growing()
        self._inner: dict[str, Growing] = {}

    def add(self, piece: dict[str, Any]) -> None:
        first = not self._fields.fields and not self._inner
        self.whole, self._only = (True, piece) if first and _is_whole(piece) else (False, None)
        for name, value in piece.items():
            if name in _KINDS_OF_CALL and isinstance(value, dict):
                self._fields.fields.setdefault(name, None)
                self._inner.setdefault(name, Growing()).add(value, *_CALL_TEXTS)
            elif name == "id" and self.id is not None:
                continue
            else:
                self._fields.add({name: value})
        self.id = self.id or piece.get("id") or None

    def repeated_by(self, piece: dict[str, Any]) -> bool:
        """Whether this whole call has come once more, id and all."""
        return self.whole and self.id is not None and piece == self._only

    def body(self) -> dict[str, Any]:
        return {**self._fields.whole(), **{name: inner.whole() for name, inner in self._inner.items()}}


def _inner(piece: Mapping[str, Any]) -> Mapping[str, Any]:
    return next((piece[name] for name in _KINDS_OF_CALL if isinstance(piece.get(name), dict)), {})


def _is_whole(piece: Mapping[str, Any]) -> bool:
    """Whether one piece holds a name and all of the arguments."""
    inner = _inner(piece)
    arguments = next((inner[name] for name in _CALL_TEXTS if inner.get(name)), None)
    if not inner.get("name") or arguments is None:
        return False
    if not isinstance(arguments, str):
        return True
    if not arguments.rstrip().endswith("}"):
        return False
    try:
        return isinstance(json.loads(arguments), dict)
    except (ValueError, RecursionError):
        return False
