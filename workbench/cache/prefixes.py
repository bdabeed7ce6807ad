"""Requests of loops as they are kept: the key of the step before, and what it added; and how they are whole again.

A loop of 300 steps would otherwise keep its first message 300 times: the store would grow with the square of the steps.
What a request begins with is a part of its key, so that a key names one beginning for ever, whatever was replied to it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from workbench.errors import StoreCorrupt, warn

BEGINS_IN = "begins_in_deleted"
"""In the request of a record whose beginning is gone: the key of the reply that held it."""

_LOST = b'"begins_in_deleted":"'
_MARK = b'"messages":{"after":"'
_MOST_KNOWN = 50_000


class _Link(NamedTuple):
    after: str | None
    shared: int
    added: list[Any]


Fetch = Callable[[list[str]], Mapping[str, bytes]]


class Prefixes:
    """Makes the requests of records whole, whose beginnings `fetch` finds as bytes by key, wherever they are kept."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._known: dict[str, _Link] = {}
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Forget what is known: something was deleted."""
        with self._lock:
            self._known.clear()

    def fill(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Make the requests of these records whole, in place; one without a beginning says `begins_in_deleted`."""
        waiting = [record for record in records if isinstance(_messages(record), dict)]
        if not waiting:
            return
        with self._lock:
            self._learn(waiting)
            for record in waiting:
                found, missing = self._whole(_link(record))
                record["request"]["body"]["messages"] = found
                if missing:
                    record["request"][BEGINS_IN] = missing

    def filled(self, pairs: Iterable[tuple[str, bytes]]) -> Iterator[tuple[str, bytes]]:
        """The bytes of records, those of steps of loops with their requests whole."""
        for key, value in pairs:
            if not _in_request(value, _MARK):
                yield key, value
                continue
            record = json.loads(value)
            self.fill([record])
            yield key, json.dumps(record, separators=(",", ":")).encode("ascii")

    def _learn(self, records: list[Mapping[str, Any]]) -> None:
        if len(self._known) > _MOST_KNOWN:
            self._known.clear()
        self._known |= {record["key"]: _link(record) for record in records}
        wanted = {record["key"] for record in records}
        while wanted := {end for key in wanted if (end := self._first_unknown(key)) is not None}:
            values = self._fetch(sorted(wanted))
            self._known |= {key: _link(json.loads(value)) for key, value in values.items()}
            wanted = set(values)

    def _first_unknown(self, key: str) -> str | None:
        """Where the chain before a key leaves what is known; None where it is known to its beginning."""
        seen = set[str]()
        while key in self._known:
            after = self._known[key].after
            if after is None or key in seen:
                return None
            seen.add(key)
            key = after
        return key

    def _whole(self, link: _Link) -> tuple[list[Any], str | None]:
        """The messages, and the key of the record that is missing at their beginning."""
        parts, most, seen = [link.added], link.shared, set[str]()
        missing = None
        while (key := link.after) is not None:
            before = self._known.get(key)
            if before is None:
                missing = key
                break
            if key in seen or before.shared + len(before.added) < most:
                raise StoreCorrupt(
                    f"the messages under the key {key[:12]}… are not those that the next step began with"
                )
            seen.add(key)
            if before.shared < most:
                parts.append(before.added[: most - before.shared])
                most = before.shared
            link = before
        return [message for part in reversed(parts) for message in part], missing


def check_whole(record: Mapping[str, Any]) -> None:
    """Raise `StoreCorrupt` for a record whose request has lost its beginning, and which nobody else could check."""
    key = record["request"].get(BEGINS_IN)
    if key is not None:
        raise StoreCorrupt(
            f"the request of {record['key'][:12]}… begins in that of {key[:12]}…, which was deleted: its reply is "
            "whole, but it cannot be handed on. Run its loop again, which buys what is missing, or leave it out"
        )


def is_part(record: Mapping[str, Any]) -> bool:
    """Whether the request of a record says where it begins, and what it adds."""
    return isinstance(_messages(record), dict)


def beginnings_in(pairs: Iterable[tuple[str, bytes]]) -> dict[str, tuple[str, int]]:
    """Of the kept bytes of steps of loops, by key: that of the step before, and how many messages it begins with."""
    links = {key: _link(json.loads(value)) for key, value in pairs if _in_request(value, _MARK)}
    return {key: (link.after, link.shared) for key, link in links.items() if link.after is not None}


def line_begun(line: str, beginning: tuple[str, int]) -> str:
    """The line of a recording, a whole one, with no more of its messages than it adds to those of the step before."""
    record = json.loads(line)
    after, shared = beginning
    body = record["request"]["body"]
    body["messages"] = {"after": after, "shared": shared, "added": body["messages"][shared:]}
    return json.dumps(record, separators=(",", ":"))


def is_whole(value: bytes) -> bool:
    """Whether the bytes of a record, as `filled` gives them, hold all of its request."""
    return not _in_request(value, _LOST)


def _in_request(value: bytes, mark: bytes) -> bool:
    """Whether the request of a record holds a mark: nearly always it is written before what was replied."""
    end = value.find(b',"response":')
    if end < 0 or value.find(b'"request":', 0, end) < 0:
        end = len(value)
    return value.find(mark, 0, end) >= 0


def say_left_out(number: int) -> None:
    """Say how many replies could not be handed on."""
    if number:
        warn(f"{number} steps of loops were left out: the steps before them, in which they begin, were deleted")


def _messages(record: Mapping[str, Any]) -> Any:
    request = record.get("request")
    body = request.get("body") if isinstance(request, dict) else None
    return body.get("messages") if isinstance(body, dict) else None


def _link(record: Mapping[str, Any]) -> _Link:
    """What a record says of its messages; raises `StoreCorrupt` for what was not written here."""
    told = _messages(record)
    if isinstance(told, list):
        return _Link(None, 0, told)
    if isinstance(told, dict):
        after, shared, added = told.get("after"), told.get("shared"), told.get("added")
        if isinstance(after, str) and type(shared) is int and shared >= 0 and isinstance(added, list):
            return _Link(after, shared, added)
    raise StoreCorrupt(
        f"the store holds no messages under the key {str(record.get('key'))[:12]}…; see `workbench cache delete`"
    )
