"""What repeats already paid for are worth: pass@k, the majority vote, and both against a dearer model at equal money.

pass@k is the chance that at least one of k samples is right: the ceiling for someone who can tell a right answer when
they see it. The majority vote needs no such judge: the answer that most of k samples agree on is taken. Samples that
never answered have no vote and are not right, but they are paid for.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from workbench.analysis import stats
from workbench.analysis.assumed_price import assume_price
from workbench.analysis.chance import sign_flip
from workbench.analysis.chosen import Chosen, name_choices
from workbench.analysis.duplicates import said_of_duplicates
from workbench.analysis.intervals import difference_over_tasks, share_over_tasks
from workbench.analysis.stats import ALPHA, Floats
from workbench.analysis.verdict_words import span
from workbench.errors import InputError
from workbench.rows.configurations import configuration_columns, grouped, numbers
from workbench.rows.standing import RIGHT, WRONG, scored, standing
from workbench.rows.table import checked
from workbench.scorers.score import NO_VOTES
from workbench.scorers.values import value_key
from workbench.show import bars, figures, tables
from workbench.show.frames import ShownFrame

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MOST_CHOICES: Final = 300


class Repeats(ShownFrame):
    """A table of `pass_at_k` or `majority_vote`, one line a configuration and k."""

    def _shown(self) -> list[tables.Column]:
        measure = str(self.attrs.get("measure", ""))
        if not {"k", "tasks", measure, f"{measure}_low", "usd_per_task"} <= set(self.columns):
            return []
        lines = self._lines()
        return [
            *tables.configurations(self._by(), lines),
            tables.Column("k", [figures.count(line["k"]) for line in lines]),
            tables.Column("tasks", [figures.count(line["tasks"]) for line in lines]),
            tables.Column(
                measure.replace("_", " "),
                [figures.bracketed(line, measure, figures.percent) for line in lines],
                [bars.interval(*(line[measure + end] for end in ("", "_low", "_high"))) for line in lines],
            ),
            tables.Column("usd a task", [figures.money(line["usd_per_task"]) for line in lines]),
        ]


class EqualMoney(ShownFrame):
    """A table of `equal_money`, one line for each cheaper configuration beside each dearer one."""

    def _shown(self) -> list[tables.Column]:
        if not {"cheap", "dear", "k", "vote", "pass_at_k", "dear_right", "low", "finding"} <= set(self.columns):
            return []
        lines = self._lines()
        return [
            tables.Column("cheap", [f"{figures.count(line['k'])} × {line['cheap']}" for line in lines]),
            tables.Column("dear", [f"1 × {line['dear']}" for line in lines]),
            tables.Column("vote", [figures.percent(line["vote"]) for line in lines]),
            tables.Column("pass@k", [figures.percent(line["pass_at_k"]) for line in lines]),
            tables.Column("dear right", [figures.percent(line["dear_right"]) for line in lines]),
            tables.Column("finding", [str(line["finding"]) for line in lines], words=True),
        ]


Pattern = tuple[tuple[tuple[int, float], ...], int]
"""How the samples of a task agree: for each answer how many gave it and the share of them that is right; then how many
have no vote."""


@dataclass(frozen=True)
class _Samples:
    """One configuration's scored samples, one entry a task: its number, its samples, how many are right, its votes."""

    values: dict[str, Any]
    task: NDArray[np.intp]
    size: NDArray[np.intp]
    right: NDArray[np.intp]
    patterns: Sequence[Pattern]
    usd_per_call: float
    voting: bool

    @property
    def usual(self) -> int:
        """How many samples nine tasks in ten have at least: a failed call must not shorten the table."""
        return int(np.quantile(self.size, 0.1, method="lower")) if len(self.size) else 0

    def passed(self, k: int) -> Floats:
        """pass@k per task, NaN for a task with fewer samples."""
        return stats.pass_at_k(self.size, self.right, k)

    def all_passed(self, k: int) -> Floats:
        """pass^k per task, NaN for a task with fewer samples."""
        return 1 - stats.pass_at_k(self.size, self.size - self.right, k)

    def voted(self, k: int) -> Floats:
        """The chance that a majority of k samples picks a right answer, per task; NaN with fewer samples."""
        if not self.voting and k > 1:
            raise InputError(
                f"Nobody knows which samples of {figures.name(self.values.get('model', 'a configuration'))} agree: "
                "their scorer extracts no answer of its own (contains, a judge and code only say right or wrong). "
                "Rescore with one that does, such as numeric, choice or exact: wb.rescore(rows, 'numeric')."
            )
        return np.array([_vote(pattern, k) for pattern in self.patterns], dtype=float)


