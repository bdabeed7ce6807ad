"""Where configurations differ by kind: only what survives, in words."""

import numpy as np
import pytest
from nightly import NIGHTLY
from studies import frame, row

from workbench.analysis.kinds import kind_differences
from workbench.errors import InputError


def study(shares, tasks=40, column="task_kind"):
    """Rows of models whose share of right answers depends on the kind, one after another so that pairs differ."""
    return frame(
        row(f"{kind}{n}", n < round(share * tasks), model=model, **{column: kind})
        for model, kinds in shares.items()
        for kind, share in kinds.items()
        for n in range(tasks)
    )


def test_wins_and_losses_are_said_with_their_points():
    rows = study({"big": {"sums": 0.9, "words": 0.5}, "small": {"sums": 0.4, "words": 0.55}})
    assert kind_differences(rows).sentences == [
        "big, set against small, wins on sums by 50 points (90 % against 40 %)."
    ]


def test_what_chance_explains_is_not_said():
    found = kind_differences(study({"a": {"x": 0.55, "y": 0.5}, "b": {"x": 0.5, "y": 0.55}}))
    assert (found.tested, found.sentences) == (2, [])


def test_chance_alone_says_little_however_many_kinds_there_are():
    generator = np.random.default_rng(3)
    false = 0
    for _ in range(600 if NIGHTLY else 25):
        marks = generator.random((3, 8, 12)) < 0.5
        rows = frame(
            row(f"{kind}-{n}", bool(marks[model, kind, n]), model=f"m{model}", task_kind=f"k{kind}")
            for model in range(3)
            for kind in range(8)
            for n in range(12)
        )
        false += bool(kind_differences(rows).found)
    assert false <= (600 if NIGHTLY else 25) * 0.1


def test_a_column_of_few_values_stands_in_for_kinds():
    rows = study({"big": {"de": 1.0, "fr": 0.2}, "small": {"de": 0.2, "fr": 0.2}}, column="task_language")
    assert kind_differences(rows).column == "task_language"
    assert "on de by 80 points" in kind_differences(rows, by="language").sentences[0]


@pytest.mark.parametrize("more", [{}, {"task_note": "each its own"}])
def test_tasks_without_kinds_have_no_such_differences(more):
    rows = frame([row(n, model=model, **{**more, **({"task_note": f"{n}"} if more else {})}) for n in range(9) for model in "ab"])  # fmt: skip  # noqa: E501
    assert kind_differences(rows).column is None


def test_one_configuration_differs_from_nothing():
    assert kind_differences(study({"only": {"x": 0.5, "y": 0.9}})).tested == 0


def test_a_column_that_is_not_there_is_refused():
    with pytest.raises(InputError, match="task_mood"):
        kind_differences(study({"a": {"x": 1.0}}), by="mood")


def test_kinds_are_counted_for_each_line_of_the_ranking():
    found = kind_differences(study({"small": {"x": 0.25, "y": 0.5}, "big": {"x": 0.75, "y": 1.0}}, tasks=4))
    assert found.counts == (("x", ((3, 4), (1, 4))), ("y", ((4, 4), (2, 4))))


@pytest.mark.parametrize(
    ("tasks", "said"),
    [(8, "Too few tasks to tell: 8 replies a kind"), (40, "In none of 2 comparisons by more than chance explains")],
)
def test_that_nothing_was_told_says_whether_anything_could_have_been(tasks, said):
    assert kind_differences(study({"a": {"x": 0.5, "y": 0.5}, "b": {"x": 0.5, "y": 0.5}}, tasks)).nothing.startswith(
        said
    )
