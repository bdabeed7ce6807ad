"""The scorers that a name makes."""

from __future__ import annotations

import pytest
from scored import task

from workbench.errors import InputError
from workbench.scorers.named import NAMES, as_scorer, automatic, columns_read
from workbench.scorers.programs import SETUP_COLUMNS, TEST_COLUMNS
from workbench.scorers.registry import FACTORIES, SETTINGS


def test_the_names_that_are_listed_are_those_that_can_be_made():
    """The list stands apart from what makes them, which takes long to load."""
    assert {"automatic", *FACTORIES} == {*NAMES, "code"}
    assert FACTORIES.keys() > SETTINGS.keys()
    assert columns_read(as_scorer("code")) >= {*TEST_COLUMNS, *SETUP_COLUMNS}
    with pytest.raises(InputError, match="unknown scorer 'code'"):
        automatic()("print(1)", task("1", scorer="code"))
