"""An option stands where a thought sets it into the question's blank, and not where it only tries it."""

import pytest

from workbench.analysis.targets.blanks import filled_in
from workbench.analysis.thoughts.text import Thought

QUESTION = 'Choose: "Neither of the boys ___ his homework." A) have done B) has done C) were doing'


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('So "neither of the boys has done his homework". B.', ["has done"]),
        ("Neither is singular: of the boys has done. B.", ["has done"]),
        ("That gives: has done his homework. B.", ["has done"]),
        ('If it were "of the boys has done his homework", fine.', []),
        ('"Neither of the boys has done his homework" is not right.', []),
        ("Is it: neither of the boys has done his homework?", []),
        ("He has done a lot.", []),
    ],
)
def test_an_option_stands_in_the_blank(text, found):
    assert [text[start:end] for start, end in filled_in(Thought(text, ("en",), QUESTION), "B")] == found


def test_a_question_without_a_blank_has_none():
    assert filled_in(Thought("She goes.", ("en",), "Which? A) go B) goes"), "B") == []
