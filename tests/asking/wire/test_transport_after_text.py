"""Once text has come, an error is one of the stream: it may be billed, and it is asked once more at the most."""

import pytest
from fakes.server import FakeServer, Response, sse_response
from fakes.server.bodies import chunk, stream_bytes

import workbench as wb
from workbench.errors import CallError, StreamError

pytestmark = pytest.mark.usefixtures("quick")

ERRORS = {
    "rate": {"code": 429, "message": "Provider returned error"},
    "rate in words": {"type": "rate_limit_exceeded", "message": "slow down"},
    "money": {"code": 402, "message": "Insufficient credits"},
    "quota in words": {"code": "insufficient_quota", "message": "no quota"},
    "key": {"code": 401, "message": "User not found"},
    "moderation": {"code": 403, "message": "flagged", "metadata": {"reasons": ["x"]}},
    "model": {"code": "model_not_found", "message": "gone"},
    "request": {"code": 400, "message": "context length"},
    "busy": {"code": 503, "message": "overloaded"},
    "nameless": {"message": "something"},
}
TEXTS = {
    "thinking": {"reasoning_content": "Let me see"},
    "answer": {"content": "Ni"},
    "tool call": {"tool_calls": [{"index": 0, "id": "c", "function": {"name": "f", "arguments": '{"a": 1'}}]},
}


@pytest.mark.parametrize("name", ERRORS)
@pytest.mark.parametrize("kind", TEXTS)
def test_an_error_after_text_is_asked_once_more_and_booked_at_its_worst(name, kind, tmp_path):
    broken = sse_response((stream_bytes([chunk(TEXTS[kind], model="m"), {"error": ERRORS[name]}], done=False),))
    with FakeServer(broken) as server:
        (tmp_path / "workbench.toml").write_text(
            f'[providers.fake]\nbase_url = "{server.base_url}"\n'
            '[models."fake/m"]\nusd_per_million = { input = 0, output = 1000 }\n'
        )
        rows = wb.sweep(["a?", "b?"], models="fake/m", max_tokens=1_000, max_usd=2.5, concurrency=1)
        assert server.hits == 2  # one dollar each, and no third fits
    assert rows["error"].tolist() == ["StreamError", "BudgetExceeded"]
    assert [entry["billed"] for entry in wb.cache.current().ledger.entries()] == ["unknown"] * 2


@pytest.mark.parametrize("name", [name for name in ERRORS if name not in ("busy", "nameless")])
def test_the_same_error_before_any_text_costs_nothing(name):
    begun = sse_response((b": waiting\n\n", stream_bytes([{"error": ERRORS[name]}], done=False)))
    with FakeServer(begun) as server:
        wb.add_provider("fake", base_url=server.base_url)
        with pytest.raises(CallError) as failure:
            wb.ask("a?", model="fake/m")
    assert not isinstance(failure.value, StreamError)
    assert {entry["billed"] for entry in wb.cache.current().ledger.entries()} == {"no"}


def test_a_reply_that_comes_at_the_second_try_is_kept():
    broken = sse_response((stream_bytes([chunk({"content": "Ni"}, model="m"), {"error": ERRORS["rate"]}], done=False),))
    with FakeServer([broken, "Nine."]) as server:
        wb.add_provider("fake", base_url=server.base_url)
        assert wb.ask("a?", model="fake/m").answer == "Nine."
        assert server.hits == 2


@pytest.mark.parametrize("broken", [b'data: {"id": "1", "choi\n\n', b'data: {"choices": 7\n\n', b"data: [7]\n\n"])
def test_what_is_no_event_after_text_is_an_error_of_the_stream(broken):
    begun = stream_bytes([chunk({"content": "Ni"}, model="m")], done=False)
    with FakeServer(sse_response((begun, broken, b"data: [DONE]\n\n"))) as server:
        wb.add_provider("fake", base_url=server.base_url)
        with pytest.raises(StreamError) as failure:
            wb.ask("a?", model="fake/m")
        assert server.hits == 2
    assert failure.value.partial == "Ni"
    assert [entry["billed"] for entry in wb.cache.current().ledger.entries()] == ["unknown"] * 2


@pytest.mark.parametrize("streamed", [False, True])
@pytest.mark.parametrize("number", ["NaN", "-Infinity"])
def test_a_number_that_is_none_loses_no_reply(streamed, number):
    words = f'"usage": {{"prompt_tokens": 3, "completion_tokens": 1, "cost": {number}}}'
    told = f'"finish_reason": "stop", "logprobs": {{"content": [{{"token": "9", "logprob": {number}}}]}}'
    kind = "delta" if streamed else "message"
    body = f'{{"model": "m", "choices": [{{"index": 0, "{kind}": {{"content": "9"}}, {told}}}], {words}}}'.encode()
    answer = sse_response((b"data: " + body + b"\n\ndata: [DONE]\n\n",)) if streamed else Response((body,))
    with FakeServer(answer) as server:
        wb.add_provider("fake", base_url=server.base_url)
        reply = wb.ask("a?", model="fake/m")
        again = wb.ask("a?", model="fake/m")
        assert server.hits == 1
    assert (reply.answer, reply.usage.prompt_tokens) == (again.answer, again.usage.prompt_tokens) == ("9", 3)
    assert "NaN or Infinity" in " ".join(reply.warnings)
    assert reply.warnings == again.warnings
