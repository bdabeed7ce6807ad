"""Answers labelled by hand, in eleven languages: how many are marked otherwise than a reader would, and how surely.

`answers.jsonl` holds one answer a line: language, family, scorer, question, target, answer, right; where the task has
them its options (letter to text) or its labels.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

from workbench.scorers import EVIDENCE, Score, by_name
from workbench.tasks.tasks import Task

LABELLED = [
    json.loads(line) for line in Path(__file__).with_name("answers.jsonl").read_text(encoding="utf-8").splitlines()
]
LANGUAGES = sorted({record["language"] for record in LABELLED})


@lru_cache(1)
def marked() -> list[tuple[dict[str, object], Score]]:
    scorers = {name: by_name(name) for name in {str(record["scorer"]) for record in LABELLED}}
    tasks = [
        Task(
            str(n),
            record["question"] or "?",
            record["target"],
            options=record.get("options", {}),
            labels=tuple(record.get("labels", ())),
        )
        for n, record in enumerate(LABELLED)
    ]
    return [
        (record, scorers[record["scorer"]](record["answer"], task))
        for record, task in zip(LABELLED, tasks, strict=True)
    ]


def test_the_set_is_large_and_has_both_sides_in_every_language() -> None:
    sides = Counter((record["language"], record["right"]) for record in LABELLED)
    assert len(LABELLED) >= 300
    assert len(LANGUAGES) == 11
    assert all(sides[language, side] >= 5 for language in LANGUAGES for side in (True, False))


def test_hardly_any_wrong_answer_is_accepted_and_called_sure() -> None:
    wrong = [score for record, score in marked() if not record["right"]]
    assert sum(score.correct and score.sure for score in wrong) <= 0.02 * len(wrong)


def test_hardly_any_right_answer_is_refused_and_called_sure() -> None:
    right = [score for record, score in marked() if record["right"]]
    assert sum(not score.correct and score.sure for score in right) <= 0.03 * len(right)


def test_few_marks_are_unsure() -> None:
    assert sum(not score.sure for _, score in marked()) <= 0.10 * len(LABELLED)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_language_is_refused_for_its_form(language: str) -> None:
    own = [score for record, score in marked() if record["right"] and record["language"] == language]
    assert sum(not score.correct and score.sure for score in own) <= 0.02 * len(own)
    assert sum(bool(score.correct) for score in own) >= 0.93 * len(own)


def test_every_mark_says_where_it_was_found() -> None:
    assert {score.evidence for _, score in marked()} <= EVIDENCE.keys()
    assert all(score.evidence != "none" and score.extracted for _, score in marked() if score.correct)
