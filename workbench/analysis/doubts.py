"""What a reader must know beside a recommendation, computed from the rows: whatever could make it a wrong one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from workbench.analysis import duplicates, warned
from workbench.replies.served import redirected
from workbench.rows import derived
from workbench.show import figures
from workbench.show.figures import counted

if TYPE_CHECKING:
    import pandas as pd

_FEW_TASKS: Final = 30
_OTHERS: Final = "the next ones may turn out otherwise, as wide as the limits in brackets say"
_SHARE_WORTH_SAYING: Final = 0.05
_JUDGE: Final = re.compile(r"the judge (\S+) says")


def doubts(rows: pd.DataFrame, ranked: pd.DataFrame, line: int | None) -> list[str]:
    """What must be known beside the recommendation of one line of a ranking, in sentences; what matters most first."""
    found = [*_of_all(rows, ranked)]
    return [*_of_line(ranked, line), *found] if line is not None else found


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
    unsure, marked = int(ranked["unsure"].sum()), int(ranked["right"].sum() + ranked["wrong"].sum())
    if marked and unsure / marked >= _SHARE_WORTH_SAYING:
        found.append(f"{unsure:,} of all {marked:,} marks are unsure, and could change the order.")
    changed = _changed_questions(rows)
    if changed:
        found.append(f"The question or the target of {counted(changed, 'task')} changed between calls.")
    for model, served in _redirections(rows):
        found.append(f"{model} was answered by {served}.")
    found += filter(None, [derived.in_words(rows)])
    warnings = (duplicates.in_words(rows), warned.in_words(rows))
    return [*found, *(said.replace("Careful: ", "") for said in warnings if said)]


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
