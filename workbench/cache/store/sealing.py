"""How a value becomes the bytes of a row, and how they are known to be ours, whole, and those of their key."""

from __future__ import annotations

import hashlib
import threading
import zlib
from collections.abc import Sequence

import zstandard

_MAGIC = b"wbs\x02"  # zstd; what was written before is zlib, and is read for ever
_OLD_MAGIC = b"wbs\x01"
_HEADER_BYTES = len(_MAGIC) + 32
_LEVEL = 3
_AT_ONCE, _LONG = 2_047, 1 << 16
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


def seal_many(items: Sequence[tuple[str, bytes]]) -> list[bytes]:
    """The same of several: all are compressed in one go, for each call gives the interpreter's lock away.

    >>> seal_many([("a", b"9"), ("b", b"stay")]) == [seal("a", b"9"), seal("b", b"stay")]
    True
    """
    values: list[bytes | bytearray | memoryview[int]] = [value for _, value in items]
    if len(items) < 2 or not all(values) or not hasattr(_codec.compressor, "multi_compress_to_buffer"):
        return [seal(key, value) for key, value in items]
    packed = _codec.compressor.multi_compress_to_buffer(values, threads=0)
    payloads = [packed[place].tobytes() for place in range(len(packed))]
    return [_MAGIC + _digest(key, payload) + payload for (key, _), payload in zip(items, payloads, strict=True)]


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
    digest = hashlib.sha256(hashlib.sha256(key.encode()).digest())
    if len(payload) > _LONG:
        digest.update(payload)
    else:
        # Of more at once hashlib gives the interpreter's lock away, and to get it back beside a busy loop takes longer.
        for start in range(0, len(payload), _AT_ONCE):
            digest.update(payload[start : start + _AT_ONCE])
    return digest.digest()
