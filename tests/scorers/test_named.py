"""Scorers: each way to compare, the choice between them, a user's own, and whole tables of rows."""

from __future__ import annotations

import pandas as pd
import pytest
from scored import OPTIONS, task

from workbench.errors import InputError, ServerBusy
from workbench.scorers.judging import judge
from workbench.scorers.matching import choice, exact, one_of, regex, yes_no
from workbench.scorers.named import as_scorer, automatic, by_name, score_answer
from workbench.scorers.numbers_compared import numeric
from workbench.scorers.score import Score, Scorer


@pytest.mark.parametrize(
    ("answer", "target", "question", "extra", "value"),
    [
        pytest.param("That makes 42 apples.", "42", "q", {}, 1, id="a number"),
        pytest.param("About 1,234", "1234 | 1235", "q", {}, 1, id="numbers"),
        pytest.param("It is Paris, (B).", "B", OPTIONS, {}, 1, id="a letter, with options"),
        pytest.param("Paris", "B", OPTIONS, {}, 1, id="the text of the option"),
        pytest.param("The letter is (B).", "B", "Which letter follows A?", {}, 1, id="a letter, without options"),
        pytest.param("B", "B", "q", {"A": "fish", "B": "Paris"}, 1, id="options in columns"),
        pytest.param("Yes, because it is.", "yes", "q", {}, 1, id="yes"),
        pytest.param("The capital of Italy is Rome.", "Rome", "q", {}, 1, id="a sentence"),
        pytest.param("Rome or Milan", "Rome", "q", {}, 0, id="undecided"),
        pytest.param("7", "007", "q", {}, 0, id="a code is no number"),
        pytest.param("Romeo lives in Rome.", "Rome", "q", {"scorer": "contains"}, 1, id="the task's own scorer"),
        pytest.param("x = 42", "[0-9]+", "q", {"scorer": "regex"}, 1, id="a pattern as target"),
        pytest.param("42", "forty-two", "q", {"scorer": " "}, 0, id="a blank scorer decides nothing"),
        pytest.param("It is 42.", "42", "q", {"scorer": "numeric, length:2"}, 0, id="two criteria, one of them set"),
        pytest.param("It is 42.", "42", "q", {"scorer": ["numeric", "length:3"]}, 1, id="criteria as a list"),
        pytest.param("It is 42.10", "42", "q", {"scorer": "numeric:0.2"}, 1, id="a tolerance of the task's own"),
        pytest.param("a, b", None, "q", {"scorer": "length:9, regex:^a, b$"}, 1, id="a pattern that holds a comma"),
    ],
)
def test_the_target_decides_how_it_is_compared(answer, target, question, extra, value):
    assert automatic()(answer, task(target, question, **extra)).value == value


def test_a_task_without_target_is_marked_by_criteria_of_its_own():
    asked = task(None, scorer="length", max_words=2)
    assert automatic().marks(asked)
    assert not automatic().marks(task(None))
    assert score_answer(automatic(), "Nine sheep", asked).correct
    assert not score_answer(automatic(), "Nine sheep are left", asked).correct
    parts = score_answer(as_scorer(["automatic", "length:3"]), "Nine sheep are left", task(None)).parts
    assert parts == {"length": 0.0}


@pytest.mark.parametrize(
    ("make", "message"),
    [
        pytest.param(lambda: by_name("nearly"), "Unknown scorer 'nearly'. Scorers are automatic, exact", id="name"),
        pytest.param(lambda: as_scorer("nearly"), "Unknown scorer 'nearly'", id="name as a scorer"),
        pytest.param(lambda: as_scorer(7), "this is 7", id="a number"),
        pytest.param(lambda: as_scorer(lambda: 1), "A scorer takes", id="no parameter"),
        pytest.param(lambda: as_scorer(lambda answer, gold: 1), r"takes \(answer, gold\)", id="another parameter"),
        pytest.param(
            lambda: as_scorer(lambda answer, target, more: 1), r"takes \(answer, target, more\)", id="three parameters"
        ),
        pytest.param(lambda: numeric(-1), "A tolerance is a number from 0, not -1", id="negative tolerance"),
        pytest.param(lambda: numeric(float("nan")), "A tolerance is a number", id="no tolerance"),
        pytest.param(lambda: regex("("), "Scorer 'regex': it is no regular expression", id="pattern"),
        pytest.param(
            lambda: regex()("a", task("(")), "the target of task '7' is no regular expression", id="target as pattern"
        ),
        pytest.param(
            lambda: numeric()("1", task("Paris")),
            "the target 'Paris' of task '7' does not hold one number",
            id="no number",
        ),
        pytest.param(lambda: numeric()("1", task("1 or 2")), "does not hold one number", id="two numbers"),
        pytest.param(
            lambda: choice()("B", task("Paris")), "the target 'Paris' of task '7' is none of A, B", id="no letter"
        ),
        pytest.param(
            lambda: yes_no()("yes", task("maybe")), "the target 'maybe' of task '7' is not yes, no", id="no yes"
        ),
        pytest.param(
            lambda: automatic()("a", task("b", scorer="nearly")),
            "Task '7': unknown scorer 'nearly'",
            id="the task's scorer",
        ),
        pytest.param(
            lambda: as_scorer(lambda answer: None)("a", task(None)),
            "returned None; it must return True",
            id="no result",
        ),
        pytest.param(lambda: as_scorer(lambda answer: 85)("a", task(None)), "returned 85", id="out of range"),
        pytest.param(
            lambda: as_scorer(lambda answer: Score(float("nan"), None, ""))("a", task(None)), "returned Score", id="NaN"
        ),
        pytest.param(lambda: as_scorer(lambda answer: "1")("a", task(None)), "returned '1'", id="a text"),
    ],
)
def test_what_cannot_score_says_so(make, message):
    with pytest.raises(InputError, match=message):
        make()


