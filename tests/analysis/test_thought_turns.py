"""Turns to another answer that nothing calls the answer, in several languages, and what is no turn."""

import pytest

from workbench.analysis.target_places import places
from workbench.analysis.thought_text import Thought
from workbench.analysis.thought_turns import turns

FRUIT = "Which is a stone fruit? (A) Plum (B) Grape (C) Fig"


def turned(text, target, question="", codes=("en",)):
    thought = Thought(text, codes, question)
    return bool(turns(thought, target, places(target, thought)[0][1]))


@pytest.mark.parametrize(
    ("text", "target", "question", "codes"),
    [
        ("30 + 5 = 35. Hmm, one was counted twice, so it should be 34?", "35", "", ("en",)),
        ("The writer is Jane Austen. But the moors... so it's Brontë, I'd say.", "Jane Austen", "", ("en",)),
        ("So P = 3/4. However, the coin is odd. The chance is 1/2.", "3/4", "What is the chance of heads?", ("en",)),
        ("7 + 8 = 15. Wait, is it a trick? So 16?", "15", "", ("en",)),
        ("So it is plum. Hmm, I'm not sure: going with grape.", "A", FRUIT, ("en",)),
        ("So the writer is Austen. I'll answer Brontë.", "Jane Austen", "Who wrote it?", ("en",)),
        ("一共是18个。等等，有一个重复了，应该是17个。", "18", "", ("en", "zh")),
        ("Das macht 14. Moment, dann wären es fünfzehn.", "14", "", ("en", "de")),
        ("Donc 20. Attends, ce serait plutôt 21 ?", "20", "", ("en", "fr")),
    ],
    ids=["number", "name", "what is asked", "asked so", "option", "decided", "Chinese", "German in words", "French"],
)
def test_another_answer_after_a_doubt_is_a_turn(text, target, question, codes):
    assert turned(text, target, question, codes)


@pytest.mark.parametrize(
    ("text", "target", "question"),
    [
        ("30 + 5 = 35. It should be 34 if one were lost.", "35", ""),
        ("30 + 5 = 35. Wait, let me check: 30 is 6 * 5, so it should be 6 * 5 + 5.", "35", ""),
        ("30 + 5 = 35. Hmm, if it were 6 more, it would be 41.", "35", ""),
        ("The writer is Jane Austen. But wait, so it's easy.", "Jane Austen", ""),
        ("30 + 5 = 35. Hmm, so it should be 35.", "35", ""),
    ],
    ids=["no doubt", "a sum goes on", "supposed", "a remark", "the same again"],
)
def test_what_is_no_turn(text, target, question):
    assert not turned(text, target, question)
