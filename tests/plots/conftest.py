"""Rows to draw."""

import pytest
from studies import counted, frame


@pytest.fixture
def rows():
    return frame(
        counted(task, 10 + task, (task * step) % 5 < 3, model=model, usd=step * 0.001, seconds=task / 10 + step)
        for step, model in ((1, "a"), (2, "b"))
        for task in range(40)
    )
