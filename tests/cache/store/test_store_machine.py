"""The store on a machine that does not cooperate: locks, full and read-only disks, no descriptors left."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing

import pytest
from programs import HOLD_THE_LOCK, run, run_mounted, start
from stores import KEYS, all_there

from workbench.cache.store.store import open_store
from workbench.cache.store.table import give_form
from workbench.errors import StoreBusy, StoreReadOnly


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
        assert time.monotonic() - started < 60
        assert all_there(store)
        holder.communicate("\n", timeout=60)
        assert store.put_new("key", b"value") is True


def test_a_lock_that_is_given_back_in_time_is_only_a_wait(folder):
    with open_store(folder, busy_seconds=60) as store:
        holder = start(HOLD_THE_LOCK, folder / "cache.db")
        assert holder.stdout is not None
        holder.stdout.readline()
        threading.Timer(0.5, holder.communicate, ["\n"]).start()
        assert store.put_new("key", b"value") is True


def test_a_new_database_that_another_process_is_just_making_is_waited_for(tmp_path):
    path = tmp_path / "new.db"
    with (
        closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as holder,
        closing(sqlite3.connect(path, isolation_level=None, timeout=0.01)) as new,
    ):
        holder.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            give_form(new, 0.0)
        threading.Timer(0.2, holder.execute, ["COMMIT"]).start()
        give_form(new, 60)
        assert new.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_database_that_becomes_read_only_is_refused_at_once(folder):
    with open_store(folder) as store:
        store.submit(lambda: store._table.connection.execute("PRAGMA query_only = 1")).result()
        started = time.monotonic()
        for action in (lambda: store.put_new("key", b"value"), lambda: store.delete(KEYS[0])):
            with pytest.raises(StoreReadOnly, match="may not be written"):
                action()
        assert time.monotonic() - started < 60
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
        store.close()
        with (folder / "rest").open("wb", buffering=0) as rest:
            try:
                while rest.write(bytes(4096)):
                    pass
            except OSError:
                pass
        with open_store(folder / "store") as store:  # without a byte of room it is read all the same
            assert get_many(store, values) == {key: values[key] for key in acknowledged}
            try:
                store.check_writable()
            except StoreFull as error:
                print(error)
        (folder / "rest").unlink()
        (folder / "ballast").unlink()
        store = open_store(folder / "store")
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
    assert len([line for line in lines if line.startswith("No space is left for the store")]) == 5


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
