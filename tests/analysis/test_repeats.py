"""What repeats are worth: pass@k, the majority vote, and both at equal money."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from studies import exhausted, failed, row, study

from workbench.analysis.repeats import equal_money, majority_vote, pass_at_k
from workbench.errors import InputError
from workbench.rows.table import frame


def drawn(task: int, answers: str, target: str = "r", **more: object) -> list[dict[str, object]]:
    """One sample for each letter: the answer it gave; a dash never answered."""
    return [
        exhausted(task, sample=n, **more)
        if letter == "-"
        else row(task, letter == target, sample=n, extracted=letter, **more)
        for n, letter in enumerate(answers)
    ]


def one(table: pd.DataFrame, column: str) -> list[float]:
    return table[column].to_numpy(float).round(4).tolist()


@pytest.mark.parametrize(
    ("answers", "k", "chance"),
    [
        ("rrx", 3, 1.0),
        ("rxx", 3, 0.0),
        ("rxy", 3, 1 / 3),  # all tied
        ("rx", 2, 0.5),
        ("r--", 3, 1.0),  # those that never answered have no vote
        ("---", 3, 0.0),
        ("rrx", 1, 2 / 3),
        ("rrxx", 3, 0.5),  # of the four choices of three, two have a right majority
        ("rrrrx", 3, 1.0),
        ("rxxx", 2, 0.25),  # with r among the two it is a tie
    ],
)
def test_a_majority_is_counted_over_every_choice_of_k_samples(answers: str, k: int, chance: float) -> None:
    rows = frame(drawn(1, answers) + drawn(2, answers))
    assert one(majority_vote(rows, k), "majority_vote") == [round(chance, 4)]


def test_many_choices_are_sampled_and_stay_near_the_mean_over_all() -> None:
    rows = frame(drawn(1, "r" * 12 + "x" * 8) + drawn(2, "r" * 12 + "x" * 8))
    from scipy.stats import hypergeom

    assert one(majority_vote(rows, 9), "majority_vote")[0] == pytest.approx(hypergeom.sf(4, 20, 12, 9), abs=0.06)


def test_pass_at_k_is_averaged_over_tasks_and_every_k_has_its_line_and_price() -> None:
    rows = frame(drawn(1, "rrrr", usd=0.01) + drawn(2, "rxxx", usd=0.03))
    table = pass_at_k(rows)
    assert table.k.tolist() == [1, 2, 3, 4]
    assert one(table, "pass_at_k") == [0.625, 0.75, 0.875, 1.0]
    assert one(table, "usd_per_task") == [0.02, 0.04, 0.06, 0.08]


def test_voting_over_one_sample_is_plain_accuracy() -> None:
    rows = frame([reply for task in range(20) for reply in drawn(task, "rrx-" if task % 2 else "xyzr")])
    assert one(majority_vote(rows, 1), "majority_vote") == one(pass_at_k(rows, 1), "pass_at_k") == [0.375]


def test_the_interval_of_pass_at_k_holds_the_truth() -> None:
    random = np.random.default_rng(1)
    truth = 1 - np.mean((1 - random.beta(1, 2, 200_000)) ** 3)
    hits = []
    for _ in range(150):
        marks = random.random((40, 5)) < random.beta(1, 2, 40)[:, None]
        table = pass_at_k(
            frame(row(t, bool(m), sample=n) for t, line in enumerate(marks) for n, m in enumerate(line)), 3
        )
        hits.append(table.pass_at_k_low[0] <= truth <= table.pass_at_k_high[0])
    assert 0.9 <= np.mean(hits) <= 0.985


def test_a_failed_call_leaves_its_task_out_only_where_it_has_too_few_samples() -> None:
    rows = frame(
        [reply for task in range(20) for reply in drawn(task, "rrr")] + drawn(20, "rr") + [failed(20, sample=2)]
    )
    table = pass_at_k(rows)
    assert table.k.tolist() == [1, 2, 3]
    assert table.tasks.tolist() == [21, 21, 20]


@pytest.mark.parametrize("k", [0, -1, 1.5, True], ids=str)
def test_k_is_a_whole_number_of_samples(k: object) -> None:
    with pytest.raises(InputError, match="whole number"):
        pass_at_k(frame(drawn(1, "rr")), [k])


def test_more_samples_than_were_bought_are_refused_with_what_there_is() -> None:
    with pytest.raises(InputError, match="at most 2 scored samples of a task; k=5"):
        majority_vote(frame(drawn(1, "rr")), 5)


def test_calls_that_all_failed_have_no_votes() -> None:
    with pytest.raises(InputError, match="nothing was scored"):
        pass_at_k(frame([failed(1)]))


def rivals(cheap: str, dear: str, price: float = 0.01, tasks: int = 40) -> pd.DataFrame:
    replies = [
        *(reply for task in range(tasks) for reply in drawn(task, cheap, model="x/cheap", usd=price)),
        *(reply for task in range(tasks) for reply in drawn(task, dear, model="x/dear", usd=0.035)),
    ]
    return frame(replies)


def test_as_many_cheap_calls_are_taken_as_a_dear_one_pays_for() -> None:
    line = equal_money(rivals("rrxrr", "x")).iloc[0]
    assert (line.cheap, line.dear) == ("cheap", "dear")
    assert (line.k, line.affordable, line.tasks) == (3, 3, 40)
    assert line.vote > 0.9
    assert line.dear_right == 0
    assert line.finding.startswith("A vote of 3 calls of cheap ($0.030 a task) beats one of dear ($0.035) by")


def test_money_for_more_samples_than_there_are_is_said() -> None:
    line = equal_money(rivals("rr", "r", price=0.001)).iloc[0]
    assert (line.k, line.affordable) == (2, 35)
    assert "35 would cost the same" in line.finding
    assert line.finding.startswith("No decisive difference")


@pytest.mark.parametrize("usd", [None, 0.0], ids=["unknown", "free"])
def test_without_two_prices_money_cannot_be_compared(usd: float | None) -> None:
    rows = rivals("rr", "r").assign(usd=usd)
    with pytest.raises(InputError, match="money cannot be compared"):
        equal_money(rows)


def test_rivals_without_a_common_task_are_told_so() -> None:
    rows = frame(drawn(1, "rr", model="a", usd=0.01) + drawn(2, "r", model="b", usd=0.05))
    table = equal_money(rows)
    assert pd.isna(table.vote[0])
    assert "no task in common" in table.finding[0]


@pytest.mark.parametrize("k", [2.5, "3", [], [[1]], np.float64(2)], ids=repr)
def test_a_number_of_samples_that_means_nothing_is_refused(k: object) -> None:
    with pytest.raises(InputError, match=r"whole number|empty"):
        pass_at_k(study(), k)


def test_a_number_of_samples_may_be_numpys() -> None:
    assert pass_at_k(study(), np.int64(2)).k.tolist() == [2, 2]


def votes(texts, marks, **more):
    """Six tasks, each with these samples."""
    return frame(
        row(task, mark, sample=place, extracted=text, **more)
        for task in range(6)
        for place, (text, mark) in enumerate(zip(texts, marks, strict=True))
    )


@pytest.mark.parametrize(
    "texts",
    [
        pytest.param(["3/4", "0.75", ".750", "9", "9"], id="fractions and decimals"),
        pytest.param(["1,200", "1200", "$1,200.00", "9", "9"], id="thousands and currency"),
        pytest.param(["Rome", "rome.", "**ROME**", "Milan", "Milan"], id="case and dress"),
    ],
)
def test_equal_values_are_one_candidate_however_spelt(texts):
    assert majority_vote(votes(texts, [True] * 3 + [False] * 2), 5)["majority_vote"].tolist() == [1]


@pytest.mark.parametrize("evidence", ["text", "judge", "tests", "function", "measured"])
def test_no_vote_is_held_on_what_a_scorer_only_says(evidence):
    rows = votes(["CORRECT", "CORRECT", "INCORRECT"], [True, True, False], evidence=evidence)
    with pytest.raises(InputError, match="extracts no answer of its own"):
        majority_vote(rows, 3)
    assert pass_at_k(rows, 2)["pass_at_k"].tolist() == [1], "who knows the right one when seen needs no votes"


def test_no_vote_is_held_where_only_right_answers_hold_the_target():
    with pytest.raises(InputError, match="extracts no answer of its own"):
        majority_vote(votes(["Rome", None, None], [True, False, False]), 3)
