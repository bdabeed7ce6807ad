"""What every store of bytes by key promises, and what it tells of itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True)
class StoreInfo:
    """What a store holds and what it promises; `bytes` is its size on disk, `path` None where it has no folder."""

    count: int
    bytes: int
    durable: bool
    shared: bool
    evicts: bool
    path: Path | None


class Store(Protocol):
    """Bytes by key. No store decides how to decode them; whatever goes wrong raises a StoreError."""

    def get(self, key: str) -> bytes | None:
        """The value, or None when the key is certainly absent."""

    def put_new(self, key: str, value: bytes) -> bool:
        """Insert, durable when it returns; False when the key is already there, whose value then stays."""

    def delete(self, key: str) -> bool:
        """Remove the key for good; False when it was not there."""

    def keys(self) -> Iterator[str]:
        """Every key, in no promised order."""

    def info(self) -> StoreInfo:
        """How much is here, and whether it is durable, shared, or evicts."""
