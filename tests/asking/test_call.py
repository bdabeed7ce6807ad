"""A call is bought once: what is kept, who waits for whom, and who takes over."""

import asyncio
import dataclasses
import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from asked import QUESTION, SLOW, Flights, ask, began, serve
from fakes.server import FakeServer, completion, error_response, held, sse_response

import workbench as wb
from workbench.asking import call
from workbench.base import engine
from workbench.base.patience import Patience
from workbench.cache.claims import claim
from workbench.cache.request_key import request_key
from workbench.cache.store import folder
from workbench.errors import (
    AuthError,
    BadRequest,
    NotFound,
    StoreFull,
)
from workbench.providers.models import resolve
from workbench.providers.requests import build_request

pytestmark = pytest.mark.usefixtures("quick")

# What is bought


def test_a_kept_reply_costs_nothing_and_needs_no_key(monkeypatch):
    monkeypatch.setenv("FAKE_API_KEY", "fake-key-0123456789")
    usage = {"prompt_tokens": 3, "completion_tokens": 1, "cost": 0.25}
    with FakeServer(completion("Nine.", usage=usage)) as server:
        model = serve(server, key_env="FAKE_API_KEY")
        bought = wb.ask(QUESTION, model=model, timeout=60)
        monkeypatch.delenv("FAKE_API_KEY")
        kept = wb.ask(QUESTION, model=model, timeout=61, stream=False)
    assert (bought.usd, bought.usd_spent, bought.cached) == (0.25, 0.25, False)
    assert kept == dataclasses.replace(bought, usd_spent=0.0, cached=True)
    assert server.hits == 1


HALVES = [r"\ud83d", r"\udc11 ", r"\ud83d", r"\ude00"]


def test_a_character_whose_halves_came_in_two_chunks_is_one_at_once_and_when_kept():
    def events(field):
        head = '{"id":"1","model":"m","choices":[{"index":0,"delta":'
        deltas = [f'{{"{field}":"{half}"}}' for half in HALVES] + ['{"content":"9"}']
        ends = ["null"] * len(HALVES) + ['"stop"']
        return [
            f'data: {head}{delta},"finish_reason":{end}}}]}}\n\n'.encode()
            for delta, end in zip(deltas, ends, strict=True)
        ]

    with FakeServer([sse_response(events("content")), sse_response(events("reasoning_content"))]) as server:
        model = serve(server)
        stream = wb.stream(QUESTION, model=model)
        heard = "".join(piece.text for piece in stream)
        thought = wb.ask("And now?", model=model)
        kept = wb.ask(QUESTION, model=model), wb.ask("And now?", model=model)
    assert heard == stream.reply.answer == kept[0].answer == "🐑 😀9"
    assert thought.thinking == kept[1].thinking == "🐑 😀"
    assert (stream.reply.usage, thought.usage) == (kept[0].usage, kept[1].usage)


def test_on_a_full_disk_nothing_is_bought_and_what_is_kept_is_served(monkeypatch):
    with FakeServer() as server:
        kept = ask(server)
        monkeypatch.setattr(folder, "LEAST_FREE_BYTES", 1 << 62)
        time.sleep(0.1)  # it is looked for again now and then
        for _ in range(2):
            with pytest.raises(StoreFull, match="No space is left"):
                wb.ask("And how many lambs?", model=serve(server))
        assert ask(server).answer == kept.answer
    assert server.hits == 1


def test_a_missing_key_names_its_variable_and_its_page(stand_in):
    with FakeServer() as server:
        stand_in("openrouter", server)
        with pytest.raises(AuthError, match=r"set OPENROUTER_API_KEY .* from https://openrouter\.ai/settings/keys"):
            wb.ask(QUESTION, model="openrouter/moonshotai/kimi-k2-thinking")
    assert server.requests == []


def test_a_retired_model_is_still_read_and_no_longer_asked(tmp_path):
    with FakeServer() as server:
        ask(server)
        (tmp_path / "workbench.toml").write_text(
            '[models."fake/m"]\nretired = 2026-01-31\nretired_note = "It went away."\nreplaced_by = ["fake/m2"]\n'
        )
        assert ask(server).cached
        with pytest.raises(NotFound, match=r"retired on 2026-01-31\. It went away\. Use fake/m2 instead"):
            ask(server, "another question")
        with pytest.raises(NotFound, match="retired"):
            ask(server, refresh=True)
        assert ask(server, model="m2").answer == "Nine."
    assert server.hits == 2


def test_kimi_k2_thinking_at_moonshot_names_who_serves_it_now(stand_in):
    with FakeServer() as server:
        stand_in("moonshot", server, key_env=None)
        with pytest.raises(NotFound, match="openrouter/moonshotai/kimi-k2-thinking"):
            wb.ask(QUESTION, model="moonshot/kimi-k2-thinking")
    assert server.requests == []


def test_an_error_is_not_kept():
    with FakeServer([error_response(400), "Nine."]) as server:
        with pytest.raises(BadRequest):
            ask(server)
        assert ask(server).answer == "Nine."
    assert server.hits == 2


def test_threads_that_ask_the_same_at_once_buy_it_once():
    with FakeServer(SLOW) as server:
        serve(server)
        with ThreadPoolExecutor(16) as pool:
            replies = list(pool.map(lambda _: wb.ask(QUESTION, model="fake/m"), range(16)))
    assert server.hits == 1
    assert [reply.cached for reply in replies].count(False) == 1
    assert {reply.answer for reply in replies} == {"Nine."}


