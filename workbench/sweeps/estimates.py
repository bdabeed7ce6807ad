"""What the cells of a sweep likely cost and take, and what their tasks can tell apart."""

from __future__ import annotations

import collections
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from workbench.cache.kept import Cache
from workbench.providers.bounds import worst_of
from workbench.providers.likeness import parameters_mark, prompt_mark
from workbench.providers.models import Target
from workbench.providers.price_table import Counts
from workbench.providers.prices import priced
from workbench.show import figures
from workbench.sweeps.cells import Cell, requests_of
from workbench.sweeps.grid import Grid
from workbench.sweeps.lengths import History, Length, length_under
from workbench.sweeps.timing import Pace
from workbench.tasks.tasks import Task

TOKENS_PER_SECOND = 50.0
"""Assumed speed of a model that the ledger knows nothing about; hosted thinking models were seen at 30 to 100."""


@dataclass(frozen=True)
class Estimate:
    """What one model's part of a plan takes. `earlier_calls` is how many past calls the likely figures rest on.

    `usd_low` and `usd_high` are the range in which the dollars likely are, 90 % sure; `rests_on` says what the past
    calls were of where they are not quite what the plan asks.
    """

    model: str
    calls: int
    kept: int
    usd_likely: float | None
    usd_worst: float | None
    seconds: float
    earlier_calls: int
    usd_low: float | None = None
    usd_high: float | None = None
    rests_on: str = ""


def estimated(
    target: Target,
    cells: Sequence[Cell],
    missing: Sequence[Cell],
    history: History,
    *,
    paces: Mapping[str, Pace] = MappingProxyType({}),
    side_by_side: float = 1.0,
) -> Estimate:
    """What the missing cells of one model take, cap by cap and parameters by parameters.

    `paces` tell how fast models came lately, `side_by_side` how much is left of the calls' seconds as they overlap.
    """
    alike: dict[tuple[str, str, int | None], list[Cell]] = collections.defaultdict(list)
    kinds: dict[int, tuple[str, str, int | None]] = {}
    for cell in missing:  # a route asks several models under one label
        like = cell.like
        if id(like) not in kinds:
            kinds[id(like)] = like.target.id, parameters_mark(like), like.output_tokens_at_most
        alike[kinds[id(like)]].append(cell)
    likely: list[float | None] = []
    low: list[float | None] = []
    high: list[float | None] = []
    seconds, earlier, notes = 0.0, 0, []
    for (_, parameters, most), these in alike.items():
        asked_of = these[0].like.target
        thinks = asked_of.facts.thinking != "none"
        past = history.of(asked_of.id, asked_of.label, parameters)
        asked = {prompt_mark(cell.request) for cell in these} if past is not None and past.prompts else set()
        same = past is None or not past.prompts or bool(asked & past.prompts)
        length = length_under([most], past, thinks=thinks, same_tasks=same)[0]
        chance = 1.645 * length.spread / math.sqrt(len(these)) / max(length.likely, 1e-9)
        prompt = sum(cell.request.prompt_tokens_likely for cell in these) / len(these)

        def dollars(
            tokens: float, asked_of: Target = asked_of, prompt: float = prompt, times: int = len(these)
        ) -> float | None:
            usd = priced(asked_of, Counts(round(prompt), round(tokens))).usd
            return None if usd is None else usd * times

        likely.append(dollars(length.likely))
        low.append(dollars(length.low * max(0.0, 1 - chance)))
        high.append(dollars(min(length.high * (1 + chance), most or math.inf)))
        pace = paces.get(asked_of.id)
        one = pace.seconds(pace.tokens_under(most, length.likely)) if pace else length.likely / TOKENS_PER_SECOND
        seconds += one * len(these)
        if past is not None:
            earlier = max(earlier, past.calls)
            notes += [f" with {past.others}"] if past.others else [] if same else [" on other prompts"]
    return Estimate(
        model=target.label,
        calls=len(cells),
        kept=len(cells) - len(missing),
        usd_likely=known_sum(likely),
        usd_worst=known_sum([usd for cell in missing for usd in _worst_of(cell)]),
        seconds=seconds * side_by_side,
        earlier_calls=earlier,
        usd_low=known_sum(low),
        usd_high=known_sum(high),
        rests_on=notes[0] if notes else "",
    )


def _worst_of(cell: Cell) -> Iterator[float | None]:
    """The most that a cell can cost, and each of those that would be asked in its place."""
    free = cell.like.target.provider.free and cell.like.target.facts.prices is None and not cell.like.others
    request = cell.like if free else cell.request  # whatever its prompt
    return (worst_of(one).usd for one in (request, *request.others))


def planned_usd(missing: Sequence[Cell], cache: Cache) -> float | None:
    """What these cells will likely cost; None where a price is not known, or nothing is paid for them."""
    by_model: dict[str, list[Cell]] = collections.defaultdict(list)
    for cell in missing:
        by_model[cell.like.target.label].append(cell)
    if not by_model:
        return None
    targets = {cell.like.target.id: cell.like.target for cell in missing}.values()
    if all(priced(target, Counts(1, 1)).usd == 0 for target in targets):
        return 0.0  # whatever their length
    history = History(cache.entries())
    return known_sum([estimated(cells[0].like.target, cells, cells, history).usd_likely for cells in by_model.values()])


def judged_lengths(cells: Sequence[Cell], history: History) -> Iterator[tuple[Task, float, float]]:
    """The task of each cell, with the likely and the most tokens of its answer, as a judge would read it."""
    known: dict[tuple[str, int | None], Length] = {}
    marks: dict[int, tuple[str, int | None]] = {}
    for cell in cells:
        like, target = cell.like, cell.like.target
        if id(like) not in marks:
            marks[id(like)] = parameters_mark(like), like.output_tokens_at_most
        kind = marks[id(like)]
        if kind not in known:
            past = history.of(target.id, target.label, kind[0])
            known[kind] = length_under([kind[1]], past, thinks=target.facts.thinking != "none", same_tasks=True)[0]
        yield cell.task, known[kind].likely, kind[1] or known[kind].high


def tells_apart(grid: Grid) -> str:
    """What the tasks at hand can tell apart, and whether repeats or more tasks would tell more."""
    from workbench.analysis.forecast import disagreement, tasks_to_settle, told_apart  # loads SciPy

    tasks = len(grid.tasks)
    samples = max((request.sample for request in requests_of(grid.cells)), default=0) + 1
    least = told_apart(tasks, samples)
    if math.isnan(least):
        return f"{figures.counted(tasks, 'task')} cannot tell two models apart: take 30 or more."
    finer = 0.1 if least > 0.11 else least / 2
    needed = math.ceil(tasks_to_settle(finer, disagreement(samples)))
    said = (
        f"{figures.counted(tasks, 'task')}{f' × {samples} samples' if samples > 1 else ''} tell "
        f"{figures.points(least)} apart in 4 of 5 cases; {figures.points(finer)} need {needed:,}"
    )
    if samples > 1:
        many = tasks * samples
        return f"{said}; as many calls on {many:,} tasks tell {figures.points(told_apart(many))}"
    return f"{said} (or {math.ceil(tasks_to_settle(finer, disagreement(3))):,} × 3 samples)"


def known_sum(parts: Sequence[float | None]) -> float | None:
    """The sum, None where a part of it is not known."""
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None
