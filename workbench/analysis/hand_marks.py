"""Marks that a person sets: the answers to look at, drawn at random; a sheet to mark them on; the way back to rows.

A sheet is a CSV, for a spreadsheet, or a .jsonl. It shows question, target and answer, never what the scorer said: a
mark that is known beforehand is agreed with.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from workbench.errors import InputError
from workbench.rows.configurations import configuration_columns
from workbench.rows.spreadsheets import defused
from workbench.rows.standing import WRONG, standing
from workbench.rows.table import checked
from workbench.scorers.truths import truth_word

COLUMNS: Final = ("mark", "right", "question", "target", "answer")
WORDS: Final[Mapping[str, bool | None]] = {
    **dict.fromkeys(("yes", "y", "right", "r", "correct", "true", "1", "x", "ja", "oui", "sí", "si", "是", "对"), True),
    **dict.fromkeys(("no", "n", "wrong", "w", "incorrect", "false", "0", "nein", "non", "否", "错"), False),
    **dict.fromkeys(("?", "unsure", "u", "na"), None),
}
"""What may stand in the column `right` of a sheet, or nothing as long as nobody has looked; None: one cannot tell."""

KINDS: Final = (".csv", ".jsonl")
_LONGEST_CELL: Final = 30_000
"""Characters of a text on a sheet: a spreadsheet's cell holds 32,767."""


def drawn(rows: pd.DataFrame, n: int = 20, *, seed: int = 0) -> pd.DataFrame:
    """Draw `n` rows at random among those that a scorer marked, all where there are fewer; the same for the same seed.

    Rows that never answered are not among them: there is nothing to be mistaken about. Raises InputError where no row
    is marked.
    """
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise InputError(f"n is {n!r}; give a whole number of answers to mark, at least 1.")
    rows = checked(rows, "task_id", "outcome", "correct", "answer", minimum=1)
    places = np.flatnonzero(standing(rows) <= WRONG)
    if not len(places):
        raise InputError("No row has a mark to be checked: none of them answered a task that a scorer could mark.")
    order = np.random.default_rng(seed).permutation(places)[:n]
    return rows.iloc[order].reset_index(drop=True)


def on_sheet(rows: pd.DataFrame, listed: Sequence[str], path: Path) -> pd.DataFrame:
    """The rows that a sheet lists, in its order. Raises InputError where some are not among these rows."""
    places = {identity: place for place, identity in reversed(list(enumerate(identities(rows))))}
    missing = sum(identity not in places for identity in listed)
    if missing or not listed:
        raise InputError(
            f"{path}: {missing} of {len(listed)} answers on the sheet are not among these rows. Give the rows that it "
            "was made of, or another path for a new sheet."
        )
    return rows.iloc[[places[identity] for identity in listed]].reset_index(drop=True)


def identities(rows: pd.DataFrame) -> list[str]:
    """A short text for each row that tells its answer from all others, the same tomorrow and on another machine.

    >>> from workbench.rows.table import frame
    >>> one, other = identities(frame([{"task_id": "a", "answer": "9"}, {"task_id": "a", "answer": "8"}]))
    >>> len(one), one == other
    (12, False)
    """
    names = ["task_id", *configuration_columns(rows), *(name for name in ("sample", "answer") if name in rows.columns)]
    columns = [rows[name].astype(object).where(rows[name].notna(), None) for name in names]
    texts = (
        json.dumps([None if value is None else str(value) for value in values]) for values in zip(*columns, strict=True)
    )
    # With a letter in front no spreadsheet takes it for a number.
    return ["m" + hashlib.sha256(text.encode("ascii")).hexdigest()[:11] for text in texts]


def with_marks(rows: pd.DataFrame, marks: Mapping[str, bool | None]) -> pd.DataFrame:
    """Return the rows with the marks in their column `hand`; rows that are not among the marks keep what they had."""
    table = rows.copy(deep=False)
    before = table["hand"] if "hand" in table.columns else pd.Series(pd.NA, index=table.index)
    known = zip(identities(table), before, strict=True)
    values = [marks.get(identity, None if pd.isna(had) else bool(had)) for identity, had in known]
    return table.assign(hand=pd.array([pd.NA if value is None else value for value in values], dtype="boolean"))


