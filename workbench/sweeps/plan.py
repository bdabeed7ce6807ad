"""What a sweep would take before it is run: calls, dollars, minutes."""

from __future__ import annotations

import collections
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from workbench.asking.cascades import kept_whole
from workbench.cache.kept import Cache, current
from workbench.providers.facts import LOCAL
from workbench.providers.models import Model, Target
from workbench.scorers.score import AnyScorer
from workbench.scorers.verdicts import kinship_of
from workbench.show import figures, tables
from workbench.show.figures import seconds_text
from workbench.sweeps.batching import offered
from workbench.sweeps.caps import Caps, cheaper, laid_out
from workbench.sweeps.cells import Cell, alike_among, keys_of, places_of_models, requests_of
from workbench.sweeps.estimates import Estimate, estimated, judged_lengths, known_sum, some_kept, tells_apart
from workbench.sweeps.grid import Grid
from workbench.sweeps.handing_over import handing_loops_over
from workbench.sweeps.lengths import USUAL_TOKENS, USUAL_TOKENS_WITHOUT_THINKING, History
from workbench.sweeps.lengths import Past as PastLengths
from workbench.sweeps.record import record_in_words
from workbench.sweeps.timing import (
    SECONDS_A_KEPT_ROW,
    UNSURE_TIMES,
    Pace,
    Past,
    assumed_pace,
    is_unmeasured,
    past_of,
    seconds_of_engines,
    start_seconds,
)
from workbench.sweeps.understanding import Understanding
from workbench.sweeps.verdicts import JudgeEstimate, judge_estimates
from workbench.tasks.tasks import Task


@dataclass(frozen=True)
class Plan:
    """What a sweep would take, and what it understood of its tasks; shows itself as one screen of text, and as a card.

    Dollars are None when a model's price is unknown. They are those of the calls; what a judge takes beside them is in
    `judging`, and `usd_worst_in_all` holds both. `unmeasured` are local models that were never asked on this machine:
    with them `seconds` may be three times as long or as short. `cut` is the plan with smaller caps cut from the largest
    (`caps="cut"`), where that is possible and takes fewer calls.
    """

    estimates: tuple[Estimate, ...]
    warnings: tuple[str, ...]
    seconds: float
    understanding: Understanding | None = None
    cut: Plan | None = None
    tells_apart: str = ""
    record: str = ""
    judging: tuple[JudgeEstimate, ...] = ()
    engine_seconds: float | None = None
    batches: str = ""
    unmeasured: tuple[str, ...] = ()

    @property
    def calls(self) -> int:
        return sum(estimate.calls for estimate in self.estimates)

    @property
    def kept(self) -> int:
        return sum(estimate.kept for estimate in self.estimates)

    @property
    def seconds_range(self) -> tuple[float, float] | None:
        """The range in which the seconds likely are where a local model was never asked here; None otherwise."""
        return (self.seconds / UNSURE_TIMES, self.seconds * UNSURE_TIMES) if self.unmeasured else None

    @property
    def minutes(self) -> float:
        return self.seconds / 60

    @property
    def usd_likely(self) -> float | None:
        return known_sum([estimate.usd_likely for estimate in self.estimates])

    @property
    def usd_range(self) -> tuple[float, float] | None:
        """The range in which the dollars likely are, 90 % sure; None when a model's price is unknown."""
        low, high = known_sum([e.usd_low for e in self.estimates]), known_sum([e.usd_high for e in self.estimates])
        return None if low is None or high is None else (low, high)

    @property
    def usd_worst(self) -> float | None:
        return known_sum([estimate.usd_worst for estimate in self.estimates])

    @property
    def usd_worst_in_all(self) -> float | None:
        """At worst, with the verdicts of a judge, but for one that was handed over and asks by itself."""
        return known_sum([self.usd_worst, *(judge.usd_worst for judge in self.judging if not judge.handed)])

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
            f"{figures.counted(self.calls, 'call')}, {self.kept:,} kept already, "
            f"{figures.budget(self.usd_likely)} likely{_range_text(self.usd_range)}, "
            f"{figures.budget(self.usd_worst)} at worst, {self._time_text()}"
        )

    def _time_text(self) -> str:
        """The time as one figure, or as a range where nothing was measured yet."""
        ends = self.seconds_range
        if ends is None:
            return f"about {seconds_text(self.seconds)}"
        return f"{' to '.join(seconds_text(float(f'{end:.2g}')) for end in ends)} (not measured yet)"

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
        notes = [
            *self._offer(),
            *([self.batches] if self.batches else []),
            *(estimate.span for estimate in self.estimates if estimate.span and estimate.calls > estimate.kept),
            *(judge.words() for judge in self.judging),
            *([assumed] if guessed else []),
            *known,
            *filter(None, (self._measured(), self._start(), self.tells_apart, self.record)),
        ]
        return [*notes, *(f"warning: {text}" for text in self.warnings)]

    def _measured(self) -> str:
        """When the time will be known."""
        names = ", ".join(self.unmeasured)
        return names and f"how fast {names} answers on this machine is unknown: measured after the first few calls"

    def _start(self) -> str:
        """How much of the time the local engine takes to start."""
        engine = self.engine_seconds
        return "" if engine is None else f"about {seconds_text(engine)} of it start the local engine"


