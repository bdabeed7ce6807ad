"""An option is named by its place among them, in any language; a denied or a second one is none."""

import pytest

from workbench.scorers import by_name
from workbench.tasks.tasks import Task

OPTIONS = dict(zip("ABCD", ["Oslo", "Bern", "Lima", "Kyiv"], strict=True))


@pytest.mark.parametrize(
    ("answer", "letter"),
    [
        ("The second option is correct.", "B"),
        ("Answer: the fourth option", "D"),
        ("I would take option 3.", "C"),
        ("Die zweite Antwort stimmt.", "B"),
        ("Il faut choisir la troisième proposition.", "C"),
        ("Es la cuarta alternativa.", "D"),
        ("È la prima risposta.", "A"),
        ("A segunda alternativa está certa.", "B"),
        ("Подходит второй вариант.", "B"),
        ("الخيار الرابع هو الصحيح.", "D"),
        ("第二个选项正确。", "B"),
        ("4番目の選択肢です。", "D"),
        ("두 번째 선택지가 맞습니다.", "B"),
        ("Not the first option but the third option.", "C"),
    ],
)
def test_an_option_is_named_by_its_place(answer: str, letter: str) -> None:
    marks = {each: by_name("choice")(answer, Task("1", "Which one is it?", each, options=OPTIONS)) for each in OPTIONS}
    assert [each for each, mark in marks.items() if mark.correct] == [letter]
    assert marks[letter].sure


@pytest.mark.parametrize(
    "answer",
    ["The first or the second option.", "Not the second option.", "The second option is wrong.", "Option 7."],
)
def test_what_is_denied_or_doubtful_or_beyond_them_is_none(answer: str) -> None:
    task = Task("1", "Which one is it?", "B", options=OPTIONS)
    assert not by_name("choice")(answer, task).correct


def test_numbers_in_the_options_are_no_places() -> None:
    task = Task("1", "How many?", "C", options=dict(zip("ABCD", ["5", "3", "2", "4"], strict=True)))
    assert not by_name("choice")("Option 3.", task).correct
