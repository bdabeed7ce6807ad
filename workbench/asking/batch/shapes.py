"""How providers take batches: what is handed over, how one stands, and what comes back, each in its own words."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from workbench.asking.batch.door import Door
from workbench.asking.wire.failures import describe_error
from workbench.asking.wire.parsing import parse_json
from workbench.base.files import lines_of, opened
from workbench.cache.batch_journal import Batch
from workbench.errors import BadResponse
from workbench.providers.batches import BatchTerms
from workbench.providers.responses_api import asks_responses, in_responses_words

SECONDS_OF_CLOCKS = 300.0
"""How far the provider's clock may be from ours where a batch is looked for by the time at which it was made."""

_MOST_PAGES = 20
MARK = "workbench"
"""The field of a batch's metadata that holds our token."""

Body = Mapping[str, Any]


@dataclass(frozen=True)
class Standing:
    """How a batch stands: whether it has ended, how many of its requests are done, and why it failed as a whole.

    `share` is the part of them that is done, of a provider that tells no number.
    """

    state: str
    ended: bool
    done: int | None = None
    failure: str = ""
    raw: Mapping[str, Any] | None = None
    share: float | None = None


@dataclass(frozen=True)
class Result:
    """What came of one request: the body of a chat completion, or an error with its status where there is one.

    `unasked` says that it was never run, and cost nothing.
    """

    custom_id: str
    body: dict[str, Any] | None
    error: Any = None
    status: int | None = None
    unasked: bool = False


class Shape(Protocol):
    """One way to take batches."""

    def content(self, batch: Batch, bodies: Sequence[Body], window: str) -> bytes:
        """What is handed over, as bytes."""

    async def upload(self, door: Door, batch: Batch, content: bytes) -> str:
        """Hand the requests over where that is a step of its own, which costs nothing; else empty."""

    async def create(self, door: Door, batch: Batch, content: bytes, window: str) -> str:
        """Buy: let the batch be run. Its id. Never repeated."""

    async def find(self, door: Door, batch: Batch) -> tuple[list[str], bool]:
        """Batches of the provider that may be this one, and whether that is sure."""

    async def look(self, door: Door, batch_id: str) -> Standing:
        """How a batch stands."""

    async def fetch(self, door: Door, batch: Batch, standing: Standing, place: Path) -> Iterator[Result]:
        """Its results, in any order."""


class Files:
    """OpenAI's: a file of lines goes up, a batch names it, files of results and of errors come down."""

    def __init__(self, terms: BatchTerms) -> None:
        self.terms = terms

    def content(self, batch: Batch, bodies: Sequence[Body], window: str) -> bytes:
        url, said = endpoint_of(self.terms, bodies)
        lines = (
            {"custom_id": batch.custom_id(number), "method": "POST", "url": url, "body": body}
            for number, body in enumerate(said)
        )
        return b"".join(json.dumps(line, separators=(",", ":")).encode("ascii") + b"\n" for line in lines)

    async def upload(self, door: Door, batch: Batch, content: bytes) -> str:
        found = await door.upload("/files", f"{MARK}-{batch.token}.jsonl", content, {"purpose": "batch"})
        return text_in(found, "id")

    async def create(self, door: Door, batch: Batch, content: bytes, window: str) -> str:
        asked = {
            "input_file_id": batch.file_id,
            "endpoint": json.loads(content[: content.index(b"\n")])["url"],
            "completion_window": window,
            "metadata": {MARK: batch.token},
        }
        return text_in(await door.write("/batches", asked), "id")

    async def find(self, door: Door, batch: Batch) -> tuple[list[str], bool]:
        async for one in _listed(door, batch):
            marks = one.get("metadata")
            if one.get("input_file_id") == batch.file_id or (
                isinstance(marks, Mapping) and marks.get(MARK) == batch.token
            ):
                return [text_in(one, "id")], True
        return [], True

    async def look(self, door: Door, batch_id: str) -> Standing:
        return standing_of(await door.read(f"/batches/{batch_id}"))

    async def fetch(self, door: Door, batch: Batch, standing: Standing, place: Path) -> Iterator[Result]:
        raw, parts = standing.raw or {}, []
        for name in ("output_file_id", "error_file_id"):
            if isinstance(raw.get(name), str) and raw[name]:
                part = place.with_suffix(f".{name}")
                await self._download(door, raw[name], part)
                parts.append(part)
        return results_in(parts)

    async def _download(self, door: Door, file_id: str, place: Path) -> None:
        await door.download(f"/files/{file_id}/content", place)


class GeminiFiles(Files):
    """Google's, in OpenAI's words; files go through its own interface."""

    async def upload(self, door: Door, batch: Batch, content: bytes) -> str:
        about = {"file": {"display_name": f"{MARK}-{batch.token}"}}
        place = await door.begin_upload("//upload/v1beta/files", len(content), "application/jsonl", about)
        found = await door.finish_upload(f"/{place}", content)
        file = found.get("file")
        return text_in(file if isinstance(file, Mapping) else {}, "name")

    async def _download(self, door: Door, file_id: str, place: Path) -> None:
        await door.download(f"//download/v1beta/{file_id}:download?alt=media", place)


