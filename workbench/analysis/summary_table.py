"""A summary as a table that shows itself: what decides in front, all other figures folded away below it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from workbench.show import bars, figures, tables
from workbench.show.frames import ShownFrame

Line = dict[Any, Any]

_NEEDED: Final = frozenset(
    {
        *("tasks", "calls", "right", "wrong", "never_answered", "errors", "unscored", "unpriced", "usd", "usd_spent"),
        *("accuracy", "accuracy_low", "accuracy_high"),
        *("accuracy_ceiling", "accuracy_ceiling_low", "accuracy_ceiling_high"),
        *("accuracy_answered", "accuracy_answered_low", "accuracy_answered_high"),
        *("thinking_tokens_per_call", "answer_tokens_per_call", "output_tokens_per_call", "thinking_tokens_estimated"),
        *("thinking_share_of_tokens", "thinking_share_of_usd", "thinking_share_of_seconds", "counted"),
        *(f"{unit}_per_correct{end}" for unit in ("usd", "tokens") for end in ("", "_low", "_high", "_at_least")),
        *(
            f"{name}_{end}"
            for name in ("seconds", "seconds_to_first_token", "seconds_to_answer")
            for end in ("p50", "p50_low", "p50_high", "p95", "p95_low", "p95_high")
        ),
        *("timed", "timed_to_first_token", "timed_to_answer"),
    }
)


class Summary(ShownFrame):
    """A table of `summary`, one line a configuration."""

    def _shown(self) -> list[tables.Column]:
        return _main(self._by(), self._lines()) if set(self.columns) >= _NEEDED else []

    def _more(self) -> list[tables.Section]:
        lines = self._lines()
        configurations = tables.configurations(self._by(), lines)
        parts: list[tuple[str, Callable[[list[Line]], list[tables.Column]]]] = [
            ("Accuracy and its bounds", _accuracy),
            ("Thinking", _thinking),
            ("Money and tokens", _money),
            ("Time", _time),
        ]
        return [tables.Section(title, [*configurations, *columns(lines)]) for title, columns in parts]


def _main(by: list[str], lines: list[Line]) -> list[tables.Column]:
    return [
        *tables.configurations(by, lines),
        tables.Column(
            "accuracy",
            [figures.bracketed(line, "accuracy", figures.percent) for line in lines],
            [bars.interval(line["accuracy"], line["accuracy_low"], line["accuracy_high"]) for line in lines],
        ),
        *_doubts(lines),
        tables.Column(
            "right / wrong / never answered",
            [_stood(line) for line in lines],
            [bars.outcomes(line["right"], line["wrong"], line["never_answered"]) for line in lines],
        ),
        tables.Column(
            "tokens a call: thinking + answer",
            [_tokens(line) for line in lines],
            [
                bars.shares(
                    [
                        ("thinking", line["thinking_tokens_per_call"], bars.THINKING_COLOUR),
                        ("answer", line["answer_tokens_per_call"], bars.ANSWER_COLOUR),
                    ]
                )
                for line in lines
            ],
        ),
        _per_correct("usd", figures.money, lines),
        tables.Column(
            "seconds p50 (p95)",
            [figures.duration(line["seconds_p50"]) for line in lines],
            notes=[_in_brackets(figures.duration(line["seconds_p95"])) for line in lines],
        ),
        tables.Column("usd", [_usd(line) for line in lines]),
    ]


def _doubts(lines: list[Line]) -> list[tables.Column]:
    """Accuracy read otherwise, where there is reason to: unsure marks both ways, corrected by marks of a person."""
    columns = []
    ends = ("", "_low", "_high")
    if any(line.get("unsure") for line in lines):
        columns.append(
            tables.Column(
                "were the unsure wrong–right",
                [figures.between(line["accuracy_unsure_wrong"], line["accuracy_unsure_right"]) for line in lines],
                notes=[f"{figures.count(line['unsure'])} unsure" for line in lines],
            )
        )
    if any(not figures.absent(line.get("accuracy_corrected_low")) for line in lines):
        columns.append(
            tables.Column(
                "corrected by hand marks",
                [figures.bracketed(line, "accuracy_corrected", figures.percent) for line in lines],
                [bars.interval(*(line[f"accuracy_corrected{end}"] for end in ends)) for line in lines],
            )
        )
    return columns


def _accuracy(lines: list[Line]) -> list[tables.Column]:
    return [
        tables.Column("tasks × calls", [f"{figures.count(line['tasks'])} × {_each(line)}" for line in lines]),
        _counts("failed", "errors", lines),
        _counts("without target", "unscored", lines),
        tables.Column("accuracy, at least", [figures.percent(line["accuracy"]) for line in lines]),
        tables.Column(
            "at most, were all that never answered right",
            [figures.percent(line["accuracy_ceiling"]) for line in lines],
            notes=[figures.limits(line, "accuracy_ceiling", figures.percent) for line in lines],
        ),
        _figure("of those that answered", "accuracy_answered", figures.percent, lines),
        tables.Column("answered (n)", [figures.count(line["right"] + line["wrong"]) for line in lines]),
    ]


def _thinking(lines: list[Line]) -> list[tables.Column]:
    return [
        *(
            tables.Column(f"share of {what}", [figures.percent(line[f"thinking_share_of_{what}"]) for line in lines])
            for what in ("tokens", "usd", "seconds")
        ),
        _counts("calls with known counts", "counted", lines),
        tables.Column("of them estimated", [figures.percent(line["thinking_tokens_estimated"]) for line in lines]),
    ]


def _money(lines: list[Line]) -> list[tables.Column]:
    return [
        tables.Column("usd when bought", [figures.money(line["usd"]) for line in lines]),
        tables.Column("usd spent by this run", [figures.money(line["usd_spent"]) for line in lines]),
        _counts("calls without a price", "unpriced", lines),
        _per_correct("usd", figures.money, lines),
        _per_correct("tokens", figures.count, lines),
    ]


def _time(lines: list[Line]) -> list[tables.Column]:
    columns = []
    for head, name, timed in (
        ("whole reply", "seconds", "timed"),
        ("to first token", "seconds_to_first_token", "timed_to_first_token"),
        ("to first of the answer", "seconds_to_answer", "timed_to_answer"),
    ):
        columns += [
            _figure(f"{head}, p50", f"{name}_p50", figures.duration, lines),
            _figure("p95", f"{name}_p95", figures.duration, lines),
            _counts("n", timed, lines),
        ]
    return columns


def _figure(head: str, column: str, show: Callable[[Any], str], lines: list[Line]) -> tables.Column:
    return tables.Column(
        head,
        [show(line[column]) for line in lines],
        notes=["" if figures.absent(line[column]) else figures.limits(line, column, show) for line in lines],
    )


def _per_correct(unit: str, show: Callable[[Any], str], lines: list[Line]) -> tables.Column:
    """What a right answer takes; where calls without a known figure are among them, what it takes at least."""
    column = f"{unit}_per_correct"
    least = [figures.absent(line[column]) and not figures.absent(line[f"{column}_at_least"]) for line in lines]
    return tables.Column(
        f"{unit} per correct",
        [
            f"at least {show(line[f'{column}_at_least'])}" if only else show(line[column])
            for line, only in zip(lines, least, strict=True)
        ],
        notes=["" if figures.absent(line[column]) else figures.limits(line, column, show) for line in lines],
    )


def _counts(head: str, column: str, lines: list[Line]) -> tables.Column:
    return tables.Column(head, [figures.count(line[column]) for line in lines])


def _stood(line: Line) -> str:
    failed = f" ({figures.count(line['errors'])} failed)" if line["errors"] else ""
    return " / ".join(figures.count(line[name]) for name in ("right", "wrong", "never_answered")) + failed


def _each(line: Line) -> str:
    each = line["calls"] / line["tasks"]
    return figures.count(each) if each == round(each) else f"{each:.1f}"


def _tokens(line: Line) -> str:
    thinking, answer, output = (line[f"{part}_tokens_per_call"] for part in ("thinking", "answer", "output"))
    if figures.absent(thinking) and figures.absent(answer) and not figures.absent(output):
        return f"{figures.count(output)} in all"
    return f"{'≈ ' if _estimated(line) else ''}{figures.count(thinking)} + {figures.count(answer)}"


def _estimated(line: Line) -> bool:
    return not figures.absent(line["thinking_tokens_estimated"]) and line["thinking_tokens_estimated"] > 0


def _usd(line: Line) -> str:
    known = figures.money(line["usd"])
    return f"{known} + {line['unpriced']} unpriced" if line["unpriced"] and known != figures.ABSENT else known


def _in_brackets(text: str) -> str:
    return "" if text == figures.ABSENT else f"({text})"
