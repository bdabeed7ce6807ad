"""What a row says of its reply, kept beside it: a large sweep of kept replies reads figures, and no texts."""

from __future__ import annotations

import functools
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import workbench.replies
from workbench.cache.kept import Cache
from workbench.cache.rereading import asked, reading_for
from workbench.cache.texts import TEXTS, TextsOf, standing
from workbench.errors import StoreCorrupt
from workbench.providers.models import Target
from workbench.replies.reading import Reading
from workbench.replies.reply import Record, Reply
from workbench.rows.growing import Coded, Column, GrowingRows, Same
from workbench.sweeps.cells import Alikes, Cell, Cells, alike_among, keys_of
from workbench.sweeps.letting_go import LettingGo
from workbench.sweeps.many import OWN, SHARED, Many, name_of, of_each, packed, unpacked
from workbench.sweeps.rows import Alike, columns_of_tasks, place

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FROM_ROWS: Final = 2_000
"""Smaller sweeps read their replies: it takes a moment, and their texts are at hand."""

LONGEST_ANSWER: Final = 4_000
"""Characters; a longer answer is read out of its reply when it is asked for, as all thinking is."""

_ENCODER: Final = json.JSONEncoder(separators=(",", ":"))
_WRITTEN_AT_ONCE: Final = 500
_LOOKED_UP_AT_ONCE: Final = 500


@dataclass
class _Together:
    """Replies that are looked at together: what they are called by, and what is known of each so far."""

    name: bytes
    keys: Sequence[str]
    changes: int
    found: dict[str, bytes] = field(default_factory=dict)


