"""The fakes tell the truth: what they claim to send is on the wire, and what they claim to have seen was sent to them."""

from __future__ import annotations

import http.client
import json
import os
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import get_args

import pytest
from fakes.cases import ANSWER, THINKING
from fakes.dialects import CASES
from fakes.faults import BOMB_BYTES, HUGE_BYTES, SCENARIOS
from fakes.scenario import PROMISES
from fakes.server import HANG, FakeServer, Response, completion, error_response, refused_address

from workbench import errors, replies

BY_NAME = {scenario.name: scenario for scenario in SCENARIOS}
CASE = {case.name: case for case in CASES}


def wire(server, *, streamed=False, model="fake-model", close=True, seconds=5.0):
    """Send one request by hand and return every byte that comes back within the time, and why no more."""
    body = json.dumps({"model": model, "stream": streamed, "messages": [{"role": "user", "content": "How many?"}]})
    head = f"POST /v1/chat/completions HTTP/1.1\r\nHost: fake\r\nContent-Length: {len(body)}\r\n"
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        deadline = time.monotonic() + seconds
        client.sendall((head + ("Connection: close\r\n" if close else "") + "\r\n" + body).encode())
        received = bytearray()
        while True:
            client.settimeout(max(0.001, deadline - time.monotonic()))
            try:
                data = client.recv(1 << 20)
            except TimeoutError:
                return bytes(received), "open"
            except ConnectionResetError:
                return bytes(received), "reset"
            if not data:
                return bytes(received), "closed"
            received += data


def body_of(received):
    """The body of a reply, with HTTP chunks joined; None when it is not whole."""
    head, _, rest = received.partition(b"\r\n\r\n")
    if b"transfer-encoding: chunked" not in head.lower():
        return rest
    parts = []
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        count = int(size, 16)
        if count == 0:
            return b"".join(parts)
        if len(rest) < count + 2:
            return None
        parts.append(rest[:count])
        rest = rest[count + 2 :]
    return None


def served(scenario, *, streamed):
    with FakeServer(scenario) as server:
        return wire(server, streamed=streamed, seconds=0.3 if scenario.hangs else 5.0)


def body_served(name, *, streamed):
    return body_of(served(BY_NAME[name], streamed=streamed)[0])


def deltas_in(body):
    lines = [line for line in body.decode().split("\n") if line.startswith("data: {")]
    chunks = [json.loads(line[6:]) for line in lines]
    return [choice["delta"] for chunk in chunks for choice in chunk["choices"]]


def joined(deltas, field):
    return "".join(delta.get(field) or "" for delta in deltas)


# The server


def test_a_completion_is_whole_or_streamed_as_the_request_asks():
    with FakeServer(completion("Nine, I think.", thinking="All but nine.")) as server:
        whole = json.loads(body_of(wire(server)[0]))
        deltas = deltas_in(body_of(wire(server, streamed=True)[0]))
    message = whole["choices"][0]["message"]
    assert (message["content"], message["reasoning_content"]) == ("Nine, I think.", "All but nine.")
    assert (joined(deltas, "content"), joined(deltas, "reasoning_content")) == ("Nine, I think.", "All but nine.")
    assert whole["usage"]["completion_tokens_details"] == {"reasoning_tokens": 3}


def test_the_bytes_of_a_stream_can_be_cut_anywhere_and_end_their_lines_differently():
    script = completion("Nine.", comments=2, newline="\r\n", wire_bytes=7, done=False)
    with FakeServer(script) as server:
        received, _ = wire(server, streamed=True)
    body = body_of(received)
    assert body.startswith(b": keep-alive\r\n\r\n: keep-alive\r\n\r\ndata: {")
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert b"[DONE]" not in body
    assert received.count(b"\r\n7\r\n") == len(body) // 7


def test_a_stream_takes_the_time_that_it_was_told_to_take():
    with FakeServer(completion("123456", piece_lengths=(2,), piece_seconds=0.03)) as server:
        started = time.monotonic()
        wire(server, streamed=True)
        assert time.monotonic() - started >= 7 * 0.03  # the role, three texts, the finish, the usage, [DONE]


def test_a_connection_serves_one_request_after_another():
    with FakeServer() as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        for _ in range(3):
            for body in (b"{}", b'{"stream": true}'):
                connection.request("POST", "/v1/chat/completions", body)
                connection.getresponse().read()
        connection.close()
        assert (server.hits, server.connections) == (6, 1)


def test_a_chunked_request_is_read():
    with FakeServer() as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        connection.request("POST", "/v1/chat/completions", iter([b'{"model"', b': "m"}']), encode_chunked=True)
        connection.getresponse().read()
        connection.close()
        assert server.requests[0].model == "m"


