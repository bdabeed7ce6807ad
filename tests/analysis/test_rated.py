"""What raters preferred: win rates with intervals, agreement with the scorer and with each other."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from duels import SECRET, prefer, two_models
from statsmodels.stats.proportion import proportion_confint
from studies import HOSTILE, Nesting, row

from workbench.analysis.agreement import kappa
from workbench.analysis.blind import Rating, drawn_pairs, with_ratings
from workbench.analysis.rated import preferences, ratings_of
from workbench.errors import InputError
from workbench.rows.table import frame


def rated(rows, choose, rater="ann", n=100):
    pairs = drawn_pairs(rows, n).pairs
    return with_ratings(rows, rater, pairs, {pair.name: Rating(choose(rows, pair)) for pair in pairs})


def likes(model, but=()):
    def choose(rows, pair):
        task = rows["task_id"].iloc[pair.left]
        return "tie" if task in but else prefer(rows, pair, model)

    return choose


def test_the_win_rate_is_wilsons_over_tasks_and_a_tie_counts_half():
    found = preferences(rated(two_models(20), likes(SECRET[1], but=("t0", "t1")))).iloc[0]
    assert (found["a"], found["b"]) == SECRET
    assert (found["better"], found["ties"], found["worse"]) == (0, 2, 18)
    assert found["win_rate"] == pytest.approx(1 / 20)
    expected = proportion_confint(1, 20, method="wilson")
    assert (found["win_rate_low"], found["win_rate_high"]) == pytest.approx(expected)


def test_the_order_of_a_and_b_is_that_of_the_rows_whoever_stood_on_the_left():
    for seed in range(3):
        rows = two_models(9)
        pairs = drawn_pairs(rows, 9, seed=seed).pairs
        said = {pair.name: Rating(prefer(rows, pair, SECRET[0])) for pair in pairs}
        assert preferences(with_ratings(rows, "ann", pairs, said))["win_rate"].iloc[0] == 1


def test_several_raters_of_one_task_are_repeats_and_no_new_tasks():
    once = rated(two_models(12), likes(SECRET[0], but=("t1", "t2", "t3", "t4")))
    twice = rated(once, likes(SECRET[0], but=("t1", "t2", "t3", "t4")), rater="ben")
    narrow, wide = (preferences(rows).iloc[0] for rows in (once, twice))
    assert wide["ratings"] == 24
    assert wide["tasks"] == 12
    # Ben says what Ann says: nothing is learned, and the interval is no narrower than hers.
    ends = ["win_rate", "win_rate_low", "win_rate_high"]
    assert wide[ends].tolist() == pytest.approx(narrow[ends].tolist())


def test_agreement_with_the_scorer_and_between_raters_is_cohens_kappa():
    rows = rated(two_models(12), likes(SECRET[1]))
    rows = rated(rows, likes(SECRET[1], but=("t1",)), rater="ben")
    table = ratings_of(rows)
    found = preferences(rows).iloc[0]
    scorer = kappa(table["said"].tolist(), table["scorer"].astype(int).tolist())
    assert found["kappa_scorer"] == pytest.approx(scorer.kappa, nan_ok=True)
    assert found["n_scorer"] == 24
    ann, ben = (table[table["rater"] == name].set_index("pair")["said"] for name in ("ann", "ben"))
    raters = kappa(ann.tolist(), ben.loc[ann.index].tolist())
    assert found["agreed_raters"] == pytest.approx(raters.agreed) == pytest.approx(11 / 12)
    assert found["n_raters"] == 12


def test_rows_without_marks_have_no_agreement_with_a_scorer():
    found = preferences(rated(frame([row(t, None, model=m, answer=m) for t in range(3) for m in "ab"]), likes("a")))
    assert found["n_scorer"].iloc[0] == 0
    assert math.isnan(found["kappa_scorer"].iloc[0])
    assert "scorer" not in found._repr_html_().lower().partition("win rate: a tie")[0]


@pytest.mark.parametrize(
    ("choose", "says"),
    [
        (likes("x"), "Raters preferred x to y."),
        (likes("y"), "Raters preferred y to x."),
        (likes("y", but=tuple(f"t{n}" for n in range(10))), "is not decisive"),
    ],
)
def test_the_verdict_is_a_sentence(choose, says):
    rows = frame([row(task, model=m, answer=m) for task in range(12) for m in "xy"])
    found = preferences(rated(rows, choose))
    assert says in repr(found)
    assert says.split(" is ")[0].removesuffix(".") in found._repr_html_()


def test_hostile_names_and_notes_are_text_and_a_filtered_table_stays_a_table():
    rows = frame([row(task, model=m, answer=m) for task in range(4) for m in (HOSTILE, "y")])
    found = preferences(rated(rows, likes("y")))
    page = Nesting(found._repr_html_().replace("<br>", ""))
    assert "script" not in page.tags
    assert isinstance(found[["a", "ratings"]], pd.DataFrame)
    assert "<table" in found[["a", "ratings"]]._repr_html_()


def test_rows_that_nobody_rated_say_how():
    with pytest.raises(InputError, match=r"wb\.rate"):
        preferences(two_models())


def test_a_rating_whose_other_reply_is_gone_is_passed_over():
    rows = rated(two_models(3), likes(SECRET[0]))
    assert len(ratings_of(rows)) == 3
    assert len(ratings_of(rows[rows["model"] == SECRET[0]])) == 0
    assert len(ratings_of(rows.iloc[2:])) == 2
    assert len(preferences(pd.concat([rows, rows]))) == 1
