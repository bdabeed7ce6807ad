"""The one sentence: its names, its figures, and what it must not say."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from studies import frame, row

from workbench.analysis.choice import recommend
from workbench.analysis.choice_words import named_in_full, names_of, thousand
from workbench.analysis.ranks import ranking


def test_models_that_would_look_alike_keep_who_serves_them():
    rows = frame([row(0, model="one/m"), row(0, model="two/m")])
    assert names_of(ranking(rows)) == ["one/m", "two/m"]


def test_a_configuration_is_named_with_all_that_one_must_set():
    line = {"model": "p/m", "prompt": "short", "max_tokens": None, "temperature": 0.2}
    named = named_in_full(line, ["model", "prompt", "max_tokens", "temperature"], "m")
    assert named == "m with prompt short and temperature 0.2"


def test_a_thousand_tasks_of_unknown_cost_cost_nothing_that_is_known():
    assert thousand(None) is None
    assert thousand(0.002) == pytest.approx(2.0)


def test_what_more_tasks_would_tell_is_a_range():
    """Six differ for one and two for the other: a few more could do, and so could thousands."""
    rows = frame(
        row(task, right, model=model)
        for task in range(40)
        for model, right in (("a", task < 32), ("b", not 4 <= task < 10 and task < 34))
    )
    sentence = str(recommend(rows))
    found = re.search(r"([\d,]+) to ([\d,]+) more tasks would tell, likeliest ([\d,]+)", sentence)
    assert found, sentence
    low, high, likeliest = (int(number.replace(",", "")) for number in found.groups())
    assert low < likeliest < high


@settings(deadline=None, max_examples=30)
@given(
    st.integers(1, 60).flatmap(
        lambda tasks: st.tuples(st.just(tasks), st.lists(st.integers(0, tasks), min_size=1, max_size=4))
    ),
    st.sampled_from([None, 0.0, 0.001, 2.5]),
)
def test_it_is_one_sentence_whose_differences_are_those_of_its_shares(study, usd):
    tasks, right = study
    rows = frame(
        row(n, n < count, model=f"m{place}", usd=None if usd is None else usd * (place + 1), seconds=1.0)
        for place, count in enumerate(right)
        for n in range(tasks)
    )
    sentence = recommend(rows).sentence
    assert sentence.endswith(".")
    assert not re.search(r"[a-z)]\. [A-Z]", sentence)
    assert "NA" not in sentence
    assert "nan" not in sentence
    less = re.search(r"expect ([\d.]+) % right.*\(([\d.]+) %, ([\d.]+) points? less", sentence)
    if less and "." not in less[2]:
        mine, theirs, apart = map(float, less.groups())
        assert round(mine - theirs, 2) == apart
