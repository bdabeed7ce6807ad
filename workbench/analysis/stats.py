"""The statistics, numbers in and numbers out: Wilson, quantiles, Holm, resampling, pass@k, survival.

Each function names the source of its formula. scipy does the work where it has the method; written here is what it
lacks: vectorised Wilson limits, Holm's correction, resampling whole tasks, pass@k. scipy.stats takes most of a second
to import, so it is imported where nothing lighter serves.
"""

from __future__ import annotations

import warnings
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

ALPHA: Final = 0.05
"""A difference is called decisive when its (corrected) p is below this and its 95 % interval leaves out 0."""

Floats = NDArray[np.float64]
"""An array of real numbers."""

CONFIDENCE: Final = 0.95
RESAMPLES: Final = 2000
_MOST_DRAWS: Final = 10_000_000
_FEWEST_RESAMPLES: Final = 500
_DRAWS_AT_ONCE: Final = 2_000_000


class Interval(NamedTuple):
    """Both ends of an interval; NaN where nothing is known."""

    low: float
    high: float


class Survival(NamedTuple):
    """The share that is longer than each `length`, with a band; steps hold until the next length."""

    length: Floats
    share: Floats
    low: Floats
    high: Floats


UNKNOWN: Final = Interval(float("nan"), float("nan"))


def wilson(
    successes: ArrayLike, trials: ArrayLike, *, confidence: float = CONFIDENCE, quantile: ArrayLike | None = None
) -> tuple[Floats, Floats]:
    """Wilson's score limits of a proportion, for many proportions at once; NaN where there were no trials.

    Wilson (1927), J. Am. Stat. Assoc. 22:209; recommended by Brown, Cai & DasGupta (2001), Stat. Sci. 16:101.
    `quantile` stands in for the normal one of `confidence`.

    >>> low, high = wilson(8, 10)
    >>> round(float(low), 3), round(float(high), 3)
    (0.49, 0.943)
    """
    normal = special.ndtri((1 + confidence) / 2)
    return _score_limits(
        np.asarray(successes, float), np.asarray(trials, float), np.asarray(normal if quantile is None else quantile)
    )


def effective_trials(successes: ArrayLike, trials: ArrayLike) -> float:
    """The number of independent trials that repeated trials of tasks are worth; one entry per task.

    Kish's effective size, p(1 - p) over the variance of the ratio estimator over clusters (Cochran, Sampling
    Techniques, 1977, section 6.3).

    >>> effective_trials([4, 0, 4, 0], [4, 4, 4, 4])
    4.0
    """
    successes, trials = np.asarray(successes, float), np.asarray(trials, float)
    total, clusters = trials.sum(), len(trials)
    proportion = successes.sum() / total
    fewest = total**2 / (trials**2).sum()
    spread = ((successes - proportion * trials) ** 2).sum() * clusters / max(clusters - 1, 1) / total**2
    if spread == 0:
        return float(fewest)
    return float(np.clip(proportion * (1 - proportion) / spread, fewest, total))


def trials_to_show(share: float, *, confidence: float = CONFIDENCE) -> int:
    """How many trials without a single failure show that failures are rarer than `share`, one-sided.

    Wilson's upper limit of 0 successes, q² / (n + q²), solved for n.

    >>> trials_to_show(0.02)
    133
    """
    square = float(special.ndtri(confidence)) ** 2
    return int(np.ceil(square * (1 - share) / share))


def quantile_interval(
    values: ArrayLike, quantile: float, *, effective: float | None = None, confidence: float = CONFIDENCE
) -> Interval:
    """Limits of a quantile from order statistics, without assuming any shape; NaN for an end the sample cannot give.

    Conover, Practical Nonparametric Statistics (1999), section 3.2. `effective` is the number of independent values
    that repeated ones are worth (`effective_trials`); then the ranks are spread as Woodruff (1952) does.

    >>> quantile_interval(range(1, 101), 0.5)
    Interval(low=40.0, high=61.0)
    >>> quantile_interval(range(1, 21), 0.95)
    Interval(low=17.0, high=nan)
    """
    ordered = np.sort(np.asarray(values, float))
    number = len(ordered)
    if number == 0:
        return UNKNOWN
    size = max(1, round(number if effective is None else effective))
    low_rank, high_rank = _rank_limits(size, quantile, confidence)
    low = int(np.ceil(low_rank / size * number))
    high = int(np.ceil(high_rank / size * number))
    return Interval(
        float(ordered[low - 1]) if low >= 1 else float("nan"),
        float(ordered[high - 1]) if high <= number else float("nan"),
    )


