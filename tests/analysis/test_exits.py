"""The exit curve from rows: what every stop gives beside the plain cap, and which one is the cheapest."""

import pandas as pd
import pytest
from cut_thoughts import kept, stopped

from workbench.analysis.exits import AT, THOUGHT, exit_table
from workbench.errors import InputError


def test_the_cheapest_stop_that_loses_nothing_is_marked_and_told():
    table = exit_table(kept(), stopped({0.0: 0.1, 0.5: 1.0, 1.0: 1.0}), within=0.05)
    assert table[table["best"]]["stop"].tolist() == ["50%"]
    assert "stop at 50% of the thinking" in repr(table)
    half = table[table["stop"] == "50%"].iloc[0]
    assert half["tokens"] == 55
    assert half["saved_tokens"] == 49
    assert half["lost"] == 0


def test_a_plain_cap_of_as_many_tokens_never_answers():
    table = exit_table(kept(), stopped({0.5: 1.0}))
    assert table.set_index("stop")["plain_cap_right"][["50%", "all of it"]].tolist() == [0.0, 1.0]


def test_where_every_stop_loses_it_should_think_to_the_end():
    table = exit_table(kept(), stopped({0.0: 0.1, 0.5: 0.5}))
    assert table[table["best"]]["stop"].tolist() == ["all of it"]
    assert "let it think to the end" in table._headline()


def test_the_rule_of_two_equal_answers_pays_for_every_answer_it_asked_for():
    table = exit_table(kept(), stopped({0.25: 1.0, 0.5: 1.0, 0.75: 1.0}))
    rule = table[table["stop"] == "two answers agree"].iloc[0]
    assert rule["right"] == 1.0
    assert rule["thinking_tokens"] == 50
    assert rule["tokens"] == 50 + 5 + 5


def test_two_cuts_at_the_same_sentence_are_one_answer_and_agree_on_nothing():
    exits = stopped({0.25: 1.0, 0.5: 1.0, 0.75: 1.0})
    exits[THOUGHT] = exits[THOUGHT].replace(50.0, 25.0)
    rule = exit_table(kept(), exits).set_index("stop").loc["two answers agree"]
    assert rule["thinking_tokens"] == 75
    assert rule["tokens"] == 75 + 5 + 5


def test_exits_of_other_rows_are_refused():
    with pytest.raises(InputError, match="belongs"):
        exit_table(kept().assign(key="other"), stopped({0.5: 1.0}))
    with pytest.raises(InputError, match="within"):
        exit_table(kept(), stopped({0.5: 1.0}), within=2)


@pytest.mark.parametrize("within", ["x", None, 0, True, 1])
def test_what_is_no_margin_is_refused(within):
    with pytest.raises(InputError, match=f"within is {within!r}"):
        exit_table(kept(), stopped({0.5: 1.0}), within=within)


@pytest.mark.parametrize("change", [{AT: None}, {AT: "half"}, {THOUGHT: -1}], ids=["no stop", "text", "below zero"])
def test_what_are_no_rows_of_exits_is_refused_and_shown(change):
    with pytest.raises(InputError, match=r"holds .*give rows as exit_rows returns them"):
        exit_table(kept(), stopped({0.5: 1.0}).assign(**change))


def test_answers_that_a_reader_of_files_made_numbers_of_agree_all_the_same():
    exits = stopped({0.25: 1.0, 0.5: 1.0, 0.75: 1.0})
    expected = exit_table(kept(), exits)
    found = exit_table(kept(), exits.assign(extracted=pd.to_numeric(exits["extracted"])))
    pd.testing.assert_frame_equal(pd.DataFrame(found), pd.DataFrame(expected))


def test_stops_that_are_close_are_lines_of_their_own():
    assert exit_table(kept(), stopped({0.251: 1.0, 0.254: 0.0}))["right"].tolist()[:2] == [1.0, 0.0]


def test_replies_without_a_mark_and_stops_without_an_answer_are_said():
    with pytest.raises(InputError, match="has a mark"):
        exit_table(kept().assign(correct=None, task_target=None), stopped({0.5: 1.0}))
    with pytest.warns(UserWarning, match="answers failed"):
        table = exit_table(kept(), stopped({0.25: 1.0, 0.5: 1.0}).assign(outcome="error", correct=None))
    assert table["stop"].tolist() == ["all of it"]
