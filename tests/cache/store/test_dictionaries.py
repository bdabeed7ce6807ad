"""Rows name the dictionary that they are packed with, stores hold a copy of it, and none is ever lost or mistaken."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import zstandard
from stores import edit

from workbench.cache.store import compressing, dictionaries
from workbench.cache.store.compressing import seal
from workbench.cache.store.readonly import ReadOnlyTable
from workbench.cache.store.store import open_store
from workbench.errors import StoreCorrupt, StoreError

RELEASED = ["2c6aa9b5565d3e86"]
"""Once released, a dictionary stays: rows in somebody's store need it."""

HOLDS = "SELECT hash, data FROM WorkbenchDictionaries"
REPLY = json.dumps(
    {
        "response": {
            "object": "chat.completion",
            "choices": [
                {"message": {"role": "assistant", "content": "The largest of the three is 40, and so it is 40."}}
            ],
            "usage": {"completion_tokens": 19, "prompt_tokens": 12, "total_tokens": 31},
        },
        "streamed": False,
        "seconds_to_first_token": 0.4,
    }
).encode()


def of_another_version(tmp_path) -> dictionaries.Dictionary:
    """A dictionary that this package does not have."""
    other = dictionaries.shipped()[bytes.fromhex(RELEASED[0])].content[:-9] + b"the other"
    return dictionaries.Dictionary(hashlib.sha256(other).digest(), other, zstandard.ZstdCompressionDict(other))


def packed_with(dictionary: dictionaries.Dictionary, key: str, value: bytes) -> bytes:
    body = dictionary.name + zstandard.ZstdCompressor(dict_data=dictionary.data, write_dict_id=False).compress(value)
    return b"wbs\x03" + hashlib.sha256(hashlib.sha256(key.encode()).digest() + body).digest() + body


@pytest.fixture
def other(tmp_path):
    dictionary = of_another_version(tmp_path)
    yield dictionary
    dictionaries._learned.pop(dictionary.name, None)
    compressing._codec = compressing._Codec()


@pytest.fixture
def folder(tmp_path):
    with open_store(tmp_path / "store") as store:
        store.put_new("ours", REPLY)
    return tmp_path / "store"


def held(folder: Path) -> list[tuple[bytes, bytes]]:
    with closing(sqlite3.connect(folder / "cache.db")) as connection:
        return connection.execute(HOLDS).fetchall()


def test_every_dictionary_that_was_released_is_there_and_the_last_is_todays():
    assert [name.hex() for name in dictionaries.shipped()][: len(RELEASED)] == RELEASED
    assert all(one.name == hashlib.sha256(one.content).digest()[:8] for one in dictionaries.shipped().values())
    assert dictionaries.current() is [*dictionaries.shipped().values()][-1]


def test_a_reply_is_packed_to_less_than_without_one_and_names_it():
    sealed = seal("key", REPLY)
    assert sealed[36:44] == dictionaries.current().name
    assert len(sealed) < 0.75 * (36 + len(zstandard.compress(REPLY)))


def test_a_store_holds_a_copy_from_its_first_reply_on(tmp_path):
    with open_store(tmp_path / "store"):
        pass
    with closing(sqlite3.connect(tmp_path / "store" / "cache.db")) as connection, pytest.raises(sqlite3.Error):
        connection.execute(HOLDS)
    for key in ("one", "another"):
        with open_store(tmp_path / "store") as store:
            store.put_many([(key, REPLY), (key + "'", REPLY)])
    ((sha256, copy),) = held(tmp_path / "store")
    assert zstandard.decompress(copy) == dictionaries.current().content
    assert sha256 == hashlib.sha256(dictionaries.current().content).digest()


def test_a_reply_of_before_stays_as_it_is_beside_those_of_today(folder):
    payload = zstandard.compress(b"before")
    row = b"wbs\x02" + hashlib.sha256(hashlib.sha256(b"before").digest() + payload).digest() + payload
    copied(folder, "before", row)
    with open_store(folder) as store:
        store.put_new("later", REPLY)
        assert store.get_many(["before", "ours", "later"]) == {"before": b"before", "ours": REPLY, "later": REPLY}
    with closing(sqlite3.connect(folder / "cache.db")) as connection:
        assert connection.execute("SELECT value FROM Cache WHERE key = 'before'").fetchone() == (row,)


@pytest.mark.parametrize("how", ["opened", "read only", "while it is open"])
def test_a_reply_of_another_version_is_read_by_the_copy_in_the_store(folder, other, how):
    if how == "while it is open":
        with open_store(folder) as store:
            assert store.get("theirs") is None
            brought(folder, other)
            assert store.get_many(["theirs", "ours"]) == {"theirs": b"theirs", "ours": REPLY}
            assert [value for some in store.walk() for value in some.values()] == [REPLY, b"theirs"]
        return
    brought(folder, other)
    if how == "read only":
        table = ReadOnlyTable(folder)
        assert compressing.unseal("theirs", table.fetch(["theirs"])["theirs"]) == b"theirs"
        table.close()
        return
    with open_store(folder) as store:
        assert store.get("theirs") == b"theirs"
        store.put_new("later", REPLY)
    assert len(held(folder)) == 2