def test_many_connections_are_served_at_once():
    with FakeServer(completion(delay_seconds=0.3)) as server, ThreadPoolExecutor(100) as threads:
        started = time.monotonic()
        list(threads.map(lambda _: wire(server), range(100)))
        assert time.monotonic() - started < 3
        assert (server.hits, server.most_at_once) == (100, 100)


def test_a_thousand_calls_take_no_time_to_speak_of():
    def ask_often(server):
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        for _ in range(100):
            connection.request("POST", "/v1/chat/completions", b'{"stream": true}')
            connection.getresponse().read()
        connection.close()

    with FakeServer(completion(ANSWER, thinking=THINKING)) as server, ThreadPoolExecutor(10) as threads:
        started = time.monotonic()
        list(threads.map(ask_often, [server] * 10))
        assert server.hits == 1000
        assert time.monotonic() - started < 10  # about 1 second, and nearly all of it http.client's


def test_a_request_is_kept_as_it_arrived():
    with FakeServer() as server:
        before = time.monotonic()
        wire(server, model="m", streamed=True)
        request = server.requests[0]
    assert (request.method, request.path, request.model, request.streamed) == (
        "POST",
        "/v1/chat/completions",
        "m",
        True,
    )
    assert request.json["messages"] == [{"role": "user", "content": "How many?"}]
    assert request.headers["host"] == "fake"
    assert before < request.at < time.monotonic()


def test_a_client_that_leaves_before_the_end_is_noticed():
    with FakeServer(completion("word " * 100, piece_seconds=0.02)) as server:
        wire(server, streamed=True, seconds=0.1)
        server.wait_until(lambda: server.cancelled == 1)
        wire(server)
        assert [request.state for request in server.requests] == ["cancelled", "replied"]


def test_a_client_that_leaves_a_silent_server_is_noticed():
    with FakeServer(Response((b"{", HANG), framing="chunked")) as server:
        assert wire(server, seconds=0.1)[1] == "open"
        server.wait_until(lambda: server.cancelled == 1)


def test_a_list_is_played_in_order_and_a_call_too_many_fails_the_test():
    with (
        pytest.raises(AssertionError, match="2 replies, and one more"),
        FakeServer(["One.", error_response(500)]) as server,
    ):
        statuses = [wire(server)[0][9:12] for _ in range(3)]
    assert statuses == [b"200", b"500", b"400"]


def test_models_have_scripts_of_their_own():
    with FakeServer({"a": "I am a.", "b": ["I am b.", "I am b again."]}) as server:
        answers = [json.loads(body_of(wire(server, model=model)[0])) for model in ("b", "a", "b")]
        assert [answer["choices"][0]["message"]["content"] for answer in answers] == [
            "I am b.",
            "I am a.",
            "I am b again.",
        ]
        assert wire(server, model="c")[0].startswith(b"HTTP/1.1 404 ")


def test_a_script_may_be_a_function_that_waits_or_writes_raw_bytes():
    async def echo(request):
        return completion(f"You asked: {request.prompt}")

    async def raw(request):
        yield b"HTTP/1.1 200 OK\r\n\r\n"
        yield b"as it is"

    with FakeServer([echo, raw]) as server:
        assert b"You asked: How many?" in wire(server)[0]
        assert wire(server)[0] == b"HTTP/1.1 200 OK\r\n\r\nas it is"


def test_a_mistake_in_a_script_fails_the_test():
    with pytest.raises(ZeroDivisionError), FakeServer(lambda request: 1 // 0) as server:
        wire(server)


def test_the_models_are_listed_and_other_addresses_are_not_found():
    with FakeServer({"a": "A.", "b": "B."}) as server:
        connection = http.client.HTTPConnection("127.0.0.1", server.port)
        connection.request("GET", "/v1/models")
        assert [model["id"] for model in json.load(connection.getresponse())["data"]] == ["a", "b"]
        connection.request("GET", "/v1/elsewhere")
        assert connection.getresponse().status == 404
        connection.close()
        assert server.hits == 0


def test_a_stopped_server_refuses_and_leaves_no_thread():
    with FakeServer(Response((HANG,), framing="raw")) as server:
        threading.Thread(target=wire, args=(server,)).start()
        server.wait_until(lambda: server.hits == 1)
    assert not [thread for thread in threading.enumerate() if thread.name == "fake server"]
    with pytest.raises(ConnectionRefusedError):
        wire(server)


def test_a_refused_address_refuses():
    with refused_address() as url, pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(url.split(":")[2].split("/")[0])))


# The faults


