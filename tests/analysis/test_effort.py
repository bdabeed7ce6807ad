"""Effort beside the cap: what dominates what, and which pair is the cheapest that loses little."""

from __future__ import annotations

import numpy as np
import pytest
from studies import counted, exhausted, row

from workbench.analysis.effort import effort_curve, rank_of_effort
from workbench.analysis.gain import thinking_gain
from workbench.analysis.recommendation import recommend_budget
from workbench.errors import InputError
from workbench.rows.table import frame


def swept(efforts: dict[str, tuple[float, int]], caps: tuple[int, ...] = (100, 1000), tasks: int = 200):
    """Each effort is right on the first share of the tasks, and takes so many tokens."""
    rows = []
    for effort, (right, tokens) in efforts.items():
        for cap in caps:
            for task in range(tasks):
                if tokens > cap:
                    spent = {"completion_tokens": cap, "thinking_tokens": cap, "answer_tokens": 0}
                    rows.append(exhausted(task, effort=effort, max_tokens=cap, usd=cap / 1e6, **spent))
                else:
                    line = {"effort": effort, "max_tokens": cap, "usd": tokens / 1e6}
                    rows.append(counted(task, tokens, task < right * tasks, **line))
    return frame(rows)


def test_every_effort_at_every_cap_has_its_cell_with_limits() -> None:
    table = effort_curve(swept({"low": (0.6, 50), "high": (0.9, 500)}))
    assert list(zip(table.effort, table.max_tokens, strict=True)) == [
        ("low", 100),
        ("low", 1000),
        ("high", 100),
        ("high", 1000),
    ]
    assert table.right.tolist() == pytest.approx([0.6, 0.6, 0.0, 0.9])
    assert table.never_answered.tolist() == pytest.approx([0, 0, 1, 0])
    assert (table.right_low < table.right_high).all()
    assert table.dominated.tolist() == [False, False, True, False]
    assert table.best.tolist() == [False, False, False, True]
    assert "effort high at 1,000 (90 % right)" in table[table.best].advice.iloc[0]


def test_the_cheapest_that_is_shown_to_lose_little_is_named() -> None:
    rows = swept({"high": (0.9, 500), "low": (0.9, 50)}, caps=(1000,))
    table = effort_curve(rows, within=0.05)
    assert table.effort.tolist() == ["low", "high"], "from the least to the most"
    assert table.best.tolist() == [True, False]
    assert "it loses less than 5 points" in table.advice.iloc[0] or "Take effort low" in table.advice.iloc[0]
    assert "cheapest within the margin" in repr(table)


def test_smaller_caps_are_cut_from_the_replies_where_the_cap_does_not_steer() -> None:
    table = effort_curve(swept({"low": (0.6, 50), "high": (0.9, 500)}, caps=(1000,)), [200])
    assert table.derived.tolist() == [True, False, True, False]
    assert table.right.tolist() == pytest.approx([0.6, 0.6, 0.0, 0.9])


def test_without_prices_tokens_are_the_cost() -> None:
    rows = swept({"low": (0.9, 50), "high": (0.9, 500)}, caps=(1000,)).assign(usd=np.nan)
    assert effort_curve(rows, within=0.05).best.tolist() == [True, False]


def test_rows_without_an_effort_and_margins_that_mean_nothing_are_refused() -> None:
    with pytest.raises(InputError, match="tells of an effort"):
        effort_curve(frame([row(1, effort=None)]))
    with pytest.raises(InputError, match="within is 2"):
        effort_curve(swept({"low": (0.5, 5)}, tasks=3), within=2)


def test_efforts_go_from_none_to_max() -> None:
    assert sorted(["max", "odd", "low", "none", "high"], key=rank_of_effort) == ["none", "low", "high", "max", "odd"]


def test_what_more_effort_gains_and_the_cap_each_effort_needs() -> None:
    rows = swept({"low": (0.6, 50), "high": (0.9, 500)}, caps=(1000,))
    line = thinking_gain(rows, on="effort").iloc[-1]
    assert line.gain == pytest.approx(0.3)
    caps = recommend_budget(rows).set_index("effort").max_tokens
    assert caps["low"] < caps["high"]
