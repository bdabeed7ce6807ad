"""The exit curve: how often a model is right when its thinking is stopped early, beside the plain cap, and what it
saves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from workbench.analysis.best_exit import HELD_OUT, WHOLE, figures_of, held_out, mark
from workbench.analysis.stop_rule import AGREE, Stop, agreeing
from workbench.analysis.thoughts.pace import usd_per_output_token
from workbench.analysis.tokens import tokens_of
from workbench.errors import InputError, warn
from workbench.rows.configurations import grouped, numbers
from workbench.rows.failures import failed, first_reason
from workbench.rows.standing import NEVER, scored, standing
from workbench.rows.table import checked
from workbench.scorers.values import value_key
from workbench.show import bars, figures, tables
from workbench.show.figures import points
from workbench.show.frames import ShownFrame

if TYPE_CHECKING:
    from workbench.analysis.stats import Floats

AT: Final = "task_exit_at"
THOUGHT: Final = "task_exit_thought"
OF: Final = "task_exit_of"
PROMPT: Final = "task_exit_prompt"


class ExitCurve(ShownFrame):
    """A table of `exit_curve`, one line for each model, prompt and stop."""

    def _headline(self) -> str:
        advice = list(dict.fromkeys(str(line["advice"]) for line in self._lines() if line.get("advice")))
        return " ".join(advice)

    def _shown(self) -> list[tables.Column]:
        if not {"stop", "right", "thinking_tokens", "lost", "plain_cap_right", "best"} <= set(self.columns):
            return []
        lines = self._lines()
        return [
            *tables.configurations(self._by(), lines),
            tables.Column("thought after", [f"{figures.count(line['thinking_tokens'])} tokens" for line in lines]),
            tables.Column(
                "right",
                [figures.percent(line["right"]) for line in lines],
                notes=[figures.limits(line, "right", figures.percent) for line in lines],
            ),
            tables.Column(
                "right, wrong, never",
                [""] * len(lines),
                [bars.outcomes(line["right"], line["wrong"], line["never_answered"]) for line in lines],
            ),
            tables.Column(
                "plain cap of as many tokens",
                [figures.percent(line["plain_cap_right"]) for line in lines],
                notes=[f"{figures.count(line['tokens'])} tokens" for line in lines],
            ),
            tables.Column(
                "against all of the thinking",
                [figures.percent(line["difference"], signed=True) for line in lines],
                notes=[f"{figures.percent(line['lost'])} lost, {figures.percent(line['won'])} won" for line in lines],
            ),
            tables.Column(
                "saves",
                [figures.percent(line["saved_share"]) for line in lines],
                notes=[_dollars(line) for line in lines],
            ),
            tables.Column("", ["cheapest within the margin" if line["best"] else "" for line in lines], words=True),
        ]


def _dollars(line: Mapping[Any, Any]) -> str:
    usd = line["saved_usd_per_1000"]
    return "" if figures.absent(usd) or not usd else f"{figures.money(usd)} per 1,000 replies"


def check_within(within: float) -> None:
    """Raise InputError for what is no accuracy that may be lost."""
    if isinstance(within, bool) or not isinstance(within, int | float) or not 0 < within < 1:
        raise InputError(f"within is {within!r}; give the accuracy that may be lost, such as 0.05 for 5 points.")


def _settled_exits(exits: pd.DataFrame) -> pd.DataFrame:
    """Rows of exits in their types: each is of a kept reply and a stop."""
    exits = checked(exits, "task_id", "model", "outcome", "correct", AT, THOUGHT, OF, minimum=1)
    for name in (AT, THOUGHT):
        values = pd.to_numeric(exits[name], errors="coerce")
        odd = exits[name][values.isna() & exits[name].notna() | (values < 0)]
        if len(odd) or (name == AT and values.isna().any()):
            held = odd.iloc[0] if len(odd) else pd.NA
            raise InputError(f"{name} holds {held!r}; give rows as exit_rows returns them")
        exits[name] = values.astype("Float64")
    return exits


def exit_table(rows: pd.DataFrame, exits: pd.DataFrame, *, within: float = 0.05) -> ExitCurve:
    """Make the exit curve of rows from the rows that `wb.sweeps.exit_rows` bought for them.

    One line for each model, prompt and stop, one for the rule that stops where two cuts in a row answer alike, one for
    the kept replies (`all of it`). `right`, `wrong`, `never_answered`: shares with 95 % limits over tasks. `tokens` are
    those of thinking and answer together; of the rule, with every answer that it had to ask for. `plain_cap_right`: the
    share of the kept replies that are right and not longer than `tokens`. `difference` (with limits), `lost` and `won`
    are against the kept replies, in pairs. `best` marks the cheapest stop whose loss is shown to be below `within`
    (one-sided, 95 %). That was chosen on the replies that judge it, and flatters; so from 20 tasks on one line more
    (`the best stop, chosen on other tasks`) says what choosing is worth: a fifth of the tasks after the other is judged
    by the stop that the rest of them chose. Raises InputError where none of the exits belongs to the rows.
    """
    check_within(within)
    rows = checked(rows, "task_id", "model", "outcome", "correct", "key", minimum=1)
    exits = _settled_exits(exits)
    rows = rows[rows["key"].isin(exits[OF].dropna().unique())].drop_duplicates(["key", "model"]).reset_index(drop=True)
    if not len(rows):
        raise InputError("None of the exits belongs to these rows.")
    stand = standing(rows)
    counted = scored(rows, stand)
    if not counted.any():
        raise InputError(
            f"None of the {figures.counted(len(rows), 'kept reply')} has a mark, so no exit can be right or wrong: "
            "give tasks with targets, or a scorer."
        )
    rows, stand = rows[counted].reset_index(drop=True), stand[counted]
    price = usd_per_output_token(rows)
    by = [name for name in ("model", "prompt") if name in rows.columns]
    group, values = grouped(rows, by)
    lines: list[dict[str, Any]] = []
    for number, line in enumerate(values.to_dict("records")):
        mine = group == number
        lines += _lines_of(
            {str(name): value for name, value in line.items()}, rows[mine], stand[mine], price[mine], exits, within
        )
    table = ExitCurve(lines)
    table.attrs |= {
        "by": [*by, "stop"],
        "about": f"Brackets are 95 % intervals over tasks. The cheapest loses less than {points(within)} against all "
        "of the thinking (one-sided, 95 %, on the same tasks). Chosen on the replies that judge it, it flatters; the "
        "line that is chosen on other tasks does not. Under a plain cap a thought that is cut is never answered."
        + _missing(exits),
    }
    return table


def stop_name(cut: float | int) -> str:
    """Name a stop: a share of the thought in per cent, with as many figures as it has, or a number of tokens.

    >>> stop_name(0.25), stop_name(0.335), stop_name(64)
    ('25%', '33.5%', '64 tokens')
    """
    return f"{100 * cut:.6g}%" if cut <= 1 else f"{int(cut)} tokens"


def _missing(exits: pd.DataFrame) -> str:
    """How many answers failed and why, as the end of what is said of a curve; warned of as well. Empty if none did."""
    missing = failed(exits)
    if not missing:
        return ""
    told = (
        f"{missing:,} of {figures.counted(len(exits), 'answer')} failed ({first_reason(exits)}): each stop "
        "is told on the tasks that it has. Asked again, what is kept is not bought again."
    )
    warn(told)
    return f" {told}"


def _lines_of(
    names: dict[str, Any], rows: pd.DataFrame, stand: Any, price: Floats, exits: pd.DataFrame, within: float
) -> list[dict[str, Any]]:
    task = pd.factorize(rows["task_id"], use_na_sentinel=False)[0]
    place = {key: number for number, key in enumerate(rows["key"])}
    tokens = tokens_of(rows)
    answer = np.nan_to_num(tokens.answer)
    thinking = np.where(np.isnan(tokens.thinking), np.nan_to_num(tokens.output) - answer, tokens.thinking)
    output = np.where(np.isnan(tokens.output), thinking + answer, tokens.output)
    usd = float(np.nanmean(price)) if (~np.isnan(price)).any() else float("nan")
    its_own = exits[OF].isin(list(rows["key"])) & (exits["model"] == rows["model"].iloc[0])
    mine = exits[its_own.to_numpy(bool)].reset_index(drop=True)
    stops, said = _stops(mine, place, len(rows), thinking)
    rule = agreeing(stops, said, thinking, output, stand)
    if rule is not None:
        stops[AGREE] = rule
    stops[WHOLE] = (stand, thinking, output)

    def figures_at(stop: Stop, among: Any) -> dict[str, Any]:
        standings, thought, spent = stop
        there = (standings >= 0) & among
        cells = (task[there], standings[there], stand[there], thought[there], spent[there])
        return figures_of(*cells, output[among], output[there], stand[among], usd)

    every = np.ones(len(rows), bool)
    lines = [{**names, "stop": name, **figures_at(stop, every)} for name, stop in stops.items() if (stop[0] >= 0).any()]
    elsewhere = held_out(stops, task, figures_at, within)
    if elsewhere is not None and len(lines) > 1:
        lines.insert(-1, {**names, "stop": HELD_OUT, **figures_at(elsewhere, every)})
    mark(lines, within)
    return lines


def _stops(
    exits: pd.DataFrame, place: Mapping[str, int], size: int, thinking: Floats
) -> tuple[dict[str, Stop], dict[str, list[str]]]:
    """By stop: how each reply stands there (-1 where nobody asked), its thought and all its tokens; and what it
    said."""
    found: dict[str, Stop] = {}
    said: dict[str, list[str]] = {}
    codes = standing(exits)
    at, thought = numbers(exits, AT), numbers(exits, THOUGHT)
    # All that was bought: a server may give the thought back, and a count of its own would take it for thinking.
    answers = np.nan_to_num(numbers(exits, "completion_tokens"), nan=0.0)
    extracted = (
        [text if isinstance(text, str) else "" for text in exits["extracted"]]
        if "extracted" in exits.columns
        else [""] * len(exits)
    )
    for cut in np.unique(at):
        name = stop_name(cut)
        standings, length, spent = np.full(size, -1, np.int8), np.full(size, np.nan), np.full(size, np.nan)
        texts = [""] * size
        for line in np.flatnonzero(at == cut):
            row = place[exits[OF][line]]
            if codes[line] <= NEVER:
                standings[row], length[row], spent[row] = codes[line], thought[line], thought[line] + answers[line]
                texts[row] = value_key(extracted[line]) if extracted[line] else ""
        found[name], said[name] = (standings, length, spent), texts
    return found, said
