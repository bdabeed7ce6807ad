"""What every store promises, then what the default one survives: poison, damage, other programs, a failing machine."""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import random
import shutil
import sqlite3
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import diskcache
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nightly import NIGHTLY
from programs import HOLD_THE_LOCK, run, run_mounted, start

from workbench.cache.store.store import Store, StoreInfo, get_many, open_store
from workbench.cache.store.table import SETTINGS
from workbench.errors import StoreBusy, StoreCorrupt, StoreError, StoreReadOnly

KEYS = [f"{number:064x}" for number in range(40)]


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


def edit(folder: Path, statement: str, *values: object) -> None:
    """Change the database of a store behind its back."""
    with sqlite3.connect(folder / "cache.db") as connection:
        connection.execute(statement, values)
    connection.close()


def all_there(store: Store) -> bool:
    return get_many(store, KEYS) == {key: f"value of {key}".encode() * 20 for key in KEYS}


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


# The default engine: kept between processes, threads and closings.


def test_a_store_outlives_its_closing(folder):
    with open_store(folder) as store:
        assert all_there(store)
        assert sorted(store.keys()) == KEYS
        assert store.info() == StoreInfo(len(KEYS), store.info().bytes, True, False, False, folder)


def test_submitted_work_is_done_in_order_on_one_thread(tmp_path):
    with open_store(tmp_path / "store") as store:
        futures = [store.submit(store.put_new, key, b"value") for key in KEYS]
        names = [store.submit(lambda: threading.current_thread().name) for _ in KEYS]
        assert all(future.result() for future in futures)
        assert len({name.result() for name in names}) == 1


def test_a_closed_store_says_so(tmp_path):
    store = open_store(tmp_path / "store")
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.get("key")


def test_a_process_may_end_without_closing(tmp_path):
    """Submitted puts are still done, nothing is written to stderr, and no warning about an open connection is given."""
    code = """
        import sys
        from workbench.cache.store.store import Path, open_store
        store = open_store(Path(sys.argv[1]))
        for number in range(50):
            store.submit(store.put_new, str(number), bytes(1000))
    """
    ended = run(code, tmp_path / "store")
    assert (ended.returncode, ended.stderr) == (0, "")
    with open_store(tmp_path / "store") as store:
        assert store.info().count == 50


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")
def test_a_forked_child_opens_its_own_connection(tmp_path):
    code = """
        import os, sys, warnings
        from workbench.cache.store.store import Path, open_store
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12: fork with threads
        store = open_store(Path(sys.argv[1]))
        store.put_new("parent", b"1")
        for number in range(5):
            pending = [store.submit(store.put_new, f"{number} {put}", bytes(100_000)) for put in range(20)]
            if os.fork() == 0:
                ok = store.get("parent") == b"1" and store.put_new(f"child {number}", b"2")
                store.close()
                os._exit(0 if ok else 1)
            assert os.waitstatus_to_exitcode(os.wait()[1]) == 0
            assert all(future.result() for future in pending)
            assert store.get(f"child {number}") == b"2"
        assert store.info().count == 106
    """
    ended = run(code, tmp_path / "store")
    assert (ended.returncode, ended.stderr) == (0, "")
    with sqlite3.connect(tmp_path / "store" / "cache.db") as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


PUT_ALL = """
    import sys
    from workbench.cache.store.store import Path, open_store
    store = open_store(Path(sys.argv[1]))
    print(sum(store.put_new(str(number), sys.argv[2].encode() * 1000) for number in range(100)))
"""


def test_of_eight_processes_one_puts_a_key(tmp_path):
    """They also make the store at the same moment."""
    processes = [start(PUT_ALL, tmp_path / "store", number) for number in range(8)]
    assert sum(int(process.communicate(timeout=60)[0]) for process in processes) == 100
    with open_store(tmp_path / "store") as store:
        assert store.info().count == 100


def test_putting_and_deleting_in_two_processes_never_looks_like_a_loss(tmp_path):
    code = """
        import random, sys
        from workbench.cache.store.store import Path, open_store
        for number in range(30):
            with open_store(Path(sys.argv[1])) as store:
                for _ in range(20):
                    key = str(random.randrange(40))
                    store.put_new(key, b"value") if random.random() < 0.6 else store.delete(key)
    """
    processes = [start(code, tmp_path / "store") for _ in range(3)]
    assert [process.wait(timeout=60) for process in processes] == [0, 0, 0]
    for process in processes:
        process.communicate()


