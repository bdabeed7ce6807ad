"""Classes told apart: counts by hand, what stands for nothing, and intervals that are never of no width."""

from __future__ import annotations

import numpy as np
import pytest
from nightly import NIGHTLY
from studies import exhausted, failed, row

from workbench.analysis.classification import MEAN, OTHER, SILENT, classes, confusion_matrix
from workbench.analysis.stats import wilson
from workbench.errors import InputError
from workbench.rows.table import frame


def said(pairs, **more):
    """One row for each pair of what it is and what was said."""
    return frame(
        row(place, target == answer, task_target=target, extracted=answer, evidence="whole", **more)
        for place, (target, answer) in enumerate(pairs)
    )


MIXED = (
    [("spam", "spam")] * 6 + [("spam", "ham")] * 2 + [("ham", "ham")] * 9 + [("ham", "spam")] * 3 + [("ham", "bulk")]
)


def line_of(table, name):
    return table[table["class"] == name].iloc[0]


def test_precision_recall_and_f1_by_hand():
    ham, spam = (line_of(classes(said(MIXED)), name) for name in ("ham", "spam"))
    assert (ham.tasks_of, ham.said, spam.tasks_of, spam.said) == (13, 11, 8, 9)
    assert (ham.recall, ham.precision, ham.f1) == pytest.approx((9 / 13, 9 / 11, 18 / 24))
    assert (spam.recall, spam.precision, spam.f1) == pytest.approx((6 / 8, 6 / 9, 12 / 17))
    assert (ham.recall_low, ham.recall_high) == pytest.approx([end.item() for end in wilson(9, 13)])
    low, high = (end.item() for end in wilson(9, 15))
    assert (ham.f1_low, ham.f1_high) == pytest.approx((2 * low / (1 + low), 2 * high / (1 + high)))


def test_the_means_are_of_the_classes_and_not_of_the_calls():
    table = classes(said(MIXED))
    mean, lines = line_of(table, MEAN), table[table["class"] != MEAN]
    for name in ("precision", "recall", "f1"):
        assert mean[name] == pytest.approx(lines[name].mean())
        assert mean[f"{name}_low"] < mean[name] < mean[f"{name}_high"]


def test_which_is_taken_for_which():
    rows = said(MIXED)
    rows.loc[0, ["outcome", "correct", "extracted"]] = ["thinking_exhausted", False, None]
    matrix = confusion_matrix(rows)
    assert matrix.loc["spam"].to_dict() == {"ham": 2, "spam": 5, OTHER: 0, SILENT: 1}
    assert matrix.loc["ham"].to_dict() == {"ham": 9, "spam": 3, OTHER: 1, SILENT: 0}
    assert matrix.to_numpy().sum() == len(rows)


def test_a_class_is_the_same_however_it_is_spelt_and_any_accepted_name_of_it():
    rows = said([("Not spam | ham", "HAM."), ("Not spam | ham", "not spam"), ("spam", "Ham"), ("spam", "Spam")])
    rows["correct"] = [True, True, False, True]
    assert confusion_matrix(rows).to_numpy().tolist() == [[2, 0], [1, 1]]


def test_the_mark_goes_before_the_label():
    rows = said([("yes", "yes"), ("no", "no"), ("no", "nope")])
    rows["correct"] = [False, True, True]
    assert confusion_matrix(rows).loc["yes"].to_dict() == {"no": 0, "yes": 0, OTHER: 1}
    assert confusion_matrix(rows).loc["no", "no"] == 2


def test_errors_and_answers_without_a_mark_count_in_nothing():
    more = frame([failed(90, task_target="ham"), row(91, None, task_target=None), row(92, None, task_target="ham")])
    import pandas as pd

    rows = pd.concat([said(MIXED), more], ignore_index=True)
    assert confusion_matrix(rows).to_numpy().sum() == len(MIXED)


def test_a_line_for_each_configuration_or_column():
    import pandas as pd

    rows = pd.concat([said(MIXED, model="a"), said(MIXED[::-1], model="b")], ignore_index=True)
    assert classes(rows)["model"].tolist() == ["a"] * 3 + ["b"] * 3
    rows["task_source"] = ["mail", "form"] * len(MIXED)
    assert set(classes(rows, by="source")["task_source"]) == {"mail", "form"}
    html = classes(rows)._repr_html_()
    assert html.count("is taken for which") >= 2
    assert "F1" in repr(classes(rows))


def test_all_right_is_no_certainty():
    table = classes(said([("a", "a")] * 5 + [("b", "b")] * 5))
    for name in ("precision", "recall", "f1"):
        assert (table[name] == 1).all()
        assert (table[f"{name}_low"] < 0.9).all()


def test_a_class_that_is_never_said_has_no_precision():
    line = line_of(classes(said([("a", "b"), ("a", "b"), ("b", "b")])), "a")
    assert (line.recall, line.f1, line.said) == (0, 0, 0)
    assert np.isnan(float("nan" if line.isna()["precision"] else line.precision))


def test_repeats_of_a_task_are_no_new_tasks():
    import pandas as pd

    once = classes(said(MIXED))
    often = classes(pd.concat([said(MIXED, sample=n) for n in range(5)], ignore_index=True))
    assert line_of(often, "ham").recall == line_of(once, "ham").recall
    width = [line_of(table, "ham").recall_high - line_of(table, "ham").recall_low for table in (once, often)]
    assert width[1] == pytest.approx(width[0], rel=0.25)


@pytest.mark.parametrize("evidence", ["text", "judge", "function"])
def test_a_scorer_that_extracts_nothing_tells_no_classes(evidence):
    with pytest.raises(InputError, match="extracts no answer of its own"):
        classes(said(MIXED).assign(evidence=evidence))


def test_targets_of_their_own_are_no_classes():
    with pytest.raises(InputError, match="101 different targets"):
        classes(said([(str(n), str(n)) for n in range(101)]))
    with pytest.raises(InputError, match="no classes to tell apart"):
        classes(frame([exhausted(1, task_target=None)]))


def test_the_interval_of_f1_covers_what_is_true():
    generator = np.random.default_rng(5)
    studies, covered = (2_000 if NIGHTLY else 20), 0
    truth = 2 * 0.3 * 0.8 / (0.3 + 0.3 * 0.8 + 0.7 * 0.1)  # a third is it, found 8 in 10; the rest taken for it 1 in 10
    for _ in range(studies):
        is_it = generator.random(120) < 0.3
        says_it = np.where(is_it, generator.random(120) < 0.8, generator.random(120) < 0.1)
        line = line_of(
            classes(said([("it" if a else "no", "it" if b else "no") for a, b in zip(is_it, says_it, strict=True)])),
            "it",
        )
        covered += line.f1_low <= truth <= line.f1_high
    assert covered / studies >= (0.93 if NIGHTLY else 0.8)
