"""The embedded server ends with the tests of it."""

import pytest

from workbench.providers.local import server


@pytest.fixture(autouse=True, scope="module")
def stopped_afterwards():
    yield
    server.stop()
