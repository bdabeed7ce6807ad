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
        ("24 apples, 5 crates: 120 / 5 = 24 bad apples. 96 / 4 = 24.", "24", "24 apples. How many bags?", "4 = 24"),
        ("7^2 = 49, 7^3 = 343 → 43, 7^4 = 2401 → 1. Entry 3 is 43.", "43", "Last digits of 7^2023?", "3 is 43"),
        ("2 · 72 → (14, 84)\n3 · 48 → (15, 60)\n4 · 36 → (16, 48)\nSo 15.", "15", "How many pairs?", "So 15"),
        ("f(1) = 13, f(2) = 25, f(3) = 41. So 25.", "25", "What is f(2)?", "f(2) = 25"),
        ("6·5 = 30, 30·4 = 120, 120·3 = 360.", "120", "What is 6·5·4?", "30·4 = 120"),
        ("The numbers from 100 to 999. 150 - 50 = 100.", "100", "How many?", "50 = 100"),
        (
            '"Tracking: FP 93" is the tracking number. FP 93.',
            "FP 93",
            "The tracking number? Tracking: FP 93.",
            "Tracking: FP 93",
        ),
        ("Was it Vermeer? No. Is it Hals, then? Yes, Hals.", "Hals", "Who painted it?", "Yes, Hals"),
    ],
    ids=[
        *("a name's value", "a unit of time", "what is there", "what is given", "options in a row", "other things"),
        *(
            "a row of results",
            "a line of results",
            "the row that is asked for",
            "a chain",
            "a range",
            "pointed out",
            "a question",
        ),
    ],
)
def test_the_first_place_is_where_it_was_found(text, target, question, found):
    _, end = places(target, Thought(text, ("en",), question))[0]
    assert text[:end].endswith(found)