def check_sheet(path: Path) -> None:
    """Raise InputError unless a sheet can have this name."""
    if path.suffix.lower() not in KINDS:
        raise InputError(f"A sheet to mark on is a .csv or a .jsonl, not {path.name!r}.")


def sheet_of(sample: pd.DataFrame, marks: Mapping[str, bool | None], path: Path) -> bytes:
    """The content of a sheet for these rows: one line for each, `right` filled in where it is known."""
    words = {True: "yes", False: "no", None: "?"}
    lines = []
    for identity, (_, row) in zip(identities(sample), sample.iterrows(), strict=True):
        shown = {name: cell_text(row.get(name)) for name in ("task_question", "task_target", "answer")}
        values = (identity, words[marks[identity]] if identity in marks else "", *shown.values())
        lines.append(dict(zip(COLUMNS, values, strict=True)))
    return written(lines, COLUMNS, path)


def written(lines: Sequence[Mapping[str, str]], columns: Sequence[str], path: Path) -> bytes:
    """Lines of texts as the content of a sheet of this name."""
    check_sheet(path)
    if path.suffix.lower() == ".jsonl":
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        return text.encode("utf-8", "backslashreplace")
    table = io.StringIO()
    writer = csv.DictWriter(table, columns, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: defused(value) for name, value in line.items()} for line in lines)
    # Without a mark at the beginning a spreadsheet takes UTF-8 for something else.
    return ("\ufeff" + table.getvalue()).encode("utf-8", "backslashreplace")


def read_sheet(path: Path) -> tuple[list[str], dict[str, bool | None]]:
    """Read a sheet: the identities on it, and the marks of those that have one.

    Commas, semicolons and tabs all separate, as a spreadsheet leaves them. Raises InputError with the line for what is
    no sheet, and for a mark that is none of WORDS.
    """
    listed: list[str] = []
    marks: dict[str, bool | None] = {}
    for number, record in records_on(path):
        if not {"mark", "right"} <= record.keys():
            raise InputError(f"{path}:{number}: no sheet of marks: it needs the columns 'mark' and 'right'.")
        said = record["right"]
        word = "" if said is None else str(said).strip().lower()
        listed.append(str(record["mark"]).strip())
        if not word:
            continue
        mark = WORDS.get(word, truth_word(word))  # "richtig", "vrai", "예"
        if mark is None and word not in WORDS:
            raise InputError(f"{path}:{number}: right is {said!r}; write yes or no, or leave it empty.")
        marks[listed[-1]] = mark
    return listed, marks


def records_on(path: Path) -> list[tuple[int, dict[str, Any]]]:
    """The lines of a sheet, each with its number in the file; raises InputError for what is no sheet."""
    check_sheet(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(f"{path}: the sheet is not in UTF-8; save it as CSV UTF-8.") from None
    except OSError as problem:
        raise InputError(f"{path}: the sheet cannot be read: {problem.strerror or problem}.") from None
    return _json_records(text, path) if path.suffix.lower() == ".jsonl" else _csv_records(text, path)


def _json_records(text: str, path: Path) -> list[tuple[int, dict[str, Any]]]:
    records = []
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as problem:
            raise InputError(f"{path}:{number}: not a line of JSON ({problem}).") from None
        if not isinstance(record, dict):
            raise InputError(f"{path}:{number}: not a line of a sheet.")
        records.append((number, record))
    return records


def _csv_records(text: str, path: Path) -> list[tuple[int, dict[str, Any]]]:
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator)
    try:
        names = [str(name).strip().strip('"').lower() for name in reader.fieldnames or ()]
        reader.fieldnames = names
        return [(reader.line_num, record) for record in reader if any(record.get(name) for name in names)]
    except csv.Error as problem:
        raise InputError(f"{path}:{reader.line_num}: not a CSV that can be read ({problem}).") from None


def cell_text(value: Any) -> str:
    """A value as a cell of a sheet holds it: blank where it is absent, cut where no spreadsheet would take it whole."""
    text = "" if value is None or pd.isna(value) else str(value)
    return text if len(text) <= _LONGEST_CELL else text[:_LONGEST_CELL] + "…"
