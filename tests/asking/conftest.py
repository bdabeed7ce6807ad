"""A known provider in the hands of a fake server."""

import dataclasses

import pytest

from workbench.providers.facts import _added, known_providers


@pytest.fixture
def stand_in(monkeypatch):
    """Let a known provider be served by a fake server."""

    def put(name, server, **changes):
        known = known_providers()[name]
        monkeypatch.setitem(_added, name, dataclasses.replace(known, base_url=server.base_url, **changes))

    return put
