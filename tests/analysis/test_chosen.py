"""Configurations as they were chosen: found, named as short as can be, or told that they are not there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
import pytest
from studies import GPT, KIMI, row, study

from workbench.analysis.chosen import Chosen, name_choices, some_of
from workbench.analysis.comparison import compare, compare_all
from workbench.errors import InputError
from workbench.rows.table import frame


@pytest.mark.parametrize(
    ("choice", "says"),
    [
        ("kimi-k2-thinking", f"Did you mean '{KIMI}'"),
        ("openrouter/moonshotai/kimi-k2-thinkin", f"Did you mean '{KIMI}'"),
        ({"model": KIMI, "prompt": "step"}, "No row has prompt 'step'"),
        ({"model": KIMI, "prompt": "plane"}, "Did you mean 'plain'"),
        ({"mode": KIMI}, "'mode'"),
        ({}, "at least one column"),
        (GPT, "same configuration"),
        (None, "No row has model None"),
        (["a"], "No row has model"),
    ],
    ids=["short name", "near miss", "unknown prompt", "near prompt", "unknown column", "{}", "same", "None", "list"],
)
def test_a_configuration_that_is_not_there_is_named_with_what_is(choice: object, says: str) -> None:
    rows = frame([row(1, model=KIMI), row(1, model=GPT)])
    with pytest.raises(InputError, match=re.escape(says)):
        compare(rows, choice, GPT)


@pytest.mark.parametrize(
    "call", [lambda rows: compare(rows, 1, 2, on="tempo"), lambda rows: compare_all(rows, "tempo")]
)
def test_a_column_to_compare_on_that_is_not_there_is_named(call: Callable[[pd.DataFrame], object]) -> None:
    with pytest.raises(InputError, match="lack the column 'tempo'"):
        call(study())


def test_values_that_never_meet_are_no_configuration() -> None:
    rows = frame([row(1, model="a", prompt="plain"), row(1, model="b", prompt="steps")])
    with pytest.raises(InputError, match="each of these values occurs by itself"):
        compare(rows, {"model": "a", "prompt": "steps"}, "b")


@pytest.mark.parametrize(
    ("choices", "names"),
    [
        ([{"model": "a/big"}, {"model": "a/small"}], ["big", "small"]),
        ([{"model": "a/big"}, {"model": "b/big"}], ["a/big", "b/big"]),
        ([{"model": "a/m", "prompt": "p"}, {"model": "a/m", "prompt": "q"}], ["prompt p", "prompt q"]),
        ([{"model": "a/m", "prompt": "p"}, {"model": "a/n", "prompt": "q"}], ["m, prompt p", "n, prompt q"]),
    ],
    ids=["the short name", "two of one short name", "what they share is left out", "both differ"],
)
def test_a_name_is_as_short_as_the_others_allow(choices: list[Mapping[str, object]], names: list[str]) -> None:
    nowhere = np.zeros(0, bool)
    assert [one.name for one in name_choices([Chosen("", choice, nowhere) for choice in choices])] == names


def test_of_many_values_the_first_are_said_and_the_rest_counted() -> None:
    assert some_of([1, 2, None, 4, 5]) == "1, 2, NA and 2 more"
