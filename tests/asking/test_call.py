"""`ask`, `aask` and `stream` over a real connection: what is sent, what is bought, and who waits for whom."""

import asyncio
import dataclasses
import os
import signal
import threading
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

import pytest
from fakes.bodies import chunk, event_bytes
from fakes.server import CLOSE, HANG, FakeServer, Pause, completion, error_response, sse_response

import workbench as wb
from workbench.asking import call as client
from workbench.asking.wire import sending, transport
from workbench.base import engine
from workbench.cache.claims import claim
from workbench.cache.request_key import request_key
from workbench.errors import (
    AuthError,
    BadRequest,
    InputError,
    NotFound,
    NotSent,
    OutcomeUnknown,
    Redirected,
    StoreFull,
    WorkbenchWarning,
)
from workbench.providers.facts import _added, known_models, known_providers
from workbench.providers.models import resolve
from workbench.providers.requests import build_request

QUESTION = "How many sheep are left?"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(transport, "FIRST_BACKOFF_SECONDS", 0.01)


def ask(server, prompt=QUESTION, *, model="m", **options):
    return wb.ask(prompt, model=serve(server, model), **options)


def serve(server, model="m", **facts):
    wb.add_provider("fake", base_url=server.base_url, **facts)
    return f"fake/{model}"


@pytest.fixture
def stand_in(monkeypatch):
    """Let a known provider be served by a fake server."""

    def put(name, server, **changes):
        known = known_providers()[name]
        monkeypatch.setitem(_added, name, dataclasses.replace(known, base_url=server.base_url, **changes))

    return put


def began(text):
    """A stream that says `text`, and then nothing more for ever."""
    return sse_response((event_bytes(chunk({"content": text}, model="m"), "\n"), HANG))


# What is sent


