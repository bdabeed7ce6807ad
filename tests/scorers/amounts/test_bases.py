"""Numbers in a base other than ten: the same digits in the same base, however they are written, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.scorers import by_name, score_answer
from workbench.scorers.amounts.bases import in_base
from workbench.tasks.tasks import Task

AUTOMATIC = by_name("automatic")
SMALL = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
WRITTEN = (
    "{digits}_{base}",
    "{digits}_{{{base}}}",
    "({digits})_{{{base}}}",
    "${digits}_{{\\text{{{base}}}}}$",
    "{digits}{small}",
    "{digits}<sub>{base}</sub>",
    "{digits} in base {base}",
    "{digits} (base {base})",
    "\\boxed{{{digits}_{{{base}}}}}",
    "The answer is **{digits}_{base}**.",
    "The value is {decimal}, which is ${digits}_{{{base}}}$.",
    "{digits}_{base} = {decimal}_{{10}}",
)


def digits_of(number: int, base: int) -> str:
    made = ""
    while number:
        number, rest = divmod(number, base)
        made = "0123456789ABCDEF"[rest] + made
    return made


def marked(target: str, answer: str, question: str = "What is it?"):
    return score_answer(AUTOMATIC, answer, Task("1", question, target))


@given(st.integers(16, 10**6), st.sampled_from([2, 3, 5, 7, 8, 9, 12, 16]), st.sampled_from(WRITTEN))
def test_the_same_number_is_right_however_it_is_written(number, base, written):
    digits = digits_of(number, base)
    answer = written.format(digits=digits, base=base, small=str(base).translate(SMALL), decimal=number)
    assert marked(f"{digits}_{{{base}}}", answer).value == 1, answer


@given(st.integers(16, 10**6), st.sampled_from([(2, 3), (2, 8), (3, 4), (7, 8), (8, 9)]), st.sampled_from(WRITTEN[:9]))
def test_the_same_digits_in_another_base_are_wrong(number, bases, written):
    digits = digits_of(number, bases[0])
    answer = written.format(digits=digits, base=bases[1], small=str(bases[1]).translate(SMALL))
    mark = marked(f"{digits}_{bases[0]}", answer)
    assert (mark.value, mark.sure) == (0, True), answer


@pytest.mark.parametrize(
    ("answer", "question", "value", "sure"),
    [
        (r"\boxed{645}", "Write it in base 7.", 1, True),
        (r"\boxed{645}", "What is it?", 1, False),
        ("The base-7 form is **645**.", "Write it in base seven.", 1, True),
        (r"\boxed{327}", "Write it in base 7.", 0, True),
        (r"\boxed{646_7}", "Write it in base 7.", 0, True),
        ("I cannot tell.", "Write it in base 7.", 0, True),
    ],
)
def test_digits_alone_count_where_the_question_names_a_base(answer, question, value, sure):
    mark = marked("645_7", answer, question)
    assert (mark.value, mark.sure) == (value, sure)


@pytest.mark.parametrize(
    ("answer", "value"), [("0b1101", 1), ("1101 in binary", 1), ("1 1011 in binary", 0), ("0x1101", 0)]
)
def test_programmers_write_bases_too(answer, value):
    assert marked("1101_2", answer).value == value


@pytest.mark.parametrize("text", ["x_2", "a_1", "192_2", "7_1", "12", "3.5_8", "file_2", "1_000", ""])
def test_what_is_no_number_in_a_base(text):
    assert in_base(text) is None
