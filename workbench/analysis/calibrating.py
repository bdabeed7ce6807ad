"""How often the marks of a scorer are right, by the marks that a person set, and what accuracy is when that is counted.

The marks of a person stand in the rows, in the column `hand`; `wb.check_marks` asks for them. They must be of answers
that were drawn at random.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from markupsafe import Markup

from workbench.analysis import stats
from workbench.analysis.correction import Agreement, Estimate, double_sampling, product, proportion, rogan_gladen
from workbench.analysis.intervals import share_over_tasks
from workbench.rows.standing import RIGHT, WRONG, scored, standing
from workbench.rows.table import checked
from workbench.show import figures, tables

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Calibration:
    """What hand marks say of a scorer: shows itself in words.

    `accuracy` is the share of right marks as the scorer set them, `corrected` the share that is right when its errors
    are counted. A reply that never answered is not right in either. `scorer` names a judge, or the kinds of evidence.
    """

    scorer: str
    calls: int
    agreement: Agreement
    accuracy: Estimate
    corrected: Estimate

    @property
    def sensitivity(self) -> Estimate:
        """The share of the right answers that the scorer accepts."""
        return self.agreement.sensitivity

    @property
    def specificity(self) -> Estimate:
        """The share of the wrong answers that the scorer refuses."""
        return self.agreement.specificity

    def __repr__(self) -> str:
        return "\n".join(self._sentences())

    def _repr_html_(self) -> str:
        first, *rest = self._sentences()
        below = Markup().join(tables.paragraph(sentence, "wb-note") for sentence in rest)
        return tables.as_html([], above=tables.headline(first), below=below)

    def _sentences(self) -> list[str]:
        marks = self.agreement
        if not marks.marks:
            return ["No answer is marked by hand yet."]
        agreed = marks.right_accepted + marks.wrong_refused
        return [
            f"Accuracy {shown(self.corrected)} when the scorer's errors are counted; "
            f"as it marked, {shown(self.accuracy)} of {figures.count(self.calls)} calls.",
            f"{marks.marks} answers were marked by hand, and {self.scorer} agrees on {agreed} of them: "
            f"{_rates(marks)}.",
            "Brackets are 95 % intervals: Wilson's, and for the corrected accuracy one that includes how few marks by "
            "hand there are (double sampling, Tenenbein 1970). " + _advice(marks),
        ]


def calibration(rows: pd.DataFrame) -> Calibration:
    """Tell how far the marks of the rows' scorer can be trusted, from the column `hand`, and correct the accuracy.

    All rows are taken together; `wb.summary` corrects line by line. Raises InputError for rows that are empty or lack a
    column.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"task_id": str(n), "outcome": "answered", "correct": n < 80, "evidence": "judge",
    ...                "hand": None if n % 4 else n < 72} for n in range(100)])
    >>> print(str(calibration(rows)).splitlines()[0])
    Accuracy 72 % [57–84 %] when the scorer's errors are counted; as it marked, 80 % [71–87 %] of 100 calls.
    """
    rows = checked(rows, "task_id", "outcome", "correct", minimum=1)
    if "hand" not in rows.columns:
        rows = rows.assign(hand=pd.array([pd.NA] * len(rows), dtype="boolean"))
    standings = standing(rows)
    counted = scored(rows, standings)
    agreement = agreement_of(rows, standings)
    task = pd.factorize(rows["task_id"], use_na_sentinel=False)[0]
    right, answered = standings == RIGHT, standings <= WRONG
    plain = _clustered(right & counted, counted, task)
    corrected = _corrected(answered, counted, right, task, agreement, own=True)
    return Calibration(_scorer_of(rows), int(counted.sum()), agreement, plain, corrected)


def agreement_of(rows: pd.DataFrame, standings: NDArray[np.int8]) -> Agreement:
    """Count the answers that a scorer and a person marked, by what either says."""
    if "hand" not in rows.columns:
        return Agreement(0, 0, 0, 0)
    known = (standings <= WRONG) & rows["hand"].notna().to_numpy(bool)
    hand, accepted = rows["hand"].fillna(False).to_numpy(bool)[known], (standings == RIGHT)[known]
    return Agreement(
        int((hand & accepted).sum()),
        int((hand & ~accepted).sum()),
        int((~hand & accepted).sum()),
        int((~hand & ~accepted).sum()),
    )


def corrected_lines(
    rows: pd.DataFrame,
    standings: NDArray[np.int8],
    counted: NDArray[np.bool_],
    group: NDArray[np.intp],
    groups: int,
    task: NDArray[np.intp],
) -> list[Estimate]:
    """The corrected accuracy of each group of rows; NaN throughout where nothing is marked by hand.

    Where all marks by hand are of the group's own answers, they say how many of its accepted and refused ones are right
    (`double_sampling`); else the scorer is taken to err alike in all groups (`rogan_gladen`).
    """
    unknown = Estimate(float("nan"), float("nan"), float("nan"))
    agreement = agreement_of(rows, standings)
    if not agreement.marks:
        return [unknown] * groups
    by_hand = (standings <= WRONG) & rows["hand"].notna().to_numpy(bool)
    owners = np.unique(group[by_hand])
    answered, right = standings <= WRONG, standings == RIGHT
    order = np.argsort(group, kind="stable")
    bounds = np.searchsorted(group[order], np.arange(groups + 1))
    found = []
    for line in range(groups):
        mine = order[bounds[line] : bounds[line + 1]]
        own = len(owners) == 1 and owners[0] == line
        found.append(_corrected(answered[mine], counted[mine], right[mine], task[mine], agreement, own=own))
    return found


def said_of_calibration(rows: pd.DataFrame, standings: NDArray[np.int8]) -> str:
    """What the marks by hand say of the scorer, for the foot of a table; nothing where there are none."""
    agreement = agreement_of(rows, standings)
    if not agreement.marks:
        return ""
    return f"Corrected by {agreement.marks} mark{'s' if agreement.marks > 1 else ''} by hand: {_rates(agreement)}."


def shown(estimate: Estimate) -> str:
    """A share with its interval, or the interval alone where that is all that is known.

    >>> shown(Estimate(0.5, 0.4, 0.6)), shown(Estimate(float("nan"), 0.1, 0.9))
    ('50 % [40–60 %]', 'somewhere in 10–90 %')
    """
    ends = figures.between(estimate.low, estimate.high)
    if figures.absent(estimate.share):
        return "unknown" if ends == figures.ABSENT else f"somewhere in {ends}"
    return f"{figures.percent(estimate.share)} [{ends}]"


def _rates(marks: Agreement) -> str:
    """What the scorer accepts of the right answers and refuses of the wrong ones."""
    accepts, refuses = shown(marks.sensitivity), shown(marks.specificity)
    right = f"it accepts {accepts} of the right answers (sensitivity, n = {marks.right})"
    wrong = f"it refuses {refuses} of the wrong ones (specificity, n = {marks.wrong})"
    if not marks.right:
        return f"none of them is right by hand, and {wrong}"
    return f"{right} and {wrong.removeprefix('it ')}" if marks.wrong else f"{right}; none of them is wrong by hand"


def _corrected(
    answered: NDArray[np.bool_],
    counted: NDArray[np.bool_],
    right: NDArray[np.bool_],
    task: NDArray[np.intp],
    agreement: Agreement,
    *,
    own: bool,
) -> Estimate:
    """The share of the counted calls that is right: those that answered, times the corrected share of them."""
    answers = answered & counted
    trials, size = int(answers.sum()), _effective(right & answers, answers, task)
    accepted = int((right & answers).sum()) / trials * size if trials else 0.0
    of_answers = (double_sampling if own else rogan_gladen)(accepted, size, agreement)
    if trials == int(counted.sum()):
        return of_answers
    return product(_clustered(answers, counted, task), of_answers)


def _clustered(successes: NDArray[np.bool_], trials: NDArray[np.bool_], task: NDArray[np.intp]) -> Estimate:
    total = int(trials.sum())
    size = _effective(successes, trials, task)
    estimate = proportion(int(successes.sum()) / total * size if total else 0.0, size)
    limits = share_over_tasks(*_per_task(successes, trials, task)).one() if total else stats.UNKNOWN
    return Estimate(estimate.share, *limits)


def _effective(successes: NDArray[np.bool_], trials: NDArray[np.bool_], task: NDArray[np.intp]) -> float:
    """How many independent calls the repeated calls of tasks are worth."""
    right, number = _per_task(successes, trials, task)
    if not len(number) or (number == 1).all():
        return float(number.sum())
    return stats.effective_trials(right, number)


def _per_task(
    successes: NDArray[np.bool_], trials: NDArray[np.bool_], task: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    codes = np.unique(task, return_inverse=True)[1]
    right, number = np.bincount(codes, successes & trials).astype(float), np.bincount(codes, trials).astype(float)
    return right[number > 0], number[number > 0]


def _scorer_of(rows: pd.DataFrame) -> str:
    judged = "evidence" in rows.columns and bool((rows["evidence"] == "judge").any())
    if not judged:
        return "the scorer"
    said = rows.loc[rows["evidence"] == "judge", "why"] if "why" in rows.columns else pd.Series(dtype=object)
    named = said.astype(str).str.extract(r"the judge (\S+)", expand=False).dropna().unique()
    return f"the judge {named[0]}" if len(named) == 1 else "the judge"


def _advice(marks: Agreement) -> str:
    if min(marks.right, marks.wrong) == 0:
        kind = "wrong" if marks.right else "right"
        return f"No answer was found {kind} by hand: mark more before the correction is believed."
    return "" if marks.marks >= 50 else "Fifty or more marks narrow it."
