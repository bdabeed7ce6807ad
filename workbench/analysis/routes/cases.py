"""Rows as tasks that a route may choose a model for: what each model made of each, draw by draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workbench.analysis.policies import Case, checked_models
from workbench.analysis.routes.compared_values import compared_value, readable, task_of_row, usual_form
from workbench.errors import InputError, warn
from workbench.rows.standing import RIGHT, scored, standing
from workbench.rows.table import as_texts, checked
from workbench.tasks.task import Task

if TYPE_CHECKING:
    import pandas as pd


def cases_of(rows: pd.DataFrame, models: Sequence[str] | None) -> tuple[list[Case], list[str], Task | None]:
    """The tasks that all models answered, the models' names, cheapest first, and the usual form of the tasks.

    The form is None where the rows hold no values to compare. Raises `InputError` for rows that no route can be judged
    on: without prices or marks, with fewer than two models, or with fewer than ten tasks common to them.
    """
    table = _priced(rows, models)
    names = _cheapest_first(table, models)
    replies = _Replies(table[table["model"].isin(names)])
    cases, tasks = [], []
    for task, by_model in replies.by_task().items():
        if len(by_model) == len(names):
            read = replies.task_of(by_model) if replies.are_read else None
            cases.append(replies.case(str(task), by_model, names[0], read))
            tasks += [read] if read is not None else []
    if len(cases) < 10:
        raise InputError(f"{len(cases)} tasks have marked replies of all of {', '.join(names)}; a route needs 10")
    return cases, names, usual_form(tasks) if replies.are_read else None


def _priced(rows: pd.DataFrame, models: Sequence[str] | None) -> pd.DataFrame:
    """The replies that have a mark, `_right`, and a price; of fallbacks only where the models are named."""
    table = checked(rows, "task_id", "model", "outcome", "correct", "usd", "answer", minimum=1)
    stands = standing(table)
    counts = scored(table, stands)
    table = table[counts].assign(_right=(stands[counts] == RIGHT).astype(float))
    if models is None:
        table = table[~_of_fallbacks(table)]
    if table["usd"].isna().any():
        raise InputError(
            f"{int(table['usd'].isna().sum())} replies have no known cost, so that no route can be priced; see "
            "wb.analysis.assume_price"
        )
    return table


def _cheapest_first(table: pd.DataFrame, models: Sequence[str] | None) -> list[str]:
    """The models to choose among: those that were named, in their order, else all by what a reply of each costs."""
    means = table.groupby("model", sort=False)["usd"].mean()
    known = [str(name) for name in means.sort_values(kind="stable").index]
    names = checked_models(models, known) if models is not None else known
    if len(names) < 2:
        raise InputError(f"a route needs two models at least; the rows hold {', '.join(map(repr, known)) or 'none'}")
    return names


class _Replies:
    """Replies as columns: what each said, whether it is right, sure and whole, and what it cost."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.are_read = readable(table)
        self._columns = {str(name): table[name].tolist() for name in table.columns}
        self._said, self._certain = _answers(table), _sure(table)
        self._came = [outcome == "answered" for outcome in self._columns["outcome"]]

    def by_task(self) -> dict[Any, dict[str, list[int]]]:
        """The places of the replies to each task, by model."""
        places: dict[Any, dict[str, list[int]]] = {}
        for place, (task, name) in enumerate(zip(self._columns["task_id"], self._columns["model"], strict=True)):
            places.setdefault(task, {}).setdefault(str(name), []).append(place)
        return places

    def task_of(self, by_model: Mapping[str, Sequence[int]]) -> Task:
        """The task of some replies, as a cascade knows it: without the target, at which the marks have looked."""
        first = next(iter(by_model.values()))[0]
        return task_of_row({name: cells[first] for name, cells in self._columns.items()})

    def case(self, task: str, by_model: Mapping[str, Sequence[int]], cheapest: str, read: Task | None) -> Case:
        """What each model made of a task; of the cheapest one the answers are read as a cascade will read them."""
        first = next(iter(by_model.values()))[0]
        marks, usds = self._columns["_right"], self._columns["usd"]
        answers = {name: [self._said[place] for place in those] for name, those in by_model.items()}
        sure = {name: [self._certain[place] for place in those] for name, those in by_model.items()}
        if read is not None:
            answers[cheapest], sure[cheapest] = self._read_by_a_cascade(by_model[cheapest], read)
        return Case(
            task=task,
            question=_text(self._columns["task_question"][first]),
            kind=_text(self._columns["task_kind"][first]) if "task_kind" in self._columns else "",
            right={name: _mean([marks[place] for place in those]) for name, those in by_model.items()},
            usd={name: _mean([usds[place] for place in those]) for name, those in by_model.items()},
            answers=answers,
            marks={name: [float(marks[place]) for place in those] for name, those in by_model.items()},
            sure=sure,
        )

    def _read_by_a_cascade(self, places: Sequence[int], task: Task) -> tuple[list[str], list[bool]]:
        """What of each reply would be compared, and whether that is sure; nothing of a reply that never answered."""
        read = [compared_value(_text(self._columns["answer"][place]), task) for place in places]
        came = [self._came[place] for place in places]
        values = [value if there else "" for (value, _), there in zip(read, came, strict=True)]
        return values, [bool(mark) and there for (_, mark), there in zip(read, came, strict=True)]


def _of_fallbacks(table: pd.DataFrame) -> pd.Series[bool]:
    """Which replies came of a model that was asked in another's place: of those no route can say who would answer."""
    import pandas as pd

    if "served_by" not in table.columns:
        return pd.Series(False, index=table.index)
    pairs = zip(as_texts(table["model"]), table["served_by"], strict=True)
    found = [not pd.isna(served) and model.endswith(f" -> {served}") for model, served in pairs]
    if any(found):
        warn(
            f"{sum(found):,} replies came of fallbacks ('A -> B'), and are left out: a route chooses among models, "
            "and its tasks are those that all of these answered"
        )
    return pd.Series(found, index=table.index, dtype=bool)


def _text(cell: Any) -> str:
    """What stands in a cell; empty where nothing does."""
    import pandas as pd

    return "" if pd.isna(cell) else str(cell)


def _mean(values: Sequence[float]) -> float:
    return float(sum(values)) / len(values)


def _answers(group: pd.DataFrame) -> list[str]:
    """What each draw answered, as far as the scorer took it out of its words."""
    said = group["answer"]
    if "extracted" in group.columns:
        said = group["extracted"].where(group["extracted"].notna(), said)
    return [str(text).strip().casefold() for text in said.fillna("")]


def _sure(group: pd.DataFrame) -> list[bool]:
    """Whether each draw answered and is not marked unsure."""
    marks = group["sure"].fillna(True) if "sure" in group.columns else group["outcome"].notna()
    return [bool(mark) and outcome == "answered" for mark, outcome in zip(marks, group["outcome"], strict=True)]
