"""Where a value stands in a thought, whatever its spelling, and what only looks like it."""

import pytest

from workbench.analysis.targets.forms import forms_of
from workbench.analysis.targets.places import first_place, places, refused
from workbench.analysis.thoughts.text import Thought


def spelt(target, text, question="", codes=("en",)):
    return [text[start:end] for start, end in places(target, Thought(text, codes, question))]


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("42", "That gives 42.0 in all"),
        ("42", "It is forty-two"),
        ("42", "so $42$"),
        ("42", r"which is \frac{84}{2}"),
        ("42", r"\boxed{42}"),
        ("42", "**42**"),
        ("1250", "a sum of 1,250"),
        ("1250", r"a sum of 1{,}250"),
        ("0.5", "so p = 1/2"),
        ("0.5", "so p = 0,50"),
        ("0.5", r"so p = \dfrac{2}{4}"),
        ("-3", "hence x = -3"),
        ("-3", "hence x = −3"),
        ("105", "one hundred and five of them"),
        ("2024-03-15", "on March 15, 2024"),
        ("Rome | Roma", "It is Roma"),
        ("the Nile", "the longest is the Nile"),
        ("5x^3 - 2x", "f'(x) = 5x³ − 2x"),
        ("5x^3 - 2x", "f'(x) = 5x^{3} - 2x"),
        ("3/4", "which leaves three-quarters"),
        ("1/2", "so it is one half of a turn"),
    ],
)
def test_a_value_is_found_however_it_is_spelt(target, text):
    assert first_place(target, Thought(text)) is not None


@pytest.mark.parametrize(
    ("target", "text", "codes"),
    [
        ("42", "答案是四十二", ("en", "zh")),
        ("42", "das ergibt zweiundvierzig", ("en", "de")),
        ("42", "donc quarante-deux", ("en", "fr")),
        ("42", "son cuarenta y dos", ("en", "es")),
        ("42", "fa quarantadue", ("en", "it")),
        ("42", "получаем сорок два", ("en", "ru")),
    ],
)
def test_numbers_in_words_are_found_in_other_languages(target, text, codes):
    assert first_place(target, Thought(text, codes)) is not None


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("42", "142 and 420 and 4.2 and 42.5 and 3.42"),
        ("42", "42 - 2 is 40 and 6 + 42 is 48"),
        ("42", "not 42"),
        ("42", "Step 42: go on"),
        ("42", "at 12:42 or 42:10"),
        ("42", "GPT-42 and x42"),
        ("42", "42% of them"),
        ("42", r"5 \times 42"),
        ("42", "it is 42 times 3"),
        ("42", r"it is 42 \times 3"),
        ("3", "1. one\n2. two\n3. three"),
        ("3", "positions 3 and 8"),
        ("-3", "7-3 is easy"),
        ("B", "A) red\nB) blue\nA Bee is no letter"),
    ],
)
def test_what_belongs_to_another_value_does_not_count(target, text):
    assert spelt(target, text) == []


def test_what_the_question_says_counts_only_as_a_result():
    question = "All but 9 of 17 sheep die. How many are left?"
    text = "The user says that all but 9 of 17 sheep die. 17 - 9 is 8, but no: 9 are left."
    assert first_place("9", Thought(text, question=question)) == text.rindex("9 are")


def test_a_target_without_a_form_stands_nowhere():
    assert forms_of("") == ()
    assert places("", Thought("some text")) == []


@pytest.mark.parametrize("text", ["Is it option A, B or C?", "Which answer is right? A. red", "answer A or B"])
def test_options_that_are_only_listed_do_not_count(text):
    assert spelt("A", text) == []


