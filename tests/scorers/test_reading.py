"""An answer is read once: what it claims, what it takes back, and how long that takes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.scorers.languages import table
from workbench.scorers.named import automatic, by_name
from workbench.scorers.number_words import number_in_words
from workbench.scorers.reading import reading
from workbench.tasks.tasks import Task


@pytest.mark.parametrize(
    ("answer", "claim"),
    [
        pytest.param("Answer: 41\nNo wait, I slipped.\nAnswer: 46", "46", id="taken back"),
        pytest.param("If the answer is 30, the rest is odd. The answer is 28.", "28.", id="a condition"),
        pytest.param("The first guess: the answer is 12. The final answer is 15.", "15.", id="an earlier one"),
        pytest.param("Is the answer 9? The answer is 8.", "8.", id="a question"),
        pytest.param("The answer is not 9 but 8.", "8.", id="denied"),
        pytest.param(r"So \boxed{\frac{2}{7}} it is.", r"\frac{2}{7}", id="a box with braces inside"),
        pytest.param("<answer>\nOslo\n</answer> I hope this helps.", "Oslo", id="an element"),
        pytest.param("Steps …\n#### 612", "612", id="hashes"),
        pytest.param("### Final Answer\n\n```\nOslo\n```", "Oslo", id="a heading and a fence"),
        pytest.param("La respuesta no es 9, sino 8.", "8.", id="denied in Spanish"),
        pytest.param("答えは9ではなく8です。", "8です。", id="denied in Japanese"),
    ],
)
def test_the_last_claim_that_stands_counts(answer: str, claim: str) -> None:
    assert reading(answer).claims[0].text == claim


@pytest.mark.parametrize(
    ("text", "code", "value"),
    [
        ("einundachtzig", "de", 81),
        ("quatre-vingt-onze", "fr", 91),
        ("treinta y siete", "es", 37),
        ("cinquantotto", "it", 58),
        ("cento e onze", "pt", 111),
        ("триста сорок два", "ru", 342),
        ("四百零七", "zh", 407),
        ("오십육", "ko", 56),
        ("عشرون", "ar", 20),
    ],
)
def test_numbers_in_words_are_read_in_every_language(text: str, code: str, value: int) -> None:
    number = number_in_words(text, ("en", code))
    assert number is not None
    assert number.value == value


def test_every_language_has_what_the_reader_needs() -> None:
    needed = {
        "answer",
        "is",
        "option",
        "right",
        "wrong",
        "not",
        "or",
        "if",
        "back",
        "check",
        "yes",
        "no",
        "true",
        "false",
    }
    assert {code: needed - set(lang) for code, lang in table().items() if needed - set(lang)} == {}


@settings(deadline=None, max_examples=60)
@given(st.text(max_size=300), st.sampled_from(["7", "x+1", "(1,2)", "B", "yes", "Oslo", "2020-01-31", "5 km", "AB-1"]))
def test_no_answer_makes_the_reader_fail(answer: str, target: str) -> None:
    score = automatic()(answer, Task("1", "Which?\nA) one\nB) two" if target == "B" else "q", target))
    assert score.value in (0, 1)


def test_without_math_verify_the_scorer_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    from workbench.errors import InputError
    from workbench.scorers import mathematics

    monkeypatch.setattr(mathematics, "installed", lambda: False)
    with pytest.raises(InputError, match=r"uv pip install 'workbench\[math\]'"):
        mathematics.math()


@pytest.mark.parametrize("answer", ["6!", "**6!**", "$6!$", "n = 6!", "Answer: 6!", "It has 6! orders.", "有6!种。"])
def test_a_number_with_a_mark_of_exclamation_alone_may_be_a_factorial(answer):
    marks = [by_name("automatic")(answer, Task("1", "How many?", target)) for target in ("6", "720")]
    assert not any(mark.sure for mark in marks)
    for answer in ("There are 6!", "It is 6! So the answer is 6.", "Just 5! mind you, 6 with the driver."):
        assert by_name("automatic")(answer, Task("1", "How many?", "6")).sure
    assert by_name("automatic")(r"\boxed{6!}", Task("1", "How many?", "720")).correct
