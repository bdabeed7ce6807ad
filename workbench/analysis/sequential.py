"""Is what comes now like what came before? A test that may be looked at after every draw, and stopped at any."""

from __future__ import annotations

import functools
import math
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FALSE_ALARMS = 0.05
"""The chance that the test ever says "changed" where nothing changed, however often it is looked at."""

_STRENGTHS = (-6.0, -3.0, -1.0, 1.0, 3.0, 6.0)
_MOST_WORDS = 2_000
_FEATURES = ("tokens", "outcome", "text")


@dataclass(frozen=True)
class Draw:
    """What is compared of one reply: how long it was, whether it answered, what it said; None where nobody knows."""

    tokens: int | None = None
    answered: bool | None = None
    text: str | None = None


class ChangeTest:
    """Draws of today against draws of before, question by question.

    Where nothing changed, the new reply to a question is one among those to the same question, and the place of its
    length (or outcome, or likeness to the others) among theirs is as good as drawn by lot. Seven ways to bet against
    that are followed for each of the three; a capital that starts at 1 exceeds 1/p with a chance of p at most, at
    whatever moment one looks (Ville's inequality). Each of the three alarms at 6 / `false_alarms`. Of one kept reply a
    question the length alone tells; several tell sooner.

    >>> test = ChangeTest({"q": [Draw(tokens=100), Draw(tokens=110), Draw(tokens=90), Draw(tokens=95)]})
    >>> [test.feed("q", Draw(tokens=tokens)) for tokens in (400, 420, 440, 460, 480, 500, 520, 540)][-1], test.found_by
    (True, 'tokens')
    """

    def __init__(
        self, kept: Mapping[str, Sequence[Draw]], *, false_alarms: float = FALSE_ALARMS, seed: int = 0
    ) -> None:
        self._groups = {name: _Group() for name in kept}
        for name, draws in kept.items():
            for draw in draws:
                self._groups[name].add(draw)
        self._lots = random.Random(seed)
        self._logs = {feature: [0.0] * (len(_STRENGTHS) + 1) for feature in _FEATURES}
        self._most = dict.fromkeys(_FEATURES, 0.0)
        self._threshold = 2 * len(_FEATURES) / false_alarms  # half of what is allowed, for a few replies more
        self.draws = 0

    def feed(self, question: str, draw: Draw) -> bool:
        """Take in a new draw; tell whether it is certain enough by now that something changed."""
        group = self._groups.setdefault(question, _Group())
        group.add(draw)
        self.draws += 1
        for feature, values in group.values(draw).items():
            if len(values) > 1:
                logs, place = self._logs[feature], self._place(values)
                self._logs[feature] = [log + gain for log, gain in zip(logs, _gains(place, len(values)), strict=True)]
                self._most[feature] = max(self._most[feature], self.evidence(feature))
        return self.found_by is not None

    def evidence(self, feature: str) -> float:
        """The capital of a feature: how many times likelier the draws are under a change than by lot."""
        logs = self._logs[feature]
        top = max(logs)
        return math.exp(min(top, 700.0)) * sum(math.exp(log - top) for log in logs) / len(logs)

    @property
    def found_by(self) -> str | None:
        """What told the change, `tokens`, `outcome` or `text`; None while nothing did."""
        return next((feature for feature in _FEATURES if self._most[feature] >= self._threshold), None)

    @property
    def likely_unchanged(self) -> bool:
        """Whether no alarm was given: which is no proof that nothing changed."""
        return self.found_by is None

    @property
    def chance(self) -> float:
        """At most this is the chance of such evidence where nothing changed, all looks counted."""
        return min(1.0, len(_FEATURES) / max(self._most.values(), default=0.0)) if any(self._most.values()) else 1.0

    def _place(self, values: Sequence[float]) -> int:
        """The place of the last value among all, from 0; ties by lot."""
        last = values[-1]
        return sum(value < last for value in values) + self._lots.randrange(sum(value == last for value in values))


class _Group:
    """The draws of one question: their numbers, and how unlike all others each text is."""

    def __init__(self) -> None:
        self._numbers: dict[str, list[float]] = {"tokens": [], "outcome": []}
        self._texts: list[frozenset[tuple[str, ...]]] = []
        self._unlike: list[float] = []

    def add(self, draw: Draw) -> None:
        for feature, value in (("tokens", draw.tokens), ("outcome", draw.answered)):
            if value is not None:
                self._numbers[feature].append(float(value))
        if draw.text is not None:
            new = _shingles(draw.text)
            apart = [_unlike(new, text) for text in self._texts]
            self._unlike = [total + part for total, part in zip(self._unlike, apart, strict=True)] + [math.fsum(apart)]
            self._texts.append(new)

    def values(self, last: Draw) -> dict[str, list[float]]:
        """The values that the last draw stands among, by feature; two texts are equally unlike each other."""
        known = {"tokens": last.tokens, "outcome": last.answered, "text": last.text}
        unlike = [round(total, 9) for total in self._unlike] if len(self._unlike) > 2 else []
        values = {**self._numbers, "text": unlike}
        return {feature: values[feature] for feature in _FEATURES if known[feature] is not None}


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = re.findall(r"\w+|[^\w\s]", text.casefold())[:_MOST_WORDS]
    return frozenset(tuple(words[place : place + 2]) for place in range(max(len(words) - 1, 1)))


def _unlike(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> float:
    return 1.0 - len(one & other) / max(len(one | other), 1)


@functools.lru_cache(maxsize=4096)
def _gains(place: int, size: int) -> tuple[float, ...]:
    """By how much each way of betting multiplies its capital, as logarithms; the mean over all places is 1."""
    at = [2 * number / (size - 1) - 1 for number in range(size)]
    bets = [[strength * x for x in at] for strength in _STRENGTHS] + [[3.0 * abs(x) for x in at]]
    return tuple(bet[place] - math.log(sum(map(math.exp, bet)) / size) for bet in bets)
