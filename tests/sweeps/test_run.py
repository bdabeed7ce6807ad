"""The grid becomes rows: every cell once, in its place, within the sum, and never lost."""

import asyncio
import itertools
import os
import random
import signal
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest
from fakes.server import RESET, FakeServer, Response, completion, error_response
from kernel import kernel, shown_while_it_runs
from programs import run_mounted

import workbench as wb
from workbench.asking.wire import transport
from workbench.base import engine
from workbench.errors import (
    AuthError,
    BadRequest,
    BudgetExceeded,
    InputError,
    RateLimited,
    StoreError,
    StoreFull,
    WorkbenchWarning,
)
from workbench.rows.table import COLUMNS

TASKS = [{"id": f"t{n}", "question": f"{n} + 1?", "target": str(n + 1), "kind": "sum"} for n in range(4)]
PRICED = """
[providers.fake]
base_url = "{address}"

[models."fake/m"]
usd_per_million = {{ input = 0, output = 1000 }}
"""
"""A thousand tokens of output cost a dollar."""


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(transport, "FIRST_BACKOFF_SECONDS", 0.01)


def correct(request):
    number = int(request.prompt.split()[0])
    return completion(str(number + 1), thinking="one more", usage=usage(100, 20))(request)


def usage(output, thinking=0):
    details = {"reasoning_tokens": thinking}
    return {
        "prompt_tokens": 10,
        "completion_tokens": output,
        "total_tokens": 10 + output,
        "completion_tokens_details": details,
    }


@pytest.fixture
def server():
    with FakeServer(correct) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        yield server


def sweep(**options):
    return wb.sweep(**{"tasks": pd.DataFrame(TASKS), "models": "fake/m", **options})


def test_every_cell_is_one_row_in_the_order_of_the_grid(server):
    rows = sweep(
        models=["fake/m", "fake/n"], prompts={"a": "{{ question }}", "b": "{{ question }} Think."}, max_tokens=[50, 60]
    )
    assert list(rows.columns) == [*COLUMNS, "task_kind"]
    assert len(rows) == server.hits == 4 * 2 * 2 * 2
    assert rows[["model", "prompt", "max_tokens"]].drop_duplicates().values.tolist() == [
        [model, prompt, cap] for model in ("fake/m", "fake/n") for prompt in "ab" for cap in (50, 60)
    ]
    assert rows["task_id"].tolist() == ["t0", "t1", "t2", "t3"] * 8
    assert rows["key"].is_unique


def test_a_row_says_all_that_is_known_and_nothing_that_is_not(server):
    row = sweep(max_tokens=50).iloc[1]
    known = {
        "task_id": "t1", "model": "fake/m", "provider": "fake", "served_model": "m", "prompt": "plain",
        "max_tokens": 50, "sample": 0, "outcome": "answered", "score": 1.0, "correct": True, "extracted": "2",
        "answer": "2", "thinking": "one more", "thinking_visibility": "full", "finish_reason": "stop",
        "prompt_tokens": 10, "completion_tokens": 100, "thinking_tokens": 20, "thinking_tokens_source": "reported",
        "usd": 0.0, "usd_spent": 0.0, "cached": False, "attempts": 1, "http_status": 200,
        "task_question": "1 + 1?", "task_target": "2", "task_kind": "sum",
    }  # fmt: skip
    assert {name: row[name] for name in known} == known
    assert all(row[name] is pd.NA for name in ("cached_prompt_tokens", "error", "error_message"))
    assert 0 < row["seconds_to_first_token"] <= row["seconds_to_answer"] <= row["seconds"]


def test_what_is_kept_is_not_bought_again_and_its_times_are_those_of_the_purchase(server):
    first, second = sweep(), sweep()
    assert server.hits == 4
    assert second["cached"].all()
    assert second["seconds"].tolist() == pytest.approx(first["seconds"].tolist(), abs=1e-3)
    same = first.columns.drop(["cached", "seconds", "seconds_to_first_token", "seconds_to_answer"])
    pd.testing.assert_frame_equal(first[same], second[same])