def bootstrap_sums(columns: ArrayLike, *, resamples: int | None = None, seed: int = 0) -> Floats:
    """Column sums over tasks drawn with replacement: `columns` has one line per task; one line per resample comes back.

    The nonparametric bootstrap of Efron & Tibshirani (1993) with the task as the unit. All columns share the resamples,
    which keeps configurations on the same tasks paired. 2,000 resamples, fewer above 5,000 tasks, where the draws are
    all but normal.

    >>> bootstrap_sums([[1.0], [1.0]], resamples=3).ravel().tolist()
    [2.0, 2.0, 2.0]
    """
    columns = np.asarray(columns, float)
    tasks = len(columns)
    resamples = resamples_for(tasks) if resamples is None else resamples
    sums = np.zeros((resamples, columns.shape[1]))
    if tasks == 0:
        return sums
    generator = np.random.default_rng(seed)
    step = max(1, _DRAWS_AT_ONCE // tasks)
    for start in range(0, resamples, step):
        lines = min(step, resamples - start)
        drawn = generator.integers(0, tasks, size=(lines, tasks), dtype=np.int32)
        drawn += (np.arange(lines, dtype=np.int32) * tasks)[:, None]
        times = np.bincount(drawn.ravel(), minlength=lines * tasks).reshape(lines, tasks)
        sums[start : start + lines] = times.astype(float) @ columns
    return sums


def resamples_for(tasks: int) -> int:
    """How many resamples are worth drawing for so many tasks.

    >>> resamples_for(100), resamples_for(10_000)
    (2000, 1000)
    """
    return int(np.clip(_MOST_DRAWS // max(tasks, 1), _FEWEST_RESAMPLES, RESAMPLES))


def bootstrap_interval(draws: ArrayLike, tasks: int, *, confidence: float = CONFIDENCE) -> Interval:
    """Percentile limits of bootstrap draws, widened for few tasks; NaN with fewer than two tasks.

    The expanded percentile interval of Hesterberg (2015), Am. Stat. 69:371: plain percentiles are too narrow by the
    factor sqrt((n - 1) / n) and by using normal instead of t quantiles. Draws that are NaN (0 / 0) say nothing and are
    left out; an end that falls among infinite draws is NaN.

    >>> [round(end, 2) for end in bootstrap_interval(np.linspace(0, 1, 2001), 1000)]
    [0.02, 0.98]
    """
    draws = np.asarray(draws, float)
    draws = np.sort(draws[~np.isnan(draws)])
    if tasks < 2 or len(draws) == 0:
        return UNKNOWN
    tail = special.ndtr(np.sqrt(tasks / (tasks - 1)) * special.stdtrit(tasks - 1, (1 - confidence) / 2))
    position = tail * (len(draws) - 1)
    low, high = draws[int(np.floor(position))], draws[int(np.ceil(len(draws) - 1 - position))]
    return Interval(*(float(end) if np.isfinite(end) else float("nan") for end in (low, high)))


def bootstrap_means(values: ArrayLike) -> list[Interval]:
    """Limits of each column's mean over tasks: one line per task, NaN where a task is not in the column.

    All columns share the draws (`bootstrap_sums`, `bootstrap_interval`), so that many columns cost little more than
    one. A column with gaps is a ratio of two sums over drawn tasks.

    >>> [round(end, 2) for end in bootstrap_means([[0.0]] * 50 + [[1.0]] * 50)[0]]
    [0.4, 0.6]
    """
    values = np.asarray(values, float)
    known = ~np.isnan(values)
    columns = values.shape[1]
    sums = bootstrap_sums(np.hstack([np.where(known, values, 0.0), known]))
    with np.errstate(divide="ignore", invalid="ignore"):
        means = sums[:, :columns] / sums[:, columns:]
    return [bootstrap_interval(means[:, place], int(known[:, place].sum())) for place in range(columns)]


def holm(p_values: ArrayLike) -> Floats:
    """Holm's corrected p values: however many pairs are tested, one false verdict among them stays unlikely.

    Holm (1979), Scand. J. Stat. 6:65. NaN stays NaN and does not count as a test.

    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    p_values = np.asarray(p_values, float)
    corrected = np.full(p_values.shape, np.nan)
    order = np.argsort(p_values)[: int(np.isfinite(p_values).sum())]
    factors = np.arange(len(order), 0, -1)
    corrected[order] = np.minimum(1.0, np.maximum.accumulate(p_values[order] * factors))
    return corrected


def pass_at_k(samples: ArrayLike, right: ArrayLike, k: int) -> Floats:
    """The chance that at least one of k samples is right, from more samples than k: unbiased; NaN below k samples.

    1 - C(n - c, k) / C(n, k): Chen et al. (2021), Evaluating Large Language Models Trained on Code, section 2.1.

    >>> pass_at_k([4, 4, 4], [0, 1, 3], 2).tolist()
    [0.0, 0.5, 1.0]
    """
    samples, right = np.asarray(samples, float), np.asarray(right, float)
    none_right = special.binom(samples - right, k) / np.where(samples >= k, special.binom(samples, k), np.nan)
    return np.asarray(1 - np.where(samples - right >= k, none_right, np.where(samples >= k, 0.0, np.nan)), float)


def kaplan_meier(lengths: ArrayLike, censored: ArrayLike, *, confidence: float = CONFIDENCE) -> Survival:
    """The share longer than each length when some lengths are known only to exceed where they were cut.

    Kaplan & Meier (1958), J. Am. Stat. Assoc. 53:457, with log-log limits, by scipy.stats.ecdf; the band is NaN where
    the share is 0 or 1.

    >>> kaplan_meier([10, 20, 30, 30], [False, False, True, True]).share.tolist()
    [0.75, 0.5, 0.5]
    """
    lengths, censored = np.asarray(lengths, float), np.asarray(censored, bool)
    if len(lengths) == 0:
        empty = np.array([], float)
        return Survival(empty, empty, empty, empty)
    from scipy import stats

    data = stats.CensoredData.right_censored(lengths, censored)
    curve = stats.ecdf(data).sf
    with np.errstate(divide="ignore", invalid="ignore"), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The confidence interval is undefined")
        band = curve.confidence_interval(confidence, method="log-log")
    return Survival(curve.quantiles, curve.probabilities, band.low.probabilities, band.high.probabilities)


def censored_quantile(survival: Survival, quantile: float) -> tuple[float, Interval]:
    """The quantile of a Kaplan-Meier curve and its limits; NaN where the curve does not come down that far.

    Limits by inverting the band: Brookmeyer & Crowley (1982), Biometrics 38:29.

    >>> censored_quantile(kaplan_meier([10, 20, 30, 30], [False, False, True, True]), 0.5)[0]
    20.0
    """
    ends = [_first_length(survival.length, curve, 1 - quantile) for curve in survival[1:]]
    return ends[0], Interval(ends[1], ends[2])


@lru_cache(maxsize=4096)
def _rank_limits(size: int, quantile: float, confidence: float) -> tuple[float, float]:
    """The binomial quantiles between which the rank of the true quantile lies."""
    levels = np.array([(1 - confidence) / 2, (1 + confidence) / 2])
    ranks = np.ceil(special.bdtrik(levels, size, quantile))
    below = np.maximum(ranks - 1, 0)
    low, high = np.where(special.bdtr(below, size, quantile) >= levels, below, ranks)
    return float(low), float(high) + 1


def _first_length(lengths: Floats, shares: Floats, share: float) -> float:
    reached = np.flatnonzero(shares <= share + 1e-12)
    return float(lengths[reached[0]]) if len(reached) else float("nan")


def _score_limits(successes: Floats, trials: Floats, quantile: Floats) -> tuple[Floats, Floats]:
    with np.errstate(divide="ignore", invalid="ignore"):
        proportion = successes / trials
        square = quantile**2
        centre = (proportion + square / (2 * trials)) / (1 + square / trials)
        half = (
            quantile
            / (1 + square / trials)
            * np.sqrt(proportion * (1 - proportion) / trials + square / (4 * trials**2))
        )
        low = np.where(successes == 0, 0.0, centre - half)
        high = np.where(successes == trials, 1.0, centre + half)
    known = trials > 0
    return np.where(known, low, np.nan), np.where(known, high, np.nan)