def pass_at_k(rows: pd.DataFrame, k: int | Iterable[int] | None = None) -> Repeats:
    """Tell how often at least one of k samples is right, from the repeats in the rows.

    One line a configuration and k (every k that nine tasks in ten have samples for, unless given): the mean over tasks
    of the unbiased estimator of Chen et al. (2021), its 95 % interval over tasks (that of `summary` where k is 1), and
    the usd that k samples of a task cost. Tasks with fewer than k samples are left out. Raises InputError for rows that
    are empty or lack a column, and for a k that no task has samples for.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"task_id": str(n // 4), "task_target": "1", "model": "m", "outcome": "answered", "sample": n % 4,
    ...                "correct": n % 4 == 0} for n in range(40)])
    >>> pass_at_k(rows, [1, 2, 4]).pass_at_k.tolist()
    [0.25, 0.5, 1.0]
    """
    return _over_k(rows, k, "pass_at_k", _Samples.passed)


def pass_every_k(rows: pd.DataFrame, k: int | Iterable[int] | None = None) -> Repeats:
    """Tell how often all of k samples are right, pass^k: per task the share of all choices of k, as in `pass_at_k`.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"task_id": str(n // 4), "task_target": "1", "model": "m", "outcome": "answered", "sample": n % 4,
    ...                "correct": n % 4 > 0} for n in range(40)])
    >>> pass_every_k(rows, [1, 2, 4]).pass_every_k.tolist()
    [0.75, 0.5, 0.0]
    """
    return _over_k(rows, k, "pass_every_k", _Samples.all_passed)


def majority_vote(rows: pd.DataFrame, k: int | Iterable[int] | None = None) -> Repeats:
    """Tell how often the answer that most of k samples agree on is right, from the repeats in the rows.

    One line a configuration and k, as in `pass_at_k`. Votes are the values of the `extracted` answers, however spelt:
    1/2 and 0.50 are one candidate (`wb.scorers.value_key`). A tie is broken at random, so each tied answer counts in
    part. The mean runs over all choices of k of a task's samples, or 300 of them drawn at random. Raises InputError as
    `pass_at_k` does, and where a scorer extracts no answer of its own (`contains`, a judge, `code`): its mark knows the
    target, and a vote must not.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"task_id": str(n // 3), "task_target": "1", "model": "m", "outcome": "answered", "sample": n % 3,
    ...                "correct": n % 3 < 2, "extracted": "1" if n % 3 < 2 else "7"} for n in range(30)])
    >>> majority_vote(rows, [1, 3]).majority_vote.round(3).tolist()
    [0.667, 1.0]
    """
    return _over_k(rows, k, "majority_vote", _Samples.voted)


def equal_money(rows: pd.DataFrame, *, usd_per_million: float | Mapping[str, float] | None = None) -> EqualMoney:
    """Set repeats of cheaper configurations beside one call of each dearer one, for the same money.

    One line a pair: `k` is how many calls of the cheap one a call of the dear one pays for (at most the samples at
    hand, then `affordable` says how many it would be), `vote` and `pass_at_k` what they give on the tasks both were
    asked, `dear_right` what the dear one gives, `difference` the vote minus that with a 95 % interval over tasks, `p`
    by random signs, `p_holm` corrected for the number of pairs. Pairs of which one is free or has no known price are
    left out; `usd_per_million` assumes one for them, as `analysis.assume_price` does. Raises InputError when none is
    left.
    """
    if usd_per_million is not None:
        rows = assume_price(rows, usd_per_million=usd_per_million)
    rows = _checked(rows)
    samples = _samples(rows)
    nowhere = np.zeros(len(rows), bool)
    names = [choice.name for choice in name_choices([Chosen("", one.values, nowhere) for one in samples])]
    pairs = [
        (_at_equal_money(cheap, dear), {"cheap": cheap_name, "dear": dear_name})
        for (cheap, cheap_name), (dear, dear_name) in itertools.permutations(zip(samples, names, strict=True), 2)
        if cheap.usual and dear.usual and 0 < cheap.usd_per_call < dear.usd_per_call
    ]
    if not pairs:
        raise InputError("No two configurations have known, different prices above 0: money cannot be compared.")
    lines = []
    for pair, sides in pairs:
        limits = difference_over_tasks(pair.difference).one() if len(pair.task) > 1 else stats.UNKNOWN
        lines.append({**sides, **pair.line, "low": limits.low, "high": limits.high})
    for line, p_holm in zip(lines, stats.holm([line["p"] for line in lines]), strict=True):
        line["p_holm"] = p_holm
        line["finding"] = _finding(line)
    table = EqualMoney(lines)
    kinds = {name: "Int64" if name in ("k", "affordable", "tasks") else "Float64" for name in table.columns[2:-1]}
    table = EqualMoney(table.astype({**kinds, "finding": "object"}))
    table.attrs["about"] = (
        "Means over the tasks that both were asked; difference of the vote with 95 % intervals over tasks, "
        f"p by random signs, corrected by Holm for {figures.counted(len(lines), 'pair')}. pass@k is a "
        f"ceiling: it needs someone who knows the right answer when they see it. {said_of_duplicates(rows)}"
    ).strip()
    return table


