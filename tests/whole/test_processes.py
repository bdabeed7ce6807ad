"""Sweeps, claims and store together: killed processes, many at once, a disk that fills."""

import asyncio
import random
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from fakes.server import FakeServer, completion, held
from kernel import connected, shown_while_it_runs
from nightly import NIGHTLY
from programs import run_mounted
from swept import start

import workbench as wb


def test_kill_9_in_mid_sweep_costs_at_most_what_was_in_flight():
    kills, concurrency = 20 if NIGHTLY else 3, 4
    cells = kills * 8
    with FakeServer(lambda request: completion("1", delay_seconds=0.05)(request)) as server:
        for kill in range(1, kills + 1):
            running = start(server, cells)
            server.wait_until(lambda kill=kill: server.hits >= kill * 7)
            running.send_signal(signal.SIGKILL)
            running.communicate()
            acknowledged = set(wb.cache.current().store.keys())
            sent_before = len(server.requests)
        final = start(server, cells)
        output, errors = final.communicate(timeout=300)
        assert final.returncode == 0, errors
        asked_after = {request.prompt for request in server.requests[sent_before:]}
        assert output.split() == [str(len(acknowledged)), str(cells)]
        assert len(asked_after) == cells - len(acknowledged)
        assert server.hits <= cells + kills * concurrency
        again = start(server, cells)
        assert again.communicate(timeout=300)[0].split() == [str(cells), str(cells)]
        assert len(server.requests) - sent_before == cells - len(acknowledged)


def test_processes_on_the_same_cells_buy_each_once():
    with FakeServer(lambda request: completion("1", delay_seconds=0.05)(request)) as server:
        running = [start(server, 40) for _ in range(8 if NIGHTLY else 4)]
        ended = [process.communicate(timeout=300) for process in running]
        assert all(process.returncode == 0 for process in running), ended
        assert server.hits == 40


def test_a_killed_leader_is_taken_over_from():
    is_dead = threading.Event()
    with FakeServer(held(completion("1"), is_dead.is_set)) as server:
        leader = start(server, 4)
        server.wait_until(lambda: server.hits == 4)
        follower = start(server, 4)
        time.sleep(0.1)
        leader.send_signal(signal.SIGKILL)
        leader.communicate()
        is_dead.set()
        assert follower.communicate(timeout=300)[0].split()[1] == "4"
        assert server.hits == 8


def test_loops_threads_a_process_and_a_notebook_at_once_buy_each_call_once(shared_kernel):
    cells = 24
    questions = [f"{n} + 1?" for n in range(cells)]

    def in_a_loop():
        return asyncio.run(wb.asweep(questions, models="fake/m"))

    def in_a_thread():
        return wb.sweep(questions, models="fake/m")

    with (
        FakeServer(lambda request: completion("1", delay_seconds=0.2)(request)) as server,
        connected(shared_kernel, server) as client,
    ):
        wb.add_provider("fake", base_url=server.base_url, free=True, concurrency=4)
        process = start(server, cells)
        with ThreadPoolExecutor(4) as pool:
            results = [pool.submit(way) for way in (in_a_loop, in_a_loop, in_a_thread, in_a_thread)]
            _, in_the_notebook = shown_while_it_runs(client, f"wb.sweep({questions!r}, models='fake/m')")
            lengths = [len(result.result()) for result in results]
        output, errors = process.communicate(timeout=300)
        assert in_the_notebook["status"] == "ok"
        assert process.returncode == 0, errors
        assert output.split()[1] == str(cells)
        assert lengths == [cells] * 4
        assert server.hits == cells
    assert int(wb.cache.ledger()["sent"].sum()) == cells


ON_A_SMALL_DISK = """
    import os, sys, threading, time
    from pathlib import Path
    import workbench as wb
    from workbench.errors import StoreFull
    folder, address = Path(sys.argv[1]), sys.argv[2]
    os.environ["WORKBENCH_CACHE"] = str(folder / "cache")
    wb.add_provider("fake", base_url=address, free=True, concurrency=4)
    questions = [f"{n} + 1?" for n in range(60)]

    def fill_the_disk():
        while not (folder / "cache/ledger.jsonl").exists():
            time.sleep(0.01)
        with (folder / "ballast").open("wb") as ballast:
            try:
                while True:
                    ballast.write(bytes(4096))
                    ballast.flush()
            except OSError:
                Path(sys.argv[3]).touch()

    threading.Thread(target=fill_the_disk).start()
    try:
        wb.sweep(questions, models="fake/m")
    except StoreFull as error:
        print(len(error.rows), (error.rows["outcome"] == "answered").all(), "No space is left" in str(error))
    (folder / "ballast").unlink()
    rows = wb.sweep(questions, models="fake/m")
    print(int(rows["cached"].sum()), len(rows))
"""


def test_a_disk_that_fills_in_mid_sweep_stops_the_spending_and_loses_nothing(tmp_path):
    full = tmp_path / "full"

    def random_words(request):
        said = completion(random.Random(request.prompt).randbytes(20_000).hex())
        return said if request.number < 20 else held(said, full.exists)

    (tmp_path / "small").mkdir()
    with FakeServer(random_words) as server:
        mount = f"mount -t tmpfs -o size=80m tmpfs {tmp_path / 'small'}"
        first, second = run_mounted(mount, ON_A_SMALL_DISK, tmp_path / "small", server.base_url, full).splitlines()
    rows, all_answered, said_so = first.split()
    kept, cells = map(int, second.split())
    assert (all_answered, said_so, cells) == ("True", "True", 60)
    assert kept <= int(rows) <= kept + 4
    assert server.hits <= 60 + 4
