"""The final answer inside what a model wrote."""

from __future__ import annotations

import time
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from workbench.scorers.extraction import claims, final_choice, final_number, final_texts, final_word, normalised


@pytest.mark.parametrize(
    ("answer", "value", "where"),
    [
        pytest.param("42", 42, "as the last number", id="bare"),
        pytest.param("It costs $1,234.50 in all.", "1234.5", "as the last number", id="in prose"),
        pytest.param("5 and then 7", 7, "as the last number", id="the last of several"),
        pytest.param("Answer: 42", 42, "after 'Answer:'", id="marker"),
        pytest.param("**Answer:** 42", 42, "after 'Answer:'", id="bold marker"),
        pytest.param("**Answer**: 42", 42, "after 'Answer**:'", id="bold word"),
        pytest.param("The answer is 42, not 41.", 42, "after 'answer is'", id="not another"),
        pytest.param("The answer is not 41 but 42.", 42, "as the last number", id="a negated marker is none"),
        pytest.param("The answer to 3 + 4 is 7. I used 2 steps.", 7, "after 'answer to 3 + 4 is'", id="the answer to"),
        pytest.param("Answer (in km): 25 of 30", 25, "after 'Answer (in km):'", id="an aside in the marker"),
        pytest.param("Final answer: 3 + 4 = 7", 7, "after 'answer:'", id="a sum after the marker"),
        pytest.param("Answer: 7 (because 3 + 4 = 7, not 8)", 7, "after 'Answer:'", id="a reason after the answer"),
        pytest.param("Answer: x = 5", 5, "after 'Answer:'", id="an equation"),
        pytest.param("Answer: She had 5, bought 3, so 8", 8, "after 'Answer:'", id="reasoning after the marker"),
        pytest.param("Answer: 1\nAnswer: 2", 2, "after 'Answer:'", id="the last marker"),
        pytest.param("Answer: 42\nI counted 3 times.", 42, "after 'Answer:'", id="text after the marker's line"),
        pytest.param("The answer is what we want.\nSo 42.", 42, "as the last number", id="a marker without a number"),
        pytest.param("## Answer\n\n42 apples of 50", 42, "after 'Answer'", id="heading"),
        pytest.param("**Final Answer**\n\n$$\n42\n$$", 42, "after 'Final Answer'", id="heading, then mathematics"),
        pytest.param("#### 42", 42, "after '####'", id="hashes"),
        pytest.param("#### Step 1\nThen 42.", 42, "as the last number", id="hashes as a heading"),
        pytest.param("答案：42（共50）", 42, "after '答案：'", id="Chinese"),
        pytest.param(r"\boxed{42}", 42, r"in \boxed{}", id="box"),
        pytest.param(r"\boxed{1} and \boxed{2}", 2, r"in \boxed{}", id="the last box"),
        pytest.param(r"$\boxed{\frac{3}{4}}$ of 9", "3/4", r"in \boxed{}", id="nested braces"),
        pytest.param(r"\boxed{\text{42 km}}", 42, r"in \boxed{}", id="text in a box"),
        pytest.param(r"\boxed 7 of 9", 7, r"in \boxed{}", id="a box without braces"),
        pytest.param(r"The answer is $\boxed{42}$.", 42, r"in \boxed{}", id="a box after a marker"),
        pytest.param(r"\boxed{41} Wait. Answer: 42", 42, "after 'Answer:'", id="a marker after a box"),
        pytest.param(r"3 times 5 is \boxed{2\sqrt{3}}", None, None, id="a box without a number"),
        pytest.param("The total is **42** apples for 3 kids.", 42, "in bold in the last line", id="bold"),
        pytest.param("**Step 1:** 5\n\nSo 6.", 6, "as the last number", id="a bold heading is no number"),
        pytest.param("Nine.", 9, "in words", id="in words"),
        pytest.param("The answer is twenty-five.", 25, "after 'answer is'", id="in words after a marker"),
        pytest.param("There are seven sheep left.", 7, "in words", id="in words in a sentence"),
        pytest.param("Two of seven are left.", None, None, id="two numbers in words"),
        pytest.param("9 sheep.\nFor two reasons.", 9, "as the last number", id="words do not outdo digits"),
        pytest.param(
            "The answer is one hundred and five sheep.", 105, "after 'answer is'", id="hundreds after a marker"
        ),
        pytest.param("It's 7, not 5.", 7, "as the last number", id="what it is not comes last"),
        pytest.param("7 (not 5)", 7, "as the last number", id="what it is not in brackets"),
        pytest.param("It isn't 5.\nSo 7, instead of 5.", 7, "as the last number", id="instead of"),
        pytest.param("So it is not 5.", None, None, id="only what it is not"),
        pytest.param("9 sheep are left out of 17.", 9, "as the last number", id="out of"),
        pytest.param("No one knows.", None, None, id="none"),
        pytest.param("", None, None, id="empty"),
        pytest.param("infinity", None, None, id="infinity"),
    ],
)
def test_the_number_that_counts(answer, value, where):
    found = final_number(answer)
    assert (found and (found[0].value, found[1])) == (None if value is None else (Fraction(value), where))


