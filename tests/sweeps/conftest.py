"""A model that knows its sums."""

import pytest
from swept import known

from workbench.testing import scripted


@pytest.fixture
def asker():
    with scripted(known, provider="fake") as asker:
        yield asker
