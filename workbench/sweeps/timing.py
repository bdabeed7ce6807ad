"""How long a sweep will take, learned from what was asked before: the ledger's last calls, and the last run's start.

Of each model the last calls tell seconds as a part that every call takes and a part that each token takes. How much of
that passes side by side is the time in which any of them was under way, over the sum of their seconds. Two models that
the workbench runs itself have half of the cores each and run beside each other, more take turns; a call of one that
waited for more than its own work, as the first one for the examples in its template, counts as a usual one. What a run
took beside its calls, the start of an engine above all, is what the last run that began cold took.
"""

from __future__ import annotations

import collections
import contextlib
import itertools
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

from workbench.errors import StoreError
from workbench.history.records import Run, remembered
from workbench.providers.addresses import is_warm
from workbench.providers.facts import LOCAL
from workbench.providers.models import Target

LAST_CALLS: Final = 200
"""Of each model: older ones were made with other servers, and at other times of the day."""

LAST_LOCAL_CALLS: Final = 40
"""Of each model of this machine: what else it does changes by the minute."""

COLD_SECONDS: Final = 5.0
"""For libraries and, of a local model, its engine and weights, where no run has told yet."""

WARM_SECONDS: Final = 0.3

BYTES_A_SECOND_AND_CORE: Final = 3.3e9
"""Of weights that the local engine goes through, a pass for each token; measured with the bundled ones on two cores."""

UNSURE_TIMES: Final = 3.0
"""How far the time of a local model may lie from what is assumed of it, either way, before it was ever asked."""

_WAITED: Final = 3.0
_BUNDLED_BYTES: Final = 98_362_432
_SHARE_OF_THE_LIKELY_LENGTH: Final = 0.5  # small models answer short questions shortly
_LEAST_CAP: Final = 16
SECONDS_A_KEPT_ROW: Final = 0.0005


class _Call(NamedTuple):
    """When a call began, its seconds, its tokens, and why the reply ended, where that is known."""

    begun: float
    seconds: float
    tokens: int
    finish: str | None


@dataclass(frozen=True)
class Pace:
    """What the last calls of a model tell: how many, tokens of a reply, and seconds as `a_call + tokens * a_token`."""

    calls: int
    tokens: float
    a_call: float
    a_token: float
    cut_at: float = 0.0

    def tokens_under(self, most: float | None, likely: float) -> float:
        """How long replies are under a cap: as they were, unless so many were cut that a larger cap shows more."""
        if self.cut_at and (most is None or most > self.cut_at):
            return likely
        return min(self.tokens, most or self.tokens, *(() if self.calls else (likely,)))

    def seconds(self, tokens: float) -> float:
        """How long a reply of so many tokens takes by itself."""
        return self.a_call + tokens * self.a_token


@dataclass(frozen=True)
class Past:
    """What is known of models, by id: their pace, and how much of their calls' time passes side by side.

    `reached` says how many calls of a model were under way at one time, at most.
    """

    paces: Mapping[str, Pace]
    shares: Mapping[str, float]
    cold_seconds: float | None
    reached: Mapping[str, int] = field(default_factory=dict)

    def side_by_side(self, model: str, at_once: int) -> float | None:
        """What is left of the seconds of calls where so many are under way at once; None where nothing is known.

        A host that was asked by fewer at once, as by hand, takes more as well; no share is smaller than that of a queue
        that is always full. An engine on this machine is as fast as it was: more at once takes it as much longer.
        """
        known = self._known_by(model)
        share = self.shares.get(known) if known else None
        if share is None or line_of(model) == LOCAL:
            return share
        return max(share * min(1.0, self.reached.get(model, at_once) / at_once), 1 / at_once)

    def pace_of(self, model: str) -> Pace | None:
        """The pace of a model; of one that this machine runs and that was never asked, that of its siblings."""
        known = self._known_by(model)
        return self.paces[known] if known else None

    def _known_by(self, model: str) -> str | None:
        alike = [name for name in self.paces if line_of(name) == line_of(model)]
        if model in self.paces:
            return model
        return max(alike, key=lambda name: self.paces[name].calls, default=None)


def past_of(entries: Iterable[Mapping[str, Any]]) -> Past:
    """What the entries of the ledger, and the runs, tell."""
    calls: dict[str, list[_Call]] = collections.defaultdict(list)
    lately: dict[str, list[tuple[float, float]]] = {}
    for entry in entries:
        tokens, seconds = entry.get("tokens"), entry.get("seconds")
        if entry.get("billed") != "yes" or not tokens or seconds is None:
            continue
        model, begun = str(entry.get("model")), _moment(entry.get("time"))
        if begun is None:
            continue
        calls[model].append(_Call(begun, float(seconds), int(tokens), entry.get("finish")))
    for model, found in calls.items():
        found[:] = _without_waits(found[-LAST_LOCAL_CALLS:]) if line_of(model) == LOCAL else found[-LAST_CALLS:]
        lately[model] = sorted((call.begun, call.begun + call.seconds) for call in found)[-LAST_CALLS:]
    paces = {model: _pace(found, local=line_of(model) == LOCAL) for model, found in calls.items()}
    shares = {model: _share(found) for model, found in lately.items()}
    reached = {model: _most_at_once(found) for model, found in lately.items()}
    return Past(paces, shares, _cold_seconds([interval for found in lately.values() for interval in found]), reached)


def is_unmeasured(target: Target, past: Past) -> bool:
    """Whether a model runs on this machine, and none that does was ever asked."""
    return target.provider.id == LOCAL and past.pace_of(target.id) is None


