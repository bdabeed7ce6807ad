"""Rows that are there twice."""

from __future__ import annotations

import re

import pandas as pd
import pytest
from readers import FUNCTIONS, every
from studies import study

from workbench.analysis.comparison import compare

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