def test_repeats_are_samples_and_growing_them_buys_only_the_new_ones(server):
    assert sweep(repeats=3)["sample"].value_counts().to_dict() == {0: 4, 1: 4, 2: 4}
    assert len(sweep(repeats=5)) == 20
    assert server.hits == 20


def test_lists_of_parameters_are_swept_and_others_are_the_same_for_all(server):
    rows = sweep(params={"temperature": [0, 0.5], "seed": 7, "thinking": {"type": "disabled"}})
    assert rows["temperature"].value_counts().to_dict() == {0.0: 4, 0.5: 4}
    assert rows["seed"].tolist() == [7] * 8
    assert rows["thinking_parameter"].unique().tolist() == ['{"type": "disabled"}']
    assert {request.json["temperature"] for request in server.requests} == {0, 0.5}


def test_a_model_with_pinned_parameters_stands_under_its_label(server):
    rows = sweep(models=["fake/m", wb.Model("fake/m", label="low", reasoning_effort="low")])
    assert rows["model"].unique().tolist() == ["fake/m", "low"]
    assert sum(request.json.get("reasoning_effort") == "low" for request in server.requests) == 4


def test_a_failed_call_is_a_row_in_its_place():
    def some(request):
        return error_response(400, "bad sheep") if request.prompt.startswith("2") else correct(request)

    with FakeServer(some) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        rows = sweep()
        assert rows["outcome"].tolist() == ["answered", "answered", "error", "answered"]
        row = rows.iloc[2]
        assert (row["error"], row["http_status"], row["attempts"]) == ("BadRequest", 400, 1)
        assert "bad sheep" in row["error_message"]
        assert row["correct"] is pd.NA
        assert row["usd_spent"] == 0
        with pytest.raises(BadRequest, match="bad sheep"):
            sweep(on_error="raise")


def test_a_wrong_key_stops_its_provider_after_one_call_and_leaves_the_others_alone(server):
    with FakeServer(error_response(401, "no")) as closed:
        wb.add_provider("closed", base_url=closed.base_url, free=True, concurrency=1)
        rows = sweep(models=["closed/m", "fake/m"])
        assert closed.hits == 1
    assert rows["error"].tolist() == ["AuthError"] * 4 + [pd.NA] * 4
    assert rows["attempts"].tolist()[:4] == [1, 0, 0, 0]
    assert "not asked" in rows["error_message"][1]


def test_a_missing_key_stops_the_sweep_before_anything_is_sent(server):
    wb.add_provider("keyed", base_url=server.base_url, key_env="KEYED_API_KEY")
    with pytest.raises(AuthError, match="KEYED_API_KEY"):
        sweep(models=["fake/m", "keyed/m"])
    assert server.hits == 0


def test_a_temperature_sweep_on_a_model_that_pins_it_is_refused_before_anything_is_sent(server):
    for run in (wb.plan, wb.sweep):
        with pytest.raises(BadRequest, match="temperature"):
            run(["2 + 2?"], models=["fake/m", "moonshot/kimi-k2.6"], params={"temperature": [0, 1]})
    assert server.hits == 0


