"""Which configuration to take: what is shown, what is only seen, and what a manager must not be told."""

import pytest
from studies import HOSTILE, exhausted, failed, row

from workbench.analysis.choice import recommend
from workbench.analysis.comparison import compare
from workbench.errors import InputError
from workbench.rows.table import frame


def study(tasks, *models, **more):
    """Rows of models, each a name, the share of tasks it is right on, and what else its replies have."""
    return frame(
        row(n, n % 100 < 100 * share, model=name, **{**more, **extra})
        for name, share, extra in models
        for n in range(tasks)
    )


def test_the_best_is_taken_where_it_is_shown_to_be():
    choice = recommend(study(200, ("big", 0.8, {"usd": 0.01}), ("small", 0.5, {"usd": 0.001})))
    assert (choice.grade, choice.configuration["model"]) == ("clear", "big")
    assert choice.sentence.startswith("Take big with prompt plain and max_tokens 1,000: expect 80 % right (")
    assert "$10.00 per 1,000 tasks" in choice.sentence
    more = "if you would not pay $9.00 per 1,000 tasks for 30 points more, take small, which gets 50 % for $1.00"
    assert more in choice.sentence


def test_a_cheaper_one_that_is_far_behind_is_no_alternative():
    choice = recommend(study(200, ("big", 0.8, {"usd": 0.01}), ("small", 0.2, {"usd": 0.001})))
    assert "nothing cheaper comes near: small gets 20 % for $1.00" in choice.sentence


def test_what_rests_on_few_tasks_is_taken_for_now_and_says_so():
    choice = recommend(study(5, ("big", 1, {}), ("small", 0, {})))
    assert choice.sentence.startswith("On 5 tasks, which are few, take big with")


def test_the_cheapest_of_those_shown_to_be_as_good_is_taken_and_not_called_too_early():
    choice = recommend(study(400, ("small", 0.8, {"usd": 0.001}), ("big", 0.8, {"usd": 0.01})))
    assert (choice.grade, choice.configuration["model"]) == ("equal", "small")
    assert "; big (80 %, the same, for $10.00) is about as good, and no cheaper." in choice.sentence
    assert any("none that is as good costs less" in note for note in choice.sure)


def test_a_cheaper_one_is_taken_only_where_it_is_shown_to_be_as_good():
    models = ("big", 0.80, {"usd": 0.01}), ("small", 0.79, {"usd": 0.001})
    assert recommend(study(3000, *models)).configuration["model"] == "small"
    assert recommend(study(3000, *models)).grade == "equal"
    few = frame(
        row(n, (n * step) % 100 < share, model=name, usd=usd)
        for name, share, usd, step in (("big", 80, 0.01, 1), ("small", 78, 0.001, 37))
        for n in range(100)
    )
    assert recommend(few).configuration["model"] == "big"
    assert recommend(few).grade == "early"


def test_what_tells_nothing_apart_is_called_too_early():
    choice = recommend(study(6, ("a", 0.03, {}), ("b", 0.02, {}), ("c", 0.01, {})))
    assert choice.grade == "early"
    assert choice.sentence.startswith("Too early to choose: 6 tasks cannot tell any of 3 configurations apart")
    assert "ask at least 30 tasks" in choice.sentence


def test_nobody_waits_for_tasks_that_could_only_show_the_dearer_one_better():
    few = frame(
        row(n, (n * step) % 100 < share, model=name, usd=usd)
        for name, share, usd, step in (("big", 78, 0.01, 1), ("small", 80, 0.001, 37))
        for n in range(100)
    )
    choice = recommend(few)
    assert choice.grade == "early"
    assert choice.sentence.startswith("For now take small with")
    assert (
        "which looks best and costs least, though 100 tasks cannot tell the two configurations apart" in choice.sentence
    )


def test_the_best_so_far_is_taken_for_now_and_its_rival_is_named():
    rows = study(95, ("a", 0.80, {}), ("b", 0.77, {}), ("c", 0.2, {}))
    choice = recommend(rows)
    assert choice.grade == "first"
    assert choice.sentence.startswith("For now take a")
    assert "not settled against b (81 %, 3 points less)" in choice.sentence
    assert len(choice.settled) == 1


def test_one_configuration_leaves_nothing_to_choose():
    choice = recommend(study(20, ("a", 0.1, {})))
    assert choice.grade == "only"
    assert choice.sentence.startswith("Only a with prompt plain")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([failed(n, error="AuthError", error_message="401: no key") for n in range(3)], "all 3 calls failed: 401: no"),
        ([row(n, None, task_target=None) for n in range(3)], "the tasks have no targets"),
        ([row(n, False) for n in range(3)], "not one reply of any configuration was right"),
        ([exhausted(n) for n in range(3)], "no reply held an answer"),
    ],
    ids=["failed", "no targets", "all wrong", "never answered"],
)
def test_nothing_is_recommended_where_nothing_can_be(rows, said):
    choice = recommend(frame(rows))
    assert (choice.grade, choice.line, choice.configuration) == ("none", None, {})
    assert choice.sentence.startswith("No recommendation: ")
    assert said in choice.sentence


def test_a_lucky_few_tasks_win_nothing():
    rows = frame(
        [*(row(n, True, model="lucky") for n in range(5)), *(row(n, n < 60, model="asked") for n in range(100))]
    )
    choice = recommend(rows)
    assert choice.configuration["model"] == "asked"
    assert any("too few of the tasks" in note for note in choice.sure)


def test_a_model_whose_calls_fail_is_not_taken_for_its_few_good_ones():
    rows = [row(n, True, model="flaky") if n < 40 else failed(n, model="flaky") for n in range(100)]
    rows += [row(n, n < 90, model="steady") for n in range(100)]
    assert recommend(frame(rows)).configuration["model"] == "steady"