def assumed_pace(target: Target) -> Pace:
    """How fast a local model likely is that was never asked: by its file, the cores, and how busy they are."""
    size = _BUNDLED_BYTES
    with contextlib.suppress(OSError):
        size = Path(target.facts.file).stat().st_size if target.facts.file else size
    cores = os.cpu_count() or 1
    busy = 1 + os.getloadavg()[0] / cores if hasattr(os, "getloadavg") else 1.0
    return Pace(0, math.inf, 0.0, _SHARE_OF_THE_LIKELY_LENGTH * busy * size / (BYTES_A_SECOND_AND_CORE * cores))


def line_of(model: str) -> str:
    """What models queue in: one line for all that this machine runs itself, else each its own."""
    return LOCAL if model.startswith((f"{LOCAL}/", f"{LOCAL}:")) else model


def seconds_of_engines(seconds: Sequence[float]) -> float:
    """How long the engines of this machine take together, each of which has half of the cores.

    >>> seconds_of_engines([]), seconds_of_engines([30.0])
    (0.0, 30.0)
    """
    cores = os.cpu_count() or 1
    return max([sum(seconds) / (cores // max(1, cores // 2)), *seconds])


def start_seconds(targets: Iterable[Target], past: Past) -> tuple[float, bool]:
    """Seconds before the first call of a sweep, and whether an engine starts in them."""
    cold = [target for target in targets if not is_warm(target)]
    if not cold:
        return WARM_SECONDS, False
    engine = any(target.provider.id == LOCAL for target in cold)
    return (COLD_SECONDS if past.cold_seconds is None else past.cold_seconds), engine


def _usual(calls: Sequence[_Call]) -> tuple[float, float]:
    """What a call usually takes beside its tokens, and for each: medians over calls and over pairs (Theil, Sen)."""
    import statistics

    pairs = itertools.combinations(calls, 2)
    slopes = [(one.seconds - two.seconds) / (one.tokens - two.tokens) for one, two in pairs if one.tokens != two.tokens]
    most = statistics.median(call.seconds / call.tokens for call in calls)
    a_token = min(max(statistics.median(slopes), 0.0), most) if slopes else most
    return max(0.0, statistics.median(call.seconds - a_token * call.tokens for call in calls)), a_token


def _without_waits(calls: Sequence[_Call]) -> list[_Call]:
    """The calls; one of `_WAITED` times as long as is usual by its tokens is taken for as long as that, at its end."""
    a_call, a_token = _usual(calls)
    found = []
    for call in calls:
        usual = a_call + a_token * call.tokens
        own = usual if call.seconds > _WAITED * usual else call.seconds
        found.append(call._replace(begun=call.begun + call.seconds - own, seconds=own))
    return found


def _pace(calls: Sequence[_Call], *, local: bool = False) -> Pace:
    import statistics

    seconds, tokens = [call.seconds for call in calls], [float(call.tokens) for call in calls]
    mean_seconds, mean_tokens = statistics.fmean(seconds), statistics.fmean(tokens)
    if local:
        a_call, a_token = _usual(calls)
    else:
        a_token = mean_seconds / mean_tokens
        if len(calls) >= 3 and len(set(tokens)) > 1:
            slope = statistics.linear_regression(tokens, seconds).slope
            a_token = min(max(slope, 0.0), a_token)
        a_call = max(0.0, mean_seconds - a_token * mean_tokens)
    return Pace(len(calls), mean_tokens, a_call, a_token, _cut_at(calls))


def _cut_at(calls: Sequence[_Call]) -> float:
    """The length at which, or beyond which, a tenth of the replies were cut, and two or more of them; 0 where none is.

    Lines of older ledgers do not say why a reply ended: of these the ones of just the longest length, and a long one,
    are taken for cut.
    """
    longest = max(call.tokens for call in calls)
    unsaid = longest if longest >= _LEAST_CAP else None
    cut = [call.tokens for call in calls if call.finish == "length" or (call.finish is None and call.tokens == unsaid)]
    enough = max(2, math.ceil(len(calls) / 10))
    return float(sorted(cut, reverse=True)[enough - 1]) if len(cut) >= enough else 0.0


def _share(intervals: Sequence[tuple[float, float]]) -> float:
    """How much of the sum of some intervals is left when what overlaps counts once."""
    total = sum(end - begun for begun, end in intervals)
    return _covered(intervals) / total if total > 0 else 1.0


def _most_at_once(intervals: Sequence[tuple[float, float]]) -> int:
    ends = sorted([(begun, 1) for begun, _ in intervals] + [(end, -1) for _, end in intervals])
    return max(itertools.accumulate(change for _, change in ends), default=1)


def _covered(intervals: Iterable[tuple[float, float]]) -> float:
    covered, reached = 0.0, float("-inf")
    for begun, end in sorted(intervals):
        covered += max(0.0, end - max(begun, reached))
        reached = max(reached, end)
    return covered


def _cold_seconds(intervals: Sequence[tuple[float, float]]) -> float | None:
    """What the last run that was alone in its process and bought something took before its first call."""
    try:
        runs = remembered()
    except StoreError:
        return None
    starts = sorted(begun for begun, _ in intervals)
    for place in range(len(runs) - 1, -1, -1):
        run = runs[place]
        began = _moment(run.began)
        if began is None or not run.bought or _is_warm_run(run, runs[:place]):
            continue
        first = next((begun for begun in starts if begun >= began), None)
        if first is not None and first - began < 600:
            return max(WARM_SECONDS, first - began)
    return None


def _is_warm_run(run: Run, earlier: Sequence[Run]) -> bool:
    return any(other.process == run.process for other in earlier)


def _moment(text: Any) -> float | None:
    try:
        return datetime.fromisoformat(str(text)).timestamp()
    except ValueError:
        return None
