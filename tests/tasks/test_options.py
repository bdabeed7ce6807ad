"""Options are read from one cell."""

from __future__ import annotations

import pytest

from workbench.tasks.options import read_options


@pytest.mark.parametrize(
    ("cell", "texts"),
    [
        ("A) red B) blue C) green", ("red", "blue", "green")),
        ("(1) red\n(2) blue", ("red", "blue")),
        ("red | blue | green", ("red", "blue", "green")),
        ("red; blue", ("red", "blue")),
        ("['a, b', 'c']", ("a, b", "c")),
        ("['a' 'b']", ("a", "b")),
        (["A. 21", "B. 22"], ("21", "22")),
        (["1983", "1984"], ("1983", "1984")),
        ({"A": "x", "B": "y", "C": None}, ("x", "y")),
        ([{"label": "a", "text": "x"}, {"label": "b", "text": "y"}], ("x", "y")),
        ([["A", "x"], ["B", "y"]], ("x", "y")),
        ({"choices": ["x", "y"], "labels": [1, 0]}, ("x", "y")),
        ("only one", None),
        (7, None),
        ([["a"], ["b"]], None),
    ],
)
def test_options_are_read_from_one_cell(cell, texts):
    found = read_options(cell, [])
    assert (None if found is None else found.texts) == texts
