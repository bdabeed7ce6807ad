"""Cells of a sweep, each one request: what a million share is held once, and each is made when it is asked for."""

from __future__ import annotations

import bisect
import collections
import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeAlias, cast, overload

from workbench.providers.requests import CallRequest
from workbench.tasks.prompts import Sent, messages_of
from workbench.tasks.task import Task


@dataclass(frozen=True, slots=True)
class Cell:
    """One call of a sweep, ready to be made, and its place in the grid.

    `like` is the request of a cell that differs in its messages alone: a hundred thousand hold one together, and
    whatever is asked of it but the prompt is the same. Where `messages` is None it is this cell's own. `setting`
    numbers the combination of its parameters. `cut_from` is the place of the cell from whose reply it is cut; one that
    `checks` is asked for real all the same.
    """

    task: Task
    prompt: str
    parameters: Mapping[str, Any]
    like: CallRequest
    key: str
    setting: int = 0
    cut_from: int | None = None
    checks: bool = False
    messages: list[dict[str, Any]] | None = None

    @property
    def request(self) -> CallRequest:
        """The request of this very cell, made anew each time."""
        return self.like if self.messages is None else self.like.with_messages(self.messages)

    @property
    def derived(self) -> bool:
        """Whether nobody is asked for it."""
        return self.cut_from is not None and not self.checks


@dataclass(frozen=True, slots=True)
class Block:
    """Neighbouring cells that differ in their task alone: the first has the place `first` among all cells.

    `sent` is what is sent of each task, below `system`; where it is None the one cell has `like` as its own request.
    """

    first: int
    tasks: Sequence[Task]
    prompt: str
    parameters: Mapping[str, Any]
    like: CallRequest
    setting: int = 0
    sent: Sequence[Sent] | None = None
    system: str | None = None


KEYS_AT_ONCE: Final = 5_000
"""So many keys are made together: when one of them is first asked for."""

MakeKeys: TypeAlias = "Callable[[slice], Iterable[str]]"
"""Makes the keys of some cells of a block, in their order."""


class KeysInPieces(Sequence[str]):
    """The keys of very many cells, which are made piece by piece: the first cells are asked before the last have one.

    >>> keys = KeysInPieces()
    >>> keys.add(3, lambda some: "abc"[some])
    >>> len(keys), keys[-1], keys[1:]
    (3, 'c', ['b', 'c'])
    """

    def __init__(self) -> None:
        self._firsts: list[int] = []
        self._pieces: list[list[str] | Callable[[], Iterable[str]]] = []
        self._length = 0

    def add(self, length: int, make: MakeKeys) -> None:
        """Put the keys of one more block behind the others."""
        for start in range(0, length, KEYS_AT_ONCE):
            self._firsts.append(self._length + start)
            self._pieces.append(functools.partial(make, slice(start, min(start + KEYS_AT_ONCE, length))))
        self._length += length

    def __len__(self) -> int:
        return self._length

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            first, last, step = place.indices(self._length)
            return [*self.between(first, last)] if step == 1 else [self[one] for one in range(first, last, step)]
        if not -self._length <= place < self._length:
            raise IndexError(place)
        place %= self._length
        number = bisect.bisect_right(self._firsts, place) - 1
        return self._piece(number)[place - self._firsts[number]]

    def __iter__(self) -> Iterator[str]:
        return self.between(0, self._length)

    def between(self, first: int, last: int) -> Iterator[str]:
        """The keys from one place up to another, made as they are walked over."""
        while first < last:
            number = bisect.bisect_right(self._firsts, first) - 1
            start = self._firsts[number]
            some = self._piece(number)[first - start : last - start]
            yield from some
            first += len(some)

    def _piece(self, number: int) -> list[str]:
        piece = self._pieces[number]
        if not isinstance(piece, list):  # two threads may make it at once, and make the same
            piece = self._pieces[number] = [*piece()]
        return piece


@dataclass(frozen=True)
class SomeKeys(Sequence[str]):
    """Neighbouring keys out of very many, looked up when they are wanted."""

    keys: KeysInPieces
    places: range

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self.keys[one] for one in self.places[place]]
        return self.keys[self.places[place]]

    def __iter__(self) -> Iterator[str]:
        return self.keys.between(self.places.start, self.places.stop)


class Cells(Sequence[Cell]):
    """The cells of a grid in order, none of which is asked or cut otherwise than its neighbours.

    `keys` are those of all cells, `blocks` what they share.
    """

    def __init__(self) -> None:
        self.keys = KeysInPieces()
        self.blocks: list[Block] = []
        self._firsts: list[int] = []

    def add(self, block: Block, make_keys: MakeKeys) -> None:
        """Put a block behind the others; its keys are made when they are wanted."""
        self.blocks.append(block)
        self._firsts.append(block.first)
        self.keys.add(len(block.tasks), make_keys)

    def block_at(self, place: int) -> Block:
        """The block to which the cell of a place belongs."""
        return self.blocks[bisect.bisect_right(self._firsts, place) - 1]

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, place: int) -> Cell: ...
    @overload
    def __getitem__(self, place: slice) -> list[Cell]: ...
    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, slice):
            return [self[one] for one in range(*place.indices(len(self)))]
        if not -len(self) <= place < len(self):
            raise IndexError(place)
        place %= len(self)
        block = self.block_at(place)
        return _cell(block, place - block.first, self.keys[place])

    def __iter__(self) -> Iterator[Cell]:
        for block in self.blocks:
            keys = self.keys.between(block.first, block.first + len(block.tasks))
            for within, key in enumerate(keys):
                yield _cell(block, within, key)


