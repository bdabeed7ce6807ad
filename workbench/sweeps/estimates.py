"""What the cells of a sweep likely cost and take, and what their tasks can tell apart."""

from __future__ import annotations

import collections
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from workbench.cache.kept import Cache
from workbench.providers.bounds import worst_of
from workbench.providers.likeness import parameters_mark, prompt_mark
from workbench.providers.models import Target
from workbench.providers.price_table import Counts
from workbench.providers.prices import priced
from workbench.providers.requests import CallRequest
from workbench.providers.routes import Cascade
from workbench.show import figures
from workbench.sweeps.cells import Cell, requests_of
from workbench.sweeps.grid import Grid
from workbench.sweeps.lengths import History, Length, length_under
from workbench.sweeps.timing import Pace
from workbench.tasks.tasks import Task

SHARE_UNKNOWN = 0.5
"""Of the tasks of a cascade, those that its dear model is taken to be asked where nobody has measured it."""

TOKENS_PER_SECOND = 50.0
"""Assumed speed of a model that the ledger knows nothing about; hosted thinking models were seen at 30 to 100."""


@dataclass(frozen=True)
class Estimate:
    """What one model's part of a plan takes. `earlier_calls` is how many past calls the likely figures rest on.

    `usd_low` and `usd_high` are the range in which the dollars likely are, 90 % sure; `rests_on` says what the past
    calls were of where they are not quite what the plan asks, `span` what a cascade costs between its ends.
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
    span: str = ""


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
    seconds, earlier = 0.0, 0
    notes: list[str] = []
    spans: list[tuple[float | None, float | None, float | None, bool]] = []
    for (_, parameters, most), these in alike.items():
        like = these[0].like
        first, others = _part(like, parameters, most, these, history, paces), []
        for place, other in enumerate(like.others):
            asked = other.output_tokens_at_most
            others.append(_part(other, parameters_mark(other), asked, these, history, paces, place=place))
        found = _spanned(first, others, like.cascade)
        if like.cascade is not None:
            cheap = first.times(like.cascade.draws).likely
            spans.append((cheap, known_sum([cheap, others[0].likely]), found.likely, like.cascade.escalated is None))
        likely.append(found.likely)
        low.append(found.low)
        high.append(found.high)
        seconds += found.seconds
        earlier = max(earlier, found.calls)
        notes += found.notes
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
        span=_span_in_words(target.label, spans),
    )


def _span_in_words(label: str, spans: Sequence[tuple[float | None, float | None, float | None, bool]]) -> str:
    """What a cascade costs between both ends, and where between them it likely is; empty where nobody knows."""
    none, every, likely = (known_sum([span[place] for span in spans]) for place in range(3))
    if not spans or none is None or every is None or likely is None:
        return ""
    share = (likely - none) / (every - none) if every > none else 0.0
    told = "assumed: nobody has measured it" if any(guessed for *_, guessed in spans) else "as was measured"
    return (
        f"{label}: {figures.budget(none)} if the cheap model is always enough, {figures.budget(every)} if every task "
        f"goes on to the dear one; likely {share:.0%} of them do ({told})"
    )


@dataclass(frozen=True)
class _Span:
    """Dollars and seconds of some calls of one model, from as many earlier ones, and what is to be said of these."""

    likely: float | None
    low: float | None
    high: float | None
    seconds: float
    calls: int
    notes: tuple[str, ...] = ()

    def times(self, draws: float) -> _Span:
        likely, low, high = (None if usd is None else usd * draws for usd in (self.likely, self.low, self.high))
        return replace(self, likely=likely, low=low, high=high, seconds=self.seconds * draws)


def _part(
    like: CallRequest,
    parameters: str,
    most: int | None,
    cells: Sequence[Cell],
    history: History,
    paces: Mapping[str, Pace],
    *,
    place: int | None = None,
) -> _Span:
    """What some cells take of the model that is asked first, or of the one at a place among those asked after it."""
    asked_of = like.target
    past = history.of(asked_of.id, asked_of.label, parameters)
    requests = [cell.request if place is None else cell.request.others[place] for cell in cells]
    asked = {prompt_mark(request) for request in requests} if past is not None and past.prompts else set()
    same = past is None or not past.prompts or bool(asked & past.prompts)
    length = length_under([most], past, thinks=asked_of.facts.thinking != "none", same_tasks=same)[0]
    chance = 1.645 * length.spread / math.sqrt(len(cells)) / max(length.likely, 1e-9)
    prompt = sum(request.prompt_tokens_likely for request in requests) / len(cells)

    def dollars(tokens: float) -> float | None:
        usd = priced(asked_of, Counts(round(prompt), round(tokens))).usd
        return None if usd is None else usd * len(cells)

    pace = paces.get(asked_of.id)
    one = pace.seconds(pace.tokens_under(most, length.likely)) if pace else length.likely / TOKENS_PER_SECOND
    told = () if past is None else (f" with {past.others}",) if past.others else () if same else (" on other prompts",)
    return _Span(
        dollars(length.likely),
        dollars(length.low * max(0.0, 1 - chance)),
        dollars(min(length.high * (1 + chance), most or math.inf)),
        one * len(cells),
        0 if past is None else past.calls,
        told,
    )


def _spanned(first: _Span, others: Sequence[_Span], cascade: Cascade | None) -> _Span:
    """What is taken where others may be asked: from none of them being asked to all of them.

    A cascade likely asks its dear model as often as was measured, half the time where nobody knows; of a fallback
    likely the first model answers, and at the dearest whichever costs most.
    """
    if not others:
        return first
    if cascade is None:
        lows, highs = [part.low for part in (first, *others)], [part.high for part in (first, *others)]
        return replace(
            first,
            low=None if None in lows else min(usd for usd in lows if usd is not None),
            high=None if None in highs else max(usd for usd in highs if usd is not None),
        )
    cheap, (dear,) = first.times(cascade.draws), others
    share = SHARE_UNKNOWN if cascade.escalated is None else cascade.escalated
    return _Span(
        known_sum([cheap.likely, dear.times(share).likely]),
        cheap.low,
        known_sum([cheap.high, dear.high]),
        cheap.seconds + dear.times(share).seconds,
        max(cheap.calls, dear.calls),
        cheap.notes,
    )


def _worst_of(cell: Cell) -> Iterator[float | None]:
    """The most that a cell can cost: all draws of a cascade, and each of those that would be asked in its place."""
    free = cell.like.target.provider.free and cell.like.target.facts.prices is None and not cell.like.others
    request = cell.like if free else cell.request  # whatever its prompt
    draws = request.cascade.draws if request.cascade is not None else 1
    return (worst_of(one).usd for one in (*[request] * draws, *request.others))


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
