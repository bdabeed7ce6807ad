"""Answer against target: scorers by name, scores, and marks given anew."""

from workbench.scorers.judging import judge
from workbench.scorers.matching import choice, contains, exact, numeric, one_of, regex, yes_no
from workbench.scorers.measured import contains_all, cost, latency, length, similarity
from workbench.scorers.named import NAMES, as_scorer, automatic, by_name, combined, score_answer
from workbench.scorers.programs import code
from workbench.scorers.rescoring import rescore
from workbench.scorers.score import EVIDENCE, Score, Scorer
from workbench.scorers.structured import json_schema
from workbench.scorers.values import value_key

__all__ = [
    "EVIDENCE", "NAMES", "Score", "Scorer", "as_scorer", "automatic", "by_name", "choice", "code", "combined",
    "contains", "contains_all", "cost", "exact", "json_schema", "judge", "latency", "length", "numeric", "one_of",
    "regex", "rescore", "score_answer", "similarity", "value_key", "yes_no",
]  # fmt: skip
