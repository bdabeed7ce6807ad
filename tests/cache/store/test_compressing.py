"""The bytes of a row: those of today, those of before, and those that are neither."""

import hashlib
import json
import os
import random
import zlib

import pytest
import zstandard

from workbench.cache.store.compressing import ForeignRow, seal, seal_many, unseal
from workbench.cache.store.folder import FORMAT_VERSION
from workbench.cache.store.store import open_store

VALUE = b'{"thinking": "' + b"nine and nine is eighteen, so far so good; " * 50 + b'"}'


def sealed_by_hand(key, magic, payload):
    return magic + hashlib.sha256(hashlib.sha256(key.encode()).digest() + payload).digest() + payload


def test_a_row_of_before_is_read_beside_those_of_today():
    assert unseal("k", sealed_by_hand("k", b"wbs\x01", zlib.compress(VALUE, 1))) == VALUE
    assert unseal("k", seal("k", VALUE)) == VALUE


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param(b"no frame", id="no frame"),
        pytest.param(zstandard.compress(VALUE)[:-5], id="cut"),
        pytest.param(zlib.compress(VALUE), id="another codec"),
        pytest.param(zstandard.ZstdCompressor(write_content_size=False).compress(VALUE), id="of unknown length"),
        # A frame of a few bytes that says that it is 1 TB unpacked: memory is not asked for.
        pytest.param(b"\x28\xb5\x2f\xfd\xe0" + (1 << 40).to_bytes(8, "little") + b"\x01\x00\x00", id="a bomb"),
    ],
)
def test_what_nobody_here_can_have_written_is_foreign(payload):
    with pytest.raises(ForeignRow):
        unseal("k", sealed_by_hand("k", b"wbs\x02", payload))


def test_an_older_version_is_told_before_a_row_is_written_that_it_cannot_read(tmp_path):
    folder = tmp_path / "store"
    open_store(folder).close()
    marker = folder / "workbench-store.json"
    marker.write_text(json.dumps({"format": "workbench-store", "version": 1}))
    with open_store(folder) as store:
        assert store.get("k") is None
        assert json.loads(marker.read_text())["version"] == 1  # who only reads changes nothing
        store.put_new("k", VALUE)
    assert json.loads(marker.read_text())["version"] == FORMAT_VERSION == 3


def test_a_store_is_little_larger_than_replies_of_usual_length(tmp_path):
    chance = random.Random(7)
    values = [chance.randbytes(chance.randint(2_000, 9_000)) for _ in range(400)]
    with open_store(tmp_path / "store") as store:
        store.put_many([(f"{number:064x}", value) for number, value in enumerate(values)])
    size = (tmp_path / "store" / "cache.db").stat().st_size
    assert size < 1.15 * sum(map(len, values))  # in pages of 4 kB it is 1.2, of 16 kB 1.4


@pytest.mark.parametrize("count", [0, 1, 2, 70])
def test_several_are_sealed_as_one_at_a_time(count):
    items = [(f"{number:064x}", os.urandom(number * 60) + b"the same " * number) for number in range(1, count + 1)]
    assert seal_many(items) == [seal(key, value) for key, value in items]
    assert [unseal(key, sealed) for (key, _), sealed in zip(items, seal_many(items), strict=True)] == [
        value for _, value in items
    ]


def test_one_without_a_value_and_a_long_one_are_sealed_with_others():
    items = [("empty", b""), ("long", os.urandom(200_000)), ("short", b"9")]
    assert [unseal(key, sealed) for (key, _), sealed in zip(items, seal_many(items), strict=True)] == [
        value for _, value in items
    ]
