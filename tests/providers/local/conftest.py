"""The embedded server is shared by its tests and ends with them; the weights are requantised once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from workbench.providers.local import server, weights


@pytest.fixture(autouse=True, scope="package")
def stopped_afterwards():
    yield
    server.stop()


@pytest.fixture(scope="package")
def caches_with_requantised_weights(tmp_path_factory):
    """A folder of caches, and the weights of the third model as two threads got them there at once."""
    caches = tmp_path_factory.mktemp("caches")
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(2) as pool:
        patch.setenv("XDG_CACHE_HOME", str(caches))
        return caches, tuple(pool.map(lambda _: weights.obtain(weights.Q4_0), range(2)))


@pytest.fixture
def requantised(caches_with_requantised_weights, monkeypatch):
    """The weights of the third model as two threads got them at once; whoever uses this finds them made."""
    caches, paths = caches_with_requantised_weights
    monkeypatch.setenv("XDG_CACHE_HOME", str(caches))
    return paths
