"""A kept reply as the bytes that a store holds and as a line of a recording, and back."""

from __future__ import annotations

import functools
import hashlib
import json
from typing import Any, cast

from workbench.base import regular_expressions as re
from workbench.cache.prefixes import check_whole
from workbench.errors import StoreCorrupt
from workbench.providers.conversation import record_dumped, record_encoded
from workbench.replies.reply import Record

_DECODER = json.JSONDecoder()
_RESPONSE = '"response":'
_REQUEST = re.compile(r'\{(?P<version>"version":\d+),(?P<name>"key":"(?P<key>[0-9a-f]{64})"),"request":')


def second_name(key: str, value: bytes) -> str:
    """The name of a reply that is not the one in force for its key."""
    if "@" in key:
        return key
    created_at = (decoded(value, key) or {"created_at": ""})["created_at"]
    return f"{key}@{created_at}-{hashlib.sha256(value).hexdigest()[:12]}"  # two may be of the same second


def line_of(record: Record) -> str:
    """A record as a line of a recording, without its line feed: the key comes first, so that it is found quickly.

    Raises `StoreCorrupt` for a step of a loop whose beginning was deleted.
    """
    check_whole(record)
    return json.dumps({"key": record["key"], **record}, separators=(",", ":"))


def encoded(record: Record, response: bytes | None = None) -> bytes:
    """A record as the bytes that a store keeps; `response` is its reply, where that is JSON already."""
    return record_dumped(record).encode("ascii") if response is None else record_encoded(record, response)


def line_in(value: bytes, key: str) -> tuple[str, str] | None:
    """The key and the line of a recording of a kept reply, a whole one; None where nothing is kept."""
    text = value.decode("ascii")
    # As it is written, it needs to change places with the version alone: quicker than reading and writing all.
    match = _REQUEST.match(text)
    if match and match["key"] == key.partition("@")[0]:
        return match["key"], f"{{{match['name']},{match['version']}{text[match.end('name') :]}"
    whole = decoded(value, key)
    return None if whole is None else (whole["key"], line_of(whole))


def request_in(value: bytes, key: str) -> dict[str, Any]:
    """The request of a kept reply, without what was replied. Raises `StoreCorrupt` where there is none."""
    # Records are written in one order, the request before what was replied: the rest need not be read.
    text = value[: value.find(b',"response":') + 1].decode("ascii")
    match = _REQUEST.match(text)
    request = _begun(text, match.end()) if match else None
    if request is None:
        record = decoded(value, key)
        request = record["request"] if record else None
    if not isinstance(request, dict):
        raise StoreCorrupt(f"the store holds no request under the key {key[:12]}…; see `workbench cache delete`")
    return request


def text_in(value: bytes, name: str) -> str | None:
    """The only text of that name in what a kept reply replied, read without the rest; None where that cannot be told.

    A quote within a text is never bare, so that what looks like a name and its text, behind the request, is that.
    """
    text = value.decode("ascii")
    match = _REQUEST.match(text)
    try:
        start = _behind_request(text, match.end()) if match else -1
        found = _named(name).search(text, start) if match else None
        if found is None or text.find(f'"{name}"', start, found.start()) >= 0:
            return None
        only, end = _DECODER.raw_decode(text, found.end() - 1)
    except (ValueError, RecursionError):
        return None
    return only if isinstance(only, str) and text.find(f'"{name}"', end) < 0 else None


def _behind_request(text: str, start: int) -> int:
    """Where the request that begins at `start` has ended; it is read only where a second name could be taken for it."""
    if text.count(_RESPONSE) == 1:  # within a text its quotes would not be bare
        return text.index(_RESPONSE, start)
    return _DECODER.raw_decode(text, start)[1]


@functools.lru_cache(maxsize=64)
def _named(name: str) -> re.Pattern[str]:
    return re.compile(rf'"{re.escape(name)}"\s*:\s*"')


def _begun(text: str, start: int) -> Any:
    """The value that begins in a text there; None where it does not end in it."""
    try:
        return _DECODER.raw_decode(text, start)[0]
    except ValueError:
        return None


def decoded(value: bytes | None, key: str) -> Record | None:
    """The record that a store keeps under a key. Raises `StoreCorrupt` where it is that of another."""
    if value is None:
        return None
    record = json.loads(value)
    if not isinstance(record, dict) or record.get("key") != key.partition("@")[0]:
        raise StoreCorrupt(f"the store holds another reply under the key {key[:12]}…; see `workbench cache delete`")
    return cast(Record, record)
