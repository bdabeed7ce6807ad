"""What the calls of one model are likely to take, from what the ledger knows of it: tokens, dollars, seconds."""

from __future__ import annotations

import collections
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from workbench.cache.kept import Cache
from workbench.providers.bounds import worst_of
from workbench.providers.likeness import parameters_mark, prompt_mark
from workbench.providers.models import Target
from workbench.providers.price_table import Counts
from workbench.providers.prices import priced
from workbench.sweeps.grid import Cell
from workbench.sweeps.lengths import History, Length, length_under
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
    target: Target, cells: Sequence[Cell], missing: Sequence[Cell], history: History, *, at_once: int = 1
) -> Estimate:
    """What the missing cells of one model take, cap by cap and parameters by parameters."""
    alike: dict[tuple[str, str, int | None], list[Cell]] = collections.defaultdict(list)
    for cell in missing:  # a route asks several models under one label
        request = cell.request
        alike[request.target.id, parameters_mark(request), request.output_tokens_at_most].append(cell)
    likely: list[float | None] = []
    low: list[float | None] = []
    high: list[float | None] = []
    seconds, earlier, notes = 0.0, 0, []
    for (_, parameters, most), these in alike.items():
        asked_of = these[0].request.target
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
        pace = past.seconds_per_token if past else 1 / TOKENS_PER_SECOND
        seconds += length.likely * pace * len(these)
        if past is not None:
            earlier = max(earlier, past.calls)
            notes += [f" with {past.others}"] if past.others else [] if same else [" on other prompts"]
    return Estimate(
        model=target.label,
        calls=len(cells),
        kept=len(cells) - len(missing),
        usd_likely=sum_of(likely),
        usd_worst=sum_of([worst_of(one).usd for cell in missing for one in (cell.request, *cell.request.others)]),
        seconds=seconds / at_once,
        earlier_calls=earlier,
        usd_low=sum_of(low),
        usd_high=sum_of(high),
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
    return sum_of([estimated(cells[0].request.target, cells, cells, history).usd_likely for cells in by_model.values()])


def judged_lengths(cells: Sequence[Cell], history: History) -> Iterator[tuple[Task, float, float]]:
    """The task of each cell, with the likely and the most tokens of its answer, as a judge would read it."""
    known: dict[tuple[str, int | None], Length] = {}
    for cell in cells:
        request, target = cell.request, cell.request.target
        kind = parameters_mark(request), request.output_tokens_at_most
        if kind not in known:
            past = history.of(target.id, target.label, kind[0])
            known[kind] = length_under([kind[1]], past, thinks=target.facts.thinking != "none", same_tasks=True)[0]
        yield cell.task, known[kind].likely, kind[1] or known[kind].high


def sum_of(parts: list[float | None]) -> float | None:
    """The sum of all parts; None where one is unknown."""
    known = [part for part in parts if part is not None]
    return sum(known) if len(known) == len(parts) else None
