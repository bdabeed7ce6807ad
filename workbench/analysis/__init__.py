"""What the rows say: summaries, paired verdicts, budget curves, votes. It takes rows and never calls a model."""

# ruff: noqa: F403, F405  (a test compares the names with those of the room)
from typing import TYPE_CHECKING

from workbench.base.faces import loading

if TYPE_CHECKING:
    from workbench.analysis.handed_on import *

__all__ = [
    "BudgetCurve", "Calibration", "Choice", "Classes", "Comparison", "Comparisons", "EffortCurve", "EqualMoney",
    "Kappa", "KindDifferences", "Preferences", "Recommendations", "Repeats", "Routes", "ShelfLife", "Summary",
    "TellingCase", "ThinkingGain", "assume_price", "at_lengths", "budget_curve", "calibration", "claimed_and_measured",
    "claims", "classes", "compare", "compare_all", "confusion_matrix", "effort_curve", "equal_money", "exit_table",
    "kappa", "kind_differences", "language_table", "majority_vote", "pass_at_k", "pass_every_k", "preferences",
    "ranking", "recommend", "recommend_budget", "route", "shelf_life", "steadiness", "summary",
    "telling_cases", "thinking_gain", "thinking_read", "thinking_summary",
]  # fmt: skip

__getattr__ = loading(__name__, dict.fromkeys(__all__, "analysis.handed_on"))


def __dir__() -> list[str]:
    return list(__all__)