class Inline:
    """OpenRouter's: one body holds all requests, and what is asked of the finished batch holds all results."""

    def __init__(self, terms: BatchTerms) -> None:
        self.terms = terms

    def content(self, batch: Batch, bodies: Sequence[Body], window: str) -> bytes:
        # It is parsed as it comes: what concerns all of them has to stand before the requests.
        url, said = endpoint_of(self.terms, bodies)
        head = {"endpoint": url, "model": bodies[0]["model"], "completion_window": window}
        requests = [
            {"custom_id": batch.custom_id(number), "body": {name: body[name] for name in body if name != "model"}}
            for number, body in enumerate(said)
        ]
        return json.dumps({**head, "requests": requests}, separators=(",", ":")).encode("ascii")

    async def upload(self, door: Door, batch: Batch, content: bytes) -> str:
        return ""

    async def create(self, door: Door, batch: Batch, content: bytes, window: str) -> str:
        return text_in(await door.write("/batches", json.loads(content)), "id")

    async def find(self, door: Door, batch: Batch) -> tuple[list[str], bool]:
        found = []
        async for one in _listed(door, batch):
            total = (one.get("request_counts") or {}).get("total")
            if made_about(one.get("created_at"), batch) and total in (None, 0, batch.requests):
                found.append(text_in(one, "id"))
        return found, False

    async def look(self, door: Door, batch_id: str) -> Standing:
        return standing_of(await door.read(f"/batches/{batch_id}"))

    async def fetch(self, door: Door, batch: Batch, standing: Standing, place: Path) -> Iterator[Result]:
        listed = (standing.raw or {}).get("results")
        return (result_of(one) for one in (listed if isinstance(listed, list) else []) if isinstance(one, Mapping))


def endpoint_of(terms: BatchTerms, bodies: Sequence[Body]) -> tuple[str, Sequence[Body]]:
    """Which endpoint the requests of one batch go to, and their bodies in its words."""
    if not asks_responses(bodies[0]):
        return terms.chat_url, bodies
    return terms.responses_url, [in_responses_words(body) for body in bodies]


def standing_of(raw: Mapping[str, Any]) -> Standing:
    """How a batch stands, told in OpenAI's words."""
    state = str(raw.get("status", "")).lower()
    counts = raw.get("request_counts")
    done = None
    if isinstance(counts, Mapping):
        numbers = [counts.get(name) for name in ("completed", "failed")]
        done = sum(number for number in numbers if isinstance(number, int))
    failure = ""
    if state == "failed":
        errors = raw.get("errors") or raw.get("error")
        listed = errors.get("data") if isinstance(errors, Mapping) else None
        failure = describe_error(listed[0] if isinstance(listed, list) and listed else errors or "no reason given")
    return Standing(state, state in ("completed", "failed", "expired", "cancelled"), done, failure, raw)


async def _listed(door: Door, batch: Batch) -> Any:
    """The provider's batches, newest first, down to those that are older than this one can be."""
    after = ""
    for _ in range(_MOST_PAGES):
        page = await door.read(f"/batches?limit=100{f'&after={after}' if after else ''}")
        listed = page.get("data")
        if not isinstance(listed, list) or not listed:
            return
        for one in listed:
            if isinstance(one, Mapping):
                yield one
        last = listed[-1]
        made = _moment(last.get("created_at")) if isinstance(last, Mapping) else None
        if not page.get("has_more") or (made is not None and made < batch.began_at - SECONDS_OF_CLOCKS):
            return
        after = str(last.get("id", ""))


def made_about(created: object, batch: Batch) -> bool:
    """Whether a batch of the provider was made no earlier than this one can have been."""
    made = _moment(created)
    return made is None or made >= batch.began_at - SECONDS_OF_CLOCKS


def _moment(value: object) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    with contextlib.suppress(ValueError):
        return datetime.fromisoformat(str(value)).timestamp()
    return None


def result_of(line: Mapping[str, Any]) -> Result:
    """A line of OpenAI's results; of Moonshot's, whose id is ours."""
    custom_id = str(line.get("custom_id") or line.get("id") or "")
    response, error = line.get("response"), line.get("error")
    status = response.get("status_code") if isinstance(response, Mapping) else None
    body = response.get("body") if isinstance(response, Mapping) else None
    if isinstance(body, str):  # as one that could not be read is handed on
        with contextlib.suppress(ValueError):
            body = parse_json(body)
    if isinstance(body, dict) and not error and (not isinstance(status, int) or status < 300):
        return Result(custom_id, body, status=status if isinstance(status, int) else 200)
    inner = error or (body.get("error", body) if isinstance(body, Mapping) else body) or "no reason given"
    code = str(inner.get("code", "")) if isinstance(inner, Mapping) else ""
    unasked = code in ("batch_expired", "batch_cancelled")
    return Result(custom_id, None, inner, status if isinstance(status, int) else None, unasked)


def results_in(parts: Sequence[Path], read: Callable[[Mapping[str, Any]], Result] = result_of) -> Iterator[Result]:
    """The results in files of lines, which are taken away when they are read."""
    for part in parts:
        try:
            with opened(part) as file:
                results = (_result_in(line, read) for _, _, line in lines_of(file, part))
                yield from (result for result in results if result is not None)
        finally:
            part.unlink(missing_ok=True)


def _result_in(line: bytes, read: Callable[[Mapping[str, Any]], Result]) -> Result | None:
    """The result of a line; a line that nobody can read is one without a result."""
    with contextlib.suppress(ValueError):
        found = parse_json(line.strip())
        return read(found) if isinstance(found, Mapping) else None
    return None


def text_in(table: Mapping[str, Any], name: str) -> str:
    """An id out of an answer; raises `BadResponse` where there is none."""
    value = table.get(name)
    if not isinstance(value, str) or not value or len(value) > 500:
        raise BadResponse(f"the provider's answer about a batch has no {name}: {str(dict(table))[:200]}")
    return value
