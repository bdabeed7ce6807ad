"""diskcache made safe: nothing is evicted, nothing is unpickled, no file is read or removed."""

from __future__ import annotations

import hashlib
import os
import pickle
import random
import sqlite3
import sys
import time
from pathlib import Path

import diskcache
import pytest
from nightly import NIGHTLY
from programs import run
from stores import KEYS, all_there, edit

from workbench.cache.store import table
from workbench.cache.store.store import get_many, open_store
from workbench.cache.store.table import SETTINGS
from workbench.errors import StoreCorrupt, StoreError


def test_a_store_that_another_process_is_making_is_made_by_this_one_too(tmp_path, monkeypatch):
    """diskcache commits each statement by itself: whoever opens the folder meanwhile finds all up to one of them."""
    making, found = tmp_path / "making", []

    def look(_):
        there = {file.name: file.read_bytes() for file in making.iterdir() if file.name != "cache.db-shm"}
        if there not in found:
            found.append(there)

    connect = sqlite3.connect

    def connect_looking(*arguments, **options):
        connection = connect(*arguments, **options)
        connection.set_trace_callback(look)
        return connection

    monkeypatch.setattr(sqlite3, "connect", connect_looking)
    open_store(making).close()
    monkeypatch.undo()
    assert len(found) > 20
    for number, files in enumerate(found):
        folder = tmp_path / str(number)
        folder.mkdir()
        for name, data in files.items():
            (folder / name).write_bytes(data)
        with open_store(folder) as store:
            assert store.put_new(KEYS[0], b"one")
        with open_store(folder) as store:
            assert store.get(KEYS[0]) == b"one"


def test_many_large_replies_are_all_there(tmp_path):
    """diskcache by itself begins to delete at one gigabyte; the whole number is put in the nightly run."""
    count = 25_000 if NIGHTLY else 500
    letters = random.Random(1)
    with open_store(tmp_path / "store") as store:
        digests = {}
        for number in range(count):
            value = letters.randbytes(50_000)
            assert store.put_new(str(number), value)
            digests[str(number)] = hashlib.sha256(value).digest()
    with open_store(tmp_path / "store") as store:
        assert store.info().count == count
        for key, digest in digests.items():
            assert hashlib.sha256(store.get(key)).digest() == digest


def test_diskcache_itself_would_evict(tmp_path):
    """If this fails, the tests below no longer prove anything."""
    with diskcache.Cache(tmp_path / "plain") as cache:
        for number in range(11):
            cache.set(number, bytes(1000))
    with diskcache.Cache(tmp_path / "plain", eviction_policy="least-recently-used", size_limit=1000) as cache:
        cache.set("one more", bytes(1000))
        assert len(cache) < 11


def test_settings_that_somebody_else_left_are_put_right(folder):
    inherited = {"eviction_policy": "least-recently-used", "size_limit": 1000, "cull_limit": 10, "statistics": 1}
    inherited |= {"sqlite_synchronous": 0, "sqlite_mmap_size": 1 << 26, "disk_min_file_size": 10}
    with diskcache.Cache(folder, **inherited):
        pass
    with open_store(folder) as store:
        for number in range(1000):
            store.put_new(f"more {number}", bytes(1000))
        assert store.info().count == len(KEYS) + 1000
        assert all_there(store)
    assert [path.name for path in folder.iterdir() if path.is_dir()] == []
    with sqlite3.connect(folder / "cache.db") as connection:
        assert SETTINGS.items() <= dict(connection.execute("SELECT key, value FROM Settings")).items()
    connection.close()


def test_the_disk_is_waited_for_by_every_row_and_not_by_every_setting(tmp_path, monkeypatch):
    def level(connection):
        return connection.execute("PRAGMA synchronous").fetchone()[0]

    levels, make = [], table.beside.make
    monkeypatch.setattr(table.beside, "make", lambda connection: (levels.append(level(connection)), make(connection)))
    for _ in range(2):  # made, and opened again
        opened = table.StoreTable(tmp_path, busy_seconds=60)
        assert (levels.pop(), level(opened.connection)) == (1, 2)
        opened.close()


