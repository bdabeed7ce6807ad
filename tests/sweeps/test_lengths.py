"""How long replies will be, against made-up ledgers of which the truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from workbench.sweeps.lengths import History, Past, length_under

FOUR = [512, 2048, 8192, 32_768]


def lengths(number: int, middle: float = 2500, spread: float = 0.9, seed: int = 1) -> np.ndarray:
    return np.round(np.random.default_rng(seed).lognormal(np.log(middle), spread, number))


def seen(number: int, cap: int, **more: float) -> Past:
    whole = lengths(number, **more)
    return Past(np.minimum(whole, cap), whole > cap, frozenset())


@pytest.mark.parametrize(
    ("calls", "cap", "caps"),
    [
        pytest.param(0, 1, [4096], id="nothing known, one cap"),
        pytest.param(0, 1, [32_768], id="nothing known, a large cap"),
        pytest.param(0, 1, FOUR, id="nothing known, four caps"),
        pytest.param(20, 32_768, [32_768], id="a trial of twenty"),
        pytest.param(100, 32_768, [2048], id="a smaller cap"),
        pytest.param(100, 32_768, FOUR, id="four caps"),
        pytest.param(100, 512, [32_768], id="cut replies"),
    ],
)
def test_plans_come_within_a_quarter_of_the_truth_and_their_range_holds_it(
    calls: int, cap: int, caps: list[int]
) -> None:
    truth = sum(np.minimum(lengths(200_000, seed=2), each).mean() for each in caps)
    likely, held = [], []
    for seed in range(3, 23 if calls else 4):
        past = seen(calls, cap, seed=seed) if calls else None
        found = length_under(caps, past, thinks=True, same_tasks=True)
        likely.append(sum(length.likely for length in found))
        held.append(sum(length.low for length in found) <= truth <= sum(length.high for length in found))
    assert np.median(likely) == pytest.approx(truth, rel=0.25)
    assert np.mean(held) >= 0.75


@pytest.mark.parametrize("shorts", [0.35, 0.9])
def test_a_range_beyond_a_small_cap_holds_what_two_kinds_of_replies_hide(shorts: float) -> None:
    """A third is short, or nine tenths, and all that was seen whole; what the others come to nobody saw."""

    def two_kinds(number: int, seed: int) -> np.ndarray:
        random = np.random.default_rng(seed)
        short = random.random(number) < shorts
        return np.round(np.where(short, random.lognormal(5.85, 0.5, number), random.lognormal(8.55, 0.7, number)))

    truth = np.minimum(two_kinds(200_000, 1), 32_768).mean()
    held = []
    for seed in range(2, 14):
        whole = two_kinds(100, seed)
        past = Past(np.minimum(whole, 512), whole > 512, frozenset())
        (found,) = length_under([32_768], past, thinks=True, same_tasks=True)
        held.append(found.low <= truth <= found.high)
    assert np.mean(held) >= 0.9


def test_other_tasks_widen_the_range_until_it_holds_the_truth() -> None:
    truth = np.minimum(lengths(200_000, seed=2), 32_768).mean()
    easy = seen(100, 32_768, middle=300)
    (other,) = length_under([32_768], easy, thinks=True, same_tasks=False)
    (same,) = length_under([32_768], easy, thinks=True, same_tasks=True)
    assert other.low <= truth <= other.high
    assert other.high / other.low > 3 * same.high / same.low


def test_cut_replies_are_longer_than_what_came_of_them() -> None:
    (found,) = length_under([10_000], seen(50, 1000), thinks=True, same_tasks=True)
    assert found.likely > 1500


def test_each_label_and_each_set_of_parameters_has_its_own_lengths() -> None:
    entry = {"billed": "yes", "model": "x/m", "seconds": 1.0, "finish": "stop"}
    history = History(
        [
            {**entry, "label": "on", "parameters": "p", "tokens": 3000},
            {**entry, "label": "off", "parameters": "q", "tokens": 30},
            {"billed": "no", "model": "x/m", "tokens": 5},
        ]
    )
    on, off, else_where = history.of("x/m", "on", "p"), history.of("x/m", "off", "q"), history.of("x/m", "on", "r")
    assert on is not None
    assert off is not None
    assert else_where is not None
    assert (on.tokens.tolist(), off.tokens.tolist()) == ([3000], [30])
    assert (on.others, else_where.others) == (None, "other parameters")
    assert history.of("x/other", "on", "p") is None


def test_entries_of_an_older_ledger_count_for_every_label() -> None:
    past = History([{"billed": "yes", "model": "x/m", "tokens": 100, "seconds": 2.0}] * 8).of("x/m", "any", "any")
    assert past is not None
    assert (past.calls, past.others, past.cut.any()) == (8, None, False)
    assert length_under([1000], past, thinks=True, same_tasks=True)[0].likely == pytest.approx(100)
