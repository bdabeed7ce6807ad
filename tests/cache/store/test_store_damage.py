"""A damaged store is noticed, and damage is never taken for a miss."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nightly import NIGHTLY
from programs import run
from stores import KEYS, all_there, edit

from workbench.cache.store.store import get_many, open_store
from workbench.errors import StoreCorrupt, StoreError


def test_one_flipped_bit_is_noticed(folder):
    with sqlite3.connect(folder / "cache.db") as connection:
        ((sealed,),) = connection.execute(f"SELECT value FROM Cache WHERE key = '{KEYS[0]}'").fetchall()
    connection.close()
    with open_store(folder) as store:
        for bit in range(0, len(sealed) * 8, 13):
            flipped = bytearray(sealed)
            flipped[bit // 8] ^= 1 << bit % 8
            edit(folder, f"UPDATE Cache SET value = ? WHERE key = '{KEYS[0]}'", bytes(flipped))
            with pytest.raises(StoreCorrupt, match=KEYS[0]):
                store.get(KEYS[0])


@settings(max_examples=2_000 if NIGHTLY else 80, deadline=None)
@given(bit=st.integers(0, 2**32))
def test_one_flipped_bit_anywhere_in_the_file_is_no_miss_and_no_wrong_reply(whole_store, tmp_path_factory, bit):
    folder = tmp_path_factory.mktemp("flipped") / "store"
    shutil.copytree(whole_store, folder)
    contents = bytearray((folder / "cache.db").read_bytes())
    bit %= 8 * len(contents)
    contents[bit // 8] ^= 1 << bit % 8
    (folder / "cache.db").write_bytes(contents)
    try:
        with open_store(folder) as store:
            for key in KEYS:
                with contextlib.suppress(StoreError):
                    assert store.get(key) == f"value of {key}".encode() * 20
    except StoreError:
        pass
    shutil.rmtree(folder.parent)


def test_a_damaged_index_is_noticed_and_can_be_made_anew(folder):
    contents = (folder / "cache.db").read_bytes()
    in_the_index = [
        at for at in places_of(KEYS[7].encode(), contents) if contents[at + 64] != ord("A")
    ]  # no time follows
    damaged = bytearray(contents)
    damaged[in_the_index[0] + 63] ^= 1
    (folder / "cache.db").write_bytes(damaged)
    with pytest.raises(StoreCorrupt, match="finds 39 of 40 replies"):
        open_store(folder)
    edit(folder, "REINDEX")
    with open_store(folder) as store:
        assert all_there(store)


def places_of(wanted: bytes, contents: bytes) -> Iterator[int]:
    at = contents.find(wanted)
    while at >= 0:
        yield at
        at = contents.find(wanted, at + 1)


def test_two_values_that_were_swapped_are_noticed(folder):
    edit(folder, f"UPDATE Cache SET key = 'other' WHERE key = '{KEYS[0]}'")
    edit(folder, f"UPDATE Cache SET key = '{KEYS[0]}' WHERE key = '{KEYS[1]}'")
    with open_store(folder) as store, pytest.raises(StoreCorrupt, match="checksum"):
        store.get(KEYS[0])


def cut_in_half(database: Path) -> None:
    os.truncate(database, database.stat().st_size // 2)


def overwrite_header(database: Path) -> None:
    with database.open("r+b") as file:
        file.write(b"not a database" * 10)


def overwrite_middle(database: Path) -> None:
    with database.open("r+b") as file:
        file.seek(4096)
        file.write(random.Random(2).randbytes(database.stat().st_size - 4096))


DAMAGES = {
    "cut in half": cut_in_half,
    "cut to nothing": lambda database: os.truncate(database, 0),
    "removed": Path.unlink,
    "header overwritten": overwrite_header,
    "middle overwritten": overwrite_middle,
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_database_is_never_a_miss(folder, damage):
    damage(folder / "cache.db")
    with pytest.raises(StoreCorrupt), open_store(folder) as store:
        get_many(store, KEYS)


@pytest.mark.parametrize("statement", ["DELETE FROM Cache WHERE rowid > 10", "DELETE FROM Cache", "DROP TABLE Cache"])
def test_rows_that_went_missing_are_noticed(folder, statement):
    edit(folder, "DROP TRIGGER workbench_keeps_rows")
    edit(folder, statement)
    with pytest.raises(StoreCorrupt, match="at least 40 were kept") as refused:
        open_store(folder)
    # What the message says to do to accept the loss.
    (folder / "workbench-rows").unlink()
    assert str(folder / "workbench-rows") in str(refused.value)
    open_store(folder).close()


def test_one_reply_that_was_lost_before_closing_is_noticed(tmp_path):
    code = """
        import os, sys
        from workbench.cache.store.store import Path, open_store
        open_store(Path(sys.argv[1])).put_new("key", b"value")
        os._exit(0)
    """
    run(code, tmp_path / "store")
    for file in (tmp_path / "store").glob("cache.db*"):
        file.unlink()
    with pytest.raises(StoreCorrupt, match="at least 1 "):
        open_store(tmp_path / "store")


def test_a_crash_right_after_a_deletion_is_not_taken_for_a_loss(folder):
    code = """
        import os, sys
        from workbench.cache.store.store import Path, open_store
        store = open_store(Path(sys.argv[1]))
        store.submit(lambda: store._table.remove(sys.argv[2])).result()
        os._exit(0)
    """
    run(code, folder, KEYS[0])
    with open_store(folder) as store:
        assert store.info().count == len(KEYS) - 1


@pytest.mark.parametrize("name", ["cache.db", None])
def test_a_database_that_vanishes_in_use_is_noticed(folder, name):
    """SQLite would go on, and say that a put into the nameless file is durable."""
    with open_store(folder) as store:
        (folder / name).unlink() if name else shutil.rmtree(folder)
        for action in (lambda: store.put_new("key", b"value"), lambda: store.get(KEYS[0]), store.keys):
            with pytest.raises(StoreCorrupt, match="removed or replaced"):
                action()


def test_a_database_that_is_brought_back_from_a_copy_in_use_can_be_opened(folder):
    shutil.copy(folder / "cache.db", folder.parent / "copy.db")
    with open_store(folder) as store:
        store.put_new("after the copy", b"value")
        (folder / "workbench-rows").unlink()
        for file in folder.glob("cache.db*"):
            file.unlink()
        shutil.copy(folder.parent / "copy.db", folder / "cache.db")
    with open_store(folder) as store:
        assert all_there(store)


def test_a_database_that_is_cut_in_use_does_not_kill_the_process(folder):
    """With diskcache's default of a memory-mapped file it does: SIGBUS, when a write is not yet in the main file."""
    code = """
        import os, sys
        from workbench.errors import StoreCorrupt
        from workbench.cache.store.store import Path, open_store
        folder = Path(sys.argv[1])
        with open_store(folder) as store:
            for number in range(300):
                store.put_new(str(number), os.urandom(20_000))
        corrupt = 0
        with open_store(folder) as store:
            store.put_new("another", b"value")
            os.truncate(folder / "cache.db", (folder / "cache.db").stat().st_size // 2)
            for number in range(300):
                try:
                    assert len(store.get(str(number))) == 20_000
                except StoreCorrupt:
                    corrupt += 1
        print(corrupt)
    """
    ended = run(code, folder)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert int(ended.stdout) > 100
