"""What was read of many kept replies, as columns: their figures, what of them many share, and where their texts are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from workbench.cache.texts import TEXTS, TextsOf
from workbench.rows.growing import Coded, Column, Figures, Texts

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHARED: Final = (
    *("outcome", "served_model", "thinking_visibility", "finish_reason", "thinking_tokens_source", "usd_source"),
    *("attempts", "http_status", "warnings", *TEXTS),
)
"""What is kept of a reply's findings and is the same in many replies; of texts, where there is one, how it stands."""

OWN: Final = (
    *("prompt_tokens", "cached_prompt_tokens", "completion_tokens", "thinking_tokens", "answer_tokens"),
    *("usd", "seconds", "seconds_to_first_token", "seconds_to_answer", "created_at"),
)
"""What is kept of them and is each reply's own, numbers but for the last; the rest is of the moment."""


@dataclass(frozen=True)
class Many:
    """What was read of some replies, in their order."""

    shared: list[list[Any]]
    codes: NDArray[np.integer[Any]]
    numbers: NDArray[np.float64]
    created: list[str | None]

    def __len__(self) -> int:
        return len(self.codes)

    def columns(self) -> dict[str, Column]:
        """The columns of their rows, but for texts."""
        shared = {
            name: Coded([values[place] for values in self.shared], self.codes)
            for place, name in enumerate(SHARED)
            if name not in TEXTS
        }
        own = {name: Figures(self.numbers[place]) for place, name in enumerate(OWN[:-1])}
        return {**shared, **own, "created_at": self.created}

    def texts(
        self, keys: Sequence[str], sources: Sequence[TextsOf], codes: NDArray[np.integer[Any]]
    ) -> dict[str, Column]:
        """Where their texts are: the source of each by its code."""
        import numpy as np

        from workbench.rows.kept_texts import Kept  # loads pandas

        kept: NDArray[np.object_] = np.empty(len(keys), dtype=object)
        about = zip(keys, codes.tolist(), self.created, strict=True)
        kept[:] = [Kept(key, sources[code], bought_at) for key, code, bought_at in about]
        there = {name: np.array([bool(values[SHARED.index(name)]) for values in self.shared]) for name in TEXTS}
        absent: Any = None
        return {name: Texts(np.where(has[self.codes], kept, absent)) for name, has in there.items()}


def name_of(keys: Sequence[str], marks: Sequence[tuple[bytes, int]]) -> bytes:
    """What some replies in this order, read by these readers, are called by: each reader with how many it reads."""
    readers = b"".join(mark + size.to_bytes(8) for mark, size in marks)
    return hashlib.blake2b(readers + "".join(keys).encode("ascii"), digest_size=24).digest()


def of_each(found: Sequence[bytes]) -> Many | None:
    """What was kept of each by itself, as columns; None where something else stands there."""
    import numpy as np

    parts = [data.partition(b"\n") for data in found]
    known = {first: code for code, first in enumerate(dict.fromkeys(first for first, _, _ in parts))}
    with suppress(ValueError, RecursionError, TypeError):
        shared = [json.loads(first) for first in known]
        own = json.loads(b"[" + b",".join(last for _, _, last in parts) + b"]")
        if all(len(values) == len(SHARED) for values in shared) and all(len(values) == len(OWN) for values in own):
            codes = np.array([known[first] for first, _, _ in parts], dtype=np.int32)
            numbers = np.array([values[:-1] for values in own], dtype=np.float64).reshape(len(own), len(OWN) - 1)
            return Many(shared, codes, np.ascontiguousarray(numbers.T), _same([values[-1] for values in own]))
    return None


def packed(many: Many) -> bytes:
    """The columns as bytes."""
    words = json.dumps([many.shared, many.created], separators=(",", ":")).encode("ascii")
    return words + b"\n" + many.codes.astype("<i4").tobytes() + many.numbers.astype("<f8").tobytes()


def unpacked(data: bytes, length: int) -> Many | None:
    """The columns of so many replies; None where the bytes are something else."""
    import numpy as np

    words, _, arrays = data.partition(b"\n")
    if len(arrays) != length * (4 + 8 * (len(OWN) - 1)):
        return None
    with suppress(ValueError, RecursionError, TypeError):
        shared, created = json.loads(words)
        codes = np.frombuffer(arrays, "<i4", length)
        numbers = np.frombuffer(arrays, "<f8", offset=4 * length).reshape(len(OWN) - 1, length)
        if (
            len(created) == length
            and all(len(values) == len(SHARED) for values in shared)
            and (not length or 0 <= codes.min() <= codes.max() < len(shared))
        ):
            return Many(shared, codes, numbers, _same(created))
    return None


def _same(values: Sequence[str | None]) -> list[str | None]:
    """The same values, equal ones as one object: replies that were bought in one second say it together."""
    known: dict[str | None, str | None] = {}
    return [known.setdefault(value, value) for value in values]
