"""Models that are asked over the Responses API, by the same door as all others."""

import pytest
from fakes.server.server import FakeServer, error_response
from fakes.wordings.output_items import broken_reply, called, items_reply, said, thought

import workbench as wb
from workbench import errors
from workbench.providers.models import resolve
from workbench.providers.requests import build_request

SOL = "openai/gpt-5.6-sol"
TOOL = {
    "type": "function",
    "function": {"name": "weigh", "description": "Weighs.", "parameters": {"type": "object", "properties": {}}},
}


@pytest.fixture(autouse=True)
def key(home, monkeypatch):
    prices = "usd_per_million = { input = 3, cached = 0.5, output = 7 }"
    (home / "workbench.toml").write_text(f'[models."{SOL}"]\n{prices}\n')
    (home / "workbench.toml").chmod(0o600)
    monkeypatch.setenv("OPENAI_API_KEY", "not-a-key-of-anyone-0123456789")


@pytest.mark.parametrize("streamed", [True, False])
def test_a_reply_is_asked_once_kept_priced_and_read(stand_in, streamed):
    with FakeServer(items_reply([thought("Nine stay."), said("9")], size=7)) as server:
        stand_in("openai", server)
        asked = {"model": wb.Model(SOL, dialect="responses", effort="low"), "max_tokens": 500, "stream": streamed}
        reply, again = wb.ask("How many sheep?", **asked), wb.ask("How many sheep?", **asked)
    assert (reply.answer, reply.thinking, reply.outcome) == ("9", "Nine stay.", "answered")
    assert (reply.thinking_visibility, reply.finish_reason, reply.max_tokens) == ("summary", "stop", 500)
    assert reply.usd == pytest.approx((82 * 3 + 128 * 0.5 + 96 * 7) / 1e6)
    assert (again.cached, again.usd_spent, again.thinking, server.hits) == (True, 0.0, "Nine stay.", 1)
    assert server.requests[0].json == {
        "model": "gpt-5.6-sol",
        "input": [{"role": "user", "content": "How many sheep?"}],
        "reasoning": {"effort": "low"},
        "max_output_tokens": 500,
        "store": False,
        "include": ["reasoning.encrypted_content"],
        **({"stream": True} if streamed else {}),
    }


def test_a_model_that_calls_tools_there_alone_is_asked_there(stand_in):
    with FakeServer(items_reply([thought(), called("weigh", '{"kg": 3}')])) as server:
        stand_in("openai", server)
        reply = wb.ask(
            "Weigh it.", model=SOL, tools=[TOOL], tool_choice={"type": "function", "function": {"name": "weigh"}}
        )
    assert (reply.outcome, reply.tool_calls[0].arguments) == ("tool_call", '{"kg": 3}')
    sent = server.requests[0].json
    assert sent["tools"] == [{"type": "function", "strict": False, **TOOL["function"]}]
    assert sent["tool_choice"] == {"type": "function", "name": "weigh"}


def test_the_items_of_a_reply_go_back_as_they_came(stand_in):
    items = [thought(sealed="b3BhcXVl"), called("weigh", '{"kg": 3}')]
    with FakeServer([items_reply(items), items_reply([said("3 kg", phase="final_answer")])]) as server:
        stand_in("openai", server)
        first = wb.ask("Weigh it.", model=SOL, tools=[TOOL])
        turns = [
            {"role": "user", "content": "Weigh it."},
            {"role": "assistant", "output": first.raw["output"]},
            {"role": "tool", "tool_call_id": first.tool_calls[0].id, "content": "3"},
        ]
        assert wb.ask(turns, model=SOL, tools=[TOOL]).answer == "3 kg"
    assert server.requests[1].json["input"] == [
        {"role": "user", "content": "Weigh it."},
        *items,
        {"type": "function_call_output", "call_id": "call_weigh_0", "output": "3"},
    ]


def test_pieces_come_while_the_reply_does(stand_in):
    with FakeServer(items_reply([thought("Nine stay."), said("9 sheep")], size=40)) as server:
        stand_in("openai", server)
        live = wb.stream("How many?", model=wb.Model(SOL, dialect="responses"))
        pieces = list(live)
    assert "".join(piece.text for piece in pieces if piece.kind == "thinking") == "Nine stay."
    assert "".join(piece.text for piece in pieces if piece.kind == "answer") == "9 sheep"


