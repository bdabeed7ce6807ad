"""A budget curve set beside real calls."""

from __future__ import annotations

import numpy as np
import pytest
from studies import counted, simulated

from workbench import errors
from workbench.analysis.budget import budget_curve
from workbench.rows.table import frame
from workbench.testing import scripted


def test_real_rows_at_smaller_caps_are_set_beside_the_curve() -> None:
    random = np.random.default_rng(3)
    ease, need = random.beta(2, 1, 60), random.normal(5, 0.6, 60)
    rows = frame(simulated(random, 60, 1000, ease, need) + simulated(random, 60, 150, ease, need))
    agreement = budget_curve(rows, [150]).agreement
    assert agreement[["max_tokens", "tasks", "calls"]].values.tolist() == [[150, 60, 60]]
    assert agreement.agrees.tolist() == [True]
    assert agreement.low[0] < 0 < agreement.high[0]


def test_a_model_that_sees_its_cap_is_found_out() -> None:
    """It thinks briefly when told to: real calls at the small cap answer, the curve says that they do not."""
    rows = frame([counted(n, 300) for n in range(40)] + [counted(n, 60, max_tokens=100) for n in range(40)])
    curve = budget_curve(rows, [100])
    assert curve.agreement.agrees.tolist() == [False]
    assert "they disagree" in repr(curve)


def test_verification_asks_any_asker_for_real_calls_and_scores_them() -> None:
    rows = frame([counted(n, 50 + n, temperature=0.5) for n in range(30)], parameters=["temperature"])
    with scripted("42") as asker:
        curve = budget_curve(rows, [1000], verify_at=[100], asker=asker, verify_tasks=8)
    assert len(asker.asked) == 8
    assert {asked.parameters["max_tokens"] for asked in asker.asked} == {100}
    assert {(asked.model, asked.parameters["temperature"]) for asked in asker.asked} == {("m", 0.5)}
    assert asker.asked[0].prompt.startswith("question ")
    assert curve.agreement[["calls", "curve", "observed", "agrees"]].values.tolist() == [[8, 1.0, 1.0, True]]
    assert curve.max_tokens.tolist() == [100, 1000]


def test_verification_renders_the_prompt_of_the_sweep_and_asks_for_it_when_it_is_missing() -> None:
    rows = frame([counted(1, 50, prompt="terse")])
    with scripted("") as asker:
        budget_curve(rows, [1000], verify_at=[60], asker=asker, prompts={"terse": {"system": "One word."}})
        assert asker.asked[0].messages[0] == {"role": "system", "content": "One word."}
        with pytest.raises(errors.InputError, match="prompt 'terse' is needed"):
            budget_curve(rows, [1000], verify_at=[60], asker=asker)


def test_a_failed_verification_call_is_left_out_and_a_hopeless_one_raised() -> None:
    rows = frame([counted(1, 50)])
    with scripted(errors.ServerBusy("busy")) as busy:
        agreement = budget_curve(rows, [1000], verify_at=[60], asker=busy).agreement
    assert agreement.calls.tolist() == [0]
    assert agreement.agrees.isna().all()
    with scripted(errors.AuthError) as keyless, pytest.raises(errors.AuthError):
        budget_curve(rows, [1000], verify_at=[60], asker=keyless)
