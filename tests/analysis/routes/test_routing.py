"""Routes on made-up worlds whose best policy is known, judged on tasks that did not choose it."""

import random
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from workbench.analysis.policies import (
    Policy,
    Taken,
    always,
    by_class,
    by_keywords,
    by_kind,
    by_rule,
    by_unsure,
    keyword_score,
)
from workbench.analysis.routes.routing import route
from workbench.errors import InputError
from workbench.providers.routes import Classifier, route_named
from workbench.rows.table import frame

CHEAP, DEAR = "box/cheap", "box/dear"


def world(
    right, *, tasks=80, draws=1, seed=0, kinds=("easy", "hard"), sure=None, questions=None, prices=(0.0001, 0.002)
):
    """Rows of two models: `right(model, kind)` is the chance of a right answer."""
    lots = random.Random(seed)
    records = []
    for number in range(tasks):
        kind = kinds[number % len(kinds)]
        question = questions(kind, number, lots) if questions else f"Task {number}?"
        for model, usd in zip((CHEAP, DEAR), prices, strict=True):
            for sample in range(draws):
                is_right = lots.random() < right(model, kind)
                records.append({
                    "task_id": str(number), "model": model, "sample": sample, "outcome": "answered",
                    "correct": is_right,
                    "answer": "42" if is_right else str(lots.randrange(1000)), "usd": usd, "task_question": question,
                    "task_kind": kind, "sure": sure(is_right, lots) if sure else True,
                })  # fmt: skip
    return frame(records)


def by_difficulty(model, kind):
    return 0.95 if kind == "easy" or model == DEAR else 0.05


def words(kind, number, lots):
    return f"Prove that {number} is odd." if kind == "hard" else f"What is {number}?"


def test_where_the_kind_decides_the_kind_is_found():
    found = route(world(by_difficulty), usd_per_right=0.01)
    assert found.winner == "kind"
    assert found.setting["easy"] == CHEAP
    assert found.setting["hard"] == DEAR
    assert found.chosen.accuracy == pytest.approx(0.95, abs=0.06)
    assert found.chosen.escalated == pytest.approx(0.5)
    assert found.best_single == DEAR
    assert found.chosen.saves_usd == pytest.approx(0.95, rel=0.05)  # half of the tasks at 0.0001 in place of 0.002
    assert found.chosen.saves_interval[0] > 0
    assert "is worth most" in str(found)


def test_where_a_word_decides_the_rule_is_found_and_is_a_function():
    found = route(
        world(by_difficulty, kinds=("hard", "easy"), questions=words).drop(columns="task_kind"), usd_per_right=0.01
    )
    assert found.winner in ('"prove" in question', "keywords", "length")
    assert found.choose("Prove that 7 is prime.") == DEAR
    assert found.choose("What is 7?") == CHEAP


def test_where_the_cheap_one_is_as_good_it_is_taken_alone():
    found = route(world(lambda model, kind: 0.9), usd_per_right=0.01)
    assert found.winner == found.best_single == CHEAP
    assert found.chosen.escalated <= 0.2


def test_where_only_the_dear_one_can_it_is_taken_alone():
    found = route(world(lambda model, kind: 0.9 if model == DEAR else 0.0), usd_per_right=0.1)
    assert found.winner == DEAR


def test_where_unsure_marks_tell_the_cascade_wins():
    rows = world(
        lambda model, kind: 0.5 if model == CHEAP else 0.95, kinds=("all",), tasks=120, sure=lambda right, lots: right
    )
    found = route(rows, usd_per_right=0.01)
    assert found.winner == "unsure mark"
    assert found.chosen.accuracy > 0.9
    assert found.choose is None


def test_where_draws_agree_only_when_right_agreement_wins():
    rows = world(
        lambda model, kind: {"easy": 1.0, "hard": 0.0}[kind] if model == CHEAP else 0.95, draws=3, tasks=80
    ).assign(task_kind="all")
    found = route(rows, usd_per_right=0.01)
    assert found.winner == "agreement of 3 draws"
    assert found.setting > 1 / 3
    agreement = next(one for one in found.measured if one.policy == found.winner and one.usd_per_right == 0.01)
    assert agreement.usd_per_1000 == pytest.approx(1000 * (3 * 0.0001 + 0.5 * 0.002), rel=0.05)


def test_a_policy_that_learns_by_heart_gains_nothing_on_tasks_it_has_not_seen():
    def fit(cases, worth):
        return {case.task: max(case.right, key=lambda m: case.right[m]) for case in cases}

    def take(case, chosen):
        model = chosen.get(case.task, CHEAP)
        return Taken(model, case.right[model], case.usd[model], model == DEAR)

    rows = world(lambda model, kind: 0.5, tasks=200, prices=(0.001, 0.001))
    found = route(rows, Policy("by heart", (), take, None, fit), usd_per_right=1.0)
    heart = next(one for one in found.measured if one.policy == "by heart" and one.usd_per_right == 1.0)
    assert heart.accuracy == pytest.approx(0.5, abs=0.1)  # 0.75 on the tasks that it has seen
    assert found.chosen.gain_interval[0] < 0.05