@pytest.mark.parametrize(("name", "value"), [("cull_limit", 10), ("sqlite_synchronous", 0)])
def test_settings_that_do_not_stay_put_are_refused(folder, name, value):
    """A trigger stands for a program that sets them back all the time."""
    change = f"UPDATE Settings SET value = {value} WHERE key = '{name}'"
    edit(folder, f"CREATE TRIGGER back AFTER UPDATE ON Settings WHEN NEW.key = '{name}' BEGIN {change}; END")
    with pytest.raises(StoreError, match=f"set {name} of the store"):
        open_store(folder)


def test_an_expiry_that_somebody_else_set_does_not_hide_a_reply(folder):
    edit(folder, "UPDATE Cache SET expire_time = 1.0")
    with open_store(folder) as store:
        assert all_there(store)


class Payload:
    """Unpickling it makes a file."""

    def __init__(self, canary: Path) -> None:
        self.canary = canary

    def __reduce__(self):
        return Path.touch, (self.canary,)


POISONED_ROWS = {
    "a pickle in the row": ("mode = 4, value = ?", lambda where: pickle.dumps(Payload(where / "canary"))),
    "a pickle in a file": ("mode = 4, value = NULL, filename = ?", lambda where: str(where / "pickle")),
    "a text file": ("mode = 3, value = NULL, filename = ?", lambda where: str(where / "pickle")),
    "a binary file": ("mode = 2, value = NULL, filename = ?", lambda where: str(where / "pickle")),
    "a file beside a value": ("filename = ?", lambda where: str(where / "pickle")),
    "text": ("value = ?", lambda where: "text"),
    "a number": ("value = ?", lambda where: 5),
    "nothing": ("value = ?", lambda where: None),
    "bytes that are no envelope": ("value = ?", lambda where: b"value"),
    "an unreadable file name": ("filename = CAST(? AS TEXT)", lambda where: b"\xff"),
}


@pytest.mark.parametrize(("change", "make"), POISONED_ROWS.values(), ids=POISONED_ROWS.keys())
def test_a_poisoned_row_is_refused_and_harms_nothing(folder, tmp_path, change, make):
    (tmp_path / "pickle").write_bytes(pickle.dumps(Payload(tmp_path / "canary")))
    edit(folder, f"UPDATE Cache SET {change} WHERE key = '{KEYS[7]}'", make(tmp_path))
    with open_store(folder) as store:
        with pytest.raises(StoreCorrupt, match=f"workbench cache delete {KEYS[7]}"):
            store.get(KEYS[7])
        with pytest.raises(StoreCorrupt, match=f"workbench cache delete {KEYS[7]}"):
            list(store.walk())
        assert store.put_new(KEYS[7], b"value") is False
        assert len(get_many(store, [key for key in KEYS if key != KEYS[7]])) == len(KEYS) - 1
        assert sorted(store.keys()) == KEYS
        assert store.delete(KEYS[7]) is True
        assert store.put_new(KEYS[7], b"value") is True
        assert store.get(KEYS[7]) == b"value"
    assert (tmp_path / "pickle").exists()
    assert not (tmp_path / "canary").exists()


@pytest.mark.parametrize("change", ["tag = CAST(? AS TEXT)", "expire_time = 1 + 0 * length(?)"])
def test_columns_that_this_package_does_not_use_change_nothing(folder, change):
    with open_store(folder) as store:
        before = store.get(KEYS[7])
        edit(folder, f"UPDATE Cache SET {change} WHERE key = '{KEYS[7]}'", b"\xff")
        assert store.get(KEYS[7]) == before
        assert store.put_new(KEYS[7], b"value") is False


POISONED_KEYS = {
    "a pickled key": (lambda where: pickle.dumps(Payload(where / "canary")), 0),
    "a number": (lambda where: 5, 1),
    "bytes": (lambda where: b"key", 1),
}


