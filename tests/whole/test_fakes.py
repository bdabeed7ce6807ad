"""The fake server tells the truth: what it says it got was sent to it, and what its script says is on the wire."""

from __future__ import annotations

import asyncio
import http.client
import json
import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fakes.server import HANG, FakeServer, Response, completion, error_response, refused_address
from fakes.server.by_hand import body_of, wire
from fakes.wordings.cases import ANSWER, THINKING


def deltas_in(body):
    lines = [line for line in body.decode().split("\n") if line.startswith("data: {")]
    chunks = [json.loads(line[6:]) for line in lines]
    return [choice["delta"] for chunk in chunks for choice in chunk["choices"]]


def joined(deltas, field):
    return "".join(delta.get(field) or "" for delta in deltas)


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
    async def when_all_are_here(request):
        while server.hits < 100:
            await asyncio.sleep(0.005)
        return "Nine."

    with FakeServer(when_all_are_here) as server, ThreadPoolExecutor(100) as threads:
        ends = list(threads.map(lambda _: wire(server)[1], range(100)))
        wire(server)
        assert ends == ["closed"] * 100
        assert server.most_at_once == 100


def test_a_thousand_calls_take_no_time_to_speak_of():
    def ask_often(server):
        connection, seconds = http.client.HTTPConnection("127.0.0.1", server.port), []
        for _ in range(100):
            started = time.monotonic()
            connection.request("POST", "/v1/chat/completions", b'{"stream": true}')
            connection.getresponse().read()
            seconds.append(time.monotonic() - started)
        connection.close()
        return sorted(seconds)

    with FakeServer(completion(ANSWER, thinking=THINKING)) as server, ThreadPoolExecutor(10) as threads:
        list(threads.map(ask_often, [server] * 9))
        seconds = ask_often(server)
        assert server.hits == 1000
        assert seconds[10] < 0.03  # with the delays of Nagle's algorithm each of them takes 0.04


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
        asking = threading.Thread(target=wire, args=(server,))
        asking.start()
        server.wait_until(lambda: server.hits == 1)
    asking.join()
    assert not [thread for thread in threading.enumerate() if thread.name == "fake server"]
    with pytest.raises(ConnectionRefusedError):
        wire(server)


def test_a_refused_address_refuses():
    with refused_address() as url, pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(url.split(":")[2].split("/")[0])))


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
