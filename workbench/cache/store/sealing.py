"""How a value becomes the bytes of a row, and how they are known to be ours, whole, and those of their key."""

from __future__ import annotations

import hashlib
import threading
import zlib

import zstandard

_MAGIC = b"wbs\x02"  # zstd; what was written before is zlib, and is read for ever
_OLD_MAGIC = b"wbs\x01"
_HEADER_BYTES = len(_MAGIC) + 32
_LEVEL = 3
_MOST_BYTES = 1 << 30  # SQLite's own limit: a payload that claims to unpack to more was not written here


class ForeignRow(Exception):
    """A row that is not what this package writes; completes the sentence "The record ..."."""


class _Codec(threading.local):
    """Made once a thread: neither half may be used by two at a time."""

    def __init__(self) -> None:
        self.compressor = zstandard.ZstdCompressor(level=_LEVEL)
        self.decompressor = zstandard.ZstdDecompressor()


_codec = _Codec()


def seal(key: str, value: bytes) -> bytes:
    """Magic, then SHA-256 over key and payload, then the payload: the value, compressed.

    >>> unseal("key", seal("key", b"value"))
    b'value'
    """
    payload = _codec.compressor.compress(value)
    return _MAGIC + _digest(key, payload) + payload


def unseal(key: str, sealed: bytes) -> bytes:
    """The value of a row; raises ForeignRow for one that has changed, belongs to another key or is not ours."""
    magic, payload = sealed[: len(_MAGIC)], sealed[_HEADER_BYTES:]
    if magic not in (_MAGIC, _OLD_MAGIC):
        raise ForeignRow("was not written by this package")
    if sealed[len(_MAGIC) : _HEADER_BYTES] != _digest(key, payload):
        raise ForeignRow("has changed since it was written (its checksum differs)")
    try:
        return zlib.decompress(payload) if magic == _OLD_MAGIC else _unpacked(payload)
    except (zlib.error, zstandard.ZstdError):
        raise ForeignRow("was not written by this package") from None


def _unpacked(payload: bytes) -> bytes:
    if not 0 <= zstandard.frame_content_size(payload) <= _MOST_BYTES:
        raise ForeignRow("was not written by this package")
    return _codec.decompressor.decompress(payload)


def _digest(key: str, payload: bytes) -> bytes:
    # The key is part of it, so that two rows whose values were swapped are noticed.
    return hashlib.sha256(hashlib.sha256(key.encode()).digest() + payload).digest()
