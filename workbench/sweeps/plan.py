"""What a sweep would take before it is run: calls, dollars, minutes."""

from __future__ import annotations

import collections
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from workbench.cache.kept import Cache, current
from workbench.providers.bounds import worst_of
from workbench.providers.models import Model
from workbench.providers.price_table import Counts
from workbench.providers.prices import priced
from workbench.scorers.score import AnyScorer
from workbench.show import figures, tables
from workbench.show.figures import seconds_text
from workbench.sweeps.caps import Caps, cheaper, laid_out
from workbench.sweeps.grid import Cell, Grid
from workbench.sweeps.understanding import Understanding

TOKENS_PER_SECOND = 50.0
"""Assumed speed of a model that the ledger knows nothing about; hosted thinking models were seen at 30 to 100."""

SHARE_OF_CAP = 0.5
"""Assumed share of max_tokens that a reply uses, when the ledger knows nothing about the model."""


@dataclass(frozen=True)
class Estimate:
    """What one model's part of a plan takes. `earlier_calls` is how many past calls the likely figures rest on."""

    model: str
    calls: int
    kept: int
    usd_likely: float | None
    usd_worst: float | None
    seconds: float
    earlier_calls: int


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
            tables.Column("likely", [figures.budget(estimate.usd_likely, "unknown") for estimate in self.estimates]),
            tables.Column("at worst", [figures.budget(estimate.usd_worst, "unknown") for estimate in self.estimates]),
            tables.Column("time", [seconds_text(estimate.seconds) for estimate in self.estimates]),
        ]
        below = Markup().join(tables.paragraph(note, "wb-note") for note in self._notes())
        if self.understanding is not None:
            below += self.understanding.html(warnings=False)
        return tables.as_html(columns, above=tables.headline(self._sentence()), below=below)

    def _sentence(self) -> str:
        return (
            f"{self.calls:,} calls, {self.kept:,} kept already, {figures.budget(self.usd_likely)} likely, "
            f"{figures.budget(self.usd_worst)} at worst, about {seconds_text(self.seconds)}"
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
            f"likely figures assume that {SHARE_OF_CAP:.0%} of max_tokens is used: "
            f"nothing is known yet of {', '.join(guessed)}"
        )
        return [*self._offer(), *([assumed] if guessed else []), *(f"warning: {text}" for text in self.warnings)]


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
    history = _history(cache)
    by_model: dict[str, list[Cell]] = collections.defaultdict(list)
    for cell in asked:
        by_model[cell.request.target.label].append(cell)
    estimates = []
    lane_seconds: dict[str, float] = collections.defaultdict(float)
    for target in grid.targets:
        cells = by_model[target.label]
        missing = list({cell.key: cell for cell in cells if cell.key not in kept}.values())
        past = history.get(target.id)
        likely: list[float | None] = []
        worst: list[float | None] = []
        seconds = 0.0
        for cell in missing:
            most = cell.request.output_tokens_at_most
            output = min(past.tokens, most or past.tokens) if past else (most or 0) * SHARE_OF_CAP
            likely.append(priced(cell.request.target, Counts(cell.request.prompt_tokens_likely, round(output))).usd)
            worst += [worst_of(one).usd for one in (cell.request, *cell.request.others)]
            seconds += output * past.seconds_per_token if past else output / TOKENS_PER_SECOND
        at_once = min(concurrency or target.provider.at_once_in_a_sweep, max(1, len(missing)))
        endpoint = cells[0].request.base_url if cells else target.id
        lane_seconds[endpoint] += seconds / at_once
        estimates.append(
            Estimate(
                model=target.label,
                calls=len(cells),
                kept=len(cells) - len(missing),
                usd_likely=_sum(likely),
                usd_worst=_sum(worst),
                seconds=seconds / at_once,
                earlier_calls=past.calls if past else 0,
            )
        )
    warnings = (*grid.understanding.warnings, *grid.warnings)
    return Plan(tuple(estimates), warnings, max(lane_seconds.values(), default=0.0), grid.understanding)


@dataclass(frozen=True)
class _Past:
    calls: int
    tokens: float
    seconds_per_token: float


def _history(cache: Cache) -> dict[str, _Past]:
    """What the ledger tells of each model: output tokens of a reply, and how fast they came."""
    calls: collections.Counter[str] = collections.Counter()
    tokens: collections.Counter[str] = collections.Counter()
    seconds: dict[str, float] = collections.defaultdict(float)
    for entry in cache.entries():
        if entry.get("billed") == "yes" and entry.get("tokens"):
            calls[entry["model"]] += 1
            tokens[entry["model"]] += entry["tokens"]
            seconds[entry["model"]] += entry["seconds"]
    return {model: _Past(n, tokens[model] / n, seconds[model] / tokens[model]) for model, n in calls.items()}


def _sum(parts: list[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def _line(estimate: Estimate) -> str:
    to_buy = estimate.calls - estimate.kept
    return (
        f"{estimate.model}: {to_buy:,} to buy, {figures.budget(estimate.usd_likely)} likely, "
        f"{figures.budget(estimate.usd_worst)} at worst, about {seconds_text(estimate.seconds)}"
    )