def test_a_cap_below_the_floor_of_a_thinking_model_warns():
    options = {"models": "openrouter/moonshotai/kimi-k2-thinking", "max_tokens": 500}
    assert "16,000" in repr(wb.plan(["2 + 2?"], **options))
    with pytest.warns(WorkbenchWarning, match="16,000"), pytest.raises(AuthError):
        wb.sweep(["2 + 2?"], **options)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"tasks": []}, "no task"),
        ({"models": []}, "models is empty"),
        ({"models": ["fake/m", "fake/m"]}, "named twice"),
        ({"max_tokens": []}, "max_tokens is an empty list"),
        ({"max_tokens": [8, 8]}, "use repeats"),
        ({"max_tokens": 0}, "max_tokens is 0"),
        ({"max_tokens": -5}, "max_tokens is -5"),
        ({"max_tokens": "many"}, "max_tokens is 'many'"),
        ({"repeats": 0}, "repeats is 0"),
        ({"repeats": True}, "repeats is True"),
        ({"max_usd": -1}, "max_usd is -1"),
        ({"max_usd": float("nan")}, "max_usd is nan"),
        ({"concurrency": 0}, "concurrency is 0"),
        ({"on_error": "ignore"}, "'row' or 'raise'"),
        ({"prompts": {"p": "{{ questoin }}"}}, "questoin"),
        ({"prompts": {"p": "{{ question"}}, "p"),
        ({"scorer": "fuzzy"}, "fuzzy"),
        ({"params": {"temperature": []}}, "temperature is an empty list"),
        ({"params": {"temperature": object()}}, "cannot be sent as JSON"),
    ],
)
def test_what_cannot_be_swept_is_refused_before_anything_is_sent(server, options, words):
    with pytest.raises(InputError, match=words):
        sweep(**options)
    assert server.hits == 0


# Money


def priced(tmp_path, server):
    (tmp_path / "workbench.toml").write_text(PRICED.format(address=server.base_url))


@pytest.mark.parametrize("stream", [True, False])
def test_max_usd_is_never_exceeded_by_sixteen_at_once(tmp_path, stream):
    with FakeServer(completion("1", usage=usage(100), delay_seconds=0.01)) as server:
        priced(tmp_path, server)
        rows = wb.sweep(
            [f"{n}?" for n in range(60)],
            models="fake/m",
            max_tokens=200,
            max_usd=2.05,
            concurrency=16,
            params={"stream": stream},
        )
        assert rows["usd_spent"].sum() == pytest.approx(0.1 * server.hits)
    assert rows["usd_spent"].sum() <= 2.05
    bought = rows[rows["outcome"] == "answered"]
    assert len(bought) == server.hits >= 19  # the worst case of the last call, $0.20, has to fit as well
    refused = rows[rows["outcome"] == "error"]
    assert set(refused["error"]) == {"BudgetExceeded"}
    assert "max_usd=$2.05" in refused["error_message"].iloc[0]
    assert sum(entry["usd"] for entry in wb.cache.current().ledger.entries()) == pytest.approx(0.1 * server.hits)


def test_a_call_of_unknown_fate_is_booked_at_its_worst(tmp_path):
    # The connection closes before a reply: each call is asked for once more, and nobody knows what was billed.
    with FakeServer(Response((RESET,))) as server:
        priced(tmp_path, server)
        rows = wb.sweep(["a?", "b?", "c?"], models="fake/m", max_tokens=1000, max_usd=2.5, concurrency=1)
        assert server.hits == 2
    assert rows["error"].tolist()[1:] == ["BudgetExceeded"] * 2
    assert rows["attempts"].tolist() == [2, 0, 0]
    assert rows["usd_spent"][0] is pd.NA


def test_a_sweep_that_has_spent_its_sum_leaves_the_call_to_another_that_waits_for_it(tmp_path):
    """The first sweep sets $0.20 of $0.25 aside for one call; its other waits for that, and the second sweep for it."""
    with FakeServer(completion("1", usage=usage(100), delay_seconds=0.6)) as server:
        priced(tmp_path, server)
        with ThreadPoolExecutor(2) as pool:
            poor = pool.submit(
                wb.sweep, ["first?", "shared?"], models="fake/m", max_tokens=200, max_usd=0.25, concurrency=2
            )
            server.wait_until(lambda: server.hits == 1)
            time.sleep(0.2)
            rich = pool.submit(wb.sweep, ["shared?"], models="fake/m", max_tokens=200)
        assert poor.result()["error"].tolist() == [pd.NA, "BudgetExceeded"]
        assert rich.result()["outcome"].tolist() == ["answered"]
        assert server.hits == 2


