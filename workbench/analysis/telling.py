"""Telling cases: the few replies that show best what the numbers are made of, each with the reason why it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from workbench.analysis.choice import Choice, recommend
from workbench.rows.configurations import grouped
from workbench.rows.standing import ERROR, NEVER, RIGHT, UNSCORED, WRONG, standing
from workbench.rows.table import checked

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MOST_REPLIES: Final = 3


@dataclass(frozen=True)
class TellingCase:
    """One task and some of its replies: `why` it is shown, and the places of the replies in the rows."""

    task_id: object
    why: str
    places: tuple[int, ...]


def telling_cases(rows: pd.DataFrame, number: int = 10, *, choice: Choice | None = None) -> list[TellingCase]:
    """Choose the tasks that say most about the recommended configuration and its rivals, at most so many.

    In turn, one of each reason while there are any: it fails where most others are right; it alone is right; its
    nearest rival is right where it is not; it never answered; its mark is unsure; nobody is right; it failed; replies
    to the same task differ. Within a reason tasks are spread evenly over their order. Each comes with the reply of the
    recommended configuration and of at most two others, those first that stand otherwise. `choice` is what `recommend`
    said of these rows, if it is at hand. Raises InputError as `recommend` does.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"task_id": n, "model": model, "outcome": "answered", "correct": model == "a" or n > 7}
    ...               for n in range(12) for model in ("a", "b")])
    >>> telling_cases(rows, 2)[0].why
    'Only the recommended configuration is right.'
    """
    rows = checked(rows, "task_id", "outcome", "correct", minimum=1)
    choice = recommend(rows) if choice is None else choice
    ranked, line = choice.ranking, choice.line if choice.line is not None else 0
    group, lines = grouped(rows, ranked.attrs["by"])
    order = ranked["place"].to_numpy(int)
    rank = np.empty(len(order), int)
    rank[order] = np.arange(len(order))
    task, tasks = pd.factorize(rows["task_id"], use_na_sentinel=False)
    grid = _grid(standing(rows), task, rank[group], len(tasks), len(lines))
    unsure = np.zeros(len(tasks), bool)
    if "sure" in rows.columns:
        doubtful = ~rows["sure"].fillna(True).to_numpy(bool) & (rank[group] == line)
        unsure[task[doubtful]] = True
    reasons = _reasons(grid, line, unsure, named=choice.line is not None)
    chosen: dict[int, str] = {}
    queues = [(why, list(_spread(np.flatnonzero(mask)))) for why, mask in reasons]
    while len(chosen) < number and any(queue for _, queue in queues):
        for why, queue in queues:
            while queue and queue[0] in chosen:
                queue.pop(0)
            if queue and len(chosen) < number:
                chosen[queue.pop(0)] = why
    first = _first_places(task, rank[group], len(tasks), len(lines))
    return [TellingCase(tasks[place], why, _replies(grid[place], first[place], line)) for place, why in chosen.items()]


def _grid(
    standings: NDArray[np.int8], task: NDArray[np.intp], line: NDArray[np.intp], tasks: int, lines: int
) -> NDArray[np.int8]:
    """How the first sample of each task and line stands; -1 where there is none."""
    grid = np.full((tasks, lines), -1, np.int8)
    grid[task[::-1], line[::-1]] = standings[::-1]
    return grid


def _first_places(task: NDArray[np.intp], line: NDArray[np.intp], tasks: int, lines: int) -> NDArray[np.intp]:
    places = np.full((tasks, lines), -1, np.intp)
    places[task[::-1], line[::-1]] = np.arange(len(task))[::-1]
    return places


def _reasons(
    grid: NDArray[np.int8], line: int, unsure: NDArray[np.bool_], *, named: bool
) -> list[tuple[str, NDArray[np.bool_]]]:
    mine = grid[:, line]
    others = np.delete(grid, line, axis=1)
    right = others == RIGHT
    known = np.isin(others, (RIGHT, WRONG, NEVER))
    share = right.sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    not_right = np.isin(mine, (WRONG, NEVER))
    any_others = known.any(axis=1)
    all_right = (right | (others == -1)).all(axis=1)
    it = "the recommended configuration" if named else "the first configuration"
    return [
        (f"{it.capitalize()} fails where most others are right.", not_right & (share > 0.5) & any_others),
        (f"Only {it} is right.", (mine == RIGHT) & ~right.any(axis=1) & any_others),
        (f"{it.capitalize()} is wrong, and another is right.", not_right & right.any(axis=1)),
        (f"{it.capitalize()} never answered.", mine == NEVER),
        (f"The mark of {it} is unsure.", unsure),
        ("No configuration is right.", not_right & ~right.any(axis=1)),
        (f"The call of {it} failed.", mine == ERROR),
        ("Configurations differ.", (mine == RIGHT) & ~all_right),
        ("Nobody marked it: there is no target.", mine == UNSCORED),
        ("All are right.", (mine == RIGHT) & all_right),
    ]


def _spread(places: NDArray[np.intp]) -> NDArray[np.intp]:
    """The places in an order of which every beginning is spread over all of them."""
    return places[spread_order(len(places))]


def spread_order(number: int) -> NDArray[np.intp]:
    """The numbers from 0 on in an order of which every beginning is spread evenly: by the golden section.

    >>> spread_order(5).tolist()
    [0, 3, 1, 4, 2]
    """
    golden = (5**0.5 - 1) / 2
    return np.argsort(np.argsort(np.arange(number) * golden % 1.0), kind="stable")


def _replies(standings: NDArray[np.int8], places: NDArray[np.intp], line: int) -> tuple[int, ...]:
    """The reply of the line and of at most two others, those first that stand otherwise, in the order of the lines."""
    others = [other for other in range(len(places)) if other != line and places[other] >= 0]
    others.sort(key=lambda other: (standings[other] == standings[line], other))
    chosen = ([line] if places[line] >= 0 else []) + others[: _MOST_REPLIES - 1]
    return tuple(int(places[each]) for each in chosen)
