"""The way that a loop went when it ran last: read in one go, so that a kept loop is not looked up step by step."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from workbench.cache.kept import Cache
from workbench.cache.tool_results import ToolResults
from workbench.errors import StoreCorrupt
from workbench.replies.reply import Record


class Trail:
    """The keys of a loop's steps and calls, kept under that of its first step; what they name is found by key alone.

    A trail promises nothing: a loop that goes another way finds less in it, and looks the rest up.
    """

    def __init__(self, cache: Cache, results: ToolResults, arms: str) -> None:
        self._cache, self._results, self._arms = cache, results, arms
        self._replies: dict[str, bytes] = {}
        self._known: list[str] = []
        self.steps: list[str] = []
        self.calls: frozenset[str] = frozenset()  # what these came to is kept

    async def find(self, first: str, *, calls: bool) -> Mapping[str, Mapping[str, Any]]:
        """Read what is kept of the way that began with this step; give back what its calls came to, where wanted."""
        told: Mapping[str, Any] = {}
        with contextlib.suppress(StoreCorrupt):  # a damaged one is no trail; it is written anew
            told = await self._results.get(self._name(first)) or {}
        self._known, made = ([key for key in told.get(name, ()) if isinstance(key, str)] for name in ("steps", "calls"))
        self.calls = frozenset(made)
        wanted = [key for key in self._known if not self._cache.is_recorded(key)]
        if wanted:
            store = self._cache.store
            self._replies = await asyncio.wrap_future(store.submit(store.get_many, wanted))
        return await self._results.get_many(made) if calls and made else {}

    def reply(self, key: str) -> Record | None:
        """The kept reply of a step, if it is on the way; it is let go of."""
        value = self._replies.pop(key, None)
        record = None if value is None else json.loads(value.decode("ascii"))
        return cast(Record, record) if isinstance(record, dict) and record.get("key") == key else None

    async def keep(self, calls: Sequence[str]) -> None:
        """Keep the way that was gone, if it leads anywhere that the known one does not."""
        if len(self.steps) > 1 and self._known[: len(self.steps)] != self.steps:
            await self._results.put(self._name(self.steps[0]), {"steps": self.steps, "calls": list(calls)})

    def _name(self, first: str) -> str:
        return f"{first}:trail:{self._arms}"
