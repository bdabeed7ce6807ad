"""Answer against target: scorers by name, scores, and marks given anew."""

from __future__ import annotations

from workbench.scorers.judging import judge
from workbench.scorers.matching import choice, contains, exact, numeric, one_of, regex, yes_no
from workbench.scorers.named import NAMES, as_scorer, automatic, by_name, score_answer
from workbench.scorers.rescoring import rescore
from workbench.scorers.score import Score, Scorer
from workbench.scorers.structured import json_schema

__all__ = [
    "NAMES",
    "Score",
    "Scorer",
    "as_scorer",
    "automatic",
    "by_name",
    "choice",
    "contains",
    "exact",
    "json_schema",
    "judge",
    "numeric",
    "one_of",
    "regex",
    "rescore",
    "score_answer",
    "yes_no",
]
