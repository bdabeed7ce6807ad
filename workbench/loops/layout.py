"""The loops of a sweep, laid out and checked before anything is bought: each a cell, arms among its parameters."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from workbench.cache.kept import Cache
from workbench.errors import InputError
from workbench.loops.opening import opened
from workbench.loops.replaying import check_ids, check_replay
from workbench.loops.starting import capped_alike, check_one_turn, recorded_tools, tools_key
from workbench.loops.tools import Tool
from workbench.rows.configurations import EFFORT
from workbench.sweeps.cells import Cell
from workbench.sweeps.grid import Grid, make_grid
from workbench.tasks.tasks import load_tasks

ARMS: Final = ("replay", "max_steps", "ids")
"""What a loop can be swept over beside what a request can."""

NOT_OF_LOOPS: Final = frozenset({"caps", "batch", "on", "into", "fallback"})
"""What `wb.sweep` takes and a loop cannot."""


@dataclass(frozen=True)
class Laid:
    """A grid with a cell for every loop, and beside each cell its arms and the key that its tools are kept under.

    `tools` is what makes the tools of a task, `schemas` what is said of them, `swept` the arms with several values.
    """

    grid: Grid
    arms: Sequence[Mapping[str, Any]]
    tool_keys: Sequence[str]
    tools: Any
    schemas: Sequence[Mapping[str, Any]]
    swept: tuple[str, ...]
    recorded: bool


def laid_out(tasks: Any, tools: Any, arms: Mapping[str, Any], layout: Mapping[str, Any], cache: Cache) -> Laid:
    """Lay out every loop. Raises `InputError` for whatever cannot work."""
    layout = dict(layout)
    for option in NOT_OF_LOOPS & layout.keys():
        if layout.pop(option) not in (None, False, "buy"):
            raise InputError(f"{option} is for calls that stand alone; a sweep of loops takes none")
    loaded = load_tasks(tasks)
    recorded = isinstance(tools, str) and tools == "recorded"
    bare = make_grid(loaded, as_kept=False, **layout)
    made: Sequence[Tool] = recorded_tools(bare.cells[0].request, cache) if recorded else opened(tools, loaded[0]).tools
    schemas = [one.schema for one in made]
    if not schemas:
        raise InputError("tools is empty; give at least one function, or leave tools out")
    grid = make_grid(loaded, tools=schemas, **layout)
    tool_keys = list(map(_tools_key, bare.cells, grid.cells))
    listed = {name: _listed(arms[name], name) for name in ARMS}
    swept = tuple(name for name, values in listed.items() if len(values) > 1)
    settings = [dict(zip(listed, values, strict=True)) for values in itertools.product(*listed.values())]
    each = 1 + max(cell.setting for cell in grid.cells)
    cells = [
        replace(cell, parameters=_parameters(cell, arm, swept), setting=cell.setting + number * each)
        for number, arm in enumerate(settings)
        for cell in grid.cells
    ]
    for arm in settings:
        _check(grid.cells, arm)
    parameters = (*(name for name in grid.parameters if name != "tools"), *swept)
    return Laid(
        replace(grid, cells=cells, parameters=parameters),
        [arm for arm in settings for _ in grid.cells],
        tool_keys * len(settings),
        list(made) if recorded else tools,
        schemas,
        swept,
        recorded,
    )


def _tools_key(bare: Cell, cell: Cell) -> str:
    """What the tools of a loop are kept under, which may have begun with the cap of an earlier table."""
    begun_earlier = bare.like.earlier_caps and not cell.like.earlier_caps
    return tools_key(capped_alike(bare.request, cell.request)) if begun_earlier else f"{bare.key}:tools"


def _parameters(cell: Cell, arm: Mapping[str, Any], swept: Iterable[str]) -> dict[str, Any]:
    own = {name: value for name, value in cell.parameters.items() if name != "tools"}
    return {**own, **{name: arm[name] for name in swept}}


def _check(cells: Iterable[Cell], arm: Mapping[str, Any]) -> None:
    steps = arm["max_steps"]
    if isinstance(steps, bool) or not isinstance(steps, int) or steps < 1:
        raise InputError(f"max_steps is {steps!r}; give whole numbers of at least 1")
    check_ids(arm["ids"])
    seen: set[tuple[int, int]] = set()
    for cell in cells:
        request = cell.request
        check_one_turn(request)
        if (kind := (id(request.target), cell.setting)) not in seen:
            seen.add(kind)
            check_replay(arm["replay"], request.target, request.body)


def columns_of(parameters: Iterable[str]) -> list[str]:
    """Names of swept parameters that have a column of their own."""
    return [name for name in parameters if name != EFFORT]


def _listed(value: Any, name: str) -> Sequence[Any]:
    if isinstance(value, str) or not isinstance(value, Iterable):
        return [value]
    listed = list(value)
    if not listed or any(one in listed[:place] for place, one in enumerate(listed)):
        raise InputError(f"{name} is {value!r}; give each value once")
    return listed
