"""How long the reading side takes for 100,000 rows: `pytest tests/benchmarks -s`; figures, no limits."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from workbench import analysis


def rows() -> pd.DataFrame:
    """2,500 tasks, ten models, four samples."""
    random, number = np.random.default_rng(0), 100_000
    model = np.tile(np.repeat(np.arange(10), 4), 2500)
    thinking = np.minimum(random.lognormal(6, 1, number).astype(int) + 1, 4090)
    right = random.random(number) < 0.5
    return pd.DataFrame(
        {
            "task_id": [f"t{task}" for task in np.repeat(np.arange(2500), 40)],
            "model": [f"provider/m{place}" for place in model],
            "prompt": "plain",
            "max_tokens": 4096,
            "sample": np.tile(np.arange(4), 25_000),
            "outcome": "answered",
            "correct": right,
            "extracted": np.where(right, "42", "7"),
            "thinking_tokens": thinking,
            "answer_tokens": 6,
            "completion_tokens": thinking + 6,
            "usd": (thinking + 6) * 1e-6 * (1 + model),
            "seconds": thinking * 0.01,
        }
    )


CALLS = {
    "summary": analysis.summary,
    "compare": lambda table: analysis.compare(table, "provider/m0", "provider/m1"),
    "compare_all": analysis.compare_all,
    "budget_curve": analysis.budget_curve,
    "recommend_budget": analysis.recommend_budget,
    "pass_at_k": analysis.pass_at_k,
    "majority_vote": analysis.majority_vote,
    "equal_money": analysis.equal_money,
}


@pytest.mark.parametrize("name", CALLS)
def test_a_hundred_thousand_rows(name: str) -> None:
    table = rows()
    begin = time.perf_counter()
    assert CALLS[name](table) is not None
    print(f"{name}: {time.perf_counter() - begin:.2f} s for {len(table):,} rows")
