"""Answer against target: scorers by name, scores, and marks given anew."""

# ruff: noqa: F403, F405  (a test compares the names with those of the room)
from typing import TYPE_CHECKING

from workbench.base.faces import loading

if TYPE_CHECKING:
    from workbench.scorers.handed_on import *

__all__ = [
    "EVIDENCE", "NAMES", "Score", "Scorer", "as_scorer", "automatic", "by_name", "choice", "code", "combined",
    "contains", "contains_all", "cost", "exact", "json_schema", "judge", "latency", "length", "numeric", "one_of",
    "regex", "rescore", "score_answer", "similarity", "value_key", "yes_no",
]  # fmt: skip

__getattr__ = loading(__name__, dict.fromkeys(__all__, "scorers.handed_on"))


def __dir__() -> list[str]:
    return list(__all__)
