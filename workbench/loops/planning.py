"""What a sweep of loops would take: steps, each with a longer prompt than the last, cached parts at their price."""

from __future__ import annotations

import collections
import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup

from workbench.cache.kept import current
from workbench.errors import StoreError
from workbench.history.loops import loops_of
from workbench.history.records import remembered
from workbench.loops.layout import laid_out
from workbench.loops.opening import opened
from workbench.providers.models import Model, Target
from workbench.providers.price_table import Counts
from workbench.providers.prices import dearest_usd, priced
from workbench.show import figures, tables
from workbench.show.figures import seconds_text
from workbench.sweeps.cells import Cell
from workbench.sweeps.understanding import Understanding

USUAL_STEPS: Final = 6
"""Of a loop, where no run has told yet; few short ones and few long ones are seen, so the range is wide."""

USUAL_RANGE: Final = (1 / 3, 5.0)
_USUAL_SECONDS: Final = 5.0
_USUAL_RESULT_TOKENS: Final = 250
_USUAL_WRITTEN: Final = {True: 600, False: 120}
_LAST_RUNS: Final = 10
_LAST_LOOPS: Final = 200


@dataclass(frozen=True)
class _Past:
    """One loop that was run before: its steps, what a step wrote and what it added to the prompt, and seconds."""

    steps: int
    written: float
    added: float
    seconds: float


@dataclass(frozen=True)
class LoopEstimate:
    """What one model's loops take. `steps` are the likely ones of one loop, `earlier_loops` what that rests on.

    `prompt_tokens` are the likely ones of each step of such a loop, the first to the last.
    """

    model: str
    loops: int
    kept: int
    steps: float
    usd_likely: float | None
    usd_low: float | None
    usd_high: float | None
    usd_worst: float | None
    seconds: float
    earlier_loops: int
    prompt_tokens: tuple[int, ...]


@dataclass(frozen=True)
class LoopPlan:
    """What a sweep of loops would take; shows itself as text, and as a card. Dollars are None where a price is unknown.

    The range of the dollars is from whole prompts served by the provider's cache to none, and where nine of ten sums
    lie if the loops are like those that were run before; without two of these it is a rule of thumb. At worst, every
    loop takes all its steps, with the longest replies and results there can be, one call a step.
    """

    estimates: tuple[LoopEstimate, ...]
    warnings: tuple[str, ...]
    understanding: Understanding

    @property
    def loops(self) -> int:
        return sum(estimate.loops for estimate in self.estimates)

    @property
    def kept(self) -> int:
        """Loops that ended before, and whose last step is kept."""
        return sum(estimate.kept for estimate in self.estimates)

    @property
    def usd_likely(self) -> float | None:
        return _sum(estimate.usd_likely for estimate in self.estimates)

    @property
    def usd_range(self) -> tuple[float, float] | None:
        low, high = (_sum(getattr(each, name) for each in self.estimates) for name in ("usd_low", "usd_high"))
        return None if low is None or high is None else (low, high)

    @property
    def usd_worst(self) -> float | None:
        return _sum(estimate.usd_worst for estimate in self.estimates)

    @property
    def seconds(self) -> float:
        return max((estimate.seconds for estimate in self.estimates), default=0.0)

    def __repr__(self) -> str:
        lines = [self._sentence(), *(f"  {note}" for note in self._notes())]
        return "\n".join([*lines, "", self.understanding.text(warnings=False)])

    def _repr_html_(self) -> str:
        each = self.estimates
        columns = [
            tables.Column("model", [estimate.model for estimate in each], names=True),
            tables.Column("loops", [figures.count(estimate.loops) for estimate in each]),
            tables.Column("kept already", [figures.count(estimate.kept) for estimate in each]),
            tables.Column("steps a loop", [f"{estimate.steps:.1f}" for estimate in each]),
            tables.Column("tokens in, first step", [figures.count(estimate.prompt_tokens[0]) for estimate in each]),
            tables.Column("last step", [figures.count(estimate.prompt_tokens[-1]) for estimate in each]),
            tables.Column("likely", [figures.budget(estimate.usd_likely, "unknown") for estimate in each]),
            tables.Column("at worst", [figures.budget(estimate.usd_worst, "unknown") for estimate in each]),
            tables.Column("time", [seconds_text(estimate.seconds) for estimate in each]),
        ]
        below = Markup().join(tables.paragraph(note, "wb-note") for note in self._notes())
        below += self.understanding.html(warnings=False)
        return tables.as_html(columns, above=tables.headline(self._sentence()), below=below)

    def _sentence(self) -> str:
        ends = self.usd_range
        between = "" if not ends or not ends[1] else f" ({figures.budget(ends[0])} to {figures.budget(ends[1])})"
        dollars = f"{figures.budget(self.usd_likely)} likely{between}, {figures.budget(self.usd_worst)} at worst"
        return (
            f"{figures.counted(self.loops, 'loop')}, {self.kept:,} kept already, {dollars}, "
            f"about {seconds_text(self.seconds)}"
        )

    def _notes(self) -> list[str]:
        notes = []
        for each in self.estimates:
            rests = (
                f"from {figures.counted(each.earlier_loops, 'loop')}"
                if each.earlier_loops
                else "a guess: no loop of it is known"
            )
            sure = (
                "nine of ten sums lie in the range, if these loops are like those"
                if each.earlier_loops > 1
                else "the range is a rule of thumb: run a few tasks, and it is measured"
            )
            notes.append(
                f"{each.model}: about {each.steps:.1f} steps a loop ({rests}), "
                f"from {each.prompt_tokens[0]:,} tokens in at the first to {each.prompt_tokens[-1]:,} at the last; "
                f"{sure}"
            )
        return [*notes, *(f"warning: {text}" for text in self.warnings)]


