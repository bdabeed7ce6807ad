"""A sweep on the workers of a Dask cluster: the same rows, bought once, within one sum, stopped and gone on with."""

import os
import threading
import time
from pathlib import Path

import pandas as pd
import pytest
from fakes.server import FakeServer, completion, held
from nightly import NIGHTLY
from servers import Server, redis_program
from swept import PRICED, output_usage

import workbench as wb
from workbench.errors import InputError
from workbench.sweeps import spreading
from workbench.sweeps.chunk_places import STOP
from workbench.sweeps.spreading import ClusterLost

TASKS = [{"id": f"t{n:03}", "question": f"{n} + 1?", "target": str(n + 1), "kind": "sum"} for n in range(60)]


def costly(request):
    """Ten cents by the price of `PRICED`, of forty at worst; a moment to be stopped in."""
    number = int(request.prompt.split()[0])
    return completion(str(number + 1), usage=output_usage(100, 0), delay_seconds=0.05)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("cluster")


@pytest.fixture(scope="module")
def store(place):
    server = Server(redis_program(), place / "server")
    yield server
    server.close()


@pytest.fixture(scope="module")
def provider(place):
    with FakeServer(costly) as server:
        (place / "workbench.toml").write_text(PRICED.format(address=server.base_url))
        yield server


@pytest.fixture(scope="module")
def cluster(place, provider, store):
    distributed = pytest.importorskip("distributed")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WORKBENCH_CONFIG", str(place / "workbench.toml"))
        patch.setenv("WORKBENCH_CACHE", str(place / "cache"))
        patch.setenv("WORKBENCH_STORE", store.url)
        patch.setenv("PYTHONWARNINGS", "ignore")
        with distributed.LocalCluster(
            n_workers=1, threads_per_worker=2, dashboard_address="127.0.0.1:0", local_directory=str(place)
        ) as found:
            yield found


@pytest.fixture
def client(cluster, place, store, monkeypatch):
    monkeypatch.setenv("WORKBENCH_CONFIG", str(place / "workbench.toml"))
    monkeypatch.setenv("WORKBENCH_CACHE", str(place / "cache"))
    monkeypatch.setenv("WORKBENCH_STORE", store.url)
    monkeypatch.setattr(spreading, "CELLS_A_CHUNK", 20)
    from distributed import Client

    with Client(cluster) as found:
        yield found


def sweep(client, into, tasks=TASKS, **options):
    return wb.sweep(pd.DataFrame(tasks), models="fake/m", max_tokens=400, on=client, into=into, **options)


def test_the_rows_are_those_of_one_machine_and_nothing_is_bought_again(client, provider, tmp_path, monkeypatch):
    before = provider.hits
    parts = sweep(client, tmp_path / "rows", repeats=2)
    assert provider.hits - before == 120
    assert len(parts.files) == 6
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path / "another"))
    alone = wb.sweep(pd.DataFrame(TASKS), models="fake/m", max_tokens=400, repeats=2)
    assert provider.hits - before == 120
    names = ["task_id", "sample", "model", "prompt", "max_tokens", "outcome", "correct", "answer", "usd", "key"]
    found = parts.frame()
    assert found["run"].nunique() == 1
    order = ["task_id", "sample"]
    pd.testing.assert_frame_equal(
        found[names].sort_values(order, ignore_index=True), alone[names].sort_values(order, ignore_index=True)
    )
    assert wb.summary(parts)["accuracy"].tolist() == [1.0]
    # A segment that is lost is made again from what is kept.
    Path(parts.files[1]).unlink()
    again = sweep(client, tmp_path / "rows", repeats=2)
    assert (len(again), provider.hits - before) == (120, 120)


def test_all_workers_stay_within_one_sum_and_failed_calls_are_tried_again(client, provider, tmp_path):
    before = provider.hits
    tasks = [{"id": f"u{n:03}", "question": f"{n} + 1 = ?", "target": str(n + 1)} for n in range(60)]
    parts = sweep(client, tmp_path / "rows", tasks, max_usd=2.0)
    bought = provider.hits - before
    assert bought <= 20
    assert bought >= 15
    errors = parts.frame()["error"].value_counts()
    assert errors.to_dict() == {"BudgetExceeded": 60 - bought}


def test_a_mark_stops_what_runs_and_the_next_run_goes_on(client, provider, tmp_path, monkeypatch):
    tasks = [{"id": f"v{n:03}", "question": f"{n} + 1 is?", "target": str(n + 1)} for n in range(200)]
    before, mark = provider.hits, tmp_path / "rows" / STOP
    is_marked = lambda: mark.exists() or not stopper.is_alive()  # noqa: E731
    monkeypatch.setattr(
        provider,
        "script",
        lambda request: costly(request) if provider.hits - before < 40 else held(costly(request), is_marked),
    )

    def stop_soon():
        while provider.hits - before < 20:
            time.sleep(0.01)
        wb.sweeps.stop(tmp_path / "rows")

    stopper = threading.Thread(target=stop_soon)
    stopper.start()
    with pytest.raises(ClusterLost, match="stopped by a mark"):
        sweep(client, tmp_path / "rows", tasks, concurrency=4)
    stopper.join()
    stopped_at = provider.hits - before
    assert stopped_at < 120
    time.sleep(0.3)
    assert provider.hits - before == stopped_at
    parts = sweep(client, tmp_path / "rows", tasks, concurrency=8)
    assert (len(parts), provider.hits - before) == (200, 200)
    assert not mark.exists()


@pytest.mark.skipif(not NIGHTLY, reason="a worker that starts again loads everything again: nightly")
def test_a_worker_that_is_killed_costs_what_it_had_in_flight(client, provider, tmp_path):
    tasks = [{"id": f"w{n:03}", "question": f"{n} + 1 makes?", "target": str(n + 1)} for n in range(100)]
    before = provider.hits
    pid = next(iter(client.run(os.getpid).values()))

    def kill_soon():
        while provider.hits - before < 30:
            time.sleep(0.01)
        os.kill(pid, 9)

    killer = threading.Thread(target=kill_soon)
    killer.start()
    parts = sweep(client, tmp_path / "rows", tasks, concurrency=4)
    killer.join()
    assert len(parts) == 100
    assert parts.frame()["outcome"].eq("answered").all()
    assert 100 <= provider.hits - before <= 100 + 2 * 8


def test_what_does_not_go_together_is_refused_before_anything_is_bought(tmp_path, store, monkeypatch):
    for options, what in (
        ({"batch": True}, "batch and on="),
        ({"refresh": True}, "refresh and on="),
        ({"caps": "cut", "max_tokens": [10, 20]}, "caps='cut' and on="),
        ({}, "give a client of Dask"),
    ):
        with pytest.raises(InputError, match=what):
            wb.sweep(["1 + 1?"], models="local/smollm2-135m-think", on=object(), into=tmp_path, **options)
