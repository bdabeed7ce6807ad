"""Letters of options in a thought: told of, weighed, listed, or meant."""

import pytest

from workbench.analysis.target_places import places
from workbench.analysis.thought_text import Thought

QUESTION = "Which one? A) plum B) brick C) glass D) stone"


@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("I would go with C.", True),
        ("A plum is a fruit => C", True),
        ("It has to be C, glass.", True),
        ("C is best here, I think", True),
        ("正确答案选C。", True),
        ("Richtig ist daher C.", True),
        ("Option C is brittle", False),
        ("Let me check C.", False),
        ("Not A or C. Hmm", False),
        ("Neither B nor C. Hmm", False),
        ("A. plum B. brick C. glass D. stone", False),
        ("C) glass breaks", False),
        ("Between B and C. Hmm", False),
    ],
)
def test_only_the_letter_that_is_meant_stands(text, stands):
    assert bool(places("C", Thought(text, ("en", "zh", "de"), QUESTION))) is stands
