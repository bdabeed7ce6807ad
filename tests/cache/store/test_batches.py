"""What waits for the store together is done together, and each caller still gets what is its own."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from programs import HOLD_THE_LOCK, run, start

from workbench.cache.store.store import open_store
from workbench.errors import StoreBusy, StoreCorrupt, StoreError, StoreFull

KEYS = [f"{number:064x}" for number in range(40)]


def value_of(key: str) -> bytes:
    return f"value of {key}".encode() * 20


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "store", busy_seconds=0.5) as store:
        yield store


def held_up(store) -> threading.Event:
    """Keep the store's thread busy until the event is set, so that what is asked meanwhile waits together."""
    gate = threading.Event()
    store.submit(gate.wait)
    return gate


def together(store, *awaitables):
    """Ask for everything while the store is busy; what came of each, errors included."""

    async def ask():
        gate = held_up(store)
        futures = [awaitable() for awaitable in awaitables]
        gate.set()
        return await asyncio.gather(*futures, return_exceptions=True)

    return asyncio.run(ask())


def puts(store, keys=KEYS, value=value_of):
    return [lambda key=key: store.aput_new(key, value(key)) for key in keys]


def gets(store, keys=KEYS):
    return [lambda key=key: store.aget(key) for key in keys]


def statements_of(store, run_them):
    """The SQL that runs meanwhile on the store's connection."""
    seen = []
    store.submit(lambda: store._table.connection.set_trace_callback(seen.append)).result()
    run_them()
    store.submit(lambda: store._table.connection.set_trace_callback(None)).result()
    return seen


def test_each_caller_gets_its_own(store):
    assert together(store, *puts(store)) == [True] * len(KEYS)
    found = together(store, *gets(store, [*reversed(KEYS), "missing", KEYS[0]]))
    assert found == [*map(value_of, reversed(KEYS)), None, value_of(KEYS[0])]


def test_of_two_puts_of_a_key_in_one_batch_the_first_stays(store):
    outcomes = together(
        store, lambda: store.aput_new("key", b"first"), lambda: store.aput_new("key", b"second"), *puts(store, KEYS[:3])
    )
    assert outcomes == [True, False, True, True, True]
    assert store.get("key") == b"first"


def test_what_waits_together_shares_one_commit_and_one_statement(store):
    store.put_new("before", b"")
    written = statements_of(store, lambda: together(store, *puts(store)))
    assert [sql for sql in written if sql.startswith("COMMIT")] == ["COMMIT"]
    read = statements_of(store, lambda: together(store, *gets(store)))
    assert len([sql for sql in read if sql.startswith("SELECT")]) == 1


def test_a_put_that_nobody_waits_for_any_more_is_done(store):
    async def give_up():
        gate = held_up(store)
        task = asyncio.ensure_future(store.aput_new("key", b"value"))
        await asyncio.sleep(0)
        task.cancel()
        gate.set()
        other = await store.aput_new("other", b"value")
        return other, task.cancelled()

    assert asyncio.run(give_up()) == (True, True)
    assert store.get("key") == b"value"


def test_a_loop_that_has_ended_costs_nobody_else(store):
    gate = held_up(store)

    async def ask(key):
        store.aput_new(key, b"value")

    left = [f"left by {number}" for number in range(6)]
    for key in left:
        asyncio.run(ask(key))
    outcomes = []
    thread = threading.Thread(target=lambda: outcomes.extend(together(store, *puts(store, KEYS[:2]))))
    thread.start()
    gate.set()
    thread.join(60)
    assert outcomes == [True, True]
    assert store.get_many(left) == dict.fromkeys(left, b"value")