class Alikes(NamedTuple):
    """Some cells that differ in their task alone: one of them, the tasks of all, their keys, and what each is sent.

    `sent` is below a system part where `one` has one; it is None where a single cell has its own request.
    """

    one: Cell
    tasks: Sequence[Task]
    keys: Sequence[str]
    sent: Sequence[Sent] | None = None

    @property
    def texts(self) -> Sequence[str] | None:
        """The words of the user, where these are all that differs; None otherwise."""
        sent = self.sent
        return cast("Sequence[str]", sent) if sent is not None and all(type(text) is str for text in sent) else None

    def requests(self) -> Iterator[CallRequest]:
        """The request of each."""
        if self.sent is None:
            yield self.one.request
        for sent in self.sent or ():
            yield self._request(sent)

    def requests_by(self, size: Callable[[str], int]) -> Iterator[tuple[CallRequest, int]]:
        """A request for all whose text is of the same size, and how many these are."""
        if (texts := self.texts) is None:
            yield from ((request, 1) for request in self.requests())
            return
        of_size = {size(text): text for text in texts}
        times = collections.Counter(map(size, texts))
        yield from ((self._request(text), times[number]) for number, text in of_size.items())

    def _request(self, sent: Sent) -> CallRequest:
        before = self.one.request.body["messages"][:-1] if isinstance(sent, str) else []
        return self.one.like.with_messages([*before, *messages_of(sent)])


def alike_among(cells: Sequence[Cell], places: Sequence[int]) -> Iterator[Alikes]:
    """Some cells, their places in order, as neighbours that differ in their task alone."""
    if not isinstance(cells, Cells):
        some = (cells[place] for place in places)
        for _, group in itertools.groupby(some, key=lambda cell: (id(cell.like), cell.prompt, cell.setting)):
            listed = [*group]
            own = None if listed[0].messages is None else [cell.messages or [] for cell in listed]
            yield Alikes(listed[0], [cell.task for cell in listed], [cell.key for cell in listed], own)
        return
    for block, some_of in _by_block(cells, places):
        first, last = some_of[0], some_of[-1] + 1
        one = cells[first]
        if last - first == len(some_of):
            within = slice(first - block.first, last - block.first)
            sent = None if block.sent is None else block.sent[within]
            few = len(some_of) <= KEYS_AT_ONCE
            keys: Sequence[str] = cells.keys[first:last] if few else SomeKeys(cells.keys, range(first, last))
            yield Alikes(one, block.tasks[within], keys, sent)
        else:
            numbers = [place - block.first for place in some_of]
            sent = None if block.sent is None else [block.sent[number] for number in numbers]
            keys = [cells.keys[place] for place in some_of]
            yield Alikes(one, [block.tasks[number] for number in numbers], keys, sent)


def _by_block(cells: Cells, places: Sequence[int]) -> Iterator[tuple[Block, Sequence[int]]]:
    """Places in order, those of each block together."""
    start = 0
    while start < len(places):
        block = cells.block_at(places[start])
        end = bisect.bisect_left(places, block.first + len(block.tasks), start)
        yield block, places[start:end]
        start = end


Lane = collections.deque[int]
"""Places of cells that one endpoint answers; whoever asks a cell takes it out."""


def lanes(cells: Sequence[Cell], places: Sequence[int]) -> dict[str, Lane]:
    """The places of some cells by the endpoint that answers them; lanes run side by side."""
    by_endpoint: dict[str, Lane] = collections.defaultdict(collections.deque)
    if isinstance(cells, Cells):
        for block, some_of in _by_block(cells, places):
            by_endpoint[block.like.base_url].extend(some_of)
    else:
        for place in places:
            by_endpoint[cells[place].like.base_url].append(place)
    return by_endpoint


def keys_of(cells: Sequence[Cell]) -> Sequence[str]:
    """The keys of cells, in their order."""
    return cells.keys if isinstance(cells, Cells) else [cell.key for cell in cells]


def places_of_models(cells: Sequence[Cell]) -> dict[str, list[int]]:
    """The places of each model's cells, by its label."""
    found: dict[str, list[int]] = collections.defaultdict(list)
    if isinstance(cells, Cells):
        for block in cells.blocks:
            found[block.like.target.label].extend(range(block.first, block.first + len(block.tasks)))
    else:
        for place, cell in enumerate(cells):
            found[cell.like.target.label].append(place)
    return found


def _cell(block: Block, within: int, key: str) -> Cell:
    task, messages = block.tasks[within], None
    if block.sent is not None:
        messages = messages_of(block.sent[within])
        if block.system is not None:
            messages = [{"role": "system", "content": block.system}, *messages]
    return Cell(task, block.prompt, block.parameters, block.like, key, block.setting, messages=messages)


def requests_of(cells: Sequence[Cell]) -> list[CallRequest]:
    """The requests of cells, but for their messages: one for all cells that differ in these alone."""
    if isinstance(cells, Cells):
        return [block.like for block in cells.blocks]
    return [*{id(cell.like): cell.like for cell in cells}.values()]
