"""What a GGUF file says of itself, read from its first megabytes: nothing of its weights is loaded."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Final

from workbench.errors import LocalModelError

MAGIC: Final = b"GGUF"
VERSIONS: Final = (2, 3)
_NUMBERS: Final = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_TEXT, _ARRAY = 8, 9
_LONGEST_TEXT: Final = 2**24
_MOST_FIELDS: Final = 100_000
_MOST_TENSORS: Final = 1_000_000
_MOST_LAYERS: Final = 10_000
_ALIGNMENT: Final = 32
_USUAL_HEAD: Final = 128


@dataclass(frozen=True)
class Header:
    """What matters of a GGUF file: its model, its chat template, how much memory a context takes, whether it is whole.

    `cache_bytes_per_token` is what keys and values of one token take at 16 bits. `ends_at` is where the last of its
    tensors ends, as far as the size of its kind is known.
    """

    architecture: str
    name: str
    template: str | None
    trained_tokens: int | None
    cache_bytes_per_token: int
    part: int
    parts: int
    ends_at: int
    size_bytes: int


def read_header(path: Path) -> Header:
    """Read the header of a GGUF file. Raises `LocalModelError` for a file that is none, or that is cut short."""
    try:
        with path.open("rb") as file:
            return _read(file, path, os.fstat(file.fileno()).st_size)
    except OSError as error:
        raise LocalModelError(f"{str(path)!r} cannot be read: {error.strerror}") from None


def _read(file: BinaryIO, path: Path, size: int) -> Header:
    magic = file.read(4)
    if magic != MAGIC:
        what = "it is empty" if not size else f"it begins with {magic!r} and not with {MAGIC!r}"
        raise LocalModelError(
            f"{str(path)!r} is no GGUF file: {what}. Weights in another form, such as safetensors, are converted by "
            "llama.cpp's convert_hf_to_gguf.py"
        )
    reader = _Reader(file, path, size)
    version = reader.number("<I")
    if version not in VERSIONS:
        swapped = int.from_bytes(int(version).to_bytes(4, "little"), "big")
        kind = "in the byte order of other machines" if swapped in VERSIONS else f"of version {version}"
        raise LocalModelError(f"{str(path)!r} is a GGUF file {kind}, which the engine does not read; convert it anew")
    tensors, fields = reader.number("<Q"), reader.number("<Q")
    if tensors > _MOST_TENSORS or fields > _MOST_FIELDS:
        raise reader.damaged(f"it claims {tensors:,} tensors and {fields:,} fields")
    found: dict[str, Any] = {}
    for _ in range(fields):
        name = reader.text()
        kind = reader.number("<I")
        if _matters(name):
            found[name] = reader.value(kind)
        else:
            reader.skip(kind)
    ends = [reader.tensor() for _ in range(tensors)]
    alignment = max(1, int(_number_of(found, "general.alignment") or _ALIGNMENT))
    start = -(-file.tell() // alignment) * alignment
    architecture = str(found.get("general.architecture", ""))
    template = found.get("tokenizer.chat_template")
    return Header(
        architecture=architecture,
        name=str(found.get("general.name", "")),
        template=template if isinstance(template, str) and template.strip() else None,
        trained_tokens=_number_of(found, f"{architecture}.context_length"),
        cache_bytes_per_token=_cache_bytes(found, architecture),
        part=_number_of(found, "split.no") or 0,
        parts=max(1, _number_of(found, "split.count") or 1),
        ends_at=start + max(ends, default=0),
        size_bytes=size,
    )


_ENDINGS: Final = (
    ".context_length",
    ".block_count",
    ".embedding_length",
    ".attention.head_count",
    ".attention.head_count_kv",
    ".attention.key_length",
    ".attention.value_length",
)


def _matters(name: str) -> bool:
    return name.startswith(("general.", "split.")) or name == "tokenizer.chat_template" or name.endswith(_ENDINGS)


class _Reader:
    """Reads field by field; whatever would lie behind the end of the file says that the file is cut short."""

    def __init__(self, file: BinaryIO, path: Path, size: int) -> None:
        self._file, self._path, self._size = file, path, size

    def cut(self) -> LocalModelError:
        return LocalModelError(
            f"{str(self._path)!r} is cut short: it ends within its own header, after {self._size:,} bytes; "
            "fetch or copy it again"
        )

    def damaged(self, why: str) -> LocalModelError:
        return LocalModelError(f"{str(self._path)!r} is damaged: {why}; fetch or copy it again")

    def number(self, form: str) -> Any:
        data = self._file.read(struct.calcsize(form))
        if len(data) < struct.calcsize(form):
            raise self.cut()
        return struct.unpack(form, data)[0]

    def text(self) -> str:
        length = self.number("<Q")
        if length > self._size - self._file.tell():
            raise self.cut()
        if length > _LONGEST_TEXT:
            raise self.damaged(f"a text of {length:,} bytes stands in its header")
        return self._file.read(length).decode("utf-8", "replace")

    def value(self, kind: int) -> Any:
        if kind == _TEXT:
            return self.text()
        if kind == _ARRAY:
            inner, length = self._array()
            if inner in (_TEXT, _ARRAY) or length > _MOST_LAYERS:
                self._pass(inner, length)
                return None
            return [self.value(inner) for _ in range(length)]
        if kind not in _NUMBERS:
            raise self.damaged(f"a value of kind {kind} stands in its header")
        return self.number(_NUMBERS[kind])

    def skip(self, kind: int) -> None:
        if kind == _ARRAY:
            self._pass(*self._array())
        elif kind == _TEXT:
            self._forward(self.number("<Q"))
        else:
            self.value(kind)

    def _array(self) -> tuple[int, int]:
        inner, length = self.number("<I"), self.number("<Q")
        if inner == _ARRAY:
            raise self.damaged("an array of arrays stands in its header")
        return inner, length

    def _pass(self, inner: int, length: int) -> None:
        if inner == _TEXT:
            for _ in range(length):  # each is at least its own length, so a claim too large meets the end of the file
                self._forward(self.number("<Q"))
        elif inner in _NUMBERS:
            self._forward(length * struct.calcsize(_NUMBERS[inner]))
        else:
            raise self.damaged(f"a value of kind {inner} stands in its header")

    def _forward(self, length: int) -> None:
        if length > self._size - self._file.tell():
            raise self.cut()
        self._file.seek(length, os.SEEK_CUR)

    def tensor(self) -> int:
        """Where a tensor ends, counted from the first; only where it begins, if the size of its kind is not known."""
        self._forward(self.number("<Q"))
        dimensions = self.number("<I")
        if dimensions > 8:
            raise self.damaged(f"a tensor of {dimensions} dimensions stands in its header")
        count = 1
        for _ in range(dimensions):
            count *= self.number("<Q")
        kind, offset = self.number("<I"), self.number("<Q")
        in_block, block_bytes = _sizes().get(kind, (1, 0))
        return int(offset) + count // in_block * block_bytes


def _sizes() -> dict[int, tuple[int, int]]:
    """How many numbers stand in a block of each kind of tensor, and how many bytes it takes; empty without `gguf`."""
    try:
        from gguf.constants import GGML_QUANT_SIZES
    except ImportError:
        return {}
    return {int(kind): sizes for kind, sizes in GGML_QUANT_SIZES.items()}


def _number_of(found: dict[str, Any], name: str) -> int | None:
    value = found.get(name)
    return int(value) if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def _cache_bytes(found: dict[str, Any], architecture: str) -> int:
    layers = min(_number_of(found, f"{architecture}.block_count") or 0, _MOST_LAYERS)
    heads = found.get(f"{architecture}.attention.head_count_kv", found.get(f"{architecture}.attention.head_count"))
    if isinstance(heads, list):  # one number a layer, where they differ
        in_all = sum(number for number in heads if isinstance(number, int))
    else:
        in_all = layers * (heads if isinstance(heads, int) else 0)
    whole, asked = (
        _number_of(found, f"{architecture}.embedding_length"),
        _number_of(found, f"{architecture}.attention.head_count"),
    )
    usual = whole // asked if whole and asked else _USUAL_HEAD
    keys = _number_of(found, f"{architecture}.attention.key_length") or usual
    values = _number_of(found, f"{architecture}.attention.value_length") or usual
    return 2 * in_all * (keys + values)
