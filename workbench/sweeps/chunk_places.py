"""The folder or bucket of a sweep on many machines: its segments, its plan, and the mark that stops it."""

from __future__ import annotations

import os
import secrets
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from workbench.base import regular_expressions as re
from workbench.errors import InputError, StoreError
from workbench.rows.files import write_rows

if TYPE_CHECKING:
    import pandas as pd

STOP: Final = "STOP"
PLAN: Final = "plan.json"
_REMOTE: Final = ("s3://", "gs://", "az://")
_NAME: Final = re.compile(r"(?P<chunk>\d{6}-[0-9a-f]{16})-(?P<failed>\d+)\.parquet")
_SECONDS_BETWEEN_REMOTE_LOOKS: Final = 1.0


class ChunkPlace:
    """Where the segments of one sweep lie; every machine reaches it by the same name."""

    def __init__(self, place: str) -> None:
        self.place = place
        self._remote: Any = None
        self._looked_at, self._stopped = float("-inf"), False
        if place.startswith(_REMOTE):
            try:
                import obstore.store
            except ImportError:
                raise InputError(
                    f"{place} needs the package obstore; install it with: pip install 'workbench[bucket]'"
                ) from None
            options: Any = {"client_options": {"allow_http": bool(os.environ.get("AWS_ALLOW_HTTP"))}}
            self._remote = obstore.store.from_url(place, **options)
        elif "://" in place:
            raise InputError(f"{place!r} is no place for segments; name a folder, or a bucket such as s3://bucket/run")
        else:
            Path(place).mkdir(parents=True, exist_ok=True)

    def segments(self) -> dict[str, tuple[str, int]]:
        """The segments that are there by their chunk: the name and the failed calls of the best of each."""
        found: dict[str, tuple[str, int]] = {}
        for name in self._names():
            match = _NAME.fullmatch(name)
            if match:
                before = found.get(match["chunk"])
                if before is None or int(match["failed"]) < before[1]:
                    found[match["chunk"]] = name, int(match["failed"])
        return found

    def put_segment(self, chunk: str, rows: pd.DataFrame) -> str:
        """Write the segment of a chunk, whole or not at all, in place of one of an earlier try; return its name."""
        failed = int((rows["outcome"] == "error").sum())
        name = f"{chunk}-{failed}.parquet"
        if self._remote is None:
            write_rows(rows, Path(self.place) / name)
        else:
            with tempfile.TemporaryDirectory() as folder:
                data = write_rows(rows, Path(folder) / name).read_bytes()
            self._tried(lambda: self._remote.put(name, data))
        for other in self._names():
            match = _NAME.fullmatch(other)
            if match and match["chunk"] == chunk and other != name:
                self.remove(other)
        return name

    def read(self, name: str) -> bytes | None:
        """A small file of the place; None where it is not there."""
        try:
            if self._remote is None:
                return (Path(self.place) / name).read_bytes()
            return bytes(self._tried(lambda: self._remote.get(name).bytes()))
        except FileNotFoundError:
            return None

    def write(self, name: str, data: bytes) -> None:
        """Write a small file, whole or not at all."""
        if self._remote is not None:
            self._tried(lambda: self._remote.put(name, data))
            return
        draft = Path(self.place) / f".{name}.{secrets.token_hex(4)}"
        draft.write_bytes(data)
        draft.replace(Path(self.place) / name)

    def remove(self, name: str) -> None:
        """Remove a file, if it is there."""
        if self._remote is not None:
            self._tried(lambda: self._remote.delete(name))
        else:
            (Path(self.place) / name).unlink(missing_ok=True)

    def is_stopped(self) -> bool:
        """Whether the mark is there that stops all machines: looked for anew each time, in a bucket once a second."""
        if self._remote is None:
            return os.path.exists(os.path.join(self.place, STOP))
        now = time.monotonic()
        if now - self._looked_at > _SECONDS_BETWEEN_REMOTE_LOOKS:
            self._looked_at = now
            self._stopped = self.read(STOP) is not None
        return self._stopped

    def _names(self) -> list[str]:
        if self._remote is None:
            return sorted(entry.name for entry in os.scandir(self.place))
        return sorted(str(one["path"]) for batch in self._tried(lambda: list(self._remote.list())) for one in batch)

    def _tried(self, job: Any) -> Any:
        try:
            return job()
        except FileNotFoundError:
            raise
        except Exception as error:  # noqa: BLE001 - obstore has no base of its own, and texts may hold credentials
            raise StoreError(f"{self.place} does not answer as it should ({type(error).__name__})") from None


def stop(place: str | Path) -> None:
    """Stop a sweep that runs on many machines, from anywhere: each looks at this mark before each request.

    What was bought is kept; running the sweep again goes on, and takes the mark away.
    """
    ChunkPlace(str(place)).write(STOP, b"stopped\n")
