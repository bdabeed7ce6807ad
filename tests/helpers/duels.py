"""Rows of two models that answered the same tasks, for tests of pairs that are judged without names."""

from __future__ import annotations

import pandas as pd
from studies import row

from workbench.rows.table import frame

SECRET = ("openrouter/vendor-one/alpha", "openrouter/vendor-two/beta")


def two_models(tasks: int = 6, **more: object) -> pd.DataFrame:
    """The first model is right on the even tasks, the second on all but the last."""
    return frame(
        row(task, right, model=model, answer=f"{words} {task}", thinking="a telling thought", **more)
        for task in range(tasks)
        for model, right, words in (
            (SECRET[0], task % 2 == 0, "It is"),
            (SECRET[1], task < tasks - 1, "The answer:"),
        )
    )


def prefer(rows: pd.DataFrame, pair: object, model: str) -> str:
    """The side of a pair on which a model's reply stands."""
    return "left" if rows["model"].iloc[pair.left] == model else "right"