class Figures:
    """Figures of kept replies: those that were read before are handed out, those that are new are written down.

    They stand beside each reply; and together for many of them, in the order in which some sweep asked for them, which
    is read in a tenth of the time.
    """

    def __init__(self, cache: Cache, cells: Sequence[Cell], *, refresh: bool = False) -> None:
        self._cache, self._cells, self._keys = cache, cells, keys_of(cells)
        self._large, self._refresh = len(cells) >= FROM_ROWS, refresh
        self._alike = Alike()
        self._readers: dict[tuple[int, int], tuple[bytes, TextsOf, Target]] = {}  # a target is held for its id
        self._waiting: list[tuple[str, bytes, bytes, bytes | None, float]] = []
        self._just_read: dict[str, bytes] = {}
        self._letting_go = LettingGo()
        self._began = time.time()
        _reader_here()  # reads files, for which the loop of the calls does not wait
        self._reread = 0
        self._standing = 0
        self._changes_before = cache.store.read_together(b"")[1] if self._large else -1
        self._of_these: Sequence[int] = ()
        self._there: set[str] | None = None  # of these, the keys of what is kept

    def unknown(
        self,
        places: Sequence[int],
        *,
        rows: GrowingRows,
        whole: Callable[[int], bool],
        run: str,
        told: Callable[[int], None],
    ) -> Iterator[tuple[Sequence[int], Mapping[str, Record | StoreCorrupt]]]:
        """Of some thousand places those without figures, some at a time, with what is kept of them.

        The rows of the others are put, and how many these are is `told`. `whole` says which need the reply itself.
        """
        if self._refresh or not self._large:
            yield from self._looked_up(places)
            return
        self._of_these, self._there = places, None
        wanted = places if isinstance(self._cells, Cells) else [place for place in places if not whole(place)]
        put, together = self._put_known(wanted, rows, run)
        told(put)
        if put < len(places):
            yield from self._looked_up([place for place in places if not rows.has(place)] if put else places)
            self._note_together(together)

    def _looked_up(self, places: Sequence[int]) -> Iterator[tuple[Sequence[int], Mapping[str, Record | StoreCorrupt]]]:
        for start in range(0, len(places), _LOOKED_UP_AT_ONCE):
            some = places[start : start + _LOOKED_UP_AT_ONCE]
            likely = [] if self._refresh else self._kept_among([self._keys[place] for place in some])
            yield some, self._cache.lookup_each(likely) if likely else {}

    def _kept_among(self, keys: Sequence[str]) -> list[str]:
        """Those of these keys whose replies may be kept: of a large sweep the index tells of thousands at once.

        It is not asked where there is a team, which sends what it has at once.
        """
        if not self._large or self._cache.team is not None:
            return [*keys]
        if self._there is None:
            self._there = self._cache.present(self._keys[place] for place in self._of_these)
        return [key for key in keys if key in self._there]

    def _put_known(self, wanted: Sequence[int], rows: GrowingRows, run: str) -> tuple[int, _Together | None]:
        """Put the rows of cells whose figures are known; how many they are, and what is to be noted of all."""
        groups = [*alike_among(self._cells, wanted)]
        keys = [key for group in groups for key in group.keys]
        store, recorded = self._cache.store, set[str]()
        if self._cache.count_recorded():
            recorded = {key for key in keys if self._cache.is_recorded(key)}
        together = None
        many = None
        if not recorded:
            name = self.name_of(keys, groups)
            data, changes = store.read_together(name)
            many = None if data is None else unpacked(data, len(keys))
            together = _Together(name, keys, changes)
        if many is None:
            found = self._known(groups, recorded)
            there = [(place, key) for place, key in zip(wanted, keys, strict=True) if key in found]
            many = of_each([found[key] for _, key in there])
            if many is None or not there:
                return 0, together
            if together is not None:
                together.found = found
                self._note_together(together)
            if len(there) < len(keys):
                wanted = [place for place, _ in there]
                groups = [*alike_among(self._cells, wanted)]
                keys = [key for _, key in there]
        self._standing += len(wanted)
        rows.put_many(wanted, {**self._columns(groups, run), **many.columns(), **self._texts(many, keys, groups)})
        return len(wanted), together

    def _known(self, groups: Sequence[Alikes], recorded: set[str]) -> dict[str, bytes]:
        """What was kept of each reply by itself, as far as today's reader has read it before."""
        wanted = self._kept_among([key for group in groups for key in group.keys if key not in recorded])
        if not wanted:
            return {}
        marks = [self.reader_of(group.one)[0] for group in groups]
        mark_of = {key: mark for mark, group in zip(marks, groups, strict=True) for key in group.keys}
        found = {}
        for key, reader, data in self._cache.store.read_before(wanted):
            if reader == mark_of[key]:
                found[key] = data
            else:
                self._reread += 1
        return found

    def _columns(self, groups: Sequence[Alikes], run: str) -> dict[str, Column]:
        """What rows say of their calls."""
        told = [self._alike.of(group.one) for group in groups]
        codes = _codes(groups)
        always = {"run": run, "usd_spent": 0.0, "cached": True, "derived": False}
        names = dict.fromkeys(name for shared in told for name in shared)
        return {
            **{name: Same(value) for name, value in always.items()},
            **columns_of_tasks([task for group in groups for task in group.tasks]),
            **{name: Coded([shared.get(name) for shared in told], codes) for name in names},
            "key": [key for group in groups for key in group.keys],
        }

    def _texts(self, many: Many, keys: Sequence[str], groups: Sequence[Alikes]) -> dict[str, Column]:
        return many.texts(keys, [self.reader_of(group.one)[1] for group in groups], _codes(groups))

    def _note_together(self, together: _Together | None) -> None:
        """Write down what is known of many replies by now, if it is all of them."""
        just_read, self._just_read = self._just_read, {}
        if together is None:
            return
        known = {**together.found, **just_read}
        if all(key in known for key in together.keys):
            many = of_each([known[key] for key in together.keys])
            if many is not None:
                self._cache.store.note_together(together.name, packed(many), together.changes)

    def place(self, cell: Cell) -> dict[str, Any]:
        """What a row says of its call before it is made."""
        return place(cell, self._alike)

    def noted(self, cell: Cell, reply: Reply, found: Mapping[str, Any], *, put: bool) -> Mapping[str, Any]:
        """Write down what was just `found` in a reply; what its row says in place of texts that it does not hold.

        `put` says that the reply was just bought and stands in the store under the key of its cell.
        """
        if not (put or reply.cached) or not self._note(cell, reply, found):
            return {}
        if reply.cached:
            left = [name for name in TEXTS if found[name]]
        elif self._refresh:  # it may be replaced by that to the same question of another task
            left = []
        else:
            left = self._letting_go.left(found)
        if not left:
            return {}
        from workbench.rows.kept_texts import Kept  # loads pandas

        return dict.fromkeys(left, Kept(cell.key, self.reader_of(cell)[1], found["created_at"]))

    def _note(self, cell: Cell, reply: Reply, found: Mapping[str, Any]) -> bool:
        """Write down what was just found in a reply, sooner or later; false for what is not, as another model's."""
        if (
            (reply.cached and not self._large)
            or reply.tried
            or reply.key != cell.key
            or self._cache.is_recorded(cell.key)
        ):
            return False
        since = self._began if reply.cached else time.time()
        told = _packed(reply, found)
        self._waiting.append((cell.key, self.reader_of(cell)[0], *told, since))
        self._standing += 1
        if reply.cached:
            self._just_read[cell.key] = told[0]
        if len(self._waiting) >= _WRITTEN_AT_ONCE:
            self.flush()
        return True

    def words(self) -> str:
        """What is to be said: that replies were read anew because the reader is a newer one."""
        return f"{self._reread:,} kept replies were read anew, by a newer reader" if self._reread else ""

    def flush(self) -> None:
        """Hand what waits to the store's thread, which nobody waits for."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._cache.store.note_read(waiting)

    @property
    def changes_before(self) -> int | None:
        """What the store told of changes before, if each row is of the reply that stood under its key ever since.

        None where some are not: of a small sweep, of calls that failed, of what another model answered.
        """
        return self._changes_before if self._large and self._standing == len(self._cells) else None

    @property
    def cells(self) -> Sequence[Cell]:
        """The cells of the sweep."""
        return self._cells

    @property
    def cache(self) -> Cache:
        """Where their replies are kept."""
        return self._cache

    def name_of(self, keys: Sequence[str], groups: Sequence[Alikes]) -> bytes:
        """What all that is kept of some cells together is called by: their keys, and today's readers of them."""
        return name_of(keys, [(self.reader_of(group.one)[0], len(group.tasks)) for group in groups])

    def reader_of(self, cell: Cell) -> tuple[bytes, TextsOf]:
        """What stands for today's reader of a cell's reply, and who fetches its texts."""
        place = id(cell.like.target), cell.setting
        if place not in self._readers:
            reading = asked(reading_for(cell.like.target), cell.request.body)
            mark = _mark_of(reading)
            self._readers[place] = mark, TextsOf(self._cache.folder, reading, mark), cell.like.target
        return self._readers[place][:2]