@handing_loops_over
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
    batch: bool = False,
    **options: Any,
) -> Plan:
    """Tell what a sweep would take: calls, how many are kept, dollars likely and at worst, minutes. Sends nothing.

    It also says what was understood of the tasks, shows the first prompt in full, as it will be sent, and what
    `caps="cut"` would save, and what batches would cost (also with `batch=True`).
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


def make_plan(grid: Grid, cache: Cache, *, concurrency: int | None = None, expected: PastLengths | None = None) -> Plan:
    """Estimate a grid: what the ledger knows of each model makes the likely figures, max_tokens the worst.

    `expected` is what is known of such replies before the ledger has seen any.
    """
    asked = grid.asked
    keys = [*keys_of(asked)]
    kept = _kept_among(asked, keys, cache)
    entries = list(cache.entries_lately())
    history, past_calls = History(entries, expected), past_of(entries)
    by_model = places_of_models(asked)
    places = {target.label: by_model[target.label] for target in grid.targets}
    estimates, to_buy, unmeasured = [], [], []
    for target in grid.targets:
        own = places[target.label]
        missing = sorted({keys[place]: place for place in own if keys[place] not in kept}.values())
        pace = _pace_of(target, past_calls, len(missing), concurrency)
        estimate = estimated(
            target,
            len(own),
            alike_among(asked, missing),
            history,
            paces={**past_calls.paces, target.id: pace.past} if pace.past else past_calls.paces,
            side_by_side=pace.side_by_side,
            kept=some_kept(asked, missing, own),
        )
        estimates.append(estimate)
        to_buy += [target] if missing else []
        unmeasured += [target.label] if pace.is_assumed else []
    read = _judged(asked, places, history) if grid.scorer is not None else []
    judging = judge_estimates(grid.scorer, read, history.mean_tokens())
    related = (kinship_of(judge.model, [target.id for target in grid.targets]) for judge in judging)
    calls = _seconds_of_calls(asked, places, [*zip(grid.targets, estimates, strict=True)])
    before, engine = start_seconds(to_buy, past_calls) if to_buy else (0.0, False)
    return Plan(
        tuple(estimates),
        (*grid.understanding.warnings, *grid.warnings, *filter(None, related)),
        calls + SECONDS_A_KEPT_ROW * len(kept) + before,
        grid.understanding,
        tells_apart=tells_apart(grid),
        record=record_in_words(cache.folder),
        judging=judging,
        engine_seconds=before if engine else None,
        unmeasured=tuple(unmeasured),
        batches=offered(estimates, {target.label: target for target in grid.targets}),
    )


def _kept_among(asked: Sequence[Cell], keys: list[str], cache: Cache) -> Collection[str]:
    """The keys whose replies are kept; a cascade's is where all that it is made of is."""
    kept = cache.present(keys)
    if not any(request.cascade is not None for request in requests_of(asked)):
        return kept
    cascades = (cell for cell in asked if cell.like.cascade is not None)
    return {*kept, *(cell.key for cell in cascades if kept_whole(cell.request, cache) is not None)}


@dataclass(frozen=True)
class _Pace:
    """How fast a model answered so far, and what part of that time a call takes where several are on their way."""

    past: Pace | None
    side_by_side: float
    is_assumed: bool = False


def _pace_of(target: Target, past_calls: Past, calls: int, concurrency: int | None) -> _Pace:
    """The pace of a model for so many calls: as it was seen, or as is assumed of a local one that never was."""
    at_once = min(concurrency or target.provider.at_once_in_a_sweep, max(1, calls))
    past = past_calls.pace_of(target.id)
    if past is None and calls and is_unmeasured(target, past_calls):
        return _Pace(assumed_pace(target), 1 / at_once, is_assumed=True)
    share = past_calls.side_by_side(target.id, at_once) if past and concurrency is None else None
    # One call alone teaches nothing of what passes side by side.
    if share is None or past is None or past.calls < 2 * at_once:
        return _Pace(past, 1 / at_once)
    return _Pace(past, share)


def _judged(
    asked: Sequence[Cell], places: Mapping[str, Sequence[int]], history: History
) -> list[tuple[Task, float, float]]:
    """What a judge would read of each cell: its task, and how long the answer is likely and at most."""
    return [length for own in places.values() for length in judged_lengths((asked[place] for place in own), history)]


def _seconds_of_calls(
    asked: Sequence[Cell], places: Mapping[str, Sequence[int]], estimates: Sequence[tuple[Target, Estimate]]
) -> float:
    """The seconds until all is answered: endpoints answer beside each other, local engines by turns."""
    lanes: dict[str, float] = collections.defaultdict(float)
    engines = []
    for target, estimate in estimates:
        own = places[target.label]
        if target.provider.id == LOCAL:
            engines.append(estimate.seconds)
        else:
            lanes[asked[own[0]].like.base_url if own else target.id] += estimate.seconds
    return max([*lanes.values(), seconds_of_engines(engines)])


def _range_text(ends: tuple[float, float] | None) -> str:
    if ends is None or ends[1] == 0:
        return ""
    first, last = (figures.budget(end) for end in ends)
    return "" if first == last else f" ({first} to {last})"


def _line(estimate: Estimate) -> str:
    to_buy = estimate.calls - estimate.kept
    ends = None if estimate.usd_low is None or estimate.usd_high is None else (estimate.usd_low, estimate.usd_high)
    return (
        f"{estimate.model}: {to_buy:,} to buy, {figures.budget(estimate.usd_likely)} likely{_range_text(ends)}, "
        f"{figures.budget(estimate.usd_worst)} at worst, about {seconds_text(estimate.seconds)}"
    )
