"""Replies cut at smaller caps, and caps at which they cannot be cut."""

from __future__ import annotations

import pandas as pd
import pytest
from nightly import NIGHTLY
from studies import KIMI, counted, exhausted, row, shares

from workbench import errors
from workbench.analysis.budget import budget_curve
from workbench.analysis.comparison import compare
from workbench.analysis.recommendation import recommend_budget
from workbench.analysis.summaries import summary
from workbench.rows.table import frame


def test_a_reply_longer_than_a_cap_never_answers_there() -> None:
    rows = frame([counted(1, 100), counted(2, 200), counted(3, 300, False), counted(4, 400)])
    curve = budget_curve(rows, [99, 100, 250, 399, 1000])
    assert shares(curve)[1:3] == [[0.25, 0, 0.75], [0.5, 0, 0.5]]
    assert shares(curve)[-1] == [0.75, 0.25, 0]


def test_an_answer_that_misses_only_the_end_of_its_turn_is_all_there() -> None:
    """The token that ends the turn is counted; at one token less the provider says cut, and the text is whole."""
    rows = frame([counted(1, 100), counted(2, 100, False)])
    assert shares(budget_curve(rows, [98, 99, 100])) == [[0, 0, 1], [0.5, 0, 0.5], [0.5, 0.5, 0]]


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
    asked = frame([{**counted(1, 100, provider="openrouter"), "effort": "high"}])
    with pytest.raises(errors.InputError, match="'effort'"):
        recommend_budget(asked)
    plain = frame([counted(1, 100, provider="anthropic", model="anthropic/x")])
    with pytest.raises(errors.InputError, match="'thinking'"):
        budget_curve(plain, params={"thinking": {"type": "adaptive"}})


def test_one_refused_model_does_not_spoil_the_others_and_is_named() -> None:
    steered = counted(1, 100, provider="anthropic", model="anthropic/x (thinking=on)")
    curve = budget_curve(frame([counted(1, 100), steered]))
    assert curve.model.unique().tolist() == ["m"]
    assert "anthropic/x (thinking=on): max_tokens steers" in repr(curve)


@pytest.mark.skipif(not NIGHTLY, reason="by night; by day tests/whole/test_caps_for_real.py asks the same model")
def test_cut_replies_of_the_local_model_stand_as_its_real_capped_runs_do() -> None:
    """The real thing at temperature 0: replies cut by us against replies cut by llama.cpp, at the caps that matter.

    llama.cpp's prompt cache changes a reply now and then even so: one of the eight may differ.
    """
    pytest.importorskip("xllamacpp")
    import workbench as wb

    sums = [(2, 3, 4), (7, 2, 1), (6, 2, 1), (5, 3, 1)]
    tasks = pd.DataFrame(
        [{"id": f"{a}{b}{c}", "question": f"What is {a} + {b} + {c}?", "target": str(a + b + c)} for a, b, c in sums]
    )
    options = {"models": "local/smollm2-135m-think", "params": {"temperature": 0}, "scorer": "numeric"}
    rows = wb.sweep(tasks, max_tokens=96, concurrency=1, **options)
    lengths = dict(zip(rows.task_question, rows.completion_tokens, strict=True))
    some_cut = int(sorted(lengths.values())[2])
    all_cut = min(lengths.values()) - 2
    same = []

    def asker(messages: list[dict], *, max_tokens: int, **more: object) -> object:
        real = wb.ask(messages, max_tokens=max_tokens, **more)
        fits = lengths[messages[-1]["content"]] <= max_tokens
        same.append((real.outcome == "answered") == fits)
        return real

    curve = budget_curve(rows, [96], verify_at=[all_cut, some_cut], asker=asker, scorer="numeric")
    assert len(same) == 8
    assert sum(same) >= 7
    checks = curve.agreement
    assert checks.max_tokens.tolist() == [all_cut, some_cut]
    assert checks.calls.tolist() == [4, 4]
    assert checks.agrees.all()
    assert (checks.curve - checks.observed).abs().max() <= 1 / 4
    assert checks.observed.iloc[1] >= 1 / 4
    assert curve.right.iloc[-1] >= 2 / 4


# Rows that hold cut replies already


def of_one_draw(task: int, tokens: int, right_from: int) -> list[dict[str, object]]:
    """A reply of so many tokens at cap 100, and cut at 10 and 30: right where the answer stood by then."""
    whole = counted(task, tokens, True, max_tokens=100, key=f"k{task}", usd=0.1, usd_spent=0.1, derived=False)
    cuts = [
        {
            **whole,
            **{"max_tokens": cap, "derived": True, "usd": 0.01, "usd_spent": 0.0, "completion_tokens": cap},
            **{"outcome": "answer_truncated", "correct": cap >= right_from, "thinking_tokens": cap, "answer_tokens": 0},
        }
        for cap in (10, 30)
    ]
    return [whole, *cuts]


def of_draws(tasks: int = 20) -> pd.DataFrame:
    return frame(line for task in range(tasks) for line in of_one_draw(task, 60, 30 if task % 2 else 99))


def test_the_curve_says_of_caps_that_are_cut_there_what_their_rows_say() -> None:
    curve = budget_curve(of_draws())
    assert curve.max_tokens.tolist() == [10, 30, 100]
    assert curve.right.tolist() == [0, 0.5, 1] == summary(of_draws()).accuracy.tolist()
    assert curve.agreement.empty  # a cut is no real call


def test_a_draw_counts_once_where_caps_are_thrown_together() -> None:
    rows = of_draws()
    line = summary(rows, by="model").iloc[0]
    assert (line.calls, line.tasks, line.usd, line.usd_spent) == (20, 20, pytest.approx(2.0), pytest.approx(2.0))
    assert line.accuracy == 1
    assert "40 rows cut from the same replies are left out" in summary(rows, by="model").attrs["about"]
    by_cap = summary(rows)
    assert by_cap.calls.tolist() == [20, 20, 20]
    assert by_cap.usd_spent.sum() == pytest.approx(2.0)


def test_caps_of_one_draw_are_paired_by_task() -> None:
    found = compare(of_draws(), 100, 30, on="max_tokens")
    assert (found.tasks, found.only_a, found.only_b) == (20, 10, 0)
    assert (found.a.calls, found.b.calls) == (20, 20)


def test_models_are_compared_at_every_cap_and_n_stays_that_of_the_tasks() -> None:
    rows = pd.concat([of_draws(), of_draws().assign(model="other", correct=False)], ignore_index=True)
    found = compare(rows, "m", "other")
    assert (found.tasks, found.a.calls) == (20, 20)


def test_a_recommendation_rests_on_the_run_at_the_largest_cap_alone() -> None:
    rows = of_draws(300)
    with_cuts = recommend_budget(rows).iloc[0]
    alone = recommend_budget(rows[~rows["derived"]]).iloc[0]
    assert (with_cuts["max_tokens"], with_cuts["calls"]) == (alone["max_tokens"], 300)
