"""When thinking pays: gain and its price, kind by kind."""

from __future__ import annotations

import numpy as np
import pytest
from nightly import NIGHTLY
from studies import failed, row

from workbench.analysis.comparison import compare
from workbench.analysis.gain import thinking_gain
from workbench.errors import InputError
from workbench.rows.table import frame

THOUGHT = {
    "model": "thinker",
    "thinking_tokens": 30,
    "answer_tokens": 2,
    "thinking": "Hm.",
    "thinking_visibility": "full",
}
PLAIN = {"model": "plain", "thinking_tokens": 0, "answer_tokens": 2, "thinking_visibility": "none"}


def study(
    *, sums: tuple[int, int] = (18, 4), capitals: tuple[int, int] = (8, 18), **more: object
) -> list[dict[str, object]]:
    """Twenty tasks a kind; how many of them are right with thinking and without."""
    return [
        row(f"{kind} {n}", n < right, task_kind=kind, **{**side, **more})
        for kind, marks in (("sums", sums), ("capitals", capitals))
        for side, right in zip((THOUGHT, PLAIN), marks, strict=True)
        for n in range(20)
    ]


def test_every_kind_of_task_has_its_own_gain_and_all_have_one_together() -> None:
    table = thinking_gain(frame(study()))
    assert table.task_kind.tolist() == ["sums", "capitals", "all"]
    assert table.tasks.tolist() == [20, 20, 40]
    assert table.gain.tolist() == pytest.approx([0.7, -0.5, 0.1])


def test_a_kind_is_compared_as_compare_does_it() -> None:
    rows = frame(study())
    line = thinking_gain(rows).iloc[0]
    alone = compare(rows[rows.task_kind == "sums"], "thinker", "plain")
    assert (line.p, line.gain_low, line.gain_high) == (alone.p, *alone.interval)
    assert line.p_holm == pytest.approx(2 * alone.p)


def test_a_gain_has_its_price() -> None:
    replies = study()
    for reply in replies:
        reply["usd"] = 0.01 if reply["model"] == "thinker" else 0.003
    line = thinking_gain(frame(replies)).iloc[0]
    assert line.extra_usd == pytest.approx(0.007)
    assert line.usd_per_gained == pytest.approx(20 * 0.007 / 14)
    assert line.usd_per_gained_low < line.usd_per_gained < line.usd_per_gained_high
    assert line.advice == "Think, if another correct answer is worth $0.010: it gains 70 points."


def test_the_price_of_a_gain_holds_the_truth() -> None:
    random = np.random.default_rng(1)
    hits = []
    for _ in range(1_000 if NIGHTLY else 60):
        replies = []
        for n in range(60):
            ease = random.beta(1, 1)
            for side, bonus, usd in ((THOUGHT, 0.5, 0.01), (PLAIN, 0.0, 0.0)):
                right = bool(random.random() < ease * 0.5 + bonus)
                replies.append(row(n, right, task_kind="k", usd=usd * random.lognormal(0, 0.3), **side))
        line = thinking_gain(frame(replies)).iloc[0]
        truth = 0.01 * np.exp(0.3**2 / 2) / 0.5
        hits.append(line.usd_per_gained_low <= truth <= line.usd_per_gained_high)
    assert 0.9 <= np.mean(hits) <= 1


def test_advice_says_think_do_not_think_or_not_decided() -> None:
    advice = thinking_gain(frame(study(usd=0.0))).advice.tolist()
    assert advice[0] == "Think: it gains 70 points and costs no dollars, for 30 tokens more a task."
    assert advice[1] == "Do not think: it loses 50 points."
    assert advice[2].startswith("Not decided: ")


def test_a_gain_that_takes_fewer_tokens_says_so() -> None:
    sides = (
        {**THOUGHT, "thinking_tokens": 10, "answer_tokens": 2},
        {**PLAIN, "thinking_tokens": 0, "answer_tokens": 42},
    )
    rows = frame(row(n, side is sides[0], task_kind="k", usd=0.0, **side) for n in range(20) for side in sides)
    assert (
        thinking_gain(rows).advice[0] == "Think: it gains 100 points and costs no dollars, for 30 tokens fewer a task."
    )


def test_without_prices_the_cost_of_a_gain_is_na_and_said() -> None:
    line = thinking_gain(frame(study())).iloc[0]
    assert np.isnan([float(line[name]) if line[name] is not None else np.nan for name in ()]).all()
    assert line[["extra_usd", "usd_per_gained", "usd_per_gained_low"]].isna().all()
    assert "what that costs is not known" in line.advice


def test_nothing_gained_has_no_price() -> None:
    line = thinking_gain(frame(study(usd=0.1))).iloc[1]
    assert line.gain < 0
    assert line[["usd_per_gained", "usd_per_gained_high"]].isna().all()


def test_the_sides_may_be_named() -> None:
    replies = [{**reply, "thinking_visibility": None, "thinking": None, "thinking_tokens": None} for reply in study()]
    with pytest.raises(InputError, match="not clear which model thinks"):
        thinking_gain(frame(replies))
    table = thinking_gain(frame(replies), thinking="thinker", ordinary={"model": "plain"})
    assert table.gain[0] == pytest.approx(0.7)
    assert thinking_gain(frame(study()), thinking="plain", ordinary="thinker").gain[0] == pytest.approx(-0.7)


def test_thinking_switched_by_a_parameter_is_found_in_its_column() -> None:
    replies = [
        {**reply, "effort": "high" if reply["model"] == "thinker" else "none", "model": "m"} for reply in study()
    ]
    table = thinking_gain(frame(replies), on="effort")
    assert table.gain[0] == pytest.approx(0.7)
    assert "effort high" in repr(table)


def test_any_column_may_tell_kinds_apart_and_a_missing_one_is_named() -> None:
    rows = frame(study())
    assert thinking_gain(rows.rename(columns={"task_kind": "task_topic"}), by="task_topic").task_topic[0] == "sums"
    with pytest.raises(InputError, match="'task_topic'"):
        thinking_gain(rows, by="task_topic")


def test_tasks_without_a_kind_count_among_all_only() -> None:
    more = [row("odd", True, task_kind=None, **THOUGHT), row("odd", False, task_kind=None, **PLAIN)]
    assert thinking_gain(frame(study() + more)).tasks.tolist() == [20, 20, 41]
    with pytest.raises(InputError, match="No row has a task_kind"):
        thinking_gain(frame([{**reply, "task_kind": None} for reply in study()]))


def test_a_kind_that_failed_altogether_says_so() -> None:
    rows = frame(study() + [failed("x", task_kind="dates", **side) for side in (THOUGHT, PLAIN)])
    line = thinking_gain(rows).iloc[2]
    assert line.tasks == 0
    assert line[["gain", "p", "ordinary", "extra_usd"]].isna().all()
    assert "No task has a scored reply" in line.advice
