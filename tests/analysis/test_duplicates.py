"""Rows that are there twice."""

from __future__ import annotations

import ast
import re

import pandas as pd
import pytest
from readers import FUNCTIONS, every
from studies import study

from workbench.analysis.comparison import compare
from workbench.analysis.duplicates import asked_again, repeated, said_of_duplicates
from workbench.replies.doubts import FROM_A_CACHE
from workbench.rows.table import frame

WITHOUT_WORDS = {"calibration", "confusion_matrix"}
"""One that says only that nothing is marked by hand, and a plain table of counts."""


@pytest.mark.parametrize("function", sorted(FUNCTIONS.keys() - WITHOUT_WORDS))
def test_rows_that_are_there_twice_are_found_out(function: str) -> None:
    shown = repr(every(function)(pd.concat([study(), study()])))
    assert re.search(r"48 rows repeat a reply|24 calls of a repeat a reply", shown)
    assert "repeat a reply" not in repr(every(function)(study()))


def test_the_same_replies_twice_make_no_verdict_more_certain() -> None:
    once, twice = compare(study(), "a", "b"), compare(pd.concat([study(), study()]), "a", "b")
    assert (twice.p, twice.difference) == (pytest.approx(once.p), pytest.approx(once.difference))
    assert twice.interval == pytest.approx(once.interval)


def handed_out(**more: object) -> pd.DataFrame:
    """One reply for five samples: a gateway drew it once."""
    cell = {
        "task_id": "oats",
        "model": "m",
        "max_tokens": 64,
        "outcome": "answered",
        "thinking": "",
        "answer": "eleven",
    }
    cached = {"warnings": f"{FROM_A_CACHE} (x-kept: HIT)", "created_at": "2026-03-01"}
    return frame([{**cell, **cached, "sample": n, "key": f"k{n}", **more} for n in range(5)])


def test_what_a_gateway_handed_out_again_is_told_from_the_same_sample_twice() -> None:
    said = said_of_duplicates(handed_out())
    assert said.startswith("Careful: 4 rows hold the reply to another sample")
    assert "drop_duplicates" not in said
    assert said_of_duplicates(handed_out(warnings=None)) == ""
    twice = said_of_duplicates(pd.concat([handed_out(), handed_out()]))
    assert "5 rows repeat a reply" in twice
    assert "4 rows hold the reply to another sample" in twice


def test_what_a_gateway_handed_out_again_was_not_asked_anew() -> None:
    rows = handed_out()
    assert repeated(rows).tolist() == [False, True, True, True, True]
    assert not asked_again(rows, repeated(rows)).any()


@pytest.mark.parametrize("key", ["k", None], ids=["one key", "no key"])
def test_the_advice_drops_what_is_said_to_repeat(key: str | None) -> None:
    """Rows that were bought under two keys say the same once the address of their endpoint is forgotten."""
    cell = {"task_id": "oats", "model": "m", "sample": 3, "outcome": "answered", "max_tokens": 9}
    for second in ("k", "other"):
        rows = frame([{**cell, "key": key}, {**cell, "key": key and second}, {**cell, "sample": 4, "key": "k4"}])
        names = re.search(r"drop_duplicates\((\[.*?\])\)", said_of_duplicates(rows))
        assert names is not None
        assert rows.drop_duplicates(ast.literal_eval(names[1]))["sample"].tolist() == [3, 4]
