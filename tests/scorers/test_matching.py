"""The scorers by name, on real-looking answers and on hostile ones."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scored import OPTIONS, task

from workbench.scorers.matching import choice, contains, exact, regex, yes_no
from workbench.scorers.named import NAMES, automatic, by_name
from workbench.scorers.numbers_compared import numeric
from workbench.scorers.structured import json_schema
from workbench.tasks.tasks import Task

OF_OTHER_THINGS = ("regex", "json_schema", "length", "latency", "cost", "similarity")
"""Scorers whose mark does not come from the target alone."""


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
            exact(sentences=True), "The capital is Paris. It is big.", "Paris", 1, id="sentences: not only the last"
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


@pytest.mark.parametrize("name", [name for name in NAMES if name not in OF_OTHER_THINGS])
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
    ("target", "answer"),
    [
        ("March 3, 1887", "The lessons began on 3 March 1887."),
        ("Oslo", "The capital of Norway is **Oslo**. Bergen is older."),
        ("Anna Berg", "It was written by Anna Maria Berg in 1901."),
    ],
)
def test_exact_leaves_it_to_a_person_where_a_sentence_says_the_target(target: str, answer: str) -> None:
    mark = exact()(answer, task(target))
    assert (mark.value, mark.sure) == (0, False)


def test_exact_surely_refuses_another_text() -> None:
    assert exact()("The capital is Bergen.", task("Oslo")).sure


@pytest.mark.parametrize("scorer", ["automatic", "numeric", "math"])
@pytest.mark.parametrize(
    ("answer", "target", "value"),
    [
        (r"\cfrac{3}{4}", "3/4", 1),
        (r"\cfrac{3}{4}", "4", 0),
        (r"$\nicefrac{7}{8}$", "0.875", 1),
        (r"\boxed{\sfrac{7}{8}}", "7/8", 1),
        (r"\boxed{\sfrac{7}{8}}", "8", 0),
        (r"\binom{6}{2}", "15", 1),
        (r"\dbinom{6}{2}", "2", 0),
        (r"$\sqrt{144}$", "12", 1),
        (r"\(\sqrt{144}\)", "144", 0),
    ],
)
def test_a_formula_that_is_the_whole_answer_is_worked_out(scorer, answer, target, value):
    assert by_name(scorer)(answer, Task("1", "How much is it?", target)).value == value


@pytest.mark.parametrize(
    "text",
    [
        "Between 2 and three million people live there.",
        "Between two and 3 million people live there.",
        "Between two and three million people live there.",
        "There are 2 or three million of them.",
        "Either two or 3 million.",
    ],
)
@pytest.mark.parametrize("target", ["2", "2 million", "3 million"])
def test_an_end_of_a_range_is_no_number_that_an_answer_decides_on(text, target):
    assert numeric()(text, Task("1", "How many people live there?", target)).extracted is None


@pytest.mark.parametrize("text", ["It takes 2 to three hours.", "It takes two to 3 hours."])
@pytest.mark.parametrize("target", ["2", "3"])
def test_an_end_of_a_span_in_figures_and_words_is_never_sure(text, target):
    assert not numeric()(text, Task("1", "How long does it take?", target)).sure
