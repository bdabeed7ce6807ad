"""Answer against target: scorers by name, scores, and marks given anew."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.scorers.judging import judge
    from workbench.scorers.matching import choice, contains, exact, numeric, one_of, regex, yes_no
    from workbench.scorers.measured import contains_all, cost, latency, length, similarity
    from workbench.scorers.named import NAMES, as_scorer, automatic, by_name, combined, score_answer
    from workbench.scorers.programs import code
    from workbench.scorers.rescoring import rescore
    from workbench.scorers.score import EVIDENCE, Score, Scorer
    from workbench.scorers.structured import json_schema
    from workbench.scorers.values import value_key

_ROOMS = ("judging", "measured", "named", "programs", "rescoring", "score", "structured", "values", "matching")
"""Looked through on first use: the rooms that read answers take a while, and a sweep without targets needs none."""

__all__ = [
    "EVIDENCE", "NAMES", "Score", "Scorer", "as_scorer", "automatic", "by_name", "choice", "code", "combined",
    "contains", "contains_all", "cost", "exact", "json_schema", "judge", "latency", "length", "numeric", "one_of",
    "regex", "rescore", "score_answer", "similarity", "value_key", "yes_no",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    for room in _ROOMS if name in __all__ else ():
        found = getattr(importlib.import_module(f"workbench.scorers.{room}"), name, None)
        if found is not None:
            return found
    raise AttributeError(f"module 'workbench.scorers' has no attribute {name!r}")
