"""How a value becomes the compressed bytes of a row, and how these are known to be ours, whole, and their key's."""

from __future__ import annotations

import hashlib
import threading
import zlib
from collections.abc import Callable, Mapping, Sequence

import zstandard

from workbench.cache.store.dictionaries import LEVEL, NAME_BYTES, current, known

_MAGIC = b"wbs\x03"  # zstd with the dictionary whose name follows; what was written before is read for ever
_PLAIN_MAGIC, _OLD_MAGIC = b"wbs\x02", b"wbs\x01"  # zstd alone, and zlib
_HEADER_BYTES = len(_MAGIC) + 32
_AT_ONCE, _LONG = 2_047, 1 << 16
_MOST_BYTES = 1 << 30  # SQLite's own limit: a payload that claims to unpack to more was not written here


class ForeignRow(Exception):
    """A row that is not what this package writes; completes the sentence "The record ..."."""

    def told(self, key: str, place: object) -> str:
        """What is wrong with the row of `key` in the store at `place`, and what to do about it."""
        return (
            f"The record {key!r} in {place} {self}. Other records are not affected. Drop it with "
            f"`workbench cache delete {key}`; it is bought again when it is next asked for."
        )


class UnknownDictionary(ForeignRow):
    """A row that is whole, and needs a dictionary that neither this package nor its store holds."""

    def told(self, key: str, place: object) -> str:
        return (
            f"The record {key!r} in {place} {self}. It is whole: read it with the version of workbench that wrote it, "
            f"or bring the store's file back from a copy. Nothing was changed, and nothing is bought in its place."
        )


class _Codec(threading.local):
    """Made once a thread: no part may be used by two at a time."""

    def __init__(self) -> None:
        today = current()
        # A row says by itself which dictionary it needs: the frame need not say it again.
        self.compressor = zstandard.ZstdCompressor(level=LEVEL, dict_data=today.data, write_dict_id=False)
        self.plain = zstandard.ZstdDecompressor()
        self.by_name: dict[bytes, zstandard.ZstdDecompressor] = {}

    def decompressor(self, name: bytes) -> zstandard.ZstdDecompressor:
        """What unpacks rows that were packed with the dictionary of that name; raises UnknownDictionary."""
        if name not in self.by_name:
            dictionary = known(name)
            if dictionary is None:
                raise UnknownDictionary(f"was packed with the dictionary {name.hex()}, which is not in the store")
            self.by_name[name] = zstandard.ZstdDecompressor(dict_data=dictionary.data)
        return self.by_name[name]


_codec = _Codec()


def seal(key: str, value: bytes) -> bytes:
    """Magic, then SHA-256 over key and what follows: the dictionary's name, and the value, compressed with it.

    >>> unseal("key", seal("key", b"value"))
    b'value'
    """
    return _signed(key, _codec.compressor.compress(value))


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
    return [_signed(key, payload) for (key, _), payload in zip(items, payloads, strict=True)]


def unseal(key: str, sealed: bytes) -> bytes:
    """The value of a row; raises ForeignRow for one that has changed, belongs to another key or is not ours."""
    magic, payload = sealed[: len(_MAGIC)], sealed[_HEADER_BYTES:]
    if magic not in (_MAGIC, _PLAIN_MAGIC, _OLD_MAGIC):
        raise ForeignRow("was not written by this package")
    if sealed[len(_MAGIC) : _HEADER_BYTES] != _digest(key, payload):
        raise ForeignRow("has changed since it was written (its checksum differs)")
    try:
        if magic == _MAGIC:
            return _unpacked(payload[NAME_BYTES:], _codec.decompressor(payload[:NAME_BYTES]))
        return zlib.decompress(payload) if magic == _OLD_MAGIC else _unpacked(payload, _codec.plain)
    except (zlib.error, zstandard.ZstdError):
        raise ForeignRow("was not written by this package") from None


def unseal_many(sealed: Mapping[str, bytes], learn: Callable[[], object]) -> dict[str, bytes]:
    """The values of several rows; raises like `unseal`, at the first.

    `learn` is called once where a row needs a dictionary that is not known: another version of this package, at work
    beside this one, may have brought one into the store since that was opened.
    """
    try:
        return {key: unseal(key, value) for key, value in sealed.items()}
    except UnknownDictionary:
        learn()
        return {key: unseal(key, value) for key, value in sealed.items()}


def _unpacked(payload: bytes, decompressor: zstandard.ZstdDecompressor) -> bytes:
    if not 0 <= zstandard.frame_content_size(payload) <= _MOST_BYTES:
        raise ForeignRow("was not written by this package")
    return decompressor.decompress(payload)


def _signed(key: str, packed: bytes) -> bytes:
    payload = current().name + packed
    return _MAGIC + _digest(key, payload) + payload


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
