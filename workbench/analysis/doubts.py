"""What a reader must know beside a recommendation, computed from the rows: whatever could make it a wrong one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from workbench.analysis import warned
from workbench.analysis.duplicates import said_of_duplicates
from workbench.base import regular_expressions as re
from workbench.replies.served import redirected
from workbench.rows.configurations import group_of
from workbench.rows.derived import said_of_derived
from workbench.rows.standing import RIGHT, WRONG, standing
from workbench.show import figures
from workbench.show.figures import counted

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

_FEW_TASKS: Final = 30
_OTHERS: Final = "the next ones may turn out otherwise, as wide as the limits in brackets say"
_SHARE_WORTH_SAYING: Final = 0.05
_MOST_NUMBERS: Final = 4
_MOST_READ_AGAIN: Final = 10_000
"""Rows up to which a recommendation is made anew with other marks; of more, their shares say whether it is ahead."""
_JUDGE: Final = re.compile(r"the judge (\S+) says")


def doubts(
    rows: pd.DataFrame,
    ranked: pd.DataFrame,
    line: int | None,
    *,
    otherwise: Callable[[pd.DataFrame], int | None] | None = None,
    whom: str = "the recommended one",
) -> list[str]:
    """What must be known beside the recommendation of one line of a ranking, in sentences; what matters most first.

    `whom` is what that line is called, where it is not recommended; `otherwise` says of the same rows with other marks
    which configuration (its `place`) would be recommended.
    """
    group = group_of(rows, ranked.attrs["by"])
    number = np.empty(len(ranked), int)
    number[ranked["place"].to_numpy(int)] = np.arange(len(ranked))
    of = number[group]
    warnings = warned.calls_by_warning(rows)
    told = [
        f"{counted(int(calls.sum()), 'call')}{_whose(of[calls], ranked, line, whom)}: {text}."
        for text, calls in warnings[: warned.MOST_SAID]
    ]
    more = len(warnings) - len(told)
    told += [f"And {counted(more, 'warning')} more, in the column warnings."] if more > 0 else []
    unsure = _of_unsure(rows, ranked, line, of, otherwise, whom)
    found = [*_of_all(rows, ranked), *unsure, *_of_the_table(rows), *told]
    return [*_of_line(ranked, line), *found] if line is not None else found


def _whose(lines: NDArray[np.intp], ranked: pd.DataFrame, line: int | None, whom: str) -> str:
    """Whose some replies are, by the numbers of the configurations in the ranking; of all of them is not said."""
    if len(ranked) < 2 or not len(lines):
        return ""
    mine = int((lines == line).sum())
    if mine == len(lines):
        return f", of {whom}" if mine == 1 else f", all of {whom}"
    numbers = [f"{place + 1:,}" for place in np.unique(lines)]
    named = numbers[0] if len(numbers) == 1 else f"{', '.join(numbers[:-1])} and {numbers[-1]}"
    whose = f", of number{'s' if len(numbers) > 1 else ''} {named}" if len(numbers) <= _MOST_NUMBERS else ""
    whose = "" if len(numbers) == len(ranked) else whose or f", of {len(numbers):,} configurations"
    if line is None:
        return whose
    return f"{whose}, {mine:,} of {whom}" if mine else f"{whose}, none of {whom}"


def _of_unsure(
    rows: pd.DataFrame,
    ranked: pd.DataFrame,
    line: int | None,
    of: NDArray[np.intp],
    otherwise: Callable[[pd.DataFrame], int | None] | None,
    whom: str,
) -> list[str]:
    """How many marks are unsure, whose, and whether the recommendation outlives it if they all speak against it."""
    standings = standing(rows)
    unsure = np.zeros(len(rows), bool)
    if "sure" in rows.columns:
        unsure = (standings <= WRONG) & ~rows["sure"].fillna(True).to_numpy(bool)
    if not unsure.any():
        return []
    marked = int((standings <= WRONG).sum())
    told = f"{int(unsure.sum()):,} of all {counted(marked, 'mark')} are unsure{_whose(of[unsure], ranked, line, whom)}"
    told = told.replace(" are unsure", " is unsure") if int(unsure.sum()) == 1 else told
    if line is None or len(ranked) < 2 or otherwise is None:
        return [f"{told}."]
    if len(rows) > _MOST_READ_AGAIN:
        return [f"{told}; if each is read against it, it is {_still(ranked, line)} right most often."]
    marks = (standings == RIGHT).astype(float)
    against = rows.assign(correct=rows["correct"].where(~unsure, of != line).astype(rows["correct"].dtype))
    if "score" in rows.columns:
        against = against.assign(score=rows["score"].where(~unsure, np.where(of != line, 1.0, 0.0)))
    if ((standing(against) == RIGHT).astype(float) == marks).all():
        return [f"{told}; read the other way they would only speak for the recommendation."]
    place = otherwise(against)
    if place == int(ranked["place"][line]):
        return [f"{told}; if each is read against it, the recommendation stays."]
    other = "nothing" if place is None else f"number {int(np.flatnonzero(ranked['place'] == place)[0]) + 1:,}"
    return [f"{told}; if each is read against it, {other} would be recommended instead: look at them first."]


def _still(ranked: pd.DataFrame, place: int) -> str:
    """Whether a line is ahead with its unsure marks all wrong and those of the others all right: `still`, or not."""
    scored = (ranked["right"] + ranked["wrong"] + ranked["never_answered"]).to_numpy(float)
    right, unsure, unsure_right = (ranked[name].to_numpy(float) for name in ("right", "unsure", "unsure_right"))
    with np.errstate(divide="ignore", invalid="ignore"):
        most, least = (right + unsure - unsure_right) / scored, (right - unsure_right) / scored
    usable = ranked["whole"].to_numpy(bool) & (np.arange(len(ranked)) != place) & (scored > 0)
    return "still" if not usable.any() or least[place] >= most[usable].max() else "no longer"


def _of_line(ranked: pd.DataFrame, place: int) -> list[str]:
    line: dict[Any, Any] = ranked.iloc[place].to_dict()
    scored = int(line["right"] + line["wrong"] + line["never_answered"])
    found = []
    if line["accuracy"] < 0.5:
        found.append(f"Even this one is not right on {figures.percent(1 - line['accuracy'])} of the tasks.")
    if scored and line["never_answered"] / scored >= _SHARE_WORTH_SAYING:
        cap = figures.absent(line.get("max_tokens"))
        hint = "" if cap else f"; more than {figures.count(line['max_tokens'])} tokens may recover some"
        found.append(f"It never answered {figures.percent(line['never_answered'] / scored)} of the time{hint}.")
    if line["errors"] / line["calls"] >= _SHARE_WORTH_SAYING:
        found.append(
            f"{figures.count(line['errors'])} of its {counted(int(line['calls']), 'call')} failed, and count in no "
            "figure."
        )
    if line["unsure"] and line["unsure"] / scored >= _SHARE_WORTH_SAYING:
        low = (line["right"] - line["unsure_right"]) / scored
        high = (line["right"] + line["unsure"] - line["unsure_right"]) / scored
        found.append(
            f"{figures.count(line['unsure'])} of its {counted(scored, 'mark')} are unsure: by how those turn out "
            f"it is right anywhere from {figures.percent(low)} to {figures.percent(high)} of the time."
        )
    if line["unpriced"]:
        found.append(f"What {figures.count(line['unpriced'])} of its replies cost is not known.")
    return found


def _of_all(rows: pd.DataFrame, ranked: pd.DataFrame) -> list[str]:
    found = []
    tasks = int(ranked["tasks_scored"].max())
    if 0 < tasks < _FEW_TASKS:
        word = "One task says nothing about others." if tasks == 1 else f"{tasks} tasks are few: {_OTHERS}."
        found.append(word)
    judges = sorted({name for text in _judged(rows) for name in _JUDGE.findall(text)})
    if judges:
        found.append(f"The marks are those of {' and '.join(judges)} as a judge; check some by hand.")
    return found


def _of_the_table(rows: pd.DataFrame) -> list[str]:
    found = []
    changed = _changed_questions(rows)
    if changed:
        found.append(f"The question or the target of {counted(changed, 'task')} changed between calls.")
    for model, served in _redirections(rows):
        found.append(f"{model} was answered by {served}.")
    found += filter(None, [said_of_derived(rows)])
    return [*found, *(said.replace("Careful: ", "") for said in [said_of_duplicates(rows)] if said)]


def _judged(rows: pd.DataFrame) -> list[str]:
    if not {"evidence", "why"} <= set(rows.columns):
        return []
    judged = (rows["evidence"] == "judge").fillna(False).to_numpy(bool)
    return [str(text)[:200] for text in rows.loc[judged, "why"].dropna()]


def _changed_questions(rows: pd.DataFrame) -> int:
    """How many tasks were not the same in all calls."""
    names = [name for name in ("task_question", "task_target") if name in rows.columns]
    different = rows[["task_id", *names]].drop_duplicates()
    return int(different.loc[different["task_id"].duplicated(), "task_id"].nunique())


def _redirections(rows: pd.DataFrame) -> list[tuple[str, str]]:
    if not {"model", "served_model"} <= set(rows.columns):
        return []
    pairs = rows[["model", "served_model"]].dropna().drop_duplicates()
    return [
        (str(model), str(served))
        for model, served in pairs.itertuples(index=False)
        if "/" in str(model) and redirected(str(model), str(served))
    ]
