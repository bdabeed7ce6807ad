"""What the cells of a sweep likely cost and take, and what their tasks can tell apart."""

from __future__ import annotations

import collections
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from workbench.cache.kept import Cache
from workbench.providers.bounds import worst_of
from workbench.providers.likeness import marks_of_texts, parameters_mark, prompt_mark
from workbench.providers.models import Target
from workbench.providers.price_table import Counts
from workbench.providers.prices import priced
from workbench.show import figures
from workbench.sweeps.cells import Alikes, Cell, alike_among, requests_of
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
    calls: int,
    missing: Iterable[Alikes],
    history: History,
    *,
    paces: Mapping[str, Pace] = MappingProxyType({}),
    side_by_side: float = 1.0,
) -> Estimate:
    """What the missing cells of one model take, cap by cap and parameters by parameters.

    `paces` tell how fast models came lately, `side_by_side` how much is left of the calls' seconds as they overlap.
    """
    alike: dict[tuple[str, str, int | None], list[Alikes]] = collections.defaultdict(list)
    to_buy = 0
    for group in missing:  # a route asks several models under one label
        like = group.one.like
        alike[like.target.id, parameters_mark(like), like.output_tokens_at_most].append(group)
        to_buy += len(group.tasks)
    likely: list[float | None] = []
    low: list[float | None] = []
    high: list[float | None] = []
    seconds, earlier, notes = 0.0, 0, []
    for (_, parameters, most), these in alike.items():
        asked_of = these[0].one.like.target
        times = sum(len(group.tasks) for group in these)
        thinks = asked_of.facts.thinking != "none"
        past = history.of(asked_of.id, asked_of.label, parameters)
        seen = past.prompts if past is not None else frozenset()
        same = not seen or any(mark in seen for group in these for mark in _prompt_marks(group))
        length = length_under([most], past, thinks=thinks, same_tasks=same)[0]
        chance = 1.645 * length.spread / math.sqrt(times) / max(length.likely, 1e-9)
        prompt = sum(map(_prompt_tokens, these)) / times

        def dollars(
            tokens: float, asked_of: Target = asked_of, prompt: float = prompt, times: int = times
        ) -> float | None:
            usd = priced(asked_of, Counts(round(prompt), round(tokens))).usd
            return None if usd is None else usd * times

        likely.append(dollars(length.likely))
        low.append(dollars(length.low * max(0.0, 1 - chance)))
        high.append(dollars(min(length.high * (1 + chance), most or math.inf)))
        pace = paces.get(asked_of.id)
        one = pace.seconds(pace.tokens_under(most, length.likely)) if pace else length.likely / TOKENS_PER_SECOND
        seconds += one * times
        if past is not None:
            earlier = max(earlier, past.calls)
            notes += [f" with {past.others}"] if past.others else [] if same else [" on other prompts"]
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
    )


def _prompt_marks(group: Alikes) -> Iterator[str]:
    """The mark of each prompt."""
    if (texts := group.texts) is None:
        return map(prompt_mark, group.requests())
    return marks_of_texts(texts, group.one.request.body["messages"][:-1])


def _prompt_tokens(group: Alikes) -> int:
    """How many tokens the prompts of some cells likely have, together."""
    body = group.one.like.body
    if body.get("tools") or body.get("response_format"):
        return sum(request.prompt_tokens_likely for request in group.requests())
    return sum(times * request.prompt_tokens_likely for request, times in group.requests_by(len))


def _worst_of(group: Alikes) -> Iterator[float | None]:
    """The most that some cells can cost, and those that would be asked in their place: what of a prompt costs is its
    size.
    """
    like = group.one.like
    if like.target.provider.free and like.target.facts.prices is None and not like.others:
        yield worst_of(like).usd  # whatever its prompt
        return
    for request, times in group.requests_by(_bytes_of):
        for one in (request, *request.others):
            usd = worst_of(one).usd
            yield None if usd is None else usd * times


def _bytes_of(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def planned_usd(cells: Sequence[Cell], missing: Sequence[int], cache: Cache) -> float | None:
    """What the cells of these places will likely cost; None where a price is not known, or nothing is paid for them."""
    by_model: dict[str, list[Alikes]] = collections.defaultdict(list)
    for group in alike_among(cells, missing):
        by_model[group.one.like.target.label].append(group)
    if not by_model:
        return None
    targets = {group.one.like.target.id: group.one.like.target for groups in by_model.values() for group in groups}
    if all(priced(target, Counts(1, 1)).usd == 0 for target in targets.values()):
        return 0.0  # whatever their length
    history = History(cache.entries())
    found = []
    for groups in by_model.values():
        calls = sum(len(group.tasks) for group in groups)
        found.append(estimated(groups[0].one.like.target, calls, groups, history).usd_likely)
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