def test_every_scenario_has_a_name_of_its_own_and_promises_what_exists():
    assert len(BY_NAME) == len(SCENARIOS)
    outcomes = set(get_args(replies.Outcome)) - {"error"}
    assert outcomes <= PROMISES.keys()
    for promised in PROMISES.keys() - outcomes:
        assert issubclass(getattr(errors, promised), errors.CallError)
    for scenario in SCENARIOS:
        for streamed in (False, True):
            assert scenario.ends(streamed=streamed) in PROMISES


@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])
@pytest.mark.parametrize("scenario", [scenario for scenario in SCENARIOS if scenario.hangs], ids=lambda s: s.name)
def test_a_scenario_that_hangs_never_ends_by_itself(scenario, streamed):
    _, end = served(scenario, streamed=streamed)
    assert end == "open"


def _is_json(body):
    try:
        json.loads(body)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    ("name", "streamed", "end"),
    [
        ("refuse", False, "reset"),
        ("reset-mid", False, "reset"),
        ("reset-mid", True, "reset"),
        ("reset-after-finish", True, "reset"),
        ("eof-before", False, "closed"),
        ("eof-mid", False, "closed"),
        ("eof-mid", True, "closed"),
    ],
)
def test_a_broken_connection_ends_as_it_says(name, streamed, end):
    received, ended = served(BY_NAME[name], streamed=streamed)
    assert ended == end
    if name == "eof-before" or name == "refuse":
        assert received == b""
    elif not streamed:
        promised = int(received.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        assert 0 < len(body_of(received)) < promised
    else:
        assert body_of(received) is None
        assert THINKING[:3].encode() in received


@pytest.mark.parametrize("name", ["eof-clean", "eof-after-done", "eof-close-delimited"])
def test_a_cut_reply_can_look_like_a_whole_one_to_http(name):
    assert not _is_json(body_served(name, streamed=False))
    body = body_served(name, streamed=True)
    assert b'"reasoning_content"' in body
    assert b'"finish_reason":"stop"' not in body
    assert body.endswith(b"data: [DONE]\n\n") == (name == "eof-after-done")


SMALL_WIRE_FACTS = {
    "ok": lambda head, body: body.endswith(b"data: [DONE]\n\n"),
    "no-done": lambda head, body: b"[DONE]" not in body and body.endswith(b"}\n\n"),
    "no-final-blank": lambda head, body: body.endswith(b"}") and b'"finish_reason":"stop"' in body[-120:],
    "bom": lambda head, body: body.startswith(b"\xef\xbb\xbfdata: "),
    "split-bytes": lambda head, body: body.count(b"\n\n") > 20 and b"\r" not in body,
    "split-bytes;nl=crlf": lambda head, body: b"\n" not in body.replace(b"\r\n", b""),
    "split-bytes;nl=cr": lambda head, body: b"\n" not in body and b"\r\r" in body,
    "surrogate": lambda head, body: b"\\ud800" in body,
    "invalid-utf8": lambda head, body: b"\xff\xfe" in body,
    "nan": lambda head, body: b":NaN," in body,
    "deep;depth=100000": lambda head, body: b"[" * 100_000 in body,
    "choices-dup": lambda head, body: body.count(b'"index":0') == 2 * (body.count(b"data: {")),
    "stream-swapped": lambda head, body: _is_json(body),
    "ctype-none": lambda head, body: b"content-type" not in head.lower(),
    "latin1": lambda head, body: b"charset=iso-8859-1" in head and "🐑".encode()[:1] in body,
    "html-200": lambda head, body: b"text/html" in head and body.startswith(b"<!doctype html>"),
    "html-as-json": lambda head, body: b"application/json" in head and body.startswith(b"<!doctype html>"),
    "error-event": lambda head, body: b"event: error\ndata: {" in body,
    "length-then-error": lambda head, body: body.find(b'"finish_reason":"length"') < body.find(b'"error"'),
    "done-only": lambda head, body: body == b"data: [DONE]\n\n",
    "redirect": lambda head, body: head.startswith(b"HTTP/1.1 307 ") and b"\r\nLocation: http://" in head,
    "x-should-retry": lambda head, body: b"400" in head and b"x-should-retry: true" in head,
    "retry-after;float": lambda head, body: b"429" in head and b"Retry-After: 0.25" in head,
    "status;code=502;body=empty": lambda head, body: body == b"",
}


@pytest.mark.parametrize("name", SMALL_WIRE_FACTS)
def test_a_streamed_scenario_is_on_the_wire_what_its_name_says(name):
    received, _ = served(BY_NAME[name], streamed=True)
    assert SMALL_WIRE_FACTS[name](received.partition(b"\r\n\r\n")[0], body_of(received))


def test_every_byte_of_a_split_body_travels_alone():
    received, _ = served(BY_NAME["split-bytes"], streamed=False)
    body = body_of(received)
    assert received.count(b"1\r\n") >= len(body)
    assert json.loads(body)["choices"][0]["message"]["content"] == ANSWER


@pytest.mark.parametrize("streamed", [False, True], ids=["plain", "streamed"])
def test_the_large_bodies_are_as_large_as_they_say(streamed):
    assert len(body_served("huge", streamed=streamed)) > HUGE_BYTES
    bomb = body_served("gzip-bomb", streamed=streamed)
    assert len(bomb) < 2**20
    assert len(zlib.decompress(bomb, wbits=31)) > BOMB_BYTES


@pytest.mark.parametrize(
    "scenario",
    [scenario for scenario in SCENARIOS if scenario.name.startswith("status;")],
    ids=lambda scenario: scenario.name,
)
def test_a_status_is_the_one_in_the_name(scenario):
    code = scenario.name.split("code=")[1][:3]
    for streamed in (False, True):
        assert served(scenario, streamed=streamed)[0].startswith(f"HTTP/1.1 {code} ".encode())


# The dialects


def _texts(value, fields):
    """Every string below these fields."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _strings(inner) if name in fields else _texts(inner, fields)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner, fields)


def _strings(value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner)


def _without_white_space(text):
    return "".join(text.split())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_both_wordings_of_a_case_hold_its_texts(case):
    fields = ("content", "reasoning", "reasoning_content", "reasoning_details")
    with FakeServer(case) as server:
        whole = json.loads(body_of(wire(server, model=case.model)[0]))
        body = body_of(wire(server, model=case.model, streamed=True)[0])
    lines = [line for line in body.decode().split("\n") if line.startswith("data: {")]
    chunks = [json.loads(line[6:]) for line in lines]
    for wording in ([whole], chunks):
        for expected in (case.thinking, case.answer):
            # Several fields may carry the same text in pieces, so each field is joined by itself.
            found = ["".join(_texts(wording, (field,))) for field in fields] + ["".join(_texts(wording, ("text",)))]
            assert any(_without_white_space(expected) in _without_white_space(text) for text in found)
    reasons = [choice["finish_reason"] for choice in whole["choices"]]
    streamed = [choice["finish_reason"] for chunk in chunks for choice in chunk["choices"]]
    assert reasons == [case.finish_reason]
    assert {reason for reason in streamed if reason} == {case.finish_reason}


def test_every_case_has_a_name_of_its_own_and_every_provider_a_case():
    assert len(CASE) == len(CASES)
    providers = """moonshot openrouter openai anthropic deepseek dashscope gemini xai groq together fireworks novita nvidia
        crazyrouter vllm sglang ollama llamacpp local"""
    assert set(providers.split()) == {case.dialect for case in CASES} - {""}


@pytest.mark.parametrize(
    ("name", "prompt", "completion_tokens", "thinking", "total"),
    [
        ("openrouter k2.5 counts inside", 21, 202, 166, 223),
        ("openrouter k2.5 counts approximately", 21, 173, 165, 194),
        ("openrouter thinking used up max_tokens, then an error", 43, 10, 11, 53),
        ("xai counts outside", 288, 27, 350, 665),
        ("gemini thought", 16, 9, None, 627),
        ("vercel reports 0", 424, 115, 0, 539),
        ("bedrock blocks", 92, 75, None, 167),
        ("together r1 without a count", 10, 995, None, 1005),
        ("moonshot k3 counts inside", 92, 1331, 983, 1423),
    ],
)
def test_counts_add_up_the_way_they_were_recorded(name, prompt, completion_tokens, thinking, total):
    usage = CASE[name].whole["usage"]
    assert (usage["prompt_tokens"], usage["completion_tokens"], usage["total_tokens"]) == (
        prompt,
        completion_tokens,
        total,
    )
    assert usage.get("completion_tokens_details", {}).get("reasoning_tokens") == thinking


# The home


@pytest.fixture(scope="module", autouse=True)
def _keys_of_whoever_runs_this():
    keys = {"SOME_API_KEY": "secret", "OPENAI_BASE_URL": "http://elsewhere.invalid"}
    os.environ.update(keys)
    yield
    for name in keys:
        del os.environ[name]


def test_a_test_sees_no_keys_and_writes_only_into_its_own_folder(tmp_path):
    assert not [name for name in os.environ if name.endswith("_API_KEY") or name.startswith("OPENAI_")]
    assert Path.cwd() == tmp_path
    assert Path("~").expanduser().is_relative_to(tmp_path)
    for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "WORKBENCH_CACHE"):
        assert Path(os.environ[name]).is_relative_to(tmp_path)
