"""Equal values have equal keys, and what a scorer found says where it stood."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.rows.table import frame
from workbench.scorers.named import as_scorer
from workbench.scorers.rescoring import rescore
from workbench.scorers.score import EVIDENCE, Score, Scorer
from workbench.scorers.values import dates_in, kind_of, value_key
from workbench.tasks.tasks import Task


@pytest.mark.parametrize(
    ("one", "other", "equal"),
    [
        ("7,500", "7500", True),
        ("3/4", "0.750", True),
        ("c", "C", True),
        ("Lisbon.", "lisbon", True),
        ("3/4", "4/3", False),
        ("Lisbon", "Porto", False),
        ("12", "-12", False),
    ],
)
def test_equal_values_have_equal_keys(one: str, other: str, equal: bool) -> None:
    assert (value_key(one) == value_key(other)) is equal


def test_rescoring_fills_evidence_and_sure() -> None:
    scorer = Scorer("weak", lambda answer, task: Score(1.0, answer, "it is so", "last", sure=False))
    record = {"task_id": "a", "outcome": "answered", "answer": "7", "task_question": "?", "task_target": "7"}
    rows = rescore(frame([record, {**record, "outcome": "refused"}]), scorer)
    assert rows["evidence"][0] == "last"
    assert not rows["sure"][0]
    assert rows[["evidence", "sure"]].iloc[1].isna().all()


def test_every_kind_of_evidence_is_explained() -> None:
    assert all(EVIDENCE.values())
    assert Score(0.0, None, "nothing").evidence in EVIDENCE


@pytest.mark.parametrize("target", ["5x", "3x^2", "-2x", "12xy", "7n", "4t^2", "2.5 y"])
def test_a_number_times_letters_is_a_formula_and_not_its_number(target):
    assert kind_of(target) == "mathematics"
    scorer, task = as_scorer("automatic"), Task("1", "q", target)
    assert scorer(f"So the derivative is {target}.", task).value == 1
    assert scorer(f"The answer is {re.search('[0-9.]+', target)[0]}.", task).value == 0


@pytest.mark.parametrize("target", ["5 m", "3 s^2", "8h", "100p", "2V", "3 m^2"])
def test_a_number_with_a_unit_is_no_formula(target):
    assert kind_of(target) == "quantity"


YEAR_FIRST = re.compile(
    r"(?<!\d)(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)|(\d{4})\s?[年년]\)?\s?(\d{1,2})\s?[月월]\s?(\d{1,2})\s?[日일]?"
)
DAY_OR_MONTH_FIRST = re.compile(r"(?<!\d)(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)")


def of_parts(*parts: tuple[str, str, str]) -> frozenset[date]:
    known = ((int(year), int(month), int(day)) for year, month, day in parts)
    return frozenset(date(*each) for each in known if each[0] and 0 < each[1] < 13 and 0 < each[2] < 29)


@given(
    st.lists(st.sampled_from(["2024", "1", "2", "03", "13", "-", "/", ".", " ", "年", "月", "日", "x"]), max_size=24)
)
def test_dates_in_figures_are_found_where_no_figure_stands_before_them(pieces: list[str]) -> None:
    text = "".join(pieces)
    found = [
        (match.start(), of_parts((match[1] or match[4], match[2] or match[5], match[3] or match[6])))
        for match in YEAR_FIRST.finditer(text)
    ]
    for match in DAY_OR_MONTH_FIRST.finditer(text):
        turned = [(match[4], match[1], match[3])] if match[2] != "." else []
        found.append((match.start(), of_parts((match[4], match[3], match[1]), *turned)))
    assert dates_in(text) == sorted((place, days) for place, days in found if days)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("15 March 2024", [0]),
        ("115 March 2024", []),
        ("the 15th of March, 2024", [4]),
        ("on 5 mars 2024 et 15. März 2024", [3, 18]),
    ],
)
def test_a_named_month_follows_a_day_that_is_no_part_of_a_longer_number(text: str, places: list[int]) -> None:
    assert [place for place, _ in dates_in(text)] == places


@pytest.mark.parametrize("text", ["12024-03-15", "115.03.2024"])
def test_figures_behind_a_figure_are_no_date(text: str) -> None:
    assert dates_in(text[1:])
    assert dates_in(text) == []
