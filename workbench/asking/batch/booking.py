"""What a batch leaves in the ledger and in the store: its ids before anything else, then a line for each result."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib import metadata
from typing import Any

from workbench.asking.billed import billed_tokens
from workbench.base.secrets import without_secrets
from workbench.cache.batch_journal import Batch
from workbench.cache.ledger_file import Ledger
from workbench.errors import CallError
from workbench.providers.batches import batch_cost
from workbench.providers.likeness import parameters_mark, prompt_mark
from workbench.providers.prices import Cost
from workbench.providers.requests import CallRequest
from workbench.replies.message import said
from workbench.replies.reply import RECORD_VERSION, Record
from workbench.replies.reported_cost import reported_usd
from workbench.replies.usage import raw_usage, read_usage

_VERSION = metadata.version("workbench")


def kept_of(request: CallRequest, key: str, body: dict[str, Any], batch: Batch) -> tuple[Record, float]:
    """The record of one result, and its dollars (0 where nobody knows them)."""
    cost = _cost(request, body, batch)
    record: Record = {
        "version": RECORD_VERSION,
        "key": key,
        "request": request.identity(),
        "response": without_secrets(body),
        "streamed": False,
        "status": 200,
        "request_id": str(body.get("id", ""))[:100] or None,
        "seconds": None,  # a batch takes its own time, which says nothing of the model
        "seconds_to_first_token": None,
        "seconds_to_answer": None,
        "attempts": 1,
        "usd": cost.usd,
        "usd_source": cost.source,
        "created_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "workbench": _VERSION,
        "batch": batch.batch_id,
    }
    return record, cost.usd or 0.0


def _cost(request: CallRequest, body: dict[str, Any], batch: Batch) -> Cost:
    raw = raw_usage(body)
    reported = reported_usd(raw)
    if reported is not None:
        return Cost(reported, "provider")
    counts = billed_tokens(read_usage(raw, thinking="", answer=""), raw)
    served = body.get("model")
    at = datetime.fromisoformat(batch.began)
    return batch_cost(request.target, counts, served=served if isinstance(served, str) else None, at=at)


def told_already(ledger: Ledger, batch: Batch) -> frozenset[int]:
    """Which requests of a batch have their line in the ledger; all of them where lines of an older kind do not tell."""
    lines = [entry for entry in ledger.entries() if entry.get("batch") == batch.token and "label" in entry]
    if any(not isinstance(entry.get("number"), int) for entry in lines):
        return frozenset(range(batch.requests))
    return frozenset(entry["number"] for entry in lines)


def told_to_ledger(
    ledger: Ledger,
    batch: Batch,
    project: str,
    *,
    request: CallRequest | None = None,
    number: int | None = None,
    record: Record | None = None,
    failure: CallError | None = None,
    unbilled: bool = False,
) -> None:
    """Write a line: of the batch itself, with its ids as far as they are known, or of one of its requests."""
    told: dict[str, Any] = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "provider": batch.provider,
        "model": batch.model_id,
        "sent": bool(batch.batch_id),
        "status": None,
        "error": None,
        "billed": "no",
        "tokens": None,
        "usd": 0.0,
        "seconds": None,
        "request_id": None,
        "project": project,
        "batch": batch.token,
        "batch_id": batch.batch_id,
    }
    if request is None:
        told |= {"file_id": batch.file_id, "requests": batch.requests}
    else:
        told |= {"label": request.target.label, "cap": request.max_tokens, "number": number}
        told |= {"parameters": parameters_mark(request), "prompt": prompt_mark(request)}
    if record is not None:
        body = record["response"]
        usage = read_usage(raw_usage(body), thinking="", answer="")
        message = said(body)
        told |= {"status": 200, "billed": "yes", "tokens": usage.output_tokens, "usd": record["usd"]}
        told |= {"request_id": record["request_id"], "finish": message.finish_reason if message else None}
    if failure is not None:
        told |= {"status": failure.status, "error": type(failure).__name__}
        told |= {"billed": "no" if unbilled or failure.status is not None else "unknown"}
        told["usd"] = 0.0 if told["billed"] == "no" else None
    ledger.write(**told)
