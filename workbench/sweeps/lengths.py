"""How long replies will be, from those that the ledger has seen: cut ones are longer than what came of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

USUAL_TOKENS: Final = 2500
"""The middle length of a reply that thinks, where nothing is known of the model; hosted ones seldom leave 800-8,000."""

USUAL_TOKENS_WITHOUT_THINKING: Final = 250

_USUAL_SPREAD: Final = 0.9
_UNSURE_OF_MIDDLE: Final = 0.9
_BETWEEN_TASKS: Final = 1.2
"""How far, as a logarithm, the middle length moves from one set of tasks to another."""

_RANGE: Final = (0.05, 0.95)
_ENOUGH_WHOLE: Final = 5
_MIDDLES, _SPREADS = 60, 24


@dataclass(frozen=True)
class Past:
    """What the ledger tells of one label with one set of parameters: lengths, which of them were cut, what was asked.

    `others` says why they are not quite what a plan asks: other parameters, another label; None where they are. `note`
    is what else is to be said of them.
    """

    tokens: NDArray[np.float64]
    cut: NDArray[np.bool_]
    prompts: frozenset[str]
    others: str | None = None
    note: str = ""

    @property
    def calls(self) -> int:
        return len(self.tokens)


@dataclass(frozen=True)
class Length:
    """The mean length of a reply under a cap, the range in which that mean likely is, and how one reply varies."""

    likely: float
    low: float
    high: float
    spread: float


class History:
    """The replies of a ledger, by model, label and parameters; entries of older ledgers know the model alone.

    What is `expected` of calls that the ledger has not seen yet counts more than calls with other parameters.
    """

    def __init__(self, entries: Iterable[Mapping[str, Any]], expected: Past | None = None) -> None:
        self._expected = expected
        self._calls: dict[str, list[Mapping[str, Any]]] = {}
        for entry in entries:
            if entry.get("billed") == "yes" and entry.get("tokens"):
                self._calls.setdefault(str(entry.get("model")), []).append(entry)

    def mean_tokens(self) -> dict[str, float]:
        """The mean length of a reply, by model."""
        return {model: sum(call["tokens"] for call in calls) / len(calls) for model, calls in self._calls.items()}

    def of(self, model: str, label: str, parameters: str) -> Past | None:
        """What is known of a model under a label with parameters: its own calls, else those with others."""
        calls = self._calls.get(model, [])
        alike = [call for call in calls if call.get("label", label) == label]
        same = [call for call in alike if call.get("parameters", parameters) == parameters]
        if self._expected is not None and len(same) < _ENOUGH_WHOLE:
            return self._expected
        for found, others in ((same, None), (alike, "other parameters"), (calls, "other parameters")):
            if found:
                return _past(found, others)
        return None


def _past(calls: Sequence[Mapping[str, Any]], others: str | None) -> Past:
    import numpy as np

    tokens = np.array([float(call["tokens"]) for call in calls])
    return Past(
        tokens=tokens,
        cut=np.array([call.get("finish") == "length" for call in calls]),
        prompts=frozenset(str(call["prompt"]) for call in calls if call.get("prompt")),
        others=others,
    )


def length_under(caps: Sequence[int | None], past: Past | None, *, thinks: bool, same_tasks: bool) -> list[Length]:
    """The length of replies under each cap: the mean of min(length, cap), with its range.

    Where whole replies were seen, by the curve of Kaplan and Meier (1958), J. Am. Stat. Assoc. 53:457; beyond what was
    seen, and where nothing was, by a lognormal distribution whose middle and spread are learned from whole and cut
    replies together, starting from what is usual.

    >>> length_under([4096], None, thinks=True, same_tasks=True)[0].likely > 1500
    True
    """
    import numpy as np

    middle, spread, weight = _posterior(past, thinks=thinks, same_tasks=same_tasks)
    found = []
    for cap in caps:
        most = float(cap) if cap else 1e6
        means = _mean_below(most, middle, spread)
        order = np.argsort(means)
        share = np.cumsum(weight[order])
        low, modelled, high = (
            float(means[order][min(int(np.searchsorted(share, level)), len(share) - 1)])
            for level in (_RANGE[0], 0.5, _RANGE[1])
        )
        likely, ends = modelled, (low, high)
        whole = 0 if past is None else int((~past.cut).sum())
        if past is not None and same_tasks and past.others is None and (whole >= _ENOUGH_WHOLE or not past.cut.any()):
            area, left, reach = _kaplan_meier(past, most)
            likely, ends = area, (area, area)
            if left > 0:
                tail, shortest, longest = _beyond(reach, most, middle, spread, weight)
                # Nothing was seen of how long they are. Where they are of another kind than the short ones, these say
                # nothing of them, and they are as long as is usual; the range holds that in any case.
                usual, least, greatest = _beyond(reach, most, *_posterior(None, thinks=thinks, same_tasks=True))
                apart = _two_kinds(past)
                tail = (1 - apart) * tail + apart * usual
                shortest, longest = min(shortest, least), max(longest, greatest)
                likely, ends = area + left * tail, (area + left * shortest, area + left * longest)
        square = float((_mean_square_below(most, middle, spread) * weight).sum())
        found.append(
            Length(
                likely=likely,
                low=min(likely, likely * low / modelled, ends[0]),
                high=min(max(likely, likely * high / modelled, ends[1]), most),
                spread=float(np.sqrt(max(0.0, square - float((means * weight).sum()) ** 2))) * likely / modelled,
            )
        )
    return found


def _posterior(
    past: Past | None, *, thinks: bool, same_tasks: bool
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Middles and spreads of lognormal lengths, as logarithms, and how likely each is."""
    import numpy as np

    usual = np.log(USUAL_TOKENS if thinks else USUAL_TOKENS_WITHOUT_THINKING)
    middle, spread = (grid.ravel() for grid in _grid())
    prior = -0.5 * ((np.log(spread) - np.log(_USUAL_SPREAD)) / 0.15) ** 2
    prior_of_middle = -0.5 * ((middle - usual) / _UNSURE_OF_MIDDLE) ** 2
    likelihood = np.zeros(len(middle))
    if past is not None:
        logs = np.log(past.tokens)
        whole = logs[~past.cut]
        n, mean, square = len(whole), float(whole.mean()) if len(whole) else 0.0, float((whole**2).sum())
        likelihood -= n * np.log(spread) + (square - 2 * middle * n * mean + n * middle**2) / (2 * spread**2)
        likelihood += _of_cut_ones(logs[past.cut], middle, spread)
    if past is not None and not (same_tasks and past.others is None):
        weight = _normed(likelihood + prior)
        at = float((middle * weight).sum())
        doubt = float(((middle - at) ** 2 * weight).sum()) + _BETWEEN_TASKS**2
        apart = float((np.log(spread) * weight).sum())
        moved = -0.5 * (middle - at) ** 2 / doubt - 0.5 * ((np.log(spread) - apart) / 0.3) ** 2
        return middle, spread, _normed(moved + prior_of_middle)
    return middle, spread, _normed(likelihood + prior + prior_of_middle)


