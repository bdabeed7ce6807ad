"""What raters preferred: the win rate of one configuration over another, and how far raters and scorer agree.

What was said stands in the rows, in the column `ratings`; `wb.rate` asks for it.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from typing import Any, Final

import pandas as pd

from workbench.analysis import stats
from workbench.analysis.agreement import Kappa, kappa
from workbench.analysis.blind import COLUMN, entries_of
from workbench.analysis.hand_marks import identities
from workbench.errors import InputError
from workbench.rows.configurations import configuration_columns, grouped
from workbench.rows.table import checked
from workbench.show import bars, figures, tables
from workbench.show.figures import counted
from workbench.show.frames import ShownFrame

_SAYS: Final = {"better": 1, "tie": 0, "worse": -1}
_SHOWN: Final = frozenset(
    {"a", "b", "ratings", "tasks", "better", "ties", "worse", "win_rate", "win_rate_low", "win_rate_high"}
)


class Preferences(ShownFrame):
    """A table of `preferences`, one line for two configurations that were rated against each other."""

    @property
    def sentences(self) -> list[str]:
        """Who was preferred, a sentence for each two that were compared."""
        return [_sentence(line) for line in self._lines()]

    def _shown(self) -> list[tables.Column]:
        if not set(self.columns) >= _SHOWN:
            return []
        lines = self._lines()
        shown = [
            tables.Column("A", [line["a"] for line in lines]),
            tables.Column("B", [line["b"] for line in lines]),
            tables.Column("ratings (tasks)", [f"{line['ratings']:,} ({line['tasks']:,})" for line in lines]),
            tables.Column("A better / tie / B better", [_counts(line) for line in lines]),
            tables.Column(
                "win rate of A",
                [figures.bracketed(line, "win_rate", figures.percent) for line in lines],
                [bars.interval(line["win_rate"], line["win_rate_low"], line["win_rate_high"]) for line in lines],
            ),
        ]
        for head, name in (("agreement with the scorer", "scorer"), ("between raters", "raters")):
            texts = [_kappa_text(line, name) for line in lines]
            if any(text != figures.ABSENT for text in texts):
                shown.append(tables.Column(head, texts, notes=[_kappa_note(line, name) for line in lines]))
        return shown

    def _headline(self) -> str:
        return _sentence(self.iloc[0].to_dict()) if len(self) == 1 and self._shown() else ""

    def _more(self) -> list[tables.Section]:
        pairs = self.attrs.get("raters", ())
        if len(pairs) < 2:
            return []
        names, found = [f"{one} and {other}" for one, other, _ in pairs], [Kappa(*each) for *_, each in pairs]
        return [
            tables.Section(
                "Agreement of each two raters",
                [
                    tables.Column("raters", names),
                    tables.Column("pairs rated by both", [figures.count(each.n) for each in found]),
                    tables.Column("agreed", [figures.percent(each.agreed) for each in found]),
                    tables.Column("kappa", [_of(each) for each in found]),
                ],
            )
        ]


def preferences(rows: pd.DataFrame) -> Preferences:
    """Tell which configuration raters preferred, from the column `ratings`, one line for each two that were compared.

    A tie counts half for each. Several ratings of one task are averaged, and the interval of the win rate is Wilson's
    over tasks, 95 %: raters of the same answers are no new tasks, and ties make it wider than need be. `kappa_scorer`
    compares what raters said (A, tie, B) with what the scorer makes of the same two replies, `kappa_raters` two raters
    on the pairs that both have rated: Cohen's kappa, over all raters together; each two of them stand below. Raises
    InputError for rows without a rating.

    >>> from workbench.rows.table import frame
    >>> from workbench.analysis.blind import Rating, drawn_pairs, with_ratings
    >>> rows = frame([{"task_id": t, "model": m, "outcome": "answered", "answer": m + t} for t in "1234" for m in "xy"])
    >>> pairs = drawn_pairs(rows, 4).pairs
    >>> said = {p.name: Rating("left" if rows["model"][p.left] == "x" else "right") for p in pairs}
    >>> found = preferences(with_ratings(rows, "me", pairs, said))
    >>> found[["a", "b", "better", "worse", "win_rate"]].values.tolist()
    [['x', 'y', 4, 0, 1.0]]
    """
    ratings = ratings_of(rows)
    if not len(ratings):
        raise InputError("No pair of these rows is rated. Rate some: wb.rate(rows).")
    lines = []
    between: list[tuple[str, str, Kappa]] = []
    for (a, b), group in ratings.groupby(["a", "b"], sort=False):
        wins = group["said"].map({1: 1.0, 0: 0.5, -1: 0.0})
        per_task = wins.groupby(group["task_id"].astype(str)).mean()
        low, high = stats.wilson(per_task.sum(), len(per_task))
        scorer = group.dropna(subset=["scorer"])
        with_scorer = kappa(scorer["said"].tolist(), scorer["scorer"].astype(int).tolist())
        pairs = _between(group)
        between += pairs
        together = kappa(*_joined(group))
        counts = {name: int((group["said"] == said).sum()) for name, said in _SAYS.items()}
        lines.append(
            {
                "a": a,
                "b": b,
                "raters": group["rater"].nunique(),
                "ratings": len(group),
                "tasks": len(per_task),
                "better": counts["better"],
                "ties": counts["tie"],
                "worse": counts["worse"],
                "win_rate": float(per_task.mean()),
                "win_rate_low": float(low),
                "win_rate_high": float(high),
                **_fields("scorer", with_scorer),
                **_fields("raters", together),
                "thumbs_a": _thumbs(group["thumb_a"]),
                "thumbs_b": _thumbs(group["thumb_b"]),
            }
        )
    found = Preferences(lines)
    found.attrs["raters"] = [(one, other, tuple(each)) for one, other, each in between]
    found.attrs["about"] = (
        "Win rate: a tie counts half; brackets are 95 % intervals (Wilson, over tasks). Kappa is Cohen's: 1 is full "
        "agreement, 0 what chance brings. Raters saw no names; pairs answered in the same words were not shown."
    )
    return found


def ratings_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Every rating as a line: the two configurations, who said what (1 A is better, 0 tie, -1 B), thumbs and note.

    `scorer` is what the marks of the rows say of the same two replies, in the same numbers; NA where one has none.
    """
    rows = checked(rows, "task_id", "model", minimum=1)
    columns = ["a", "b", "task_id", "rater", "said", "scorer", "thumb_a", "thumb_b", "note", "pair"]
    if COLUMN not in rows.columns or not rows[COLUMN].notna().any():
        return pd.DataFrame(columns=columns)
    names = identities(rows)
    places = {name: place for place, name in reversed(list(enumerate(names)))}
    by = configuration_columns(rows)
    codes, groups = grouped(rows, by)
    telling = [name for name in by if groups[name].nunique(dropna=False) > 1] or by[:1]
    labels = [
        ", ".join(figures.name(value) for value in values)
        for values in groups[telling].itertuples(index=False, name=None)
    ]
    marks = rows["correct"].tolist() if "correct" in rows.columns else [pd.NA] * len(rows)
    held = [entries_of(value) for value in rows[COLUMN]]
    lines = []
    for place in sorted(set(places.values())):
        for entry in held[place]:
            other = places.get(str(entry.get("against")))
            # Each rating stands in both rows: it is read in that of the configuration that comes first.
            if other is None or codes[place] >= codes[other] or entry.get("said") not in _SAYS:
                continue
            same = (entry.get("rater"), names[place])
            back = next((e for e in held[other] if (e.get("rater"), e.get("against")) == same), {})
            known = not (pd.isna(marks[place]) or pd.isna(marks[other]))
            lines.append(
                {
                    "a": labels[codes[place]],
                    "b": labels[codes[other]],
                    "task_id": rows["task_id"].iloc[place],
                    "rater": str(entry.get("rater")),
                    "said": _SAYS[entry["said"]],
                    "scorer": int(bool(marks[place])) - int(bool(marks[other])) if known else pd.NA,
                    "thumb_a": entry.get("thumb"),
                    "thumb_b": back.get("thumb"),
                    "note": str(entry.get("note") or ""),
                    "pair": f"{names[place]} {names[other]}",
                }
            )
    return pd.DataFrame(lines, columns=columns)