def plan(
    tasks: Any,
    *,
    models: str | Model | Iterable[str | Model],
    tools: Any,
    max_steps: int | Iterable[int] = 300,
    replay: str | Iterable[str] = "all",
    ids: str | Iterable[str] = "trained",
    concurrency: int | None = None,
    **layout: Any,
) -> LoopPlan:
    """Tell what a sweep of loops would take: steps, dollars likely and at worst, time. Sends nothing, runs no tool.

    How many steps a loop takes, and how much each adds to the prompt, is learned from loops of the model that were run
    before. Takes what `sweep` takes of the loops, and leaves out what it takes of the run.
    """
    layout = {"models": models, **{name: value for name, value in layout.items() if name not in _OF_THE_RUN}}
    cache = current()
    laid = laid_out(tasks, tools, {"replay": replay, "max_steps": max_steps, "ids": ids}, layout, cache)
    past, ended = _known()
    longest = 0
    if not laid.recorded:
        longest = max(one.most_characters for one in opened(laid.tools, laid.grid.cells[0].task).tools)
    by_model: dict[str, list[tuple[Cell, int]]] = collections.defaultdict(list)
    for cell, arm in zip(laid.grid.cells, laid.arms, strict=True):
        by_model[cell.request.target.label].append((cell, arm["max_steps"]))
    last_keys = {key for keys in ended.values() for key in keys}
    there = cache.present(last_keys)
    estimates = []
    for cells in by_model.values():
        kept = sum(bool(ended[cell.key] & there) for cell, _ in cells if cell.key in ended)
        target = cells[0][0].request.target
        estimates.append(_estimate(cells, kept, past.get(target.id, []), longest, concurrency))
    return LoopPlan(tuple(estimates), (*laid.grid.understanding.warnings, *laid.grid.warnings), laid.grid.understanding)


_OF_THE_RUN: Final = frozenset(
    {
        *("max_usd", "on_error", "stop", "answer_schema", "stop_repeating", "parallel", "results", "unfinished"),
        *("timeout", "refresh", "name", "until", "within", "seed"),
    }
)


def _known() -> tuple[dict[str, list[_Past]], dict[str, set[str]]]:
    """Loops of the last runs by the id of their model, and by the key of a first step those of the last ones."""
    past: dict[str, list[_Past]] = collections.defaultdict(list)
    ended: dict[str, set[str]] = collections.defaultdict(set)
    try:
        runs = [run for run in remembered() if run.place is not None and run.bought + run.kept]
        for run in runs[-_LAST_RUNS:]:
            for told in loops_of(run):
                steps, found = told.get("trace") or [], told["found"]
                if not steps or found.get("outcome") == "error":
                    continue
                ended[str(steps[0].get("key"))].add(str(steps[-1].get("key")))
                one = _past_of(steps, found)
                model = f"{found.get('provider')}/{found.get('served_model')}"
                for name in {model, *run.models} if len(run.models) == 1 else {model}:
                    if one is not None:
                        past[name].append(one)
    except StoreError:
        pass  # what is known only sharpens the figures
    return past, ended


def _past_of(steps: Sequence[Mapping[str, Any]], found: Mapping[str, Any]) -> _Past | None:
    counts = [(step.get("prompt_tokens"), step.get("completion_tokens")) for step in steps]
    known = [(prompt, written) for prompt, written in counts if prompt is not None and written is not None]
    if len(known) < len(steps):
        return None
    prompts, written = ([float(each[place]) for each in known] for place in (0, 1))
    added = (prompts[-1] - prompts[0]) / (len(steps) - 1) if len(steps) > 1 else float(_USUAL_RESULT_TOKENS)
    return _Past(len(steps), statistics.fmean(written), max(0.0, added), float(found.get("seconds") or 0.0))


