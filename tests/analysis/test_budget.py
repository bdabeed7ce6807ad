"""Budget curves and recommendations: cut replies against real ones, censoring, refusals, what larger caps recover."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from studies import KIMI, counted, exhausted, failed, row

from workbench import errors
from workbench.analysis.budget import budget_curve
from workbench.analysis.recommendation import recommend_budget
from workbench.rows.table import frame


def simulated(random: np.random.Generator, tasks: int, cap: int, ease: np.ndarray, need: np.ndarray) -> list[dict]:
    """Replies of a model that cannot see its cap: each is written to its own length and cut at `cap`."""
    replies = []
    for task in range(tasks):
        tokens = int(random.lognormal(need[task], 0.5)) + 3
        right = bool(random.random() < ease[task])
        if tokens > cap:
            spent = {"thinking_tokens": cap, "answer_tokens": 0, "completion_tokens": cap, "max_tokens": cap}
            replies.append(exhausted(task, thinking_tokens_source="reported", **spent))
        else:
            replies.append(counted(task, tokens, right, max_tokens=cap))
    return replies


def shares(curve: pd.DataFrame) -> list[list[float]]:
    return curve[["right", "wrong", "never_answered"]].to_numpy(float).round(3).tolist()


# --- the curve


def test_a_reply_longer_than_a_cap_never_answers_there() -> None:
    rows = frame([counted(1, 100), counted(2, 200), counted(3, 300, False), counted(4, 400)])
    curve = budget_curve(rows, [99, 100, 250, 399, 1000])
    assert shares(curve)[1:3] == [[0.25, 0, 0.75], [0.5, 0, 0.5]]
    assert shares(curve)[-1] == [0.75, 0.25, 0]


def test_at_the_largest_cap_the_curve_is_the_run_itself() -> None:
    rows = frame([counted(1, 100), counted(2, 200, False), exhausted(3, completion_tokens=1000)])
    assert shares(budget_curve(rows, [1000])) == [[0.333, 0.333, 0.333]]


def test_an_answer_that_misses_only_the_end_of_its_turn_is_all_there() -> None:
    """The token that ends the turn is counted; at one token less the provider says cut, and the text is whole."""
    rows = frame([counted(1, 100), counted(2, 100, False)])
    assert shares(budget_curve(rows, [98, 99, 100])) == [[0, 0, 1], [0.5, 0, 0.5], [0.5, 0.5, 0]]


def test_the_curve_has_the_distribution_of_real_calls_at_every_cap() -> None:
    """Simulated: one large run predicts what 4,000 calls at each smaller cap give."""
    random = np.random.default_rng(1)
    ease, need = random.beta(2, 1, 4000), random.normal(5, 0.6, 4000)
    curve = budget_curve(frame(simulated(random, 4000, 2000, ease, need)), [80, 150, 400, 1000])
    for cap, predicted in zip(curve.max_tokens, shares(curve), strict=True):
        rows = frame(simulated(random, 4000, int(cap), ease, need))
        actual = [(rows.outcome == "answered") & rows.correct, (rows.outcome == "answered") & ~rows.correct]
        assert predicted[:2] == pytest.approx([part.mean() for part in actual], abs=0.03)


def test_the_bands_hold_what_other_calls_at_the_same_cap_give() -> None:
    random = np.random.default_rng(2)
    truth_of = {}
    ease, need = np.full(60_000, 0.7), random.normal(5, 0.6, 60_000)
    for cap in (100, 200):
        rows = frame(simulated(random, 60_000, cap, ease, need))
        truth_of[cap] = float((rows.correct.fillna(False)).mean())
    hits = []
    for _ in range(150):
        curve = budget_curve(frame(simulated(random, 50, 2000, ease, random.normal(5, 0.6, 50))), [100, 200])
        hits += [line.right_low <= truth_of[line.max_tokens] <= line.right_high for line in curve.itertuples()]
    assert 0.92 <= np.mean(hits) <= 0.98


def test_without_budgets_the_caps_are_round_numbers_up_to_the_largest() -> None:
    caps = budget_curve(frame([counted(n, 37 + 30 * n) for n in range(30)])).max_tokens.tolist()
    assert caps == sorted(caps)
    assert caps[-1] == 1000
    assert all(cap < 100 or cap % 10 == 0 for cap in caps[:-1])


def test_every_configuration_is_cut_from_its_own_largest_cap() -> None:
    rows = frame(
        [counted(1, 50, model="a", max_tokens=cap) for cap in (60, 500)] + [counted(1, 50, model="b", max_tokens=90)]
    )
    curve = budget_curve(rows)
    assert curve.groupby("model").max_tokens.max().to_dict() == {"a": 500, "b": 90}
    assert curve.groupby("model").calls.max().to_dict() == {"a": 1, "b": 1}


def test_a_reply_cut_by_a_limit_nobody_knows_is_censored_beyond_it_and_never_wrong() -> None:
    rows = frame([counted(1, 300, max_tokens=None), exhausted(2, max_tokens=None, completion_tokens=200)])
    curve = budget_curve(rows, [100, 200, 300])
    assert curve.censored.tolist() == [0, 0.5, 0.5]
    assert shares(curve) == [[0, 0, 1], [0, 0, 0.5], [0.5, 0, 0]]


def test_lengths_that_nobody_counted_are_estimated_and_marked() -> None:
    text = {"thinking": "x" * 380, "answer": "y" * 20, "thinking_visibility": "full"}
    rows = frame([row(1, **text), row(2, completion_tokens=100, **text)])
    curve = budget_curve(rows, [90, 100])
    assert curve.estimated.tolist() == [0.5, 0.5]
    assert shares(curve) == [[0, 0, 1], [1, 0, 0]]
    assert "1 call of a length that is estimated" in repr(curve)


def test_hidden_thinking_that_nobody_counted_cannot_be_placed() -> None:
    rows = frame([counted(1, 100), row(2, answer="42", thinking_visibility="hidden")])
    curve = budget_curve(rows, [1000])
    assert curve.calls.tolist() == [1]
    assert "1 call left out for want of a known number of tokens" in repr(curve)


def test_what_is_left_of_a_cut_answer_is_scored_when_a_scorer_is_given() -> None:
    answer = "The answer is 42. " + "Because " * 30
    rows = frame(
        [counted(1, 200, thinking=100, answer=answer), counted(2, 200, False, thinking=100, answer="It is 7." * 20)]
    )
    assert budget_curve(rows, [150]).right.tolist() == [0]
    assert budget_curve(rows, [150], scorer="contains").right.tolist() == [0.5]
    assert budget_curve(rows, [101], scorer="contains").right.tolist() == [0]


def test_tokens_dollars_and_seconds_shrink_with_the_cap() -> None:
    price, pace = 2e-6, 0.01
    rows = frame(
        counted(
            n,
            100 * n,
            usd=30 * 1e-6 + 100 * n * price,
            prompt_tokens=30,
            seconds=0.5 + 100 * n * pace,
            seconds_to_first_token=0.5,
        )
        for n in range(1, 6)
    )
    line = budget_curve(rows, [250]).iloc[0]
    tokens = np.minimum(250, [100, 200, 300, 400, 500])
    assert line.tokens == tokens.mean()
    assert line.usd == pytest.approx((30e-6 + tokens * price).mean())
    assert line.seconds == pytest.approx((0.5 + tokens * pace).mean())


def test_unknown_prices_give_no_dollars_rather_than_0() -> None:
    curve = budget_curve(frame([counted(1, 100), counted(2, 200)]), [150])
    assert curve.usd.isna().all()
    assert curve.seconds.isna().all()


def test_the_curve_states_its_condition_and_its_numbers() -> None:
    text = repr(budget_curve(frame([counted(1, 100), failed(2)])))
    for part in (
        "plain cut-off that the model cannot see",
        "1 call of 1 task at max_tokens 1,000",
        "95 %",
        "1 failed",
    ):
        assert part in text


# --- refusals


@pytest.mark.parametrize(
    ("provider", "parameter", "value", "refused"),
    [
        ("anthropic", "thinking_parameter", {"type": "enabled", "budget_tokens": 2000}, True),
        ("openrouter", "reasoning", {"effort": "high"}, True),
        ("openrouter", "extra_body", {"reasoning": {"effort": "high"}}, True),
        ("openrouter", "temperature", 0.5, False),
        ("moonshot", "reasoning", {"effort": "high"}, False),  # not a parameter by which the cap steers there
        ("nobody knows", "reasoning", {"effort": "high"}, False),
    ],
)
def test_a_cap_that_steers_the_model_is_refused(provider: str, parameter: str, value: object, refused: bool) -> None:
    rows = frame([{**counted(1, 100, provider=provider), parameter: value}], parameters=[parameter])
    if refused:
        with pytest.raises(errors.InputError, match="steers the model"):
            budget_curve(rows)
    else:
        assert len(budget_curve(rows, [100])) == 1


def test_a_pinned_or_unlisted_parameter_that_steers_is_refused_too() -> None:
    pinned = frame([counted(1, 100, provider="openrouter", model=f'{KIMI} (reasoning={{"effort": "high"}})')])
    with pytest.raises(errors.InputError, match="'reasoning'"):
        recommend_budget(pinned)
    plain = frame([counted(1, 100, provider="anthropic", model="anthropic/x")])
    with pytest.raises(errors.InputError, match="'thinking'"):
        budget_curve(plain, params={"thinking": {"type": "adaptive"}})


def test_one_refused_model_does_not_spoil_the_others_and_is_named() -> None:
    steered = counted(1, 100, provider="anthropic", model="anthropic/x (thinking=on)")
    curve = budget_curve(frame([counted(1, 100), steered]))
    assert curve.model.unique().tolist() == ["m"]
    assert "anthropic/x (thinking=on): max_tokens steers" in repr(curve)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"budgets": [4096]}, "nothing beyond 1000 tokens"),
        ({"budgets": [0]}, "0"),
        ({"budgets": [1.5]}, "1.5"),
        ({"budgets": []}, "empty"),
        ({"verify_at": [64]}, "asker"),
        ({"verify_at": [4096], "asker": print}, "nothing beyond 1000"),
    ],
    ids=["beyond the rows", "zero", "half a token", "none", "no asker", "verify beyond"],
)
def test_caps_that_cannot_be_used_are_refused_in_words(arguments: dict, says: str) -> None:
    with pytest.raises(errors.InputError, match=says):
        budget_curve(frame([counted(1, 100)]), **arguments)


@pytest.mark.parametrize(
    "rows",
    [frame([failed(1)]), frame([row(1, None, task_target=None)]), frame([row(1)])],
    ids=["failed", "open", "uncounted"],
)
def test_rows_without_a_usable_reply_say_why(rows: pd.DataFrame) -> None:
    for call in (budget_curve, recommend_budget):
        with pytest.raises(errors.InputError, match="Nothing can be said of smaller caps"):
            call(rows)


# --- agreement with real calls


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
    asked = []

    def asker(messages: list[dict], *, model: str, **options: object) -> SimpleNamespace:
        asked.append((messages[-1]["content"], model, options))
        return SimpleNamespace(answer="42", outcome="answered")

    rows = frame([counted(n, 50 + n, temperature=0.5) for n in range(30)], parameters=["temperature"])
    curve = budget_curve(rows, [1000], verify_at=[100], asker=asker, verify_tasks=8)
    assert len(asked) == 8
    assert {options["max_tokens"] for _, _, options in asked} == {100}
    assert asked[0][1] == "m"
    assert asked[0][2]["temperature"] == 0.5
    assert asked[0][0].startswith("question ")
    assert curve.agreement[["calls", "curve", "observed", "agrees"]].values.tolist() == [[8, 1.0, 1.0, True]]
    assert curve.max_tokens.tolist() == [100, 1000]


def test_verification_renders_the_prompt_of_the_sweep_and_asks_for_it_when_it_is_missing() -> None:
    asked = []

    def asker(messages: list[dict], **options: object) -> SimpleNamespace:
        asked.append(messages)
        return SimpleNamespace(answer="", outcome="empty")

    rows = frame([counted(1, 50, prompt="terse")])
    budget_curve(rows, [1000], verify_at=[60], asker=asker, prompts={"terse": {"system": "One word."}})
    assert asked[0][0] == {"role": "system", "content": "One word."}
    with pytest.raises(errors.InputError, match="prompt 'terse' is needed"):
        budget_curve(rows, [1000], verify_at=[60], asker=asker)


def test_a_failed_verification_call_is_left_out_and_a_hopeless_one_raised() -> None:
    def busy(*_: object, **__: object) -> None:
        raise errors.ServerBusy("busy")

    def keyless(*_: object, **__: object) -> None:
        raise errors.AuthError("no key")

    rows = frame([counted(1, 50)])
    agreement = budget_curve(rows, [1000], verify_at=[60], asker=busy).agreement
    assert agreement.calls.tolist() == [0]
    assert agreement.agrees.isna().all()
    with pytest.raises(errors.AuthError):
        budget_curve(rows, [1000], verify_at=[60], asker=keyless)


def test_cut_replies_of_the_local_model_stand_as_its_real_capped_runs_do() -> None:
    """The real thing at temperature 0: replies cut by us against replies cut by llama.cpp, at the caps that matter.

    llama.cpp's prompt cache changes a reply now and then even so: two of the sixteen may differ.
    """
    pytest.importorskip("xllamacpp")
    import workbench as wb

    sums = [(2, 3, 4), (7, 2, 1), (6, 2, 1), (5, 3, 1), (4, 4, 1), (8, 1, 3), (5, 1, 2), (2, 2, 2)]
    tasks = pd.DataFrame(
        [{"id": f"{a}{b}{c}", "question": f"What is {a} + {b} + {c}?", "target": str(a + b + c)} for a, b, c in sums]
    )
    options = {"models": "local/smollm2-135m-think", "params": {"temperature": 0}, "scorer": "numeric"}
    rows = wb.sweep(tasks, max_tokens=96, concurrency=1, **options)
    lengths = dict(zip(rows.task_question, rows.completion_tokens, strict=True))
    some_cut = int(sorted(lengths.values())[4])
    all_cut = min(lengths.values()) - 2
    same = []

    def asker(messages: list[dict], *, max_tokens: int, **more: object) -> object:
        real = wb.ask(messages, max_tokens=max_tokens, **more)
        fits = lengths[messages[-1]["content"]] <= max_tokens
        same.append((real.outcome == "answered") == fits)
        return real

    curve = budget_curve(rows, [96], verify_at=[all_cut, some_cut], asker=asker, scorer="numeric")
    assert len(same) == 16
    assert sum(same) >= 14
    checks = curve.agreement
    assert checks.max_tokens.tolist() == [all_cut, some_cut]
    assert checks.calls.tolist() == [8, 8]
    assert checks.agrees.all()
    assert (checks.curve - checks.observed).abs().max() <= 2 / 8
    assert checks.observed.iloc[1] >= 3 / 8
    assert curve.right.iloc[-1] >= 4 / 8
