"""Output tokens told apart, and those that nobody told apart."""

from __future__ import annotations

import numpy as np
import pytest
from studies import only_line, row

from workbench.analysis.summaries import summary
from workbench.analysis.tokens import price_per_output_token
from workbench.rows.table import frame


def test_output_is_thinking_and_answer_even_where_the_completion_leaves_the_thinking_out() -> None:
    line = only_line(frame([row(1, thinking_tokens=350, answer_tokens=27, completion_tokens=27)]))
    assert (line.thinking_tokens, line.answer_tokens, line.output_tokens) == (350, 27, 377)
    assert line.thinking_share_of_tokens == pytest.approx(350 / 377)


def test_means_leave_out_calls_whose_tokens_nobody_counted() -> None:
    line = only_line(frame([row(1, thinking_tokens=100), row(2)]))
    assert line.thinking_tokens_per_call == 100


def test_tokens_that_nobody_told_apart_are_shown_as_a_whole() -> None:
    rows = frame([row(1, completion_tokens=36), row(2, completion_tokens=38)])
    assert "37 in all" in repr(summary(rows))
    assert (only_line(rows).counted, only_line(rows).measured) == (0, 2)


def test_estimated_thinking_is_marked() -> None:
    estimated = {"thinking_tokens": 10, "answer_tokens": 1, "thinking_tokens_source": "estimated"}
    reported = {"thinking_tokens": 10, "answer_tokens": 1, "thinking_tokens_source": "reported"}
    table = summary(frame([row(1, **estimated), row(2, **reported)]))
    assert table.thinking_tokens_estimated[0] == 0.5
    assert "≈ 10 + 1" in repr(table)


def test_what_does_not_depend_on_the_output_costs_nothing_a_token() -> None:
    output, nothing = np.array([23.0, 25.0, 31.0, 40.0]), np.zeros(4)
    assert price_per_output_token(nothing + 10, nothing, output, nothing + 0.001) == 0.0
