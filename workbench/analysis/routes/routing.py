"""Which model for which task: policies measured on kept replies, each on tasks that did not choose its settings."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from workbench.analysis.policies import (
    Case,
    Choose,
    Policy,
    always,
    by_agreement,
    by_keywords,
    by_kind,
    by_length,
    by_rule,
    by_unsure,
)
from workbench.analysis.routes.cases import cases_of
from workbench.analysis.routes.compared_values import compared_value
from workbench.errors import InputError
from workbench.providers.routes import Classifier, add_cascade, add_classes, add_route, agreement
from workbench.tasks.task import Task

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

RULES: Mapping[str, Callable[[str], bool]] = {'"prove" in question': lambda question: "prove" in question.casefold()}
WORTHS = (0.0001, 0.001, 0.01, 0.1, 1.0)
"""Dollars that a right answer may be worth: one point of the frontier each."""

_DRAWS = 2_000


@dataclass(frozen=True)
class Measured:
    """A policy on tasks that did not choose its settings: means a task, each with its 95 % interval over tasks.

    `against` is the single model that was best on the tasks at hand, fold by fold; `saves_usd` a thousand tasks.
    """

    policy: str
    usd_per_right: float
    accuracy: float
    accuracy_interval: tuple[float, float]
    usd_per_1000: float
    usd_interval: tuple[float, float]
    escalated: float
    gain: float
    gain_interval: tuple[float, float]
    saves_usd: float
    saves_interval: tuple[float, float]
    on_frontier: bool = False


@dataclass(frozen=True, repr=False)
class Routes:
    """What routing is worth on the tasks of some rows.

    `winner` is the name of the policy that is worth most by held-out tasks, `setting` what it chose on all of them.
    """

    measured: tuple[Measured, ...]
    chosen: Measured
    winner: str
    setting: Any
    tasks: int
    models: tuple[str, ...]
    best_single: str
    usd_per_right: float
    choose: Choose | None
    cascade: tuple[str, str, int, float] | None = None
    kinds: Mapping[str, str] | None = None
    form: Task | None = None
    classifier: Classifier | None = None
    classes: Mapping[str, str] | None = None
    shares: Mapping[str, float] | None = None

    def __str__(self) -> str:
        one = self.chosen
        low, high = one.gain_interval
        cheaper, dearer = one.saves_interval
        verdict = (
            f"On {self.tasks} tasks, at ${self.usd_per_right:g} a right answer, {self.winner!r} is worth most. Chosen "
            f"and judged on different tasks, routing gets {one.accuracy:.1%} right for ${one.usd_per_1000:.4f} per "
            f"1,000 ({one.escalated:.0%} to a dearer model): {one.gain * 100:+.1f} points "
            f"[{low * 100:+.1f}, {high * 100:+.1f}] and ${one.saves_usd:+.4f} saved "
            f"[{cheaper:+.4f}, {dearer:+.4f}] against the best single model, "
            f"{self.best_single}."
        )
        sure = low > 0 or (cheaper > 0 and high >= 0)
        return verdict if sure else f"{verdict} That is not decisive."

    def __repr__(self) -> str:
        return f"{self}\n{self.table()}"

    def model(
        self, name: str, *, models: Mapping[str, Any] | None = None, value: Callable[[str], str] | None = None
    ) -> str:
        """Name the winner as a route, and return the id that `ask`, `sweep` and `wb.Model` take: `route:NAME`.

        `models` are the ids or `wb.Model`s behind the names in the rows, where these are labels.

        A winner that asks the cheap model first becomes a cascade. Its answers are compared as they were here: by the
        value that a scorer takes out of them (a number, a letter, yes or no, else the text), or by `value`, a function
        of the text that is empty where there is none. One that is unsure is not enough by itself. A winner that goes by
        the kind of a task takes it from the task's column `kind`, in sweeps; one by a cheap model's class asks that
        model first, with the prompt that was measured. Raises `InputError` where it goes by what no task tells.
        """
        if self.cascade is not None:
            cheap, dear, draws, least = self.cascade
            reads = self._reading(draws) if value is None else lambda answer, task: value(answer)
            share = next((one.escalated for one in self.measured if one.policy == self.winner), None)
            return add_cascade(
                *(name,), cheap=cheap, dear=dear, draws=draws, enough=agreement(least),
                value=reads, escalated=share, models=models,
            )  # fmt: skip
        behind = {one: (models or {}).get(one, one) for one in self.models}
        if self.classifier is not None and self.classes is not None:
            return add_classes(name, self.classifier, self.classes, models=behind, shares=self.shares)
        if self.kinds is not None:
            kinds = dict(self.kinds)
            return add_route(name, lambda kind: kinds.get(kind, kinds[""]), behind, by_kind=True)
        if self.choose is None:
            raise InputError(
                f"{self.winner!r} goes by more than the question; measure policies that go by the question: by_rule, "
                "by_keywords, by_length, by_kind, by_class, by_agreement (workbench.analysis.policies)"
            )
        return add_route(name, self.choose, behind)

    def _reading(self, draws: int) -> Callable[[str, Any], str] | None:
        """What of an answer is compared; where one draw decides, nothing of an answer that is unsure."""
        if self.form is None:
            return None
        form = self.form

        def reads(answer: str, task: Any) -> str:
            value, sure = compared_value(answer, task if isinstance(task, Task) else form)
            return value if sure or draws > 1 else ""

        return reads

    def frame(self) -> pd.DataFrame:
        """One line a policy and worth of a right answer."""
        import pandas as pd

        return pd.DataFrame([vars(one) for one in self.measured])

    def table(self) -> str:
        lines = ["policy                       right [95 %]            usd per 1,000   escalated  frontier"]
        for one in self.measured:
            if one.usd_per_right == self.usd_per_right:
                low, high = one.accuracy_interval
                mark = "*" if one.on_frontier else ""
                lines.append(
                    f"{one.policy:<28.28} {one.accuracy:6.1%} [{low:.1%}, {high:.1%}]   ${one.usd_per_1000:<12.4f} "
                    f"{one.escalated:>8.0%}  {mark}"
                )
        return "\n".join(lines)


def route(
    rows: pd.DataFrame,
    policy: Policy | Sequence[Policy] | None = None,
    *,
    models: Sequence[str] | None = None,
    usd_per_right: float = 0.01,
    folds: int = 5,
    seed: int = 0,
) -> Routes:
    """Measure policies that choose a model for each task, on kept replies of all models to all tasks.

    Without `policy` the usual ones are measured: each model alone, `"prove" in question`, keywords and length by equal
    parts, length, kind, the cheap model's unsure mark, and agreement of its draws. `models` are cheapest first (by
    their mean cost, where left out); the first is the cheap one, the last the dear one.

    Tasks are dealt into `folds`. A policy's settings are chosen on the other folds and judged on the one left out;
    which policy is best is chosen by folds within the others (nested cross-validation), so that nothing is judged on
    tasks that chose it. What never answered is not right. Intervals are of 2,000 samples of tasks.

    Raises `InputError` for rows without marks or prices, or with fewer than two models or ten tasks common to them.
    """
    cases, names, form = cases_of(rows, models)
    policies = [policy] if isinstance(policy, Policy) else list(policy or _usual(cases, names))
    singles = [always(name) for name in names]
    policies = [*singles, *(one for one in policies if one.name not in names)]
    parts = _dealt(len(cases), folds, seed)
    measured: list[Measured] = []
    worths = sorted({*WORTHS, usd_per_right})
    for worth in worths:
        base = _held_out(cases, parts, worth, lambda train, worth: _best_of(singles, train, worth, seed))
        found = {one.name: _held_out(cases, parts, worth, _fixed(one)) for one in policies}
        measured += [_measured(name, worth, each, base, seed) for name, each in found.items()]
    base = _held_out(cases, parts, usd_per_right, lambda train, worth: _best_of(singles, train, worth, seed))
    nested = _held_out(cases, parts, usd_per_right, lambda train, worth: _best_of(policies, train, worth, seed))
    chosen = _measured("chosen by nested folds", usd_per_right, nested, base, seed)
    winner = _best_of(policies, cases, usd_per_right, seed)
    setting = winner.best(cases, usd_per_right)
    single = _best_of(singles, cases, usd_per_right, seed).name
    return Routes(
        measured=tuple(_with_frontier(measured)),
        chosen=chosen,
        winner=winner.name,
        setting=setting,
        tasks=len(cases),
        models=tuple(names),
        best_single=single,
        usd_per_right=usd_per_right,
        choose=winner.choose(setting) if winner.choose else None,
        cascade=winner.cascade(setting) if winner.cascade else None,
        kinds=setting if winner.kinds else None,
        form=form,
        classifier=winner.classifier,
        classes=setting if winner.classifier is not None else None,
        shares=_shares(winner, setting, cases) if winner.classifier is not None else None,
    )


def _shares(policy: Policy, setting: Any, cases: Sequence[Case]) -> dict[str, float]:
    """Which part of the tasks each model answers."""
    counts = Counter(policy.take(case, setting).model for case in cases)
    return {model: count / len(cases) for model, count in counts.items()}


def _usual(cases: Sequence[Case], names: Sequence[str]) -> list[Policy]:
    cheap, dear = names[0], names[-1]
    found = [by_rule(name, rule, cheap=cheap, dear=dear) for name, rule in RULES.items()]
    found += [by_keywords([cheap, names[len(names) // 2], dear] if len(names) > 2 else [cheap, dear])]
    found += [by_length(cases, cheap=cheap, dear=dear)]
    if len({case.kind for case in cases}) > 1:
        found.append(by_kind(names))
    if any(not all(case.sure.get(cheap, [True])) for case in cases):
        found.append(by_unsure(cheap=cheap, dear=dear))
    draws = min(len(case.answers.get(cheap, ())) for case in cases)
    if draws > 1:
        found.append(by_agreement(cheap=cheap, dear=dear, draws=min(draws, 5)))
    return found


def _dealt(count: int, folds: int, seed: int) -> NDArray[np.intp]:
    import numpy as np

    if isinstance(folds, bool) or not isinstance(folds, int) or not 2 <= folds <= count:
        raise InputError(f"folds is {folds!r}; give a whole number from 2 to the {count} tasks")
    return np.random.default_rng(seed).permutation(np.arange(count) % folds)


Chooser = Callable[[Sequence[Case], float], Policy]


def _fixed(policy: Policy) -> Chooser:
    return lambda train, worth: policy


def _held_out(cases: Sequence[Case], parts: NDArray[np.intp], worth: float, chooser: Chooser) -> NDArray[np.float64]:
    """For each task: right, dollars, escalated, by the policy and setting that the other folds chose."""
    import numpy as np

    found = np.zeros((len(cases), 3))
    for part in np.unique(parts):
        train = [case for case, own in zip(cases, parts, strict=True) if own != part]
        policy = chooser(train, worth)
        setting = policy.best(train, worth)
        for place in np.flatnonzero(parts == part).tolist():
            taken = policy.take(cases[place], setting)
            found[place] = taken.right, taken.usd, taken.escalated
    return found


def _best_of(policies: Sequence[Policy], cases: Sequence[Case], worth: float, seed: int) -> Policy:
    """The policy worth most on held-out parts of some tasks; the earlier one on a tie."""
    parts = _dealt(len(cases), min(4, len(cases)), seed + 1)

    def value(policy: Policy) -> float:
        found = _held_out(cases, parts, worth, _fixed(policy))
        return float((found[:, 0] * worth - found[:, 1]).sum())

    return max(policies, key=value)


def _measured(name: str, worth: float, found: NDArray[np.float64], base: NDArray[np.float64], seed: int) -> Measured:
    import numpy as np

    gain, saves = found[:, 0] - base[:, 0], base[:, 1] - found[:, 1]
    both = np.column_stack([found[:, 0], found[:, 1] * 1000, gain, saves * 1000])
    low, high = np.percentile(_shares_drawn(len(found), seed) @ both, [2.5, 97.5], axis=0)
    means = [float(value) for value in both.mean(axis=0)]
    limits = [(float(one), float(other)) for one, other in zip(low, high, strict=True)]
    return Measured(
        *(name, worth, means[0], limits[0], means[1], limits[1], float(found[:, 2].mean())),
        *(means[2], limits[2], means[3], limits[3]),
    )


@functools.lru_cache(maxsize=4)
def _shares_drawn(count: int, seed: int) -> NDArray[np.float64]:
    """Samples of so many tasks, drawn with replacement: the share of each task in each, the same for every policy."""
    import numpy as np

    draws = np.random.default_rng(seed).integers(0, count, (_DRAWS, count))
    shares = np.zeros((_DRAWS, count))
    np.add.at(shares, (np.arange(_DRAWS)[:, None], draws), 1 / count)
    return shares


def _with_frontier(measured: Sequence[Measured]) -> list[Measured]:
    """Marked: what no other gets more right with for no more money."""

    def beaten(one: Measured) -> bool:
        return any(
            other.accuracy >= one.accuracy
            and other.usd_per_1000 <= one.usd_per_1000
            and (other.accuracy > one.accuracy or other.usd_per_1000 < one.usd_per_1000)
            for other in measured
        )

    return [replace(one, on_frontier=not beaten(one)) for one in measured]
