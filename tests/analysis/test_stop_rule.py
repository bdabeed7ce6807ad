"""A thought is stopped where two answers in a row agree, and what was asked before is paid too."""

import numpy as np

from workbench.analysis.stop_rule import agreeing
from workbench.rows.standing import RIGHT, WRONG


def stop(standings, thought, answer_tokens=2.0):
    lengths = np.array(thought, dtype=float)
    return np.array(standings), lengths, lengths + answer_tokens


KEPT = {"thinking": np.array([100.0, 100.0]), "output": np.array([110.0, 110.0]), "stand": np.array([RIGHT, WRONG])}


def test_a_thought_stops_at_the_second_of_two_answers_that_agree_and_else_goes_to_its_end():
    stops = {
        "25%": stop([RIGHT, WRONG], [25, 25]),
        "50%": stop([RIGHT, WRONG], [50, 50]),
        "100%": stop([RIGHT] * 2, [0] * 2),
    }
    standings, thought, spent = agreeing(stops, {"25%": ["7", "3"], "50%": ["7", "4"]}, **KEPT)
    assert standings.tolist() == [RIGHT, WRONG]
    assert thought.tolist() == [50, 100]
    assert spent.tolist() == [52 + 2, 110 + 2 + 2]  # every answer that was asked for is paid


def test_two_cuts_at_the_same_sentence_are_one_answer_and_agree_on_nothing():
    stops = {"25%": stop([RIGHT, WRONG], [25, 25]), "50%": stop([RIGHT, WRONG], [25, 25])}
    _, thought, spent = agreeing(stops, {"25%": ["7", "3"], "50%": ["7", "3"]}, **KEPT)
    assert thought.tolist() == [100, 100]
    assert spent.tolist() == [112, 112]


def test_one_stop_is_no_rule():
    assert agreeing({"25%": stop([RIGHT, WRONG], [25, 25])}, {"25%": ["7", "3"]}, **KEPT) is None
