"""What the wing of analysis hands on, and where each of it is: that room alone is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import workbench.base.faces as faces

if TYPE_CHECKING:
    from workbench.analysis.agreement import Kappa as Kappa
    from workbench.analysis.agreement import kappa as kappa
    from workbench.analysis.assumed_price import assume_price as assume_price
    from workbench.analysis.budget import BudgetCurve as BudgetCurve
    from workbench.analysis.budget import budget_curve as budget_curve
    from workbench.analysis.calibrating import Calibration as Calibration
    from workbench.analysis.calibrating import calibration as calibration
    from workbench.analysis.choice import Choice as Choice
    from workbench.analysis.choice import recommend as recommend
    from workbench.analysis.classification import Classes as Classes
    from workbench.analysis.classification import classes as classes
    from workbench.analysis.classification import confusion_matrix as confusion_matrix
    from workbench.analysis.comparison import Comparison as Comparison
    from workbench.analysis.comparison import Comparisons as Comparisons
    from workbench.analysis.comparison import compare as compare
    from workbench.analysis.comparison import compare_all as compare_all
    from workbench.analysis.drift import steadiness as steadiness
    from workbench.analysis.effort import EffortCurve as EffortCurve
    from workbench.analysis.effort import effort_curve as effort_curve
    from workbench.analysis.exits import exit_table as exit_table
    from workbench.analysis.gain import ThinkingGain as ThinkingGain
    from workbench.analysis.gain import thinking_gain as thinking_gain
    from workbench.analysis.kinds import KindDifferences as KindDifferences
    from workbench.analysis.kinds import kind_differences as kind_differences
    from workbench.analysis.language_pairs import language_table as language_table
    from workbench.analysis.lengths import at_lengths as at_lengths
    from workbench.analysis.published import claimed_and_measured as claimed_and_measured
    from workbench.analysis.published import claims as claims
    from workbench.analysis.ranks import ranking as ranking
    from workbench.analysis.rated import Preferences as Preferences
    from workbench.analysis.rated import preferences as preferences
    from workbench.analysis.recommendation import Recommendations as Recommendations
    from workbench.analysis.recommendation import recommend_budget as recommend_budget
    from workbench.analysis.repeats import EqualMoney as EqualMoney
    from workbench.analysis.repeats import Repeats as Repeats
    from workbench.analysis.repeats import equal_money as equal_money
    from workbench.analysis.repeats import majority_vote as majority_vote
    from workbench.analysis.repeats import pass_at_k as pass_at_k
    from workbench.analysis.repeats import pass_every_k as pass_every_k
    from workbench.analysis.routes.routing import Routes as Routes
    from workbench.analysis.routes.routing import route as route
    from workbench.analysis.summaries import Summary as Summary
    from workbench.analysis.summaries import summary as summary
    from workbench.analysis.telling import TellingCase as TellingCase
    from workbench.analysis.telling import telling_cases as telling_cases
    from workbench.analysis.thinking import thinking_read as thinking_read
    from workbench.analysis.thinking_table import thinking_summary as thinking_summary
    from workbench.providers.shelf_life import ShelfLife as ShelfLife
    from workbench.providers.shelf_life import shelf_life as shelf_life

_NAMES_OF: Final = {
    "analysis.agreement": "Kappa kappa",
    "analysis.assumed_price": "assume_price",
    "analysis.budget": "BudgetCurve budget_curve",
    "analysis.calibrating": "Calibration calibration",
    "analysis.choice": "Choice recommend",
    "analysis.classification": "Classes classes confusion_matrix",
    "analysis.comparison": "Comparison Comparisons compare compare_all",
    "analysis.drift": "steadiness",
    "analysis.effort": "EffortCurve effort_curve",
    "analysis.exits": "exit_table",
    "analysis.gain": "ThinkingGain thinking_gain",
    "analysis.kinds": "KindDifferences kind_differences",
    "analysis.language_pairs": "language_table",
    "analysis.lengths": "at_lengths",
    "analysis.published": "claimed_and_measured claims",
    "analysis.ranks": "ranking",
    "analysis.rated": "Preferences preferences",
    "analysis.recommendation": "Recommendations recommend_budget",
    "analysis.repeats": "EqualMoney Repeats equal_money majority_vote pass_at_k pass_every_k",
    "analysis.routes.routing": "Routes route",
    "analysis.summaries": "Summary summary",
    "analysis.telling": "TellingCase telling_cases",
    "analysis.thinking": "thinking_read",
    "analysis.thinking_table": "thinking_summary",
    "providers.shelf_life": "ShelfLife shelf_life",
}
_HOMES: Final = {name: room for room, names in _NAMES_OF.items() for name in names.split()}

__getattr__ = faces.loading(__name__, _HOMES)
