"""Every test has an empty home, a working folder and a cache of its own, and no keys. Helpers are in tests/helpers."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import early  # noqa: F401 - it sets what the imports below are to find
import pytest
from hypothesis import settings
from kernel import kernel
from nightly import NIGHTLY
from together import LONGEST_FIRST, Together

from workbench.asking import call
from workbench.asking.wire import circuit, transport
from workbench.providers import facts

# Every day the same examples, so that a change and nothing else turns a test red; new ones in the nightly run.
settings.register_profile("daily", max_examples=30, derandomize=True, deadline=None)
settings.register_profile("nightly", max_examples=2_000, deadline=None)
os.umask(0o022)  # what a test writes is its own, whatever the machine would let others do
settings.load_profile("nightly" if NIGHTLY else "daily")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Together:
    return Together(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders that take longest, so that no worker is left alone with one of them at the end."""
    beginnings = [f"tests/{name}/" for name in LONGEST_FIRST]

    def place(item: pytest.Item) -> int:
        places = (place for place, beginning in enumerate(beginnings) if item.nodeid.startswith(beginning))
        return next(places, len(beginnings))

    items.sort(key=place)


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays to the end: a third of a second at each of its rounds."""
    gc.freeze()


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
    call._paces.clear()  # a port is soon that of another server, which is not to be known by what the last one did
    return tmp_path


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a call that is tried again wait for no time to speak of; who was given up is so for a minute still."""
    monkeypatch.setattr(circuit, "FORGOTTEN_AFTER", circuit.FORGOTTEN_AFTER * transport.FIRST_BACKOFF_SECONDS / 0.005)
    monkeypatch.setattr(transport, "FIRST_BACKOFF_SECONDS", 0.005)


@pytest.fixture(scope="session")
def shared_kernel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[object]:
    """A kernel for all tests of what a cell shows; `kernel.set_up` makes it the test's own."""
    with kernel(tmp_path_factory.mktemp("kernel")) as manager:
        yield manager