def test_an_unpriced_model_under_a_cap_stops_before_anything_is_sent(tmp_path):
    with FakeServer() as server:
        (tmp_path / "workbench.toml").write_text(f'[providers.fake]\nbase_url = "{server.base_url}"\n')
        with pytest.raises(BudgetExceeded, match="usd_per_million"):
            sweep(max_usd=1, max_tokens=10)
        priced(tmp_path, server)
        with pytest.raises(BudgetExceeded, match="max_tokens"):
            sweep(max_usd=1)
        assert server.hits == 0
        assert len(sweep(max_tokens=10)) == 4  # without a cap, an unknown price is no obstacle


def test_what_is_kept_costs_nothing_under_a_cap(tmp_path):
    with FakeServer(completion("1", usage=usage(100))) as server:
        priced(tmp_path, server)
        first = sweep(max_tokens=200, max_usd=1)
        second = sweep(max_tokens=200, max_usd=0)
        assert server.hits == 4
    assert first["usd_spent"].tolist() == pytest.approx([0.1] * 4)
    assert second["usd_spent"].tolist() == [0.0] * 4
    assert second["usd"].tolist() == pytest.approx([0.1] * 4)
    assert set(second["usd_source"]) == {"own price"}


# Plan


def test_a_plan_counts_calls_kept_ones_dollars_and_minutes_and_sends_nothing(tmp_path):
    with FakeServer(completion("1", usage=usage(100))) as server:
        priced(tmp_path, server)
        before = wb.plan(pd.DataFrame(TASKS), models="fake/m", max_tokens=[100, 200])
        assert (before.calls, before.kept, server.hits) == (8, 0, 0)
        assert before.usd_worst == pytest.approx(4 * 0.1 + 4 * 0.2)
        assert before.usd_likely == pytest.approx(0.5 * before.usd_worst)
        sweep(max_tokens=100)
        after = wb.plan(pd.DataFrame(TASKS), models="fake/m", max_tokens=[100, 200])
    assert (after.calls, after.kept) == (8, 4)
    assert after.usd_worst == pytest.approx(4 * 0.2)
    assert after.usd_likely == pytest.approx(4 * 0.1)  # what the ledger has seen: 100 tokens a reply
    assert repr(after).startswith("8 calls, 4 kept already, $0.40 likely, $0.80 at worst, about ")


def test_a_plan_does_not_guess_a_price(tmp_path):
    (tmp_path / "workbench.toml").write_text('[providers.fake]\nbase_url = "http://127.0.0.1:9/v1"\n')
    plan = wb.plan(["a?"], models="fake/m", max_tokens=10)
    assert plan.usd_likely is None
    assert "unknown dollars" in repr(plan)
    assert "<td" in plan._repr_html_()
    assert "nothing is known yet of fake/m" in plan._repr_html_()


# Pace


def test_a_storm_of_rate_limits_is_waited_out_together():
    seen = []

    def storm(request):
        seen.append(time.monotonic())
        if len(seen) <= 6:
            return error_response(429, "slow down", headers={"Retry-After": "0.3"})
        return completion("1")(request)

    with FakeServer(storm) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        rows = wb.sweep([f"{n}?" for n in range(12)], models="fake/m", concurrency=6)
    assert (rows["outcome"] == "answered").all()
    assert max(b - a for a, b in itertools.pairwise(seen)) >= 0.25
    errors = [entry["error"] for entry in wb.cache.current().ledger.entries()]
    assert errors.count("RateLimited") == 6


def test_concurrency_is_the_most_calls_at_once():
    with FakeServer(completion("1", delay_seconds=0.05)) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        wb.sweep([f"{n}?" for n in range(12)], models="fake/m", concurrency=3)
        assert server.most_at_once <= 3


def test_more_than_a_hundred_calls_can_be_under_way_at_once():
    """aiohttp's own limit of connections is a hundred, whoever asked for more."""
    with FakeServer(completion("1", delay_seconds=1.5)) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        wb.sweep([f"{n}?" for n in range(120)], models="fake/m", concurrency=120)
        assert server.most_at_once == 120


# What stops a sweep loses nothing


