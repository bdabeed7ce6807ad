"""Cells laid out as their replies are kept: as they are sent today, or as an earlier table had them sent."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from workbench.cache.kept import current
from workbench.sweeps.cells import Block, Cells, MakeKeys


def put_as_kept(cells: Cells, ways: Sequence[tuple[Block, MakeKeys]]) -> None:
    """Put the cells of a block and what makes their keys behind the others.

    `ways` has the block as it is sent today, then as earlier tables had it sent. A cell whose reply is kept under a key
    of then, and not under today's, goes in as it was sent then. An index is asked once for each way but today's.
    """
    (today, make_keys), *before = ways
    if not before:
        cells.add(today, make_keys)
        return
    cache, every = current(), slice(0, len(today.tasks))
    listed = [[*make(every)] for _, make in ways]
    keys = listed[0]
    chosen = [0] * len(keys)
    for way, its in enumerate(listed[1:], start=1):
        there = cache.present(its)
        if there:
            chosen = [was or (way if key in there else 0) for was, key in zip(chosen, its, strict=True)]
    if any(chosen):
        there = cache.present(key for key, way in zip(keys, chosen, strict=True) if way)
        chosen = [0 if way and key in there else way for way, key in zip(chosen, keys, strict=True)]
    start = 0
    for way, group in itertools.groupby(chosen):
        end = start + sum(1 for _ in group)
        block = ways[way][0]
        sent = None if block.sent is None else block.sent[start:end]
        part = replace(block, first=today.first + start, tasks=block.tasks[start:end], sent=sent)
        cells.add(part, listed[way][start:end].__getitem__)
        start = end
