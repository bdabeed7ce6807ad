"""The picture: a point, a whisker and a way into the table for each configuration."""

import re
from xml.etree import ElementTree

import pytest
from studies import HOSTILE, failed, frame, row

from workbench.analysis.choice import recommend
from workbench.reports.cost_picture import _is_crossed, _numbers, cost_picture, legend, measure


def choice_of(models, tasks=40):
    return recommend(
        frame(
            row(n, n < right, model=name, usd=usd, seconds=seconds)
            for name, right, usd, seconds in models
            for n in range(tasks)
        )
    )


PRICED = [("a", 36, 0.01, 1.0), ("b", 20, 0.0001, 2.0), ("c", 10, 0.02, 3.0)]


def test_each_configuration_is_a_point_that_leads_to_its_line():
    svg = cost_picture(choice_of(PRICED))
    ElementTree.fromstring(svg)
    assert re.findall(r'href="#configuration-(\d+)"', svg) == ["3", "2", "1"]
    assert svg.count('class="ring"') == 1
    assert svg.count('class="frontier"') == 1
    assert "dollars per 1,000 tasks" in svg


def test_dearer_is_further_right_and_better_is_higher():
    svg = cost_picture(choice_of(PRICED))
    points = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="5"/>', svg)
    (c, b, a) = [(float(x), float(y)) for x, y in points]
    assert b[0] < a[0] < c[0]
    assert a[1] < b[1] < c[1]


@pytest.mark.parametrize(
    ("models", "words", "figure"),
    [
        ([("a", 9, 0.0, 1.0), ("b", 5, 0.0, 2.0)], "seconds", "1.0 s a reply"),
        ([("a", 9, None, 1.0), ("b", 5, None, 2.0)], "seconds", "2.0 s a reply"),
        ([("a", 9, None, 1.0), ("b", 5, 0.1, 2.0)], "dollars", "$100.00 per 1,000 tasks"),
    ],
    ids=["free", "unpriced", "one unpriced"],
)
def test_what_costs_nothing_is_set_against_time(models, words, figure):
    """A point says its whole figure, with its unit, to whoever cannot see where it stands."""
    choice = choice_of(models)
    found = measure(choice)
    assert found is not None
    assert found.words.startswith(words)
    assert f'), {figure}"' in cost_picture(choice)


def test_there_is_none_where_nothing_is_known():
    assert cost_picture(choice_of([("a", 9, None, None)])) == ""
    assert cost_picture(recommend(frame([failed(0)]))) == ""


def test_one_configuration_and_equal_costs_can_be_drawn():
    for models in ([("a", 9, 0.1, 1.0)], [("a", 9, 0.1, 1.0), ("b", 9, 0.1, 1.0)]):
        assert "nan" not in cost_picture(choice_of(models))


def test_names_are_text_in_it():
    svg = cost_picture(choice_of([(HOSTILE, 9, 0.1, 1.0), ("b", 5, 0.2, 1.0)]))
    assert "<script" not in svg
    ElementTree.fromstring(svg)


def test_the_legend_names_models_where_there_are_several():
    assert [model for model, _ in legend(choice_of(PRICED))] == ["a", "b", "c"]
    assert legend(choice_of(PRICED[:1])) == []


def test_numbers_lie_on_no_line_while_there_is_room():
    lines = [(100.0, 20.0, 100.0, 180.0), (94.0, 94.0, 106.0, 106.0), (106.0, 60.0, 130.0, 110.0)]
    found = str(_numbers([(100.0, 100.0, 1, True)], lines))
    x, y = map(float, re.search(r'x="([\d.]+)" y="([\d.]+)"', found).groups())
    assert not _is_crossed((x, y), 7.0, lines)
