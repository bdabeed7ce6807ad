"""The picture of effort × cap."""

from __future__ import annotations

import pytest
from studies import counted

import workbench as wb
from workbench.errors import InputError
from workbench.rows.table import frame


def rows(**more):
    return frame(
        counted(task, tokens, task < right, max_tokens=cap, effort=effort, usd=tokens / 1e6, **more)
        for effort, tokens, right in (("low", 40, 30), ("high", 90, 38))
        for cap in (100, 200)
        for task in range(40)
    )


def test_each_pair_is_a_field_and_the_cheapest_is_named() -> None:
    ax = wb.plots.effort_curve(rows())
    texts = [text.get_text() for text in ax.texts]
    assert sum(" · " in text for text in texts) == 4
    assert texts.count("cheapest within the margin") == 1
    assert "dominated" in ax._repr_svg_()


def test_two_models_are_two_pictures() -> None:
    import pandas as pd

    with pytest.raises(InputError, match="one configuration"):
        wb.plots.effort_curve(pd.concat([rows(), rows(model="other")]))
