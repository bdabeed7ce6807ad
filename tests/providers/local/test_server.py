"""The embedded model for real: started on first use, alone on loopback, gone with its parent, cancelled, mourned."""

import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from embedded import INSTRUCT, THINK, call, runs, wait_until

import workbench as wb
from workbench.errors import InputError, LocalModelCrashed
from workbench.providers.local import server

SUM = "What is 2 + 7 + 5?"


pytestmark = pytest.mark.skipif(server.available() is not None, reason=str(server.available()))


def test_the_thinking_model_thinks_in_a_field_of_its_own_and_costs_nothing():
    reply = wb.ask(SUM, model=f"local/{THINK}", max_tokens=96, temperature=0)
    assert "2 + 7" in reply.thinking
    assert reply.answer.strip()
    assert (reply.outcome, reply.usd, reply.thinking_visibility) == ("answered", 0.0, "full")
    assert wb.ask(SUM, model=f"local/{THINK}", max_tokens=96, temperature=0).cached


def test_a_cap_within_the_thought_leaves_no_answer():
    reply = wb.ask(SUM, model=f"local/{THINK}", max_tokens=8)
    assert (reply.outcome, reply.answer) == ("thinking_exhausted", "")
    assert reply.usage.completion_tokens == 8


def test_thinking_can_be_switched_off():
    reply = wb.ask(SUM, model=wb.Model(f"local/{THINK}", reasoning_effort="none"), max_tokens=48, temperature=0)
    assert reply.thinking == ""
    assert reply.answer.strip()


@pytest.mark.parametrize("name", list(server.MODELS))
def test_each_of_the_three_models_answers_under_its_own_name(name, requantised):
    reply = wb.ask("What is the capital of France?", model=f"local/{name}", max_tokens=48)
    assert reply.served_model == name
    assert reply.answer or reply.thinking


def test_temperature_zero_gives_the_same_reply_again_without_the_prompt_cache():
    settings = {"model": f"local/{INSTRUCT}", "max_tokens": 24, "temperature": 0, "cache_prompt": False}
    assert wb.ask(SUM, **settings).answer == wb.ask(SUM, sample=1, **settings).answer


def test_threads_that_ask_at_once_wait_for_the_same_start():
    server.stop(INSTRUCT)
    with ThreadPoolExecutor(6) as pool:
        endpoints = list(pool.map(lambda _: server.endpoint(INSTRUCT), range(6)))
    assert len({endpoint.process_id for endpoint in endpoints}) == 1


def test_an_interrupted_reply_frees_its_place_in_the_server():
    endpoint = server.endpoint(INSTRUCT)
    root = endpoint.base_url.removesuffix("/v1")

    def busy():
        return sum(slot["is_processing"] for slot in call(root, "/slots", endpoint.api_key))

    pieces = wb.stream(
        "Tell me a very long story.", model=f"local/{INSTRUCT}", max_tokens=1900, extra_body={"ignore_eos": True}
    )
    under_way = iter(pieces)
    next(under_way)
    assert busy() == 1
    pieces.close()
    wait_until(lambda: busy() == 0)
    assert wb.cache.stats().stored == 0


def test_a_crash_is_said_once_and_the_next_call_starts_another_server():
    os.kill(server.endpoint(INSTRUCT).process_id, signal.SIGKILL)
    time.sleep(0.3)
    with pytest.raises(LocalModelCrashed, match="ended by signal 9"):
        wb.ask("What is 1 + 1?", model=f"local/{INSTRUCT}", max_tokens=8)
    assert wb.ask("What is 1 + 1?", model=f"local/{INSTRUCT}", max_tokens=8).usage.completion_tokens > 0


