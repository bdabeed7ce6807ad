"""What stands in the columns of a file is looked at, not guessed from their names."""

from __future__ import annotations

import pytest

from workbench.tasks.look import Look


@pytest.mark.parametrize(
    ("cells", "filled", "share", "distinct"),
    [(["a", "b"], True, 1.0, 2), (["a", " ", None, "a"], True, 0.5, 1), ([None, "", []], False, 0.0, 0)],
    ids=["full", "half empty", "empty"],
)
def test_cells_that_hold_nothing_do_not_count(cells: list[object], filled: bool, share: float, distinct: int) -> None:
    look = Look([{"column": cell} for cell in cells])
    assert (look.filled("column"), look.share("column"), look.distinct("column")) == (filled, share, distinct)


@pytest.mark.parametrize(
    ("cells", "codes", "worded"),
    [
        (["T-1", "T-2", "T-3"], True, False),
        (["T-1", "T-2", "T-2"], False, False),
        (["my order is late", "the box came open", "where is my money"], False, True),
        (["my order is late"] * 3, False, False),
    ],
    ids=["codes", "codes that are there twice", "texts", "one text for all"],
)
def test_codes_are_told_from_texts(cells: list[str], codes: bool, worded: bool) -> None:
    look = Look([{"column": cell} for cell in cells])
    assert (look.codes("column"), look.worded("column")) == (codes, worded)


def test_an_id_is_what_tells_all_tasks_apart() -> None:
    look = Look([{"number": "1", "name": "a"}, {"number": "2", "name": "a"}])
    assert look.telling(["name", "number"]) == "number"
    assert look.telling(["name"]) is None
