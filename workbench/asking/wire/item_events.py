"""The events of a stream of the Responses API become the body that the same reply has without streaming."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from workbench.asking.wire.error_bodies import error_in
from workbench.asking.wire.failures import describe_error, error_for, head_of, too_large
from workbench.asking.wire.merging import MOST_TEXT_BYTES, length_of
from workbench.errors import BadResponse, StreamError
from workbench.replies.contents import NO_NUMBERS
from workbench.replies.output_items import BETWEEN_PARTS, is_commentary, thinking_of_item
from workbench.replies.pieces import Gathered

_LAST: Final = frozenset({"response.completed", "response.incomplete", "response.failed", "response.cancelled"})
_TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "response.output_text.delta": ("content", "text"),
    "response.refusal.delta": ("content", "refusal"),
    "response.reasoning_text.delta": ("content", "text"),
    "response.reasoning_summary_text.delta": ("summary", "text"),
    "response.function_call_arguments.delta": ("", "arguments"),
    "response.custom_tool_call_input.delta": ("", "input"),
}
"""Where in its item the text of a delta grows: in which list of parts, under which name."""

_PART_TYPES: Final[Mapping[str, str]] = {
    "response.output_text.delta": "output_text",
    "response.refusal.delta": "refusal",
    "response.reasoning_text.delta": "reasoning_text",
    "response.reasoning_summary_text.delta": "summary_text",
}


class ItemEvents:
    """Put the events of a stream together; `add` hands each text out as a delta of the chat protocol.

    The last event holds the whole reply, and is what is kept: servers encrypt the thinking anew for it, and the sum of
    the deltas serves only to show the reply while it comes, and where the stream breaks.
    """

    def __init__(self) -> None:
        self._items: dict[int, _Item] = {}
        self._whole: dict[str, Any] | None = None
        self._head: dict[str, Any] = {}
        self._thought = False  # thinking has come, so that more of it is set apart
        self._grown = 0  # characters of all deltas
        self.size = 0
        self.has_text = False
        self.thinking = ""  # of the delta that was handed out last
        self.error: object = None

    def add(self, event: object) -> Mapping[str, Any] | None:
        """Add one event; return what it brings, as a delta of a chat completion.

        Raises for an error as `Merge.add` does: `StreamError` once text has come, else the class its code stands for.
        """
        if not isinstance(event, dict):
            raise BadResponse(f"an event of the stream is {head_of(event)} and not one of a response")
        kind = event.get("type")
        self.thinking = ""
        if kind in _LAST:
            return self._end(str(kind), event)
        if kind == "error" or not isinstance(kind, str) or event.get("error"):
            error = error_in(event)
            if error is not None:
                raise self._failure(error)
            return None
        if kind in _TEXTS:
            return self._grow(kind, event)
        if kind in ("response.output_item.added", "response.output_item.done"):
            return self._item(event, done=kind.endswith("done"))
        if kind == "response.created" and isinstance(event.get("response"), dict):
            self._head = event["response"]
        return None

    def _failure(self, error: object) -> Exception:
        self.error = error
        if self.has_text:
            return StreamError(f"the provider ended the reply with an error: {describe_error(error)}")
        return error_for(error, within="stream")

    def _end(self, kind: str, event: Mapping[str, Any]) -> Mapping[str, Any] | None:
        response = event.get("response")
        if not isinstance(response, dict):
            raise BadResponse(f"the last event of the stream is {head_of(event)} and holds no response")
        if kind in ("response.failed", "response.cancelled"):
            raise self._failure(response.get("error") or f"the response was {kind.rpartition('.')[2]}")
        response = {
            "status": kind.rpartition(".")[2],
            **response,
            **({NO_NUMBERS: True} if NO_NUMBERS in event else {}),
        }
        output = response.get("output")
        if not (isinstance(output, list) and output):
            response = {**response, "output": [item.whole() for _, item in sorted(self._items.items())]}
        self._count(length_of(response.get("output")))
        self._whole = response
        delta: dict[str, Any] = {}
        for place, item in enumerate(response["output"] if not self.has_text else ()):
            if isinstance(item, dict):
                delta = _joined(delta, self._unheard(place, item))
        return delta or None

    def _item(self, event: Mapping[str, Any], *, done: bool) -> Mapping[str, Any] | None:
        item = event.get("item")
        if not isinstance(item, dict):
            return None
        place = _place(event, "output_index")
        if not done:
            self._items[place] = _Item(item)
            return None
        self._count(length_of(item))
        return self._unheard(place, item) or None

    def _grow(self, kind: str, event: Mapping[str, Any]) -> Mapping[str, Any] | None:
        text = event.get("delta")
        if not isinstance(text, str) or not text:
            return None
        item = self._items.setdefault(_place(event, "output_index"), _Item({}))
        where, name = _TEXTS[kind]
        index = _place(event, "summary_index" if where == "summary" else "content_index") if where else 0
        begun = item.grow(where, index, name, _PART_TYPES.get(kind, ""), text)
        self._grown += len(text)
        self._count(len(text), self._grown)
        self.has_text = True
        if name in ("arguments", "input"):
            return {"tool_calls": [{"function": {"name": "", "arguments": text}}]}
        if name == "refusal":
            return {"refusal": text}
        return self._shown(item, kind, text, begun=begun)

    def _shown(self, item: _Item, kind: str, text: str, *, begun: bool) -> Mapping[str, Any] | None:
        if kind == "response.output_text.delta" and not is_commentary(item.fields):
            return {"content": text}
        if _TEXTS[kind][0] == "summary" and item.has_own_thinking:
            return None
        self.thinking = BETWEEN_PARTS + text if begun and self._thought else text
        self._thought = True
        return {"reasoning": self.thinking}

    def _unheard(self, place: int, item: dict[str, Any]) -> dict[str, Any]:
        """What a whole item says that no delta has brought, and the item in place of what had come of it."""
        known = self._items.get(place)
        heard = known.heard() if known is not None else {}
        self._items[place] = _Item(item, settled=True)
        delta: dict[str, Any] = {}
        if known is not None and (heard or known.settled):
            return delta
        thinking = thinking_of_item(item)
        if thinking:
            text = BETWEEN_PARTS.join(thinking)
            self.thinking = BETWEEN_PARTS + text if self._thought else text
            self._thought = True
            delta["reasoning"] = self.thinking
        parts = item.get("content") if item.get("type") == "message" and not thinking else None
        spoken = [part.get("text") for part in parts or () if isinstance(part, dict)] if isinstance(parts, list) else []
        said = "".join(text for text in spoken if isinstance(text, str))
        if said:
            delta["content"] = said
        called = item.get("arguments") if item.get("type") == "function_call" else item.get("input")
        if isinstance(called, str) and item.get("type") in ("function_call", "custom_tool_call"):
            delta["tool_calls"] = [{"function": {"name": item.get("name"), "arguments": called}}]
        self.has_text = self.has_text or bool(delta)
        return delta

    def _count(self, come: int, in_all: int | None = None) -> None:
        """Note how much has come. Each text comes up to three times: in deltas, in its item, in the whole."""
        self.size += come
        if (come if in_all is None else in_all) > MOST_TEXT_BYTES:
            raise too_large("the text of the reply", MOST_TEXT_BYTES)

    @property
    def finished(self) -> bool:
        """Whether the last event has come."""
        return self._whole is not None

    @property
    def over(self) -> bool:
        """Whether nothing can follow."""
        return self._whole is not None

    @property
    def started(self) -> bool:
        return self._whole is not None or bool(self._items)

    def is_whole(self, *, done: bool) -> bool:
        """Whether the stream has all of the reply, which its last event alone tells; `[DONE]` is no sign."""
        return self.finished

    def body(self) -> dict[str, Any]:
        """The whole reply; what has come of it where the stream broke."""
        if self._whole is not None:
            return self._whole
        return {**self._head, "output": [item.whole() for _, item in sorted(self._items.items())]}


class _Item:
    """An item while it comes: what it began with, and its texts by part."""

    def __init__(self, fields: dict[str, Any], *, settled: bool = False) -> None:
        self.fields = fields
        self.settled = settled
        self.has_own_thinking = False
        self._texts: dict[tuple[str, int, str], tuple[str, Gathered]] = {}

    def grow(self, where: str, index: int, name: str, kind: str, text: str) -> bool:
        """Let a text go on; tell whether it begins with this."""
        place = where, index, name
        begun = place not in self._texts
        if begun:
            self._texts[place] = kind, Gathered()
        self._texts[place][1].write(text)
        self.has_own_thinking = self.has_own_thinking or kind == "reasoning_text"
        return begun

    def heard(self) -> Mapping[tuple[str, int, str], object]:
        return self._texts

    def whole(self) -> dict[str, Any]:
        item = dict(self.fields)
        if self.settled:
            return item
        for (where, _, name), (kind, text) in sorted(self._texts.items()):
            if where:
                begun = item.get(where)
                item[where] = [*(begun if isinstance(begun, list) else ()), {"type": kind, name: text.getvalue()}]
                item.setdefault("type", "message" if kind in ("output_text", "refusal") else "reasoning")
            else:
                item[name] = text.getvalue()
        return item


def _place(event: Mapping[str, Any], name: str) -> int:
    index = event.get(name)
    return index if isinstance(index, int) and not isinstance(index, bool) else 0


def _joined(one: dict[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    joined = dict(one)
    for name, value in other.items():
        joined[name] = joined[name] + value if name in joined else value
    return joined
