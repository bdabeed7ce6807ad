"""The grid of tasks × configurations: how every reply stands, as data for the page's script and as a first table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from workbench.analysis.choice_words import names_of
from workbench.rows.configurations import group_of
from workbench.rows.standing import ERROR, NEVER, RIGHT, STANDINGS, UNSCORED, WRONG, standing
from workbench.show import figures

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from workbench.analysis.choice import Choice

TASKS_WITHOUT_SCRIPT: Final = 25
_LONGEST_LABEL: Final = 90
_MOST_LABEL_CHARACTERS: Final = 600_000
SIGNS: Final = {"right": "✓", "wrong": "✗", "never answered": "…", "error": "!", "unscored": "?", "mixed": "±"}


def outcome_grid(rows: pd.DataFrame, choice: Choice, shown: NDArray[np.intp]) -> dict[str, Any]:
    """What the grid shows: a line a task, those first that most configurations fail, and a field a configuration.

    Configurations stand in the order of the ranking. A field holds one digit a sample, its place in `STANDINGS`.
    `cases` gives for each row that the page carries in full the task and the configuration it belongs to.
    """
    ranked = choice.ranking
    group = group_of(rows, ranked.attrs["by"])
    rank = np.empty(len(ranked), np.intp)
    rank[ranked["place"].to_numpy(int)] = np.arange(len(ranked))
    line = rank[group]
    task, tasks = pd.factorize(rows["task_id"], use_na_sentinel=False)
    standings = standing(rows)
    order = _failures_first(standings, task, len(tasks))
    place_of = np.empty(len(tasks), np.intp)
    place_of[order] = np.arange(len(tasks))
    width = len(ranked)
    fields: list[str] = [""] * (len(tasks) * width)
    for place, digit in zip((place_of[task] * width + line).tolist(), standings.tolist(), strict=True):
        fields[place] += str(digit)
    labels = _labels(rows, task, order)
    names = names_of(ranked)
    present = [name for code, name in enumerate(STANDINGS) if (standings == code).any()]
    mixed = any(len(set(field)) > 1 for field in fields)
    return {
        "data": {
            "labels": labels,
            "names": names,
            "fields": fields,
            "cases": [place_of[task][shown].tolist(), line[shown].tolist()],
        },
        "names": names,
        "first": [
            {
                "label": labels[place],
                "fields": [_field(field) for field in fields[place * width : (place + 1) * width]],
            }
            for place in range(min(len(tasks), TASKS_WITHOUT_SCRIPT))
        ],
        "tasks": len(tasks),
        "first_count": min(len(tasks), TASKS_WITHOUT_SCRIPT),
        "signs": [(SIGNS[name], name) for name in [*present, *(["mixed"] if mixed else [])]],
    }


def _failures_first(standings: NDArray[np.int8], task: NDArray[np.intp], tasks: int) -> NDArray[np.intp]:
    """The tasks in order: the smallest share of right replies first, else as they were asked."""
    known = np.isin(standings, (RIGHT, WRONG, NEVER, ERROR))
    right = np.bincount(task, standings == RIGHT, tasks)
    asked = np.bincount(task, known, tasks)
    share = np.where(asked > 0, right / np.maximum(asked, 1), 2.0)
    return np.argsort(share, kind="stable")


def _labels(rows: pd.DataFrame, task: NDArray[np.intp], order: NDArray[np.intp]) -> list[str]:
    first = np.empty(len(order), np.intp)
    first[task[::-1]] = np.arange(len(task))[::-1]
    lines = rows.iloc[first[order]]
    ids = lines["task_id"].tolist()
    questions = lines["task_question"].tolist() if "task_question" in rows else ids
    most = max(20, min(_LONGEST_LABEL, _MOST_LABEL_CHARACTERS // max(len(order), 1)))
    return [
        figures.beginning(str(task_id if figures.absent(question) else question)[: 4 * most], most) or str(task_id)
        for task_id, question in zip(ids, questions, strict=True)
    ]


def _field(digits: str) -> dict[str, str]:
    """One field in words: its kind, its sign, what it says."""
    if not digits:
        return {"kind": "none", "sign": "", "said": "not asked"}
    kinds = {STANDINGS[int(digit)] for digit in digits}
    kind = kinds.pop() if len(kinds) == 1 else "mixed"
    right = digits.count(str(RIGHT))
    sign = (
        SIGNS[kind] if len(digits) == 1 or kind in (STANDINGS[UNSCORED], STANDINGS[ERROR]) else f"{right}/{len(digits)}"
    )
    return {
        "kind": kind.replace(" ", "-"),
        "sign": sign,
        "said": kind if len(digits) == 1 else f"{right} of {len(digits)} right",
    }
