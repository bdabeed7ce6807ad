"""What the rows say: summaries, paired verdicts, budget curves, votes. It takes rows and never calls a model."""

from __future__ import annotations

from workbench.comparison import compare, compare_all
from workbench.summaries import summary
from workbench.summary_table import Summary
from workbench.verdicts import Comparison, Comparisons

__all__ = ["Comparison", "Comparisons", "Summary", "compare", "compare_all", "summary"]