def test_both_dialects_stand_beside_each_other_in_a_sweep(stand_in):
    def reply(request):
        return items_reply([said("9")])(request) if request.path.endswith("/responses") else "8"

    with FakeServer(reply) as server:
        stand_in("openai", server)
        rows = wb.sweep(["How many?"], models=SOL, params={"dialect": ["chat", "responses"]}, max_tokens=64, max_usd=1)
        assert wb.sweep(["How many?"], models=SOL, params={"dialect": ["chat", "responses"]}, max_tokens=64)[
            "cached"
        ].all()
    assert rows["answer"].tolist() == ["8", "9"]
    assert rows["dialect"].tolist() == ["chat", "responses"]
    assert rows["finish_reason"].tolist() == ["stop", "stop"]


@pytest.mark.parametrize(
    ("last", "error"),
    [
        (None, errors.StreamCut),
        ({"type": "error", "code": "server_error", "message": "broke"}, errors.StreamError),
        ({"type": "response.failed", "response": {"error": {"code": "server_error", "message": "broke"}}},
         errors.StreamError),
    ],
)  # fmt: skip
def test_a_stream_that_does_not_end_well_is_tried_once_more_and_not_kept(stand_in, quick, last, error):
    with FakeServer(broken_reply([said("nine sheep")], last)) as server:
        stand_in("openai", server)
        with pytest.raises(error) as failure:
            wb.ask("How many?", model=wb.Model(SOL, dialect="responses"))
    assert failure.value.partial == "nine sheep"
    assert server.hits == 2
    assert wb.cache.stats().stored == 0


@pytest.mark.parametrize(
    ("items", "top", "outcome"),
    [
        ([thought("hm")], {"status": "incomplete", "reason": "max_output_tokens"}, "thinking_exhausted"),
        ([said("9 sh")], {"status": "incomplete", "reason": "content_filter"}, "refused"),
        ([said(refusal="I will not.")], {}, "refused"),
    ],
)
def test_replies_that_end_otherwise_are_kept_with_their_outcome(stand_in, items, top, outcome):
    with FakeServer(items_reply(items, **top)) as server:
        stand_in("openai", server)
        replies = [
            wb.ask("How many?", model=wb.Model(SOL, dialect="responses"), stream=how, sample=n)
            for n, how in enumerate([True, False])
        ]
    assert [reply.outcome for reply in replies] == [outcome] * 2
    assert wb.cache.stats().stored == 2


def test_a_refused_request_says_so_before_the_stream(stand_in):
    with FakeServer(error_response(400, "Item 'rs_1' of type 'reasoning' was provided without its item")) as server:
        stand_in("openai", server)
        with pytest.raises(errors.BadRequest, match="rs_1"):
            wb.ask("How many?", model=wb.Model(SOL, dialect="responses"))
    assert server.hits == 1


def test_a_failed_body_that_says_nothing_is_the_error_of_its_code(stand_in):
    failed = items_reply([], status="failed", error={"code": "insufficient_quota", "message": "no credit"})
    with FakeServer(failed) as server:
        stand_in("openai", server)
        with pytest.raises(errors.QuotaExhausted, match="no credit"):
            wb.ask("How many?", model=wb.Model(SOL, dialect="responses"), stream=False)
    assert server.hits == 1


def test_a_sum_is_held_against_what_is_sent(stand_in):
    with FakeServer(items_reply([said("9")])) as server:
        stand_in("openai", server)
        with pytest.raises(errors.BudgetExceeded):
            wb.ask("How many?", model=wb.Model(SOL, dialect="responses"), max_tokens=1_000, max_usd=0.007)
        wb.ask("How many?", model=wb.Model(SOL, dialect="responses"), max_tokens=1_000, max_usd=0.008)
    assert server.hits == 1


def test_the_dialect_is_part_of_the_key_and_chat_has_the_key_it_had():
    chat, plain, items = (
        build_request("?", target=resolve(SOL), **given).identity()
        for given in ({"dialect": "chat"}, {}, {"dialect": "responses"})
    )
    assert chat == plain
    assert "dialect" not in chat["body"]
    assert items["body"]["dialect"] == "responses"


def test_a_recording_of_such_replies_can_be_read(stand_in, tmp_path, monkeypatch):
    asked = {"model": wb.Model(SOL, dialect="responses")}
    with FakeServer(items_reply([thought("hm"), said("9")])) as server:
        stand_in("openai", server)
        wb.ask("How many?", **asked)
        wb.cache.export(tmp_path / "kept.jsonl")
        monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path / "another"))
        wb.cache.load(tmp_path / "kept.jsonl")
        assert wb.ask("How many?", **asked).answer == "9"
    assert server.hits == 1
