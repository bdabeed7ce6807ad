"""Mistral's batches: jobs that hold their requests, our mark, and at the end their results or files of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from workbench.asking.batch.door import Door
from workbench.asking.batch.shapes import (
    MARK,
    SECONDS_OF_CLOCKS,
    Body,
    Result,
    Standing,
    result_of,
    results_in,
    text_in,
)
from workbench.asking.wire.failures import describe_error
from workbench.cache.batch_journal import Batch
from workbench.providers.batches import BatchTerms

_ENDED: Final = ("success", "failed", "timeout_exceeded", "cancelled")
_MOST_PAGES: Final = 20


class Jobs:
    """A job is made in one step, found by our mark, and looked at without its results until it has ended."""

    def __init__(self, terms: BatchTerms) -> None:
        self.terms = terms

    def content(self, batch: Batch, bodies: Sequence[Body], window: str) -> bytes:
        requests = [
            {"custom_id": batch.custom_id(number), "body": {name: body[name] for name in body if name != "model"}}
            for number, body in enumerate(bodies)
        ]
        job = {
            "endpoint": self.terms.chat_url,
            "model": bodies[0]["model"],
            "metadata": {MARK: batch.token},
            "timeout_hours": int(window.removesuffix("h")),
            "requests": requests,
        }
        return json.dumps(job, separators=(",", ":")).encode("ascii")

    async def upload(self, door: Door, batch: Batch, content: bytes) -> str:
        return ""

    async def create(self, door: Door, batch: Batch, content: bytes, window: str) -> str:
        return text_in(await door.write("/batch/jobs", json.loads(content)), "id")

    async def find(self, door: Door, batch: Batch) -> tuple[list[str], bool]:
        since = datetime.fromtimestamp(batch.began_at - SECONDS_OF_CLOCKS, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for page in range(_MOST_PAGES):
            told = await door.read(f"/batch/jobs?page={page}&page_size=100&created_after={since}")
            listed = told.get("data")
            for one in listed if isinstance(listed, list) else []:
                marks = one.get("metadata") if isinstance(one, Mapping) else None
                if isinstance(marks, Mapping) and marks.get(MARK) == batch.token:
                    return [text_in(one, "id")], True
            if not isinstance(listed, list) or len(listed) < 100:
                break
        return [], True

    async def look(self, door: Door, batch_id: str) -> Standing:
        raw = await door.read(f"/batch/jobs/{batch_id}")
        state, done = str(raw.get("status", "")).lower(), raw.get("completed_requests")
        errors: Any = raw.get("errors")
        failure = ""
        if state == "failed":
            failure = describe_error(errors[0] if isinstance(errors, list) and errors else "no reason given")
        return Standing(state, state in _ENDED, done if isinstance(done, int) else None, failure, raw)

    async def fetch(self, door: Door, batch: Batch, standing: Standing, place: Path) -> Iterator[Result]:
        raw, parts = standing.raw or {}, []
        for name in ("output_file", "error_file"):
            if isinstance(raw.get(name), str) and raw[name]:
                part = place.with_suffix(f".{name}")
                await door.download(f"/files/{raw[name]}/content", part)
                parts.append(part)
        if parts:
            return results_in(parts)
        told = await door.read(f"/batch/jobs/{batch.batch_id}?inline=true")
        outputs = told.get("outputs")
        return (result_of(one) for one in (outputs if isinstance(outputs, list) else []) if isinstance(one, Mapping))
