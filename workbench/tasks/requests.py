"""Requests with tools, as Moonshot's vendor verifiers write them, become tasks that are sent as they stand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from workbench.errors import InputError
from workbench.tasks.records import Entry, Reading
from workbench.tasks.task import Task

REQUEST: Final = "request"
"""The column of a task that holds its messages and tools, as JSON."""

_SENT: Final = ("tools", "tool_choice", "parallel_tool_calls", "response_format")
_KEPT: Final = ("finish_reason", "tool_calls", "category", "hash", "data_index")
_OURS: Final = (
    "model",
    "temperature",
    "max_tokens",
    "max_completion_tokens",
    "stream",
    "stream_options",
    "top_p",
    "seed",
)
_ROLES: Final = {"_input": "system"}


def as_requests(records: Sequence[Entry], reading: Reading) -> Sequence[Entry]:
    """Records that are whole requests, with messages and tools, as tasks; any other records as they are.

    What of a request belongs to the sweep (model, temperature, cap, stream) is left to it, and said. A record of the
    verifier's results holds its request below `request`, and what came of it beside that.
    """
    first = records[0].value if records else None
    if not isinstance(first, Mapping) or not _is_request(_inner(first)):
        return records
    left = sorted({name for one in records for name in _inner(one.value) if name in _OURS})
    reading.notes.append(f"{len(records):,} requests with messages and tools, sent as they are")
    if left:
        reading.notes.append(f"{', '.join(left)} of the requests are left to the sweep")
    return [Entry(one.place, _task(one, number)) for number, one in enumerate(records, 1)]


def request_of(task: Task) -> dict[str, Any] | None:
    """The messages and tools of a task that is a whole request, and how it ended where the file says that; else None.

    >>> request_of(Task("1", "What is 6 * 7?"))
    """
    cell = task.extra.get(REQUEST) if task.extra else None
    if not isinstance(cell, str) or not cell.startswith('{"messages"'):
        return None
    request: dict[str, Any] = json.loads(cell)
    label = task.extra.get("finish_reason")
    return {**request, **({"finish_reason": label} if isinstance(label, str) else {})}


def sent_with(request: Mapping[str, Any]) -> dict[str, Any]:
    """What a request says beside its messages."""
    return {name: request[name] for name in _SENT if request.get(name) is not None}


def _inner(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        return {}
    inner = value.get(REQUEST)
    return inner if isinstance(inner, Mapping) else value


def _is_request(value: Mapping[str, Any]) -> bool:
    messages, tools = value.get("messages"), value.get("tools")
    return (
        isinstance(messages, list)
        and isinstance(tools, list)
        and bool(messages)
        and all(isinstance(item, Mapping) and "role" in item for item in messages)
    )


def _task(entry: Entry, number: int) -> Task:
    value, request = entry.value, _inner(entry.value)
    if not _is_request(request):
        raise InputError(f"{entry.place}: the others are requests with messages and tools, and this is none.")
    messages = [{**item, "role": _ROLES.get(str(item["role"]), item["role"])} for item in request["messages"]]
    words = [_text(item.get("content")) for item in messages if item["role"] == "user"]
    kept = {name: value[name] for name in _KEPT if isinstance(value.get(name), str | int | float | bool)}
    extra = {**kept, REQUEST: json.dumps({"messages": messages, **sent_with(request)}, ensure_ascii=False)}
    return Task(
        str(value.get("id") or request.get("id") or number), (words or [""])[-1] or "(no words of a user)", None, extra
    )


def _text(content: Any) -> str:
    if isinstance(content, str):
        return content
    parts: Sequence[Any] = content if isinstance(content, list) else ()
    return "\n".join(str(part.get("text") or "") for part in parts if isinstance(part, Mapping))
