"""Marks of a person beside those of a scorer: what the table of rows makes of them."""

from __future__ import annotations

import pandas as pd
import pytest
from studies import exhausted, failed, row

from workbench.analysis.calibrating import calibration
from workbench.analysis.correction import Agreement, double_sampling, rogan_gladen
from workbench.analysis.summaries import summary
from workbench.errors import InputError
from workbench.rows.table import frame


def judged(tasks=200, *, share=0.7, **more):
    """A judge accepts the first seven tenths; a person looks at every fifth, and finds every seventh mark mistaken."""
    return frame(
        row(
            task,
            task < share * tasks,
            hand=(task < share * tasks) != (task % 7 == 0) if task % 5 == 0 else None,
            evidence="judge",
            why="the judge own/wise says: well",
            **more,
        )
        for task in range(tasks)
    )


def counts(rows):
    known = rows[rows["hand"].notna()]
    pairs = pd.crosstab(known["hand"].astype(bool), known["correct"].astype(bool))
    return Agreement(pairs.loc[True, True], pairs.loc[True, False], pairs.loc[False, True], pairs.loc[False, False])


def test_the_marks_by_hand_are_counted_against_the_scorers():
    rows = judged()
    found = calibration(rows)
    assert found.agreement == counts(rows)
    assert found.scorer == "the judge own/wise"
    assert found.corrected == double_sampling(140, 200, found.agreement)
    assert "40 answers were marked by hand" in str(found)
    assert "sensitivity" in found._repr_html_()


def test_a_line_with_all_the_marks_is_corrected_by_them():
    line = summary(judged()).iloc[0]
    assert tuple(line[[f"accuracy_corrected{end}" for end in ("", "_low", "_high")]]) == pytest.approx(
        double_sampling(140, 200, counts(judged()))
    )


def test_lines_that_share_the_marks_are_corrected_as_if_the_scorer_erred_alike():
    rows = pd.concat([judged(model="a"), judged(share=0.5, model="b")], ignore_index=True)
    table = summary(rows)
    expected = [rogan_gladen(accepted, 200, counts(rows)) for accepted in (140, 100)]
    assert table["accuracy_corrected"].tolist() == pytest.approx([each.share for each in expected])
    assert table["accuracy_corrected_low"].tolist() == pytest.approx([each.low for each in expected])


def test_a_reply_that_never_answered_stays_not_right():
    rows = pd.concat([judged(), frame(exhausted(1000 + n) for n in range(200))], ignore_index=True)
    whole, part = summary(rows).iloc[0], summary(judged()).iloc[0]
    assert whole["accuracy_corrected"] == pytest.approx(part["accuracy_corrected"] / 2)
    assert whole["accuracy_corrected_low"] < part["accuracy_corrected_low"] / 2 + 0.02


def test_repeats_of_a_task_are_no_new_tasks():
    once = summary(judged()).iloc[0]
    rows = pd.concat([judged(sample=n) for n in range(4)], ignore_index=True)
    rows["hand"] = rows["hand"].where(rows["sample"] == 0)
    often = summary(rows).iloc[0]
    assert often["accuracy_corrected_low"] == pytest.approx(once["accuracy_corrected_low"], abs=0.02)


def test_without_marks_by_hand_nothing_is_corrected():
    table = summary(judged().assign(hand=pd.NA))
    assert table["accuracy_corrected"].isna().all()
    assert "corrected" not in repr(table)
    assert str(calibration(judged().drop(columns="hand"))) == "No answer is marked by hand yet."


def test_an_error_and_an_unscored_answer_count_in_nothing():
    rows = pd.concat([judged(), frame([failed(999, hand=True), row(998, None, hand=True)])], ignore_index=True)
    assert calibration(rows).agreement == calibration(judged()).agreement


def test_only_right_answers_by_hand_is_said():
    rows = frame(row(n, True, hand=True) for n in range(10))
    assert "No answer was found wrong by hand" in str(calibration(rows))


def test_unsure_marks_are_read_both_ways():
    rows = frame(row(n, n < 6, sure=n not in (0, 1, 9)) for n in range(10))
    line = summary(rows).iloc[0]
    assert (line.unsure, line.accuracy, line.accuracy_unsure_wrong, line.accuracy_unsure_right) == (3, 0.6, 0.4, 0.7)
    text = repr(summary(rows))
    assert "were the unsure wrong–right" in text
    assert "40–70 %" in text
    assert "3 marks are unsure" in text


def test_sure_marks_leave_the_table_as_it_was():
    assert "unsure" not in repr(summary(frame(row(n, n < 6, sure=True) for n in range(10))))


def test_accuracy_by_a_column_of_the_tasks_own():
    rows = frame(row(n, n < 6, task_subject="law" if n % 2 else "art") for n in range(10))
    assert summary(rows, by="subject")["task_subject"].tolist() == ["art", "law"]
    assert summary(rows, by=["model", "subject"])["accuracy"].tolist() == [0.6, 0.6]
    with pytest.raises(InputError, match="'topic'"):
        summary(rows, by="topic")