@pytest.mark.parametrize(("make", "raw"), POISONED_KEYS.values(), ids=POISONED_KEYS.keys())
def test_a_poisoned_key_is_refused_and_harms_nothing(folder, tmp_path, make, raw):
    edit(folder, "INSERT INTO Cache (key, raw, mode, value) VALUES (?, ?, 1, x'00')", make(tmp_path), raw)
    with open_store(folder) as store:
        with pytest.raises(StoreCorrupt, match="DELETE FROM Cache") as refused:
            store.keys()
        with pytest.raises(StoreCorrupt, match="DELETE FROM Cache"):
            list(store.walk())
        assert all_there(store)
    # The message says how to go on; what it says works, and touches nothing of ours.
    assert str(refused.value).endswith("&& rm workbench-rows")
    edit(folder, str(refused.value).split('"')[1])
    (folder / "workbench-rows").unlink()
    with open_store(folder) as store:
        assert sorted(store.keys()) == KEYS
        assert all_there(store)
    assert not (tmp_path / "canary").exists()


@pytest.mark.parametrize("name", ["get", "_disk", "disk_hash", "disk_anything", "sqlite_query_only", "sqlite_x; --"])
def test_a_poisoned_setting_never_reaches_diskcache(folder, name):
    edit(folder, "INSERT OR REPLACE INTO Settings VALUES (?, 1)", name)
    with open_store(folder) as store:
        assert all_there(store)
        assert store.put_new("another", b"value")


def test_an_sqlite_without_double_quoted_strings_is_named(tmp_path):
    """conda shipped one; diskcache's own message is "no such column: size"."""
    code = """
        import ctypes, ctypes.util, sqlite3, sys
        from workbench.errors import StoreError
        from workbench.cache.store.store import Path, open_store
        real_connect = sqlite3.connect

        def connect(*arguments, **options):
            connection = real_connect(*arguments, **options)
            if hasattr(connection, "setconfig"):
                connection.setconfig(sqlite3.SQLITE_DBCONFIG_DQS_DDL, False)
                connection.setconfig(sqlite3.SQLITE_DBCONFIG_DQS_DML, False)
            else:
                # The handle is the first field of CPython's connection object.
                handle = ctypes.c_void_p.from_address(id(connection) + object.__basicsize__)
                library = ctypes.CDLL(ctypes.util.find_library("sqlite3"))
                for option in (1013, 1014):
                    library.sqlite3_db_config(handle, option, ctypes.c_int(0), None)
            return connection

        sqlite3.connect = connect
        try:
            connect(":memory:").execute('SELECT "text"')
            sys.exit(77)
        except sqlite3.OperationalError:
            pass
        try:
            open_store(Path(sys.argv[1]))
        except StoreError as error:
            print(error)
    """
    if sys.version_info < (3, 12) and sys.implementation.name != "cpython":
        pytest.skip("the option cannot be set here")
    ended = run(code, tmp_path / "store")
    if ended.returncode == 77 or "find_library" in ended.stderr:
        pytest.skip("double-quoted strings cannot be switched off here")
    assert "SQLITE_DQS=0" in ended.stdout, ended.stderr


def test_a_large_store_is_compared_with_its_index_once_a_day_and_a_small_one_always(folder, monkeypatch):
    open_store(folder).close()
    compared = []
    real = table.check_index
    monkeypatch.setattr(table, "check_index", lambda *arguments: compared.append(1) or real(*arguments))
    open_store(folder).close()
    open_store(folder).close()
    assert len(compared) == 2
    monkeypatch.setattr(table, "ROWS_COMPARED_ALWAYS", 0)
    open_store(folder).close()
    assert len(compared) == 2  # a moment ago it was
    long_ago = time.time() - 90_000
    os.utime(folder / "workbench-compared", (long_ago, long_ago))
    open_store(folder).close()
    open_store(folder).close()
    assert len(compared) == 3