def test_a_request_goes_out_as_it_was_asked():
    tool = {"type": "function", "function": {"name": "add", "parameters": {"type": "object", "properties": {}}}}
    with FakeServer() as server:
        ask(
            server,
            system="Be brief.",
            max_tokens=50,
            temperature=0,
            tools=[tool],
            top_p=0.5,
            extra_body={"thinking": {"type": "disabled"}},
            extra_headers={"X-Route": "a"},
            extra_query={"version": "2"},
        )
    (request,) = server.requests
    assert request.json == {
        "model": "m",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": QUESTION}],
        "max_tokens": 50,
        "temperature": 0,
        "tools": [tool],
        "top_p": 0.5,
        "thinking": {"type": "disabled"},
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    assert request.headers["x-route"] == "a"
    assert "authorization" not in request.headers


def test_a_provider_that_cannot_stream_is_asked_plainly():
    with FakeServer() as server:
        model = serve(server, streams=False)
        assert wb.ask(QUESTION, model=model).answer == "Nine."
        serve(server, stream_usage=False)
        wb.ask(QUESTION, model=model, sample=1)
    plain, streamed = (request.json for request in server.requests)
    assert "stream" not in plain
    assert streamed["stream"] is True
    assert "stream_options" not in streamed


@pytest.mark.parametrize(
    ("dialect", "name", "other"),
    [
        ("openai", "max_completion_tokens", "max_tokens"),
        ("moonshot", "max_completion_tokens", "max_tokens"),
        ("openrouter", "max_tokens", "max_completion_tokens"),
        ("vllm", "max_tokens", "max_completion_tokens"),
    ],
)
@pytest.mark.parametrize("asked", ["max_tokens", "max_completion_tokens"])
def test_the_cap_is_sent_under_the_name_that_the_provider_reads(dialect, name, other, asked):
    with FakeServer() as server:
        model = serve(server, dialect=dialect)
        reply = wb.ask(QUESTION, model=model, **{asked: 77})
    assert server.requests[0].json[name] == 77
    assert other not in server.requests[0].json
    assert reply.max_tokens == 77


def test_a_known_model_gets_its_default_cap(stand_in, monkeypatch):
    monkeypatch.setenv("OPENROUTER_API_KEY", "or-key-0123456789")
    model = "openrouter/moonshotai/kimi-k2-thinking"
    with FakeServer() as server:
        stand_in("openrouter", server)
        reply = wb.ask(QUESTION, model=model)
        ask(server)
    known, unknown = (request.json for request in server.requests)
    assert known["model"] == "moonshotai/kimi-k2-thinking"
    assert known["max_tokens"] == known_models()[model].default_max_tokens == reply.max_tokens
    assert "max_tokens" not in unknown
    assert server.requests[0].headers["authorization"] == "Bearer or-key-0123456789"


def test_a_pinned_model_sends_its_parameters_and_refuses_others():
    with FakeServer() as server:
        model = wb.Model(serve(server), label="low", reasoning_effort="low", max_tokens=50, extra_body={"top_k": 3})
        reply = wb.ask(QUESTION, model=model, temperature=0.5)
        with pytest.raises(InputError, match=r"reasoning_effort='high'.*pins it to 'low'"):
            wb.ask(QUESTION, model=model, reasoning_effort="high")
        with pytest.raises(InputError, match="max_tokens is given as"):
            wb.ask(QUESTION, model=model, max_tokens=60)
    body = server.requests[0].json
    assert {name: body[name] for name in ("reasoning_effort", "max_tokens", "top_k", "temperature")} == {
        "reasoning_effort": "low",
        "max_tokens": 50,
        "top_k": 3,
        "temperature": 0.5,
    }
    assert reply.model == "low"
    assert server.hits == 1


@pytest.mark.parametrize(
    ("options", "error", "words"),
    [
        ({"temperature": 0.3}, BadRequest, r"fixes temperature at 1\.0 and refuses 0\.3"),
        ({"extra_body": {"temperature": 0.3}}, BadRequest, "fixes temperature"),
        ({"n": 2}, BadRequest, "fixes n at 1"),
        ({"max_tokens": 300_000}, BadRequest, "more than the 262,144"),
        ({"max_tokens": 0}, InputError, "max_tokens is 0"),
        ({"max_tokens": "many"}, InputError, "max_tokens is 'many'"),
        ({"max_tokens": True}, InputError, "max_tokens is True"),
        ({"max_tokens": 5, "max_completion_tokens": 6}, InputError, r"max_tokens is given as \[5, 6\]"),
        ({"sample": -1}, InputError, "sample is -1"),
        ({"max_retries": 3}, InputError, "retries are the workbench's own"),
        ({"seed": {1, 2}}, InputError, "seed cannot be sent as JSON"),
        ({"logit_bias": float("nan")}, InputError, "logit_bias cannot be sent as JSON"),
        ({"prompt": "  "}, InputError, "the prompt is '  '"),
        ({"prompt": []}, InputError, r"the prompt is '\[\]'"),
        ({"prompt": [{"content": "no role"}]}, InputError, "role"),
        ({"prompt": [{"role": "system", "content": "x"}], "system": "y"}, InputError, "system part already"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_what_cannot_work_is_refused_before_anything_is_sent(options, error, words):
    with FakeServer() as server:
        model = serve(server, "kimi-k2.6", dialect="moonshot")
        with pytest.raises(error, match=words):
            wb.ask(**{"prompt": QUESTION, "model": model, **options})
    assert server.requests == []
    assert list(wb.cache.current().ledger.entries()) == []


def test_the_one_value_that_a_model_allows_is_sent():
    with FakeServer() as server:
        wb.ask(QUESTION, model=serve(server, "kimi-k2.6", dialect="moonshot"), temperature=1, max_tokens=20_000)
    assert server.requests[0].json["temperature"] == 1


def test_a_cap_below_the_floor_of_a_thinking_model_warns_where_it_was_asked():
    with FakeServer() as server:
        model = serve(server, "kimi-k2.6", dialect="moonshot")
        with pytest.warns(WorkbenchWarning, match="max_tokens=100 is little") as caught:
            wb.ask(QUESTION, model=model, max_tokens=100)
        with pytest.warns(WorkbenchWarning, match="max_tokens=100 is little") as from_stream:
            wb.stream(QUESTION, model=model, max_tokens=100).close()
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            wb.ask(QUESTION, model=model, max_tokens=16_000)
    assert [warning.filename for warning in [*caught, *from_stream]] == [__file__] * 2


def test_nothing_of_an_openai_account_reaches_another_provider(monkeypatch):
    account = ("API_KEY", "ORG_ID", "ORGANIZATION", "PROJECT_ID", "PROJECT", "ADMIN_KEY", "WEBHOOK_SECRET")
    for name in account:
        monkeypatch.setenv(f"OPENAI_{name}", f"canary-{name}")
    with FakeServer(lambda request: pytest.fail("the environment decided about the address")) as elsewhere:
        monkeypatch.setenv("OPENAI_BASE_URL", elsewhere.base_url)
        monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Secret: canary-header\nAuthorization: Bearer canary-bearer")
        monkeypatch.setattr(sending, "_http_clients", {})
        monkeypatch.setenv("FAKE_API_KEY", "fake-key-0123456789")
        with FakeServer() as server:
            ask(server)
            wb.ask(QUESTION, model=serve(server, key_env="FAKE_API_KEY"), sample=1)
        engine.run(sending._close_clients())
    without, with_key = server.requests
    for request in server.requests:
        assert "canary" not in f"{request.headers} {request.path} {request.body!r}"
    assert "authorization" not in without.headers
    assert with_key.headers["authorization"] == "Bearer fake-key-0123456789"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(status):
    with FakeServer() as elsewhere:
        location = {"Location": f"{elsewhere.base_url}/chat/completions"}
        with FakeServer(error_response(status, headers=location)) as server, pytest.raises(Redirected):
            ask(server)
    assert elsewhere.requests == []
    assert server.hits == 1


# What is bought


def test_a_kept_reply_costs_nothing_and_needs_no_key(monkeypatch):
    monkeypatch.setenv("FAKE_API_KEY", "fake-key-0123456789")
    usage = {"prompt_tokens": 3, "completion_tokens": 1, "cost": 0.25}
    with FakeServer(completion("Nine.", usage=usage)) as server:
        model = serve(server, key_env="FAKE_API_KEY")
        bought = wb.ask(QUESTION, model=model, timeout=5)
        monkeypatch.delenv("FAKE_API_KEY")
        kept = wb.ask(QUESTION, model=model, timeout=6, stream=False)
    assert (bought.usd, bought.usd_spent, bought.cached) == (0.25, 0.25, False)
    assert kept == dataclasses.replace(bought, usd_spent=0.0, cached=True)
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


def test_each_attempt_is_counted_and_written_down():
    wait = {"Retry-After-Ms": "20"}
    with FakeServer([error_response(429, headers=wait), error_response(503), "Nine."]) as server:
        reply = ask(server)
        kept = ask(server)
    entries = list(wb.cache.current().ledger.entries())
    assert reply.attempts == kept.attempts == 3
    assert [(entry["status"], entry["error"], entry["billed"]) for entry in entries] == [
        (429, "RateLimited", "no"),
        (503, "ServerBusy", "no"),
        (200, None, "yes"),
    ]
    assert server.requests[1].at - server.requests[0].at >= 0.02


def test_a_ledger_that_cannot_be_written_stops_the_spending_and_loses_no_reply(tmp_path):
    with FakeServer(["Nine.", error_response(503), "Ten."]) as server:
        serve(server)
        wb.cache.current().ledger.path.symlink_to("/dev/full")
        with pytest.raises(StoreFull) as stopped:
            wb.ask(QUESTION, model="fake/m")
        assert stopped.value.unkept.answer == "Nine."
        assert wb.ask(QUESTION, model="fake/m").answer == "Nine."
        with pytest.raises(StoreFull):
            wb.ask("What is ten?", model="fake/m")
    assert server.hits == 2


def test_a_line_that_a_full_disk_cut_short_hides_no_other():
    with FakeServer() as server:
        ask(server)
        ledger = wb.cache.current().ledger
        whole = ledger.path.read_bytes()
        ledger.path.write_bytes(whole + whole[:40])
        wb.ask("What is ten?", model="fake/m")
        assert len(wb.cache.ledger()) == server.hits == 2


def test_an_error_is_not_kept():
    with FakeServer([error_response(400), "Nine."]) as server:
        with pytest.raises(BadRequest):
            ask(server)
        assert ask(server).answer == "Nine."
    assert server.hits == 2


# At the same time

SLOW = completion("Nine.", delay_seconds=0.3)


def test_threads_that_ask_the_same_at_once_buy_it_once():
    with FakeServer(SLOW) as server:
        serve(server)
        with ThreadPoolExecutor(16) as pool:
            replies = list(pool.map(lambda _: wb.ask(QUESTION, model="fake/m"), range(16)))
    assert server.hits == 1
    assert [reply.cached for reply in replies].count(False) == 1
    assert {reply.answer for reply in replies} == {"Nine."}


def test_different_samples_are_different_calls():
    with FakeServer(SLOW) as server:
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


def test_an_error_reaches_everyone_who_waited_for_it():
    failing = error_response(400, "made to fail")

    async def slowly(request):
        await asyncio.sleep(0.2)
        return failing

    with FakeServer(slowly) as server:
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
    assert not client._flights


def test_those_who_wait_for_another_process_give_up_together():
    async def main(claims, key, request):
        calls = [asyncio.create_task(client.call(request, cache=wb.cache.current())) for _ in range(2)]
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


def test_who_waits_for_another_call_of_the_same_waits_no_longer_than_its_own_timeout():
    with FakeServer(completion("Nine.", delay_seconds=1.0)) as server, ThreadPoolExecutor(1) as pool:
        leader = pool.submit(ask, server)
        server.wait_until(lambda: server.hits == 1)
        started = time.monotonic()
        with pytest.raises(NotSent, match=r"another call of the same had no reply yet after 0\.3 seconds"):
            wb.ask(QUESTION, model="fake/m", timeout=0.3)
        assert time.monotonic() - started < 0.9
        assert leader.result().answer == "Nine."
    assert server.hits == 1


def test_who_waits_for_another_process_waits_no_longer_than_its_own_timeout():
    with FakeServer() as server:
        request = build_request(QUESTION, target=resolve(serve(server)))
        claims, key = claim(wb.cache.current().folder), request_key(request.identity())
        assert claims.try_acquire(key)
        started = time.monotonic()
        with pytest.raises(NotSent, match=r"another process that asks the same had no reply yet after 0\.3 seconds"):
            wb.ask(QUESTION, model="fake/m", timeout=0.3)
        assert 0.3 <= time.monotonic() - started < 1.5
        assert server.hits == 0
        threading.Timer(0.3, claims.release, [key]).start()
        assert wb.ask(QUESTION, model="fake/m", timeout=10).answer == "Nine."


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_child_waits_for_what_its_parent_buys_and_has_a_turn_of_its_own():
    with FakeServer(completion("Nine.", delay_seconds=0.5)) as server, ThreadPoolExecutor(1) as pool:
        serve(server, concurrency=1)
        parent = pool.submit(wb.ask, QUESTION, model="fake/m")
        server.wait_until(lambda: server.hits == 1)
        if (child := os.fork()) == 0:
            signal.alarm(20)
            same, other = (wb.ask(question, model="fake/m") for question in (QUESTION, "Another?"))
            os._exit(0 if (same.cached, other.cached) == (True, False) else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert not parent.result().cached
    assert server.hits == 2


@pytest.mark.parametrize("timeout", [0, -1, float("nan"), "5"])
def test_a_timeout_that_is_no_time_is_refused(timeout):
    with FakeServer() as server:
        with pytest.raises(InputError, match="give seconds for each call"):
            ask(server, timeout=timeout)
        assert server.hits == 0


def test_a_blocking_call_on_the_own_loop_is_refused_and_not_a_standstill():
    async def wrong():
        return wb.ask(QUESTION, model="fake/m")

    with FakeServer() as server:
        serve(server)
        with pytest.raises(RuntimeError, match="asynchronous twin"):
            engine.run(wrong())
    assert server.requests == []


def test_a_blocking_call_within_somebodys_running_loop_works():
    async def notebook():
        return wb.ask(QUESTION, model="fake/m")

    with FakeServer() as server:
        serve(server)
        assert asyncio.run(notebook()).answer == "Nine."


# Giving up


def test_a_timeout_says_that_the_outcome_is_unknown_and_shows_what_came():
    with FakeServer(began("Nine, be")) as server:
        started = time.monotonic()
        with pytest.raises(OutcomeUnknown, match=r"timeout of 0\.4 seconds") as failure:
            ask(server, timeout=0.4)
        assert time.monotonic() - started < 2
        server.wait_until(lambda: server.cancelled == 1)
    assert failure.value.partial == "Nine, be"
    assert [attempt.sent for attempt in failure.value.attempts] == [True]
    assert server.hits == 1
    assert [entry["billed"] for entry in wb.cache.current().ledger.entries()] == ["unknown"]


def test_a_call_whose_time_ran_out_before_it_was_sent_was_not_sent():
    wait = {"Retry-After": "1"}
    with FakeServer([error_response(429, headers=wait), "Nine."]) as server:
        serve(server)
        with ThreadPoolExecutor(1) as pool:
            patient = pool.submit(wb.ask, QUESTION, model="fake/m")
            server.wait_until(lambda: server.hits == 1)
            time.sleep(0.1)
            started = time.monotonic()
            with pytest.raises(NotSent) as failure:
                wb.ask("another question", model="fake/m", timeout=0.3)
            assert time.monotonic() - started < 0.8
            assert patient.result().answer == "Nine."
        assert server.hits == 2
    assert "timeout of 0.3 seconds" in str(failure.value)
    assert failure.value.attempts == ()


def test_closing_a_stream_ends_the_call_at_the_provider():
    with FakeServer(began("Nine, be")) as server:
        with wb.stream(QUESTION, model=serve(server)) as stream:
            assert next(iter(stream)).text == "Nine, be"
        server.wait_until(lambda: server.cancelled == 1)
    assert wb.cache.stats().stored == 0
    assert [entry["error"] for entry in wb.cache.current().ledger.entries()] == ["CancelledError"]


def test_leaving_the_loop_over_a_stream_ends_the_call():
    with FakeServer(began("Nine, be")) as server:
        for _ in wb.stream(QUESTION, model=serve(server)):
            break
        server.wait_until(lambda: server.cancelled == 1)


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT")
def test_an_interrupt_ends_the_call_at_the_provider():
    with FakeServer(began("Ni")) as server:
        model = serve(server)

        def interrupt():
            server.wait_until(lambda: server.hits == 1)
            time.sleep(0.1)
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

        thread = threading.Thread(target=interrupt)
        thread.start()
        with pytest.raises(KeyboardInterrupt):
            wb.ask(QUESTION, model=model)
        server.wait_until(lambda: server.cancelled == 1)
        thread.join()
        assert not client._flights
    assert [entry["billed"] for entry in wb.cache.current().ledger.entries()] == ["unknown"]


# Streams


def pieces_of(stream):
    return {kind: "".join(p.text for p in stream if p.kind == kind) for kind in ("thinking", "answer")}


def test_a_stream_is_heard_while_it_comes_and_kept_as_a_whole():
    with FakeServer(completion("Nine sheep.", thinking="All but nine.", piece_seconds=0.05)) as server:
        stream = wb.stream(QUESTION, model=serve(server))
        pieces, times = [], []
        for piece in stream:
            pieces.append(piece)
            times.append(time.monotonic())
        again = wb.stream(QUESTION, model="fake/m")
        kept = list(again)
    assert "".join(piece.text for piece in pieces if piece.kind == "thinking") == "All but nine."
    assert "".join(piece.text for piece in pieces if piece.kind == "answer") == "Nine sheep."
    assert times[-1] - times[0] > 0.1
    assert [(piece.kind, piece.text) for piece in kept] == [("thinking", "All but nine."), ("answer", "Nine sheep.")]
    assert stream.reply.answer == again.reply.answer == wb.ask(QUESTION, model="fake/m").answer == "Nine sheep."
    assert (stream.reply.cached, again.reply.cached) == (False, True)
    assert stream.reply.seconds_to_first_token < stream.reply.seconds_to_answer < stream.reply.seconds
    assert server.hits == 1


def test_a_stream_that_breaks_begins_anew_and_says_so():
    broken = sse_response((event_bytes(chunk({"content": "Ni"}, model="m"), "\n"), Pause(0.05), CLOSE))
    with FakeServer([broken, "Nine."]) as server:
        stream = wb.stream(QUESTION, model=serve(server))
        texts = [(stream.restarts, piece.text) for piece in stream]
    assert texts[0] == (0, "Ni")
    assert "".join(text for restarts, text in texts if restarts == 1) == "Nine."
    assert stream.reply.answer == "Nine."
    assert server.hits == 2


def test_a_stream_that_fails_raises_where_it_is_read():
    with FakeServer(error_response(400)) as server:
        stream = wb.stream(QUESTION, model=serve(server))
        with pytest.raises(BadRequest):
            list(stream)
        with pytest.raises(BadRequest):
            stream.reply  # noqa: B018 - asked for its error
