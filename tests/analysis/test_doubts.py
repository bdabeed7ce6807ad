"""What must be known beside a recommendation."""

import pytest
from studies import exhausted, failed, frame, row

from workbench.analysis import doubts
from workbench.analysis.choice import recommend

PLENTY = [row(n, n < 70) for n in range(100)]


def careful(rows):
    return " ".join(recommend(frame(rows)).careful)


def test_a_good_study_raises_none():
    assert careful([row(n, n < 70, usd=0.1) for n in range(100)]) == ""


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (PLENTY[:9], "9 tasks are few"),
        (PLENTY[:1], "One task says nothing"),
        ([*PLENTY[:80], *(exhausted(n) for n in range(80, 100))], "never answered 20 % of the time; more than 1,000"),
        ([*PLENTY[:85], *(failed(n) for n in range(85, 100))], "15 of its 100 calls failed"),
        ([row(n, n < 30) for n in range(100)], "not right on 70 %"),
        (PLENTY, "What 100 of its replies cost is not known"),
        ([{**each, "evidence": "judge", "why": "the judge p/j1 says: fine"} for each in PLENTY], "those of p/j1 as"),
        ([{**each, "sure": n % 5 > 0} for n, each in enumerate(PLENTY)], "from 56 % to 76 % of the time"),
        ([{**each, "model": "p/good", "served_model": "p/other"} for each in PLENTY], "p/good was answered by p/other"),
        ([*PLENTY, *PLENTY], "100 rows repeat a reply"),
        ([*PLENTY, {**PLENTY[0], "model": "n", "task_question": "another"}], "of 1 task changed between calls"),
        ([{**each, "warnings": "the switch did nothing"} for each in PLENTY], "100 calls: the switch did nothing"),
    ],
    ids=["few", "one", "never", "failed", "poor", "price", "judge", "unsure", "other", "twice", "changed", "warned"],
)
def test_it_is_said(rows, said):
    assert said in careful(rows)


def marks(right, unsure, model):
    return [row(n, n < right, model=model, sure=n not in unsure) for n in range(100)]


@pytest.mark.parametrize(
    ("others", "said"),
    [
        (range(20, 23), "3 of all 200 marks are unsure, of number 2, none of the recommended one; if each is read "),
        (range(20, 23), "against it, the recommendation stays."),
        (range(20, 100), "if each is read against it, number 2 would be recommended instead: look at them first."),
        (range(3), "read the other way they would only speak for the recommendation."),
    ],
)
def test_unsure_marks_say_whose_they_are_and_what_they_could_change(others, said):
    assert said in careful([*marks(70, (), "best"), *marks(20, others, "other")])


@pytest.mark.parametrize(("others", "said"), [(3, "it is still right most often"), (80, "it is no longer right")])
def test_of_very_many_rows_the_shares_say_whether_it_stays_ahead(others, said, monkeypatch):
    monkeypatch.setattr(doubts, "_MOST_READ_AGAIN", 10)
    assert said in careful([*marks(70, (), "best"), *marks(20, range(20, 20 + others), "other")])


@pytest.mark.parametrize(
    ("warned", "said"),
    [
        ({"other": 6}, "6 calls, of number 2, none of the recommended one: it stopped."),
        ({"best": 6}, "6 calls, all of the recommended one: it stopped."),
        ({"best": 2, "other": 1}, "3 calls, 2 of the recommended one: it stopped."),
    ],
)
def test_a_warning_says_whose_calls_it_is_about(warned, said):
    rows = [*marks(90, (), "best"), *marks(20, (), "other")]
    told = [{**each, "warnings": "it stopped" if n % 100 < warned.get(each["model"], 0) else None} for n, each in enumerate(rows)]  # fmt: skip  # noqa: E501
    assert said in careful(told)
