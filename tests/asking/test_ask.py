"""What `ask` and `stream` send, what they refuse before they do, and what a stream says while it comes."""

import time
import warnings

import pytest
from asked import QUESTION, ask, began, serve
from fakes.server import CLOSE, FakeServer, Pause, completion, error_response, sse_response
from fakes.server.bodies import chunk, event_bytes

import workbench as wb
from workbench.errors import (
    BadRequest,
    InputError,
    WorkbenchWarning,
)
from workbench.providers.facts import known_models

pytestmark = pytest.mark.usefixtures("quick")


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
