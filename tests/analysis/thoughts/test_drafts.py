"""Answers that a thought drafts, and the question that it says again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.thoughts.drafts import drafts, restated
from workbench.analysis.thoughts.text import Thought
from workbench.analysis.thoughts.word_places import Words


@pytest.mark.parametrize(
    ("text", "values", "codes"),
    [
        ("So the answer is 41. No, the final answer would be 42!", ["41", "42"], ("en",)),
        (r"Thus \boxed{\frac{1}{2}}.", [r"\frac{1}{2}"], ("en",)),
        ("The answer is what we are after. Is the answer 7?", [], ("en",)),
        ("所以答案是41。不对，最终答案应该是42。", ["41", "42"], ("en", "zh")),
        ("Die Antwort lautet 21. Das Ergebnis ist also 22.", ["21", "22"], ("en", "de")),
        ("La réponse est Paris.", ["Paris"], ("en", "fr")),
        ("La respuesta correcta es 60 cm.", ["60"], ("en", "es")),
        ("الجواب الصحيح هو 12.", ["12"], ("en", "ar")),
        (r"Final: $6\sqrt{2}$", [r"6\sqrt{2}"], ("en",)),
        ("The answer is 3x + 1.", ["3x + 1"], ("en",)),
    ],
)
def test_what_a_thought_names_as_its_answer(text, values, codes):
    assert [draft.value for draft in drafts(Thought(text, codes))] == values


def test_a_question_that_is_not_said_again_is_none():
    assert restated("How many sheep are left on the field?", "17 minus 8 gives 9.") == 0.0


@given(st.text(st.sampled_from(list("ab é再\n")), max_size=400))
def test_a_question_is_said_again_as_often_where_the_words_of_the_thought_are_known(text):
    question = text[3:40]
    assert restated(question, text, Words(text)) == restated(question, text)
