"""Together's batches: OpenAI's, but that a file goes up to another address, and the list of batches is a bare one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from workbench.asking.batch.door import Door
from workbench.asking.batch.shapes import MARK, Body, Files, Standing, standing_of, text_in
from workbench.cache.batch_journal import Batch
from workbench.errors import BadResponse


class Elsewhere(Files):
    """A batch is found again by its uploaded file, which is known before anything is bought."""

    def content(self, batch: Batch, bodies: Sequence[Body], window: str) -> bytes:
        lines = ({"custom_id": batch.custom_id(number), "body": body} for number, body in enumerate(bodies))
        return b"".join(json.dumps(line, separators=(",", ":")).encode("ascii") + b"\n" for line in lines)

    async def upload(self, door: Door, batch: Batch, content: bytes) -> str:
        about = {"purpose": "batch-api", "file_name": f"{MARK}-{batch.token}.jsonl", "file_type": "jsonl"}
        place, told = await door.sent_elsewhere("/files", {**about, "checksum": hashlib.sha256(content).hexdigest()})
        if not place:  # it is there: the answer to an earlier try was lost
            return text_in(told, "file_id")
        file_id = text_in(told, "x-together-file-id")
        if not file_id.replace("-", "").replace("_", "").replace(".", "").isalnum():
            raise BadResponse(f"the id of an uploaded file is {file_id[:80]!r}")
        await door.put(place, content)
        await door.write(f"/files/{file_id}/preprocess", {})
        return file_id

    async def create(self, door: Door, batch: Batch, content: bytes, window: str) -> str:
        asked = {"endpoint": self.terms.chat_url, "input_file_id": batch.file_id, "completion_window": window}
        found = await door.write("/batches", asked)
        job = found.get("job")
        return text_in(job if isinstance(job, Mapping) else found, "id")

    async def find(self, door: Door, batch: Batch) -> tuple[list[str], bool]:
        for one in await door.read_list("/batches"):
            if isinstance(one, Mapping) and one.get("input_file_id") == batch.file_id:
                return [text_in(one, "id")], True
        return [], True

    async def look(self, door: Door, batch_id: str) -> Standing:
        raw = await door.read(f"/batches/{batch_id}")
        progress: Any = raw.get("progress")
        known = isinstance(progress, int | float) and not isinstance(progress, bool)
        return replace(standing_of(raw), share=min(max(progress, 0.0), 100.0) / 100 if known else None)
