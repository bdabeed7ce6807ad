"""What the rows say: summaries, verdicts, and how they show themselves."""

from __future__ import annotations

from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from scipy import stats as reference

from workbench.analysis import compare, compare_all, summary
from workbench.errors import InputError
from workbench.rows import frame
from workbench.stats import clustered_wilson, sign_flip

KIMI, GPT = "openrouter/moonshotai/kimi-k2-thinking", "openrouter/openai/gpt-5"
HOSTILE = "<script>alert(1)</script>$x$ \x1b[31m"


def row(task: object, correct: bool | None = True, **more: object) -> dict[str, object]:
    """An answered reply of model m to a task with a target, unless told otherwise."""
    return {
        "task_id": f"t{task}",
        "task_question": f"question {task}",
        "task_target": "42",
        "model": "m",
        "prompt": "plain",
        "max_tokens": 1000,
        "sample": 0,
        "outcome": "answered",
        "correct": correct,
        **more,
    }


def exhausted(task: object, **more: object) -> dict[str, object]:
    return row(task, False, outcome="thinking_exhausted", **more)


def failed(task: object, **more: object) -> dict[str, object]:
    return row(task, None, outcome="error", **more)


def only_line(rows: pd.DataFrame) -> pd.Series:
    table = summary(rows)
    assert len(table) == 1
    return table.iloc[0]


def duel(a: np.ndarray, b: np.ndarray, **more: object) -> pd.DataFrame:
    """Rows of models a and b from marks, one line a task and one column a sample."""
    return frame(
        row(task, bool(mark), model=model, sample=sample, **more)
        for model, marks in (("a", a), ("b", b))
        for task, line in enumerate(np.atleast_2d(np.asarray(marks).T).T)
        for sample, mark in enumerate(line)
    )