def test_routing_in_a_world_without_a_best_policy_is_seldom_called_a_gain():
    false = sum(
        route(world(lambda m, k: 0.6, tasks=40, seed=seed, prices=(0.001, 0.001)), usd_per_right=0.01)
        .chosen.gain_interval[0] > 0
        for seed in range(8)
    )  # fmt: skip
    assert false <= 1


def test_the_frontier_holds_what_nothing_beats():
    found = route(world(by_difficulty))
    frame_ = found.frame()
    best = frame_[frame_["on_frontier"]]
    assert not best.empty
    for one in found.measured:
        beaten = ((frame_["accuracy"] > one.accuracy) & (frame_["usd_per_1000"] <= one.usd_per_1000)).any()
        assert not (one.on_frontier and beaten)
    assert len(found.table().splitlines()) > 4


def test_keywords_go_by_equal_parts_of_the_scores():
    questions = [f"{'prove ' * (number // 10)}x" for number in range(30)]
    rows = world(lambda m, k: 0.5, tasks=30, questions=lambda kind, number, lots: questions[number])
    found = route(rows, by_keywords([CHEAP, DEAR]))
    keywords = next(one for one in found.measured if one.policy == "keywords")
    assert 0.3 < keywords.escalated < 0.75
    assert keyword_score("Design an algorithm") > keyword_score("Which day is it?")


def test_a_class_by_a_cheap_model_costs_what_it_cost():
    rows = world(by_difficulty).assign(task_kind="all")
    classes = {str(number): ("b" if number % 2 else "a") for number in range(80)}
    policy = by_kind([CHEAP, DEAR], classes, usd=0.00005)
    found = route(rows, policy, usd_per_right=0.01)
    assert found.winner == "class by a cheap model"
    one = next(m for m in found.measured if m.policy == found.winner and m.usd_per_right == 0.01)
    assert one.usd_per_1000 == pytest.approx(1000 * (0.00005 + (0.0001 + 0.002) / 2))


EASY = Classifier("box/tiny", "Easy or hard?\n\n{{ question }}", ("easy", "hard"))


def classes_of(rows, *, wrong=0.0, seed=3, usd=0.00001):
    """What a tiny model says of each task, which it mistakes in a share of them."""
    lots, kinds = random.Random(seed), rows.drop_duplicates("task_id")
    hard = [(kind == "hard") != (lots.random() < wrong) for kind in kinds["task_kind"]]
    said = [lots.choices(["Hard." if one else "It is easy", "I cannot say"], (19, 1))[0] for one in hard]
    told = {"task_id": kinds["task_id"], "model": "box/tiny", "outcome": "answered", "answer": said, "usd": usd}
    return frame(pd.DataFrame(told).to_dict("records"))


@pytest.mark.parametrize(("wrong", "wins"), [(0.1, True), (0.5, False)], ids=["tells", "a coin"])
def test_a_cheap_models_own_class_is_found_where_it_tells_and_not_where_it_is_a_coin(wrong, wins):
    rows = world(by_difficulty, tasks=120)
    policy = by_class([CHEAP, DEAR], classes_of(rows, wrong=wrong), EASY)
    found = route(rows.drop(columns="task_kind"), policy, usd_per_right=0.01)
    assert found.winner == ("class by a cheap model" if wins else found.best_single)
    one = next(m for m in found.measured if m.policy == policy.name and m.usd_per_right == 0.01)
    assert one.usd_per_1000 >= 1000 * (0.00001 + 0.0001)
    if wins:
        assert found.setting == {"easy": CHEAP, "hard": DEAR, "": found.setting[""]}
        assert found.model("by-a-class") == "route:by-a-class"
        made = route_named("route:by-a-class")
        assert made.classifier is EASY
        assert [made.models[made.cascade.sorts(said)] for said in ("easy", "Hard!")] == [CHEAP, DEAR]
        assert sum(made.cascade.shares) == pytest.approx(1)


def test_rows_that_hold_no_classes_are_refused():
    rows = world(by_difficulty, tasks=20)
    for wrong in (rows, classes_of(rows, usd=np.nan), classes_of(rows).iloc[:0]):
        with pytest.raises(InputError):
            by_class([CHEAP, DEAR], wrong, EASY)


