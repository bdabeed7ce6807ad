"""What tools returned in the steps of a loop, kept beside the replies: results, and that one is about to be had.

A recording carries them in the lines of the replies that asked for them.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from workbench.cache.kept import Cache
from workbench.cache.recordings import Recordings
from workbench.cache.request_key import request_key
from workbench.cache.rereading import read_reply
from workbench.cache.store.store import DiskStore, open_store
from workbench.errors import StoreCorrupt

FOLDER = "tools"
RESULTS = "tool_results"
"""In the line of a recording: what the calls of the reply came to, by the end of their keys."""

TOOLS_OF = "tools_of"
"""In the line of a first step: the key of its request without tools, under which a loop finds the tools it had."""


class ToolResults:
    """Small JSON objects by key, durable once they have been awaited; one store a cache, in a folder of its own."""

    def __init__(self, folder: Path, recordings: Recordings) -> None:
        self._store: DiskStore = open_store(folder)
        self._recordings = recordings

    async def get(self, key: str) -> dict[str, Any] | None:
        """What is kept under a key."""
        return _read(await self._store.aget(key)) or self._recorded(key)

    async def get_many(self, keys: Sequence[str]) -> dict[str, dict[str, Any]]:
        """What is kept here under those of the keys that hold something, read in one go."""
        found = await asyncio.wrap_future(self._store.submit(self._store.get_many, keys))
        return {key: json.loads(value) for key, value in found.items()}

    async def put_new(self, key: str, value: Mapping[str, Any]) -> bool:
        """Keep something; False where something is kept under the key already, which then stays."""
        return await self._store.aput_new(key, _written(value))

    async def put_many(self, items: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
        """Keep several things, none in the place of what is there, in one go."""
        if items:
            written = [(key, _written(value)) for key, value in items]
            await asyncio.wrap_future(self._store.submit(self._store.put_many, written))

    async def put(self, key: str, value: Mapping[str, Any]) -> None:
        """Keep something, in the place of what was there if that was another."""
        if await self.put_new(key, value):
            return
        with contextlib.suppress(StoreCorrupt, ValueError):  # what is damaged is replaced, too
            if await self.get(key) == value:
                return
        await asyncio.to_thread(self._replace, key, value)

    def _replace(self, key: str, value: Mapping[str, Any]) -> None:
        self._store.delete(key)
        self._store.put_new(key, _written(value))

    def find(self, key: str) -> dict[str, Any] | None:
        """The waiting twin of `get`."""
        return _read(self._store.get(key)) or self._recorded(key)

    def _recorded(self, key: str) -> dict[str, Any] | None:
        reply, _, end = key.partition(":")
        if end == "tools":
            first = self._recordings.first_step(reply)
            tools = None if first is None else first["request"]["body"].get("tools")
            return {"tools": tools} if isinstance(tools, list) else None
        record = self._recordings.get(reply)
        results = None if record is None else record.get(RESULTS)
        found = results.get(end) if isinstance(results, dict) else None
        if found is None:
            return None
        if not isinstance(found, dict) or not all(isinstance(found.get(name), str) for name in ("text", "problem")):
            raise StoreCorrupt(f"the recorded reply {reply[:12]}… holds no result of a tool where it should")
        seconds = found.get("seconds")
        return {**found, "seconds": seconds if isinstance(seconds, int | float) else 0.0}

    def with_results(self, line: str) -> str:
        """The line of a recording with what the tools returned that its reply called; as it is where none are kept."""
        request, _, replied = line.partition(',"response":')
        if '"tools"' not in request and ('"request":' in request or '"tools"' not in replied):
            return line
        record = json.loads(line)
        key, body = record["key"], record["request"]["body"]
        beside: dict[str, Any] = {}
        bare = {**record["request"], "body": {name: value for name, value in body.items() if name != "tools"}}
        if _read(self._store.get(f"{(first := request_key(bare))}:tools")) == {"tools": body.get("tools")}:
            beside[TOOLS_OF] = first
        results = {}
        for place, asked in enumerate(read_reply(record).tool_calls):
            call = call_key(key, place, asked.name, asked.arguments)
            if (found := self.find(call)) is not None:
                results[call.partition(":")[2]] = found
        if results:
            beside[RESULTS] = results
        known = {name: value for name, value in record.items() if name not in ("key", TOOLS_OF)}
        return json.dumps({"key": key, **beside, **known, **beside}, separators=(",", ":")) if beside else line


def call_key(step_key: str, place: int, name: str, arguments: str) -> str:
    """What a call is kept under: its step, its place in the turn, what was called; the model's own id is no key."""
    told = hashlib.sha256(f"{name}\0{arguments}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"{step_key}:{place}:{told[:16]}"


def _read(value: bytes | None) -> dict[str, Any] | None:
    return None if value is None else json.loads(value)


def _written(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode("ascii")


_of_cache: dict[Cache, ToolResults] = {}


def tool_results(cache: Cache) -> ToolResults:
    """The kept results beside the replies of a cache, opened on first use."""
    if cache not in _of_cache:
        _of_cache[cache] = ToolResults(cache.folder / FOLDER, cache.recordings)
    return _of_cache[cache]
