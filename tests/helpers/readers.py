"""Every function of the reading side, called on any rows."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd

from workbench import analysis

FUNCTIONS: dict[str, Callable[[pd.DataFrame], object]] = {
    "summary": analysis.summary,
    "calibration": analysis.calibration,
    "classes": analysis.classes,
    "confusion_matrix": analysis.confusion_matrix,
    "compare": lambda rows: analysis.compare(rows, "a", "b"),
    "compare_all": analysis.compare_all,
    "budget_curve": analysis.budget_curve,
    "recommend_budget": analysis.recommend_budget,
    "thinking_gain": lambda rows: analysis.thinking_gain(rows, thinking="a", ordinary="b"),
    "pass_at_k": analysis.pass_at_k,
    "pass_every_k": analysis.pass_every_k,
    "majority_vote": analysis.majority_vote,
    "equal_money": analysis.equal_money,
    "recommend": analysis.recommend,
}


def every(function: str) -> Callable[[pd.DataFrame], object]:
    return FUNCTIONS[function]