@pytest.mark.parametrize(
    ("answer", "letter"),
    [
        pytest.param("B", "B", id="bare"),
        pytest.param("b", "B", id="small"),
        pytest.param("A", "A", id="bare A"),
        pytest.param("(B)", "B", id="brackets"),
        pytest.param("B)", "B", id="bracket"),
        pytest.param("**B**", "B", id="bold"),
        pytest.param("$B$", "B", id="mathematics"),
        pytest.param("B. Paris", "B", id="point"),
        pytest.param("B - Paris", "B", id="dash"),
        pytest.param("B: because A is wrong", "B", id="colon"),
        pytest.param("B\n\nBecause the sun shines.", "B", id="first line"),
        pytest.param("Let me see.\n\nD", "D", id="last line"),
        pytest.param("option b", "B", id="option"),
        pytest.param("The answer is B", "B", id="the answer is"),
        pytest.param("the answer is **(b)**", "B", id="the answer is, bold"),
        pytest.param("Answer: b", "B", id="marker"),
        pytest.param("**Answer: B**", "B", id="bold marker"),
        pytest.param("Answer: **C** (Rome)", "C", id="marker, then a text"),
        pytest.param("The answer is Option C: x", "C", id="marker and option"),
        pytest.param("The answer is A because x", "A", id="A because"),
        pytest.param("The answer is A Paris", "A", id="A and a name"),
        pytest.param(r"\boxed{\text{(B)}}", "B", id="box"),
        pytest.param("The correct option is B.", "B", id="the option is"),
        pytest.param("I choose C", "C", id="choose"),
        pytest.param("It must be (D).", "D", id="in brackets"),
        pytest.param("A) Paris: wrong.\nB) Rome: right.\nSo B.", "B", id="so B"),
        pytest.param("(A) and (B) are wrong; (C) is right", "C", id="is right"),
        pytest.param("A good question! I pick B.", "B", id="an article first"),
        pytest.param("It is not A. It is B.", "B", id="it is not, it is"),
        pytest.param("I think it is C\n\nBecause it rains.", "C", id="it is, at the end of a line"),
        pytest.param("It must be D", "D", id="must be"),
        pytest.param("Definitely B!", "B", id="definitely"),
        pytest.param("\uff22", "B", id="full width"),
        pytest.param("It is A or B", None, id="it is one of two"),
        pytest.param("What matters is A cat", None, id="is, then an article"),
        pytest.param("A cat sat.", None, id="article"),
        pytest.param("The answer is a cat", None, id="article after a marker"),
        pytest.param("A, B and C are wrong", None, id="a list"),
        pytest.param("A or B", None, id="undecided"),
        pytest.param("B and C", None, id="two"),
        pytest.param("not option B", None, id="negated"),
        pytest.param("option B is wrong", None, id="ruled out"),
        pytest.param("C++ is best", None, id="part of a name"),
        pytest.param("I think so", None, id="pronoun"),
        pytest.param("Answer: Z", None, id="no such letter"),
        pytest.param("Paris", None, id="no letter"),
        pytest.param("", None, id="empty"),
    ],
)
def test_the_choice_that_counts(answer, letter):
    found = final_choice(answer, "ABCDEFGHI")
    assert (found and found.text) == letter


