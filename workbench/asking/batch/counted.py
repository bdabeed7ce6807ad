"""xAI's batches: OpenAI's files go up, a batch names one, tells counts and no state, and its results come in pages."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from workbench.asking.batch.door import Door
from workbench.asking.batch.shapes import MARK, Files, Result, Standing, results_in, text_in
from workbench.cache.batch_journal import Batch
from workbench.providers.facts import today

_AT_ONCE: Final = 100
_MOST_PAGES: Final = 50
_MOST_RESULT_PAGES: Final = 10_000


class Counted(Files):
    """A batch is made of an uploaded file in one step, and found again by that file, or by our mark in its name."""

    async def create(self, door: Door, batch: Batch, content: bytes, window: str) -> str:
        asked = {"name": f"{MARK}-{batch.token}", "input_file_id": batch.file_id}
        return text_in(await door.write("/batches", asked), "batch_id")

    async def find(self, door: Door, batch: Batch) -> tuple[list[str], bool]:
        async for one in _pages(door, "/batches", "batches", most=_MOST_PAGES):
            if one.get("input_file_id") == batch.file_id or one.get("name") == f"{MARK}-{batch.token}":
                return [text_in(one, "batch_id")], True
        return [], True

    async def look(self, door: Door, batch_id: str) -> Standing:
        raw = await door.read(f"/batches/{batch_id}")
        told: Any = raw.get("state")
        counts = {
            name: _count(told, f"num_{name}") for name in ("requests", "pending", "success", "error", "cancelled")
        }
        done = counts["success"] + counts["error"] + counts["cancelled"]
        if raw.get("cancel_time"):
            failure = str(raw.get("cancel_by_xai_message") or "")[:500]
            return Standing("failed" if failure else "cancelled", True, done, failure, raw)
        if not counts["requests"]:
            return Standing("validating", _is_over(raw), None, "", raw)
        if not counts["pending"]:
            return Standing("completed", True, done, "", raw)
        over = _is_over(raw)
        return Standing("expired" if over else "in_progress", over, done, "", raw)

    async def fetch(self, door: Door, batch: Batch, standing: Standing, place: Path) -> Iterator[Result]:
        part = place.with_suffix(".results_file")
        with part.open("w", encoding="ascii") as file:
            async for one in _pages(door, f"/batches/{batch.batch_id}/results", "results", most=_MOST_RESULT_PAGES):
                file.write(json.dumps(_line(one), separators=(",", ":")) + "\n")
        return results_in([part])


def _line(one: Mapping[str, Any]) -> dict[str, Any]:
    """A result as a line of OpenAI's: its body lies under the name of the endpoint."""
    told = one.get("batch_result")
    result = told if isinstance(told, Mapping) else {}
    response = result.get("response")
    body = next(iter(response.values()), None) if isinstance(response, Mapping) else None
    error = None if isinstance(body, Mapping) else result.get("error") or {"message": "there is no response"}
    return {"custom_id": one.get("batch_request_id"), "response": body and {"body": body}, "error": error}


async def _pages(door: Door, path: str, name: str, *, most: int) -> AsyncIterator[Mapping[str, Any]]:
    token = ""
    for _ in range(most):
        page = await door.read(f"{path}?limit={_AT_ONCE}{f'&pagination_token={token}' if token else ''}")
        listed = page.get(name)
        for one in listed if isinstance(listed, list) else []:
            if isinstance(one, Mapping):
                yield one
        token = urllib.parse.quote(str(page.get("pagination_token") or ""), safe="")
        if not token or not listed:
            return


def _count(told: object, name: str) -> int:
    count = told.get(name) if isinstance(told, Mapping) else None
    return count if isinstance(count, int) and not isinstance(count, bool) else 0


def _is_over(raw: Mapping[str, Any]) -> bool:
    """Whether the day is past on which the batch ends, done or not."""
    try:
        return date.fromisoformat(str(raw.get("expire_time"))[:10]) < today()
    except ValueError:
        return False
