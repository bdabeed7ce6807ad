"""What a question asks for, which decides what in a thought counts as its answer."""

import pytest

from workbench.analysis.thoughts.text import Thought


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("How many shelves are there?", "asks_count"),
        ("Where is it kept?", "asks_where"),
        ("Wer hat das gesagt?", "asks_who"),
        ("What percentage is left?", "in_percent"),
    ],
)
def test_what_a_question_asks_for(question, asks):
    thought = Thought("", question=question)
    assert [name for name in ("asks_count", "asks_where", "asks_who", "in_percent") if getattr(thought, name)] == [asks]


def test_what_is_counted_is_known_by_the_beginning_of_its_word():
    thought = Thought("", question="How many shelves are there?")
    assert (thought.counted_word, thought.counted) == ("shelves", "shelv")
    assert Thought("İX").lower == "İx"