def test_never_answered_is_not_right_and_errors_are_no_replies():
    rows = world(lambda m, k: 1.0, tasks=12)
    rows.loc[(rows["model"] == CHEAP), ["outcome", "correct"]] = ["thinking_exhausted", False]
    found = route(rows, usd_per_right=0.1)
    assert found.winner == DEAR
    rows["outcome"] = "error"
    with pytest.raises(InputError, match="route needs"):
        route(rows)


def test_replies_of_fallbacks_are_of_no_model_that_a_route_could_choose():
    rows = world(by_difficulty, tasks=60)
    fell = (rows["model"] == CHEAP) & (rows["task_id"].astype(int) < 12)
    rows.loc[fell, ["model", "served_by"]] = [f"{CHEAP} -> box/other", "box/other"]
    with pytest.warns(UserWarning, match="12 replies came of fallbacks"):
        found = route(rows, usd_per_right=0.01)
    assert (found.models, found.tasks, found.winner) == ((CHEAP, DEAR), 48, "kind")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda rows: rows.assign(usd=np.nan), "no known cost"),
        (lambda rows: rows[rows["model"] == CHEAP], "two models"),
        (lambda rows: rows[rows["task_id"].astype(int) < 5], "needs 10"),
        (lambda rows: rows.drop(columns="usd"), "lack the column"),
        (lambda rows: rows.iloc[:0], "no rows"),
    ],
    ids=["no prices", "one model", "few tasks", "no column", "no rows"],
)
def test_rows_that_cannot_be_routed_are_refused(change, says):
    with pytest.raises(InputError, match=says):
        route(change(world(by_difficulty, tasks=20)))


def test_options_that_make_no_sense_are_refused():
    rows = world(by_difficulty, tasks=20)
    for options in ({"folds": 1}, {"folds": True}, {"folds": 99}, {"models": [CHEAP, "box/none"]}):
        with pytest.raises(InputError):
            route(rows, **options)


def test_a_rule_of_ones_own_is_measured_beside_the_models():
    rule = by_rule("mine", lambda question: question.startswith("Prove"), cheap=CHEAP, dear=DEAR)
    found = route(world(by_difficulty, questions=words), [rule, always(DEAR)], usd_per_right=0.01)
    assert {one.policy for one in found.measured} == {CHEAP, DEAR, "mine"}
    assert found.winner == "mine"


def test_the_winner_is_a_model_that_ask_and_sweep_take():
    found = route(world(by_difficulty, kinds=("hard", "easy"), questions=words).drop(columns="task_kind"))
    assert found.model("mine") == "route:mine"
    classes = by_kind([CHEAP, DEAR], {str(number): "a" if number % 2 else "b" for number in range(80)})
    with pytest.raises(InputError, match="go by the question"):
        route(world(by_difficulty), classes).model("kinds")


def test_a_winner_that_goes_by_kind_is_a_model_of_tasks_that_have_one():
    found = route(world(by_difficulty, tasks=40))
    assert found.winner == "kind"
    assert found.model("kinds") == "route:kinds"
    chosen = route_named("route:kinds").chosen
    assert [chosen("?", kind) for kind in ("easy", "hard", "never seen")] == [CHEAP, DEAR, found.kinds[""]]
    with pytest.raises(InputError, match="goes by the kind of a task, and there is none here"):
        chosen("What is 2 + 2?")


def test_a_cheap_model_is_read_as_it_will_be_when_there_is_no_target():
    """The marks of rows have looked at the target: here they tell right from wrong, and no reader could."""
    rows = world(by_difficulty, tasks=40, sure=lambda right, lots: right)
    rows["task_target"], rows["evidence"] = "42", "whole"
    found = route(rows.drop(columns="task_kind"), by_unsure(cheap=CHEAP, dear=DEAR))
    (cascade,) = [one for one in found.measured if one.policy == "unsure mark" and one.usd_per_right == 0.01]
    assert cascade.escalated == 0  # "42" and "17" are as sure as one another
    rows["answer"] = rows["answer"].where(rows["correct"], "Two tens, 3 fives, 8 ones; " + rows["answer"] + " or so")
    unsure = route(rows.drop(columns="task_kind"), by_unsure(cheap=CHEAP, dear=DEAR))
    (cascade,) = [one for one in unsure.measured if one.policy == "unsure mark" and one.usd_per_right == 0.01]
    assert 0.4 < cascade.escalated < 0.6
    assert cascade.accuracy > 0.9


def test_a_winner_that_asks_a_cheap_model_first_becomes_a_cascade():
    found = route(world(by_difficulty), by_unsure(cheap=CHEAP, dear=DEAR))
    cascade = replace(found, winner="unsure mark", choose=None, cascade=(CHEAP, DEAR, 3, 2 / 3))
    assert cascade.model("asked-first") == "route:asked-first"
    rule = route_named("route:asked-first").cascade
    assert (rule.draws, rule.enough(["9", "9", "8"]), rule.enough(["9", "7", "8"])) == (3, True, False)
