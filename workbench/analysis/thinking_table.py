"""What the thinking of many replies comes to: one line a configuration, with intervals over tasks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from workbench.analysis.intervals import mean_over_tasks, share_over_tasks
from workbench.analysis.thinking_waste import Told, waste_of, waste_told, worth
from workbench.errors import InputError
from workbench.rows.configurations import column_meant, configuration_columns, grouped, numbers
from workbench.show import figures, tables
from workbench.show.frames import ShownFrame

if TYPE_CHECKING:
    from workbench.analysis.stats import Floats

_NEEDED: Final = frozenset(
    {"read", "thinking_tokens", "first_correct_tokens", "tail_tokens", "standing", "reflections"}
)
_FEWEST_TO_TELL: Final = 50
"""Tokens of a mean thought below which a second language in it is not told: too little of it is words."""
_SELDOM: Final = 0.05
"""Times a thought below which a word is not told of: it would be shown as 0.0."""
_PIECES: Final = ("after", "unanswered", "loops")
_STANDINGS: Final = ("right", "wrong", "never answered")
LEFT_AGAIN: Final = "Left again: it was then given up, for good or not. "
ABOUT: Final = (
    "Brackets are 95 % intervals over tasks, each by itself. Wasted: what was thought after the right answer had been "
    "reached and was not left again, in thoughts that never came to an answer, and in loops; each token counts once. "
    f"Answer came up: the right one stands in the thought, by its value. {LEFT_AGAIN}"
    "Tokens up to a place are its share of the thought's bytes times the tokens counted."
)


class ThinkingRead(ShownFrame):
    """A table of `thinking_read`, one row a reply; it shows itself as its summary."""

    def _headline(self) -> str:
        return headline(self) if set(self.columns) >= _NEEDED else ""

    def _shown(self) -> list[tables.Column]:
        if not set(self.columns) >= _NEEDED:
            return []
        return thinking_summary(self)._shown()

    def _caption(self) -> str:
        return f"{figures.counted(len(self), 'reply')}, one row each underneath. {_about(self)}"


class ThinkingSummary(ShownFrame):
    """A table of `thinking_summary`, one line a group."""

    @property
    def sentence(self) -> str:
        """What all of it comes to, in a sentence."""
        return self._headline()

    def columns_that_say_something(self) -> list[tables.Column]:
        """The columns as they are shown, without those that hold nothing but zeros, or one language."""
        return [column for column in self._shown() if column.names or not _says_nothing(column)]

    def _headline(self) -> str:
        return str(self.attrs.get("headline", ""))

    def _shown(self) -> list[tables.Column]:
        if not {"found", "wasted_share", "wasted_after", "left", "reflections", "tokens_right"} <= set(self.columns):
            return []
        lines = self._lines()
        return [
            *tables.configurations(self._by(), lines),
            tables.Column(
                "read",
                [f"{line['read']:,} of {line['replies']:,}" for line in lines],
                notes=[line["not_read"] for line in lines],
            ),
            tables.Column(
                "wasted",
                [figures.percent(line["wasted_share"]) for line in lines],
                notes=[_wasted(line) for line in lines],
            ),
            *(
                tables.Column(head, [figures.percent(line[f"wasted_{name}"]) for line in lines])
                for name, head in zip(_PIECES, ("after the answer", "without an answer", "in loops"), strict=True)
            ),
            _shares("answer came up", "found", lines),
            tables.Column("first at", [_of_tokens(line, "first_correct_tokens") for line in lines]),
            _shares("left again", "left", lines),
            tables.Column(
                "looks back",
                [_number(line["reflections"], " times") for line in lines],
                notes=[_other_ways(line["thought_switches"]) for line in lines],
            ),
            tables.Column(
                "tokens when right · wrong · never",
                [
                    " · ".join(figures.count(line[f"tokens_{name}"]) for name in ("right", "wrong", "never_answered"))
                    if line["read"]
                    else "NA"
                    for line in lines
                ],
            ),
            tables.Column(
                "language", [str(line["language"]) for line in lines], notes=[_other(line) for line in lines]
            ),
        ]


def _says_nothing(column: tables.Column) -> bool:
    if column.head == "language":
        return len(set(column.texts)) == 1 and not any(column.notes)
    if column.head == "read":
        return all(text.partition(" of ")[0] == text.partition(" of ")[2] for text in column.texts)
    nothing = set(column.texts) <= {"0 %", "0.0 times", "NA"}
    return nothing and all(note[:3] in ("", "[0–", "0.0") for note in column.notes)


def _shares(head: str, name: str, lines: Sequence[Any]) -> tables.Column:
    return tables.Column(
        head,
        [figures.percent(line[name]) for line in lines],
        notes=[figures.limits(line, name, figures.percent) for line in lines],
    )


def _of_tokens(line: Any, name: str) -> str:
    return (
        "NA"
        if figures.absent(line[name])
        else f"{figures.count(line[name])} of {figures.count(line['thinking_tokens'])} tokens"
    )


def _wasted(line: Any) -> str:
    if figures.absent(line["wasted_tokens"]) or not line["wasted_tokens"]:
        return ""
    parts = [f"{figures.count(line['wasted_tokens'])} tokens"]
    parts += [figures.money(line["wasted_usd"])] if line["wasted_usd"] > 0 else []
    parts += [figures.duration(line["wasted_seconds"])] if line["wasted_seconds"] > 0 else []
    return ", ".join(parts)


def _other(line: Any) -> str:
    share = line["other_language"]
    if figures.absent(line["thinking_tokens"]) or line["thinking_tokens"] < _FEWEST_TO_TELL:
        return ""  # a sum or a name is of every language
    return "" if figures.absent(share) or share < 0.005 else f"{figures.percent(share)} in another"


def _number(value: Any, behind: str) -> str:
    return "NA" if figures.absent(value) else f"{value:.1f}{behind}"


def _about(read: pd.DataFrame) -> str:
    return f"{ABOUT} {read.attrs.get('careful', '')}".strip()


def _other_ways(number: Any) -> str:
    return "" if figures.absent(number) or number < _SELDOM else f"{number:.1f} other ways"


def thinking_summary(read: pd.DataFrame, by: str | Sequence[str] | None = None) -> ThinkingSummary:
    """Summarise a table of `thinking_read`, one line for each combination of values in `by`.

    Without `by`: model × prompt × max_tokens × swept parameters; a task's own column may be named without its `task_`.
    Shares and means are over the replies that were read, a task being the unit, with 95 % limits (`_low`, `_high`).
    `found`: the target stands in the thought; `left`: it then left it; `loops`. `tail_tokens`, `tail_usd` and
    `tail_seconds` are sums, `tail_share` is their share of all thinking that was read; `wasted_share` is made of
    `wasted_after` (the tail), `wasted_unanswered` and `wasted_loops`, with `wasted_tokens`, `wasted_usd` and
    `wasted_seconds`; all NaN where nothing was read, the last two where no price or time is known.
    `tokens_right`, `tokens_wrong`, `tokens_never_answered` are mean lengths. Raises InputError for a table that is
    none of `thinking_read`.
    """
    if not isinstance(read, pd.DataFrame) or not set(read.columns) >= _NEEDED:
        held = f"a table without {min(_NEEDED - set(read.columns))!r}" if isinstance(read, pd.DataFrame) else repr(read)
        raise InputError(f"thinking_summary takes what thinking_read(rows) returns, not {held[:80]}.")
    if not len(read):
        raise InputError("There are no rows: nothing can be said. Run wb.sweep first, or loosen the filter.")
    default = [name for name in read.attrs.get("by", configuration_columns(read)[:3]) if name in read.columns]
    given = [by] if isinstance(by, str) else by
    if given is not None and not (isinstance(given, Iterable) and all(isinstance(name, str) for name in given)):
        raise InputError(f"by is {by!r}; give names of columns, such as ['model', 'kind']")
    names = default if given is None else list(dict.fromkeys(column_meant(read, name) for name in given))
    missing = [name for name in names if name not in read.columns]
    if missing:
        held = ", ".join(name for name in read.columns if name in default or name.startswith("task_"))
        raise InputError(f"The table has no column {missing[0]!r}; group it by some of {held or 'the others'}.")
    plain = pd.DataFrame(read).reset_index(drop=True)
    group, values = grouped(plain, names)
    lines = [
        {**{str(name): value for name, value in line.items()}, **_figures(plain[group == number])}
        for number, line in enumerate(values.to_dict("records"))
    ]
    table = ThinkingSummary(lines)
    table.attrs |= {"by": names, "about": _about(read), "headline": headline(plain)}
    return table


def _figures(mine: pd.DataFrame) -> dict[str, Any]:
    there = mine[(mine["read"] == "read").to_numpy(bool)]
    task = pd.factorize(there["task_id"], use_na_sentinel=False)[0]
    tokens, tail = numbers(there, "thinking_tokens"), numbers(there, "tail_tokens")
    aimed = (
        there["task_target"].notna().to_numpy(bool) if "task_target" in there.columns else np.zeros(len(there), bool)
    )
    first = numbers(there, "first_correct_tokens")
    line: dict[str, Any] = {"replies": len(mine), "read": len(there), "not_read": _why_not(mine)}
    for name, marks, of in (
        ("found", ~np.isnan(first), aimed),
        ("left", _truths(there, "left"), ~np.isnan(first)),
        ("loops", _truths(there, "loop"), np.ones(len(there), bool)),
        ("restated", _truths(there, "restated"), there["restated"].notna().to_numpy(bool)),
    ):
        line |= _share(name, marks[of], task[of])
    for name in ("thinking_tokens", "first_correct_tokens", "reflections", "thought_switches", "drafts"):
        line |= _mean(name, numbers(there, name), task)
    for name in ("tail_tokens", "tail_usd", "tail_seconds"):
        amounts = numbers(there, name)
        line[name] = float(np.nansum(amounts)) if (~np.isnan(amounts)).any() else float("nan")
    waste = waste_of(there)
    line |= {"wasted_share": waste.share, "wasted_tokens": float(waste.in_whole_tokens) if len(there) else float("nan")}
    line |= {f"wasted_{name}": worth(there, waste, f"thinking_{name}") for name in ("usd", "seconds")}
    for name, part in zip(_PIECES, (waste.tail, waste.unanswered, waste.loop), strict=True):
        line[f"wasted_{name}"] = float(part.sum() / tokens.sum()) if tokens.sum() else float("nan")
    told = ~np.isnan(tail)
    line["tail_share"] = float(tail[told].sum() / tokens.sum()) if told.any() and tokens.sum() else float("nan")
    standings = there["standing"].to_numpy(object)
    for name in _STANDINGS:
        of = standings == name
        line |= _mean(f"tokens_{name.replace(' ', '_')}", tokens[of], task[of])
    main = there["language"].dropna()
    line["language"] = str(main.mode().iloc[0]) if len(main) else "NA"
    other = numbers(there, "other_language_share")
    known = ~np.isnan(other)
    line["other_language"] = float((other * tokens)[known].sum() / tokens[known].sum()) if known.any() else float("nan")
    return line


def _truths(rows: pd.DataFrame, name: str) -> Any:
    return rows[name].fillna(False).to_numpy(bool)


def _per_task(values: Floats, task: Any) -> tuple[Floats, Floats]:
    """The sum and the number of values of each task that has one."""
    size = int(task.max()) + 1 if len(task) else 0
    counts = np.bincount(task, minlength=size)
    sums = np.bincount(task, values, size).astype(float)
    return sums[counts > 0], counts[counts > 0].astype(float)


def _share(name: str, marks: Any, task: Any) -> dict[str, float]:
    sums, counts = _per_task(marks.astype(float), task)
    if not len(sums):
        return {name: float("nan"), f"{name}_low": float("nan"), f"{name}_high": float("nan")}
    low, high = share_over_tasks(sums, counts).one()
    return {name: float(sums.sum() / counts.sum()), f"{name}_low": low, f"{name}_high": high}


def _mean(name: str, values: Floats, task: Any) -> dict[str, float]:
    known = ~np.isnan(values)
    sums, counts = _per_task(values[known], task[known])
    if not len(sums):
        return {name: float("nan"), f"{name}_low": float("nan"), f"{name}_high": float("nan")}
    low, high = mean_over_tasks(sums / counts).one()
    return {name: float((sums / counts).mean()), f"{name}_low": low, f"{name}_high": high}


def _why_not(mine: pd.DataFrame) -> str:
    counts = mine["read"][mine["read"] != "read"].value_counts()
    return ", ".join(f"{number:,} {why}" for why, number in counts.items())


def headline(read: pd.DataFrame) -> str:
    """What of a table of `thinking_read` was wasted and why, in a sentence, and how often the answer never stood."""
    return str(headline_parts(read))


def headline_parts(read: pd.DataFrame) -> Told:
    """The same in parts: what was wasted, on what, and what else is to be said."""
    there = read[(read["read"] == "read").to_numpy(bool)]
    if not len(there):
        return Told("No thinking could be read: " + _why_not(read) + ".")
    aimed = (
        there["task_target"].notna().to_numpy(bool) if "task_target" in there.columns else np.zeros(len(there), bool)
    )
    never = int((np.isnan(numbers(there, "first_correct_tokens")) & aimed).sum())
    told = waste_told(there)
    rest = [told.rest] if told.rest else []
    rest += [f"In {never:,} of {int(aimed.sum()):,} thoughts the right answer never came up."] if never else []
    unread = len(read) - len(there)
    rest += [f"{unread:,} of {len(read):,} cannot be read ({_why_not(read)})."] if unread else []
    return told._replace(rest=" ".join(rest))
