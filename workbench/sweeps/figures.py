"""What a row says of its reply, kept beside it: a large sweep of kept replies reads figures, and no texts."""

from __future__ import annotations

import collections
import functools
import hashlib
import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import workbench.replies
from workbench.cache.kept import Cache
from workbench.cache.rereading import asked, reading_for
from workbench.cache.texts import TextsOf
from workbench.providers.models import Target
from workbench.replies.reading import Reading
from workbench.replies.reply import Reply
from workbench.sweeps.cells import Cell
from workbench.sweeps.progress import Progress
from workbench.sweeps.rows import Alike, GrowingRows, findings, of_task, place

FROM_ROWS: Final = 2_000
"""Smaller sweeps read their replies: it takes a moment, and their texts are at hand."""

LONGEST_ANSWER: Final = 4_000
"""Characters; a longer answer is read out of its reply when it is asked for, as all thinking is."""

_SHARED: Final = (
    *("outcome", "served_model", "thinking_visibility", "finish_reason", "thinking_tokens_source", "usd_source"),
    *("attempts", "http_status", "warnings", "answer", "thinking"),
)
"""What is kept of `findings` and is the same in many replies; of texts, whether there is one."""

_OWN: Final = (
    *("prompt_tokens", "cached_prompt_tokens", "completion_tokens", "thinking_tokens", "answer_tokens"),
    *("usd", "seconds", "seconds_to_first_token", "seconds_to_answer", "created_at"),
)
"""What is kept of them and is each reply's own; the rest is of the moment."""

_MOST_SHARED: Final = 4_096
_ENCODER: Final = json.JSONEncoder(separators=(",", ":"))
_AT_ONCE: Final = 500
_PUT_AT_ONCE: Final = 5_000


class Figures:
    """Figures of kept replies: those that were read before are handed out, those that are new are written down."""

    def __init__(self, cache: Cache, cells: int, *, refresh: bool = False) -> None:
        self._cache = cache
        self._large, self._refresh = cells >= FROM_ROWS, refresh
        self._alike = Alike()
        self._readers: dict[tuple[int, int], tuple[bytes, TextsOf, Target]] = {}  # a target is held for its id
        self._waiting: list[tuple[str, bytes, bytes, bytes | None, float]] = []
        self._shared: dict[bytes, list[Any] | None] = {}
        self._began = time.time()
        self._reread = 0

    def unknown(
        self,
        cells: collections.deque[tuple[int, Cell]],
        rows: GrowingRows,
        whole: Callable[[int], bool],
        run: str,
        progress: Progress,
    ) -> Iterator[tuple[int, Cell]]:
        """The cells whose replies must be looked for, taken out of `cells`; rows of the others are put on the way."""
        while cells:
            batch = [cells.popleft() for _ in range(min(_PUT_AT_ONCE, len(cells)))]
            progress.kept += self.put_known(rows, batch, whole, run)
            yield from (at for at in batch if not rows.has(at[0]))

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
            values = [known[cell.key] for cell in cells]
            columns = {
                **{name: [value] * len(cells) for name, value in always.items()},
                **dict(zip(_SHARED, zip(*(shared for shared, _ in values), strict=True), strict=True)),
                **dict(zip(_OWN, zip(*(own for _, own in values), strict=True), strict=True)),
                **_columns_of([of_task(cell.task) for cell in cells]),
                **_columns_of([self._alike.of(cell) for cell in cells]),
                "key": [cell.key for cell in cells],
            }
            rows.put_many([index for index, _ in found], columns)
        return len(found)

    def place(self, cell: Cell) -> dict[str, Any]:
        """What a row says of its call before it is made."""
        return place(cell, self._alike)

    def _known(self, cells: Iterable[Cell]) -> dict[str, tuple[list[Any], list[Any]]]:
        """What the rows of kept replies say, by key, as far as today's reader has read them before."""
        from workbench.rows.kept_texts import Kept  # loads pandas

        by_key = {cell.key: cell for cell in cells if not self._cache.is_recorded(cell.key)}
        found = {}
        for key, reader, data in self._cache.store.read_before(list(by_key)):
            mark, source = self._reader_of(by_key[key])
            if reader != mark:
                self._reread += 1
                continue
            first, _, last = data.partition(b"\n")
            shared, own = self._shared_in(first), _unpacked(last, len(_OWN))
            if shared is not None and own is not None:
                if True in shared:
                    text = Kept(by_key[key].key, source)  # that very key, and no copy of it
                    shared = [text if value is True else value for value in shared]
                found[key] = shared, own
        return found

    def _shared_in(self, data: bytes) -> list[Any] | None:
        """What many replies share, taken apart once."""
        if data not in self._shared:
            if len(self._shared) >= _MOST_SHARED:
                self._shared.clear()
            self._shared[data] = _unpacked(data, len(_SHARED))
        return self._shared[data]

    def note(self, cell: Cell, reply: Reply) -> bool:
        """Write down what was just read, sooner or later; false for what is not, as the reply of another model."""
        if (
            (reply.cached and not self._large)
            or reply.tried
            or reply.key != cell.key
            or self._cache.is_recorded(cell.key)
        ):
            return False
        since = self._began if reply.cached else time.time()
        self._waiting.append((cell.key, self._reader_of(cell)[0], *_packed(reply), since))
        if len(self._waiting) >= _AT_ONCE:
            self.flush()
        return True

    def texts_left(self, cell: Cell, reply: Reply) -> dict[str, Any]:
        """What a row of a large sweep says of the texts of a kept reply: where they are."""
        from workbench.rows.kept_texts import Kept  # loads pandas

        text = Kept(cell.key, self._reader_of(cell)[1])
        return {name: text for name in ("answer", "thinking") if getattr(reply, name)}

    def words(self) -> str:
        """What is to be said: that replies were read anew because the reader is a newer one."""
        return f"{self._reread:,} kept replies were read anew, by a newer reader" if self._reread else ""

    def flush(self) -> None:
        """Hand what waits to the store's thread, which nobody waits for."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._cache.store.note_read(waiting)

    def _reader_of(self, cell: Cell) -> tuple[bytes, TextsOf]:
        place = id(cell.like.target), cell.setting
        if place not in self._readers:
            reading = asked(reading_for(cell.like.target), cell.request.body)
            mark = _mark_of(reading)
            self._readers[place] = mark, TextsOf(self._cache.folder, reading, mark), cell.like.target
        return self._readers[place][:2]


def _packed(reply: Reply) -> tuple[bytes, bytes | None]:
    """What is kept of a reply: its figures, and its answer where that is not long."""
    row = findings(reply)
    row |= {name: True if row[name] else None for name in ("answer", "thinking")}
    first, last = (_ENCODER.encode([row[name] for name in names]).encode("ascii") for names in (_SHARED, _OWN))
    told = reply.answer and len(reply.answer) <= LONGEST_ANSWER
    return first + b"\n" + last, reply.answer.encode("utf-8", "surrogatepass") if told else None


def _unpacked(data: bytes, length: int) -> list[Any] | None:
    try:
        values = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, list) and len(values) == length else None


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