def test_a_store_that_fails_stops_the_sweep_and_hands_over_what_was_paid_for(server, monkeypatch):
    cache = wb.cache.current()
    keep, kept = cache.keep, []

    async def failing(record):
        if len(kept) == 2:
            raise StoreFull("no space left")
        kept.append(record["key"])
        await keep(record)

    with monkeypatch.context() as patch:
        patch.setattr(cache, "keep", failing)
        with pytest.raises(StoreError) as caught:
            sweep(concurrency=1)
    assert server.hits == 3
    assert len(caught.value.rows) == 3
    assert (caught.value.rows["outcome"] == "answered").all()
    assert sweep(concurrency=1)["cached"].sum() == 2


def test_a_scorer_that_raises_loses_no_reply(server):
    def broken(answer, task):
        raise RuntimeError("my bug")

    with pytest.raises(Exception, match="my bug"):
        sweep(scorer=broken)
    assert sweep()["cached"].all()
    assert server.hits == 4


def test_scoring_again_sends_nothing(server):
    rows = sweep()
    again = wb.rescore(rows, lambda answer, task: 0.0)
    assert rows["correct"].all()
    assert not again["correct"].any()
    assert server.hits == 4


def test_an_awaited_sweep_leaves_the_loop_free_and_can_be_cancelled():
    with FakeServer(completion("1", delay_seconds=0.2)) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True, concurrency=2)

        async def main():
            ticks = 0
            task = asyncio.create_task(wb.asweep([f"{n}?" for n in range(40)], models="fake/m"))
            while server.hits < 6:
                await asyncio.sleep(0.01)
                ticks += 1
            task.cancel()
            started = time.monotonic()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert not asyncio.all_tasks(engine.event_loop())  # nothing goes on behind the caller's back
            return ticks, time.monotonic() - started

        ticks, seconds = asyncio.run(main())
        stopped_at = server.hits
        assert ticks > 5
        assert seconds < 1
        assert stopped_at < 12
        time.sleep(0.5)
        assert server.hits == stopped_at
        assert len(asyncio.run(wb.asweep(["0?", "1?"], models="fake/m"))) == 2
        assert server.hits == stopped_at


PROGRAM = textwrap.dedent("""
    import sys, workbench as wb
    wb.add_provider("fake", base_url=sys.argv[1], free=True, concurrency=4)
    rows = wb.sweep([f"{n} + 1?" for n in range(int(sys.argv[2]))], models="fake/m")
    print(int(rows["cached"].sum()), len(rows))
""")


def start(server, cells):
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, server.base_url, str(cells)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_kill_9_in_mid_sweep_costs_at_most_what_was_in_flight():
    kills, cells, concurrency = 20, 160, 4
    with FakeServer(lambda request: completion("1", delay_seconds=0.05)(request)) as server:
        for kill in range(1, kills + 1):
            running = start(server, cells)
            server.wait_until(lambda kill=kill: server.hits >= kill * 7, seconds=60)
            running.send_signal(signal.SIGKILL)
            running.communicate()
            acknowledged = set(wb.cache.current().store.keys())
            sent_before = len(server.requests)
        final = start(server, cells)
        output, errors = final.communicate(timeout=60)
        assert final.returncode == 0, errors
        asked_after = {request.prompt for request in server.requests[sent_before:]}
        assert output.split() == [str(len(acknowledged)), str(cells)]
        assert len(asked_after) == cells - len(acknowledged)
        assert server.hits <= cells + kills * concurrency
        again = start(server, cells)
        assert again.communicate(timeout=60)[0].split() == [str(cells), str(cells)]
        assert len(server.requests) - sent_before == cells - len(acknowledged)


def test_eight_processes_on_the_same_cells_buy_each_once():
    with FakeServer(lambda request: completion("1", delay_seconds=0.05)(request)) as server:
        running = [start(server, 40) for _ in range(8)]
        ended = [process.communicate(timeout=120) for process in running]
        assert all(process.returncode == 0 for process in running), ended
        assert server.hits == 40


