"""What a thought only says again is no place of the target."""

import pytest

from workbench.analysis.targets.places import places
from workbench.analysis.thoughts.text import Thought


@pytest.mark.parametrize(
    ("text", "target", "question", "found"),
    [
        ("At x = 2 it is 4 * 2, so y = 8. Minus 6: 2.", "2", "What is y - 6 at x = 2, with y = 4x?", "Minus 6: 2"),
        ("An hour has sixty minutes. So it makes 60 kilometres.", "60", "How many kilometres is it?", "makes 60"),
        ("We have 7 pens and lose 2. So 7 - 2 is 5, plus 2 is 7.", "7", "I have 7 pens. What is 7 - 2 + 2?", "2 is 7"),
        ("It is given as 9 or so. So n = 9.", "9", "The sum is 9. Find n, if n is the sum.", "n = 9"),
        ("Is it red or blue? The sky is blue.", "blue", "Is the sky red or blue?", "sky is blue"),
    ],
    ids=["a name's value", "a unit of time", "what is there", "what is given", "options in a row"],
)
def test_the_first_place_is_where_it_was_found(text, target, question, found):
    _, end = places(target, Thought(text, ("en",), question))[0]
    assert text[:end].endswith(found)