def test_an_option_may_be_chosen_by_its_text():
    options = {"A": "Paris", "B": "Rome"}
    assert final_choice("Rome.", "AB", options=options).text == "B"
    assert final_choice("Paris or Rome", "AB", options=options) is None


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        pytest.param("Yes", "yes", id="bare"),
        pytest.param("**No**, because it is not.", "no", id="with a reason"),
        pytest.param("Yes, there is no other.", "yes", id="the first word counts"),
        pytest.param("Let me think.\nThe answer is no.", "no", id="after a marker"),
        pytest.param("Fish cannot fly. So no.", "no", id="the only one in the last line"),
        pytest.param("It is yes or no.", None, id="both"),
        pytest.param("Nobody knows.", None, id="part of a word"),
        pytest.param("I would not say yes; so not yes.", "no", id="not the one is the other"),
    ],
)
def test_the_word_that_counts(answer, word):
    found = final_word(answer, ("yes", "no"))
    assert (found and found.text) == word


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        pytest.param("Paris", "PARIS", True, id="case"),
        pytest.param("Straße", "STRASSE", True, id="case of ß"),
        pytest.param("**Paris**.", "Paris", True, id="Markdown and a full stop"),
        pytest.param("C#", "C", False, id="a sharp belongs to the word"),
        pytest.param("## Paris ##", "Paris", True, id="the marks of a heading do not"),
        pytest.param("“Paris”", "Paris", True, id="quotes"),
        pytest.param("it’s", "it's", True, id="apostrophes"),
        pytest.param("well‑known", "well-known", True, id="hyphens"),
        pytest.param("Ｐａｒｉｓ", "Paris", True, id="full width"),
        pytest.param("Cafe\u0301", "Café", True, id="accents composed"),
        pytest.param("New\n  York", "New York", True, id="blanks"),
        pytest.param("\u200bParis", "Paris", True, id="unseen"),
        pytest.param(r"\text{Paris}", "Paris", True, id="LaTeX text"),
        pytest.param("São Paulo", "Sao Paulo", False, id="accents count"),
        pytest.param("25", "-25", False, id="the sign counts"),
        pytest.param("25", "−25", False, id="the unicode sign counts"),
        pytest.param("25", "25%", False, id="percent counts"),
        pytest.param("?", "!", False, id="nothing but punctuation"),
    ],
)
def test_short_answers_are_compared_in_one_form(one, other, equal):
    assert (normalised(one) == normalised(other)) is equal


@settings(deadline=None)
@given(st.text())
@example("\\¸")  # a cedilla alone becomes a space with a mark above it, and a backslash with a space is LaTeX
def test_normalising_twice_changes_nothing(text):
    assert normalised(normalised(text)) == normalised(text)


@settings(deadline=None)
@given(
    st.text()
    | st.lists(st.sampled_from(["answer", " is ", ":", "\n", "\\boxed{", "}", "**", "####", "B", "(", "42", "="])).map(
        "".join
    )
)
def test_extraction_never_raises(text):
    final_texts(text, sentences=True)
    final_number(text)
    final_choice(text)
    final_word(text, ("yes", "no"))
    claims(text)


@pytest.mark.parametrize(
    "piece",
    [
        "answer: ",
        "answer is ",
        "Answer to ",
        "\\boxed{",
        "**",
        "** ",
        "#",
        "B) ",
        "(B)",
        "\n",
        "B\n",
        "is ",
        "a",
        "{",
        "answer\n",
        "not ",
        "A ",
        "_",
        "=",
    ],
)
def test_extraction_takes_linear_time(piece):
    text = piece * (200_000 // len(piece))
    start = time.process_time()
    final_texts(text, sentences=True)
    final_number(text)
    final_choice(text)
    final_word(text, ("yes", "no"))
    assert time.process_time() - start < 5
