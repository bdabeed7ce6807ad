"""How every reply stands: right, wrong, never answered."""

from __future__ import annotations

import pandas as pd
import pytest

from workbench.errors import InputError
from workbench.replies.outcomes import NEVER_ANSWERED, OUTCOMES
from workbench.rows.standing import STANDINGS, scored, standing
from workbench.rows.table import frame


def named(rows: pd.DataFrame) -> list[str]:
    return [STANDINGS[code] for code in standing(rows)]


@pytest.mark.parametrize(
    ("outcome", "correct", "stands"),
    [
        ("answered", True, "right"),
        ("answered", False, "wrong"),
        ("answered", None, "unscored"),  # the task has no target
        ("answer_truncated", True, "right"),  # what stands there is right already
        ("answer_truncated", False, "never answered"),  # its last words are missing
        ("answer_truncated", None, "never answered"),
        ("thinking_exhausted", False, "never answered"),
        ("thinking_exhausted", True, "never answered"),  # no answer can be right, whatever a scorer said
        ("empty", False, "never answered"),
        ("refused", False, "never answered"),
        ("tool_call", False, "never answered"),
        ("error", None, "error"),
        ("error", False, "error"),
    ],
)
def test_a_reply_stands_as_its_outcome_and_score_say(outcome: str, correct: bool | None, stands: str) -> None:
    assert named(frame([{"outcome": outcome, "correct": correct}])) == [stands]


def test_every_outcome_but_answered_and_error_is_never_answered() -> None:
    assert {"answered", "error"} | NEVER_ANSWERED == set(OUTCOMES)


@pytest.mark.parametrize("outcome", ["ok", None], ids=["unknown word", "NA"])
def test_an_unknown_outcome_is_refused_because_counting_it_would_be_a_guess(outcome: str | None) -> None:
    with pytest.raises(InputError, match="Unknown outcome"):
        standing(frame([{"outcome": outcome}]))


def test_no_rows_stand_nowhere() -> None:
    assert standing(frame([])).tolist() == []


def test_on_a_task_without_a_target_a_reply_that_never_answered_says_nothing() -> None:
    rows = frame(
        [
            {"task_id": "has target", "outcome": "empty", "correct": False, "task_target": "4"},
            {"task_id": "judged", "outcome": "empty", "correct": False},
            {"task_id": "judged", "outcome": "answered", "correct": True},
            {"task_id": "open", "outcome": "empty", "correct": False},
            {"task_id": "open", "outcome": "answered"},
        ]
    )
    assert scored(rows, standing(rows)).tolist() == [True, True, True, False, False]
