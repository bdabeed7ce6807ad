"""A summary as a table that shows itself: the figures side by side, shares and intervals as bars."""

from __future__ import annotations

from typing import Any, Final

from workbench import tables

Line = dict[Any, Any]

_NEEDED: Final = frozenset(
    {
        *("tasks", "calls", "right", "wrong", "never_answered", "errors", "unpriced", "usd"),
        *("accuracy", "accuracy_low", "accuracy_high", "accuracy_answered"),
        *("thinking_tokens_per_call", "answer_tokens_per_call", "thinking_tokens_estimated"),
        *("usd_per_correct", "usd_per_correct_low", "usd_per_correct_high", "seconds_p50", "seconds_p95"),
    }
)


class Summary(tables.ShownFrame):
    """A table of `summary`, one line a configuration."""

    def _shown(self) -> list[tables.Column]:
        if not set(self.columns) >= _NEEDED:
            return []
        by = [name for name in self.attrs.get("by", ()) if name in self.columns]
        return _columns(by, self._lines())


def _columns(by: list[str], lines: list[Line]) -> list[tables.Column]:
    shown = [tables.Column(name, [tables.name(line[name]) for line in lines]) for name in by]
    shown += [
        tables.Column("tasks × calls", [f"{tables.count(line['tasks'])} × {_each(line)}" for line in lines]),
        tables.Column(
            "right / wrong / never answered",
            [" / ".join(tables.count(line[name]) for name in ("right", "wrong", "never_answered")) for line in lines],
            [
                tables.shares_bar(
                    [
                        ("right", line["right"], tables.RIGHT_COLOUR),
                        ("wrong", line["wrong"], tables.WRONG_COLOUR),
                        ("never answered", line["never_answered"], tables.NEVER_COLOUR),
                    ]
                )
                for line in lines
            ],
        ),
        tables.Column(
            "accuracy",
            [tables.bracketed(line, "accuracy", tables.percent) for line in lines],
            [tables.interval_bar(line["accuracy"], line["accuracy_low"], line["accuracy_high"]) for line in lines],
        ),
        tables.Column("of those that answered", [tables.percent(line["accuracy_answered"]) for line in lines]),
        tables.Column(
            "tokens a call: thinking + answer",
            [
                f"{'≈ ' if _estimated(line) else ''}{tables.count(line['thinking_tokens_per_call'])}"
                f" + {tables.count(line['answer_tokens_per_call'])}"
                for line in lines
            ],
            [
                tables.shares_bar(
                    [
                        ("thinking", line["thinking_tokens_per_call"], tables.THINKING_COLOUR),
                        ("answer", line["answer_tokens_per_call"], tables.ANSWER_COLOUR),
                    ]
                )
                for line in lines
            ],
        ),
        tables.Column("usd per correct", [tables.bracketed(line, "usd_per_correct", tables.money) for line in lines]),
        tables.Column("usd", [_usd(line) for line in lines]),
        tables.Column(
            "seconds p50, p95",
            [f"{tables.duration(line['seconds_p50'])}, {tables.duration(line['seconds_p95'])}" for line in lines],
        ),
    ]
    if any(line["errors"] for line in lines):
        shown.append(tables.Column("failed", [tables.count(line["errors"]) for line in lines]))
    return shown


def _each(line: Line) -> str:
    each = line["calls"] / line["tasks"]
    return tables.count(each) if each == round(each) else f"{each:.1f}"


def _estimated(line: Line) -> bool:
    return not tables.absent(line["thinking_tokens_estimated"]) and line["thinking_tokens_estimated"] > 0


def _usd(line: Line) -> str:
    known = tables.money(line["usd"])
    return f"{known} + {line['unpriced']} unpriced" if line["unpriced"] and known != tables.ABSENT else known