def _packed(reply: Reply, found: Mapping[str, Any]) -> tuple[bytes, bytes | None]:
    """What is kept of a reply: its figures, and its answer where that is not long."""
    places = {name: standing(found[name], reply.raw) if found[name] else None for name in TEXTS}
    row = {**found, **places}
    first, last = (_ENCODER.encode([row[name] for name in names]) for names in (SHARED, OWN))
    told = reply.answer and len(reply.answer) <= LONGEST_ANSWER
    return f"{first}\n{last}".encode("ascii"), reply.answer.encode("utf-8", "surrogatepass") if told else None


def _codes(groups: Sequence[Alikes]) -> NDArray[np.intp]:
    import numpy as np

    return np.repeat(np.arange(len(groups)), [len(group.tasks) for group in groups])


def _mark_of(reading: Reading) -> bytes:
    return hashlib.sha256(_reader_here() + repr(reading).encode()).digest()[:16]


@functools.cache
def _reader_here() -> bytes:
    """What stands for today's reader: a digest of its code, which no change of it can forget to raise."""
    folder = Path(workbench.replies.__file__).parent
    digest = hashlib.sha256()
    of_rows = [Path(__file__).with_name(name) for name in ("figures.py", "many.py", "rows.py")]
    for path in [*sorted(folder.glob("*.py")), *of_rows]:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.digest()
