"""How a value becomes the bytes of a row, and how they are known to be ours, whole, and those of their key."""

from __future__ import annotations

import hashlib
import zlib

_MAGIC = b"wbs\x01"
_HEADER_BYTES = len(_MAGIC) + 32


class ForeignRow(Exception):
    """A row that is not what this package writes; completes the sentence "The record ..."."""


def seal(key: str, value: bytes) -> bytes:
    """Magic, then SHA-256 over key and payload, then the payload: the value, compressed."""
    payload = zlib.compress(value, 1)
    return _MAGIC + _digest(key, payload) + payload


def unseal(key: str, sealed: bytes) -> bytes:
    """The value of a row; raises ForeignRow for one that has changed, belongs to another key or is not ours."""
    payload = sealed[_HEADER_BYTES:]
    if sealed[: len(_MAGIC)] != _MAGIC:
        raise ForeignRow("was not written by this package")
    if sealed[len(_MAGIC) : _HEADER_BYTES] != _digest(key, payload):
        raise ForeignRow("has changed since it was written (its checksum differs)")
    try:
        return zlib.decompress(payload)
    except zlib.error:
        raise ForeignRow("was not written by this package") from None


def _digest(key: str, payload: bytes) -> bytes:
    # The key is part of it, so that two rows whose values were swapped are noticed.
    return hashlib.sha256(hashlib.sha256(key.encode()).digest() + payload).digest()
