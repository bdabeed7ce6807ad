"""The smallest max_tokens that loses nothing that matters, how sure that is, and what a larger one might recover."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from workbench.analysis import stats
from workbench.analysis.cuts import UncutRun, in_lots, usable_runs
from workbench.analysis.duplicates import said_of_duplicates
from workbench.analysis.intervals import saving_over_tasks, share_over_tasks
from workbench.analysis.verdict_words import span
from workbench.errors import InputError
from workbench.replies.outcomes import CUT_OUTCOMES
from workbench.rows.standing import RIGHT
from workbench.rows.table import checked
from workbench.show import figures, tables
from workbench.show.figures import points
from workbench.show.frames import ShownFrame

if TYPE_CHECKING:
    from numpy.typing import NDArray

QUANTILES: Final = (0.5, 0.9, 0.95, 0.99)


class Recommendations(ShownFrame):
    """A table of `recommend_budget`, one line a configuration, that shows its advice in words."""

    def _headline(self) -> str:
        return str(self["advice"].iloc[0]) if len(self) == 1 else ""

    def _shown(self) -> list[tables.Column]:
        if not {"max_tokens", "largest", "loss_high", "tokens_saved", "usd_saved", "cut", "advice"} <= set(
            self.columns
        ):
            return []
        lines = self._lines()
        return [
            *tables.configurations(self._by(), lines),
            tables.Column("max_tokens", [figures.count(line["max_tokens"]) for line in lines]),
            tables.Column("of", [figures.count(line["largest"]) for line in lines]),
            tables.Column("loss at most", [points(line["loss_high"]) for line in lines]),
            _with_limits(lines, "tokens_saved", "saves tokens"),
            _with_limits(lines, "usd_saved", "saves usd"),
            _with_limits(lines, "cut", "ran into the cap", "recovered_at_most"),
            *([tables.Column("advice", [str(line["advice"]) for line in lines], words=True)] * (len(lines) > 1)),
        ]

    def _more(self) -> list[tables.Section]:
        names = [f"thinking_p{round(100 * quantile)}" for quantile in QUANTILES]
        if not set(names) <= set(self.columns):
            return []
        lines = self._lines()
        columns = [
            *tables.configurations(self._by(), lines),
            *(
                tables.Column(
                    name.removeprefix("thinking_"),
                    [figures.count(line[name]) for line in lines],
                    notes=[figures.limits(line, name, figures.count) for line in lines],
                )
                for name in names
            ),
        ]
        return [tables.Section("Tokens of thinking (Kaplan-Meier)", columns)]


def _with_limits(lines: list[dict[Any, Any]], name: str, title: str, limits: str = "") -> tables.Column:
    limits = limits or name
    told = [figures.limits(line, limits, figures.percent) if f"{limits}_low" in line else "" for line in lines]
    return tables.Column(title, [figures.percent(line[name]) for line in lines], notes=told)


def recommend_budget(
    rows: pd.DataFrame, within: float = 0.02, *, confidence: float = 0.95, params: Mapping[str, Any] | None = None
) -> Recommendations:
    """Recommend the smallest max_tokens whose accuracy is within a margin of that at the largest cap.

    One line a configuration, computed from its replies at its largest cap (see `budget_curve` for the condition).
    `max_tokens` is the smallest cap whose loss of accuracy lies below `within` with the stated confidence: the upper
    one-sided Wilson limit (clustered by task) of the share of calls that are right at the largest cap and would be cut.
    The loss can only grow as the cap shrinks, so testing the caps from the largest down keeps the confidence (a fixed
    sequence of tests). It is NA when so few tasks cannot show it. `observed_max_tokens` is the same without the
    confidence. What is saved has 95 % limits over tasks; every task counts alike, however many replies it has.
    `recovered_likely` is what a larger cap would add if the replies that were cut were right as often as
    the longest quarter of the others, `recovered_at_most` if they all were. Quantiles of the thinking's length are
    Kaplan-Meier's, in which a thought that was cut is longer than what was seen of it; their limits take calls as
    independent.

    Raises InputError for rows that are empty or lack a column, a margin or confidence outside 0 to 1, and where the cap
    steers every model in the rows.
    """
    if not 0 < within < 1:
        raise InputError(f"within is {within!r}; give the accuracy that may be lost, such as 0.02 for 2 points.")
    if not 0.5 < confidence < 1:
        raise InputError(f"confidence is {confidence!r}; give a number between 0.5 and 1, such as 0.95.")
    rows = checked(rows, "task_id", "outcome", "correct", "max_tokens", minimum=1)
    usable, refused = usable_runs(rows, params)
    lines = [_recommended(run, within, confidence) for run in usable]
    table = Recommendations(lines)
    by = list(usable[0].values)
    whole = ("largest", "max_tokens", "observed_max_tokens", "tasks", "calls")
    kinds = {name: "Int64" if name in whole else "Float64" for name in table.columns if name not in (*by, "advice")}
    table = Recommendations(table.astype({**kinds, "advice": "object"}))
    about = [
        f"Loss: one-sided {figures.percent(confidence)} limit (Wilson, clustered by task) against the largest cap; the "
        f"margin is {points(within)}.",
        "Thinking: Kaplan-Meier over calls, 95 % limits.",
        "Valid where max_tokens is a plain cut-off that the model cannot see.",
    ]
    table.attrs |= {"by": by, "about": " ".join([*about, *refused, said_of_duplicates(rows)]).strip()}
    return table


def _recommended(run: UncutRun, within: float, confidence: float) -> dict[str, Any]:
    right = run.standing == RIGHT
    seen, certain = _bearable(run, within, confidence)
    proposed = None if certain is None else _round_up(certain.cap, run.longest)
    cut = run.per_task(run.cut)
    cut_share = float(cut.mean())
    cut_low, cut_high = share_over_tasks(cut, np.ones(run.tasks), run.calls_per_task).one()
    likely = _likely_right(run)
    line = {
        **run.values,
        "max_tokens": proposed,
        "largest": run.longest,
        "observed_max_tokens": _round_up(seen, run.longest),
        "tasks": run.tasks,
        "calls": len(run.task),
        "accuracy": run.mean(right),
        "loss": None if certain is None else certain.share,
        "loss_high": None if certain is None else certain.high,
        **_saved(run, proposed),
        "cut": cut_share,
        "recovered_likely": cut_share * likely if cut_share else 0.0,
        "recovered_at_most": cut_share,
        "recovered_at_most_low": cut_low,
        "recovered_at_most_high": cut_high,
        **_thinking_quantiles(run),
    }
    advice = [_advice(run, line, within, confidence), _recovery(line)]
    if cut_share > within:
        advice = [f"Try a larger cap first. {advice[1]}", advice[0]]
    return {**line, "advice": " ".join(advice)}


class _Loss(NamedTuple):
    """The share of right answers that a cap loses, and how much it may be."""

    cap: int
    share: float
    high: float


def _bearable(run: UncutRun, within: float, confidence: float) -> tuple[int, _Loss | None]:
    """The smallest cap whose loss is seen to lie within the margin, and what the smallest loses that surely does."""
    right = run.standing == RIGHT
    seen, certain, sure = run.longest, None, True
    for caps in in_lots(np.unique(np.ceil(run.output[right]))[::-1].astype(int).tolist(), run.tasks):
        lost = np.stack([run.per_task(right & (run.output > cap)) for cap in caps])
        shares = lost.mean(-1)
        bearable = _leading(shares <= within)
        if not bearable:
            break
        seen = caps[bearable - 1]
        if sure:
            limits = share_over_tasks(
                lost[:bearable], np.ones(run.tasks), run.calls_per_task, confidence=2 * confidence - 1
            )
            surely = _leading(limits.high <= within)
            if surely:
                certain = _Loss(caps[surely - 1], float(shares[surely - 1]), float(limits.high[surely - 1]))
            sure = surely == bearable
        if bearable < len(caps):
            break
    return seen, certain


def _leading(held: NDArray[np.bool_]) -> int:
    """For how many from the first on something holds, one after another."""
    return int(np.logical_and.accumulate(held).sum())


def _saved(run: UncutRun, cap: int | None) -> dict[str, float | None]:
    """The share of tokens, usd and seconds that the cap saves against the largest, with limits over tasks."""
    if cap is None:
        return {f"{name}_saved{end}": None for name in ("tokens", "usd", "seconds") for end in ("", "_low", "_high")}
    capped = run.at(cap)
    pairs = {"tokens": (run.output, capped.tokens), "usd": (run.usd, capped.usd)}
    pairs["seconds"] = (run.seconds, capped.seconds)
    found: dict[str, float | None] = {}
    for name, (before, after) in pairs.items():
        whole, left = run.per_task(before), run.per_task(after)
        known = whole.sum() > 0
        limits = saving_over_tasks(left, whole, run.calls_per_task).one() if known else (None, None)
        found |= {f"{name}_saved": float(1 - left.sum() / whole.sum()) if known else None}
        found |= dict(zip((f"{name}_saved_low", f"{name}_saved_high"), limits, strict=True))
    return found


def _likely_right(run: UncutRun) -> float:
    """How often the longest quarter of the replies that were not cut is right."""
    whole = ~run.cut
    if not whole.any():
        return float("nan")
    long = whole & (run.output >= np.quantile(run.output[whole], 0.75))
    weights = 1 / run.calls_per_task[run.task[long]]
    return float(np.average(run.standing[long] == RIGHT, weights=weights))


def _thinking_quantiles(run: UncutRun) -> dict[str, float]:
    known = ~np.isnan(run.thinking)
    exhausted = (run.rows["outcome"] == CUT_OUTCOMES[0]).to_numpy(bool)
    curve = stats.kaplan_meier(run.thinking[known], exhausted[known])
    figures: dict[str, float] = {}
    for quantile in QUANTILES:
        middle, limits = stats.censored_quantile(curve, quantile)
        name = f"thinking_p{round(100 * quantile)}"
        figures |= {name: middle, f"{name}_low": limits.low, f"{name}_high": limits.high}
    return figures


def _advice(run: UncutRun, line: Mapping[str, Any], within: float, confidence: float) -> str:
    sure = f"{figures.percent(confidence)} confidence"
    if not (run.standing == RIGHT).any():
        return f"Nothing was right at {run.longest:,}: no smaller cap can lose anything."
    if line["max_tokens"] is None:
        needed = stats.trials_to_show(within, confidence=confidence)
        return (
            f"Keep {run.longest:,}: {run.tasks:,} tasks cannot show with {sure} that a smaller cap loses at most "
            f"{points(within)}; about {max(needed, run.tasks + 1):,} could, of some smaller cap that lost nothing."
        )
    if line["max_tokens"] >= run.longest:
        return f"Keep {run.longest:,}: a smaller cap may lose more than {points(within)}."
    saved = [f"{figures.percent(line['tokens_saved'])} of the tokens"]
    if not figures.absent(line["usd_saved"]):
        saved.append(f"{figures.percent(line['usd_saved'])} of the dollars")
    return (
        f"max_tokens {line['max_tokens']:,} is enough: against {run.longest:,} it loses at most "
        f"{points(line['loss_high'])} of accuracy ({sure}; {points(line['loss'])} in these rows) and saves "
        f"{' and '.join(saved)}."
    )


def _recovery(line: Mapping[str, Any]) -> str:
    if not line["cut"]:
        return "No reply ran into the cap: a larger one recovers nothing."
    what = f"{figures.percent(line['cut'])} of the replies ran into {line['largest']:,}"
    if figures.absent(line["recovered_likely"]):
        return f"{what}: a larger cap would add at most {points(line['cut'])}."
    return (
        f"{what}: a larger cap would add {span(0.0, line['recovered_likely'])}, the most if they were right as often "
        f"as the longest quarter of the others; {points(line['cut'])} if all were."
    )


def _round_up(cap: int, largest: int) -> int:
    """To two significant digits, upwards: a larger cap loses no more."""
    step = int(10 ** max(0, np.floor(np.log10(max(cap, 1))) - 1))
    return int(min(-(-cap // step) * step, largest))
