"""Classes told apart: which is taken for which, and precision, recall and F1 of each, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from workbench.analysis import stats
from workbench.analysis.duplicates import said_of_duplicates
from workbench.analysis.intervals import share_over_tasks
from workbench.analysis.stats import Floats
from workbench.errors import InputError
from workbench.rows.configurations import column_meant, configuration_columns, grouped
from workbench.rows.standing import NEVER, RIGHT, WRONG, scored, standing
from workbench.rows.table import checked
from workbench.scorers.score import NO_VOTES
from workbench.scorers.values import value_key
from workbench.show import bars, figures, tables
from workbench.show.frames import ShownFrame
from workbench.tasks.tasks import Task

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST_CLASSES: Final = 100
OTHER, SILENT, MEAN = "(something else)", "(never answered)", "(mean of classes)"
"""What is said besides the classes: another text, or nothing; and the line that sums a table up."""

_MEASURES: Final = ("precision", "recall", "f1")


class Classes(ShownFrame):
    """A table of `classes`, one line a configuration and class; its confusion matrix is folded away below it."""

    def _shown(self) -> list[tables.Column]:
        needed = {"class", "tasks_of", "said", *(f"{name}{end}" for name in _MEASURES for end in ("", "_low", "_high"))}
        if not needed <= set(self.columns):
            return []
        lines = self._lines()
        several = len({tuple(figures.name(line[name]) for name in self._by()) for line in lines}) > 1
        return [
            *(tables.configurations(self._by(), lines) if several else []),
            tables.Column("class", [figures.name(line["class"]) for line in lines]),
            tables.Column("calls of it", [figures.count(line["tasks_of"]) for line in lines]),
            tables.Column("said", [figures.count(line["said"]) for line in lines]),
            *(
                tables.Column(
                    name if name != "f1" else "F1",
                    [figures.bracketed(line, name, figures.percent) for line in lines],
                    [bars.interval(*(line[f"{name}{end}"] for end in ("", "_low", "_high"))) for line in lines],
                )
                for name in _MEASURES
            ),
        ]

    def _more(self) -> list[tables.Section]:
        sections = []
        for title, names, said, counts in self.attrs.get("confusion", ()):
            columns = [tables.Column("is \\ is taken for", list(names))]
            columns += [
                tables.Column(head, [figures.count(line[place]) for line in counts]) for place, head in enumerate(said)
            ]
            sections.append(tables.Section(f"Which is taken for which{title}", columns))
        return sections


def classes(rows: pd.DataFrame, by: str | Sequence[str] | None = None) -> Classes:
    """Tell for each class (each target) how often it is found, and how often it is said rightly.

    One line a configuration, or a combination of values in `by`, and class, and one with their means. `recall` is the
    share of the calls of a class that are answered with it, `precision` the share of the answers with it that are
    right, `f1` their harmonic mean; a reply that never answered is not right. 95 % intervals: Wilson's, clustered by
    task where tasks were repeated; for F1 Wilson's of J = TP / (TP + FP + FN), of which F1 is a rising function,
    2J / (1 + J); for the means a bootstrap over tasks. Which is taken for which is shown below the table, and
    `confusion_matrix` gives it as a frame.

    Raises InputError for rows without targets, for more than 100 classes, and where a scorer extracts no answer of its
    own, so that nobody knows what was said instead.

    >>> from workbench.rows.table import frame
    >>> said = [("cat", "cat"), ("cat", "dog"), ("dog", "dog"), ("dog", "dog")]
    >>> rows = frame([{"task_id": str(n), "task_target": target, "extracted": answer, "outcome": "answered",
    ...                "correct": target == answer} for n, (target, answer) in enumerate(said)])
    >>> classes(rows)[["class", "precision", "recall", "f1"]].round(2).values.tolist()[:2]
    [['cat', 1.0, 0.5, 0.67], ['dog', 0.67, 1.0, 0.8]]
    """
    rows, names = _checked(rows, by)
    group, values = grouped(rows, names)
    labels, actual, said, counted = _labelled(rows)
    task = pd.factorize(rows["task_id"], use_na_sentinel=False)[0]
    lines: list[dict[str, Any]] = []
    matrices = []
    for place in range(len(values)):
        mine = (group == place) & counted
        if not mine.any():
            continue
        where = {name: values.iloc[place][name] for name in names}
        lines += [{**where, **line} for line in _lines(labels, actual[mine], said[mine], task[mine])]
        title = ", ".join(figures.name(value) for value in where.values()) if len(values) > 1 else ""
        heads, matrix = _matrix(labels, actual[mine], said[mine])
        matrices.append((f": {title}" if title else "", labels, heads, matrix.tolist()))
    table = Classes(lines)
    kinds = {f"{name}{end}": "Float64" for name in _MEASURES for end in ("", "_low", "_high")}
    table = Classes(table.astype({"tasks_of": "Int64", "said": "Int64", **kinds}))
    table.attrs |= {
        "by": names,
        "confusion": matrices,
        "about": (
            f"{int(counted.sum()):,} calls of {len(labels)} classes; 95 % intervals (Wilson, clustered by task; "
            f"bootstrap over tasks for the means). {said_of_duplicates(rows)}"
        ).strip(),
    }
    return table


def confusion_matrix(rows: pd.DataFrame) -> pd.DataFrame:
    """Count which class is taken for which: one line a target, one column for each that was said.

    All rows are taken together; choose those of one configuration first. Raises InputError as `classes` does.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"task_id": str(n), "task_target": "ab"[n % 2], "extracted": "a", "outcome": "answered",
    ...                "correct": n % 2 == 0} for n in range(6)])
    >>> confusion_matrix(rows).loc["b", "a"].item()
    3
    """
    rows, _ = _checked(rows, ())
    labels, actual, said, counted = _labelled(rows)
    heads, matrix = _matrix(labels, actual[counted], said[counted])
    return pd.DataFrame(matrix, index=pd.Index(labels, name="is"), columns=pd.Index(heads, name="is taken for"))


def _checked(rows: pd.DataFrame, by: str | Sequence[str] | None) -> tuple[pd.DataFrame, list[str]]:
    names = None if by is None else [column_meant(rows, name) for name in ([by] if isinstance(by, str) else by)]
    rows = checked(rows, "task_id", "outcome", "correct", "extracted", "task_target", *(names or ()), minimum=1)
    return rows, configuration_columns(rows) if names is None else names


def _labelled(rows: pd.DataFrame) -> tuple[list[str], NDArray[np.intp], NDArray[np.intp], NDArray[np.bool_]]:
    """The classes, the most frequent first; of each row which it is, which was said, and whether it counts."""
    standings = standing(rows)
    counted = scored(rows, standings) & rows["task_target"].notna().to_numpy(bool)
    codes, targets = pd.factorize(rows["task_target"].where(counted))
    if not len(targets):
        raise InputError("No row has a target and a mark: there are no classes to tell apart.")
    if len(targets) > MOST_CLASSES:
        raise InputError(
            f"The rows hold {len(targets):,} different targets; those are no classes, of which there are at most "
            f"{MOST_CLASSES}. Choose the rows of a classification."
        )
    frequency = np.bincount(codes[counted], minlength=len(targets))
    order = np.argsort(-frequency, kind="stable")
    place = np.empty(len(targets), dtype=np.intp)
    place[order] = np.arange(len(targets))
    labels = [str(targets[code]) for code in order]
    actual = np.where(codes >= 0, place[codes], -1)
    return labels, actual, _said(rows, standings, labels, actual, counted), counted


def _said(
    rows: pd.DataFrame,
    standings: NDArray[np.int8],
    labels: list[str],
    actual: NDArray[np.intp],
    counted: NDArray[np.bool_],
) -> NDArray[np.intp]:
    """Which class each row says: its place among the labels, then something else, then nothing."""
    other, silent = len(labels), len(labels) + 1
    known: dict[str, int] = {}
    for place, label in enumerate(labels):
        for accepted in Task("", "", label).targets:
            known.setdefault(value_key(accepted), place)
    extracted = rows["extracted"]
    if "evidence" in rows.columns:
        extracted = extracted.where(~rows["evidence"].isin(NO_VOTES))
    wrong = counted & (standings == WRONG)
    if wrong.sum() > 1 and not extracted[wrong].notna().any():
        raise InputError(
            "Nobody knows what was said instead of the right class: the scorer extracts no answer of its own. "
            "Rescore with one that does, such as exact or choice: wb.rescore(rows, 'exact')."
        )
    codes, texts = pd.factorize(extracted)
    of_text = np.array([known.get(value_key(str(text)), other) for text in texts] + [other], dtype=np.intp)
    said = of_text[codes]
    said = np.where((standings == WRONG) & (said == actual), other, said)  # the mark knows better than the label
    said = np.where(standings == RIGHT, actual, said)
    return np.where(standings == NEVER, silent, said)


def _matrix(labels: list[str], actual: NDArray[np.intp], said: NDArray[np.intp]) -> tuple[list[str], NDArray[np.intp]]:
    number = len(labels)
    counts = np.bincount(actual * (number + 2) + said, minlength=number * (number + 2)).reshape(number, number + 2)
    heads = [*labels, OTHER, SILENT]
    kept = [place for place in range(number + 2) if place < number or counts[:, place].any()]
    return [heads[place] for place in kept], counts[:, kept]


def _lines(
    labels: list[str], actual: NDArray[np.intp], said: NDArray[np.intp], task: NDArray[np.intp]
) -> list[dict[str, Any]]:
    _, task = np.unique(task, return_inverse=True)
    tasks = int(task.max()) + 1
    lines = []
    sums = []
    for place, label in enumerate(labels):
        is_it, says_it = actual == place, said == place
        if not is_it.any() and not says_it.any():
            continue
        hit, of, by, either = (
            np.bincount(task, mask, tasks) for mask in (is_it & says_it, is_it, says_it, is_it | says_it)
        )
        line: dict[str, Any] = {"class": label, "tasks_of": int(of.sum()), "said": int(by.sum())}
        for name, trials in (("precision", by), ("recall", of), ("f1", either)):
            share = hit.sum() / trials.sum() if trials.sum() else float("nan")
            low, high = share_over_tasks(hit, trials).one()
            ends = (share, low, high) if name != "f1" else tuple(2 * end / (1 + end) for end in (share, low, high))
            line |= dict(zip((name, f"{name}_low", f"{name}_high"), ends, strict=True))
        lines.append(line)
        sums.append(np.column_stack([hit, by, of]))
    return [*lines, _mean_line(lines, np.hstack(sums))]


def _mean_line(lines: list[dict[str, Any]], sums: Floats) -> dict[str, Any]:
    """The plain means over the classes; a class that is never said has a precision of 0 in them."""
    line: dict[str, Any] = {"class": MEAN, "tasks_of": sum(each["tasks_of"] for each in lines)}
    line["said"] = sum(each["said"] for each in lines)
    draws = stats.bootstrap_sums(sums)
    for name, whole, drawn in zip(_MEASURES, _means(sums.sum(axis=0)[None]), _means(draws), strict=True):
        low, high = stats.bootstrap_interval(drawn, len(sums))
        if not low < high:  # all draws alike, such as all right: what the classes leave open
            low, high = (_mean_of_known([each[f"{name}{end}"] for each in lines]) for end in ("_low", "_high"))
        line |= {name: float(whole[0]), f"{name}_low": low, f"{name}_high": high}
    return line


def _mean_of_known(values: Sequence[float]) -> float:
    known = [value for value in values if value == value]
    return sum(known) / len(known) if known else float("nan")


def _means(sums: Floats) -> list[Floats]:
    """Mean precision, recall and F1 of the classes that occur, from hits, said and calls of each class, by line."""
    hit, by, of = (sums[:, start::3] for start in range(3))
    occurs = of + by > 0
    number = np.maximum(occurs.sum(axis=1), 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = (np.nan_to_num(hit / by), np.nan_to_num(hit / of), np.nan_to_num(2 * hit / (by + of)))
    return [np.where(occurs, share, 0.0).sum(axis=1) / number for share in shares]
