"""Turns to another answer that nothing calls the answer, in several languages, and what is no turn."""

import pytest

from workbench.analysis.targets.places import places
from workbench.analysis.thoughts.text import Thought
from workbench.analysis.thoughts.turns import turns

FRUIT = "Which is a stone fruit? (A) Plum (B) Grape (C) Fig"


def turned(text, target, question="", codes=("en",)):
    thought = Thought(text, codes, question)
    return any(True for _ in turns(thought, target, places(target, thought)[0][1]))


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
        ("So it is plum. Hmm, in a market? Maybe then B would be right.", "A", FRUIT, ("en",)),
        ("So x = 19. Wait, one bracket is lost. So x = 11?", "19", "Solve 3(x - 4) = 2x + 7.", ("en",)),
    ],
    ids=[
        "number",
        "name",
        "what is asked",
        "asked so",
        "option",
        "decided",
        "Chinese",
        "German in words",
        "French",
        "would be right",
        "asked of x",
    ],
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


@pytest.mark.parametrize(
    ("text", "target", "question"),
    [
        ("30 + 5 = 35. Hmm, in other units that would be 0.35 m.", "35", ""),
        ("So P = 1/9. Hmm, for a sum of 9 the count is 4.", "1/9", "What is the probability of a sum of 9?"),
        ("So P = 5/14. Hmm, in hundredths it would be 35.7.", "5/14", ""),
        ("So it is 113. Hmm, the roots: it would be 7 and 8.", "113", ""),
        ("共120元。等等，如果当作售价，那就是123.08元，那就不对了。", "120", ""),
    ],
    ids=["another unit", "no share", "rounded", "a pair", "supposed over a point"],
)
def test_a_number_of_another_kind_is_no_turn(text, target, question):
    assert not turned(text, target, question, ("en", "zh"))


@pytest.mark.parametrize(
    ("text", "target", "question"),
    [
        ("3 · 8 = 24. Hmm, then s = 16, so Tom is 48.", "24", "How old is Tom?"),
        ("C'est le Mali. Attends, je dirais le Niger.", "Mali", "Quel pays ?"),
        ("So it is B. Hmm, I think A, since that is older.", "B", "Which? A) oak B) elm"),
        ("So it is elm. Hmm, oak it is, because of the leaf.", "B", "Which? A) oak B) elm"),
        ("It prints 6. Hmm, so would it print 1?", "6", "What is printed?"),
        ("It prints [1, 2]. Wait, then the output is [2].", "[1, 2]", "What is printed?"),
        ("그러므로 ③번이다. 잠깐, 답을 ②번으로 바꾸자.", "③", "다음 중 새는? ① 박쥐 ② 개 ③ 펭귄"),
    ],
    ids=["what is asked of", "with an article", "thought", "it is", "would it", "a list", "options by figures"],
)
def test_more_ways_to_turn(text, target, question):
    assert turned(text, target, question, ("en", "fr", "ko"))
