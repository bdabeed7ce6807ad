"""The budget curve: its numbers, its bands, its conditions."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from nightly import NIGHTLY
from studies import counted, exhausted, failed, row, shares, simulated

from workbench import errors
from workbench.analysis.budget import budget_curve
from workbench.analysis.recommendation import recommend_budget
from workbench.rows.table import frame


def test_at_the_largest_cap_the_curve_is_the_run_itself() -> None:
    rows = frame([counted(1, 100), counted(2, 200, False), exhausted(3, completion_tokens=1000)])
    assert shares(budget_curve(rows, [1000])) == [[0.333, 0.333, 0.333]]


def test_the_curve_has_the_distribution_of_real_calls_at_every_cap() -> None:
    """Simulated: one large run predicts what 4,000 calls at each smaller cap give."""
    random = np.random.default_rng(1)
    ease, need = random.beta(2, 1, 4000), random.normal(5, 0.6, 4000)
    curve = budget_curve(frame(simulated(random, 4000, 2000, ease, need)), [80, 150, 400, 1000])
    for cap, predicted in zip(curve.max_tokens, shares(curve), strict=True):
        rows = frame(simulated(random, 4000, int(cap), ease, need))
        actual = [(rows.outcome == "answered") & rows.correct, (rows.outcome == "answered") & ~rows.correct]
        assert predicted[:2] == pytest.approx([part.mean() for part in actual], abs=0.03)


def test_the_bands_hold_what_other_calls_at_the_same_cap_give() -> None:
    random = np.random.default_rng(2)
    truth_of = {}
    ease, need = np.full(20_000, 0.7), random.normal(5, 0.6, 20_000)
    for cap in (100, 200):
        rows = frame(simulated(random, 20_000, cap, ease, need))
        truth_of[cap] = float((rows.correct.fillna(False)).mean())
    hits = []
    for _ in range(1_000 if NIGHTLY else 80):
        curve = budget_curve(frame(simulated(random, 50, 2000, ease, random.normal(5, 0.6, 50))), [100, 200])
        hits += [line.right_low <= truth_of[line.max_tokens] <= line.right_high for line in curve.itertuples()]
    assert 0.91 <= np.mean(hits) <= 0.985


def test_without_budgets_the_caps_are_round_numbers_up_to_the_largest() -> None:
    caps = budget_curve(frame([counted(n, 37 + 30 * n) for n in range(30)])).max_tokens.tolist()
    assert caps == sorted(caps)
    assert caps[-1] == 1000
    assert all(cap < 100 or cap % 10 == 0 for cap in caps[:-1])


def test_tokens_dollars_and_seconds_shrink_with_the_cap() -> None:
    price, pace = 2e-6, 0.01
    rows = frame(
        counted(
            n,
            100 * n,
            usd=30 * 1e-6 + 100 * n * price,
            prompt_tokens=30,
            seconds=0.5 + 100 * n * pace,
            seconds_to_first_token=0.5,
        )
        for n in range(1, 6)
    )
    line = budget_curve(rows, [250]).iloc[0]
    tokens = np.minimum(250, [100, 200, 300, 400, 500])
    assert line.tokens == tokens.mean()
    assert line.usd == pytest.approx((30e-6 + tokens * price).mean())
    assert line.seconds == pytest.approx((0.5 + tokens * pace).mean())


def test_unknown_prices_give_no_dollars_rather_than_0() -> None:
    curve = budget_curve(frame([counted(1, 100), counted(2, 200)]), [150])
    assert curve.usd.isna().all()
    assert curve.seconds.isna().all()


def test_the_curve_states_its_condition_and_its_numbers() -> None:
    text = repr(budget_curve(frame([counted(1, 100), failed(2)])))
    for part in (
        "plain cut-off that the model cannot see",
        "1 call of 1 task at max_tokens 1,000",
        "95 %",
        "1 failed",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"budgets": [4096]}, "nothing beyond 1000 tokens"),
        ({"budgets": [0]}, "0"),
        ({"budgets": [1.5]}, "1.5"),
        ({"budgets": []}, "empty"),
        ({"verify_at": [64]}, "asker"),
        ({"verify_at": [4096], "asker": print}, "nothing beyond 1000"),
    ],
    ids=["beyond the rows", "zero", "half a token", "none", "no asker", "verify beyond"],
)
def test_caps_that_cannot_be_used_are_refused_in_words(arguments: dict, says: str) -> None:
    with pytest.raises(errors.InputError, match=says):
        budget_curve(frame([counted(1, 100)]), **arguments)


@pytest.mark.parametrize(
    "rows",
    [frame([failed(1)]), frame([row(1, None, task_target=None)]), frame([row(1)])],
    ids=["failed", "open", "uncounted"],
)
def test_rows_without_a_usable_reply_say_why(rows: pd.DataFrame) -> None:
    for call in (budget_curve, recommend_budget):
        with pytest.raises(errors.InputError, match="Nothing can be said of smaller caps"):
            call(rows)


def test_a_task_counts_once_however_often_it_was_repeated() -> None:
    """One task right ten times, nine wrong once: 10 % of tasks, not 53 % of calls."""
    often = [counted(0, 100, sample=sample) for sample in range(10)]
    rows = frame([*often, *(counted(n, 400, False) for n in range(1, 10))])
    curve = budget_curve(rows, [200, 1000])
    whole, line = curve.iloc[-1], recommend_budget(rows).iloc[0]
    assert whole.right == line.accuracy == pytest.approx(0.1)
    assert whole.right_low < 0.1 < whole.right_high
    assert whole.tokens == pytest.approx(0.1 * 100 + 0.9 * 400)
    assert curve.iloc[0].never_answered == pytest.approx(0.9)


def test_tokens_dollars_and_seconds_have_limits_over_tasks() -> None:
    rows = frame([counted(n, 100 + 40 * n, usd=0.001 * n, seconds=1.0 + n) for n in range(20)])
    line = budget_curve(rows, [1000]).iloc[0]
    for name, mean in (("tokens", 480), ("usd", 0.0095), ("seconds", 10.5)):
        assert line[name] == pytest.approx(mean)
        assert line[f"{name}_low"] < mean < line[f"{name}_high"]
    unpriced = budget_curve(frame([counted(n, 100 + n, usd=None if n else 0.1) for n in range(9)]), [1000]).iloc[0]
    assert all(pd.isna(unpriced[name]) for name in ("usd", "usd_low", "usd_high"))
