"""Scorers: each way to compare, the choice between them, a user's own, and whole tables of rows."""

from __future__ import annotations

import time

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.testing import assert_frame_equal

from workbench.errors import InputError, ServerBusy
from workbench.rows.table import frame
from workbench.scorers.judging import judge
from workbench.scorers.matching import choice, contains, exact, numeric, one_of, regex, yes_no
from workbench.scorers.named import NAMES, as_scorer, automatic, by_name, score_answer
from workbench.scorers.rescoring import rescore
from workbench.scorers.score import Score, Scorer
from workbench.scorers.structured import json_schema
from workbench.tasks.tasks import Task

OPTIONS = "Which is a city?\nA) fish\nB) Paris\nC) stone"


def task(target, question="q", **extra):
    return Task("7", question, target, extra)


@pytest.mark.parametrize(
    ("scorer", "answer", "target", "value"),
    [
        pytest.param(exact(), "paris.", "Paris", 1, id="exact: case and punctuation"),
        pytest.param(exact(), "The capital is Paris.", "Paris", 0, id="exact: words count"),
        pytest.param(exact(), "The answer is Paris.", "Paris", 1, id="exact: a marker"),
        pytest.param(
            exact(), "The answer is Paris. It is a city.", "Paris", 1, id="exact: the marker's first sentence"
        ),
        pytest.param(exact(), "Answer: St. Petersburg", "St. Petersburg", 1, id="exact: a full stop inside"),
        pytest.param(exact(), "Well.\n\n**Paris**", "Paris", 1, id="exact: the last line"),
        pytest.param(exact(), "Answer: Rome\nParis", "Paris", 0, id="exact: a marker outdoes the last line"),
        pytest.param(exact(), r"\boxed{\text{Paris}}", "Paris", 1, id="exact: a box"),
        pytest.param(exact(ignore_case=False), "paris", "Paris", 0, id="exact: case on request"),
        pytest.param(exact(), "huge", "big | huge", 1, id="exact: accepted answers"),
        pytest.param(exact(), "25", "-25", 0, id="exact: sign"),
        pytest.param(exact(), "", "Paris", 0, id="exact: nothing"),
        pytest.param(exact(sentences=True), "The capital is **Paris**.", "Paris", 1, id="sentences: bold"),
        pytest.param(
            exact(sentences=True), "It's big. The capital is Paris.", "Paris", 1, id="sentences: the last one"
        ),
        pytest.param(
            exact(sentences=True), "The capital is Paris. It is big.", "Paris", 0, id="sentences: only the last"
        ),
        pytest.param(exact(sentences=True), "The capital is not Paris.", "Paris", 0, id="sentences: negation"),
        pytest.param(exact(sentences=True), "It is Paris or Rome.", "Paris", 0, id="sentences: undecided"),
        pytest.param(numeric(), "25 km", "25", 1, id="numeric: unit"),
        pytest.param(numeric(), "-25", "25", 0, id="numeric: sign"),
        pytest.param(numeric(), "25", "-25", 0, id="numeric: sign of the target"),
        pytest.param(numeric(), "250", "25", 0, id="numeric: part of a number"),
        pytest.param(numeric(), "$1,234.50", "1234.5", 1, id="numeric: currency and thousands"),
        pytest.param(numeric(), "12%", "0.12", 1, id="numeric: percent"),
        pytest.param(numeric(), r"\(\frac{3}{4}\)", "0.75", 1, id="numeric: fraction"),
        pytest.param(numeric(), "3.14", "22/7", 0, id="numeric: exactly"),
        pytest.param(numeric(0.01), "3.14", "22/7", 1, id="numeric: tolerance"),
        pytest.param(numeric(0.1), "1.1", "1", 1, id="numeric: the tolerance itself is allowed"),
        pytest.param(numeric(0.3), "1.3", "1", 1, id="numeric: tolerances are decimal, not binary"),
        pytest.param(numeric(relative_tolerance=0.01), "101", "100", 1, id="numeric: relative tolerance"),
        pytest.param(numeric(relative_tolerance=0.01), "102", "100", 0, id="numeric: beyond the relative tolerance"),
        pytest.param(numeric(), "infinity", "5", 0, id="numeric: infinity"),
        pytest.param(numeric(), "none", "5", 0, id="numeric: no number"),
        pytest.param(numeric(), "6", "5 | 6", 1, id="numeric: accepted answers"),
        pytest.param(numeric(), "25", "25 km", 1, id="numeric: unit in the target"),
        pytest.param(choice(), "(b)", "B", 1, id="choice: letter"),
        pytest.param(choice(), "B", "(B)", 1, id="choice: the target may have brackets"),
        pytest.param(choice(), "A fish", "A", 0, id="choice: article"),
        pytest.param(choice("AB"), "C", "A", 0, id="choice: outside the letters"),
        pytest.param(yes_no(), "Yes, it is.", "yes", 1, id="yes or no"),
        pytest.param(yes_no(), "True", "False", 0, id="true or false"),
        pytest.param(yes_no(), "Perhaps", "Yes", 0, id="neither"),
        pytest.param(contains(), "It is Rome, of course", "Rome", 1, id="contains"),
        pytest.param(contains(), "Romeo", "Rome", 0, id="contains: whole words"),
        pytest.param(contains(), "-25", "25", 0, id="contains: sign"),
        pytest.param(contains(), "25.5", "25", 0, id="contains: decimal"),
        pytest.param(contains(), "1,250", "250", 0, id="contains: thousands"),
        pytest.param(contains(), "It is 25.", "25", 1, id="contains: end of a sentence"),
        pytest.param(contains(), "1, 25, 3", "25", 1, id="contains: list"),
        pytest.param(contains(), "NEW\nYORK", "New York", 1, id="contains: blanks and case"),
        pytest.param(contains(ignore_case=False), "rome", "Rome", 0, id="contains: case on request"),
        pytest.param(contains(), "首都是東京です。", "東京", 1, id="contains: a script without blanks"),
        pytest.param(contains(), "Use C++.", "C++", 1, id="contains: punctuation in the target"),
        pytest.param(contains(), "", "\u200b", 0, id="contains: an unseen target"),
        pytest.param(contains(), "huge", "big | huge", 1, id="contains: accepted answers"),
        pytest.param(regex(r"\b\d{4}\b"), "in 1999", None, 1, id="regex: without a target"),
        pytest.param(regex(r"total: (\d+)"), "total: 42", "42", 1, id="regex: the group is the target"),
        pytest.param(regex(r"total: (\d+)"), "total: 41", "42", 0, id="regex: the group is not the target"),
        pytest.param(regex(r"total: (\d+)"), "none", "42", 0, id="regex: not found"),
        pytest.param(regex(), "colour", "colou?r|tint", 1, id="regex: the target is the pattern"),
        pytest.param(regex(), "Colour", "(?i)colou?r", 1, id="regex: flags inside"),
        pytest.param(regex("(a+)+b"), "a" * 60, None, 0, id="regex: endless"),
    ],
)
def test_an_answer_is_scored(scorer, answer, target, value):
    assert scorer(answer, task(target)).value == value


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
    ],
)
def test_the_target_decides_how_it_is_compared(answer, target, question, extra, value):
    assert automatic()(answer, task(target, question, **extra)).value == value


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("regex", "json_schema")])
@pytest.mark.parametrize("why", ["right", "wrong"])
def test_every_score_says_why(name, why):
    targets = {"numeric": "42", "choice": "B", "yes_no": "yes"}
    target = targets.get(name, "Paris")
    score = by_name(name)(target if why == "right" else "zebra crossing", task(target, OPTIONS))
    assert score.correct is (why == "right")
    assert ("found" in score.why) if why == "right" else (repr(target) in score.why)