def _between(group: pd.DataFrame) -> list[tuple[str, str, Kappa]]:
    """The agreement of each two raters on the pairs that both have rated."""
    said: dict[str, dict[str, int]] = defaultdict(dict)
    for rater, pair, word in zip(group["rater"], group["pair"], group["said"], strict=True):
        said[rater][pair] = word
    found = []
    for one, other in itertools.combinations(said, 2):
        common = [pair for pair in said[one] if pair in said[other]]
        if common:
            words = ([said[rater][pair] for pair in common] for rater in (one, other))
            found.append((one, other, kappa(*words)))
    return found


def _joined(group: pd.DataFrame) -> tuple[list[int], list[int]]:
    """What each two raters said of the same pairs, all such couples one after another."""
    one, other = [], []
    for _, said in group.groupby("pair", sort=False)["said"]:
        for first, second in itertools.combinations(said.tolist(), 2):
            one.append(first)
            other.append(second)
    return one, other


def _fields(name: str, found: Kappa) -> dict[str, Any]:
    return {
        f"kappa_{name}": found.kappa,
        f"kappa_{name}_low": found.low,
        f"kappa_{name}_high": found.high,
        f"agreed_{name}": found.agreed,
        f"n_{name}": found.n,
    }


def _thumbs(thumbs: pd.Series[Any]) -> str:
    """Thumbs up and down, in words; blank where there are none."""
    up, down = sum(thumb is True for thumb in thumbs), sum(thumb is False for thumb in thumbs)
    return f"{up} up, {down} down" if up or down else ""


def _counts(line: Any) -> str:
    return f"{line['better']:,} / {line['ties']:,} / {line['worse']:,}"


def _of(found: Kappa) -> str:
    line = {"kappa": found.kappa, "kappa_low": found.low, "kappa_high": found.high}
    return figures.bracketed(line, "kappa", _two)


def _two(value: Any) -> str:
    return figures.ABSENT if figures.absent(value) else f"{value:.2f}"


def _kappa_text(line: Any, name: str) -> str:
    return figures.bracketed(line, f"kappa_{name}", _two) if line.get(f"n_{name}") else figures.ABSENT


def _kappa_note(line: Any, name: str) -> str:
    number = line.get(f"n_{name}") or 0
    agreed = line.get(f"agreed_{name}")
    return "" if not number or figures.absent(agreed) else f"same in {figures.percent(agreed)} of {number:,}"


def _sentence(line: Any) -> str:
    low, high, rate = line["win_rate_low"], line["win_rate_high"], line["win_rate"]
    numbers = _share(rate, low, high, line["ratings"])
    if low > 0.5 or high < 0.5:
        better, worse = (line["a"], line["b"]) if low > 0.5 else (line["b"], line["a"])
        if high < 0.5:
            numbers = _share(1 - rate, 1 - high, 1 - low, line["ratings"])
        return f"Raters preferred {better} to {worse}. It won {numbers}, a tie counted half."
    return f"Which of {line['a']} and {line['b']} raters prefer is not decisive. {line['a']} won {numbers}."


def _share(rate: float, low: float, high: float, ratings: int) -> str:
    return f"{figures.percent(rate)} [{figures.between(low, high)}] of {counted(ratings, 'rating')}"
