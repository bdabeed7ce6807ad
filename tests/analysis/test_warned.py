"""Warnings of replies in a table: each said once, and replies out of a gateway's cache told from draws."""

from workbench.analysis import duplicates, warned
from workbench.analysis.summaries import summary
from workbench.replies.doubts import FROM_A_CACHE
from workbench.rows.table import frame

ONCE = {"task_id": "cow", "model": "m", "sample": 0, "outcome": "answered", "answer": "4", "correct": True}
HANDED_OUT = {**ONCE, "warnings": f"it is {FROM_A_CACHE}"}


def test_the_most_frequent_warning_comes_first_and_each_is_said_once():
    rows = frame([{**ONCE, "warnings": "odd"}, {**ONCE, "warnings": "rare\nodd"}, ONCE])
    assert warned.said_of_warnings(rows) == "Careful: 2 calls: odd. Careful: 1 call: rare."
    assert "Careful: 2 calls: odd." in summary(rows).attrs["about"]


def test_more_than_five_warnings_are_counted():
    rows = frame([{**ONCE, "warnings": "\n".join(f"warning {number}" for number in range(8))}])
    assert warned.said_of_warnings(rows).endswith("And 3 warnings more, in the column warnings.")


def test_rows_without_warnings_say_nothing():
    assert (
        warned.said_of_warnings(frame([ONCE])) == warned.said_of_warnings(frame([ONCE]).drop(columns="warnings")) == ""
    )


def test_a_reply_that_a_gateway_hands_out_once_more_is_no_new_draw():
    again = {**HANDED_OUT, "sample": 1}
    assert duplicates.repeated(frame([ONCE, again])).tolist() == [False, True]
    assert duplicates.repeated(frame([ONCE, {**again, "answer": "5"}])).tolist() == [False, False]
    assert duplicates.repeated(frame([ONCE, {**ONCE, "sample": 1}])).tolist() == [False, False]
