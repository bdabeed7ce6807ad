"""The option whose text an answer's last sentence comes to, after letters that are only gone through."""

import pytest

from workbench.scorers import by_name
from workbench.tasks.tasks import Task

OPTIONS = {"A": "Basalt", "B": "Marble", "C": "Slate", "D": "Chalk"}


def mark(answer: str, question: str = "Which rock is it?", options: dict[str, str] = OPTIONS) -> tuple[str, bool]:
    score = by_name("choice")(answer, Task("1", question, "B", options=options))
    return score.extracted or "", score.sure


@pytest.mark.parametrize(
    ("answer", "chosen"),
    [
        ("- A) Basalt is too dark.\n- C) Slate splits.\n- D) Chalk is soft.\n\nThat leaves marble.", "B"),
        ("It was slate (C) for a while. So B is what they use now.", "B"),
        ("The best choice is (B): it is hard, so do not fall for D.", "B"),
        ("Direi A oppure B, ma non saprei scegliere tra basalt e marble.", ""),
        ("I would go with B, which is slate's relative.", "B"),
        ("So it is not marble but slate.", "C"),
        ("I cannot judge options A to D.", ""),
        ("(A) Basalt is dark. ✗\n(B) Marble is hard. ✓\n(C) Slate splits. ✗", "B"),
        ("Slate → roofs\nChalk → boards\nMarble → statues ✅", "B"),
        ("Not A; not C. Correct answer → B", "B"),
        ("Marble. Its grain makes it finer than basalt even though basalt is closer to the fire.", "B"),
        ("Marble. It is hard.\n\nNo, I take that back: slate.", "C"),
    ],
)
def test_what_the_last_sentence_comes_to_is_chosen(answer: str, chosen: str) -> None:
    assert mark(answer)[0] == chosen


def test_a_number_that_a_formula_ends_on_is_an_option() -> None:
    options = {"A": "0.5", "B": "2", "C": "9.1", "D": "20"}
    assert mark("As [A-] equals [HA]·2, the ratio = 2.", "What is the ratio?", options) == ("B", True)


def test_an_option_in_brackets_after_another_text_is_not_sure() -> None:
    assert mark("The hardest is marble, and slate (C) comes after it.")[1] is False