def test_different_samples_are_different_calls():
    with FakeServer(held("Nine.", lambda: server.most_at_once == 8)) as server:
        serve(server)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda sample: wb.ask(QUESTION, model="fake/m", sample=sample), range(8)))
    assert (server.hits, server.most_at_once) == (8, 8)


def test_tasks_that_ask_the_same_at_once_buy_it_once_and_later_loops_find_it():
    async def many():
        return await asyncio.gather(*(wb.aask(QUESTION, model="fake/m") for _ in range(20)))

    with FakeServer(SLOW) as server:
        serve(server)
        first, second = asyncio.run(many()), asyncio.run(many())
    assert server.hits == 1
    assert [reply.cached for reply in first].count(False) == 1
    assert all(reply.cached for reply in second)


def test_two_event_loops_and_a_thread_at_once_buy_each_call_once():
    async def several(samples):
        return await asyncio.gather(*(wb.aask(QUESTION, model="fake/m", sample=sample) for sample in samples))

    with FakeServer(SLOW) as server:
        serve(server)
        with ThreadPoolExecutor(3) as pool:
            futures = [pool.submit(asyncio.run, several(range(start, start + 4))) for start in (0, 2)]
            blocking = pool.submit(wb.ask, QUESTION, model="fake/m", sample=3)
            replies = [reply for future in futures for reply in future.result()] + [blocking.result()]
        asyncio.run(several(range(6)))
    assert server.hits == 6
    assert [reply.cached for reply in replies].count(False) == 6


def test_an_error_reaches_everyone_who_waited_for_it(monkeypatch):
    flights = Flights()
    monkeypatch.setattr(call, "_flights", flights)
    with FakeServer(held(error_response(400, "made to fail"), lambda: flights.followers >= 3)) as server:
        serve(server)
        with ThreadPoolExecutor(4) as pool:
            futures = [pool.submit(wb.ask, QUESTION, model="fake/m") for _ in range(4)]
        assert [type(future.exception()) for future in futures] == [BadRequest] * 4
    assert server.hits == 1


def test_when_the_buyer_gives_up_one_of_those_who_wait_takes_over():
    async def main(server):
        leader = asyncio.create_task(wb.aask(QUESTION, model="fake/m"))
        await asyncio.to_thread(server.wait_until, lambda: server.hits == 1)
        followers = [asyncio.create_task(wb.aask(QUESTION, model="fake/m")) for _ in range(3)]
        await asyncio.sleep(0.1)
        leader.cancel()
        replies = await asyncio.gather(*followers)
        with pytest.raises(asyncio.CancelledError):
            await leader
        return replies

    with FakeServer([began("Ni"), "Nine."]) as server:
        serve(server)
        replies = asyncio.run(main(server))
        server.wait_until(lambda: server.cancelled == 1)
    assert [reply.answer for reply in replies] == ["Nine."] * 3
    assert [reply.cached for reply in replies].count(False) == 1
    assert server.hits == 2


def test_when_everyone_gives_up_nobody_takes_over():
    async def main(server):
        leader = asyncio.create_task(wb.aask(QUESTION, model="fake/m"))
        await asyncio.to_thread(server.wait_until, lambda: server.hits == 1)
        followers = [asyncio.create_task(wb.aask(QUESTION, model="fake/m")) for _ in range(3)]
        await asyncio.sleep(0.1)
        for task in (leader, *followers):
            task.cancel()
        await asyncio.gather(leader, *followers, return_exceptions=True)
        await asyncio.sleep(0.2)

    with FakeServer([began("Ni"), "Nine."]) as server:
        serve(server)
        asyncio.run(main(server))
        server.wait_until(lambda: server.cancelled == 1)
    assert server.hits == 1
    assert not call._flights


def test_those_who_wait_for_another_process_give_up_together():
    async def main(claims, key, request):
        errand = call.Errand(request, request_key(request.identity()), wb.cache.current(), Patience())
        calls = [asyncio.create_task(call.call(errand)) for _ in range(2)]
        await asyncio.sleep(0.1)
        for task in calls:
            task.cancel()
        asyncio.get_running_loop().call_later(0.1, claims.release, key)
        return await asyncio.gather(*calls, return_exceptions=True)

    with FakeServer() as server:
        request = build_request(QUESTION, target=resolve(serve(server)))
        key = request_key(request.identity())
        claims = claim(wb.cache.current().folder)
        assert claims.try_acquire(key)
        results = engine.run(main(claims, key, request))
    assert [type(result) for result in results] == [asyncio.CancelledError] * 2
    assert server.hits == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_waits_for_what_its_parent_buys_and_has_a_turn_of_its_own():
    with FakeServer(completion("Nine.", delay_seconds=0.5)) as server, ThreadPoolExecutor(1) as pool:
        serve(server, concurrency=1)
        parent = pool.submit(wb.ask, QUESTION, model="fake/m")
        server.wait_until(lambda: server.hits == 1)
        if (child := os.fork()) == 0:
            signal.alarm(60)
            same, other = (wb.ask(question, model="fake/m") for question in (QUESTION, "Another?"))
            os._exit(0 if (same.cached, other.cached) == (True, False) else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert not parent.result().cached
    assert server.hits == 2
