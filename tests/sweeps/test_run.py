"""A sweep over a real connection: what is bought, and what stops it without a loss."""

import asyncio
import gzip
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest
from fakes.server import HANG, FakeServer, Response, error_response
from swept import sweep

import workbench as wb
from workbench.base import engine
from workbench.base.collecting import no_search_for_circles
from workbench.errors import (
    AuthError,
    StoreError,
    StoreFull,
    WorkbenchWarning,
    warn,
)

pytestmark = pytest.mark.usefixtures("quick")


def test_repeats_are_samples_and_growing_them_buys_only_the_new_ones(asker):
    assert sweep(repeats=3)["sample"].value_counts().to_dict() == {0: 4, 1: 4, 2: 4}
    assert len(sweep(repeats=5)) == 20
    assert len(asker.asked) == 20


def test_a_wrong_key_stops_its_provider_after_one_call_and_leaves_the_others_alone(asker):
    with FakeServer(error_response(401, "no")) as closed:
        wb.add_provider("closed", base_url=closed.base_url, free=True, concurrency=1)
        rows = sweep(models=["closed/m", "fake/m"])
        assert closed.hits == 1
    assert rows["error"].tolist() == ["AuthError"] * 4 + [pd.NA] * 4
    assert rows["attempts"].tolist()[:4] == [1, 0, 0, 0]
    assert "not asked" in rows["error_message"][1]


def test_a_missing_key_stops_the_sweep_before_anything_is_sent(asker):
    wb.add_provider("keyed", base_url=asker.base_url, key_env="KEYED_API_KEY")
    with pytest.raises(AuthError, match="KEYED_API_KEY"):
        sweep(models=["fake/m", "keyed/m"])
    assert len(asker.asked) == 0


def test_a_cap_below_the_floor_of_a_thinking_model_warns():
    options = {"models": "openrouter/moonshotai/kimi-k2-thinking", "max_tokens": 500}
    assert "16,000" in repr(wb.plan(["2 + 2?"], **options))
    with pytest.warns(WorkbenchWarning, match="16,000") as warned, pytest.raises(AuthError):
        wb.sweep(["2 + 2?"], **options)
    assert {warning.filename for warning in warned} == {__file__}  # and not that of a decorator on the way


def test_a_warning_of_what_no_line_of_the_reader_began_names_the_workbench():
    begun = no_search_for_circles()(warn)
    with ThreadPoolExecutor(1) as pool, pytest.warns(WorkbenchWarning, match="in a panel") as warned:
        pool.submit(begun, "in a panel").result()
    assert Path(warned[0].filename) == Path(wb.errors.__file__)


# What stops a sweep loses nothing


def test_a_store_that_fails_stops_the_sweep_and_hands_over_what_was_paid_for(asker, monkeypatch):
    cache = wb.cache.current()
    keep, kept = cache.keep, []

    async def failing(record, response=None):
        if len(kept) == 2:
            raise StoreFull("no space left")
        kept.append(record["key"])
        await keep(record, response)

    with monkeypatch.context() as patch:
        patch.setattr(cache, "keep", failing)
        with pytest.raises(StoreError) as caught:
            sweep(concurrency=1)
    assert len(asker.asked) == 3
    assert len(caught.value.rows) == 3
    assert (caught.value.rows["outcome"] == "answered").all()
    assert sweep(concurrency=1)["cached"].sum() == 2


def test_a_scorer_that_raises_loses_no_reply(asker):
    def broken(answer, task):
        raise RuntimeError("my bug")

    with pytest.raises(Exception, match="my bug"):
        sweep(scorer=broken)
    assert sweep()["cached"].all()
    assert len(asker.asked) == 4


def test_scoring_again_sends_nothing(asker):
    rows = sweep()
    again = wb.rescore(rows, lambda answer, task: 0.0)
    assert rows["correct"].all()
    assert not again["correct"].any()
    assert len(asker.asked) == 4


def test_an_awaited_sweep_leaves_the_loop_free_and_can_be_cancelled():
    with FakeServer(lambda request: "1" if request.number < 4 else Response((HANG,), framing="raw")) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True, concurrency=2)

        async def main():
            task = asyncio.create_task(wb.asweep([f"{n}?" for n in range(40)], models="fake/m"))
            while server.hits < 6:
                await asyncio.sleep(0.01)
            for _ in range(5):  # while the sweep waits
                await asyncio.sleep(0.01)
            assert not task.done()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert not asyncio.all_tasks(engine.event_loop())  # nothing goes on behind the caller's back

        asyncio.run(main())
        stopped_at = server.hits
        assert stopped_at == 6
        time.sleep(0.2)
        assert server.hits == stopped_at
        assert len(asyncio.run(wb.asweep(["0?", "1?"], models="fake/m"))) == 2
        assert server.hits == stopped_at


def test_threads_that_sweep_the_same_cells_share_what_is_bought(asker):
    results = []
    threads = [threading.Thread(target=lambda: results.append(sweep())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(rows) for rows in results] == [4] * 4
    assert len(asker.asked) == 4


def test_credentials_that_are_sent_stand_in_no_row_and_no_record(tmp_path):
    secrets = {"header": "own-4f7a91c2d8e3b6a5", "query": "own-77aa88bb99cc00dd", "body": "own-1234abcd5678ef90"}
    with FakeServer() as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        rows = wb.sweep(
            ["a?"],
            models="fake/m",
            extra_headers={"X-Api-Key": secrets["header"], "X-Title": "mine"},
            extra_query={"key": secrets["query"]},
            extra_body={"api_key": secrets["body"], "seed": 3},
            name="with keys",
        )
        assert secrets["header"] in str(server.requests[-1].headers)
        assert server.hits == 1
    assert json.loads(rows["extra_headers"][0]) == {"X-Title": "mine"}
    wb.write_rows(rows, tmp_path / "rows.jsonl")
    again = wb.open_run("with keys")
    told = str(rows.to_dict()) + str(again.to_dict()) + (tmp_path / "rows.jsonl").read_text()
    told += "".join(gzip.decompress(path.read_bytes()).decode() for path in wb.cache.home().rglob("*.calls.json.gz"))
    assert "X-Title" in told
    assert not [secret for secret in secrets.values() if secret in told]