def test_what_was_acknowledged_outlives_kill_9(tmp_path):
    code = """
        import random, sys
        from workbench.cache.store.store import Path, open_store
        store = open_store(Path(sys.argv[1]))
        while True:
            key = random.randbytes(32).hex()
            store.put_new(key, bytes.fromhex(key) * random.choice([1, 100, 10_000]))
            print(key, flush=True)
    """
    acknowledged = []
    for kill in range(6):
        process = start(code, tmp_path / "store")
        assert process.stdout is not None
        acknowledged.append(process.stdout.readline().strip())
        time.sleep(0.05 * kill)
        process.kill()
        # The last line may be cut: then it was not acknowledged.
        acknowledged += [line.strip() for line in process.communicate()[0].splitlines(keepends=True) if len(line) == 65]
    with open_store(tmp_path / "store") as store:
        kept = get_many(store, acknowledged)
        assert len(acknowledged) > 50
        assert set(kept) == set(acknowledged)
        assert all(
            {value[i : i + 32] for i in range(0, len(value), 32)} == {bytes.fromhex(key)} for key, value in kept.items()
        )


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_every_put_reaches_the_disk(tmp_path):
    trace = tmp_path / "trace"
    strace = ["strace", "-f", "-qq", "-e", "trace=fdatasync,fsync", "-o", str(trace)]
    ended = run(PUT_ALL, tmp_path / "store", "x", before=strace)
    if "ptrace" in ended.stderr:
        pytest.skip("strace may not trace here")
    assert ended.stdout.strip() == "100"
    lines = trace.read_text().splitlines()
    calls = [line for line in lines if "fdatasync(" in line or "fsync(" in line]
    assert len(calls) >= 100


# Never evicting.


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


def test_a_second_opener_with_an_eviction_policy_cannot_evict(folder):
    with open_store(folder) as store:
        with diskcache.Cache(folder, eviction_policy="least-recently-used", size_limit=1000) as other:
            other.set("intruder", bytes(1000))  # our cull_limit of 0 is still in force
        with diskcache.Cache(folder, eviction_policy="least-recently-used", size_limit=1000, cull_limit=10) as other:
            with pytest.raises(sqlite3.IntegrityError, match="nothing is evicted"):
                other.set("another intruder", bytes(1000))
            with pytest.raises(sqlite3.IntegrityError, match="nothing is evicted"):
                other.clear()
        assert all_there(store)
        assert store.put_new("another", b"value")
    with open_store(folder) as store:
        assert all_there(store)
        assert sorted(store.keys()) == sorted([*KEYS, "another", "intruder"])
        with pytest.raises(StoreCorrupt, match="intruder"):
            store.get("intruder")


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


# Poison: whoever can write the folder must not get code run, a file read, or a file deleted.


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


# Damage.


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


# A machine that does not cooperate.


def test_a_lock_of_another_process_is_waited_for_only_so_long(folder):
    with open_store(folder, busy_seconds=0.3) as store:
        holder = start(HOLD_THE_LOCK, folder / "cache.db")
        assert holder.stdout is not None
        holder.stdout.readline()
        started = time.monotonic()
        with pytest.raises(StoreBusy, match="locked"):
            store.put_new("key", b"value")
        with pytest.raises(StoreBusy, match="locked"):
            open_store(folder, busy_seconds=0.3)
        assert time.monotonic() - started < 5
        assert all_there(store)
        holder.communicate("\n", timeout=10)
        assert store.put_new("key", b"value") is True


def test_a_lock_that_is_given_back_in_time_is_only_a_wait(folder):
    with open_store(folder, busy_seconds=20) as store:
        holder = start(HOLD_THE_LOCK, folder / "cache.db")
        assert holder.stdout is not None
        holder.stdout.readline()
        threading.Timer(0.5, holder.communicate, ["\n"]).start()
        assert store.put_new("key", b"value") is True


def test_a_database_that_becomes_read_only_is_refused_at_once(folder):
    with open_store(folder) as store:
        store.submit(lambda: store._table.connection.execute("PRAGMA query_only = 1")).result()
        started = time.monotonic()
        for action in (lambda: store.put_new("key", b"value"), lambda: store.delete(KEYS[0])):
            with pytest.raises(StoreReadOnly, match="may not be written"):
                action()
        assert time.monotonic() - started < 5
        assert all_there(store)


