"""What is in the thinking: against thoughts that were labelled by hand, and against hostile and missing ones."""

import json
from pathlib import Path

import pandas as pd
import pytest

import workbench as wb
from workbench.analysis.thinking import Ruler, thinking_read
from workbench.analysis.thoughts.word_places import Words
from workbench.errors import InputError
from workbench.rows.table import frame

MARK, AGAIN = "⟦", "⟧"
LABELLED = [json.loads(line) for line in (Path(__file__).parent / "thoughts.jsonl").read_text("utf-8").splitlines()]
"""Written for this test in the manner of real models: the mark stands where the answer first stands, the second one
where it stands again after it was left."""

LATER = [json.loads(line) for line in (Path(__file__).parent / "thoughts_later.jsonl").read_text("utf-8").splitlines()]
"""Labelled by people who had not seen the reader: half of them multiple choice and questions for yes or no."""


def labelled_text(case):
    text, times = case.get("loop", ("", 0))
    return case["thought"].replace(MARK, "").replace(AGAIN, "") + text * times


def row(thinking, **more):
    return {"task_id": "1", "model": "m", "outcome": "answered", "correct": True, "thinking": thinking, **more}


def line(thinking, **more):
    return thinking_read(frame([row(thinking, **more)])).iloc[0]


@pytest.fixture(scope="module")
def read():
    return thinking_read(
        frame(
            [row(labelled_text(case), task_question=case["question"], task_target=case["target"]) for case in LABELLED]
        )
    )


def test_hundreds_of_thoughts_in_several_languages_are_labelled():
    assert len(LABELLED) >= 1_000
    assert len({case["language"] for case in LABELLED}) >= 10


def test_where_the_answer_first_stands_agrees_with_the_hand(read):
    agree = 0
    for found, case in zip(read["first_correct_place"], LABELLED, strict=True):
        place = case["thought"].find(MARK)
        agree += pd.isna(found) if place < 0 else not pd.isna(found) and abs(found - place) <= 3
    assert agree / len(LABELLED) >= 0.97


def test_thoughts_that_were_labelled_by_others_agree_with_them():
    read = thinking_read(
        frame([row(labelled_text(case), task_question=case["question"], task_target=case["target"]) for case in LATER])
    )
    agree = 0
    for found, case in zip(read["first_correct_place"], LATER, strict=True):
        place = case["thought"].find(MARK)
        agree += pd.isna(found) if place < 0 else not pd.isna(found) and abs(found - place) <= 3
    assert agree / len(LATER) >= 0.85


def test_what_was_left_and_came_back_agrees_with_the_hand(read):
    labelled = [
        (line, case)
        for line, case in zip(read.itertuples(), LABELLED, strict=True)
        if case.get("batch", 0) >= 10 and MARK in case["thought"] and not pd.isna(line.first_correct_place)
    ]
    agree = []
    for line, case in labelled:
        returned = not pd.isna(line.came_back) and bool(line.came_back)
        agree.append((bool(line.left), returned) == (case.get("left", False), case.get("back", False)))
    assert len(agree) > 480
    assert sum(agree) / len(agree) >= 0.97


def test_loops_agree_with_the_hand(read):
    agree = sum(found == ("loop" in case) for found, case in zip(read["loop"], LABELLED, strict=True))
    assert agree / len(LABELLED) >= 0.97


def test_languages_agree_with_the_hand(read):
    agree = sum(
        (None if pd.isna(found) else found) == case["language"]
        for found, case in zip(read["language"], LABELLED, strict=True)
    )
    assert agree / len(LABELLED) >= 0.97


def test_the_tail_in_tokens_seconds_and_dollars():
    thought = "6 * 7 = 42." + " That is easy to see." * 9
    rows = frame(
        [
            row(
                thought,
                task_id=str(n),
                task_target="42",
                thinking_tokens=100,
                answer_tokens=n,
                completion_tokens=100 + n,
                prompt_tokens=10 * n,
                usd=(100 + n) * 2e-6 + 10 * n * 1e-6,
                seconds_to_first_token=1.0,
                seconds_to_answer=11.0,
                seconds=12.0,
            )
            for n in range(1, 6)
        ]
    )
    found = thinking_read(rows).iloc[0]
    after = 100 * (1 - len("6 * 7 = 42") / len(thought))
    assert found.tail_tokens == pytest.approx(after, abs=0.2)
    assert found.tail_seconds == pytest.approx(after * 0.1, rel=0.01)
    assert found.tail_usd == pytest.approx(after * 2e-6, rel=0.01)
    assert found.first_correct_tokens + found.reflection_tokens == pytest.approx(100)


