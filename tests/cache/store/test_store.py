"""What every store promises, whatever its engine."""

from __future__ import annotations

import pickle
import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stores import KEYS

from workbench.cache.store.store import StoreInfo, get_many, open_store


class MemoryStore:
    """The smallest thing that keeps the protocol: it proves that the first half of this file asks for nothing more."""

    def __init__(self) -> None:
        self._values: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> bytes | None:
        return self._values.get(key)

    def put_new(self, key: str, value: bytes) -> bool:
        with self._lock:
            new = key not in self._values
            self._values.setdefault(key, value)
            return new

    def delete(self, key: str) -> bool:
        return self._values.pop(key, None) is not None

    def keys(self) -> Iterator[str]:
        return iter(list(self._values))

    def info(self) -> StoreInfo:
        size = sum(map(len, self._values.values()))
        return StoreInfo(len(self._values), size, durable=False, shared=False, evicts=False, path=None)


@pytest.fixture(params=["disk", "memory"])
def store(request, tmp_path):
    if request.param == "memory":
        yield MemoryStore()
    else:
        with open_store(tmp_path / "store") as disk_store:
            yield disk_store


# Every engine.


VALUES = {
    "empty": b"",
    "every byte": bytes(range(256)),
    "a surrogate": b"\xed\xa0\xbd",
    "a pickle": pickle.dumps(["value"]),
    "an own envelope": b"wbs\x01" + bytes(40),
    "5 MB": random.Random(1).randbytes(5_000_000),
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES.keys())
def test_a_value_comes_back_as_it_was_put(store, value):
    assert store.put_new("key", value) is True
    assert store.get("key") == value


@pytest.mark.parametrize("key", ["", "a b", "ключ", "o'; DROP TABLE Cache", "%s", "x" * 10_000, "7", "nul\0nul"])
def test_any_text_is_a_key(store, key):
    store.put_new(key, b"value")
    store.put_new(key + "x", b"other")
    assert store.get(key) == b"value"
    assert set(store.keys()) == {key, key + "x"}


@settings(max_examples=50, deadline=None)
@given(value=st.binary(max_size=10_000), key=st.text(st.characters(exclude_categories=["Cs"]), max_size=100))
def test_any_bytes_under_any_key(random_store, key, value):
    random_store.delete(key)
    assert random_store.put_new(key, value)
    assert random_store.get(key) == value


@pytest.fixture(scope="module")
def random_store(tmp_path_factory):
    with open_store(tmp_path_factory.mktemp("random") / "store") as disk_store:
        yield disk_store


def test_an_absent_key_is_none(store):
    assert store.get("missing") is None
    assert store.delete("missing") is False
    assert list(store.keys()) == []


def test_the_first_value_stays(store):
    assert store.put_new("key", b"first") is True
    assert store.put_new("key", b"second") is False
    assert store.get("key") == b"first"


def test_what_was_deleted_is_gone_and_can_be_put_again(store):
    store.put_new("key", b"first")
    assert store.delete("key") is True
    assert store.get("key") is None
    assert store.put_new("key", b"second") is True
    assert store.get("key") == b"second"


def test_get_many_leaves_out_what_is_absent(store):
    store.put_new("a", b"1")
    store.put_new("b", b"")
    assert get_many(store, ["a", "b", "c"]) == {"a": b"1", "b": b""}


def test_info_counts_and_promises_to_keep_everything(store):
    store.put_new("a", b"1")
    store.put_new("b", b"2")
    store.delete("a")
    info = store.info()
    assert (info.count, info.evicts) == (1, False)
    assert info.bytes > 0


def test_of_many_threads_one_puts_a_key(store):
    def put_all(number: int) -> int:
        return sum(store.put_new(key, str(number).encode()) for key in KEYS)

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(put_all, range(8))) == len(KEYS)
