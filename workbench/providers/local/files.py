"""What is served of a GGUF file of the user's own: its weights by their hash, its slots, the memory that it needs."""

from __future__ import annotations

import contextlib
import functools
import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from workbench.base.files import draft_of
from workbench.providers.facts import ModelFacts
from workbench.providers.local import weights
from workbench.providers.local.server import START_TIMEOUT_SECONDS, LocalModel
from workbench.providers.own_files import USUAL_CONTEXT_TOKENS, checked_header, own_template, parts_of

_SMALL_BYTES: Final = 2**30
_SLOTS_OF_A_SMALL_FILE: Final = 4
_BESIDE_BYTES: Final = 300 * 2**20  # the engine itself, and what it computes in
_SECONDS_A_GIGABYTE: Final = 20.0  # to read a file from a slow disk


@dataclass(frozen=True)
class OwnWeights:
    """The weights of a file of the user's own: known by the hash of what it holds, however it is called."""

    path: Path
    parts: tuple[Path, ...]
    size_bytes: int

    @property
    def file_name(self) -> str:
        return self.path.name

    @property
    def sha256(self) -> str:
        hashes = [_hash_of(part) for part in self.parts]
        return hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode("ascii")).hexdigest()


def served(name: str, facts: ModelFacts) -> str | LocalModel:
    """What `server` is to serve under a name: one of its own models, or the file that the facts name."""
    if not facts.file:
        return name
    path = Path(facts.file)
    header = checked_header(path)
    parts = tuple(parts_of(path, header))
    size = sum(part.stat().st_size for part in parts)
    context = facts.context_tokens or USUAL_CONTEXT_TOKENS
    slots = _SLOTS_OF_A_SMALL_FILE if size < _SMALL_BYTES else 1
    return LocalModel(
        name=name,
        weights=OwnWeights(path, parts, size),
        note="",
        template=own_template(facts),
        context_tokens=context,
        slots=slots,
        threads=facts.threads,
        start_seconds=START_TIMEOUT_SECONDS + size / 1e9 * _SECONDS_A_GIGABYTE,
        needs_bytes=size + slots * context * header.cache_bytes_per_token + _BESIDE_BYTES,
    )


def _hash_of(path: Path) -> str:
    """The hash of a file, remembered for as long as its size, its time and its place on the disk stay the same."""
    status = path.stat()
    return _remembered_hash(str(path), status.st_size, status.st_mtime_ns, status.st_ino)


@functools.lru_cache(maxsize=64)
def _remembered_hash(path: str, *stamp: int) -> str:
    place = hashlib.sha256(path.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    kept = weights.folder() / f"{place}.hashed.json"
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        seen = json.loads(kept.read_text(encoding="utf-8"))
        if seen["stamp"] == [*stamp] and isinstance(seen["sha256"], str):
            return str(seen["sha256"])
    with open(path, "rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    with contextlib.suppress(OSError):  # a folder that cannot be written costs the hash at each start, not the answer
        os.makedirs(kept.parent, exist_ok=True)
        with draft_of(kept) as draft:
            draft.write_text(json.dumps({"stamp": stamp, "sha256": found}), encoding="utf-8")
    return found