def test_an_answer_that_is_left_and_comes_back_stands_for_good_only_then():
    thought = "So the answer is 42. Wait, that's wrong. The answer is 41. Hmm, no. 6 * 7 = 42. The answer is 42."
    found = line(thought, task_target="42")
    assert found.left
    assert found.came_back
    assert thought[: found.stood_place].endswith("6 * 7 = 42")
    gone = line("So the answer is 42. Wait, the answer is 41.", task_target="42", correct=False)
    assert gone.left
    assert not gone.came_back
    assert pd.isna(gone.tail_tokens)


def test_hidden_and_summarised_thinking_is_na_and_says_so():
    rows = frame(
        [
            row("A summary that says 42.", thinking_visibility="summary", task_target="42"),
            row(None, thinking_visibility="hidden", task_target="42"),
            row(None, thinking_visibility="none", task_target="42"),
            row("It is 42.", thinking_visibility="full", task_target="42"),
        ]
    )
    read = thinking_read(rows)
    assert read["read"].tolist() == ["a summary only", "hidden by the provider", "no thinking", "read"]
    assert read["first_correct_tokens"].isna().tolist() == [True, True, True, False]
    assert read["language"].isna().tolist() == [True, True, True, False]


def test_without_a_target_the_rest_is_read():
    found = line("Wait, let me check: it is 42.", extracted="42")
    assert pd.isna(found.first_correct_tokens)
    assert found.own_answer_tokens > 0
    assert found.reflections == 2


def test_no_rows_give_an_empty_table_and_missing_columns_are_named():
    assert len(thinking_read(frame([]))) == 0
    with pytest.raises(InputError, match="'thinking'"):
        thinking_read(frame([row("x")]).drop(columns="thinking"))


@pytest.mark.parametrize(
    "text",
    ["𓀀𓀁" * 50, "\ud800 broken", "İstanbul " * 40, "=" * 2_000, "\n" * 500 + "x", "answer is " * 400, "\\frac{" * 300],
    ids=["unknown script", "surrogate", "longer in lower case", "signs", "blank", "claims", "fractions"],
)
def test_no_text_of_a_thought_breaks_the_reading(text):
    found = line(text, task_target="42", task_question="How many?")
    assert found["read"] == "read"


def test_a_loop_in_a_thought_of_two_scripts_is_found_at_its_place():
    thought = (
        "先算一下，一共是五个。 Let Me Check Once More, Please. "
        + "Let Me Count Them All Over Again From The Start. " * 12
    )
    found = line(thought)
    assert found.loop
    assert thought[found.loop_place :].startswith(("Let Me Count", "Count", "Me Count", "Them", "Over"))
    assert found.loop_place > thought.index("Please")


def test_the_names_are_on_the_face():
    assert wb.analysis.thinking_read is thinking_read


@pytest.mark.parametrize("text", ["plain", "é→再 and \ud800 broken", "a 😀 of another plane → é", "Σ at the end: ΟΔΟΣ"])
def test_a_place_is_as_many_tokens_where_the_letters_are_known(text):
    known, plain = Ruler(text, 100.0, Words(text)), Ruler(text, 100.0)
    assert [known.at(place) for place in range(len(text) + 1)] == [plain.at(place) for place in range(len(text) + 1)]


def test_a_blank_target_is_none_and_a_number_is_one():
    held = frame([{"task_id": n, "outcome": "answered", "correct": True, "thinking": "So it is 42."} for n in range(3)])
    read = thinking_read(held.assign(task_target=pd.Series(["", " ", 42], dtype=object)))
    assert read["task_target"].notna().tolist() == [False, False, True]
    assert read["first_correct_place"].notna().tolist() == [False, False, True]
    assert "In 1 of 1" not in read._headline()