def _estimate(
    cells: Sequence[tuple[Cell, int]], kept: int, past: Sequence[_Past], longest: int, concurrency: int | None
) -> LoopEstimate:
    request = cells[0][0].request
    target = request.target
    written = _USUAL_WRITTEN[target.facts.thinking != "none"]
    usual = _Past(USUAL_STEPS, written, written + _USUAL_RESULT_TOKENS, USUAL_STEPS * _USUAL_SECONDS)
    known = list(past[-_LAST_LOOPS:]) or [usual]
    first = round(statistics.fmean(cell.request.prompt_tokens_likely for cell, _ in cells))
    most = max(steps for _, steps in cells)
    buying = len(cells) - kept
    prices = [[_usd(target, first, one, most, cached=cached) for one in known] for cached in (True, False)]
    share = [_sum(each) for each in prices]
    cheap, dear = (None if each is None else each / len(known) for each in share)
    low = high = likely = None
    if cheap is not None and dear is not None:
        likely = (cheap + dear) / 2 * buying
        below, above = _ends([price for price in prices[1] if price is not None], buying)
        low, high = cheap * buying * below, dear * buying * above
    steps = statistics.fmean(min(one.steps, most) for one in known)
    typical = known[len(known) // 2] if len(known) == 1 else _middle(known)
    at_once = min(concurrency or target.provider.at_once_in_a_sweep, max(1, buying))
    worst = [_worst(cell, steps, longest) for cell, steps in cells]
    return LoopEstimate(
        target.label,
        len(cells),
        kept,
        steps,
        likely,
        low,
        high,
        _sum(worst),
        statistics.fmean(one.seconds for one in known) * buying / at_once,
        len(past[-_LAST_LOOPS:]),
        tuple(round(first + typical.added * step) for step in range(max(1, round(steps)))),
    )


def _middle(known: Sequence[_Past]) -> _Past:
    return sorted(known, key=lambda one: one.added)[len(known) // 2]


def _ends(prices: Sequence[float], buying: int) -> tuple[float, float]:
    """Between which shares of what is likely the sum of new loops lies in nine of ten cases, by what known ones cost.

    Student's limits for the mean of so many new loops, as a ratio, since costs are skewed and above zero: tried on
    costs with a long tail it held 82 to 90 of 100 sums, from 2 known loops to 40.

    >>> [round(end, 2) for end in _ends([1.0, 2.0, 1.5, 1.2, 0.8], 20)]
    [0.68, 1.46]
    """
    mean = statistics.fmean(prices)
    if len(prices) < 2 or not mean:
        return USUAL_RANGE
    from scipy.special import stdtrit

    apart = (statistics.stdev(prices) / mean) ** 2 * (1 / len(prices) + 1 / max(1, buying))
    factor = math.exp(float(stdtrit(len(prices) - 1, 0.95)) * math.sqrt(math.log1p(apart)))
    return 1 / factor, factor


def _usd(target: Target, first: int, one: _Past, most: int, *, cached: bool) -> float | None:
    """What a loop like another costs: each prompt is the one before and what was added, served from a cache or not."""
    total, before = 0.0, 0
    for step in range(min(one.steps, most)):
        prompt = round(first + one.added * step)
        usd = priced(target, Counts(prompt, round(one.written), cached=before if cached else 0)).usd
        if usd is None:
            return None
        total, before = total + usd, prompt
    return total


def _worst(cell: Cell, steps: int, longest: int) -> float | None:
    """What a loop can cost at most: the longest replies, and results as long as they may be, one token a character."""
    request, target = cell.request, cell.request.target
    if target.provider.free and target.facts.prices is None:
        return 0.0
    written = request.output_tokens_at_most
    if written is None:
        return None
    context = target.facts.context_tokens or math.inf
    prompt, total = request.prompt_tokens_at_most, 0.0
    known: dict[int, float | None] = {}
    for _ in range(steps):
        at_most = int(min(prompt, context))
        if at_most not in known:
            known[at_most] = dearest_usd(target, at_most, written, {}, an_hour=False)
        usd = known[at_most]
        if usd is None:
            return None
        total, prompt = total + usd, prompt + written + longest
    return total


def _sum(values: Iterable[float | None]) -> float | None:
    found = list(values)
    return None if any(value is None for value in found) else sum(value for value in found if value is not None)
