"""A price that is assumed for replies that cost nothing, or nobody knows what: to see what a study would say of one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from workbench.errors import InputError
from workbench.rows.configurations import numbers
from workbench.rows.table import checked

if TYPE_CHECKING:
    import pandas as pd

SOURCE: Final = "assumed price"
_TOKENS: Final = {"input": "prompt_tokens", "output": "completion_tokens"}


def assume_price(rows: pd.DataFrame, *, usd_per_million: float | Mapping[str, float]) -> pd.DataFrame:
    """Price the replies that are free or unpriced as if they cost so many dollars per million tokens, in a new table.

    A number is the price of the tokens of a reply; a mapping may name `input` and `output`, as in `workbench.toml`.
    Replies with a price of their own keep it; `usd_source` says which price was assumed, and `usd_spent` stays what was
    spent. A reply of which the tokens are not known has no price. Raises InputError for a price below 0, or none.

    >>> from workbench.rows.table import frame
    >>> rows = frame([{"task_id": "1", "completion_tokens": 500_000, "usd": 0.0, "usd_source": "own price"}])
    >>> priced = assume_price(rows, usd_per_million=0.6)
    >>> float(priced["usd"][0]), priced["usd_source"][0]
    (0.3, 'assumed price')
    """
    prices = dict(usd_per_million) if isinstance(usd_per_million, Mapping) else {"output": usd_per_million}
    unknown = sorted(prices.keys() - _TOKENS.keys())
    if unknown or not prices:
        raise InputError(f"A price is given for {' and '.join(_TOKENS)}, not for {unknown or prices!r}.")
    for name, price in prices.items():
        if isinstance(price, bool) or not isinstance(price, int | float) or not 0 <= price < math.inf:
            raise InputError(f"{price!r} is no price for {name}; give dollars per million tokens, as a number from 0.")
    rows = checked(rows)
    usd = numbers(rows, "usd")
    free = ~(usd > 0)
    assumed = sum(numbers(rows, _TOKENS[name]) * price / 1e6 for name, price in prices.items())
    priced = rows.assign(usd=np.where(free, assumed, usd))
    if "usd_source" in rows.columns:
        priced["usd_source"] = rows["usd_source"].mask(free & ~np.isnan(assumed), SOURCE)
    return checked(priced)
