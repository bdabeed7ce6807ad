"""Intervals over tasks that are never of no width: shares, differences, means of costs, and costs per right answer.

The task is the unit throughout: whatever was measured several times on one task is one value of it. Every function
takes many studies at once, tasks along the last axis, so that its coverage can be simulated for the price of one call.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from workbench.analysis.stats import CONFIDENCE, Floats, Interval, wilson

_FEW_TRIALS: Final = 50
_ADDED: Final = 0.5
"""How much of a task is added on either side, so that tasks that agree are no certainty."""

_TAIL_UNSEEN: Final = 1.5
"""How much less the amounts with and without a cap are taken to go together, over the root of the number of tasks."""

_LITTLE_ADDED: Final = 0.1
"""How much of a task is added where no task stands out, so that what was seen tells how differences vary."""

_SPREAD_OUT: Final = 0.4
"""From which share of the tasks carrying the squared differences, (sum d²)² / sum d⁴ of them, no task stands out."""

_NO_WIDTH: Final = 1e-9
_NO_SKEWNESS: Final = 1e-6
_DOUBTFUL_SKEWNESS: Final = 2.0
"""Standard errors of skewness below 0 from which the logarithms of costs are not taken for normal."""


class Limits(NamedTuple):
    """Both ends of many intervals; NaN where nothing is known."""

    low: Floats
    high: Floats

    def one(self) -> Interval:
        """The only interval."""
        return Interval(float(self.low), float(self.high))


def share_limits(successes: ArrayLike, trials: ArrayLike, *, confidence: float = CONFIDENCE) -> Limits:
    """Limits of a proportion: Wilson's, with the lower one replaced where successes (or failures) are next to none.

    Brown, Cai & DasGupta (2001), Stat. Sci. 16:101, section 4.1: with one to three of them Wilson's limits hold the
    truth in as few as 85 of 100 samples, and the limit of a Poisson number mends that.

    >>> [round(float(end), 3) for end in share_limits(19, 20)]
    [0.764, 0.997]
    """
    successes, trials = np.asarray(successes, float), np.asarray(trials, float)
    return _shares(successes, trials, np.asarray(special.ndtri((1 + confidence) / 2)), confidence)


def share_over_tasks(
    right: ArrayLike, trials: ArrayLike, calls: ArrayLike | None = None, *, confidence: float = CONFIDENCE
) -> Limits:
    """Limits of a share when each task was sampled several times, or has a value between 0 and 1; one entry a task.

    `share_limits` with the number of trials that the tasks are worth: p(1 - p) over the variance of the quotient of
    sums over tasks (Korn & Graubard 1998, Survey Methodology 24:193), reckoned with half a task added on either side,
    with a t quantile. It lies between the number for samples that all agree within their task and the number of calls.
    With one call a task it is `share_limits`. Give `calls` where `trials` are weights.

    >>> low, high = share_over_tasks([1.0] * 10, [1.0] * 10, [5] * 10)
    >>> round(float(low), 2), float(high)
    (0.66, 1.0)
    """
    right, trials = np.asarray(right, float), np.asarray(trials, float)
    calls = trials if calls is None else np.asarray(calls, float)
    present = trials > 0
    tasks, total, most = present.sum(-1), trials.sum(-1), (calls * present).sum(-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        each = total / tasks
        share = right.sum(-1) / total
        around = (right.sum(-1) + _ADDED * each) / (total + 2 * _ADDED * each)
        spread = ((right - around[..., None] * trials) ** 2 * present).sum(-1)
        spread = spread + _ADDED * each**2 * (around**2 + (1 - around) ** 2)
        variance = spread / (tasks + 2 * _ADDED) / each**2
        fewest = total**2 / (trials**2).sum(-1)
        size = np.clip(around * (1 - around) / variance * tasks, fewest, np.maximum(most, fewest))
        plain = (most <= tasks) | (tasks < 2)
        level = (1 + confidence) / 2
        quantile = np.where(plain, special.ndtri(level), special.stdtrit(np.maximum(tasks - 1, 1), level))
    return _shares(share * size, size, quantile, confidence)


def difference_over_tasks(differences: ArrayLike, *, confidence: float = CONFIDENCE) -> Limits:
    """Limits of a mean difference of shares, one difference from -1 to 1 a task.

    Half a task of +1 and half a task of -1 are added, as Bonett & Price (2012), J. Educ. Behav. Stat. 37:479, add one
    of each to pairs of single answers, and the quantile is Student's: so the interval has a width where all tasks
    agree. NaN without a task.

    >>> [round(float(end), 2) for end in difference_over_tasks(np.zeros(10))]
    [-0.21, 0.21]
    """
    return _difference(np.asarray(differences, float), np.asarray(_ADDED), confidence)


def _difference(differences: Floats, added: Floats, confidence: float) -> Limits:
    """Limits of a mean difference with so much of a task added on either side."""
    known = ~np.isnan(differences)
    values = np.where(known, differences, 0.0)
    tasks = known.sum(-1)
    size = tasks + 2 * added
    middle = values.sum(-1) / size
    variance = ((values**2).sum(-1) + 2 * added) / size - middle**2
    quantile = special.stdtrit(np.maximum(tasks, 1), (1 + confidence) / 2)
    half = quantile * np.sqrt(np.maximum(variance, 0) / np.maximum(size - 1, 0.5))
    some = tasks > 0
    return Limits(
        np.where(some, np.maximum(-1.0, middle - half), np.nan), np.where(some, np.minimum(1.0, middle + half), np.nan)
    )


def leaning_difference_over_tasks(differences: ArrayLike, *, confidence: float = CONFIDENCE) -> Limits:
    """Limits of a mean difference whose values may lean to one side, for confidences far above 95 %.

    The wider on either side of `difference_over_tasks` and of Hall's cubic transformation of Student's statistic, which
    takes out the skewness (Hall 1992, J. R. Stat. Soc. B 54:221). Where one model is always or never right and another
    now and then, equals differ unevenly, and limits without it are passed on one side twice too often. Where the
    differences are spread over many tasks, none of them rare and large, a tenth of a task is added in place of a half.

    >>> low, high = leaning_difference_over_tasks([-1.0] + [0.1] * 19, confidence=0.99)
    >>> round(float(low), 2), round(float(high), 2)
    (-0.47, 0.25)
    """
    differences = np.asarray(differences, float)
    plain = _difference(differences, _added(differences), confidence)
    if differences.shape[-1] < 2:
        return plain
    middle, error, skewness = _leaning(differences)
    quantile = special.stdtrit(differences.shape[-1], (1 + confidence) / 2)

    def back(statistic: Floats) -> Floats:
        return np.asarray(3 / skewness * (np.cbrt(1 + skewness * (statistic - skewness / 6)) - 1), float)

    return Limits(
        np.maximum(-1.0, np.minimum(plain.low, middle - error * back(quantile))),
        np.minimum(1.0, np.maximum(plain.high, middle - error * back(-quantile))),
    )


def equality_over_tasks(differences: ArrayLike, *, confidence: float = CONFIDENCE) -> Limits:
    """Limits of a mean difference that is to be shown small: those over tasks, and at least what rare tasks may hide.

    Where two models differ on next to no task, a difference on one task in thirty is missed by 60 tasks in one study of
    six. So each end is at least the Poisson limit of the tasks that went that way, less those that went the other: for
    none among n, 3 / n.

    >>> [round(float(end), 3) for end in equality_over_tasks(np.zeros(60), confidence=0.9)]
    [-0.05, 0.05]
    """
    differences = np.asarray(differences, float)
    return _with_rare(differences, difference_over_tasks(differences, confidence=confidence), confidence)


def leaning_equality_over_tasks(differences: ArrayLike, *, confidence: float = CONFIDENCE) -> Limits:
    """`equality_over_tasks` by the limits of `leaning_difference_over_tasks`.

    >>> [round(float(end), 3) for end in leaning_equality_over_tasks(np.zeros(60), confidence=0.9)]
    [-0.05, 0.05]
    """
    differences = np.asarray(differences, float)
    return _with_rare(differences, leaning_difference_over_tasks(differences, confidence=confidence), confidence)


def _with_rare(differences: Floats, limits: Limits, confidence: float) -> Limits:
    tasks = np.maximum((~np.isnan(differences)).sum(-1), 1)
    more, less = (np.fmax(side, 0.0).sum(-1) for side in (differences, -differences))
    level = (1 + confidence) / 2
    lowest = (more - special.gammaincinv(less + 1, level)) / tasks
    highest = (special.gammaincinv(more + 1, level) - less) / tasks
    return Limits(np.minimum(limits.low, np.maximum(lowest, -1.0)), np.maximum(limits.high, np.minimum(highest, 1.0)))


def chance_of_leaning_difference(differences: ArrayLike) -> Floats:
    """The largest error at which `leaning_difference_over_tasks` leaves out 0: the two-sided p of no mean difference.

    >>> round(float(chance_of_leaning_difference([0.3, 0.5, 0.2, 0.4, 0.1, 0.6, 0.3, 0.2])), 2)
    0.01
    """
    differences = np.asarray(differences, float)
    if differences.shape[-1] < 2:
        return np.ones(differences.shape[:-1])
    middle, error, skewness = _leaning(differences)
    side = np.where(middle < 0, -1.0, 1.0)
    statistic, skewness = np.abs(middle) / error, skewness * side
    straightened = ((1 + skewness * statistic / 3) ** 3 - 1) / skewness + skewness / 6
    nearest = np.maximum(np.minimum(statistic, straightened), 0.0)
    return np.asarray(2 * special.stdtr(differences.shape[-1], -nearest), float)


def _leaning(differences: Floats) -> tuple[Floats, Floats, Floats]:
    """Middle, standard error, and skewness over the root of the tasks, with a part of a task added on either side."""
    added = _added(differences)
    size = differences.shape[-1] + 2 * added
    mean = differences.mean(-1, keepdims=True)
    square, cube = (((differences - mean) ** power).mean(-1) for power in (2, 3))
    middle = differences.sum(-1) / size
    error = np.sqrt((((differences**2).sum(-1) + 2 * added) / size - middle**2) / (size - 1))
    skewness = cube / np.maximum(square, 1e-12) ** 1.5 / np.sqrt(differences.shape[-1])
    return middle, error, np.where(np.abs(skewness) < _NO_SKEWNESS, _NO_SKEWNESS, skewness)


def _added(differences: Floats) -> Floats:
    """How much of a task is added on either side: half of one, and little where no task stands out."""
    square, fourth = ((differences**power).sum(-1) for power in (2, 4))
    carrying = square**2 / np.maximum(fourth, 1e-12)
    return np.where(carrying >= _SPREAD_OUT * max(differences.shape[-1], 1), _LITTLE_ADDED, _ADDED)


def mean_over_tasks(values: ArrayLike, *, confidence: float = CONFIDENCE) -> Limits:
    """Limits of the mean of costs, tokens or seconds, which are never below 0 and often have a long tail.

    The wider on either side of two on the scale of logarithms: of the mean as it is, and of the mean of a lognormal
    distribution by Cox (Zhou & Gao 1997, Stat. Med. 16:783), the latter unless the logarithms lean to the left. A few
    dozen tasks seldom hold the dearest ones, so the first alone lies too low; only a model of the tail knows better.
    NaN for fewer than two known values, and where all are alike, for then nothing tells how they vary.

    >>> [round(float(end), 1) for end in mean_over_tasks([1, 2, 3, 4, 5, 6, 7, 8])]
    [2.5, 9.4]
    """
    values = np.asarray(values, float)
    middle, behind, ahead = _logarithm_of_mean(values, confidence)
    some = (behind + ahead) > _NO_WIDTH  # amounts that are alike but for their last bit do not vary
    with np.errstate(invalid="ignore", over="ignore"):
        low, high = np.exp(middle - behind), np.exp(middle + ahead)
    return Limits(np.where(some, low, np.nan), np.where(some & np.isfinite(high), high, np.nan))


def quotient_over_tasks(
    amounts: ArrayLike, right: ArrayLike, calls: ArrayLike | None = None, *, confidence: float = CONFIDENCE
) -> Limits:
    """Limits of what a right answer takes: the mean amount over the mean share that is right, a value of each a task.

    The limits of the mean and of the share are put together as those of a difference of logarithms (Zou & Donner 2008,
    Stat. Med. 27:1693), with their correlation over tasks: where every call costs the same, they are the price over the
    limits of the accuracy. NaN where nothing is right, and for an end that is not known.

    >>> low, high = quotient_over_tasks([0.001] * 10, [1.0] * 10)
    >>> round(float(low), 4), round(float(high), 4)
    (0.001, 0.0014)
    """
    amounts, right = np.asarray(amounts, float), np.asarray(right, float)
    middle, behind, ahead = _logarithm_of_quotient(amounts, right, calls, confidence)
    with np.errstate(invalid="ignore", over="ignore"):
        low, high = np.exp(middle - behind), np.exp(middle + ahead)
    return Limits(np.where(np.isfinite(low), low, np.nan), np.where(np.isfinite(high), high, np.nan))


class Taken(NamedTuple):
    """What each task took of one side, and how much of it was right."""

    amounts: Floats
    right: Floats
    calls: Floats | None = None


def ratio_of_quotients(a: Taken, b: Taken, *, confidence: float = CONFIDENCE) -> Limits:
    """Limits of how many times as much a right answer takes with a as with b, on the same tasks.

    >>> ends = ratio_of_quotients(Taken(np.full(9, 2.0), np.ones(9)), Taken(np.ones(9), np.ones(9)))
    >>> [round(float(end), 2) for end in ends]
    [1.4, 2.85]
    """
    sides = [_logarithm_of_quotient(side.amounts, side.right, side.calls, confidence) for side in (a, b)]
    together = _correlation(*(_influence(side.amounts, side.right) for side in (a, b)))
    middle, behind, ahead = _minus(sides[0], sides[1], together)
    with np.errstate(invalid="ignore", over="ignore"):
        low, high = np.exp(middle - behind), np.exp(middle + ahead)
    return Limits(np.where(np.isfinite(low), low, np.nan), np.where(np.isfinite(high), high, np.nan))


def saving_over_tasks(
    after: ArrayLike, before: ArrayLike, calls: ArrayLike, *, confidence: float = CONFIDENCE
) -> Limits:
    """Limits of the share that is saved where each task takes `after` in place of `before`, which is never less.

    The wider on either side of two: the share saved of all that was taken, each task weighed by what it took, and the
    quotient of two means with long tails. A few dozen tasks may hold none of the longest, of which most is saved, and
    then both amounts look more alike than they are: their correlation counts the less, the fewer the tasks. Held the
    truth in simulation, lognormal tails of sigma 1.2 and 2: 95 and 91 of 100 studies of 10 tasks, 95 and 93 of 30.

    >>> [round(float(end), 2) for end in saving_over_tasks([1, 2, 3, 4, 4, 4], [1, 2, 3, 4, 6, 9], np.ones(6))]
    [0.0, 0.74]
    """
    after, before = np.asarray(after, float), np.asarray(before, float)
    low, high = share_over_tasks(before - after, before, calls, confidence=confidence)
    sides = [_logarithm_of_mean(side, confidence) for side in (after, before)]
    alike = _correlation(after, before) * max(0.0, 1 - _TAIL_UNSEEN / np.sqrt(before.shape[-1]))
    middle, behind, ahead = _minus(sides[0], sides[1], alike)
    with np.errstate(invalid="ignore", over="ignore"):
        fewest, most = 1 - np.exp(middle + ahead), 1 - np.exp(middle - behind)
    return Limits(np.clip(np.fmin(low, fewest), 0, 1), np.clip(np.fmax(high, most), 0, 1))


def dearest_half(values: ArrayLike) -> int:
    """How few of the values make half of their sum.

    >>> dearest_half([1, 1, 1, 1, 10]), dearest_half([1, 1, 1, 1]), dearest_half([])
    (1, 2, 0)
    """
    ordered = np.sort(np.asarray(values, float))[::-1]
    ordered = ordered[~np.isnan(ordered)]
    if not ordered.sum() > 0:
        return 0
    return int(np.searchsorted(np.cumsum(ordered), ordered.sum() / 2 * (1 - 1e-12))) + 1


_Spread = tuple[Floats, Floats, Floats]
"""A logarithm, and how far its limits lie behind and ahead of it."""


def _shares(successes: Floats, trials: Floats, quantile: NDArray[np.float64], confidence: float) -> Limits:
    failures = trials - successes
    low, high = wilson(successes, trials, quantile=quantile)
    return Limits(
        np.fmin(low, _next_to_none(successes, trials, confidence)),
        np.fmax(high, 1 - _next_to_none(failures, trials, confidence)),
    )


def _next_to_none(number: Floats, trials: Floats, confidence: float) -> Floats:
    """The lower limit of a share from a number that is next to none; NaN for all other numbers."""
    few = np.where(trials <= _FEW_TRIALS, 2, 3)
    rare = (number > 1e-9) & (number <= few + 1e-9)
    with np.errstate(divide="ignore", invalid="ignore"):
        limit = special.gammaincinv(np.where(rare, number, 1.0), 1 - confidence) / trials
    return np.where(rare, limit, np.nan)


def _logarithm_of_mean(values: Floats, confidence: float) -> _Spread:
    known = ~np.isnan(values)
    tasks = known.sum(-1)
    filled = np.where(known, values, 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = filled.sum(-1) / tasks
        quantile = special.stdtrit(np.maximum(tasks - 1, 1), (1 + confidence) / 2)
        deviations = np.where(known, values - mean[..., None], 0.0)
        error = np.sqrt((deviations**2).sum(-1) / (tasks - 1) / tasks) / mean
        middle = np.log(mean)
        half = quantile * error
        logs = np.where(known & (values > 0), np.log(np.where(values > 0, values, 1.0)), 0.0)
        centre = logs.sum(-1) / tasks
        apart = np.where(known, logs - centre[..., None], 0.0)
        square = (apart**2).sum(-1) / (tasks - 1)
        skewness = (apart**3).sum(-1) / tasks / ((apart**2).sum(-1) / tasks) ** 1.5
        tail = quantile * np.sqrt(square / tasks + square**2 / (2 * (tasks - 1)))
        lean = skewness < -_DOUBTFUL_SKEWNESS * np.sqrt(6 / tasks)
        modelled = (np.where(known, values, 1.0) > 0).all(-1) & ~lean & (square > 0)
        of_model = centre + square / 2
        behind = np.where(modelled, np.maximum(half, middle - of_model + tail), half)
        ahead = np.where(modelled, np.maximum(half, of_model + tail - middle), half)
    enough = tasks >= 2
    return middle, np.where(enough, behind, np.nan), np.where(enough, ahead, np.nan)


def _logarithm_of_quotient(amounts: Floats, right: Floats, calls: ArrayLike | None, confidence: float) -> _Spread:
    cost = _logarithm_of_mean(amounts, confidence)
    ones = np.ones(right.shape)
    limits = share_over_tasks(right, ones, ones if calls is None else calls, confidence=confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.log(right.mean(-1))
        spread = (share, share - np.log(limits.low), np.log(limits.high) - share)
    return _minus(cost, spread, _correlation(amounts, right))


def _influence(amounts: Floats, right: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(amounts / amounts.mean(-1, keepdims=True) - right / right.mean(-1, keepdims=True), float)


def _correlation(a: Floats, b: Floats) -> Floats:
    """The correlation over tasks, 0 where one of the two does not vary."""
    a, b = a - a.mean(-1, keepdims=True), b - b.mean(-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (a * b).sum(-1) / np.sqrt((a**2).sum(-1) * (b**2).sum(-1))
    return np.asarray(np.nan_to_num(np.clip(found, -1, 1)), float)


def _minus(a: _Spread, b: _Spread, correlation: Floats) -> _Spread:
    """The difference of two logarithms with limits of their own."""
    (first, behind_a, ahead_a), (second, behind_b, ahead_b) = a, b

    def joined(one: Floats, other: Floats) -> Floats:
        return np.sqrt(np.maximum(one**2 + other**2 - 2 * correlation * one * other, 0.0))

    with np.errstate(invalid="ignore"):
        return first - second, joined(behind_a, ahead_b), joined(ahead_a, behind_b)
