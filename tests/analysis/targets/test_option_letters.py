"""Letters of options in a thought: told of, weighed, listed, or meant."""

import pytest

from workbench.analysis.targets.option_letters import options_of
from workbench.analysis.targets.places import places
from workbench.analysis.thoughts.text import Thought

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


def test_options_told_by_other_signs_are_read():
    assert options_of("다음 중 새는? ① 박쥐 ② 펭귄", "②") == {"①": "박쥐", "②": "펭귄"}
    assert options_of("Что это? А) дуб Б) клён", "Б") == {"А": "дуб", "Б": "клён"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("In the dark the gland secretes melatonin, which helps.", "melatonin"),
        ("In the dark the gland does not secrete melatonin, which helps.", None),
        ("Melatonin is a hormone.", None),
    ],
    ids=["asserted", "denied", "only named"],
)
def test_an_option_stands_where_a_sentence_answers_the_question_by_it(text, found):
    question = "Which hormone is secreted by the gland? (A) Insulin (B) Melatonin"
    spans = places("B", Thought(text, ("en",), question))
    assert ([text[start:end] for start, end in spans] or [None])[0] == found
