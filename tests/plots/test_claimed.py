"""The picture of claims: what is drawn stands where the table says."""

import pytest

from workbench import plots
from workbench.analysis.published import claimed_and_measured
from workbench.errors import InputError
from workbench.rows.table import frame

MODELS = ("openrouter/moonshotai/kimi-k2-thinking", "openai/gpt-5")
ROWS = frame(
    {"task_id": str(number), "model": model, "outcome": "answered", "correct": number % (place + 2) > 0}
    for number in range(20)
    for place, model in enumerate(MODELS)
)


def test_each_model_stands_at_its_claim_and_at_its_own_result():
    ax = plots.claimed(ROWS, benchmark="MATH-500")
    table = claimed_and_measured(ROWS)
    wanted = {
        (round((one.claimed_low + one.claimed_high) / 2, 3), round(one.measured, 3))
        for one in table[table["benchmark"] == "MATH-500"].itertuples()
    }
    points = [line[0].get_xydata()[0] for line in ax.containers]
    drawn = {(round(float(x), 3), round(float(y), 3)) for x, y in points}
    assert drawn == wanted
    assert "20 own tasks" in ax.get_title(loc="left") + ax.get_title() + "".join(text.get_text() for text in ax.texts)


def test_a_benchmark_that_nobody_names_is_refused():
    with pytest.raises(InputError, match="MATH-500"):
        plots.claimed(ROWS, benchmark="MATH")
