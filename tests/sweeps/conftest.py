"""A fake model that knows its sums."""

import pytest
from fakes.server import FakeServer
from swept import correct

import workbench as wb


@pytest.fixture
def server():
    with FakeServer(correct) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        yield server
