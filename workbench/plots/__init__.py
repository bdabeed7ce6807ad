"""Pictures of rows, each with its intervals."""

from __future__ import annotations

from workbench.analysis.means import frontier
from workbench.plots.claimed import claimed
from workbench.plots.effort import effort_curve
from workbench.plots.pictures import budget_curve, cost_accuracy, differences, latency, outcomes, tokens

__all__ = [
    "budget_curve",
    "claimed",
    "cost_accuracy",
    "differences",
    "effort_curve",
    "frontier",
    "latency",
    "outcomes",
    "tokens",
]
