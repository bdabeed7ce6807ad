"""What the rows say: summaries, paired verdicts, budget curves, votes. It takes rows and never calls a model."""

from workbench.analysis.agreement import Kappa, kappa
from workbench.analysis.assumed_price import assume_price
from workbench.analysis.budget import BudgetCurve, budget_curve
from workbench.analysis.calibrating import Calibration, calibration
from workbench.analysis.choice import Choice, recommend
from workbench.analysis.claims import claimed_and_measured, claims
from workbench.analysis.classification import Classes, classes, confusion_matrix
from workbench.analysis.comparison import Comparison, Comparisons, compare, compare_all
from workbench.analysis.effort import EffortCurve, effort_curve
from workbench.analysis.exits import exit_table
from workbench.analysis.gain import ThinkingGain, thinking_gain
from workbench.analysis.kinds import KindDifferences, kind_differences
from workbench.analysis.language_pairs import language_table
from workbench.analysis.lengths import at_lengths
from workbench.analysis.ranking import ranking
from workbench.analysis.rated import Preferences, preferences
from workbench.analysis.recommendation import Recommendations, recommend_budget
from workbench.analysis.repeats import EqualMoney, Repeats, equal_money, majority_vote, pass_at_k, pass_every_k
from workbench.analysis.routing import Routes, route
from workbench.analysis.steadiness import steadiness
from workbench.analysis.summaries import Summary, summary
from workbench.analysis.telling import TellingCase, telling_cases
from workbench.analysis.thinking import thinking_read
from workbench.analysis.thinking_table import thinking_summary
from workbench.providers.shelf_life import ShelfLife, shelf_life

__all__ = [
    "BudgetCurve", "Calibration", "Choice", "Classes", "Comparison", "Comparisons", "EffortCurve", "EqualMoney",
    "Kappa", "KindDifferences", "Preferences", "Recommendations", "Repeats", "Routes", "ShelfLife", "Summary",
    "TellingCase", "ThinkingGain", "assume_price", "at_lengths", "budget_curve", "calibration", "claimed_and_measured",
    "claims", "classes", "compare", "compare_all", "confusion_matrix", "effort_curve", "equal_money", "exit_table",
    "kappa", "kind_differences", "language_table", "majority_vote", "pass_at_k", "pass_every_k", "preferences",
    "ranking", "recommend", "recommend_budget", "route", "shelf_life", "steadiness", "summary",
    "telling_cases", "thinking_gain", "thinking_read", "thinking_summary",
]  # fmt: skip
