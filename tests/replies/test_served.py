"""Another model served than was asked for."""

from __future__ import annotations

import pytest
from studies import GPT, KIMI, pair, row, warned

from workbench.analysis.comparison import compare
from workbench.rows.table import frame


@pytest.mark.parametrize(
    ("served", "redirected"),
    [
        ("moonshotai/kimi-k2-thinking", False),
        ("moonshotai/kimi-k2-thinking-20251106", False),  # a dated snapshot of the same model
        ("moonshotai/kimi-k2.6", True),
        ("moonshotai/kimi-k2-thinking-turbo", True),
    ],
)
def test_a_redirected_model_is_named(served: str, redirected: bool) -> None:
    rows = frame(
        [row(n, model=KIMI, served_model=served) for n in range(5)]
        + [row(n, model=GPT, served_model="openai/gpt-5-2025-08-07") for n in range(5)]
    )
    warnings = " ".join(compare(rows, KIMI, GPT).warnings)
    assert ("was redirected" in warnings) == redirected


def test_a_model_that_was_served_by_several_models_is_named() -> None:
    rows = frame(
        [*pair(), row(3, model="b", sample=1, served_model="x"), row(4, model="b", sample=1, served_model="y")]
    )
    assert "b was served by 2 different models: x, y." in warned(rows)
