"""What a sweep would take before it is run: calls, dollars, minutes."""

from __future__ import annotations

import collections
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from workbench.analysis.forecast import disagreement, tasks_to_settle, told_apart
from workbench.cache.kept import Cache, current
from workbench.providers.bounds import worst_of
from workbench.providers.likeness import parameters_mark, prompt_mark
from workbench.providers.models import Model, Target
from workbench.providers.price_table import Counts
from workbench.providers.prices import priced
from workbench.scorers.score import AnyScorer
from workbench.show import figures, tables
from workbench.show.figures import seconds_text
from workbench.sweeps.caps import Caps, cheaper, laid_out
from workbench.sweeps.grid import Cell, Grid
from workbench.sweeps.lengths import USUAL_TOKENS, USUAL_TOKENS_WITHOUT_THINKING, History, length_under
from workbench.sweeps.record import in_words
from workbench.sweeps.understanding import Understanding

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


@dataclass(frozen=True)
class Plan:
    """What a sweep would take, and what it understood of its tasks; shows itself as one screen of text, and as a card.

    Dollars are None when a model's price is unknown. `cut` is the plan with smaller caps cut from the largest
    (`caps="cut"`), where that is possible and takes fewer calls.
    """

    estimates: tuple[Estimate, ...]
    warnings: tuple[str, ...]
    seconds: float
    understanding: Understanding | None = None
    cut: Plan | None = None
    tells_apart: str = ""
    record: str = ""

    @property
    def calls(self) -> int:
        return sum(estimate.calls for estimate in self.estimates)

    @property
    def kept(self) -> int:
        return sum(estimate.kept for estimate in self.estimates)

    @property
    def minutes(self) -> float:
        return self.seconds / 60

    @property
    def usd_likely(self) -> float | None:
        return _sum([estimate.usd_likely for estimate in self.estimates])

    @property
    def usd_range(self) -> tuple[float, float] | None:
        """The range in which the dollars likely are, 90 % sure; None when a model's price is unknown."""
        low, high = _sum([e.usd_low for e in self.estimates]), _sum([e.usd_high for e in self.estimates])
        return None if low is None or high is None else (low, high)

    @property
    def usd_worst(self) -> float | None:
        return _sum([estimate.usd_worst for estimate in self.estimates])

    def __repr__(self) -> str:
        lines = [self._sentence()]
        if len(self.estimates) > 1:
            lines += [f"  {_line(estimate)}" for estimate in self.estimates]
        lines += [f"  {note}" for note in self._notes()]
        if self.understanding is not None:
            lines += ["", self.understanding.text(warnings=False)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        columns = [
            tables.Column("model", [estimate.model for estimate in self.estimates], names=True),
            tables.Column("calls", [figures.count(estimate.calls) for estimate in self.estimates]),
            tables.Column("kept already", [figures.count(estimate.kept) for estimate in self.estimates]),
            tables.Column(
                "likely",
                [figures.budget(estimate.usd_likely, "unknown") for estimate in self.estimates],
                notes=[f"from {figures.counted(estimate.earlier_calls, 'call')}" for estimate in self.estimates],
            ),
            tables.Column("at worst", [figures.budget(estimate.usd_worst, "unknown") for estimate in self.estimates]),
            tables.Column("time", [seconds_text(estimate.seconds) for estimate in self.estimates]),
        ]
        below = Markup().join(tables.paragraph(note, "wb-note") for note in self._notes())
        if self.understanding is not None:
            below += self.understanding.html(warnings=False)
        return tables.as_html(columns, above=tables.headline(self._sentence()), below=below)

    def _sentence(self) -> str:
        return (
            f"{self.calls:,} calls, {self.kept:,} kept already, {figures.budget(self.usd_likely)} likely"
            f"{_range_text(self.usd_range)}, {figures.budget(self.usd_worst)} at worst, "
            f"about {seconds_text(self.seconds)}"
        )

    def _offer(self) -> list[str]:
        """What smaller caps cut from the largest would save."""
        if self.cut is None:
            return []
        paid = bool(self.usd_likely) and self.cut.usd_likely is not None
        money = f"{figures.budget(self.usd_likely)}, or {figures.budget(self.cut.usd_likely)}" if paid else ""
        calls = f"{self.calls - self.kept:,} calls to buy, or {self.cut.calls - self.cut.kept:,}"
        time = f"{seconds_text(self.seconds)}, or {seconds_text(self.cut.seconds)}"
        return [f"{money + '; ' if money else ''}{calls}; {time} with caps cut from the largest: caps='cut'"]

    def _notes(self) -> list[str]:
        guessed = [e.model for e in self.estimates if not e.earlier_calls and e.calls > e.kept and e.usd_worst != 0]
        assumed = (
            f"likely figures assume replies of {USUAL_TOKENS:,} tokens as the middle length "
            f"({USUAL_TOKENS_WITHOUT_THINKING} of a model that does not think): "
            f"nothing is known yet of {', '.join(guessed)}"
        )
        known = [
            f"{e.model}: likely figures from {figures.counted(e.earlier_calls, 'call')}{e.rests_on}"
            for e in self.estimates
            if e.earlier_calls and e.calls > e.kept
        ]
        notes = [*self._offer(), *([assumed] if guessed else []), *known, *filter(None, (self.tells_apart, self.record))]
        return [*notes, *(f"warning: {text}" for text in self.warnings)]


def plan(
    tasks: Any,
    *,
    models: str | Model | Iterable[str | Model],
    prompts: Any = None,
    max_tokens: int | Iterable[int | None] | None = None,
    repeats: int = 1,
    params: Mapping[str, Any] | None = None,
    scorer: AnyScorer = None,
    caps: Caps = "buy",
    concurrency: int | None = None,
    **options: Any,
) -> Plan:
    """Tell what a sweep would take: calls, how many are kept, dollars likely and at worst, minutes. Sends nothing.

    It also says what was understood of the tasks, shows the first prompt in full, as it will be sent, and what
    `caps="cut"` would save.
    """
    grid = laid_out(
        tasks,
        models=models,
        prompts=prompts,
        max_tokens=max_tokens,
        repeats=repeats,
        params=params,
        scorer=scorer,
        caps=caps,
        **options,
    )
    made, other = make_plan(grid, current(), concurrency=concurrency), cheaper(grid)
    return made if other is None else replace(made, cut=make_plan(other, current(), concurrency=concurrency))


def make_plan(grid: Grid, cache: Cache, *, concurrency: int | None = None) -> Plan:
    """Estimate a grid: what the ledger knows of each model makes the likely figures, max_tokens the worst."""
    asked = grid.asked
    kept = cache.lookup_many(cell.key for cell in asked).keys()
    history = History(cache.entries())
    by_model: dict[str, list[Cell]] = collections.defaultdict(list)
    for cell in asked:
        by_model[cell.request.target.label].append(cell)
    estimates = []
    lane_seconds: dict[str, float] = collections.defaultdict(float)
    for target in grid.targets:
        cells = by_model[target.label]
        missing = list({cell.key: cell for cell in cells if cell.key not in kept}.values())
        at_once = min(concurrency or target.provider.at_once_in_a_sweep, max(1, len(missing)))
        estimate = estimated(target, cells, missing, history, at_once=at_once)
        endpoint = cells[0].request.base_url if cells else target.id
        lane_seconds[endpoint] += estimate.seconds
        estimates.append(estimate)
    warnings = (*grid.understanding.warnings, *grid.warnings)
    return Plan(
        tuple(estimates),
        warnings,
        max(lane_seconds.values(), default=0.0),
        grid.understanding,
        tells_apart=_tells_apart(grid),
        record=in_words(cache.folder),
    )


def estimated(
    target: Target, cells: Sequence[Cell], missing: Sequence[Cell], history: History, *, at_once: int = 1
) -> Estimate:
    """What the missing cells of one model take, cap by cap and parameters by parameters."""
    alike: dict[tuple[str, int | None], list[Cell]] = collections.defaultdict(list)
    for cell in missing:
        alike[parameters_mark(cell.request), cell.request.output_tokens_at_most].append(cell)
    thinks = target.facts.thinking != "none"
    likely: list[float | None] = []
    low: list[float | None] = []
    high: list[float | None] = []
    seconds, earlier, notes = 0.0, 0, []
    for (parameters, most), these in alike.items():
        past = history.of(target.id, target.label, parameters)
        asked = {prompt_mark(cell.request) for cell in these} if past is not None and past.prompts else set()
        same = past is None or not past.prompts or bool(asked & past.prompts)
        length = length_under([most], past, thinks=thinks, same_tasks=same)[0]
        chance = 1.645 * length.spread / math.sqrt(len(these)) / max(length.likely, 1e-9)
        prompt = sum(cell.request.prompt_tokens_likely for cell in these) / len(these)

        def dollars(tokens: float, prompt: float = prompt, times: int = len(these)) -> float | None:
            usd = priced(target, Counts(round(prompt), round(tokens))).usd
            return None if usd is None else usd * times

        likely.append(dollars(length.likely))
        low.append(dollars(length.low * max(0.0, 1 - chance)))
        high.append(dollars(min(length.high * (1 + chance), most or math.inf)))
        pace = past.seconds_per_token if past else 1 / TOKENS_PER_SECOND
        seconds += length.likely * pace * len(these)
        if past is not None:
            earlier = max(earlier, past.calls)
            notes += [f" with {past.others}"] if past.others else [] if same else [" on other prompts"]
    return Estimate(
        model=target.label,
        calls=len(cells),
        kept=len(cells) - len(missing),
        usd_likely=_sum(likely),
        usd_worst=_sum([worst_of(one).usd for cell in missing for one in (cell.request, *cell.request.others)]),
        seconds=seconds / at_once,
        earlier_calls=earlier,
        usd_low=_sum(low),
        usd_high=_sum(high),
        rests_on=notes[0] if notes else "",
    )


def planned_usd(missing: Sequence[Cell], cache: Cache) -> float | None:
    """What these cells will likely cost; None where a price is not known, or nothing is paid for them."""
    by_model: dict[str, list[Cell]] = collections.defaultdict(list)
    for cell in missing:
        by_model[cell.request.target.label].append(cell)
    if not by_model:
        return None
    history = History(cache.entries())
    return _sum([estimated(cells[0].request.target, cells, cells, history).usd_likely for cells in by_model.values()])


def _tells_apart(grid: Grid) -> str:
    """What the tasks at hand can tell apart, and whether repeats or more tasks would tell more."""
    tasks = len(grid.tasks)
    samples = max((cell.request.sample for cell in grid.cells), default=0) + 1
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
        return f"{said}; as many calls on {tasks * samples:,} tasks tell {figures.points(told_apart(tasks * samples))}"
    return f"{said} (or {math.ceil(tasks_to_settle(finer, disagreement(3))):,} × 3 samples)"


def _range_text(ends: tuple[float, float] | None) -> str:
    if ends is None or ends[1] == 0:
        return ""
    first, last = (figures.budget(end) for end in ends)
    return "" if first == last else f" ({first} to {last})"


def _sum(parts: list[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def _line(estimate: Estimate) -> str:
    to_buy = estimate.calls - estimate.kept
    ends = None if estimate.usd_low is None or estimate.usd_high is None else (estimate.usd_low, estimate.usd_high)
    return (
        f"{estimate.model}: {to_buy:,} to buy, {figures.budget(estimate.usd_likely)} likely{_range_text(ends)}, "
        f"{figures.budget(estimate.usd_worst)} at worst, about {seconds_text(estimate.seconds)}"
    )
