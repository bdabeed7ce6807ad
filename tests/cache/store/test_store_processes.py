"""The store kept between processes, threads, forks, kills and closings."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading

import diskcache
import pytest
from programs import run, start
from stores import KEYS, all_there

from workbench.cache.store.store import StoreInfo, get_many, open_store
from workbench.errors import StoreCorrupt, StoreError


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
    assert sum(int(process.communicate(timeout=300)[0]) for process in processes) == 100
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
    assert [process.wait(timeout=300) for process in processes] == [0, 0, 0]
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
        acknowledged += [process.stdout.readline().strip() for _ in range(1 + 10 * kill)]
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
    assert 100 <= len(calls) < 130  # to open a store takes few


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


def test_before_a_fork_a_job_that_waits_for_the_database_lets_go_of_it(tmp_path):
    with open_store(tmp_path / "store") as store:
        store.put_new(KEYS[0], b"here")
        store._using.acquire()  # as the thread that forks does first
        asked = store.submit(store._read, [KEYS[0]])
        go_on = store._worker.pause(store._let_go, seconds=60)  # which the job's own wait must not outlast
        assert store._table is None
        assert not asked.done()
        store._using.release()
        go_on()
        assert asked.result(60) == {KEYS[0]: b"here"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")
def test_a_child_that_is_forked_amid_a_transaction_uses_the_store(tmp_path):
    """SQLite's notes of the parent's locks are copied into the child; they must say that there are none."""
    code = """
        import os, sys, time, warnings
        from pathlib import Path
        from workbench.cache.store.store import open_store
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12: fork with threads
        store = open_store(Path(sys.argv[1]), busy_seconds=60)
        job = store.submit(store.put_many, [(str(number), os.urandom(200_000)) for number in range(100)])
        while not store._table.connection.in_transaction and not job.done():
            time.sleep(0.0005)
        if (child := os.fork()) == 0:
            os._exit(0 if store.put_new("child", b"1") and store.get("child") == b"1" else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert job.result() == [True] * 100
        assert store.get("child") == b"1"
        assert store.info().count == 101
    """
    ended = run(code, tmp_path / "store")
    assert (ended.returncode, ended.stderr) == (0, "")
