"""A value of a passage is sure only where the answer says of it what the passage says of it."""

import pytest

from workbench.scorers import by_name
from workbench.scorers.sentences.passages import parted
from workbench.tasks.tasks import Task

MILL = "The mill was built in 1790 by Ada Bell and burnt down in 1834, when Tom Roe owned it."
DAM = "Der Damm wurde von Karl Voss geplant und von Lena Amt gebaut."
SONG = "노래는 김하늘이 불렀고, 가사는 최바다가 썼다."


@pytest.mark.parametrize(
    ("passage", "question", "target", "answer", "sure"),
    [
        (MILL, "Who built the mill?", "Ada Bell", "Ada Bell owned it.", False),
        (MILL, "Who built the mill?", "Ada Bell", "The mill was built by Ada Bell.", True),
        (MILL, "Who built the mill?", "Ada Bell", "It was Ada Bell who built it.", True),
        (MILL, "When did it burn down?", "1834", "It was built in 1834.", False),
        (MILL, "When did it burn down?", "1834", "The mill burnt down in 1834.", True),
        (MILL, "When was it put up?", "1790", "It was put up in 1790.", True),
        (
            MILL,
            "Who was the first owner of the mill?",
            "Ada Bell",
            "The first owner of the mill was paid by Ada Bell.",
            False,
        ),
        (MILL, "Who was it built by?", "Ada Bell", "It was built by Ada Bell.", True),
        (DAM, "Wer hat den Damm gebaut?", "Lena Amt", "Der Damm wurde von Lena Amt geplant.", False),
        (DAM, "Wer hat den Damm gebaut?", "Lena Amt", "Gebaut wurde der Damm von Lena Amt.", True),
        (SONG, "노래는 누가 불렀습니까?", "김하늘", "김하늘이 가사를 썼고 노래는 최바다가 불렀습니다.", False),
    ],
)
@pytest.mark.parametrize("apart", [True, False])
def test_a_value_counts_with_what_its_passage_says_of_it(
    passage: str, question: str, target: str, answer: str, sure: bool, apart: bool
) -> None:
    task = Task("1", question, target, context=passage) if apart else Task("1", f"{passage} {question}", target)
    score = by_name("automatic")(answer, task)
    assert (bool(score.correct), score.sure) == (True, sure)


def test_a_label_in_the_text_of_a_task_is_no_value_of_a_passage() -> None:
    task = Task("1", 'Who is it: a child, a man?\n\n"Who wrote this? I, a man, did."', "man", labels=("man", "child"))
    assert by_name("automatic")("The child is out: it was a man.", task).sure


def test_a_question_alone_has_no_passage() -> None:
    assert parted("Who built it?") == ("", "Who built it?")
    assert parted("") == ("", "")
