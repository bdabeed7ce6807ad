"""The exit curve from rows: what every stop gives beside the plain cap, and which one is the cheapest."""

import pytest

from workbench.analysis.exits import AT, OF, THOUGHT, exit_table
from workbench.errors import InputError
from workbench.rows.table import frame


def kept(number=60):
    return frame(
        [
            {
                "task_id": str(n),
                "model": "m",
                "prompt": "p",
                "outcome": "answered",
                "correct": True,
                "extracted": "7",
                "key": f"k{n}",
                "thinking_tokens": 100,
                "answer_tokens": 4,
                "completion_tokens": 104,
            }
            for n in range(number)
        ]
    )


def stopped(rights, number=60):
    """Exits at the places of `rights`, each right in that share of the tasks."""
    rows = [
        {
            "task_id": str(n),
            "model": "m",
            "prompt": "p",
            "outcome": "answered",
            "correct": n < share * number,
            "extracted": "7" if n < share * number else "8",
            "completion_tokens": 5,
            AT: at,
            THOUGHT: 100.0 * at,
            OF: f"k{n}",
        }
        for at, share in rights.items()
        for n in range(number)
    ]
    return frame(rows)


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
    assert table["plain_cap_right"].tolist() == [0.0, 1.0]


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


def test_exits_of_other_rows_are_refused():
    with pytest.raises(InputError, match="belongs"):
        exit_table(kept().assign(key="other"), stopped({0.5: 1.0}))
    with pytest.raises(InputError, match="within"):
        exit_table(kept(), stopped({0.5: 1.0}), within=2)