@settings(deadline=None)
@given(
    st.from_regex(r"[A-Za-z0-9][A-Za-z0-9 ]{0,20}[A-Za-z0-9]", fullmatch=True)
    | st.integers().map(str)
    | st.fractions().map(str)
)
def test_the_target_itself_is_right(target):
    assert automatic()(target, task(target)).value == 1
    assert exact()(target, task(target)).value == 1
    assert contains()(f"I say {target}!", task(target)).value == 1


@settings(deadline=None)
@given(st.text(), st.text().filter(str.strip))
def test_scoring_any_answer_never_raises(answer, target):
    score = automatic()(answer, task(target))
    assert 0 <= score.value <= 1
    contains()(answer, task(target))
    json_schema({})(answer, task(None))


@pytest.mark.parametrize(
    "piece", ["a", "1", "42 ", "answer: ", "{", "[", "(B) ", "yes ", "\\boxed{", "```\n", '{"a":', "Paris"]
)
def test_a_hostile_answer_is_scored_quickly(piece):
    answer = piece * (100_000 // len(piece))
    start = time.perf_counter()
    for scorer, target in [
        (exact(sentences=True), "Paris"),
        (numeric(), "42"),
        (choice(), "B"),
        (yes_no(), "yes"),
        (contains(), "Paris is"),
        (json_schema({"type": "object"}), None),
        (regex("(x+x+)+y"), None),
    ]:
        scorer(answer, task(target))
    assert time.perf_counter() - start < 8


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


ROWS = [
    {"task_id": "a", "outcome": "answered", "answer": "It is 42.", "task_question": "q", "task_target": "42"},
    {"task_id": "b", "outcome": "answered", "answer": "41", "task_question": "q", "task_target": "42"},
    {"task_id": "c", "outcome": "answered", "answer": "Hm", "task_question": "q"},
    {"task_id": "d", "outcome": "thinking_exhausted", "answer": None, "task_question": "q", "task_target": "42"},
    {"task_id": "e", "outcome": "answer_truncated", "answer": "42 is", "task_question": "q", "task_target": "42"},
    {"task_id": "f", "outcome": "answer_truncated", "answer": "4", "task_question": "q", "task_target": "42"},
    {"task_id": "g", "outcome": "refused", "answer": "42", "task_question": "q", "task_target": "42"},
    {"task_id": "h", "outcome": "error", "answer": None, "task_question": "q", "task_target": "42"},
    {
        "task_id": "i",
        "outcome": "answered",
        "answer": "42",
        "task_question": "q",
        "task_target": "4",
        "task_scorer": "regex",
    },
]


def test_rows_are_scored_by_how_they_ended():
    scored = rescore(frame(ROWS))
    na = pd.NA
    assert scored["score"].tolist() == [1, 0, na, na, 1, na, na, na, 1]
    assert scored["correct"].tolist() == [True, False, na, False, True, False, False, na, True]
    assert scored["extracted"].tolist() == ["42", "41", na, na, "42", na, na, na, "4"]
    assert scored["why"][3] == "never answered: thinking exhausted"
    assert (str(scored["score"].dtype), str(scored["correct"].dtype)) == ("Float64", "boolean")
    assert scored.columns.tolist() == frame(ROWS).columns.tolist()


def test_rescoring_leaves_its_argument_and_the_index_alone():
    rows = frame(ROWS).iloc[[1, 0]].set_axis(["x", "y"])
    before = rows.copy(deep=True)
    assert rescore(rows).index.tolist() == ["x", "y"]
    assert rescore(rows)["score"].tolist() == [0, 1]
    assert_frame_equal(rows, before)


def test_rescoring_may_use_new_targets():
    rows = frame(ROWS).iloc[:2]
    assert rescore(rows, "exact", [Task("a", "q", "x"), Task("b", "q", "41")])["score"].tolist() == [0, 1]
    with pytest.raises(InputError, match="The rows hold task 'b', which is not among the 1 tasks given"):
        rescore(rows, tasks=[Task("a", "q")])


def test_rescoring_twice_changes_nothing():
    once = rescore(frame(ROWS))
    assert_frame_equal(rescore(once), once)


def test_rescoring_without_the_answers_is_refused():
    with pytest.raises(InputError, match="The rows lack the column 'answer'"):
        rescore(frame(ROWS).drop(columns="answer"))


def test_no_rows_are_no_problem():
    assert len(rescore(frame([]))) == 0


def test_a_scorer_that_fails_on_one_row_loses_no_other():
    def fussy(answer, target):
        return 1 / (answer != "41")

    with pytest.warns(UserWarning, match="1 of 2 rows could not be scored. First: Scorer 'fussy' fails on task 'b'"):
        scored = rescore(frame(ROWS[:2]), fussy)
    assert scored["score"].tolist() == [1, pd.NA]
    assert scored["correct"].tolist() == [True, pd.NA]
    assert scored["why"][1].startswith("not scored: Scorer 'fussy' fails on task 'b'")


def test_a_judge_that_cannot_be_reached_is_not_asked_again():
    asked = []

    def ask(prompt, **options):
        asked.append(prompt)
        raise ServerBusy("busy")

    with pytest.warns(UserWarning, match="3 of 3 rows could not be scored. First: busy"):
        scored = rescore(frame(ROWS[:3]), judge(ask, model="m"))
    assert len(asked) == 1
    assert scored["why"].tolist() == ["not scored: busy"] * 3


def test_ten_thousand_rows_are_scored_in_seconds():
    rows = frame(ROWS[:2] * 5_000)
    start = time.perf_counter()
    rescore(rows)
    assert time.perf_counter() - start < 10


def test_scorers_see_the_answer_only():
    seen = []
    rows = frame([{**ROWS[0], "thinking": "secret"}])
    rescore(rows, lambda answer, task: bool(seen.append((answer, repr(task)))) or True)
    assert "secret" not in repr(seen)


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


def test_one_of_takes_time_linear_in_the_answer():
    begun = time.perf_counter()
    one_of(["lamp", "fan"])("lam " * 250_000, task("fan"))
    assert time.perf_counter() - begun < 5
