"""Every scorer that has a name, and what can be set with it: a new one has a line here, and a name in `named`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from workbench.scorers.matching import choice, contains, exact, regex, yes_no
from workbench.scorers.mathematics import math
from workbench.scorers.measured import contains_all, cost, latency, length, similarity
from workbench.scorers.numbers_compared import numeric
from workbench.scorers.programs import code
from workbench.scorers.score import Scorer
from workbench.scorers.structured import json_schema

FACTORIES: Final[dict[str, Callable[..., Scorer]]] = {
    "exact": exact,
    "numeric": numeric,
    "choice": choice,
    "yes_no": yes_no,
    "contains": contains,
    "contains_all": contains_all,
    "regex": regex,
    "json_schema": json_schema,
    "math": math,
    "length": length,
    "latency": latency,
    "cost": cost,
    "similarity": similarity,
    "code": code,
}
SETTINGS: Final[dict[str, tuple[str, Callable[[str], Any]]]] = {
    "numeric": ("tolerance", float),
    "regex": ("pattern", str),
    "length": ("max_words", int),
    "latency": ("max_seconds", float),
    "cost": ("max_usd", float),
    "similarity": ("at_least", float),
}
"""What stands after the colon of a name: `numeric:0.01`, `length:200`."""
