"""Scorers of figures: all texts, length, time, cost, likeness; and several scorers at once."""

from __future__ import annotations

import sys

import pytest

from workbench.errors import ConfigError, InputError
from workbench.scorers.measured import contains_all, cost, latency, length, similarity
from workbench.scorers.named import as_scorer, automatic, by_name, score_answer
from workbench.tasks.tasks import Task


def task(target=None, **extra):
    return Task("7", "q", target, extra)


@pytest.mark.parametrize(
    ("answer", "value"),
    [("Rot, grün und blau.", 1), ("Grün, blau", 2 / 3), ("Rotwein", 0), ("blau grün rot rot", 1)],
)
def test_contains_all_wants_every_part_as_a_word(answer, value):
    assert contains_all()(answer, task("rot | grün | blau")).value == pytest.approx(value)


def test_a_bar_in_a_part_is_no_separator():
    assert contains_all()("a|b and c", task(r"a\|b | c")).value == 1


@pytest.mark.parametrize(
    ("limits", "answer", "correct"),
    [
        pytest.param({"max_words": 4}, "Nine sheep are left.", True, id="as many as allowed"),
        pytest.param({"max_words": 3}, "Nine sheep are left.", False, id="one too many"),
        pytest.param({"min_words": 3}, "Nine left", False, id="too few"),
        pytest.param({"min_words": 2, "max_words": 2}, "Don't panic!", True, id="an apostrophe is inside a word"),
        pytest.param({"max_characters": 5}, "  abcde  ", True, id="blanks around do not count"),
        pytest.param({"min_characters": 6}, "abcde", False, id="too short"),
        pytest.param({"max_words": 5}, "我有九只羊。", True, id="a script without blanks"),
        pytest.param({"max_words": 4}, "我有九只羊。", False, id="a script without blanks, too long"),
    ],
)
def test_length_counts_words_and_characters(limits, answer, correct):
    assert length(**limits)(answer, task()).correct is correct


def test_a_task_may_have_limits_of_its_own():
    assert not length()("one two", task(max_words="1")).correct
    assert not latency()("x", task(max_seconds=2), {"seconds": 3.0}).correct
    assert not cost()("x", task(max_usd=0.01), {"usd": 0.02}).correct
    assert not similarity()("dog", task("cat", at_least=0.1)).correct
    assert latency(5)("x", task(max_seconds=2), {"seconds": 3.0}).correct, "what the call says goes before"


@pytest.mark.parametrize(
    ("scorer", "message"),
    [
        (length(), "task '7' has no limit"),
        (latency(), "task '7' has no max_seconds"),
        (cost(), "has no max_usd"),
        (similarity(), "has no at_least"),
    ],
)
def test_without_a_limit_there_is_no_guess(scorer, message):
    with pytest.raises(InputError, match=message):
        score_answer(scorer, "x", task("y"), {"seconds": 1.0, "usd": 1.0})


@pytest.mark.parametrize("value", ["soon", -1, float("nan"), float("inf")])
def test_a_limit_is_a_number(value):
    with pytest.raises(InputError, match="is no number"):
        latency()("x", task(max_seconds=value), {"seconds": 1.0})


def test_a_figure_that_nobody_knows_gives_no_mark():
    for scorer in (latency(1), cost(1)):
        assert scorer("x", task(), {}).correct is None


@pytest.mark.parametrize("measure", ["rouge_l", "chrf"])
def test_likeness_is_1_for_the_same_text_and_0_for_another(measure):
    scorer = similarity(measure, at_least=0.5)
    same, other = (
        scorer("The ferry leaves at noon.", task("The ferry leaves at noon.")),
        scorer("qqq", task("The ferry")),
    )
    assert (same.value, same.correct, other.value, other.correct) == (pytest.approx(1), True, 0, False)


def test_rouge_l_is_the_f_measure_of_the_longest_common_subsequence():
    # Six words against five, four of them in the same order.
    value = similarity(at_least=0)("police killed the gunman at dawn", task("police kill the gunman dawn")).value
    assert value == pytest.approx(2 * 4 / (6 + 5))


def test_chrf_is_what_sacrebleu_says():
    import sacrebleu

    one, other = "der Zug fährt um acht", "der Zug geht um acht ab"
    value = similarity("chrf", at_least=0)(one, task(other)).value
    assert value == pytest.approx(sacrebleu.sentence_chrf(one, [other]).score / 100)


def test_of_several_targets_the_most_alike_counts():
    assert similarity(at_least=0.9)("a calm sea", task("rough weather | a calm sea")).correct


@pytest.mark.parametrize("measure", ["rouge_l", "chrf"])
def test_two_texts_of_a_megabyte_are_compared_in_their_beginnings(measure):
    text = "up and down " * 90_000
    score = similarity(measure, at_least=0.5)(text, task(text))
    assert score.correct
    assert "of the first 20,000 characters" in score.why


def test_a_library_that_is_missing_is_named_with_its_cure(monkeypatch):
    monkeypatch.setitem(sys.modules, "rapidfuzz.distance", None)
    with pytest.raises(ConfigError, match=r"pip install 'workbench\[similarity\]'"):
        similarity()


@pytest.mark.parametrize(
    ("name", "answer", "measured", "correct"),
    [
        ("numeric:0.5", "41.6", {}, True),
        ("length:2", "one two three", {}, False),
        ("latency:1.5", "x", {"seconds": 1.0}, True),
        ("cost:0.001", "x", {"usd": 0.01}, False),
        ("similarity:0.9", "42", {}, True),
        ("regex:^4", "42", {}, False),
    ],
)
def test_a_name_may_carry_its_setting(name, answer, measured, correct):
    target = "42" if not name.startswith("regex") else "43"
    pattern = name.startswith("regex")
    score = score_answer(by_name(name), answer, task(None if pattern else target), measured)
    assert score.correct is (True if pattern else correct)


@pytest.mark.parametrize("name", ["length:many", "exact:5", "numeric:", "similarity:2", "nothing", "code:5"])
def test_a_name_that_says_nothing_usable_is_refused(name):
    with pytest.raises(InputError):
        by_name(name)


# Several at once


def test_a_part_that_needs_a_target_is_left_out_where_there_is_none():
    scorer = as_scorer(["exact", length(max_words=2)])
    assert not scorer.needs_target
    assert score_answer(scorer, "one two", task()).parts == {"length": 1.0}


def test_a_task_names_several_with_commas():
    own = task("42", scorer="numeric, length", max_words=3)
    assert automatic()("It is 42.", own).parts == {"numeric": 1.0, "length": 1.0}
    assert not automatic()("Well, then it is 42.", own).correct


def test_a_judge_by_name_needs_an_asker():
    with pytest.raises(InputError, match=r"wb\.scorers\.judge\(wb\.ask, model='own/m'\)"):
        as_scorer("judge:own/m")
    with pytest.raises(InputError, match="names no model"):
        as_scorer("judge: ", ask=print)
    assert as_scorer(["exact", "judge:own/m"], ask=print).judge == "own/m"


def test_dollars_of_the_scorer_cost_keep_their_digits():
    assert cost(0.000002)("x", Task("1", "?"), {"usd": 0.00001}).why == (
        "it cost $0.00001, at most $0.000002 was allowed"
    )
    assert cost(1.5)("x", Task("1", "?"), {"usd": 0.25}).why == "it cost $0.25"
