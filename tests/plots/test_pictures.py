"""What the plots draw: points, whiskers and names are those of the tables."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.container import BarContainer

import workbench as wb
from workbench.errors import InputError


def whiskers(ax):
    return [segment for lines in ax.collections for segment in lines.get_segments()]


def test_accuracy_against_cost_draws_the_intervals_of_the_summary(rows):
    table = wb.summary(rows)
    upright = [line for line in whiskers(wb.plots.cost_accuracy(rows)) if line[0, 0] == line[1, 0]]
    drawn = sorted((float(line[0, 0]), float(line[0, 1]), float(line[1, 1])) for line in upright)
    assert np.allclose(
        sorted(drawn), [(0.001 * (n + 1), 100 * table.accuracy_low[n], 100 * table.accuracy_high[n]) for n in (0, 1)]
    )


def test_costs_and_tokens_have_whiskers_of_a_bootstrap_over_tasks(rows):
    rows = rows.assign(usd=rows["usd"] * (1 + np.arange(len(rows)) % 3))
    level = [line for line in whiskers(wb.plots.cost_accuracy(rows)) if line[0, 1] == line[1, 1]]
    means = rows.groupby("model", sort=False)["usd"].mean().tolist()
    spread = rows.groupby("model", sort=False)["usd"].std() / np.sqrt(40)
    assert len(level) == 2
    for line, mean, error in zip(level, means, spread, strict=True):
        assert line[0, 0] < mean < line[1, 0]
        assert 3.4 < (line[1, 0] - line[0, 0]) / error < 4.6
    bars = wb.plots.tokens(rows)
    mean = (rows[rows.model == "a"]["completion_tokens"]).astype(float).mean()
    first = whiskers(bars)[0]
    assert first[0, 0] < mean < first[1, 0]


def test_repeats_are_named_as_what_they_are(rows):
    twice = pd.concat([rows, rows.assign(sample=1)], ignore_index=True)
    assert "Wilson, clustered by task" in wb.plots.cost_accuracy(twice).get_title("left")
    assert "clustered" not in wb.plots.cost_accuracy(rows).get_title("left")
    (narrow,) = {len(wb.plots.latency(one).get_lines()) for one in (rows, twice)}
    assert narrow


@pytest.mark.parametrize("name", ["cost_accuracy", "tokens", "latency", "outcomes", "differences"])
def test_a_plot_goes_into_the_axes_that_it_is_given(name, rows):
    from matplotlib.figure import Figure

    left, right = Figure().subplots(1, 2)
    assert getattr(wb.plots, name)(rows, ax=right) is right
    assert right.has_data()
    assert not left.has_data()
    with pytest.raises(InputError, match="ax must be matplotlib Axes"):
        getattr(wb.plots, name)(rows, ax="right")


def test_differences_draw_the_interval_of_the_comparison(rows):
    comparison = wb.compare(rows, "a", "b")
    for what in (rows, comparison, wb.compare_all(rows)):
        (line,) = whiskers(wb.plots.differences(what))
        assert np.allclose(line[:, 0], [100 * end for end in comparison.interval])


def test_the_budget_curve_is_that_of_the_table(rows):
    one = rows[rows.model == "a"]
    curve = wb.budget_curve(one)
    lines = {line.get_label(): line.get_ydata() for line in wb.plots.budget_curve(one).get_lines()}
    assert np.allclose(lines["right"], 100 * curve.right.astype(float))
    assert np.allclose(lines["never answered"], 100 * curve.never_answered.astype(float))


@pytest.mark.parametrize("name", ["cost_accuracy", "tokens", "latency", "outcomes", "differences"])
def test_every_plot_shows_itself_as_svg_with_text_and_its_n(name, rows):
    svg = getattr(wb.plots, name)(rows)._repr_svg_()
    assert "<text" in svg
    assert "40" in svg
    assert "pyplot" not in svg


def test_tokens_that_nobody_told_apart_are_one_bar(rows):
    rows.loc[rows.model == "b", ["thinking_tokens", "answer_tokens"]] = None
    ax = wb.plots.tokens(rows)
    boxes = [box for box in ax.containers if isinstance(box, BarContainer)]
    bars = {box.get_label(): [bar.get_width() for bar in box] for box in boxes}
    output = wb.summary(rows).output_tokens_per_call.astype(float).tolist()
    assert np.allclose(bars["not told apart"], [0, output[1]])
    assert np.allclose(np.add(bars["thinking"], bars["answer"]), [output[0], 0])
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a (n = 40)", "b (n = 40)"]


@pytest.mark.parametrize(
    ("models", "names"),
    [
        (["local/smollm2-135m-think", "openrouter/openai/gpt-5"], ["smollm2-135m-think", "gpt-5"]),
        (["moonshot/kimi-k3", "novita/kimi-k3"], ["moonshot/kimi-k3", "novita/kimi-k3"]),
    ],
    ids=["short", "the same model at two providers"],
)
def test_models_are_named_as_short_as_the_others_allow(models, names, rows):
    rows["model"] = rows["model"].map(dict(zip("ab", models, strict=True)))
    assert [label.get_text() for label in wb.plots.outcomes(rows).get_yticklabels()] == names
    (difference,) = wb.plots.differences(rows).get_yticklabels()
    assert difference.get_text() == f"{names[0]} − {names[1]} (n = 40)"


def test_rows_without_a_known_price_say_so(rows):
    with pytest.raises(InputError, match="cost='tokens'"):
        wb.plots.cost_accuracy(rows.drop(columns="usd"))


def test_a_budget_curve_of_two_models_is_refused(rows):
    with pytest.raises(InputError, match="one configuration"):
        wb.plots.budget_curve(rows)
