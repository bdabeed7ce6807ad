"""What was wasted of the thinking, and why: every token once."""

import re

import pytest

from workbench.analysis.thinking import thinking_read
from workbench.analysis.thinking_table import thinking_summary
from workbench.analysis.thinking_waste import waste_of, waste_told
from workbench.rows.table import frame

LOOP = "I should look at it again from the beginning, to be quite sure. " * 12


def read(*thoughts, **more):
    """One row a thought: its text, its outcome, and whether the answer was right."""
    return thinking_read(
        frame(
            [
                {
                    "task_id": str(n),
                    "model": "m",
                    "task_target": "42",
                    "outcome": outcome,
                    "correct": correct,
                    "thinking": text,
                    "thinking_tokens": 100,
                    **more,
                }
                for n, (text, outcome, correct) in enumerate(thoughts)
            ]
        )
    )


TAIL = "6 * 7 = 42. Wait, let me check that once more: six sevens. Yes, that is right, it does hold."


def test_a_thought_that_ended_without_an_answer_is_wasted_whole():
    found = read((TAIL, "thinking_exhausted", False), (TAIL, "answered", True))
    waste = waste_of(found)
    assert waste.unanswered.tolist() == [100, 0]
    assert waste.tail[0] == 0
    assert waste.tail[1] == found["tail_tokens"][1]


def test_a_loop_behind_the_answer_is_not_counted_twice():
    waste = waste_of(read(("6 * 7 = 42. " + LOOP, "answered", True)))
    assert waste.loop[0] > 60
    assert waste.wasted[0] <= 100
    assert waste.tail[0] + waste.loop[0] == pytest.approx(waste.wasted[0])
    assert waste.tail[0] < 40


def test_the_sentence_says_how_much_and_why_the_largest_first():
    said = str(
        waste_told(read((TAIL, "answered", True), (TAIL, "answered", True), ("Hm.", "thinking_exhausted", False)))
    )
    assert said.startswith("m wastes ")
    first, second = said.split("; ")
    assert (
        "was thought after the right answer had been reached (100 % of these thoughts check it again, 2.0 times each)"
        in first
    )
    assert second.startswith("33 % in 1 thought that never came to an answer")


def test_thinking_for_a_wrong_answer_is_not_called_wasted():
    assert "next to none" in str(waste_told(read(("It must be 41, I think.", "answered", False))))


def test_of_several_models_the_most_and_the_least_lavish_are_named():
    rows = [
        {"task_id": "1", "model": name, "task_target": "42", "outcome": "answered", "correct": True, "thinking": text}
        for name, text in (("brief", "6 * 7 = 42"), ("long", TAIL))
    ]
    said = str(waste_told(thinking_read(frame(rows))))
    assert said.startswith("The 2 models waste ")
    assert "long wastes most (" in said
    assert "brief least (0 %)" in said


def test_without_targets_it_says_that_the_answers_place_is_unknown():
    rows = read((TAIL, "answered", True)).assign(task_target=None, tail_tokens=None)
    assert "no target is" in str(waste_told(rows))


def test_the_share_of_a_line_is_that_of_the_sentence():
    found = read((TAIL, "answered", True), ("Hm, hm.", "thinking_exhausted", False))
    line = thinking_summary(found).iloc[0]
    assert line["wasted_share"] == pytest.approx(waste_of(found).share)
    assert line["wasted_share"] > line["tail_share"] - 0.01


def test_the_parts_add_up_as_they_are_printed_and_money_stands_beside_the_whole():
    rows = read(
        *[(TAIL, "answered", True)] * 5,
        *[("Hm.", "thinking_exhausted", False)] * 2,
        ("6 * 7 = 42. " + LOOP, "answered", True),
    ).assign(thinking_usd=0.004, tail_usd=0.002)
    said = str(waste_told(rows))
    first, _, second = said.partition("tokens")
    parts = [int(share) for share in re.findall(r"(\d+) % (?:was thought|in \d)", second)]
    assert len(parts) == 3
    assert int(re.findall(r"(\d+) %", first)[0]) == sum(parts)
    assert re.search(r"\$0\.0\d+ of \$0\.032", said)


def test_what_never_answered_costs_too_and_what_was_not_read_costs_nobody_knows():
    paid = {"model": "moonshot/kimi-k2-thinking", "prompt_tokens": 10, "completion_tokens": 100, "usd": 1e-3}
    found = read(("Hm, let me see.", "thinking_exhausted", False), **paid)
    assert thinking_summary(found).iloc[0]["wasted_usd"] == pytest.approx(found["thinking_usd"][0])
    hidden = thinking_summary(read(("", "answered", True), thinking_visibility="hidden")).iloc[0]
    assert all(hidden[f"wasted_{name}"] != hidden[f"wasted_{name}"] for name in ("tokens", "usd", "seconds"))
    assert "NA times" not in str(thinking_summary(read(("", "answered", True), thinking_visibility="hidden")))
