"""What a row says of its reply, kept beside it: a large sweep of kept replies reads figures, and no texts."""

from __future__ import annotations

import functools
import hashlib
import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import workbench.replies
from workbench.cache.kept import Cache
from workbench.cache.rereading import asked, reading_for
from workbench.cache.texts import TextsOf
from workbench.providers.models import Target
from workbench.replies.reading import Reading
from workbench.replies.reply import Reply
from workbench.sweeps.grid import Cell
from workbench.sweeps.rows import Alike, GrowingRows, findings, of_task, place

FROM_ROWS: Final = 2_000
"""Smaller sweeps read their replies: it takes a moment, and their texts are at hand."""

LONGEST_ANSWER: Final = 2_000
"""Characters; a longer answer is fetched when it is read, as all thinking is."""

_NAMES: Final = (
    *("outcome", "answer", "thinking", "served_model", "thinking_visibility", "finish_reason"),
    *("prompt_tokens", "cached_prompt_tokens", "completion_tokens", "thinking_tokens", "thinking_tokens_source"),
    *("answer_tokens", "usd", "usd_source", "seconds", "seconds_to_first_token", "seconds_to_answer"),
    *("attempts", "http_status", "created_at", "warnings"),
)
"""What is kept of `findings`, in this order; the rest of them is of the moment."""

_TEXTS: Final = (_NAMES.index("answer"), _NAMES.index("thinking"))
_AT_ONCE: Final = 500


class Figures:
    """Figures of kept replies: those that were read before are handed out, those that are new are written down."""

    def __init__(self, cache: Cache, cells: int, *, refresh: bool = False) -> None:
        self._cache = cache
        self._large, self._refresh = cells >= FROM_ROWS, refresh
        self._alike = Alike()
        self._readers: dict[tuple[int, int], tuple[bytes, TextsOf, Target]] = {}  # a target is held for its id
        self._waiting: list[tuple[str, bytes, bytes, float]] = []
        self._began = time.time()
        self._reread = 0

    def put_known(
        self, rows: GrowingRows, batch: Sequence[tuple[int, Cell]], whole: Callable[[int], bool], run: str
    ) -> int:
        """Put the rows of cells whose figures are known, and say how many; `whole` says which need the reply itself.

        The cells are in the order of their places.
        """
        if self._refresh or not self._large:
            return 0
        wanted = [(index, cell) for index, cell in batch if not whole(index)]
        known = self._known([cell for _, cell in wanted])
        found = [(index, cell) for index, cell in wanted if cell.key in known]
        if found:
            cells = [cell for _, cell in found]
            always = {"run": run, "usd_spent": 0.0, "cached": True, "derived": False}
            columns = {
                **{name: [value] * len(cells) for name, value in always.items()},
                **dict(zip(_NAMES, zip(*(known[cell.key] for cell in cells), strict=True), strict=True)),
                **_columns_of([of_task(cell.task) for cell in cells]),
                **_columns_of([self._alike.of(cell) for cell in cells]),
                "key": [cell.key for cell in cells],
            }
            rows.put_many([index for index, _ in found], columns)
        return len(found)

    def place(self, cell: Cell) -> dict[str, Any]:
        """What a row says of its call before it is made."""
        return place(cell, self._alike)

    def _known(self, cells: Iterable[Cell]) -> dict[str, list[Any]]:
        """What the rows of kept replies say, by key, as far as today's reader has read them before."""
        from workbench.rows.kept_texts import Kept  # loads pandas

        by_key = {cell.key: cell for cell in cells if not self._cache.is_recorded(cell.key)}
        found = {}
        for key, reader, data in self._cache.store.read_before(list(by_key)):
            mark, source = self._reader_of(by_key[key])
            if reader != mark:
                self._reread += 1
                continue
            values = _unpacked(data)
            if values is not None:
                for place in _TEXTS:
                    if values[place] is True:
                        values[place] = Kept(key, source)
                found[key] = values
        return found

    def note(self, cell: Cell, reply: Reply) -> None:
        """Write down what was just read, sooner or later; a reply of another model than was asked is left out."""
        if (
            (reply.cached and not self._large)
            or reply.tried
            or reply.key != cell.key
            or self._cache.is_recorded(cell.key)
        ):
            return
        read_at = self._began if reply.cached else time.time()
        self._waiting.append((cell.key, self._reader_of(cell)[0], _packed(reply), read_at))
        if len(self._waiting) >= _AT_ONCE:
            self.flush()

    def words(self) -> str:
        """What is to be said: that replies were read anew because the reader is a newer one."""
        return f"{self._reread:,} kept replies were read anew, by a newer reader" if self._reread else ""

    def flush(self) -> None:
        """Hand what waits to the store's thread, which nobody waits for."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._cache.store.note_read(waiting)

    def _reader_of(self, cell: Cell) -> tuple[bytes, TextsOf]:
        place = id(cell.request.target), cell.setting
        if place not in self._readers:
            reading = asked(reading_for(cell.request.target), cell.request.body)
            self._readers[place] = _mark_of(reading), TextsOf(self._cache.folder, reading), cell.request.target
        return self._readers[place][:2]


def _packed(reply: Reply) -> bytes:
    row = findings(reply)
    row["thinking"] = True if row["thinking"] else None
    if row["answer"] and len(row["answer"]) > LONGEST_ANSWER:
        row["answer"] = True
    return json.dumps([row[name] for name in _NAMES], separators=(",", ":")).encode("ascii")


def _unpacked(data: bytes) -> list[Any] | None:
    try:
        values = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, list) and len(values) == len(_NAMES) else None


def _columns_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def _mark_of(reading: Reading) -> bytes:
    return hashlib.sha256(_reader_here() + repr(reading).encode()).digest()[:16]


@functools.cache
def _reader_here() -> bytes:
    """What stands for today's reader: a digest of its code, which no change of it can forget to raise."""
    folder = Path(workbench.replies.__file__).parent
    digest = hashlib.sha256()
    for path in [*sorted(folder.glob("*.py")), Path(__file__), Path(__file__).with_name("rows.py")]:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.digest()
