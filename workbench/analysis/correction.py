"""A share of right marks, corrected for the errors of whoever set them: numbers in, numbers out.

What is needed are some answers that a person marked too. They tell how often the scorer accepts what is right
(sensitivity) and refuses what is wrong (specificity). The interval of the corrected share includes that these are known
from few marks only.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from scipy import special

from workbench.analysis.stats import CONFIDENCE, UNKNOWN, Interval, wilson

_DRAWS: Final = 10_000


class Estimate(NamedTuple):
    """A share and its limits; NaN where nothing is known."""

    share: float
    low: float
    high: float


class Agreement(NamedTuple):
    """Answers that a person marked, counted by what the scorer said of them."""

    right_accepted: int
    right_refused: int
    wrong_accepted: int
    wrong_refused: int

    @property
    def right(self) -> int:
        return self.right_accepted + self.right_refused

    @property
    def wrong(self) -> int:
        return self.wrong_accepted + self.wrong_refused

    @property
    def marks(self) -> int:
        return self.right + self.wrong

    @property
    def sensitivity(self) -> Estimate:
        """The share of the right answers that the scorer accepts, with Wilson's limits."""
        return proportion(self.right_accepted, self.right)

    @property
    def specificity(self) -> Estimate:
        """The share of the wrong answers that the scorer refuses, with Wilson's limits."""
        return proportion(self.wrong_refused, self.wrong)


def proportion(successes: float, trials: float) -> Estimate:
    """A share with Wilson's limits.

    >>> [round(number, 2) for number in proportion(8, 10)]
    [0.8, 0.49, 0.94]
    """
    low, high = wilson(successes, trials)
    return Estimate(successes / trials if trials else float("nan"), float(low), float(high))


def rogan_gladen(accepted: float, trials: float, agreement: Agreement, *, confidence: float = CONFIDENCE) -> Estimate:
    """The share that is right, from the share that was accepted and from marks on other answers of the same kind.

    (p + specificity - 1) / (sensitivity + specificity - 1), kept within 0 and 1: Rogan & Gladen (1978), Am. J.
    Epidemiol. 107:71. Limits by Lang & Reiczigel (2014), Prev. Vet. Med. 113:13, which add a success and a failure to
    either rate. The scorer must err alike here and where the marks were set. NaN where no right, or no wrong, answer
    was marked, or where the scorer is no better than chance; then every share is possible.

    >>> [round(number, 3) for number in rogan_gladen(700, 1000, Agreement(57, 3, 4, 36))]
    [0.706, 0.638, 0.783]
    """
    if trials <= 0:
        return Estimate(float("nan"), *UNKNOWN)
    quantile = float(special.ndtri((1 + confidence) / 2))
    square = quantile**2
    share = (accepted + square / 2) / (trials + square)
    finds = (agreement.right_accepted + 1) / (agreement.right + 2)
    refuses = (agreement.wrong_refused + 1) / (agreement.wrong + 2)
    power = finds + refuses - 1
    if power <= 0:
        return Estimate(float("nan"), 0.0, 1.0)
    corrected = (share + refuses - 1) / power
    of_finds = finds * (1 - finds) / (agreement.right + 2)
    of_refuses = refuses * (1 - refuses) / (agreement.wrong + 2)
    shift = 2 * square * (corrected * of_finds - (1 - corrected) * of_refuses)
    variance = share * (1 - share) / (trials + square) + corrected**2 * of_finds + (1 - corrected) ** 2 * of_refuses
    half = quantile * np.sqrt(variance) / power
    low, high = np.clip([corrected + shift - half, corrected + shift + half], 0, 1)
    estimate = float("nan")
    if agreement.right and agreement.wrong:
        plain = agreement.right_accepted / agreement.right + agreement.wrong_refused / agreement.wrong - 1
        refused = agreement.wrong_refused / agreement.wrong
        estimate = float(np.clip((accepted / trials + refused - 1) / plain, 0, 1)) if plain > 0 else estimate
    return _ordered(estimate, float(low), float(high))


def double_sampling(
    accepted: float, trials: float, agreement: Agreement, *, confidence: float = CONFIDENCE, seed: int = 0
) -> Estimate:
    """The share that is right where the marked answers are a random sample of the very answers that were scored.

    Accepted × the share of the accepted that is right + refused × the share of the refused that is: Tenenbein (1970),
    J. Am. Stat. Assoc. 65:1350. It needs no assumption that the scorer errs alike elsewhere, and its limits are about
    half as wide as those of `rogan_gladen`. Limits: percentiles of 10,000 draws of the three shares from their
    posteriors under Jeffreys's prior. NaN as the share where the sample holds none of the accepted, or of the refused.

    >>> [round(number, 2) for number in double_sampling(700, 1000, Agreement(57, 3, 4, 36))]
    [0.68, 0.61, 0.73]
    """
    if trials <= 0:
        return Estimate(float("nan"), *UNKNOWN)
    generator = np.random.default_rng(seed)
    right, kept, missed = (
        generator.beta(of + 0.5, total - of + 0.5, _DRAWS)
        for of, total in (
            (accepted, trials),
            (agreement.right_accepted, agreement.right_accepted + agreement.wrong_accepted),
            (agreement.right_refused, agreement.right_refused + agreement.wrong_refused),
        )
    )
    tail = (1 - confidence) / 2
    low, high = np.quantile(right * kept + (1 - right) * missed, [tail, 1 - tail])
    share = accepted / trials
    parts = []
    for weight, of, besides in (
        (share, agreement.right_accepted, agreement.wrong_accepted),
        (1 - share, agreement.right_refused, agreement.wrong_refused),
    ):
        parts.append(0.0 if weight == 0 else weight * of / (of + besides) if of + besides else float("nan"))
    return _ordered(sum(parts), float(low), float(high))


def product(one: Estimate, other: Estimate) -> Estimate:
    """The product of two shares that are known independently, with limits from the limits of both.

    The method of variance estimates recovery: Donner & Zou (2012), Stat. Methods Med. Res. 21:347.

    >>> product(Estimate(0.5, 0.4, 0.6), Estimate(1.0, 1.0, 1.0))
    Estimate(share=0.5, low=0.4, high=0.6)
    """
    share = one.share * other.share
    # Where only the limits of one are known, its middle stands for it.
    a, b = (each.share if each.share == each.share else (each.low + each.high) / 2 for each in (one, other))
    down = np.hypot(b * (a - one.low), a * (b - other.low))
    up = np.hypot(b * (one.high - a), a * (other.high - b))
    return Estimate(share, round(float(max(0.0, a * b - down)), 12), round(float(min(1.0, a * b + up)), 12))


def _ordered(share: float, low: float, high: float) -> Estimate:
    """An estimate whose limits hold it: at the edges those of another formula may leave it out by a hair."""
    return Estimate(share, *Interval(float(np.fmin(low, share)), float(np.fmax(high, share))))