class Nesting(HTMLParser):
    """Refuses HTML whose tags are not closed in order, and keeps what it holds."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.text = ""
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


# --- summary: how the calls stood


def test_right_wrong_and_never_answered_stand_beside_each_other() -> None:
    replies = [row(n, n < 5) for n in range(8)] + [exhausted(n) for n in range(8, 10)]
    line = only_line(frame(replies))
    assert (line.calls, line.right, line.wrong, line.never_answered) == (10, 5, 3, 2)
    assert line.accuracy == 0.5
    assert line.accuracy_answered == 5 / 8
    assert line.accuracy_ceiling == 0.7


def test_intervals_of_single_samples_are_wilsons() -> None:
    line = only_line(frame([row(n, n < 5) for n in range(8)] + [exhausted(n) for n in range(8, 10)]))
    strict = reference.binomtest(5, 10).proportion_ci(method="wilson")
    answered = reference.binomtest(5, 8).proportion_ci(method="wilson")
    assert (line.accuracy_low, line.accuracy_high) == pytest.approx((strict.low, strict.high))
    assert (line.accuracy_answered_low, line.accuracy_answered_high) == pytest.approx((answered.low, answered.high))


def test_intervals_of_repeats_come_from_tasks() -> None:
    marks = np.random.default_rng(1).random((20, 1)) > np.full((20, 3), 0.4)
    rows = frame(row(task, bool(mark), sample=n) for task, line in enumerate(marks) for n, mark in enumerate(line))
    line = only_line(rows)
    assert (line.accuracy_low, line.accuracy_high) == clustered_wilson(marks.sum(axis=1), [3] * 20)


def test_failed_calls_are_counted_apart_and_in_no_accuracy() -> None:
    line = only_line(frame([row(1), row(2, False), failed(3), failed(4)]))
    assert (line.calls, line.errors, line.accuracy) == (4, 2, 0.5)


def test_calls_that_all_failed_have_no_accuracy_rather_than_0() -> None:
    line = only_line(frame([failed(1), failed(2)]))
    assert line.errors == 2
    unknown = line.drop(["model", "prompt", "max_tokens", "tasks", "calls", "errors", "timed", "unpriced"])
    assert unknown.drop(["right", "wrong", "never_answered", "unscored"]).isna().all()


def test_tasks_without_a_target_have_no_accuracy_rather_than_0() -> None:
    open_ended = {"task_target": None}
    line = only_line(frame([row(1, None, **open_ended), exhausted(2, **open_ended)]))
    assert (line.unscored, line.never_answered) == (1, 1)
    assert pd.isna(line.accuracy)


def test_a_refusal_is_neither_wrong_nor_missing() -> None:
    line = only_line(frame([row(1), row(2, False, outcome="refused")]))
    assert (line.wrong, line.never_answered, line.accuracy) == (0, 1, 0.5)


# --- summary: lines


def test_without_by_every_model_prompt_cap_and_parameter_has_its_line() -> None:
    rows = frame(
        (
            row(n, model=model, prompt=prompt, max_tokens=cap, effort=effort)
            for n in range(2)
            for model in ("m", "k")
            for prompt in ("plain", "steps")
            for cap in (4096, 64)
            for effort in ("low", "high")
        ),
        parameters=["effort"],
    )
    table = summary(rows)
    assert len(table) == 16
    assert table.columns[:4].tolist() == ["model", "prompt", "max_tokens", "effort"]
    assert table.max_tokens.tolist()[:4] == [64, 64, 4096, 4096]
    assert table.model.tolist() == ["m"] * 8 + ["k"] * 8


def test_rows_are_summarised_by_any_column() -> None:
    rows = frame([row(1, task_kind="sums"), row(2, False, task_kind="capitals"), row(3, task_kind="sums")])
    assert summary(rows, by="task_kind").set_index("task_kind").accuracy.to_dict() == {"sums": 1.0, "capitals": 0.0}


def test_summarised_by_task_every_call_is_a_trial() -> None:
    rows = frame([row(1, n < 2, sample=n) for n in range(3)])
    line = summary(rows, by="task_id").iloc[0]
    expected = reference.binomtest(2, 3).proportion_ci(method="wilson")
    assert (line.accuracy_low, line.accuracy_high) == pytest.approx((expected.low, expected.high))


def test_by_nothing_gives_one_line() -> None:
    assert summary(frame([row(1, model="a"), row(2, model="b")]), by=[]).calls.tolist() == [2]


def test_a_cap_that_was_not_given_is_a_configuration_of_its_own() -> None:
    assert summary(frame([row(1), row(2, max_tokens=None)])).calls.tolist() == [1, 1]


# --- summary: tokens


def test_output_is_thinking_and_answer_even_where_the_completion_leaves_the_thinking_out() -> None:
    line = only_line(frame([row(1, thinking_tokens=350, answer_tokens=27, completion_tokens=27)]))
    assert (line.thinking_tokens, line.answer_tokens, line.output_tokens) == (350, 27, 377)
    assert line.thinking_share_of_tokens == pytest.approx(350 / 377)


def test_means_leave_out_calls_whose_tokens_nobody_counted() -> None:
    line = only_line(frame([row(1, thinking_tokens=100), row(2)]))
    assert line.thinking_tokens_per_call == 100


def test_estimated_thinking_is_marked() -> None:
    estimated = {"thinking_tokens": 10, "answer_tokens": 1, "thinking_tokens_source": "estimated"}
    reported = {"thinking_tokens": 10, "answer_tokens": 1, "thinking_tokens_source": "reported"}
    table = summary(frame([row(1, **estimated), row(2, **reported)]))
    assert table.thinking_tokens_estimated[0] == 0.5
    assert "≈ 10 + 1" in repr(table)


def priced(task: int, prompt: int, thinking: int, answer: int, **more: object) -> dict[str, object]:
    usd = prompt * 0.6e-6 + (thinking + answer) * 2.5e-6
    counts = {"prompt_tokens": prompt, "thinking_tokens": thinking, "answer_tokens": answer}
    return row(task, usd=usd, completion_tokens=thinking + answer, **counts, **more)


def test_the_dollars_that_went_into_thinking_follow_from_the_dollars_of_each_reply() -> None:
    replies = [priced(n, 50 + 7 * (n % 5), 100 * n, 20 + n % 3) for n in range(12)]
    expected = sum(r["thinking_tokens"] * 2.5e-6 for r in replies) / sum(r["usd"] for r in replies)
    assert only_line(frame(replies)).thinking_share_of_usd == pytest.approx(expected, rel=1e-6)


def test_dollars_that_do_not_follow_from_tokens_have_no_share_of_thinking() -> None:
    replies = [priced(n, 50, 100 * n, 20) for n in range(12)]
    for reply in replies[::2]:
        reply["usd"] *= 3  # another host served it at another price
    assert pd.isna(only_line(frame(replies)).thinking_share_of_usd)


@pytest.mark.parametrize(
    ("reply", "share"),
    [
        ({"seconds": 10, "seconds_to_first_token": 1, "seconds_to_answer": 9, "thinking_visibility": "full"}, 0.8),
        ({"seconds": 10, "seconds_to_first_token": 1, "thinking_visibility": "full"}, 0.9),  # it only thought
        ({"seconds": 10, "seconds_to_first_token": 9, "seconds_to_answer": 9, "thinking_visibility": "hidden"}, None),
        ({"seconds": 10, "seconds_to_first_token": 1, "seconds_to_answer": 1, "thinking_visibility": "none"}, 0.0),
    ],
    ids=["visible", "exhausted", "hidden", "no thinking"],
)
def test_the_seconds_of_thinking_are_known_only_where_thinking_is_seen(
    reply: dict[str, object], share: float | None
) -> None:
    make = row if "seconds_to_answer" in reply else exhausted
    line = only_line(frame([make(1, **reply)]))
    assert pd.isna(line.thinking_share_of_seconds) if share is None else line.thinking_share_of_seconds == share


# --- summary: money and time


def test_a_correct_answer_costs_what_all_answers_cost() -> None:
    line = only_line(frame([row(n, n < 20, usd=0.5, usd_spent=0) for n in range(40)]))
    assert (line.usd, line.usd_spent, line.usd_per_correct) == (20.0, 0.0, 1.0)
    assert line.usd_per_correct_low < 1.0 < line.usd_per_correct_high


def test_without_a_correct_answer_its_cost_is_na() -> None:
    line = only_line(frame([row(n, False, usd=0.5, completion_tokens=9) for n in range(4)]))
    assert pd.isna([line.usd_per_correct, line.usd_per_correct_low, line.tokens_per_correct]).all()
    assert line.usd == 2.0


def test_an_unknown_price_is_counted_and_never_taken_for_0() -> None:
    table = summary(frame([row(1, usd=0.5), row(2), row(3, model="free", usd=0.0)]))
    assert table.unpriced.tolist() == [1, 0]
    assert table.usd_per_correct.tolist() == [0.5, 0.0]
    assert pd.isna(only_line(frame([row(1)])).usd)
    assert "$0.50 + 1 unpriced" in repr(table)


def test_the_limits_of_a_cost_do_not_depend_on_the_other_lines() -> None:
    random = np.random.default_rng(2)
    replies = [row(n, bool(random.random() < 0.6), usd=random.random()) for n in range(40)]
    others = [{**reply, "model": "other"} for reply in replies]
    alone, beside = summary(frame(replies)), summary(frame(replies + others))
    pd.testing.assert_frame_equal(pd.DataFrame(alone), pd.DataFrame(beside.iloc[:1]))


def test_latencies_have_a_median_a_tail_and_limits() -> None:
    line = only_line(frame([row(n, seconds=n + 1.0, seconds_to_answer=n / 2) for n in range(100)]))
    assert (line.timed, line.seconds_p50, line.seconds_p95) == (100, 50.5, pytest.approx(95.05))
    assert (line.seconds_p50_low, line.seconds_p50_high) == (40, 61)
    assert line.seconds_to_answer_p50 == 24.75
    assert pd.isna(line.seconds_to_first_token_p50)


def test_a_failed_call_has_no_latency() -> None:
    assert only_line(frame([row(1, seconds=2), failed(2, seconds=600)])).seconds_p95 == 2


# --- summary: showing


def test_a_summary_is_a_plain_table_underneath() -> None:
    table = summary(frame([row(1), row(2, False)]))
    assert isinstance(table, pd.DataFrame)
    assert table[table.accuracy > 0.9].empty
    assert repr(table[["model", "accuracy"]]) == repr(pd.DataFrame(table[["model", "accuracy"]]))


def test_a_summary_says_over_what_how_many_and_which_interval() -> None:
    text = repr(summary(frame([row(1), row(2, False), failed(3)])))
    for part in ("3 calls of 3 tasks", "1 call failed", "95 % intervals", "Wilson, one sample a task", "bootstrap"):
        assert part in text


def test_a_summary_of_one_task_says_that_it_says_nothing_about_others() -> None:
    assert "One task says nothing about others" in repr(summary(frame([row(1)])))


def test_a_summary_of_mixed_task_sets_points_to_compare() -> None:
    assert "use wb.compare" in repr(summary(frame([row(1), row(2), row(1, model="other")])))


def test_hostile_names_stay_text_in_html_and_cannot_move_a_terminals_cursor() -> None:
    rows = frame([row(n, n < 4, model=model, prompt=HOSTILE) for n in range(5) for model in (HOSTILE, "b")])
    for shown in (summary(rows), compare(rows, HOSTILE, "b"), compare_all(rows)):
        html = Nesting(shown._repr_html_())
        assert "script" not in html.tags
        assert "<script>alert(1)</script>" in html.text
        assert "mathjax_ignore" in shown._repr_html_()
        assert "\x1b" not in repr(shown)


def test_every_bar_says_in_words_what_it_shows() -> None:
    html = summary(frame([row(1), row(2, False), exhausted(3)]))._repr_html_()
    assert 'aria-label="right 33 %, wrong 33 %, never answered 33 %"' in html


# --- compare: numbers


def test_single_samples_are_compared_by_mcnemars_exact_test() -> None:
    a = np.array([1] * 10 + [1] * 9 + [0] * 3 + [0] * 8)
    b = np.array([1] * 10 + [0] * 9 + [1] * 3 + [0] * 8)
    found = compare(duel(a, b), "a", "b")
    assert (found.both, found.only_a, found.only_b, found.neither) == (10, 9, 3, 8)
    assert found.table.to_numpy().tolist() == [[10, 9], [3, 8]]
    assert found.difference == pytest.approx(6 / 30)
    assert found.p == reference.binomtest(3, 12).pvalue
    assert "McNemar" in found.method


def test_repeats_are_averaged_within_their_task() -> None:
    random = np.random.default_rng(3)
    a, b = random.random((25, 3)) < 0.7, random.random((25, 3)) < 0.4
    found = compare(duel(a, b), "a", "b")
    differences = a.mean(axis=1) - b.mean(axis=1)
    assert found.tasks == 25
    assert found.difference == pytest.approx(differences.mean())
    assert found.p == sign_flip(differences)
    assert "bootstrap" in found.method


def test_turning_the_sides_round_turns_the_numbers_round() -> None:
    random = np.random.default_rng(4)
    rows = duel(random.random((40, 2)) < 0.8, random.random((40, 2)) < 0.4, usd=0.01)
    one, other = compare(rows, "a", "b"), compare(rows, "b", "a")
    assert one.difference == pytest.approx(-other.difference)
    assert one.p == other.p
    assert one.better == other.better == "a"
    assert one.verdict.split(":")[0] == other.verdict.split(":")[0]


def test_prompts_are_no_new_evidence_about_other_tasks() -> None:
    """Ten prompts that all agree on each task are worth one."""
    a, b = np.array([1, 1, 1, 1, 0, 1, 1, 0]), np.array([0, 0, 1, 0, 0, 1, 0, 0])
    once = duel(a, b)
    often = pd.concat([once.assign(prompt=f"p{n}") for n in range(10)])
    assert compare(often, "a", "b").p == pytest.approx(compare(once, "a", "b").p)


def test_prompts_and_caps_are_matched_before_tasks_are() -> None:
    """b was asked the easy prompt twice as often: pooled it would look better, paired it is not."""
    hard, easy = {"prompt": "hard"}, {"prompt": "easy"}
    marks = [(model, prompt, task) for model in "ab" for prompt in (hard, easy) for task in range(20)]
    rows = frame(
        row(task, prompt is easy, model=model, sample=sample, **prompt)
        for model, prompt, task in marks
        for sample in range(3 if model == "b" and prompt is easy else 1)
    )
    assert summary(rows, "model").accuracy.tolist() == [0.5, 0.75]
    assert compare(rows, "a", "b").difference == 0


def test_a_configuration_may_be_given_by_several_columns() -> None:
    rows = frame(row(n, cap == 64 or n < 2, max_tokens=cap) for n in range(20) for cap in (16, 64))
    found = compare(rows, {"model": "m", "max_tokens": 64}, {"model": "m", "max_tokens": 16})
    assert found.better == "max_tokens 64"
    assert found.a.values == {"model": "m", "max_tokens": 64}


def test_a_configuration_may_be_a_model_object() -> None:
    class Model:
        id = "provider/k"
        label = "k, thinking off"

    rows = frame(row(n, model == "m", model=model) for n in range(5) for model in ("m", "k, thinking off"))
    assert compare(rows, Model(), "m").a.values == {"model": "k, thinking off"}


def test_configurations_may_differ_in_another_column_than_the_model() -> None:
    rows = frame(row(n, prompt == "steps", prompt=prompt) for n in range(20) for prompt in ("plain", "steps"))
    assert compare(rows, "plain", "steps", on="prompt").better == "prompt steps"


def test_a_correct_answer_is_priced_on_the_paired_tasks_only() -> None:
    rows = frame(
        [row(n, n < 5, model="a", usd=0.1) for n in range(10)]
        + [row(n, True, model="b", usd=0.3) for n in range(10)]
        + [row(n, True, model="b", usd=99.0) for n in range(10, 20)]
    )
    found = compare(rows, "a", "b")
    assert (found.a.usd_per_correct, found.b.usd_per_correct) == pytest.approx((0.2, 0.3))
    assert found.cost_ratio == pytest.approx(2 / 3)


# --- compare: how often it is wrong


def verdicts(draw, times: int) -> float:
    """The share of decisive comparisons."""
    return float(np.mean([compare(duel(*draw()), "a", "b").decisive for _ in range(times)]))


@pytest.mark.parametrize(("tasks", "repeats"), [(40, 1), (25, 3)], ids=["single samples", "repeats"])
def test_equal_models_are_told_apart_in_fewer_than_one_of_twenty_studies(tasks: int, repeats: int) -> None:
    random = np.random.default_rng(5)

    def draw() -> tuple[np.ndarray, np.ndarray]:
        ease = random.beta(0.7, 0.7, (tasks, 1))
        return random.random((tasks, repeats)) < ease, random.random((tasks, repeats)) < ease

    assert verdicts(draw, 200) < 0.05


def test_unequal_models_are_told_apart() -> None:
    random = np.random.default_rng(6)
    assert verdicts(lambda: (random.random((60, 3)) < 0.75, random.random((60, 3)) < 0.5), 60) > 0.9


def test_one_false_verdict_among_many_pairs_stays_unlikely() -> None:
    random = np.random.default_rng(7)

    def study() -> bool:
        ease = random.beta(0.7, 0.7, 40)
        rows = [row(n, bool(random.random() < ease[n]), model=model) for model in "abcd" for n in range(40)]
        return bool(compare_all(frame(rows)).decisive.any())

    assert np.mean([study() for _ in range(80)]) < 0.06


# --- compare: words


def test_a_decisive_verdict_says_which_by_how_much_how_sure_and_at_what_cost() -> None:
    rows = frame(
        [row(n, n < 36, model=KIMI, usd=0.002) for n in range(40)]
        + [row(n, n < 16, model=GPT, usd=0.01) for n in range(40)]
    )
    assert compare(rows, GPT, KIMI).verdict == (
        "kimi-k2-thinking is better than gpt-5: 90 % against 40 % right on the same 40 tasks, 50 points more "
        "(95 % interval 31 to 64 points, p < 0.001). A correct answer costs $0.0022 with kimi-k2-thinking and "
        "$0.025 with gpt-5, 11 times as much (95 % interval 8.1 to 18)."
    )


def test_an_indecisive_verdict_says_about_how_many_more_tasks_would_settle_it() -> None:
    a, b = np.arange(40) < 22, (np.arange(40) >= 4) & (np.arange(40) < 22)
    found = compare(duel(a, b), "a", "b")
    assert not found.decisive
    assert found.better is None
    assert found.verdict.startswith(
        "Not decisive between a and b: 55 % against 45 % right on the same 40 tasks (p = 0.12)."
    )
    assert "About 37 more tasks like these would settle it" in found.verdict
    assert found.tasks_to_settle == pytest.approx(76.1, abs=0.1)


def test_no_difference_is_never_called_proof_of_equality() -> None:
    marks = np.arange(30) < 15
    verdict = compare(duel(marks, marks), "a", "b").verdict
    assert "50 % right for both" in verdict
    assert "a may be anything from 9 points worse to 9 points better" in verdict
    assert "no number that settles it" in verdict


def test_a_handful_of_tasks_gives_no_forecast() -> None:
    assert "So few tasks cannot tell" in compare(duel(np.ones(3), np.zeros(3)), "a", "b").verdict


def test_a_verdict_over_prompts_and_repeats_says_so() -> None:
    rows = frame(
        row(n, model == "a", model=model, prompt=prompt, sample=sample)
        for n in range(12)
        for model in "ab"
        for prompt in ("plain", "steps")
        for sample in range(2)
    )
    found = compare(rows, "a", "b")
    assert "on the same 12 tasks, averaged over 2 prompts and up to 2 samples" in found.verdict
    assert "prompt plain, steps" in found.over
    assert found.a.calls == 48


def test_free_models_are_called_free_and_unknown_prices_unknown() -> None:
    marks = np.ones(10), np.arange(10) < 5
    assert "Both are free." in compare(duel(*marks, usd=0.0), "a", "b").verdict
    assert "What a correct answer costs is not known for a and b." in compare(duel(*marks), "a", "b").verdict
    assert "No answer of b was right" in compare(duel(marks[0], np.zeros(10), usd=1.0), "a", "b").verdict


# --- compare: broken pairing


def warned(rows: pd.DataFrame) -> str:
    return " ".join(compare(rows, "a", "b").warnings)


def pair(**of_b: object) -> list[dict[str, object]]:
    return [row(n, n < 9, model="a") for n in range(10)] + [row(n, n < 3, **{"model": "b", **of_b}) for n in range(10)]


def test_a_clean_pair_warns_of_nothing_but_unknown_prices() -> None:
    assert compare(frame({**reply, "usd": 0.1} for reply in pair()), "a", "b").warnings == ()


def test_tasks_that_only_one_side_was_asked_are_left_out_and_said() -> None:
    rows = frame([*pair(), row("more", model="b")])
    assert compare(rows, "a", "b").tasks == 10
    assert "1 of 11 tasks are left out" in warned(rows)


def test_failed_calls_are_left_out_and_said() -> None:
    rows = frame([*pair(), failed(3, model="a", sample=1)])
    assert "1 call of a failed: left out." in warned(rows)


@pytest.mark.parametrize(
    ("of_b", "warning"),
    [
        ({"prompt": "steps"}, "prompt differs: a has plain, b has steps."),
        ({"max_tokens": 64}, "max_tokens differs: a has 1000, b has 64."),
        ({"task_question": "another"}, "The question of 10 tasks changed between calls"),
        ({"task_target": "43"}, "The target of 10 tasks changed between calls"),
    ],
    ids=["prompt", "cap", "question", "target"],
)
def test_sides_that_differ_in_more_than_they_were_chosen_by_are_named(of_b: dict[str, object], warning: str) -> None:
    assert warning in warned(frame(pair(**of_b)))


def test_a_prompt_that_only_one_side_has_is_left_out() -> None:
    rows = frame([*pair(), *(row(n, model="a", prompt="steps") for n in range(10))])
    assert "Only one side has prompt steps; it is left out." in warned(rows)
    assert compare(rows, "a", "b").difference == pytest.approx(0.6)


@pytest.mark.parametrize(
    ("served", "redirected"),
    [
        ("moonshotai/kimi-k2-thinking", False),
        ("moonshotai/kimi-k2-thinking-20251106", False),  # a dated snapshot of the same model
        ("moonshotai/kimi-k2.6", True),
        ("moonshotai/kimi-k2-thinking-turbo", True),
    ],
)
def test_a_redirected_model_is_named(served: str, redirected: bool) -> None:
    rows = frame(
        [row(n, model=KIMI, served_model=served) for n in range(5)]
        + [row(n, model=GPT, served_model="openai/gpt-5-2025-08-07") for n in range(5)]
    )
    warnings = " ".join(compare(rows, KIMI, GPT).warnings)
    assert ("was redirected" in warnings) == redirected


def test_a_model_that_was_served_by_several_models_is_named() -> None:
    rows = frame(
        [*pair(), row(3, model="b", sample=1, served_model="x"), row(4, model="b", sample=1, served_model="y")]
    )
    assert "b was served by 2 different models: x, y." in warned(rows)


def test_a_cap_that_cut_many_replies_is_named() -> None:
    rows = frame([*pair()[:10], *(exhausted(n, model="b") for n in range(10))])
    assert "max_tokens cut off 100 % of the replies of b" in warned(rows)


# --- compare_all


def test_every_pair_is_a_line_corrected_for_their_number() -> None:
    rows = frame(
        row(n, n < right, model=model) for n in range(30) for model, right in zip("abc", (28, 20, 8), strict=True)
    )
    table = compare_all(rows)
    assert list(zip(table.a, table.b, strict=True)) == [("a", "b"), ("a", "c"), ("b", "c")]
    alone = compare(rows, "a", "b")
    line = table.iloc[0]
    assert (line.p, line.difference, line.low) == (alone.p, alone.difference, alone.interval.low)
    assert (table.p_holm >= table.p).all()
    assert "after Holm's correction for 3 pairs" in line.verdict


def test_pairs_may_be_told_apart_by_several_columns() -> None:
    rows = frame(
        row(n, model == "a", model=model, max_tokens=cap) for n in range(9) for model in "ab" for cap in (16, 64)
    )
    table = compare_all(rows, on=["model", "max_tokens"])
    assert len(table) == 6
    assert table.b[0] == "a, max_tokens 64"


def test_a_pair_without_a_common_task_does_not_spoil_the_others() -> None:
    rows = frame([*pair(), row("elsewhere", model="c")])
    table = compare_all(rows)
    assert table.tasks.tolist() == [10, 0, 0]
    assert table.p_holm.isna().tolist() == [True, True, True]  # one pair was tested: nothing to correct
    assert "Nothing to compare" in table.verdict[1]


# --- bad input


@pytest.mark.parametrize(
    "call", [summary, compare_all, lambda rows: compare(rows, "a", "b")], ids=["summary", "all", "one"]
)
@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (frame([]), "no rows"),
        (frame([row(1)]).drop(columns="outcome"), "'outcome'"),
        (frame([row(1)]).drop(columns=["correct", "task_id"]), "'task_id', 'correct'"),
        (None, "DataFrame"),
    ],
    ids=["empty", "no outcome", "two columns", "nothing"],
)
def test_rows_that_cannot_be_read_are_refused_in_words(call, rows, says: str) -> None:
    with pytest.raises(InputError, match=says):
        call(rows)


def test_a_column_to_summarise_by_must_be_there_once() -> None:
    with pytest.raises(InputError, match="'kind'"):
        summary(frame([row(1)]), by="kind")
    with pytest.raises(InputError, match="twice"):
        summary(frame([row(1)]), by=["model", "model"])


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        ("kimi-k2-thinking", f"Did you mean '{KIMI}'"),
        ({"model": KIMI, "prompt": "step"}, "No row has prompt 'step'"),
        ({"mode": KIMI}, "'mode'"),
        ({}, "at least one column"),
        (GPT, "same configuration"),
    ],
    ids=["short name", "unknown prompt", "unknown column", "nothing", "the other side"],
)
def test_a_configuration_that_is_not_there_is_named_with_what_is(choice: object, says: str) -> None:
    rows = frame([row(1, model=KIMI), row(1, model=GPT)])
    with pytest.raises(InputError, match=says):
        compare(rows, choice, GPT)


def test_values_that_never_meet_are_no_configuration() -> None:
    rows = frame([row(1, model="a", prompt="plain"), row(1, model="b", prompt="steps")])
    with pytest.raises(InputError, match="each of these values occurs by itself"):
        compare(rows, {"model": "a", "prompt": "steps"}, "b")


def test_sides_without_a_common_task_are_told_so_without_a_number() -> None:
    found = compare(frame([row(1, model="a"), row(2, model="b")]), "a", "b")
    assert found.verdict == "Nothing to compare: no task has a scored reply from both a and b."
    assert np.isnan([found.difference, found.p, *found.interval, found.a.accuracy]).all()
    assert not found.decisive
    assert "NA" in repr(found)


def test_one_configuration_alone_cannot_be_compared() -> None:
    with pytest.raises(InputError, match="nothing to compare"):
        compare_all(frame([row(1)]))


def test_calls_that_all_failed_cannot_be_compared_and_say_so() -> None:
    found = compare(frame([failed(1, model="a"), failed(1, model="b")]), "a", "b")
    assert "Nothing to compare" in found.verdict
    assert "1 call of a failed: left out." in found.warnings
