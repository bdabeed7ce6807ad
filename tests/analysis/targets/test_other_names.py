"""Options that are signs or formulas are reached by what they are called."""

import pytest

from workbench.analysis.targets.places import first_place
from workbench.analysis.thoughts.text import Thought


def place_of(question, target, text, code="en"):
    return first_place(target, Thought(text, ("en", code) if code != "en" else ("en",), question))


@pytest.mark.parametrize(
    ("code", "question", "target", "text", "name"),
    [
        ("en", "Largest radius? A) Li B) Na C) K D) Rb", "D", "It grows downwards, so it is rubidium. D.", "rubidium"),
        ("en", "Which gas puts fires out? A) O2 B) CO2 C) H2", "B", "So it is carbon dioxide. B.", "carbon dioxide"),
        ("en", "Bubble sort takes? A) O(n) B) O(n log n) C) O(n^2)", "C", "So the time is quadratic. C.", "quadratic"),
        ("en", "Lookup in a hash? A) O(1) B) O(log n) C) O(n)", "A", "So it is constant on average. A.", "constant"),
        ("en", "The unit of force? A) J B) N C) W", "B", "So the unit is the newton. B.", "newton"),
        ("en", "Next step? A) Surgery B) Fine needle aspiration", "B", "So they recommend an FNA. So B.", "FNA"),
        ("de", "Welches Metall ist flüssig? A) Fe B) Hg C) Cu", "B", "Also ist es Quecksilber. B.", "Quecksilber"),
        ("fr", "Quel métal rouille ? A) Au B) Fe C) Ag", "B", "Donc le métal est le fer. B.", "fer"),
        ("zh", "哪种金属会生锈？A) Au B) Fe C) Ag", "B", "所以是铁，选B。", "铁"),
    ],
)
def test_an_option_is_reached_by_its_name(code, question, target, text, name):
    assert place_of(question, target, text, code) == text.index(name)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Largest radius? A) Li B) Na C) K D) Rb", "Lithium, sodium, potassium and rubidium are metals. D."),
        ("Which grade? A) A B) C C) F", "Carbon is not meant. B."),
        ("Which symbol? A) Rb B) Na", "Not sodium. So A."),
    ],
    ids=["in a row", "letters", "denied"],
)
def test_a_name_in_passing_reaches_nothing(question, text):
    letter = text.rstrip(".")[-1]
    assert place_of(question, letter, text) == len(text) - 2
