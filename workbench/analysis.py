"""What the rows say: summaries, paired verdicts, budget curves, votes. It takes rows and never calls a model.

Each question has a room of its own; this one is their face.
"""

from __future__ import annotations

from workbench.budget import BudgetCurve, budget_curve
from workbench.comparison import compare, compare_all
from workbench.gain import ThinkingGain, thinking_gain
from workbench.recommendation import Recommendations, recommend_budget
from workbench.repeats import EqualMoney, Repeats, equal_money, majority_vote, pass_at_k
from workbench.summaries import summary
from workbench.summary_table import Summary
from workbench.verdicts import Comparison, Comparisons

__all__ = [
    "BudgetCurve",
    "Comparison",
    "Comparisons",
    "EqualMoney",
    "Recommendations",
    "Repeats",
    "Summary",
    "ThinkingGain",
    "budget_curve",
    "compare",
    "compare_all",
    "equal_money",
    "majority_vote",
    "pass_at_k",
    "recommend_budget",
    "summary",
    "thinking_gain",
]
