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


@pytest.mark.parametrize(
    ("question", "text", "found"),
    [
        (
            "Which hormone lowers the blood glucose level? A) Glucagon B) Insulin",
            "Insulin, made in the pancreas, makes cells take it up and so lowers the level in the blood. B.",
            "Insulin",
        ),
        (
            "Which code is the oldest? A) Salic B) Ur-Nammu",
            "Ur-Nammu is by far older than the other one. B.",
            "Ur-Nammu",
        ),
        ("Which bonds? A) sp3 B) sp2 C) sp", "Two (one to H, one to C) and H–C≡C–H. So the type is sp. C.", "sp. C"),
        (
            "It is right by? A) from gain B) from duty",
            "Some conform with duty only. Worth has what is done from duty. B.",
            "from duty",
        ),
        (
            "What does the level do? A) It rises B) It falls C) It falls, then rests",
            "Salt is kept, so the level goes up. A.",
            "goes up",
        ),
        (
            "First? A) Oral fluids B) Intramuscular epinephrine",
            "First comes epinephrine, given intramuscularly. B.",
            "epinephrine",
        ),
        (
            "Cause? A) Iron deficiency B) Thalassemia C) Chronic disease",
            "It is iron deficiency, thalassemia or chronic disease. Ferritin is low, so it's iron deficiency. A.",
            "iron deficiency. A",
        ),
    ],
    ids=[
        "an apposition",
        "above all others",
        "a formula's letter",
        "all of it",
        "one way of three",
        "two parts",
        "a list",
    ],
)
def test_an_option_stands_where_it_is_said_of(question, text, found):
    label = text.rstrip(".")[-1]
    assert text[places(label, Thought(text, ("en",), question))[0][0] :].startswith(found)


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


@pytest.mark.parametrize(
    ("question", "target", "text", "found"),
    [
        ("Are all toads frogs? (a) yes (b) no", "a", "So it is (a).", "(a)"),
        ("Who wrote Emma?\n1. Eliot\n2. Austen", "2", "This is by Austen, in 1815.", "Austen"),
        ("Who wrote Emma?\n1. Eliot\n2. Austen", "2", "I take option 2.", "2"),
        ("How many hold?\n1. Ice is cold\n2. Fire is hot", "2", "1. Ice is cold: yes.", None),
        ('Select the synonym of "brisk". A: slow B: lively', "B", '"lively" is a synonym of it.', "lively"),
        ("Which organ pumps blood? A) Lung B) Heart", "B", "The heart pumps blood.", "heart"),
        ("Water boils at? A) 90 °C B) 100 °C", "B", "At sea level water boils at 100 °C.", "100 °C"),
        ("Which gas glows? A. Iron B. Neon", "B", "B. Neon: in lamps. Yes, that is the one.", "Neon"),
        ("Which gas glows? A. Iron B. Neon", "B", "B. Neon: yes, a gas, but not that one.", None),
    ],
)
def test_options_by_small_letters_figures_and_what_is_said_of_them(question, target, text, found):
    spans = places(target, Thought(text, ("en",), question))
    assert ([text[start:end] for start, end in spans] or [None])[0] == found