@pytest.mark.parametrize(
    ("target", "text", "stands"),
    [
        ("3x^2", "n = 3, so we have 3 x^2 now", "3 x^2"),
        ("3x^2", "so n = 3", None),
        ("x = 4", "so x is 4", "4"),
        ("3:45 pm", "it ends at 3:45 p.m., not 13:45", "3:45 p.m."),
        ("3:45 pm", "it ends at 15:45", "15:45"),
        ("3:45 pm", "it ends at 13:45", None),
        ("The Third Man", "a film called the Third Man", "the Third Man"),
        ("The Third Man", "Third Man", "Third Man"),
    ],
)
def test_formulas_names_times_and_articles(target, text, stands):
    found = spelt(target, text)
    assert (found[0] if found else None) == stands


def test_a_word_among_those_that_the_question_offers_is_not_chosen():
    question = "Is the light red, amber or green?"
    text = "It may be red, amber or green. On stop it is red."
    assert first_place("red", Thought(text, question=question)) == text.rindex("red")


@pytest.mark.parametrize(
    ("text", "stands"),
    [("so it is 3 times. Good", True), ("It has 8 corners and 3 edges", True), ("It has 8 corners and 3 sides", False)],
)
def test_what_the_question_wants_counted_makes_a_small_number_a_result(text, stands):
    found = first_place("3", Thought(text, question="How many edges has a triangle?"))
    assert (found is not None) is stands


@pytest.mark.parametrize(
    ("text", "target", "question", "found"),
    [
        ("3 × 4 is 12, and B is 13. So (C).", "C", "How much is 3 × 4? (A) 11 (B) 13 (C) 12", "12"),
        ("Two out of eight, so 2/8 = 1/4.", "1/4", "What is the chance?", "2/8"),
        ("First 15 : 10, which is 3:2.", "3:2", "What is the ratio?", "15 : 10"),
        ("May has 31 days, so it falls on 4 June.", "2025-06-04", "Which day of 2025 is it?", "4 june"),
        ("The larger one must be 2^{9}.", "2^9", "Which is larger: 2^9 or 3^5?", "2^{9}"),
        ("It was written by Le Guin.", "Ursula Le Guin", "Who wrote it?", "le guin"),
        ("It lies in St. Moritz.", "Saint Moritz", "Where is it?", "st. moritz"),
        ("The letter: μ.", "mu", "Which letter is it?", "μ"),
        ("전부 세 번이다.", "3", "몇 번인가?", "세 번"),
    ],
    ids=["an option's text", "other terms", "ratio", "no year", "power", "surname", "short", "Greek", "Korean counter"],
)
def test_a_value_stands_in_whatever_form_it_is_said(text, target, question, found):
    start, end = places(target, Thought(text, ("en", "ko"), question))[0]
    assert text[start:end].lower() == found


@pytest.mark.parametrize(
    ("target", "question", "text", "found"),
    [
        ("-7", "", "So it is −7.", "−7"),
        ("-7", "", "It gives -7 at last", "-7"),
        ("-7", "", "x -7 = 2 and 9 -7 = 2", None),
        ("9", "How many?", "b = 9 − a, for a from 1 to 9.", None),
        ("4", "How many?", "It is now [1, 2, 3, 4]", None),
        ("3/8", "Tim eats 3/8 and Zoe 1/4. What is left?", "Tim: 3/8, Zoe: 1/4", None),
        ("-5", "Which is least: -3, 0 or -5?", "So: -5 < -3", None),
        ("5/8", "Which is larger, 5/8 or 3/5?", "5/8 = 0.625", None),
        ("1750 mL", "How many millilitres are 1.75 litres?", "so 1.75 L = ...", None),
        ("2.5 km", "", "that is 2500 metres", "2500 metres"),
        ("30", "How far?", "The common denominator is 30", None),
        ("6.0e23", "", "about 6.0 × 10²³ of them", "6.0 × 10²³"),
        ("0.000025", "", "that is 2.5 × 10^-5 m", "2.5 × 10^-5"),
        ("4 h 25 min", "", "it takes 4 hours and 25 minutes", "4 hours and 25 minutes"),
        ("1 m 20 cm", "", "a length of 120 cm", "120 cm"),
        ("red, green, blue", "", "These are red, green and blue.", "red, green and blue"),
    ],
)
def test_values_in_other_terms_and_numbers_that_are_no_result(target, question, text, found):
    spans = places(target, Thought(text, ("en",), question))
    assert ([text[start:end] for start, end in spans] or [None])[0] == found