def test_a_killed_leader_is_taken_over_from():
    with FakeServer(lambda request: completion("1", delay_seconds=0.5)(request)) as server:
        leader = start(server, 4)
        server.wait_until(lambda: server.hits == 4, seconds=60)
        follower = start(server, 4)
        time.sleep(0.1)
        leader.send_signal(signal.SIGKILL)
        leader.communicate()
        assert follower.communicate(timeout=60)[0].split()[1] == "4"
        assert server.hits == 8


def test_threads_that_sweep_the_same_cells_share_what_is_bought(server):
    results = []
    threads = [threading.Thread(target=lambda: results.append(sweep())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(rows) for rows in results] == [4] * 4
    assert server.hits == 4


def test_loops_threads_a_process_and_a_notebook_at_once_buy_each_call_once():
    cells = 24
    questions = [f"{n} + 1?" for n in range(cells)]

    def in_a_loop():
        return asyncio.run(wb.asweep(questions, models="fake/m"))

    def in_a_thread():
        return wb.sweep(questions, models="fake/m")

    with (
        FakeServer(lambda request: completion("1", delay_seconds=0.2)(request)) as server,
        kernel(server) as (_, client),
    ):
        wb.add_provider("fake", base_url=server.base_url, free=True, concurrency=4)
        process = start(server, cells)
        with ThreadPoolExecutor(4) as pool:
            results = [pool.submit(way) for way in (in_a_loop, in_a_loop, in_a_thread, in_a_thread)]
            _, in_the_notebook = shown_while_it_runs(client, f"wb.sweep({questions!r}, models='fake/m')")
            lengths = [len(result.result()) for result in results]
        output, errors = process.communicate(timeout=60)
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
                pass

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
    def random_words(request):
        return completion(random.Random(request.prompt).randbytes(20_000).hex(), delay_seconds=0.05)(request)

    (tmp_path / "small").mkdir()
    with FakeServer(random_words) as server:
        mount = f"mount -t tmpfs -o size=80m tmpfs {tmp_path / 'small'}"
        first, second = run_mounted(mount, ON_A_SMALL_DISK, tmp_path / "small", server.base_url).splitlines()
    rows, all_answered, said_so = first.split()
    kept, cells = map(int, second.split())
    assert (all_answered, said_so, cells) == ("True", "True", 60)
    assert kept <= int(rows) <= kept + 4
    assert server.hits <= 60 + 4


def test_progress_in_a_pipe_ends_with_one_honest_line():
    def some(request):
        return error_response(400, "no") if request.prompt.startswith("3") else completion("1")(request)

    with FakeServer(some) as server:
        _, errors = start(server, 5).communicate(timeout=60)
        assert errors.splitlines()[-1].startswith("5 of 5 calls: 0 kept already, 4 bought, 1 failed; $0.0000 in ")
        _, errors = start(server, 5).communicate(timeout=60)
    assert errors.splitlines()[-1].startswith("5 of 5 calls: 4 kept already, 0 bought, 1 failed; ")


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
def test_progress_on_a_terminal_moves_and_ends_with_one_line():
    with FakeServer(lambda request: completion("1", delay_seconds=0.2)(request)) as server:
        ours, theirs = os.openpty()
        running = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, server.base_url, "12"], stdout=subprocess.DEVNULL, stderr=theirs
        )
        os.close(theirs)
        shown = b""
        while True:
            try:
                block = os.read(ours, 4096)
            except OSError:
                break
            if not block:
                break
            shown += block
        running.wait(30)
        os.close(ours)
    assert shown.count(b"of 12 calls") > 2
    assert b"12 of 12 calls: 0 kept already, 12 bought" in shown.strip().splitlines()[-1]


def test_rate_limits_without_end_become_rows(monkeypatch):
    monkeypatch.setattr(transport, "MOST_ATTEMPTS", {**transport.MOST_ATTEMPTS, RateLimited: 2})
    with FakeServer(error_response(429, "slow down")) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        rows = sweep(concurrency=1)
        assert server.hits == 8
    assert rows["error"].tolist() == ["RateLimited"] * 4
    assert rows["usd_spent"].tolist() == [0.0] * 4
