"""Pairs of replies to be judged without names: drawn, put in random order, written on a sheet, and back into rows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import pandas as pd

from workbench.analysis.hand_marks import cell_text, identities, records_on, written
from workbench.errors import InputError
from workbench.rows.configurations import chosen_configurations, configuration_columns, group_of, grouped, held
from workbench.rows.standing import ERROR, standing
from workbench.rows.table import checked

COLUMN: Final = "ratings"
"""The column of the rows that holds what raters said, as JSON."""

SHEET: Final = ("pair", "better", "left_thumb", "right_thumb", "note", "question", "left", "right")

Choice = Literal["left", "right", "tie"]

CHOICES: Final[Mapping[str, Choice]] = {
    **dict.fromkeys(("left", "l", "1", "links", "gauche", "izquierda", "左"), "left"),
    **dict.fromkeys(("right", "r", "2", "rechts", "droite", "derecha", "右"), "right"),
    **dict.fromkeys(("tie", "t", "=", "0", "same", "equal", "both", "gleich", "égal", "igual", "平"), "tie"),
}
"""What may stand in the column `better` of a sheet, or nothing as long as nobody has looked."""

THUMBS: Final[Mapping[str, bool]] = {
    **dict.fromkeys(("up", "+", "yes", "y", "good", "👍"), True),
    **dict.fromkeys(("down", "-", "no", "n", "bad", "👎"), False),
}


@dataclass(frozen=True)
class Rating:
    """What one rater said of one pair: which is better, perhaps a thumb for each, perhaps a note."""

    choice: Choice
    left_thumb: bool | None = None
    right_thumb: bool | None = None
    note: str = ""


@dataclass(frozen=True)
class BlindPair:
    """Two replies to the same, by their places in the rows; `name` tells the pair from all others and says no model."""

    name: str
    left: int
    right: int


@dataclass(frozen=True)
class Drawn:
    """The pairs to look at, and how many were not drawn from: answers that are the same to the letter."""

    pairs: tuple[BlindPair, ...]
    same: int


def drawn_pairs(
    rows: pd.DataFrame, n: int, *, configurations: Sequence[Mapping[str, Any]] | None = None, seed: int = 0
) -> Drawn:
    """Draw `n` pairs of replies of two configurations to the same task and sample, each in random order.

    The same `seed` draws the same pairs in the same order, so that two raters look at the same. Replies in error are
    not drawn, nor are pairs whose answers are the same. Raises InputError where the rows hold no two configurations,
    or more than two and none are named, and where no pair is left.
    """
    if isinstance(n, bool) or not isinstance(n, int | np.integer) or n < 1:
        raise InputError(f"n is {n!r}; give a whole number of pairs to rate, at least 1.")
    rows = checked(rows, "task_id", "model", "outcome", "answer", minimum=1)
    pairs, same = _all_pairs(rows, configurations)
    if not pairs:
        raise InputError(
            "There is no pair to rate: no task was answered by both configurations in different words"
            + (f" ({same} were answered in the same)." if same else ".")
        )
    random = np.random.default_rng(seed)
    chosen = random.permutation(len(pairs))[:n]
    flips = random.random(len(pairs)) < 0.5
    names = identities(rows)
    return Drawn(tuple(_pair(names, *(pairs[place][:: -1 if flips[place] else 1])) for place in chosen), same)


def pairs_on(rows: pd.DataFrame, path: Path) -> tuple[Drawn, dict[str, Rating]]:
    """The pairs that a sheet lists, as it lists them, and what was said of those that have been looked at.

    Raises InputError for what is no such sheet, for a word that says nothing, and for pairs of other rows.
    """
    listed, ratings = read_pairs(path)
    rows = checked(rows, "task_id", "model", "outcome", "answer", minimum=1)
    names = identities(rows)
    codes = group_of(rows, configuration_columns(rows))
    places: dict[str, BlindPair] = {}
    for group in rows.groupby(_case(rows), sort=False).indices.values():
        for left in group:
            for right in group:
                if codes[left] != codes[right]:
                    pair = _pair(names, int(left), int(right))
                    places[pair.name] = pair
    missing = sum(name not in places for name in listed)
    if missing or not listed:
        raise InputError(
            f"{path}: {missing} of {len(listed)} pairs on the sheet are not among these rows. Give the rows that it "
            "was made of, or another path for a new sheet."
        )
    return Drawn(tuple(places[name] for name in listed), 0), ratings


def sheet_of_pairs(rows: pd.DataFrame, pairs: Sequence[BlindPair], ratings: Mapping[str, Rating], path: Path) -> bytes:
    """The content of a sheet for these pairs: a line each, without a name of a model, filled in where it is known."""
    rows = rows.reset_index(drop=True)
    thumb = {True: "up", False: "down", None: ""}
    lines = []
    for pair in pairs:
        said = ratings.get(pair.name)
        left, right = rows.iloc[pair.left], rows.iloc[pair.right]
        values = (
            pair.name,
            said.choice if said else "",
            thumb[said.left_thumb] if said else "",
            thumb[said.right_thumb] if said else "",
            said.note if said else "",
            cell_text(left.get("task_question")) or cell_text(left["task_id"]),
            cell_text(left["answer"]),
            cell_text(right["answer"]),
        )
        lines.append(dict(zip(SHEET, values, strict=True)))
    return written(lines, SHEET, path)


def read_pairs(path: Path) -> tuple[list[str], dict[str, Rating]]:
    """Read a sheet: the names of its pairs, and the ratings of those that have one."""
    listed: list[str] = []
    ratings: dict[str, Rating] = {}
    for number, record in records_on(path):
        if not {"pair", "better"} <= record.keys():
            raise InputError(f"{path}:{number}: no sheet of pairs: it needs the columns 'pair' and 'better'.")
        words = {name: str(record.get(name) or "").strip() for name in SHEET}
        listed.append(words["pair"])
        if not words["better"]:
            continue
        choice = CHOICES.get(words["better"].lower())
        if choice is None:
            raise InputError(f"{path}:{number}: better is {words['better']!r}; write left, right or tie, or nothing.")
        left, right = (_thumb(words[name], f"{path}:{number}: {name}") for name in ("left_thumb", "right_thumb"))
        ratings[listed[-1]] = Rating(choice, left, right, words["note"].removeprefix("'"))
    return listed, ratings


def with_ratings(
    rows: pd.DataFrame, rater: str, pairs: Sequence[BlindPair], ratings: Mapping[str, Rating]
) -> pd.DataFrame:
    """Return the rows with these ratings in their column `ratings`: each reply of a pair says how it stood in it.

    What the same rater said before of the same two replies is replaced; all else stays.
    """
    table = rows.copy(deep=False)
    had = table[COLUMN].tolist() if COLUMN in table.columns else [None] * len(table)
    names = identities(table)
    entries = [entries_of(value) for value in had]
    for pair in pairs:
        said = ratings.get(pair.name)
        if said is None:
            continue
        for here, there, own, thumb in (
            (pair.left, pair.right, "left", said.left_thumb),
            (pair.right, pair.left, "right", said.right_thumb),
        ):
            word = "tie" if said.choice == "tie" else "better" if said.choice == own else "worse"
            entry = {"rater": rater, "against": names[there], "said": word, "thumb": thumb, "note": said.note}
            others = [e for e in entries[here] if (e.get("rater"), e.get("against")) != (rater, names[there])]
            entries[here] = [*others, entry]
    values = [json.dumps(each, ensure_ascii=False) if each else pd.NA for each in entries]
    return table.assign(**{COLUMN: pd.Series(values, index=table.index, dtype=object)})


def entries_of(value: Any) -> list[dict[str, Any]]:
    """What a cell of the column `ratings` holds; nothing for one that is absent or cannot be read."""
    if not isinstance(value, str):
        return []
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return []
    return [entry for entry in found if isinstance(entry, dict)] if isinstance(found, list) else []


def _all_pairs(
    rows: pd.DataFrame, configurations: Sequence[Mapping[str, Any]] | None
) -> tuple[list[tuple[int, int]], int]:
    columns = configuration_columns(rows)
    codes, groups = grouped(rows, columns)
    found = [dict(zip(columns, values, strict=True)) for values in groups.itertuples(index=False, name=None)]
    if configurations is not None:
        chosen = chosen_configurations(found, configurations, most=2)
    elif len(found) == 2:
        chosen = [0, 1]
    else:
        chosen = []
    if len(set(chosen)) != 2:
        raise InputError(
            f"Two configurations are rated against each other, and these rows hold {len(found)}. Name two: "
            f"configurations=[{{'model': …}}, {{'model': …}}]. They hold {held(found)}"
        )
    asked = standing(rows) != ERROR
    sides: list[dict[Any, int]] = [{}, {}]
    case = _case(rows)
    for line in range(len(rows) - 1, -1, -1):  # of rows that say the same twice, the first stays
        if asked[line] and codes[line] in chosen:
            sides[chosen.index(int(codes[line]))][case[line]] = line
    answers = ["" if pd.isna(answer) else str(answer).strip() for answer in rows["answer"]]
    first = sorted(sides[0].items(), key=lambda item: item[1])
    both = [(line, sides[1][name]) for name, line in first if name in sides[1]]
    differing = [pair for pair in both if answers[pair[0]] != answers[pair[1]]]
    return differing, len(both) - len(differing)


def _case(rows: pd.DataFrame) -> list[str]:
    """What two replies have in common that are rated against each other: the task, and the number of the sample."""
    samples = rows["sample"].tolist() if "sample" in rows.columns else [0] * len(rows)
    return [json.dumps([str(task), str(sample)]) for task, sample in zip(rows["task_id"], samples, strict=True)]


def _pair(names: Sequence[str], left: int, right: int) -> BlindPair:
    """Named so that nobody reads out of it who is who, and that the order of the two can be found again."""
    digest = hashlib.sha256(f"{names[left]} {names[right]}".encode("ascii")).hexdigest()
    return BlindPair("p" + digest[:11], left, right)


def _thumb(word: str, where: str) -> bool | None:
    if not word:
        return None
    if word.lower().removeprefix("'") not in THUMBS:
        raise InputError(f"{where} is {word!r}; write up or down, or leave it empty.")
    return THUMBS[word.lower().removeprefix("'")]
