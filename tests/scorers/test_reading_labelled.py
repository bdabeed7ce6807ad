"""Answers labelled by hand, in eleven languages: how many are marked otherwise than a reader would, and how surely.

Each `answers*.jsonl` holds one answer a line: language, family, scorer, question, target, answer, right; where the task
has them its options (letter to text) or its labels. Those with a number were labelled before they were first read.
"""

from __future__ import annotations

import json
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

from workbench.scorers import EVIDENCE, Score, by_name
from workbench.tasks.tasks import Task

FILES = sorted(path.name for path in Path(__file__).parent.glob("answers*.jsonl"))

pytestmark = pytest.mark.parametrize("file", FILES)


@lru_cache
def marked(file: str) -> list[tuple[dict[str, object], Score]]:
    lines = Path(__file__).with_name(file).read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    scorers = {name: by_name(name) for name in {str(record["scorer"]) for record in records}}
    tasks = [
        Task(
            str(n),
            record["question"] or "?",
            record["target"],
            options=record.get("options", {}),
            labels=tuple(record.get("labels", ())),
        )
        for n, record in enumerate(records)
    ]
    return [
        (record, scorers[record["scorer"]](record["answer"], task)) for record, task in zip(records, tasks, strict=True)
    ]


def languages(file: str) -> list[str]:
    return sorted({str(record["language"]) for record, _ in marked(file)})


def test_the_set_is_large_and_has_both_sides_in_every_language(file: str) -> None:
    sides = Counter((record["language"], record["right"]) for record, _ in marked(file))
    assert len(marked(file)) >= 300
    assert len(languages(file)) == 11
    assert all(sides[language, side] >= 2 for language in languages(file) for side in (True, False))


def test_hardly_any_wrong_answer_is_accepted_and_called_sure(file: str) -> None:
    wrong = [score for record, score in marked(file) if not record["right"]]
    assert sum(score.correct and score.sure for score in wrong) <= 0.02 * len(wrong)


def test_hardly_any_right_answer_is_refused_and_called_sure(file: str) -> None:
    right = [score for record, score in marked(file) if record["right"]]
    assert sum(not score.correct and score.sure for score in right) <= 0.03 * len(right)


def test_few_marks_are_unsure(file: str) -> None:
    assert sum(not score.sure for _, score in marked(file)) <= 0.10 * len(marked(file))


def test_no_language_is_refused_for_its_form(file: str) -> None:
    for language in languages(file):
        own = [score for record, score in marked(file) if record["right"] and record["language"] == language]
        assert sum(not score.correct and score.sure for score in own) <= 0.02 * len(own), language
        assert sum(bool(score.correct) for score in own) >= 0.93 * len(own), language


def test_every_mark_says_where_it_was_found(file: str) -> None:
    assert {score.evidence for _, score in marked(file)} <= EVIDENCE.keys()
    assert all(score.evidence != "none" and score.extracted for _, score in marked(file) if score.correct)
