"""Tokens of each row, told apart into prompt, thinking and answer, and what one of them cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from workbench.analysis.stats import Floats
from workbench.rows.configurations import numbers

if TYPE_CHECKING:
    import pandas as pd

_WORST_FIT: Final = 0.01
_ROUNDING: Final = 1e-9
"""Of the dearest reply, a share that the output costs below this is an error of the arithmetic."""


class Tokens(NamedTuple):
    """Tokens by kind, one entry a row; NaN where unknown."""

    prompt: Floats
    thinking: Floats
    answer: Floats
    output: Floats


def tokens_of(rows: pd.DataFrame) -> Tokens:
    """Give the tokens of every row.

    Output is thinking and answer together where both are known: some providers leave the thinking out of the
    completion. Otherwise it is the completion.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"thinking_tokens": 350, "answer_tokens": 27, "completion_tokens": 27}, {"completion_tokens": 9}])
    >>> tokens_of(rows).output.tolist()
    [377.0, 9.0]
    """
    prompt, thinking, answer, completion = (
        numbers(rows, f"{name}_tokens") for name in ("prompt", "thinking", "answer", "completion")
    )
    both = thinking + answer
    return Tokens(prompt, thinking, answer, np.where(np.isnan(both), completion, both))


def price_per_output_token(prompt: Floats, cached: Floats, output: Floats, usd: Floats) -> float:
    """Find what an output token cost, from rows whose dollars are a sum of tokens times prices; NaN where they are not.

    Non-negative least squares on fresh prompt, cached prompt and output tokens (scipy.optimize.nnls). One per cent of
    the dollars may stay unexplained; output that never varies explains nothing.

    >>> prompt, output = np.array([10.0, 20.0, 30.0]), np.array([100.0, 50.0, 900.0])
    >>> round(price_per_output_token(prompt, np.zeros(3), output, 0.001 * prompt + 0.002 * output), 6)
    0.002
    """
    if len(usd) and not usd.any():
        return 0.0
    if len(usd) < 3 or np.ptp(output) == 0:
        return float("nan")
    from scipy.optimize import nnls

    tokens = np.column_stack([np.maximum(prompt - cached, 0.0), cached, output])
    scale = np.maximum(tokens.max(axis=0), 1.0)
    prices, _ = nnls(tokens / scale, usd / usd.max())
    unexplained = np.abs((tokens / scale) @ prices - usd / usd.max()).sum() / (usd / usd.max()).sum()
    if unexplained > _WORST_FIT:
        return float("nan")
    return float(prices[2] / scale[2] * usd.max()) if prices[2] > _ROUNDING else 0.0