def test_several_loops_at_once(store):
    def many(number):
        async def ask():
            keys = [f"{number} {key}" for key in KEYS]
            assert all(await asyncio.gather(*(store.aput_new(key, value_of(key)) for key in keys)))
            found = await asyncio.gather(*map(store.aget, keys))
            assert found == [*map(value_of, keys)]
            done.append(number)

        asyncio.run(ask())

    done: list[int] = []
    threads = [threading.Thread(target=many, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(done) == [*range(8)]
    assert store.info().count == 8 * len(KEYS)


KEY = st.sampled_from(["a", "b", "c"])
ACTION = st.one_of(st.tuples(KEY, st.none()), st.tuples(KEY, st.binary(max_size=20)))  # a get, or a put of these bytes


@given(st.lists(st.lists(ACTION, min_size=1, max_size=12), max_size=5))
def test_whatever_waits_together_a_key_has_one_value_and_one_who_put_it(tmp_path_factory, groups):
    kept = {}
    with open_store(tmp_path_factory.mktemp("some") / "store") as store:
        for actions in groups:
            asked = [
                lambda key=key, value=value: store.aget(key) if value is None else store.aput_new(key, value)
                for key, value in actions
            ]
            outcomes = together(store, *asked)
            before = dict(kept)
            for (key, value), outcome in zip(actions, outcomes, strict=True):
                if value is not None:
                    assert outcome is (key not in kept)
                    kept.setdefault(key, value)
            for (key, value), outcome in zip(actions, outcomes, strict=True):
                if value is None:
                    assert outcome in ((before[key],) if key in before else (None, kept.get(key)))
            assert store.get_many("abc") == kept


# One that fails costs no other.


def test_a_damaged_row_is_the_failure_of_the_one_who_asked_for_it(store, tmp_path):
    together(store, *puts(store))
    with sqlite3.connect(tmp_path / "store" / "cache.db") as connection:
        connection.execute("UPDATE Cache SET value = CAST('foreign' AS BLOB) WHERE key = ?", [KEYS[3]])
    connection.close()
    found = together(store, *gets(store))
    assert isinstance(found[3], StoreCorrupt)
    assert [*found[:3], *found[4:]] == [value_of(key) for key in KEYS if key != KEYS[3]]


def test_the_last_room_goes_to_those_that_fit(store):
    together(store, *puts(store))
    pages = store.submit(lambda: store._table.connection.execute("PRAGMA page_count").fetchone()[0]).result()
    store.submit(lambda: store._table.connection.execute(f"PRAGMA max_page_count = {pages + 4}")).result()
    large = os.urandom(1_000_000)
    outcomes = together(
        store,
        lambda: store.aput_new("small", b"1"),
        lambda: store.aput_new("large", large),
        lambda: store.aput_new("small too", b"2"),
    )
    assert outcomes[::2] == [True, True]
    assert isinstance(outcomes[1], StoreFull)
    assert (store.get("small"), store.get("large"), store.get("small too")) == (b"1", None, b"2")


def test_a_lock_is_waited_for_once_and_each_caller_has_an_error_of_its_own(store, tmp_path, monkeypatch):
    store.put_new("before", b"")
    tries, put_many = [], store.put_many
    monkeypatch.setattr(store, "put_many", lambda items: (tries.append(len(items)), put_many(items))[1])
    holder = start(HOLD_THE_LOCK, tmp_path / "store" / "cache.db")
    assert holder.stdout is not None
    holder.stdout.readline()
    outcomes = together(store, *puts(store))
    holder.communicate("\n", timeout=60)
    assert all(isinstance(outcome, StoreBusy) for outcome in outcomes)
    assert len(set(map(id, outcomes))) == len(KEYS)  # each will carry a paid reply of its own
    assert tries == [len(KEYS)]
    assert together(store, *puts(store)) == [True] * len(KEYS)


def test_a_closed_store_says_so(tmp_path):
    store = open_store(tmp_path / "store")
    store.close()

    async def ask():
        with pytest.raises(StoreError, match="closed"):
            store.aget("key")
        with pytest.raises(StoreError, match="closed"):
            store.aput_new("key", b"value")

    asyncio.run(ask())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")
def test_a_forked_child_begins_with_nothing_waiting(tmp_path):
    code = """
        import asyncio, os, sys, threading, warnings
        from workbench.cache.store.store import Path, open_store
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12: fork with threads
        store = open_store(Path(sys.argv[1]))
        gate, lined_up, outcomes = threading.Event(), threading.Event(), []
        store.submit(gate.wait)

        async def put(keys):
            waiting = [store.aput_new(key, b"value") for key in keys]
            lined_up.set()
            outcomes.extend(await asyncio.gather(*waiting))

        parent = threading.Thread(target=lambda: asyncio.run(put(map(str, range(20)))))
        parent.start()
        lined_up.wait()
        if (child := os.fork()) == 0:
            asyncio.run(put(["child"]))
            os._exit(0 if outcomes == [True] else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        gate.set()
        parent.join()
        assert outcomes == [True] * 20
        assert store.info().count == 21
    """
    ended = run(code, tmp_path / "store")
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_nothing_is_acknowledged_before_the_disk_has_it(tmp_path):
    """From some fdatasync on the disk fails each: of what waits together, no put may then be called done."""
    code = """
        import asyncio, os, sys
        from workbench.cache.store.store import Path, open_store
        store = open_store(Path(sys.argv[1]))
        store.put_new("before", b"")

        async def put():
            puts = [store.aput_new(str(number), bytes(1000)) for number in range(int(sys.argv[2]))]
            return await asyncio.gather(*puts, return_exceptions=True)

        outcomes = asyncio.run(put())
        print(outcomes.count(True), sum(type(outcome).__name__ == "StoreError" for outcome in outcomes), flush=True)
        os._exit(0)
    """
    trace = tmp_path / "trace"
    tracing = ["strace", "-f", "-qq", "-o", str(trace), "-e", "trace=fdatasync"]
    ended = run(code, tmp_path / "first", 0, before=tracing)
    if "ptrace" in ended.stderr:
        pytest.skip("strace may not trace here")
    assert ended.stdout.split() == ["0", "0"]
    until_then = trace.read_text().count("fdatasync(")
    assert until_then > 0
    failing = [*tracing, "-e", f"inject=fdatasync:error=EIO:when={until_then + 1}+"]
    assert run(code, tmp_path / "second", 30, before=tracing).stdout.split() == ["30", "0"]
    assert run(code, tmp_path / "third", 30, before=failing).stdout.split() == ["0", "30"]


def test_what_is_done_beside_is_done_once_and_before_what_is_put_after_it(store):
    done = []

    def write_down(items):
        done.append((items, store.get("key")))
        return [StoreError("no room") if item == "b" else None for item in items]

    outcomes = together(
        store,
        lambda: store.abeside(write_down, "a"),
        lambda: store.abeside(write_down, "b"),
        lambda: store.aput_new("key", b"value"),
    )
    assert done == [(["a", "b"], None)]
    assert outcomes[0] is None
    assert isinstance(outcomes[1], StoreError)
    assert outcomes[2] is True


def test_keys_that_are_there_already_keep_nobody_out(store):
    store.put_new(KEYS[30], b"before")
    many = [*KEYS, *(f"more {number}" for number in range(100)), KEYS[0]]
    outcomes = together(store, *puts(store, many))
    assert [key for key, added in zip(many, outcomes, strict=True) if not added] == [KEYS[30], KEYS[0]]
    assert store.get(KEYS[30]) == b"before"
    assert store.info().count == len(KEYS) + 100


def test_a_walk_gives_every_value_in_the_order_in_which_it_was_kept(store):
    keys = [f"{number * 7_919 % 1_000:03}" for number in range(1_000)]
    store.put_many([(key, value_of(key)) for key in keys])
    store.delete(keys[400])
    found = [pair for some in store.walk() for pair in some.items()]
    assert found == [(key, value_of(key)) for key in keys if key != keys[400]]
    assert list(open_store(store.path.parent / "empty").walk()) == []
