"""What tools returned in the steps of a loop, kept beside the replies: results, and that one is about to be had."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from workbench.cache.kept import Cache
from workbench.cache.store.store import DiskStore, open_store

FOLDER = "tools"


class ToolResults:
    """Small JSON objects by key, durable once they have been awaited; one store a cache, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._store: DiskStore = open_store(folder)

    async def get(self, key: str) -> dict[str, Any] | None:
        """What is kept under a key."""
        return _read(await self._store.aget(key))

    async def put_new(self, key: str, value: Mapping[str, Any]) -> bool:
        """Keep something; False where something is kept under the key already, which then stays."""
        return await self._store.aput_new(key, _written(value))

    async def put(self, key: str, value: Mapping[str, Any]) -> None:
        """Keep something, in the place of what was there if that was another."""
        if not await self.put_new(key, value) and await self.get(key) != value:
            await asyncio.to_thread(self._replace, key, value)

    def _replace(self, key: str, value: Mapping[str, Any]) -> None:
        self._store.delete(key)
        self._store.put_new(key, _written(value))

    def find(self, key: str) -> dict[str, Any] | None:
        """The waiting twin of `get`."""
        return _read(self._store.get(key))


def _read(value: bytes | None) -> dict[str, Any] | None:
    return None if value is None else json.loads(value)


def _written(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode("ascii")


_of_cache: dict[Cache, ToolResults] = {}


def tool_results(cache: Cache) -> ToolResults:
    """The kept results beside the replies of a cache, opened on first use."""
    if cache not in _of_cache:
        _of_cache[cache] = ToolResults(cache.folder / FOLDER)
    return _of_cache[cache]
