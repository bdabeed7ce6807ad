"""What the cells of a sweep likely cost and take, and what their tasks can tell apart."""

from __future__ import annotations

import collections
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from workbench.analysis.forecast import disagreement, tasks_to_settle, told_apart
from workbench.cache.kept import Cache
from workbench.providers.bounds import worst_of
from workbench.providers.likeness import marks_of_texts, parameters_mark, prompt_mark
from workbench.providers.models import Target
from workbench.providers.price_table import Counts
from workbench.providers.prices import priced
from workbench.providers.requests import CallRequest
from workbench.providers.routes import Cascade
from workbench.show import figures
from workbench.sweeps.cells import Alikes, Cell, alike_among, requests_of
from workbench.sweeps.grid import Grid
from workbench.sweeps.lengths import History, Length, length_under
from workbench.sweeps.timing import Pace
from workbench.tasks.tasks import Task

SHARE_UNKNOWN = 0.5
"""Of the tasks of a cascade, those that its dear model is taken to be asked where nobody has measured it."""

_LOOKED_THROUGH = 20_000
_KEPT_LOOKED_AT = 200
"""Of the cells that are kept, so many tell whether earlier calls were on the same tasks."""

_ELSEWHERE = " on other prompts"

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
    calls: int,
    missing: Iterable[Alikes],
    history: History,
    *,
    paces: Mapping[str, Pace] = MappingProxyType({}),
    side_by_side: float = 1.0,
    kept: Iterable[Alikes] = (),
) -> Estimate:
    """What the missing cells of one model take, cap by cap and parameters by parameters.

    `kept` are cells of the same plan that need not be bought: earlier calls that asked these were on the same tasks.
    `paces` tell how fast models came lately, `side_by_side` how much is left of the calls' seconds as they overlap.
    """
    alike: dict[tuple[str, str, int | None], list[Alikes]] = collections.defaultdict(list)
    asked_before = frozenset(mark for group in kept for mark in _prompt_marks(group, None))
    to_buy = 0
    for group in missing:  # a route asks several models under one label
        like = group.one.like
        alike[like.target.id, parameters_mark(like), like.output_tokens_at_most].append(group)
        to_buy += len(group.tasks)
    likely: list[float | None] = []
    low: list[float | None] = []
    high: list[float | None] = []
    seconds, earlier = 0.0, 0
    notes: list[str] = []
    spans: list[tuple[float | None, float | None, float | None, bool]] = []
    for (_, parameters, most), these in alike.items():
        like = these[0].one.like
        first, others = _part(like, parameters, most, these, history, paces, asked_before=asked_before), []
        for place, other in enumerate(like.others):
            asked = other.output_tokens_at_most
            others.append(_part(other, parameters_mark(other), asked, these, history, paces, place=place))
        found = _spanned(first, others, like.cascade)
        if like.cascade is not None and like.cascade.sorts is None:
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
        calls=calls,
        kept=calls - to_buy,
        usd_likely=known_sum(likely),
        usd_worst=known_sum([usd for these in alike.values() for group in these for usd in _worst_of(group)]),
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
    groups: Sequence[Alikes],
    history: History,
    paces: Mapping[str, Pace],
    *,
    place: int | None = None,
    asked_before: frozenset[str] = frozenset(),
) -> _Span:
    """What some cells take of the model that is asked first, or of the one at a place among those asked after it."""
    asked_of = like.target
    past = history.of(asked_of.id, asked_of.label, parameters)
    times = sum(len(group.tasks) for group in groups)
    seen = past.prompts if past is not None else frozenset()
    same = not seen or not seen.isdisjoint(asked_before)
    same = same or any(mark in seen for group in groups for mark in _prompt_marks(group, place))
    length = length_under([most], past, thinks=asked_of.facts.thinking != "none", same_tasks=same)[0]
    chance = 1.645 * length.spread / math.sqrt(times) / max(length.likely, 1e-9)
    prompt = sum(_prompt_tokens(group, place) for group in groups) / times

    def dollars(tokens: float) -> float | None:
        usd = priced(asked_of, Counts(round(prompt), round(tokens))).usd
        return None if usd is None else usd * times

    pace = paces.get(asked_of.id)
    one = pace.seconds(pace.tokens_under(most, length.likely)) if pace else length.likely / TOKENS_PER_SECOND
    note = "" if past is None else past.note or (f" with {past.others}" if past.others else "" if same else _ELSEWHERE)
    return _Span(
        dollars(length.likely),
        dollars(length.low * max(0.0, 1 - chance)),
        dollars(min(length.high * (1 + chance), most or math.inf)),
        one * times,
        0 if past is None else past.calls,
        (note,) if note else (),
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
    if cascade.sorts is not None:
        return _by_class(first, others, cascade.shares)
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


def _by_class(first: _Span, others: Sequence[_Span], shares: Sequence[float]) -> _Span:
    """The class of each, then one of the models: each as often as was measured, all alike where nobody knows."""
    parts = shares or [1 / len(others)] * len(others)
    likely = [part.times(share) for part, share in zip(others, parts, strict=True)]
    lows, highs = [part.low for part in others], [part.high for part in others]
    return _Span(
        known_sum([first.likely, *(part.likely for part in likely)]),
        None if None in lows else known_sum([first.low, min(usd for usd in lows if usd is not None)]),
        None if None in highs else known_sum([first.high, max(usd for usd in highs if usd is not None)]),
        first.seconds + sum(part.seconds for part in likely),
        max(part.calls for part in (first, *others)),
        first.notes,
    )


def _prompt_marks(group: Alikes, place: int | None) -> Iterator[str]:
    """The mark of each prompt, as the model is asked that comes first, or the one at a place among those after it."""
    if (texts := group.texts) is None or place is not None:
        return (prompt_mark(request if place is None else request.others[place]) for request in group.requests())
    return marks_of_texts(texts, group.one.request.body["messages"][:-1])


def _prompt_tokens(group: Alikes, place: int | None) -> int:
    """How many tokens the prompts of some cells likely have, together."""
    body = group.one.like.body
    if body.get("tools") or body.get("response_format") or place is not None:
        asked = (request if place is None else request.others[place] for request in group.requests())
        return sum(request.prompt_tokens_likely for request in asked)
    return sum(times * request.prompt_tokens_likely for request, times in group.requests_by(len))


def _worst_of(group: Alikes) -> Iterator[float | None]:
    """The most that some cells can cost: all draws of a cascade, and each of those that would be asked in their place.

    Of those that a class chooses among the dearest counts. What of a prompt costs is its size.
    """
    like = group.one.like
    if like.target.provider.free and like.target.facts.prices is None and not like.others:
        yield worst_of(like).usd  # whatever its prompt
        return
    draws = like.cascade.draws if like.cascade is not None else 1
    for request, times in group.requests_by(bytes_of):
        if like.cascade is not None and like.cascade.sorts is not None:
            first, *others = (worst_of(one).usd for one in (request, *request.others))
            dearest = None if None in others else max(usd for usd in others if usd is not None)
            whole = known_sum([first, dearest])
            yield None if whole is None else whole * times
            continue
        for one, often in ((request, draws), *((other, 1) for other in request.others)):
            usd = worst_of(one).usd
            yield None if usd is None else usd * often * times


def bytes_of(text: str) -> int:
    """The size by which a text of a prompt is reckoned."""
    return len(text.encode("utf-8", "surrogatepass"))


def some_kept(cells: Sequence[Cell], missing: Sequence[int], places: Sequence[int] | None = None) -> Iterator[Alikes]:
    """Some of the cells that are not missing, evenly: they tell whether earlier calls were on the same tasks.

    `places` are those of one model, in order; all of them if left out.
    """
    among = range(len(cells)) if places is None else places
    if not missing or len(missing) >= len(among):
        return iter(())
    there = sorted(set(among[:: len(among) // _LOOKED_THROUGH + 1]).difference(missing))
    return alike_among(cells, there[:: len(there) // _KEPT_LOOKED_AT + 1])


def history_for(targets: Iterable[Target], cache: Cache) -> History | None:
    """What earlier calls tell of what these will cost; None where they cost nothing, whatever their length."""
    free = all(priced(target, Counts(1, 1)).usd == 0 for target in targets)
    return None if free else History(cache.entries_lately())


def planned_usd(missing: Iterable[Alikes], history: History | None, kept: Iterable[Alikes] = ()) -> float | None:
    """What some cells will likely cost; None where a price is not known, or there are none."""
    by_model: dict[str, list[Alikes]] = collections.defaultdict(list)
    for group in missing:
        by_model[group.one.like.target.label].append(group)
    if not by_model:
        return None
    if history is None:
        return 0.0
    kept, found = [*kept], []
    for groups in by_model.values():
        calls = sum(len(group.tasks) for group in groups)
        target = groups[0].one.like.target
        mine = (group for group in kept if group.one.like.target.label == target.label)
        found.append(estimated(target, calls, groups, history, kept=mine).usd_likely)
    return known_sum(found)


def judged_lengths(cells: Iterable[Cell], history: History) -> Iterator[tuple[Task, float, float]]:
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