def test_a_coroutine_is_no_scorer():
    async def slow(answer):
        return True

    with pytest.raises(InputError, match="'slow' is a coroutine"):
        as_scorer(slow)


@pytest.mark.parametrize(
    ("function", "value"),
    [
        pytest.param(lambda answer: answer == "42", 1, id="answer"),
        pytest.param(lambda answer, target: target in answer, 1, id="target"),
        pytest.param(lambda answer, task: task.id == "7", 1, id="task"),
        pytest.param(lambda answer, strict=False: not strict, 1, id="an option of its own"),
        pytest.param(lambda answer, target: 0.5, 0.5, id="a share"),
        pytest.param(lambda answer: pd.Series([True]).iloc[0], 1, id="numpy's truth"),
        pytest.param(lambda answer: Score(0.25, "x", "because"), 0.25, id="a Score"),
        pytest.param(exact(), 1, id="a Scorer"),
        pytest.param("numeric", 1, id="a name"),
        pytest.param(None, 1, id="nothing"),
    ],
)
def test_a_users_function_becomes_a_scorer(function, value):
    scorer = as_scorer(function)
    assert isinstance(scorer, Scorer)
    assert score_answer(scorer, "42", task("42")).value == value


def test_a_task_without_a_target_is_scored_only_where_none_is_needed():
    assert score_answer(exact(), "a", task(None)) is None
    assert score_answer(as_scorer(lambda answer, target: True), "a", task(None)) is None
    assert score_answer(as_scorer(lambda answer, task: True), "a", task(None)).value == 1


def test_a_scorer_that_raises_names_itself_and_the_task():
    def broken(answer):
        return 1 / 0

    with pytest.raises(InputError, match="Scorer 'broken' fails on task '7': ZeroDivisionError: division by zero"):
        score_answer(as_scorer(broken), "a", task(None))


def test_an_error_of_the_asker_passes_as_it_is():
    def ask(prompt, **options):
        raise ServerBusy("busy")

    with pytest.raises(ServerBusy):
        score_answer(judge(ask, model="m"), "a", task("b"))


@pytest.mark.parametrize(
    ("answer", "target", "value", "extracted"),
    [
        pytest.param("It is about the Lamp.", "lamp", 1, "lamp", id="case and words around it"),
        pytest.param("Two lamps", "lamp", 1, "lamp", id="several of them"),
        pytest.param("**lamp**", "lamp", 1, "lamp", id="in bold"),
        pytest.param("a lampshade", "lamp", 0, None, id="part of another word"),
        pytest.param("lamp or gas oven", "lamp", 0.5, "gas oven, lamp", id="two of them"),
        pytest.param("fan, lamp, gas oven", "gas oven", 0.5, "fan, gas oven, lamp", id="all of them"),
        pytest.param("a gas oven", "lamp", 0, "gas oven", id="another one"),
        pytest.param("I cannot tell.", "fan", 0, None, id="none"),
        pytest.param("lamp and fan", "lamp | fan", 1, "fan, lamp", id="either is right"),
        pytest.param("", "fan", 0, None, id="nothing"),
    ],
)
def test_one_of_counts_the_labels_that_an_answer_names(answer, target, value, extracted):
    score = one_of(["lamp", "fan", "gas oven"])(answer, task(target))
    assert (score.value, score.extracted) == (value, extracted)
    assert "expected" in score.why


def test_labels_that_cannot_be_told_apart_and_targets_that_are_none_are_said():
    with pytest.raises(InputError, match="at least two labels"):
        one_of(["lamp", " Lamp"])
    with pytest.raises(InputError, match=r"'toaster' of task '7' is none of 'fan', 'lamp'"):
        one_of(["lamp", "fan"])("lamp", task("toaster"))
