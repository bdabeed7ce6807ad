"""Thoughts that say the same in other words, paragraph after paragraph, go in circles; lists and checks do not."""

import collections
import itertools
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.thoughts.circles import LEAST_WORDS, LOOKED_BACK, NEW, PARAGRAPHS, SHARED, circle
from workbench.analysis.thoughts.repetition import repetition
from workbench.analysis.thoughts.word_places import Words

LATER = Path(__file__).parents[1] / "thoughts_later.jsonl"
LABELLED = [case for case in map(json.loads, LATER.read_text("utf-8").splitlines()) if case["batch"] >= 31]
"""Batches in which loops were labelled that are not word for word."""

BEGINNING = "A train takes 3 hours for 240 km, so its speed is 80 km an hour."
AGAIN = (
    "Wait, is it the speed an hour? It takes 3 hours for 240 km. So 80 km an hour.",
    "Hmm, let me look once more: 240 km in 3 hours, 80 km an hour. So the speed is 80.",
    "But is it 3 hours? It is 3 hours for 240 km, so the speed is 80 km an hour.",
    "Wait, once more: the train takes 3 hours for 240 km. So its speed is 80.",
)


def circle_of(*paragraphs, apart="\n\n"):
    return circle(Words(apart.join(paragraphs)))


def test_loops_that_were_labelled_by_a_stranger_are_told():
    agree = [(repetition(case["thought"]).loop is not None) == case.get("circles", False) for case in LABELLED]
    assert sum(case.get("circles", False) for case in LABELLED) == 20
    assert sum(agree) / len(agree) >= 0.98


def test_the_circle_begins_and_ends_with_its_paragraphs():
    text = "\n\n".join([BEGINNING, *AGAIN, "The answer: eighty kilometres each hour, spelled as wanted."])
    words = Words(text)
    first, behind = circle(words)
    assert text[words.place(first) :].startswith(AGAIN[0])
    assert text[words.place(behind) :].startswith("The answer")


@pytest.mark.parametrize("apart", ["\n\n", "\n \n", "\n\n\n"])
def test_three_paragraphs_in_a_row_are_a_circle_and_two_a_check(apart):
    assert circle_of(BEGINNING, *AGAIN[:PARAGRAPHS], apart=apart) is not None
    assert circle_of(BEGINNING, *AGAIN[: PARAGRAPHS - 1], apart=apart) is None
    assert (
        circle_of(BEGINNING, *AGAIN[:2], "Something else now: which trains leave at dawn?", AGAIN[2], apart=apart)
        is None
    )


def test_lines_of_a_list_are_no_paragraphs():
    assert circle_of(BEGINNING, *AGAIN, apart="\n") is None
    rows = ("| p | q | p and q |", "| T | T | T |", "| T | F | F |", "| F | T | F |", "| F | F | F |")
    assert circle_of(*rows, *rows, apart="\n") is None


def test_a_number_that_was_not_there_breaks_it():
    other = AGAIN[1].replace("80", "81")
    assert circle_of(BEGINNING, AGAIN[0], other, AGAIN[2]) is None


def test_paragraphs_that_begin_alike_and_go_on_with_new_words_are_none():
    said, new = (
        "now the train is late again",
        "amber birch cedar dunes ember|frost grove heath inlet jetty|knoll ledge moors notch oasis",
    )
    assert circle_of(said, *(f"{said} {words}" for words in new.split("|"))) is None


def test_words_from_here_and_there_are_none():
    earlier = [[f"{beginning}{letter}" for letter in "abcdefghi"] for beginning in ("ka", "lo", "mi")]
    mixed = [" ".join(word for words in earlier for word in words[at : at + 3]) for at in (0, 3, 6)]
    assert circle_of(*map(" ".join, earlier), *mixed) is None


def test_cases_and_sums_one_by_one_are_no_circle():
    assert circle_of(*(f"If the die shows {n}, then the other shows {2 * n} or less." for n in range(1, 9))) is None
    assert circle_of(*(f"- {n} + {n} = {2 * n}, which is even" for n in range(3, 40))) is None


@pytest.mark.parametrize(
    "paragraphs",
    [
        (
            "两人相距30千米，速度和是10千米每小时，相遇时间是3小时。",
            "等等，再看一遍：30千米，速度和10千米每小时，所以是3小时。",
            "再确认一遍：30千米除以10，是3小时。相遇时间是3小时。",
            "等等，会不会是距离？不是，是时间，30除以10，3小时。",
        ),
        (
            "Поезд идёт 3 часа и проходит 240 км, значит его скорость 80 км в час.",
            "Стоп, идёт ли он 3 часа и проходит 240 км? Да, значит скорость 80 км в час.",
            "Ещё раз: поезд идёт 3 часа и проходит 240 км, скорость 80 км в час.",
            "Стоп, ещё раз: проходит 240 км и идёт 3 часа, значит его скорость 80 км в час.",
        ),
    ],
    ids=["zh", "ru"],
)
def test_circles_are_told_in_other_scripts(paragraphs):
    assert circle_of(*paragraphs) is not None


@given(st.text(alphabet="ab 1\n.再", max_size=400))
def test_a_circle_is_a_stretch_of_the_words_of_any_text(text):
    words = Words(text)
    found = circle(words)
    assert found is None or 0 <= found[0] < found[1] <= len(words)


def one_by_one(paragraphs):
    """The longest circle as places of paragraphs, each of which is compared with those before it."""
    before, known = collections.deque(maxlen=LOOKED_BACK), set()
    longest, length, began = (0, 0, 0), 0, 0
    for place, paragraph in enumerate(paragraphs):
        said = set(paragraph)
        if len(said) < LEAST_WORDS:
            continue
        new = said - known
        shared = max((len(said & other) for other in before), default=0)
        if len(new) <= NEW * len(said) and not any(word[0].isdigit() for word in new) and shared >= SHARED * len(said):
            began = began if length else place
            length += 1
            longest = max(longest, (length, began, place))
        else:
            length = 0
        before.append(said)
        known |= said
    return longest[1:] if longest[0] >= PARAGRAPHS else None


@given(st.lists(st.lists(st.sampled_from("abcdefghij123"), min_size=1, max_size=9), max_size=24))
def test_paragraphs_read_at_once_are_as_those_read_one_by_one(paragraphs):
    bounds = [0, *itertools.accumulate(map(len, paragraphs))]
    expected = one_by_one(paragraphs)
    found = circle_of(*map(" ".join, paragraphs))
    assert found == (None if expected is None else (bounds[expected[0]], bounds[expected[1] + 1]))
