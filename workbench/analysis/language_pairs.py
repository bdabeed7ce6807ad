"""The same questions in several languages, as pairs: accuracy, length and language of the thinking, price of a right
one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from workbench.analysis.duplicates import said_of_duplicates
from workbench.analysis.intervals import (
    Taken,
    difference_over_tasks,
    mean_over_tasks,
    quotient_over_tasks,
    ratio_of_quotients,
    share_over_tasks,
)
from workbench.analysis.thinking import thinking_read
from workbench.analysis.translations import code_of, language_of, pair_of
from workbench.errors import InputError, warn
from workbench.rows.configurations import configuration_columns, grouped, numbers
from workbench.rows.standing import RIGHT, scored, standing
from workbench.rows.table import checked
from workbench.show import figures, tables
from workbench.show.figures import points
from workbench.show.frames import ShownFrame

if TYPE_CHECKING:
    from workbench.analysis.stats import Floats


class LanguageTable(ShownFrame):
    """A table of `language_table`, one line a configuration and language of the question."""

    def _headline(self) -> str:
        return " ".join(dict.fromkeys(str(line["finding"]) for line in self._lines() if line.get("finding")))

    def _shown(self) -> list[tables.Column]:
        if not {"language", "right", "thinking_tokens", "in_its_language", "difference"} <= set(self.columns):
            return []
        lines = self._lines()
        return [
            *tables.configurations(self._by(), lines),
            tables.Column(
                "tasks", [figures.count(line["tasks"]) for line in lines], notes=[_paired(line) for line in lines]
            ),
            tables.Column(
                "right",
                [figures.percent(line["right"]) for line in lines],
                notes=[figures.limits(line, "right", figures.percent) for line in lines],
            ),
            tables.Column(
                "against the same in " + str(self.attrs.get("reference", "")),
                [_apart(line) for line in lines],
                notes=[_limits(line) for line in lines],
            ),
            tables.Column(
                "thinking tokens",
                [figures.count(line["thinking_tokens"]) for line in lines],
                notes=[_times(line, "length_ratio") for line in lines],
            ),
            tables.Column(
                "thinks in", [str(line["thinks_in"]) for line in lines], notes=[_own(line) for line in lines]
            ),
            tables.Column(
                "a right answer costs",
                [figures.money(line["usd_per_correct"]) for line in lines],
                notes=[_times(line, "price_ratio") for line in lines],
            ),
        ]


def _paired(line: Any) -> str:
    return "" if figures.absent(line["pairs"]) else f"{int(line['pairs']):,} in pairs"


def _apart(line: Any) -> str:
    return "" if figures.absent(line["difference"]) else points(line["difference"], signed=True)


def _limits(line: Any) -> str:
    return (
        ""
        if figures.absent(line["difference_low"])
        else figures.points_limits(line["difference_low"], line["difference_high"])
    )


def _times(line: Any, name: str) -> str:
    if figures.absent(line[name]):
        return ""
    ends = (
        ""
        if figures.absent(line[f"{name}_low"])
        else f" [{figures.factor(line[f'{name}_low'])}–{figures.factor(line[f'{name}_high'])}]"
    )
    return f"{figures.factor(line[name])} times{ends}"


def _own(line: Any) -> str:
    share = line["in_its_language"]
    return "" if figures.absent(share) else f"{figures.percent(share)} in the question's"


def language_table(rows: pd.DataFrame, *, language: str | None = None, reference: str | None = None) -> LanguageTable:
    """Set the same questions in several languages beside each other, one line a configuration and language.

    The language is that of the tasks' column `language` (or the one that is named), else the question's, as it is
    found; translations belong together by the column `pair`, else by their ids (`sheep-en`, `sheep-zh`). `right`:
    accuracy, with limits; `thinking_tokens`: mean; `thinks_in`: the language of most of the thinking,
    `in_its_language`: the share of the thinking's tokens in the question's own; `usd_per_correct`. Against the
    `reference` language (the most frequent one), over the pairs alone: `difference` of accuracy, `length_ratio` of the
    thinking, `price_ratio` of a right answer, each with 95 % limits over pairs. Raises InputError where all questions
    are in one language, or in none that is known.
    """
    rows = checked(rows, "task_id", "model", "outcome", "correct", minimum=1)
    codes = language_of(rows, language)
    present = [str(code) for code in codes.dropna().value_counts().index]
    if len(present) < 2:
        raise InputError(
            f"The questions are in {present or 'no language that can be told'}; give tasks in two languages, or name "
            "their column."
        )
    first = code_of(reference) if reference is not None else present[0]
    if first not in present:
        raise InputError(f"reference is {reference!r}; the questions are in {', '.join(present)}.")
    if "thinking" not in rows.columns:
        rows = rows.assign(thinking=pd.Series(pd.NA, index=rows.index, dtype=object))
    stand = standing(rows)
    left_out = _untold(int(codes.isna().sum()), len(rows))
    use = scored(rows, stand) & codes.notna().to_numpy(bool)
    if not use.any():
        raise InputError(
            f"None of the {figures.counted(len(rows), 'row')} counts: they failed, or their tasks have no target. Give "
            "tasks with targets, or mark the answers."
        )
    rows, codes, stand = rows[use].reset_index(drop=True), codes[use].reset_index(drop=True), stand[use]
    read = thinking_read(rows)
    data = pd.DataFrame(
        {
            "pair": pair_of(rows, codes),
            "language": codes,
            "right": (stand == RIGHT).astype(float),
            "tokens": numbers(rows, "thinking_tokens"),
            "usd": numbers(rows, "usd"),
            "own": _in_own_language(read, codes),
            "thinks": read["language"],
        }
    )
    data.loc[np.isnan(data["tokens"]), "tokens"] = numbers(read, "thinking_tokens")[np.isnan(data["tokens"])]
    by = configuration_columns(rows)
    group, values = grouped(rows, by)
    lines: list[dict[str, Any]] = []
    order = [first, *(code for code in present if code != first)]
    for number, names in enumerate(values.to_dict("records")):
        mine = data[group == number]
        for code in order:
            there = mine[mine["language"] == code]
            if len(there):
                line = {**{str(name): value for name, value in names.items()}, "language": code, **_figures(there)}
                line |= (
                    _against(there, mine[mine["language"] == first])
                    if code != first
                    else dict.fromkeys(_AGAINST, float("nan"))
                )
                line["finding"] = _finding(line, str(first), len(values))
                lines.append(line)
    table = LanguageTable(lines)
    table.attrs |= {
        "by": [*by, "language"],
        "reference": first,
        "about": "Brackets are 95 % intervals, over tasks, and over pairs of translations where a language is set "
        f"against {first}.{left_out} {said_of_duplicates(rows)}".strip(),
    }
    return table


def _untold(number: int, rows: int) -> str:
    """What is left out since nobody knows in what language it was asked; warned of as well. Empty where nothing is."""
    if not number:
        return ""
    told = (
        f"{number:,} of {figures.counted(rows, 'row')} are left out: the language of their question cannot be told; "
        "give the tasks a column language."
    )
    warn(told)
    return f" {told}"


_AGAINST: Final = (
    *(
        "pairs",
        "difference",
        "difference_low",
        "difference_high",
        "length_ratio",
        "length_ratio_low",
        "length_ratio_high",
    ),
    *("price_ratio", "price_ratio_low", "price_ratio_high"),
)


def _in_own_language(read: pd.DataFrame, codes: pd.Series[Any]) -> Floats:
    shares = []
    for text, code in zip(read["languages"], codes, strict=True):
        shares.append(float(json.loads(text).get(code, 0.0)) if isinstance(text, str) else float("nan"))
    return np.array(shares, float)


def _per_pair(rows: pd.DataFrame, name: str) -> pd.Series[Any]:
    return rows.groupby("pair", sort=False)[name].mean()


def _figures(rows: pd.DataFrame) -> dict[str, Any]:
    counts = rows.groupby("pair", sort=False)["right"].count().to_numpy(float)
    right = _per_pair(rows, "right").to_numpy(float)
    usd, tokens = _per_pair(rows, "usd").to_numpy(float), _per_pair(rows, "tokens").to_numpy(float)
    low, high = share_over_tasks(right, np.ones(len(right)), counts).one()
    token_low, token_high = mean_over_tasks(tokens).one()
    priced = not np.isnan(usd).any() and right.sum() > 0
    price = quotient_over_tasks(usd, right, counts).one() if priced and usd.sum() > 0 else (float("nan"), float("nan"))
    thinks = rows["thinks"].dropna()
    known = rows[rows["own"].notna() & rows["tokens"].notna()]
    own = (
        float((known["own"] * known["tokens"]).sum() / known["tokens"].sum())
        if len(known) and known["tokens"].sum()
        else float("nan")
    )
    return {
        "tasks": len(right),
        "right": float(right.mean()),
        "right_low": low,
        "right_high": high,
        "thinking_tokens": float(np.nanmean(tokens)) if not np.isnan(tokens).all() else float("nan"),
        "thinking_tokens_low": token_low,
        "thinking_tokens_high": token_high,
        "thinks_in": str(thinks.mode().iloc[0]) if len(thinks) else "NA",
        "in_its_language": own,
        "usd_per_correct": float(usd.sum() / right.sum()) if priced else float("nan"),
        "usd_per_correct_low": price[0],
        "usd_per_correct_high": price[1],
    }


def _against(rows: pd.DataFrame, reference: pd.DataFrame) -> dict[str, float]:
    """A language against the reference, over the pairs that both have."""
    found = dict.fromkeys(_AGAINST, float("nan"))
    sides = [
        pd.DataFrame({name: _per_pair(side, name) for name in ("right", "tokens", "usd")}) for side in (rows, reference)
    ]
    shared = [pair for pair in sides[0].index if pair in sides[1].index]
    if not shared:
        return found
    mine, theirs = (side.loc[shared] for side in sides)
    apart = (mine["right"] - theirs["right"]).to_numpy(float)
    low, high = difference_over_tasks(apart).one()
    found |= {
        "pairs": float(len(shared)),
        "difference": float(apart.mean()),
        "difference_low": low,
        "difference_high": high,
    }
    ones = np.ones(len(shared))
    both = ~np.isnan(mine["tokens"].to_numpy(float)) & ~np.isnan(theirs["tokens"].to_numpy(float))
    for name, column, right in (("length_ratio", "tokens", None), ("price_ratio", "usd", "right")):
        use = both if column == "tokens" else np.ones(len(shared), bool)
        a, b = mine[column].to_numpy(float)[use], theirs[column].to_numpy(float)[use]
        first = ones[use] if right is None else mine[right].to_numpy(float)
        second = ones[use] if right is None else theirs[right].to_numpy(float)
        if (
            len(a) < 2
            or np.isnan(a).any()
            or np.isnan(b).any()
            or not (a.sum() and b.sum() and first.sum() and second.sum())
        ):
            continue
        found[name] = float((a.sum() / first.sum()) / (b.sum() / second.sum()))
        ends = _log_ratio(a, b) if right is None else ratio_of_quotients(Taken(a, first), Taken(b, second)).one()
        found[f"{name}_low"], found[f"{name}_high"] = ends
    return found


def _log_ratio(a: Floats, b: Floats) -> tuple[float, float]:
    """Limits of a ratio of means over pairs, by the delta method on its logarithm with Student's quantile."""
    from scipy import special

    influence = a / a.mean() - b / b.mean()
    half = special.stdtrit(len(a) - 1, 0.975) * influence.std(ddof=1) / np.sqrt(len(a))
    middle = np.log(a.mean() / b.mean())
    return float(np.exp(middle - half)), float(np.exp(middle + half))


def _finding(line: dict[str, Any], first: str, configurations: int) -> str:
    if figures.absent(line["difference"]) or configurations > 1:
        return ""
    low, high = line["difference_low"], line["difference_high"]
    told = f"In {line['language']} it is right {figures.percent(line['right'])} of the time"
    sure = "surely fewer" if high < 0 else "surely more" if low > 0 else "not decisive"
    against = f"{points(line['difference'], signed=True)} against the same in {first} ({sure})"
    own = line["in_its_language"]
    thinks = "" if figures.absent(own) else f", and thinks {figures.percent(own)} in it"
    return f"{told}, {against}{thinks}."