def test_a_server_that_dies_while_it_writes_fails_the_call_and_keeps_nothing():
    endpoint = server.endpoint(INSTRUCT)
    pieces = wb.stream("Tell me a long story.", model=f"local/{INSTRUCT}", max_tokens=1900)
    iterator = iter(pieces)
    next(iterator)
    os.kill(endpoint.process_id, signal.SIGKILL)
    with pytest.raises(LocalModelCrashed, match="signal 9"):
        list(iterator)
    assert wb.cache.stats().stored == 0
    assert [entry["error"] for entry in wb.cache.current().ledger.entries()] == ["OutcomeUnknown"]


def test_a_sweep_goes_on_with_another_server_after_a_crash():
    done = threading.Event()

    def kill_once():
        wait_until(lambda: wb.cache.stats().stored >= 2)
        os.kill(server.endpoint(INSTRUCT).process_id, signal.SIGKILL)
        done.set()

    server.endpoint(INSTRUCT)
    threading.Thread(target=kill_once).start()
    questions = [f"Write a long story about {number} sheep." for number in range(12)]
    rows = wb.sweep(questions, models=f"local/{INSTRUCT}", max_tokens=24)
    assert done.is_set()
    assert set(rows["error"].dropna()) == {"LocalModelCrashed"}
    assert (rows["outcome"] != "error").sum() >= 6
    again = wb.sweep(questions, models=f"local/{INSTRUCT}", max_tokens=24)
    assert not (again["outcome"] == "error").any()


def test_a_fork_neither_holds_the_server_nor_ends_it():
    endpoint = server.endpoint(INSTRUCT)
    child = os.fork()
    if child == 0:
        os._exit(0 if not server._places else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert runs(endpoint.process_id)
    assert call(endpoint.base_url, "/models", endpoint.api_key)["data"]


def test_unknown_models_are_told_the_known_ones():
    with pytest.raises(InputError, match="smollm2-135m-think"):
        server.endpoint("smollm3")
    with pytest.raises(wb.errors.NotFound, match="smollm2-135m-think"):
        wb.ask("Hi", model="local/smollm3")


def test_stop_ends_the_process_and_the_next_use_starts_another():
    first = server.endpoint(INSTRUCT).process_id
    server.stop(INSTRUCT)
    assert not runs(first)
    assert server.endpoint(INSTRUCT).process_id != first


def test_a_prompt_longer_than_the_window_is_refused_in_the_servers_own_words():
    with pytest.raises(wb.errors.BadRequest, match="context"):
        wb.ask("sheep " * 4000, model=f"local/{INSTRUCT}", max_tokens=8)


@pytest.mark.parametrize(
    ("system", "machine", "libc"), [("linux", "x86_64", ("musl", "1.2")), ("linux", "riscv64", ("glibc", "2.36"))]
)
def test_a_platform_without_a_wheel_is_pointed_to_another_server(monkeypatch, system, machine, libc):
    def missing(name):
        raise server.importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(server.importlib.metadata, "version", missing)
    monkeypatch.setattr(server.sys, "platform", system)
    monkeypatch.setattr(server.platform, "machine", lambda: machine)
    monkeypatch.setattr(server.platform, "libc_ver", lambda: libc)
    assert "Any OpenAI-compatible server works" in server.available()
    assert "workbench.toml" in server.available()


def test_the_interpreter_may_end_while_a_reply_is_under_way():
    program = textwrap.dedent("""
        import threading, workbench as wb
        begun = threading.Event()
        def go():
            for piece in wb.stream("Tell me a long story.", model="local/smollm2-135m-instruct", max_tokens=1900):
                print(piece.text, flush=True)
                begun.set()
        threading.Thread(target=go, daemon=True).start()
        begun.wait(500)
    """)
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0
    assert done.stdout
    assert "Traceback" not in done.stderr
    assert time.monotonic() - started < 300


def test_many_callers_share_the_slots_of_one_server():
    replies = []

    def one(number):
        replies.append(wb.ask(f"What is {number} + 1?", model=f"local/{INSTRUCT}", max_tokens=4))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(replies) == 12
    assert all(reply.usage.completion_tokens for reply in replies)