def _over_k(
    rows: pd.DataFrame, k: int | Iterable[int] | None, measure: str, values_at: Callable[[_Samples, int], Floats]
) -> Repeats:
    wanted = None if k is None else _whole(list(k) if isinstance(k, Iterable) else [k])
    rows = _checked(rows)
    samples = _samples(rows)
    lines = []
    for one in samples:
        for size in wanted if wanted is not None else range(1, one.usual + 1):
            values = values_at(one, size)
            known = ~np.isnan(values)
            if known.any():
                low, high = share_over_tasks(values[known], np.ones(known.sum()), one.size[known]).one()
                lines.append(
                    {
                        **one.values,
                        "k": size,
                        "tasks": int(known.sum()),
                        measure: float(values[known].mean()),
                        f"{measure}_low": low,
                        f"{measure}_high": high,
                        "usd_per_task": size * one.usd_per_call,
                    }
                )
    if not lines:
        most = max((int(one.size.max()) for one in samples if len(one.size)), default=0)
        asked = f"k={min(wanted)} was asked for" if wanted else "nothing was scored"
        raise InputError(f"The rows hold at most {most} scored samples of a task; {asked}. Sweep with more repeats.")
    table = Repeats(lines)
    kinds = {measure: "Float64", f"{measure}_low": "Float64", f"{measure}_high": "Float64", "usd_per_task": "Float64"}
    table = Repeats(table.astype({"k": "Int64", "tasks": "Int64", **kinds}))
    table.attrs |= {
        "by": list(samples[0].values),
        "measure": measure,
        "about": "Mean over tasks; 95 % intervals (Wilson over tasks). Samples that never answered are not right, and "
        f"are paid for. {said_of_duplicates(rows)}".strip(),
    }
    return table


def _checked(rows: pd.DataFrame) -> pd.DataFrame:
    return checked(rows, "task_id", "outcome", "correct", minimum=1)


def _whole(sizes: Sequence[Any]) -> list[int]:
    if not sizes:
        raise InputError("k is empty; leave it out, or give at least one number of samples.")
    for size in sizes:
        if isinstance(size, bool) or not isinstance(size, int | np.integer) or size < 1:
            raise InputError(f"k is {size!r}; give a whole number of samples, at least 1.")
    return sorted({int(size) for size in sizes})


def _samples(rows: pd.DataFrame) -> list[_Samples]:
    by = configuration_columns(rows)
    group, values = grouped(rows, by)
    stands = standing(rows)
    task = pd.factorize(rows["task_id"])[0]
    places = np.flatnonzero(scored(rows, stands))
    order = places[np.lexsort((task[places], group[places]))]
    right, answered = stands[order] == RIGHT, stands[order] <= WRONG
    votes = np.where(answered, _votes(rows)[order], -1)
    usd = numbers(rows, "usd")[order]
    begins = np.flatnonzero(np.r_[True, np.diff(group[order]) != 0, True]) if len(order) else np.array([0])
    found = []
    for begin, end in itertools.pairwise(begins):
        mine = slice(begin, end)
        tasks, starts, size = np.unique(task[order][mine], return_index=True, return_counts=True)
        found.append(
            _Samples(
                values={str(name): value for name, value in values.iloc[int(group[order[begin]])].items()},
                task=tasks,
                size=size,
                right=np.add.reduceat(right[mine].astype(np.intp), starts),
                patterns=[
                    _pattern(marks, codes)
                    for marks, codes in zip(
                        np.split(right[mine], starts[1:]), np.split(votes[mine], starts[1:]), strict=True
                    )
                ],
                usd_per_call=float(usd[mine].mean()),
                voting=_can_vote(votes[mine], right[mine], answered[mine]),
            )
        )
    return found


