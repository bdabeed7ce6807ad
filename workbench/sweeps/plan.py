"""What a sweep would take before it is run: calls, dollars, minutes."""

from __future__ import annotations

import collections
from dataclasses import dataclass

from markupsafe import Markup

from workbench.cache.kept import Cache
from workbench.providers.bounds import worst_of
from workbench.providers.facts import LOCAL
from workbench.providers.models import Target
from workbench.providers.prices import Counts, priced
from workbench.show import figures, tables
from workbench.show.figures import seconds_text
from workbench.sweeps.grid import Cell, Grid
from workbench.sweeps.timing import SECONDS_A_KEPT_ROW, line_of, past_of, start_seconds
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

    Dollars are None when a model's price is unknown.
    """

    estimates: tuple[Estimate, ...]
    warnings: tuple[str, ...]
    seconds: float
    understanding: Understanding | None = None
    engine_seconds: float | None = None

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

    def _notes(self) -> list[str]:
        guessed = [e.model for e in self.estimates if not e.earlier_calls and e.calls > e.kept and e.usd_worst != 0]
        assumed = (
            f"likely figures assume that {SHARE_OF_CAP:.0%} of max_tokens is used: "
            f"nothing is known yet of {', '.join(guessed)}"
        )
        engine = self.engine_seconds
        starts = "" if engine is None else f"about {seconds_text(engine)} of it start the local engine"
        return [
            *([assumed] if guessed else []),
            *([starts] if starts else []),
            *(f"warning: {text}" for text in self.warnings),
        ]


def make_plan(grid: Grid, cache: Cache, *, concurrency: int | None = None) -> Plan:
    """Estimate a grid: what the ledger knows of each model makes the likely figures, max_tokens the worst."""
    kept = cache.lookup_many(cell.key for cell in grid.cells).keys()
    past_calls = past_of(cache)
    by_model: dict[str, list[Cell]] = collections.defaultdict(list)
    for cell in grid.cells:
        by_model[cell.request.target.label].append(cell)
    estimates = []
    lane_seconds: dict[str, float] = collections.defaultdict(float)
    to_buy: list[Target] = []
    for target in grid.targets:
        cells = by_model[target.label]
        missing = list({cell.key: cell for cell in cells if cell.key not in kept}.values())
        past = past_calls.paces.get(target.id)
        likely: list[float | None] = []
        worst: list[float | None] = []
        seconds = 0.0
        for cell in missing:
            most = cell.request.output_tokens_at_most
            output = min(past.tokens, most or past.tokens) if past else (most or 0) * SHARE_OF_CAP
            likely.append(priced(target, Counts(cell.request.prompt_tokens_likely, round(output))).usd)
            worst.append(worst_of(cell.request).usd)
            seconds += past.seconds(output) if past else output / TOKENS_PER_SECOND
        at_once = min(concurrency or target.provider.at_once_in_a_sweep, max(1, len(missing)))
        share = past_calls.shares.get(line_of(target.id)) if past and concurrency is None else None
        # One call alone teaches nothing of what passes side by side.
        side_by_side = share if share is not None and past is not None and past.calls >= 2 * at_once else 1 / at_once
        seconds *= side_by_side
        endpoint = cells[0].request.base_url if cells else target.id
        lane_seconds[LOCAL if target.provider.id == LOCAL else endpoint] += seconds
        to_buy += [target] if missing else []
        estimates.append(
            Estimate(
                model=target.label,
                calls=len(cells),
                kept=len(cells) - len(missing),
                usd_likely=_sum(likely),
                usd_worst=_sum(worst),
                seconds=seconds,
                earlier_calls=past.calls if past else 0,
            )
        )
    warnings = (*grid.understanding.warnings, *grid.warnings)
    total = max(lane_seconds.values(), default=0.0) + SECONDS_A_KEPT_ROW * len(kept)
    before, engine = start_seconds(to_buy, past_calls) if to_buy else (0.0, False)
    return Plan(tuple(estimates), warnings, total + before, grid.understanding, before if engine else None)


def _sum(parts: list[float | None]) -> float | None:
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None


def _line(estimate: Estimate) -> str:
    to_buy = estimate.calls - estimate.kept
    return (
        f"{estimate.model}: {to_buy:,} to buy, {figures.budget(estimate.usd_likely)} likely, "
        f"{figures.budget(estimate.usd_worst)} at worst, about {seconds_text(estimate.seconds)}"
    )