def _two_kinds(past: Past) -> float:
    """How likely the cut replies are of another kind than the whole ones, against lengths that are all of one kind.

    Of one kind: a lognormal distribution of all, of which the cut ones are the end. Of two: one of the whole ones, and
    any share of others. Both by their evidence, with middles and spreads that are equally likely beforehand.
    """
    import numpy as np

    logs, cut = np.log(past.tokens), past.cut
    whole, ends = logs[~cut], logs[cut]
    if len(whole) < _ENOUGH_WHOLE or not len(ends):
        return 0.0
    from scipy import special

    middle, spread = (grid.ravel() for grid in _grid())
    density = -len(whole) * np.log(spread) - ((whole**2).sum() - 2 * middle * whole.sum() + len(whole) * middle**2) / (
        2 * spread**2
    )
    together = density + _of_cut_ones(ends, middle, spread)
    shares = special.betaln(len(ends) + 1, len(whole) + 1)
    one, two = special.logsumexp(together), special.logsumexp(density) + shares
    return float(special.expit(two - one))


def _of_cut_ones(
    ends: NDArray[np.float64], middle: NDArray[np.float64], spread: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How likely it is, as a logarithm, that lengths go beyond where they were cut."""
    import numpy as np

    found = np.zeros(len(middle))
    if len(ends):
        from scipy import special

        for value, number in zip(*np.unique(ends, return_counts=True), strict=True):
            found += number * special.log_ndtr((middle - value) / spread)
    return found


def _share_below(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """The share of a normal distribution below each value. By the standard library: SciPy takes 0.2 s to load."""
    import numpy as np

    scaled = (values * -math.sqrt(0.5)).tolist()
    return 0.5 * np.fromiter(map(math.erfc, scaled), float, len(scaled))


def _grid() -> list[NDArray[np.float64]]:
    """Middles and spreads that are looked at, as logarithms of lengths."""
    import numpy as np

    middles, spreads = np.linspace(np.log(8), np.log(200_000), _MIDDLES * 3), np.linspace(0.15, 2.2, _SPREADS)
    return list(np.meshgrid(middles, spreads, indexing="ij"))


def _normed(logarithms: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np

    weight = np.exp(logarithms - logarithms.max())
    return np.asarray(weight / weight.sum(), float)


def _mean_below(
    cap: float, middle: NDArray[np.float64], spread: NDArray[np.float64], *, power: int = 1
) -> NDArray[np.float64]:
    """The mean of min(length, cap) to a power, for lognormal lengths."""
    import numpy as np

    at = (np.log(cap) - middle) / spread
    below = np.exp(np.minimum(power * middle + (power * spread) ** 2 / 2, 600)) * _share_below(at - power * spread)
    return np.asarray(below + cap**power * _share_below(-at), float)


def _mean_square_below(cap: float, middle: NDArray[np.float64], spread: NDArray[np.float64]) -> NDArray[np.float64]:
    return _mean_below(cap, middle, spread, power=2)


def _kaplan_meier(past: Past, cap: float) -> tuple[float, float, float]:
    """The area below the curve of lengths up to a cap; the share that is longer than all that was seen; its reach."""
    import numpy as np

    order = np.argsort(past.tokens, kind="stable")
    lengths, ended = past.tokens[order], ~past.cut[order]
    at_risk = len(lengths) - np.arange(len(lengths))
    after = np.cumprod(np.where(ended, 1 - 1 / at_risk, 1.0))
    before = np.concatenate([[1.0], after[:-1]])
    area = float((before * np.diff(np.minimum(np.concatenate([[0.0], lengths]), cap))).sum())
    left = float(after[-1]) if cap > lengths[-1] else 0.0
    return area, left, min(float(lengths[-1]), cap)


def _beyond(
    reach: float,
    cap: float,
    middle: NDArray[np.float64],
    spread: NDArray[np.float64],
    weight: NDArray[np.float64],
) -> tuple[float, float, float]:
    """How much longer than `reach` those are that are longer, under a cap: the mean, and the range of that mean."""
    import numpy as np

    longer = _share_below((middle - np.log(reach)) / spread)
    more = _mean_below(cap, middle, spread) - _mean_below(reach, middle, spread)
    weighed = weight * longer
    mean = float((more * weight).sum() / max(weighed.sum(), 1e-300))
    each = more / np.maximum(longer, 1e-300)
    order = np.argsort(each)
    share = np.cumsum(weighed[order]) / max(float(weighed.sum()), 1e-300)
    low, high = (float(each[order][min(int(np.searchsorted(share, level)), len(share) - 1)]) for level in _RANGE)
    return mean, low, high
