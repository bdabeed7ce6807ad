"""The bundled tasks say what is right, give no answer away, and are marked as a person would mark them."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

import workbench as wb
from workbench.scorers.named import as_scorer, score_answer

TASKS = Path(wb.__file__).parent.parent / "notebooks" / "tasks"
TEMPLATE = Path(wb.__file__).parent / "providers" / "local" / "smollm2-think.jinja"
WORKED_OUT = {
    "count words": lambda question: len(question.partition("? ")[2].split()),
    "sum of three": lambda question: sum(map(int, re.findall(r"\d+", question))),
    "first word": lambda question: question.partition("? ")[2].split()[0],
}
SENTENCES = {
    "count words": ("There are {} words in this list.", "The list has {} words."),
    "sum of three": ("The answer is {}.", "So the sum is {}."),
    "review": ("This review is {}.", "The review is {}, because of the word."),
    "first word": ("The first word in this list is {}.", "**{}**"),
}


def lines(name="contrast"):
    with (TASKS / f"{name}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_there_are_more_of_the_kinds_with_work_to_show_and_none_twice():
    assert list(Counter(line["kind"] for line in lines()).items()) == [*zip(SENTENCES, (25, 25, 15, 15), strict=True)]
    assert len({line["question"] for line in lines()}) == len({line["id"] for line in lines()}) == 80


@pytest.mark.parametrize("kind", WORKED_OUT)
def test_a_target_is_what_the_question_works_out_to(kind):
    for line in lines():
        if line["kind"] == kind:
            assert line["target"] == str(WORKED_OUT[kind](line["question"])), line


def test_reviews_are_half_and_half():
    targets = Counter(line["target"] for line in lines() if line["kind"] == "review")
    assert targets == {"positive": 8, "negative": 7}


@pytest.mark.parametrize("name", ["contrast", "starter"])
def test_no_task_is_a_worked_example_of_the_thinking_model(name):
    examples = re.findall(r"'question': '(.*?)'", TEMPLATE.read_text(encoding="utf-8"))
    assert len(examples) > 5
    assert not {line["question"] for line in lines(name)} & set(examples)


@pytest.mark.parametrize("kind", SENTENCES)
def test_plain_sentences_are_marked_rightly(kind):
    scorer = as_scorer(None)
    tasks = [task for task in wb.load_tasks(TASKS / "contrast.csv") if task.extra["kind"] == kind]
    for task, other in zip(tasks, [*tasks[1:], tasks[0]], strict=True):
        for sentence in SENTENCES[kind]:
            assert score_answer(scorer, sentence.format(task.target), task).correct, (sentence, task.target)
            if other.target != task.target:
                assert not score_answer(scorer, sentence.format(other.target), task).correct, (sentence, task.target)


def test_every_question_in_two_languages_is_there_twice_with_targets_that_mean_the_same():
    by_pair = {}
    for line in lines("two-languages"):
        by_pair.setdefault(line["pair"], {})[line["language"]] = line
    assert len(by_pair) == 24
    for pair in by_pair.values():
        assert pair.keys() == {"en", "zh"}
        assert pair["en"]["kind"] == pair["zh"]["kind"]
        if pair["en"]["scorer"] == "numeric":
            assert pair["en"]["target"] == pair["zh"]["target"]
            assert re.findall(r"\d+", pair["zh"]["question"])
