"""Recommended caps: the margin, its confidence, what is saved, what a larger cap recovers, how long thoughts are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from nightly import NIGHTLY
from studies import counted, exhausted

from workbench.analysis.recommendation import recommend_budget
from workbench.errors import InputError
from workbench.rows.table import frame


def test_the_smallest_cap_within_the_margin_is_recommended_with_its_confidence() -> None:
    rows = frame([counted(n, 100 if n < 390 else 900) for n in range(400)])
    line = recommend_budget(rows, within=0.05).iloc[0]
    assert line.max_tokens == 100
    assert line.loss == 0.025
    assert line.loss < line.loss_high <= 0.05
    assert line.tokens_saved == pytest.approx(1 - 40_000 / 48_000)
    assert "max_tokens 100 is enough" in line.advice


def test_the_advice_for_one_configuration_stands_above_the_table() -> None:
    replies = [counted(n, 100 if n < 390 else 900, model=model) for n in range(400) for model in "ab"]
    both, alone = recommend_budget(frame(replies), within=0.05), recommend_budget(frame(replies[::2]), within=0.05)
    assert repr(alone).startswith(alone.advice[0])
    assert repr(alone).count("is enough") == 1
    assert repr(both).count("is enough") == 2


def test_a_recommendation_loses_more_than_it_says_in_at_most_one_study_of_twenty() -> None:
    random = np.random.default_rng(4)
    broken = []
    for _ in range(1_000 if NIGHTLY else 60):
        tokens = random.lognormal(5, 1, 300).astype(int) + 3
        rows = frame(counted(n, min(int(length), 4000), max_tokens=4000) for n, length in enumerate(tokens))
        cap = recommend_budget(rows, within=0.05).max_tokens[0]
        truly_lost = float(np.mean(random.lognormal(5, 1, 20_000) + 3 > cap))
        broken.append(truly_lost > 0.05)
    assert np.mean(broken) <= 0.08


def test_too_few_tasks_certify_nothing_and_say_how_many_would() -> None:
    line = recommend_budget(frame([counted(n, 100) for n in range(20)])).iloc[0]
    assert pd.isna(line.max_tokens)
    assert line.observed_max_tokens == 100
    assert "20 tasks cannot show with 95 % confidence" in line.advice
    assert "about 133 could, of some smaller cap that lost nothing" in line.advice
    assert "enough" not in line.advice  # what was enough by chance is a coin toss


def test_what_a_larger_cap_would_recover_is_bounded() -> None:
    answered = [counted(n, 100 + n, n % 2 == 0) for n in range(80)]
    cut = [exhausted(n, thinking_tokens=1000, completion_tokens=1000) for n in range(80, 100)]
    line = recommend_budget(frame(answered + cut)).iloc[0]
    assert line.cut == line.recovered_at_most == 0.2
    assert line.recovered_likely == pytest.approx(0.1)
    assert line.advice.startswith("Try a larger cap first. 20 % of the replies ran into 1,000")


def test_the_length_of_a_thought_that_was_cut_is_longer_than_what_was_seen() -> None:
    seen = [counted(n, 102 + 10 * n, thinking=100 + 10 * n) for n in range(50)]
    cut = [exhausted(n, thinking_tokens=300, completion_tokens=300) for n in range(50, 100)]
    line = recommend_budget(frame(seen + cut)).iloc[0]
    naive = float(np.median([*range(100, 600, 10), *[300] * 50]))
    assert line.thinking_p50 > naive
    assert pd.isna(line.thinking_p99) or line.thinking_p99 > 500


def test_a_run_with_nothing_right_says_so() -> None:
    line = recommend_budget(frame([counted(n, 100, False) for n in range(5)])).iloc[0]
    assert "Nothing was right at 1,000" in line.advice


@pytest.mark.parametrize(("within", "confidence"), [(0, 0.95), (1, 0.95), (0.02, 0.5), (0.02, 1)])
def test_a_margin_or_confidence_that_means_nothing_is_refused(within: float, confidence: float) -> None:
    with pytest.raises(InputError, match="give"):
        recommend_budget(frame([counted(1, 100)]), within, confidence=confidence)


def test_what_is_saved_and_what_is_cut_have_limits() -> None:
    rows = [counted(n, 100 if n < 390 else 900, usd=1e-5 * (100 if n < 390 else 900)) for n in range(400)]
    line = recommend_budget(frame(rows), within=0.05).iloc[0]
    assert 0 <= line.tokens_saved_low < line.tokens_saved < line.tokens_saved_high < 1
    assert line.usd_saved_low <= line.usd_saved <= line.usd_saved_high
    cut = [exhausted(n, thinking_tokens=1000, completion_tokens=1000) for n in range(400, 440)]
    line = recommend_budget(frame(rows + cut)).iloc[0]
    assert line.recovered_at_most_low < line.recovered_at_most < line.recovered_at_most_high
    assert "a larger cap would add 0 to 9 points, the most if" in line.advice
