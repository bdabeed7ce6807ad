"""What is known of batches under way, on disk: written before anything is bought, and read by whoever comes later."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from workbench.base import regular_expressions as re
from workbench.base.files import draft_of, lines_of, opened, own_folder
from workbench.cache.store.folder import explain_os_error
from workbench.errors import StoreCorrupt

FOLDER: Final = "batches"
_NAME: Final = re.compile(r"[0-9a-f]{24}")


@dataclass(frozen=True)
class Batch:
    """One batch: what was handed over, and what the provider calls it, as far as that is known.

    `file_id` is the uploaded file, `batch_id` the batch; empty until they are known. `passed_over` are batches of the
    provider that were taken for this one and are not, `guessed` says that this one may be such. `token` stands in each
    of its requests' ids, and nobody can guess it, so that a batch is known again by its results. With `refresh` its
    replies take the place of those that are kept.
    """

    token: str
    provider: str
    base_url: str
    model_id: str
    shape: str
    requests: int
    began: str
    file_id: str = ""
    batch_id: str = ""
    worst_usd: float | None = None
    passed_over: tuple[str, ...] = ()
    guessed: bool = False
    refresh: bool = False

    @property
    def began_at(self) -> float:
        return datetime.fromisoformat(self.began).timestamp()

    def custom_id(self, number: int) -> str:
        """The id of one of its requests."""
        return f"{self.token}-{number}"

    def number_of(self, custom_id: object) -> int | None:
        """Which of its requests an id names; None for one of another batch."""
        head, _, tail = str(custom_id).rpartition("-")
        number = int(tail) if head == self.token and tail.isdecimal() and len(tail) < 8 else -1
        return number if 0 <= number < self.requests else None


@dataclass(frozen=True)
class Sent:
    """One request of a batch: the key under which its reply is kept, what identifies it, how rows call its model."""

    key: str
    request: Mapping[str, Any]
    label: str


class Journal:
    """The batches of one cache folder that are under way."""

    def __init__(self, cache_folder: Path) -> None:
        self.folder = cache_folder / FOLDER

    def begin(self, sent: Sequence[Sent], **about: Any) -> Batch:
        """Write down a batch that is about to be handed over, its requests first. Raises a `StoreError`."""
        began = datetime.now(UTC).isoformat(timespec="seconds")
        batch = Batch(token=secrets.token_hex(12), requests=len(sent), began=began, **about)
        try:
            own_folder(self.folder)
            with draft_of(self._requests(batch.token)) as draft, draft.open("w", encoding="ascii") as file:
                for one in sent:
                    file.write(json.dumps([one.key, one.label, one.request], separators=(",", ":")) + "\n")
                _settle(file)
            self._write(batch)
        except OSError as error:
            raise explain_os_error(error, self.folder) from error
        return batch

    def now(self, batch: Batch, **known: Any) -> Batch:
        """Write down what has become known of a batch."""
        batch = replace(batch, **known)
        try:
            self._write(batch)
        except OSError as error:
            raise explain_os_error(error, self.folder) from error
        return batch

    def end(self, batch: Batch) -> None:
        """Forget a batch whose results are kept."""
        self._about(batch.token).unlink(missing_ok=True)
        self._requests(batch.token).unlink(missing_ok=True)

    def open(self) -> list[Batch]:
        """The batches under way, oldest first. Raises `StoreCorrupt` that names a file which is none of ours."""
        found = []
        for path in sorted(self.folder.glob("*.json")) if self.folder.is_dir() else []:
            if not _NAME.fullmatch(path.stem):
                continue
            try:
                table = json.loads(path.read_text("ascii"))
                batch = Batch(**{**table, "passed_over": tuple(table.get("passed_over", ()))})
            except FileNotFoundError:
                continue  # another process has just fetched it
            except (OSError, ValueError, TypeError) as error:
                raise StoreCorrupt(
                    f"{path} does not tell of a batch ({error}). Move it away: what it told of is bought again, unless "
                    "its replies are kept by now"
                ) from None
            if self._requests(batch.token).exists():
                found.append(batch)
        return sorted(found, key=lambda batch: batch.began)

    def still_open(self, batch: Batch) -> bool:
        """Whether nobody has fetched its results yet."""
        return self._about(batch.token).exists()

    def sent(self, batch: Batch) -> Iterator[Sent]:
        """The requests of a batch, in the order of their numbers; none once it has ended and is forgotten."""
        path = self._requests(batch.token)
        if not path.exists():
            return
        with opened(path) as file:
            for _, _, line in lines_of(file, path):
                key, label, request = json.loads(line)
                yield Sent(key, request, label)

    def results(self, batch: Batch) -> Path:
        """Where the results of a batch are put while they are read."""
        return self.folder / f"{batch.token}.results"

    def _about(self, token: str) -> Path:
        return self.folder / f"{token}.json"

    def _requests(self, token: str) -> Path:
        return self.folder / f"{token}.jsonl"

    def _write(self, batch: Batch) -> None:
        with draft_of(self._about(batch.token)) as draft, draft.open("w", encoding="ascii") as file:
            told = asdict(batch)
            json.dump({name: told[name] for name in told if name != "refresh" or told[name]}, file)
            _settle(file)


def _settle(file: Any) -> None:
    file.flush()
    os.fsync(file.fileno())
