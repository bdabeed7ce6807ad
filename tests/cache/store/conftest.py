"""A store that holds replies already."""

from __future__ import annotations

import shutil

import pytest
from stores import KEYS

from workbench.cache.store.store import open_store


@pytest.fixture(scope="module")
def whole_store(tmp_path_factory):
    """A closed store that holds `KEYS`, to be copied."""
    path = tmp_path_factory.mktemp("whole") / "store"
    with open_store(path) as store:
        for key in KEYS:
            store.put_new(key, f"value of {key}".encode() * 20)
    return path


@pytest.fixture
def folder(whole_store, tmp_path):
    """A closed store that holds `KEYS`."""
    return shutil.copytree(whole_store, tmp_path / "store")