def test_a_read_only_disk_is_read_and_what_would_write_is_refused_without_a_hang(folder):
    code = """
        import sys
        from workbench.errors import StoreReadOnly
        from workbench.cache.store.store import Path, open_store
        with open_store(Path(sys.argv[1])) as store:
            print(store.info().count, sorted(store.keys())[:1], store.get("not there"))
            for change in (lambda: store.put_new("key", b"value"), lambda: store.delete(sys.argv[2])):
                try:
                    change()
                except StoreReadOnly as error:
                    print(error)
    """
    mount = f"mount --bind {folder} {folder} && mount -o remount,ro,bind {folder}"
    output = run_mounted(mount, code, folder, KEYS[0])
    assert output.startswith(f"{len(KEYS)} [{min(KEYS)!r}] None")
    assert output.count("may not be written") == 2


def test_a_full_disk_loses_nothing_that_was_acknowledged(tmp_path):
    (tmp_path / "small").mkdir()
    code = """
        import os, sys
        from workbench.errors import StoreFull
        from pathlib import Path
        from workbench.cache.store.folder import free_bytes
        from workbench.cache.store.store import get_many, open_store
        folder = Path(sys.argv[1])
        values = {str(number): os.urandom(30_000) for number in range(1000)}
        acknowledged = []
        store = open_store(folder / "store")
        for key, value in values.items():
            try:
                store.put_new(key, value)
            except StoreFull as error:
                print(error)
                break
            acknowledged.append(key)
        for _ in range(3):
            try:
                store.put_new("again", os.urandom(3_000_000))
            except StoreFull as error:
                print(error)
        assert get_many(store, values) == {key: values[key] for key in acknowledged}
        (folder / "ballast").unlink()
        assert store.put_new("again", os.urandom(1_000_000))
        store.close()
        with open_store(folder / "store") as store:
            assert get_many(store, acknowledged) == {key: values[key] for key in acknowledged}
            assert store.info().count == len(acknowledged) + 1
        print(len(acknowledged))
    """
    small = tmp_path / "small"
    mount = f"mount -t tmpfs -o size=12m tmpfs {small} && head -c 8000000 /dev/zero > {small}/ballast"
    lines = run_mounted(mount, code, small).splitlines()
    assert int(lines[-1]) > 20
    assert len([line for line in lines if line.startswith("No space is left for the store")]) == 4


def test_running_out_of_descriptors_is_an_error_and_never_a_miss(folder):
    code = """
        import os, resource, sys
        from workbench.errors import StoreError
        from workbench.cache.store.store import Path, get_many, open_store
        folder, keys = Path(sys.argv[1]), sys.argv[2:]
        store = open_store(folder)
        resource.setrlimit(resource.RLIMIT_NOFILE, (60, 60))
        taken = []
        try:
            while True:
                taken.append(os.open("/dev/null", os.O_RDONLY))
        except OSError:
            pass
        assert len(get_many(store, keys)) == len(keys)
        assert store.put_new("another", b"value")
        try:
            open_store(folder)
        except StoreError as error:
            print(error)
        os.close(taken.pop())  # enough for the files of our own, too few for SQLite's
        try:
            open_store(folder)
        except StoreError as error:
            print(error)
        for descriptor in taken:
            os.close(descriptor)
        assert len(get_many(open_store(folder), [*keys, "another"])) == len(keys) + 1
    """
    ended = run(code, folder, *KEYS)
    assert (ended.returncode, ended.stderr) == (0, "")
    lines = ended.stdout.splitlines()
    assert len(lines) == 2
    assert all("oo many" in line for line in lines)


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


def test_signals_do_not_lose_a_put(tmp_path):
    """An interrupted wait leaves the put to finish on the store's own thread."""
    code = """
        import os, signal, sys, threading
        from workbench.cache.store.store import Path, open_store
        store = open_store(Path(sys.argv[1]))
        store.submit(threading.Event().wait, 0.5)
        threading.Timer(0.1, os.kill, [os.getpid(), signal.SIGINT]).start()
        try:
            store.put_new("key", b"value")
        except KeyboardInterrupt:
            print("interrupted", store.get("key"))
    """
    assert run(code, tmp_path / "store").stdout.strip() == "interrupted b'value'"