def test_statistics_are_named_behind_the_sentence_and_not_in_it():
    choice = recommend(study(95, ("a", 0.80, {}), ("b", 0.77, {}), ("c", 0.2, {})))
    names = ("Holm", "Wilson", "McNemar", "bootstrap", "p =", "p <")
    assert not any(name in choice.sentence for name in names)
    assert "Holm" in " ".join(choice.sure)
    assert "Wilson" in " ".join(choice.sure)


def test_the_effort_and_swept_parameters_are_part_of_what_is_taken():
    efforts = ("low", 50), ("high", 90)
    marks = [row(n, n < right, effort=effort, temperature=0.5) for effort, right in efforts for n in range(100)]
    rows = frame(marks, parameters=["temperature"])
    assert "prompt plain, max_tokens 1,000, effort high and temperature 0.5" in recommend(rows).sentence


def test_free_models_differ_in_time():
    rows = study(3000, ("slow", 0.8, {"seconds": 20.0}), ("fast", 0.795, {"seconds": 2.0}), usd=0.0)
    choice = recommend(rows)
    assert choice.configuration["model"] == "fast"
    assert "free of charge, 2.0 s a reply" in choice.sentence


@pytest.mark.parametrize("within", [0, 1, -0.1, float("nan")])
def test_a_margin_that_is_none_is_refused(within):
    with pytest.raises(InputError, match="within"):
        recommend(study(5, ("a", 0.1, {})), within=within)


@pytest.mark.parametrize("tasks", [60, 99, 100, 400])
@pytest.mark.parametrize("apart", [0, 2])
@pytest.mark.parametrize("within", [0.03, 0.1])
def test_a_choice_and_a_comparison_call_the_same_equal(tasks, apart, within):
    rows = frame(
        row(n, n % 10 < 8 and n >= missed, model=name, usd=usd)
        for name, missed, usd in (("dear", 0, 0.02), ("cheap", apart, 0.01))
        for n in range(tasks)
    )
    choice, found = recommend(rows, within=within), compare(rows, "dear", "cheap", within=within)
    assert (choice.grade == "equal") is found.equal
    assert (choice.grade == "early") is not (found.equal or found.decisive)
    if choice.grade == "equal":
        assert choice.configuration["model"] == "cheap"
        assert any(f"less than {round(100 * within)} points apart" in note for note in choice.sure)


def test_what_looks_alike_says_how_many_tasks_would_show_it():
    """Sixty tasks answered alike are too few for three points, and both say how many more it takes."""
    rows = study(60, ("a", 0.8, {}), ("b", 0.8, {}))
    said = compare(rows, "a", "b").verdict
    assert "about 96 more would show it, within 3 points" in said
    assert "about 96 more tasks would show it, if they are equal" in recommend(rows).sentence


def test_names_of_any_kind_are_shown_as_text():
    choice = recommend(study(20, (HOSTILE, 0.1, {}), ("b", 0.05, {})))
    assert "<script>" not in choice._repr_html_()
    assert "\x1b" not in repr(choice)


def test_a_kind_on_which_another_is_better_is_part_of_the_sentence():
    shares = {"big": {"sums": 50, "words": 95}, "small": {"sums": 90, "words": 20}}
    rows = frame(
        row(f"{kind}{n}", n < right, model=model, task_kind=kind)
        for model, kinds in shares.items()
        for kind, right in kinds.items()
        for n in range(100)
    )
    choice = recommend(rows)
    assert choice.sentence.startswith("Take big ")
    assert choice.sentence.endswith("; on sums alone small is better (90 %, 40 points more).")
    assert choice.kinds.column == "task_kind"


def test_a_kind_on_which_the_dearer_one_is_better_is_part_of_the_sentence_that_takes_the_cheaper_one():
    rows = frame(
        row(f"{kind}{n}", n % 100 < right, model=model, task_kind=kind, usd=usd)
        for model, usd, kinds in (
            ("dear", 0.02, {"sums": 80, "words": 80, "laws": 90}),
            ("cheap", 0.01, {"sums": 83, "words": 83, "laws": 82}),
        )
        for kind, right in kinds.items()
        for n in range(1000)
    )
    choice = recommend(rows)
    assert (choice.grade, choice.configuration["model"]) == ("equal", "cheap")
    assert "dear gets no more (83 %) for $20.00" in choice.sentence
    assert choice.sentence.endswith("; on laws alone dear is better (90 %, 8 points more).")


def test_what_was_asked_too_little_is_not_passed_over_in_silence():
    rows = [row(n, n % 3 > 0, model="asked") for n in range(100)] + [row(n, model="stopped") for n in range(30)]
    sentence = recommend(frame(rows)).sentence
    assert sentence.startswith("Only asked with prompt plain and max_tokens 1,000 was asked enough of the tasks")
    assert "the rest of the tasks for the others" in sentence


def test_the_best_of_the_bad_is_not_simply_taken():
    sentence = recommend(study(200, ("bad", 0.2, {}), ("worse", 0.02, {}))).sentence
    assert sentence.startswith("None is right on half of the tasks; the best is bad with ")


def test_a_price_that_is_not_known_may_change_the_choice():
    sentence = recommend(study(200, ("a", 0.9, {}), ("b", 0.2, {}))).sentence
    assert sentence.endswith("what would change that: its price, once it is known.")


def test_configurations_that_share_no_task_are_not_settled():
    first = [row(n, n % 2 == 0, model="a") for n in range(40)]
    rows = frame(first + [row(n, True, model="b") for n in range(40, 80)])
    assert "no task was answered by both; ask both the same tasks" in recommend(rows).sentence
