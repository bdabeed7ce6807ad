"""Every test has an empty home, a working folder and a cache of its own, and no keys. Helpers are in tests/helpers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings
from nightly import NIGHTLY

from workbench.asking.wire import transport
from workbench.providers import facts

# Every day the same examples, so that a change and nothing else turns a test red; new ones in the nightly run.
settings.register_profile("daily", derandomize=True, deadline=None)
settings.register_profile("nightly", max_examples=2_000, deadline=None)
os.umask(0o022)  # what a test writes is its own, whatever the machine would let others do
settings.load_profile("nightly" if NIGHTLY else "daily")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Move everything a test may write into `tmp_path`, and hide the keys of whoever runs it."""
    for name in list(os.environ):
        if name.endswith("_API_KEY") or name.startswith("OPENAI_") or name == "WORKBENCH_CONFIG":
            monkeypatch.delenv(name)
    folders = {
        "HOME": "home",
        "XDG_CONFIG_HOME": "home/.config",
        "XDG_CACHE_HOME": "home/.cache",
        "XDG_DATA_HOME": "home/.local/share",
        "XDG_STATE_HOME": "home/.local/state",
        "WORKBENCH_CACHE": "cache",
    }
    for name, folder in folders.items():
        monkeypatch.setenv(name, str(tmp_path / folder))
    monkeypatch.chdir(tmp_path)
    facts._added.clear()
    return tmp_path


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a call that is tried again wait for no time to speak of."""
    monkeypatch.setattr(transport, "FIRST_BACKOFF_SECONDS", 0.005)
