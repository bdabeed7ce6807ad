"""A price that is assumed: for replies that are free or unpriced, and for no others."""

from __future__ import annotations

import pandas as pd
import pytest

import workbench as wb
from workbench.analysis import assume_price
from workbench.errors import InputError
from workbench.rows.table import frame


def rows():
    replies = [
        {"usd": 0.0, "usd_source": "own price", "prompt_tokens": 2_000_000, "completion_tokens": 500_000},
        {"usd": None, "usd_source": "unknown", "prompt_tokens": 0, "completion_tokens": 1_000_000},
        {"usd": 0.25, "usd_source": "provider", "prompt_tokens": 1, "completion_tokens": 9},
        {"usd": 0.0, "usd_source": "own price", "prompt_tokens": None, "completion_tokens": None},
    ]
    return frame({"task_id": str(n), "model": "m", "outcome": "answered", **reply} for n, reply in enumerate(replies))


def test_free_and_unpriced_replies_are_priced_by_their_tokens_and_the_others_keep_their_price():
    before = rows()
    priced = assume_price(before, usd_per_million=2)
    assert priced["usd"].tolist()[:3] == [1.0, 2.0, 0.25]
    assert pd.isna(priced["usd"][3])
    assert priced["usd_source"].tolist() == ["assumed price", "assumed price", "provider", "own price"]
    pd.testing.assert_frame_equal(before, rows())


def test_a_mapping_prices_both_ways():
    priced = assume_price(rows(), usd_per_million={"input": 0.5, "output": 2})
    assert priced["usd"].tolist()[:3] == [2.0, 2.0, 0.25]


@pytest.mark.parametrize("price", [-1, float("nan"), float("inf"), "2", True, {}, {"cached": 1}, {"output": None}])
def test_what_is_no_price_is_said(price):
    with pytest.raises(InputError, match="price"):
        assume_price(rows(), usd_per_million=price)


def test_equal_money_takes_a_price_for_free_replies():
    table = frame(
        {
            "task_id": str(task),
            "task_target": "1",
            "model": model,
            "sample": sample,
            "outcome": "answered",
            "correct": sample == 0,
            "extracted": str(sample),
            "usd": 0.0,
            "completion_tokens": tokens,
        }
        for model, samples, tokens in (("short", 3, 10), ("long", 1, 30))
        for task in range(8)
        for sample in range(samples)
    )
    with pytest.raises(InputError, match="No two configurations"):
        wb.equal_money(table)
    line = wb.equal_money(table, usd_per_million=1).iloc[0]
    assert (line["cheap"], line["dear"], line["k"], line["affordable"]) == ("short", "long", 3, 3)