def _votes(rows: pd.DataFrame) -> NDArray[np.intp]:
    """The vote of every reply as a number, equal for equal values; -1 where no answer of its own was extracted."""
    if "extracted" not in rows.columns:
        return np.full(len(rows), -1)
    said = rows["extracted"]
    if "evidence" in rows.columns:
        said = said.where(~rows["evidence"].isin(NO_VOTES))
    codes, texts = pd.factorize(said)
    of_text = pd.factorize(np.array([value_key(str(text)) for text in texts], dtype=object))[0]
    return np.where(codes >= 0, of_text[codes] if len(texts) else -1, -1)


def _can_vote(votes: NDArray[np.intp], right: NDArray[np.bool_], answered: NDArray[np.bool_]) -> bool:
    """Whether votes can be cast: not where what was extracted is the target itself, found in right answers alone."""
    if not answered.any():
        return True
    cast = votes >= 0
    wrong = answered & ~right
    only_right = bool((cast & right).any() and wrong.sum() > 1 and not (cast & wrong).any())
    return bool(cast.any()) and not only_right


def _pattern(marks: NDArray[np.bool_], votes: NDArray[np.intp]) -> Pattern:
    given: dict[int, list[bool]] = {}
    for vote, mark in zip(votes.tolist(), marks.tolist(), strict=True):
        given.setdefault(vote, []).append(mark)
    silent = len(given.pop(-1, ()))
    return tuple(sorted((len(one), sum(one) / len(one)) for one in given.values())), silent


@lru_cache(maxsize=65_536)
def _vote(pattern: Pattern, k: int) -> float:
    """The chance that the majority of k of the samples is right, a tie broken at random."""
    answers, silent = pattern
    votes = [*(place for place, (number, _) in enumerate(answers) for _ in range(number)), *[-1] * silent]
    if k > len(votes):
        return float("nan")
    if math.comb(len(votes), k) <= _MOST_CHOICES:
        choices: Iterable[Sequence[int]] = itertools.combinations(votes, k)
    else:
        generator = np.random.default_rng(0)
        choices = [generator.choice(votes, k, replace=False).tolist() for _ in range(_MOST_CHOICES)]
    chances = []
    for choice in choices:
        counts = Counter(vote for vote in choice if vote >= 0)
        most = max(counts.values(), default=0)
        tied = [answers[vote][1] for vote, number in counts.items() if number == most]
        chances.append(sum(tied) / len(tied) if tied else 0.0)
    return sum(chances) / len(chances)


class _Equal(NamedTuple):
    """The tasks that both were asked, the vote minus the dear one's share of right, and the line without its limits."""

    task: NDArray[np.intp]
    difference: Floats
    line: dict[str, Any]


def _at_equal_money(cheap: _Samples, dear: _Samples) -> _Equal:
    """One call of the dear one against as many of the cheap one as it pays for, on the tasks both were asked."""
    affordable = int(dear.usd_per_call / cheap.usd_per_call + 1e-9)
    k = min(affordable, cheap.usual)
    vote = cheap.voted(k)
    known = ~np.isnan(vote)
    task, of_cheap, of_dear = np.intersect1d(cheap.task[known], dear.task, assume_unique=True, return_indices=True)
    voted, dear_right = vote[known][of_cheap], dear.passed(1)[of_dear]
    difference = voted - dear_right
    line = {
        "k": k,
        "affordable": affordable,
        "tasks": len(task),
        "vote": _mean(voted),
        "pass_at_k": _mean(cheap.passed(k)[known][of_cheap]),
        "dear_right": _mean(dear_right),
        "difference": _mean(difference),
        "low": float("nan"),
        "high": float("nan"),
        "p": sign_flip(difference) if len(task) else float("nan"),
        "usd_cheap": k * cheap.usd_per_call,
        "usd_dear": dear.usd_per_call,
    }
    return _Equal(task, difference, line)


def _finding(line: dict[str, Any]) -> str:
    if not line["tasks"]:
        return f"{line['cheap']} and {line['dear']} have no task in common."
    samples = f"{figures.counted(line['k'], 'call')} of {line['cheap']} ({figures.money(line['usd_cheap'])} a task)"
    one = f"one of {line['dear']} ({figures.money(line['usd_dear'])})"
    short = f"; {line['affordable']} would cost the same" if line["affordable"] > line["k"] else ""
    decided = line["p_holm"] < ALPHA and (line["low"] > 0 or line["high"] < 0)
    spread = span(line["low"], line["high"], signed=True)
    if figures.absent(line["low"]):
        spread = "one task gives no interval"
    if not decided:
        return f"No decisive difference between a vote of {samples} and {one}: {spread}{short}."
    better = "beats" if line["difference"] > 0 else "loses to"
    return f"A vote of {samples} {better} {one} by {figures.points(abs(line['difference']))} ({spread}){short}."


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else float("nan")
