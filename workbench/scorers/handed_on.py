"""What the wing of scorers hands on, and where each of it is: that room alone is loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import workbench.base.faces as faces

if TYPE_CHECKING:
    from workbench.scorers.judging import judge as judge
    from workbench.scorers.matching import choice as choice
    from workbench.scorers.matching import contains as contains
    from workbench.scorers.matching import exact as exact
    from workbench.scorers.matching import one_of as one_of
    from workbench.scorers.matching import regex as regex
    from workbench.scorers.matching import yes_no as yes_no
    from workbench.scorers.measured import contains_all as contains_all
    from workbench.scorers.measured import cost as cost
    from workbench.scorers.measured import latency as latency
    from workbench.scorers.measured import length as length
    from workbench.scorers.measured import similarity as similarity
    from workbench.scorers.named import NAMES as NAMES
    from workbench.scorers.named import as_scorer as as_scorer
    from workbench.scorers.named import automatic as automatic
    from workbench.scorers.named import by_name as by_name
    from workbench.scorers.named import combined as combined
    from workbench.scorers.named import score_answer as score_answer
    from workbench.scorers.numbers_compared import numeric as numeric
    from workbench.scorers.programs import code as code
    from workbench.scorers.rescoring import rescore as rescore
    from workbench.scorers.score import EVIDENCE as EVIDENCE
    from workbench.scorers.score import Score as Score
    from workbench.scorers.score import Scorer as Scorer
    from workbench.scorers.structured import json_schema as json_schema
    from workbench.scorers.values import value_key as value_key

_NAMES_OF: Final = {
    "scorers.judging": "judge",
    "scorers.matching": "choice contains exact one_of regex yes_no",
    "scorers.measured": "contains_all cost latency length similarity",
    "scorers.named": "NAMES as_scorer automatic by_name combined score_answer",
    "scorers.numbers_compared": "numeric",
    "scorers.programs": "code",
    "scorers.rescoring": "rescore",
    "scorers.score": "EVIDENCE Score Scorer",
    "scorers.structured": "json_schema",
    "scorers.values": "value_key",
}
_HOMES: Final = {name: room for room, names in _NAMES_OF.items() for name in names.split()}

__getattr__ = faces.loading(__name__, _HOMES)
