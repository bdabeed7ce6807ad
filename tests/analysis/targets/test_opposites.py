"""A yes or a no that is only concluded stands where it is: by an opposite, in the question's own words, as possible."""

import pytest

from workbench.analysis.targets.opposites import concluded
from workbench.analysis.thoughts.text import Thought


def said(question, thought, code="en", *, yes):
    codes = ("en", code) if code != "en" else ("en",)
    return [thought[start:end] for start, end in concluded(Thought(thought, codes, question), len(thought), yes=yes)]


@pytest.mark.parametrize(
    ("code", "question", "thought", "clause"),
    [
        ("en", "Is 221 a prime number?", "13 · 17 = 221, so it's composite.", "it's composite"),
        ("en", "Would an egg sink in brine?", "It is less dense. Hence the egg floats.", "the egg floats"),
        ("en", "Is 1 + 2 + 3 + 4 + 5 even?", "The sum is 15, which means that the sum is odd.", "is odd"),
        ("en", "Is pi rational?", "Lambert proved it. Thus pi is irrational.", "is irrational"),
        ("en", "Does the harmonic series converge?", "So the series diverges.", "the series diverges"),
        ("en", "Is a lead ball lighter than a cork ball?", "So the lead ball is heavier.", "is heavier"),
        ("en", "Was Mozart older than Haydn?", "1756 is after 1732, so Mozart was younger.", "was younger"),
        ("en", "Can a triangle have two right angles?", "Nothing is left, so that's impossible.", "that's impossible"),
        (
            "en",
            "Did Brahms die before Bach was born?",
            "1685 is earlier. So he died after that.",
            "he died after that",
        ),
        ("de", "Ist 91 eine Primzahl?", "7 mal 13, also ist 91 zusammengesetzt.", "ist 91 zusammengesetzt"),
        ("de", "Ist Wurzel 2 rational?", "Damit ist die Wurzel irrational.", "ist die Wurzel irrational"),
        ("fr", "Le nombre 91 est-il premier ?", "91 = 7 × 13, donc 91 est composé.", "est composé"),
        ("es", "¿Es 91 un número primo?", "91 = 7 × 13, así que 91 es compuesto.", "es compuesto"),
        ("it", "Il numero 91 è primo?", "91 = 7 × 13, quindi 91 è composto.", "è composto"),
        ("pt", "O número 91 é primo?", "91 = 7 × 13, portanto 91 é composto.", "é composto"),
        ("ru", "Является ли 91 простым числом?", "91 = 7 · 13, значит, это составное число.", "это составное число"),
        ("zh", "91是质数吗？", "91等于7乘13，所以91是合数。", "91是合数"),
        ("ja", "91は素数ですか。", "91は7かける13だ。したがって91は合成数だ。", "91は合成数だ"),
        ("ko", "91은 소수인가?", "91은 7 곱하기 13이다. 따라서 91은 합성수이다.", "91은 합성수이다"),
    ],
)
def test_the_opposite_of_what_is_asked_is_a_no(code, question, thought, clause):
    assert said(question, thought, code, yes=False) == [clause]
    assert said(question, thought, code, yes=True) == []


@pytest.mark.parametrize(
    ("code", "question", "thought", "clause"),
    [
        ("en", "Does 9 divide 2736?", "The digits add up to 18, so 9 divides 2736.", "9 divides 2736"),
        (
            "en",
            "Could Liszt have met Chopin?",
            "Both were in Paris, so a meeting was possible.",
            "a meeting was possible",
        ),
        (
            "en",
            "Does 3x + 6 = 3(x + 2) hold for all x?",
            "Both agree, so the equation holds for all x.",
            "the equation holds for all x",
        ),
        ("en", "Was she closer to Rome than to Bonn?", "So she lived closer to Rome.", "she lived closer to Rome"),
        ("en", "Is 97 composite?", "17 squared is too large. So it isn't prime.", "it isn't prime"),
        ("en", "Is a cork ball lighter than a lead ball?", "So the lead ball is heavier.", "is heavier"),
        ("de", "Teilt 9 die Zahl 2736?", "Die Quersumme ist 18, also teilt 9 auch 2736.", "teilt 9 auch 2736"),
        ("ru", "Делится ли 2736 на 9?", "Сумма 18, значит, 2736 тоже делится на 9.", "2736 тоже делится на 9"),
        ("zh", "2736能被9整除吗？", "数字之和是18，所以2736能被9整除。", "2736能被9整除"),
    ],
)
def test_what_is_asked_is_concluded_in_its_own_words(code, question, thought, clause):
    assert said(question, thought, code, yes=True) == [clause]
    assert said(question, thought, code, yes=False) == []


@pytest.mark.parametrize(
    ("question", "thought"),
    [
        ("Is 221 a prime number?", "Suppose not; so perhaps it's composite."),
        ("Is 221 a prime number?", "221 is 13 · 17. Both are composite or prime."),
        ("Is 221 a prime number?", "So is it composite?"),
        ("Are all even numbers composite?", "So 2 is prime."),
        ("Is 221 a prime number?", "So the weather is composite."),
        ("Which of these is prime?", "So the total is 12."),
    ],
    ids=["a doubt", "both", "a question", "of all", "another thing", "another question"],
)
def test_a_doubt_a_question_or_another_thing_concludes_nothing(question, thought):
    assert said(question, thought, yes=False) == []