@pytest.mark.parametrize(
    ("question", "target", "thought", "codes"),
    [
        ("How much is it in all?", "1475.60", "Gross and net. In all it comes to ⟦1,475.60 EUR.", ("en",)),
        ("What is the chance?", "15/64", "Of 64 sequences 15 fit. So it's ⟦15 out of 64.", ("en",)),
        ("Quantas luas tem Marte?", "2", "Fobos e Deimos. São portanto ⟦duas luas.", ("en", "pt")),
        ("Какой это газ?", "азот", "Атмосфера состоит из ⟦азота.", ("en", "ru")),
        ("What is the remainder of 23 by 7?", "2", "23 mod 7 = ⟦2.", ("en",)),
        ("Which number is it?", "23", "23 mod 7 = 2. So it is ⟦23.", ("en",)),
        ("A town has 15 litres of juice. How much?", "15", "Juice: 15 litres. 6 + 9 = ⟦15 litres.", ("en",)),
        ("What is x?", "1/2", "E = ½ k x². So x = ⟦0.5.", ("en",)),
        ("What gas is it?", "carbon dioxide", "6 CO2 + 6 H2O. So they take up ⟦CO2.", ("en",)),
        (
            "What is the capital?",
            "Astana",
            "Names: Akmolinsk, Akmola, Astana (1998), Nur-Sultan, now ⟦Astana.",
            ("en",),
        ),
        ("Quel fleuve ?", "Volga", "Il y a la Volga, l'Oural, la Koura, le Terek. C'est la ⟦Volga.", ("en", "fr")),
        ("Bob sits on the left. Who won?", "Bob", "Constraint: Bob sits on the left. The winner is ⟦Bob.", ("en",)),
        ("Style: plain or formal?", "formal", "It has old verbs. It is clearly in the style ⟦formal.", ("en",)),
        ("When? «The last at 23:30. On Sundays none»", "23:30", "So it leaves at ⟦23:30. On Sundays none.", ("en",)),
        ("Class: up, down.", "down", "It sinks slowly. ⟦down.\n\nOr up?", ("en",)),
        ("Is 1001 divisible by 13?", "yes", "13 × 77 = 1001. ⟦Yes, it is.", ("en",)),
        ("Area?", r"\frac{28}{3}", r"The area is ⟦\frac{84}{9} = \frac{28}{3}.", ("en",)),
        ("What is the book value? A. $32,400 B. $36,000", "A", "40 %. Book value ⟦32,400.\n\nSo A.", ("en",)),
        ("Which is prime? A. 51 B. 59", "B", "51: 3 · 17, no. ⟦59: no divisor, so it is prime. B.", ("en",)),
        ("Which does not border it? A. Peru B. Cuba", "B", "Peru - borders. ⟦Cuba - no. So B.", ("en",)),
        ("What is the ratio? A. 0.50 B. 0.71", "B", "So T = ⟦0.707. The ratio is 0.71. B.", ("en",)),
        (
            "Which is right? A. she go B. she goes",
            "B",
            'A: "she go". Wrong.\n⟦B: third person, right.\n\nSo B.',
            ("en",),
        ),
        ("A minor's contract is\nA. void at once\nB. voidable by him", "B", "It is ⟦voidable by him alone.", ("en",)),
    ],
)
def test_kinds_that_strangers_thoughts_showed(question, target, thought, codes):
    found = places(target, Thought(thought.replace("⟦", ""), codes, question))
    assert found[0][0] == thought.find("⟦")


def test_a_value_is_refused_where_another_is_set_against_it():
    text = "So 33. The right one is 35, not 33. The answer is not 33 but 35."
    first, last = text.index("33. The answer"), text.index("33 but")
    assert list(refused("33", Thought(text))) == [last, first]
    assert list(refused("33", Thought(text), first + 1)) == [last]
