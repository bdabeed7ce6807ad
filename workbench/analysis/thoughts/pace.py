"""What a token of a reply's thinking took: dollars by the prices that the rows themselves show, and seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from workbench.analysis.stats import Floats
from workbench.analysis.tokens import price_per_output_token, tokens_of
from workbench.errors import WorkbenchError
from workbench.rows.configurations import grouped, numbers

if TYPE_CHECKING:
    import pandas as pd


def usd_per_output_token(rows: pd.DataFrame) -> Floats:
    """Dollars of one output token, one entry a row: what the model's own replies say, else its price today, else NaN.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"model": "m", "prompt_tokens": 10 * n, "completion_tokens": n * n, "usd": n * n / 1e6 + n / 1e5}
    ...               for n in range(1, 9)])
    >>> round(float(usd_per_output_token(rows)[0]) * 1e6, 3)
    1.0
    """
    found = np.full(len(rows), np.nan)
    if "model" not in rows.columns:
        return found
    tokens, usd = tokens_of(rows), numbers(rows, "usd")
    cached = np.nan_to_num(numbers(rows, "cached_prompt_tokens"))
    by = [name for name in ("model", "served_model") if name in rows.columns]
    group, values = grouped(rows, by)
    for number, line in enumerate(values.to_dict("records")):
        mine = group == number
        known = mine & ~np.isnan(usd) & ~np.isnan(tokens.output)
        price = float("nan")
        if known.any():
            price = price_per_output_token(
                np.nan_to_num(tokens.prompt[known]), cached[known], tokens.output[known], usd[known]
            )
        found[mine] = price if not np.isnan(price) else _todays_price(str(line["model"]))
    return found


def _todays_price(model: str) -> float:
    from workbench.providers.models import resolve
    from workbench.providers.prices import usd_per_million

    try:
        prices, _ = usd_per_million(resolve(model))
    except WorkbenchError:  # a label, or a provider that is not set up here
        return float("nan")
    return float("nan") if prices is None else prices.output / 1e6


def seconds_per_thinking_token(rows: pd.DataFrame) -> Floats:
    """Seconds of one token of thinking, one entry a row; NaN where the times or the tokens are not known.

    From the first token to the answer, over the tokens of the thinking; else from the first token to the end, over all.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"thinking_tokens": 100, "seconds_to_first_token": 1.0, "seconds_to_answer": 6.0}])
    >>> float(seconds_per_thinking_token(rows)[0])
    0.05
    """
    tokens, seconds = tokens_of(rows), numbers(rows, "seconds")
    first, answer = numbers(rows, "seconds_to_first_token"), numbers(rows, "seconds_to_answer")
    with np.errstate(divide="ignore", invalid="ignore"):
        while_thinking = np.where(tokens.thinking > 0, (answer - first) / tokens.thinking, np.nan)
        # Where nobody counted the thinking, the sum of its kinds is less than what came.
        output = np.fmax(tokens.output, numbers(rows, "completion_tokens"))
        over_all = np.where(output > 0, (seconds - np.nan_to_num(first)) / output, np.nan)
    usable = ~np.isnan(while_thinking) & (while_thinking > 0)
    return np.where(usable, while_thinking, np.where(over_all >= 0, over_all, np.nan))