def test_a_reply_whose_dictionary_nobody_has_is_an_error_that_names_it_and_costs_no_other(folder, other):
    copied(folder, "theirs", packed_with(other, "theirs", b"theirs"))
    with open_store(folder) as store:
        with pytest.raises(StoreCorrupt, match=rf"'theirs'.*dictionary {other.name.hex()}.*version of workbench"):
            store.get_many(["ours", "theirs"])
        assert store.get("ours") == REPLY
        assert store.put_new("later", REPLY)


@pytest.mark.parametrize("whose", ["ours", "theirs"])
@pytest.mark.parametrize("damage", ["a bit", "no frame", "a bomb", "empty"])
def test_a_copy_that_has_changed_is_said_before_anything_is_written(folder, other, whose, damage):
    brought(folder, other)
    name = dictionaries.current().name if whose == "ours" else other.name
    copy = next(copy for sha256, copy in held(folder) if sha256.startswith(name))
    bad = {
        "a bit": zstandard.compress(zstandard.decompress(copy).replace(b"e", b"f", 1)),
        "no frame": b"no frame",
        "a bomb": b"\x28\xb5\x2f\xfd\xe0" + (1 << 40).to_bytes(8, "little") + b"\x01\x00\x00",
        "empty": b"",
    }[damage]
    edit(folder, f"UPDATE WorkbenchDictionaries SET data = ? WHERE hex(hash) LIKE '{name.hex()}%'", bad)
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    with pytest.raises(StoreCorrupt, match=rf"dictionary {name.hex()} .* has changed") as told:
        open_store(folder)
    with pytest.raises(StoreCorrupt, match="has changed"):
        ReadOnlyTable(folder)
    assert {name: before[name] for name in ("cache.db", "workbench-store.json")} == {
        name: (folder / name).read_bytes() for name in ("cache.db", "workbench-store.json")
    }
    if whose == "ours":
        # What the message says to do helps.
        edit(folder, str(told.value).split('"')[1])
        with open_store(folder) as store:
            assert store.get_many(["ours", "theirs"]) == {"ours": REPLY, "theirs": b"theirs"}
            store.put_new("later", REPLY)
        assert len(held(folder)) == 2


def test_a_file_of_the_package_that_has_changed_is_no_dictionary(tmp_path, monkeypatch):
    for file in Path(dictionaries.__file__).parent.glob("*.zdict"):
        shutil.copy(file, tmp_path)
        (tmp_path / file.name).write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    monkeypatch.setattr(dictionaries, "__file__", str(tmp_path / "dictionaries.py"))
    with pytest.raises(StoreError, match=r"1-2c6aa9b5565d3e86\.zdict has changed.*Install workbench anew"):
        dictionaries.shipped.__wrapped__()
    monkeypatch.setattr(dictionaries, "__file__", str(tmp_path / "none" / "dictionaries.py"))
    with pytest.raises(StoreError, match="missing"):
        dictionaries.shipped.__wrapped__()


def test_a_newer_dictionary_packs_what_comes_and_the_older_stays_for_what_is_there(folder, other, monkeypatch):
    other.data.precompute_compress(level=3)
    shipped = {**dictionaries.shipped(), other.name: other}
    monkeypatch.setattr(dictionaries, "shipped", lambda: shipped)
    monkeypatch.setattr(dictionaries, "current", lambda: other)
    monkeypatch.setattr(compressing, "current", lambda: other)
    monkeypatch.setattr(compressing, "_codec", compressing._Codec())
    with open_store(folder) as store:
        store.put_new("later", REPLY)
        assert store.get_many(["ours", "later"]) == {"ours": REPLY, "later": REPLY}
    with closing(sqlite3.connect(folder / "cache.db")) as connection:
        heads = dict(connection.execute("SELECT key, substr(value, 37, 8) FROM Cache"))
    assert heads == {"ours": bytes.fromhex(RELEASED[0]), "later": other.name}
    assert {sha256[:8] for sha256, _ in held(folder)} == set(heads.values())


def copied(folder, key, sealed):
    """Put a row as it is, as another version of this package would."""
    edit(
        folder,
        "INSERT INTO Cache (key, raw, store_time, access_time, access_count, size, mode, value) "
        f"VALUES ('{key}', 1, 0, 0, 0, 0, 1, ?)",
        sealed,
    )


def brought(folder, dictionary):
    """What another version of this package leaves in a store: a reply, and the dictionary that it needs."""
    edit(
        folder,
        "INSERT INTO WorkbenchDictionaries VALUES (?, ?)",
        dictionary.hash,
        zstandard.compress(dictionary.content),
    )
    copied(folder, "theirs", packed_with(dictionary, "theirs", b"theirs"))
