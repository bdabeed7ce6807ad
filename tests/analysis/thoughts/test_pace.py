"""What a token of thinking took: from the rows themselves, else from the model's price today."""

import numpy as np

from workbench.analysis.thoughts.pace import seconds_per_thinking_token, usd_per_output_token
from workbench.rows.table import frame


def test_a_label_that_no_table_knows_has_no_price():
    assert np.isnan(usd_per_output_token(frame([{"model": "some label", "completion_tokens": 5}])))[0]


def test_free_replies_cost_nothing_a_token():
    rows = frame([{"model": "m", "completion_tokens": n, "prompt_tokens": 3, "usd": 0.0} for n in range(1, 5)])
    assert usd_per_output_token(rows).tolist() == [0.0] * 4


def test_without_the_time_of_the_answer_all_of_the_time_is_shared_out():
    rows = frame([{"completion_tokens": 50, "seconds": 10.0}, {"completion_tokens": 50}])
    first, second = seconds_per_thinking_token(rows)
    assert first == 0.2
    assert np.isnan(second)


def test_where_nobody_counted_the_thinking_no_thought_takes_longer_than_its_reply():
    rows = frame([{"thinking_tokens": 0, "answer_tokens": 3, "completion_tokens": 30, "seconds": 6.0}])
    assert seconds_per_thinking_token(rows).tolist() == [0.2]
