"""Equal values have equal keys, and what a scorer found says where it stood."""

from __future__ import annotations

import re

import pytest

from workbench.rows.table import frame
from workbench.scorers.named import as_scorer
from workbench.scorers.rescoring import rescore
from workbench.scorers.score import EVIDENCE, Score, Scorer
from workbench.scorers.values import kind_of, value_key
from workbench.tasks.tasks import Task


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("7,500", "7500", True),
        ("3/4", "0.750", True),
        ("c", "C", True),
        ("Lisbon.", "lisbon", True),
        ("3/4", "4/3", False),
        ("Lisbon", "Porto", False),
        ("12", "-12", False),
    ],
)
def test_equal_values_have_equal_keys(one: str, other: str, equal: bool) -> None:
    assert (value_key(one) == value_key(other)) is equal


def test_rescoring_fills_evidence_and_sure() -> None:
    scorer = Scorer("weak", lambda answer, task: Score(1.0, answer, "it is so", "last", sure=False))
    record = {"task_id": "a", "outcome": "answered", "answer": "7", "task_question": "?", "task_target": "7"}
    rows = rescore(frame([record, {**record, "outcome": "refused"}]), scorer)
    assert rows["evidence"][0] == "last"
    assert not rows["sure"][0]
    assert rows[["evidence", "sure"]].iloc[1].isna().all()


def test_every_kind_of_evidence_is_explained() -> None:
    assert all(EVIDENCE.values())
    assert Score(0.0, None, "nothing").evidence in EVIDENCE


@pytest.mark.parametrize("target", ["5x", "3x^2", "-2x", "12xy", "7n", "4t^2", "2.5 y"])
def test_a_number_times_letters_is_a_formula_and_not_its_number(target):
    assert kind_of(target) == "mathematics"
    scorer, task = as_scorer("automatic"), Task("1", "q", target)
    assert scorer(f"So the derivative is {target}.", task).value == 1
    assert scorer(f"The answer is {re.search('[0-9.]+', target)[0]}.", task).value == 0


@pytest.mark.parametrize("target", ["5 m", "3 s^2", "8h", "100p", "2V", "3 m^2"])
def test_a_number_with_a_unit_is_no_formula(target):
    assert kind_of(target) == "quantity"
