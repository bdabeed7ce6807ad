"""What goes back to a model is what its vendor accepts: thinking, signatures, ids; arms only where they are legal."""

from __future__ import annotations

import pytest
from fakes.server.server import FakeServer
from fakes.wordings.output_items import called, items_reply, said, thought
from nightly import NIGHTLY
from vendors import SIGNATURE, THOUGHT, VENDORS, serving, turns

import workbench as wb
from workbench.errors import BadRequest, InputError
from workbench.loops.replaying import habits

pytestmark = pytest.mark.usefixtures("quick")


def probe(well: int) -> str:
    """Tell how deep a well is."""
    return f"{well + 2} metres"


def loop_of(vendor, server, **options):
    wb.add_provider("box", base_url=server.base_url, dialect=vendor.dialect, free=True)
    return wb.loops.run("How deep is well 7?", tools=[probe], model=f"box/{vendor.model}", **options)


@pytest.mark.parametrize("name", VENDORS)
def test_the_vendor_accepts_what_goes_back_whole_and_streamed(name):
    vendor = VENDORS[name]
    for streamed in (False, True):
        with serving(vendor, turns_with_calls=3, streamed=streamed) as server:
            loop = loop_of(vendor, server)
        assert (loop.outcome, loop.answer, len(loop.steps), server.hits) == ("answered", "9 metres", 4, 4)
        sent = server.requests[-1].json["messages"]
        assert len(turns(sent)) == 3
        assert "workbench" not in str(sent)


@pytest.mark.parametrize("name", ["moonshot", "gemini", "claude by a router"])
def test_a_long_loop_is_as_right_at_its_end(name):
    """60 steps, at night 300."""
    calls = 299 if NIGHTLY else 59
    with serving(VENDORS[name], turns_with_calls=calls) as server:
        loop = loop_of(VENDORS[name], server)
    assert (loop.outcome, len(loop.steps), server.hits) == ("answered", calls + 1, calls + 1)


@pytest.mark.parametrize("name", ["moonshot", "gemini"])
def test_an_arm_that_the_vendor_refuses_is_refused_before_anything_is_sent(name):
    vendor = VENDORS[name]
    for arm in ("none", "last"):
        with serving(vendor) as server, pytest.raises(InputError, match="does not come back"):
            loop_of(vendor, server, replay=arm)
        assert server.hits == 0


def test_the_servers_here_would_refuse_it(monkeypatch):
    vendor = VENDORS["moonshot"]
    monkeypatch.setattr("workbench.loops.starting.check_replay", lambda replay, target, body: replay)
    monkeypatch.setattr("workbench.loops.replaying._thinks", lambda target, body: False)
    with serving(vendor) as server, pytest.raises(BadRequest, match="reasoning_content is missing") as caught:
        loop_of(vendor, server, replay="none")
    assert len(caught.value.loop.steps) == 1


def test_with_thinking_switched_off_every_arm_is_legal():
    vendor = VENDORS["moonshot"]
    with serving(vendor) as server:
        with pytest.raises(BadRequest):  # this server thinks all the same
            loop_of(vendor, server, replay="none", extra_body={"thinking": {"type": "disabled"}})
        assert "reasoning_content" not in str(server.requests[-1].json["messages"])


def test_a_vendor_that_hides_its_thinking_has_no_arms():
    vendor = VENDORS["vllm"]
    with serving(vendor) as server:
        wb.add_provider("hidden", base_url=server.base_url, dialect="openai", free=True)
        with pytest.raises(InputError, match="every arm is the same"):
            wb.loops.run("How deep?", tools=[probe], model="hidden/gpt-6", replay="none")


@pytest.mark.parametrize(("arm", "thoughts"), [("all", 3), ("last", 1), ("none", 0)])
def test_arms_differ_in_the_turns_whose_thinking_goes_back(arm, thoughts):
    vendor = VENDORS["xai"]
    with serving(vendor, turns_with_calls=3) as server:
        loop = loop_of(vendor, server, replay=arm)
    sent = turns(server.requests[-1].json["messages"])
    assert [message.get("reasoning_content") for message in sent] == [None] * (3 - thoughts) + [THOUGHT] * thoughts
    assert loop.outcome == "answered"


def test_where_the_field_must_be_there_it_is_left_empty():
    vendor = VENDORS["deepseek"]
    with serving(vendor) as server:
        assert loop_of(vendor, server, replay="none").outcome == "answered"
    assert [one["reasoning_content"] for one in turns(server.requests[-1].json["messages"])] == ["", ""]


def test_tags_in_the_text_go_with_their_thinking():
    vendor = VENDORS["minimax"]
    with serving(vendor, turns_with_calls=1) as server, pytest.raises(BadRequest, match="the tags are gone"):
        loop_of(vendor, server, replay="none")


def test_a_signature_stays_on_the_call_that_had_it():
    vendor = VENDORS["gemini"]
    with serving(vendor, turns_with_calls=1) as server:
        loop_of(vendor, server)
    first, second = turns(server.requests[-1].json["messages"])[0]["tool_calls"]
    assert first["extra_content"]["google"]["thought_signature"] == SIGNATURE
    assert "extra_content" not in second


@pytest.mark.parametrize(
    ("name", "ids", "wanted"),
    [
        ("kimi on another host", "native", ["chatcmpl-tool-5", "chatcmpl-tool-6"]),
        ("kimi on another host", "trained", ["functions.probe:0", "functions.probe:1"]),
        ("zai", "kimi", ["functions.probe:0"]),
        ("zai", "trained", ["call_-780712"]),
        ("moonshot", "trained", ["probe:0"]),
    ],
)
def test_ids_are_written_as_the_model_was_trained_to_read_them(name, ids, wanted):
    vendor = VENDORS[name]
    open_to_any = type(vendor)(vendor.dialect, vendor.model, vendor.turn, lambda messages: None)
    with serving(open_to_any, turns_with_calls=1) as server:
        loop_of(vendor, server, ids=ids)
    messages = server.requests[-1].json["messages"]
    assert [one["id"] for one in turns(messages)[0]["tool_calls"]] == wanted
    assert [message["tool_call_id"] for message in messages if message["role"] == "tool"] == wanted


def test_a_router_is_held_to_the_host_that_answered_first():
    vendor = VENDORS["claude by a router"]
    with serving(vendor) as server:
        loop_of(vendor, server)
    routes = [request.json.get("provider") for request in server.requests]
    pinned = {"order": ["Anthropic"], "allow_fallbacks": False}
    assert routes == [None, pinned, pinned]


def test_a_route_of_the_users_own_is_left_alone():
    vendor = VENDORS["claude by a router"]
    with serving(vendor) as server:
        loop_of(vendor, server, extra_body={"provider": {"only": ["Amazon Bedrock"]}})
    assert {str(request.json["provider"]) for request in server.requests} == {"{'only': ['Amazon Bedrock']}"}


@pytest.mark.parametrize("dialect", ["moonshot", "deepseek", "openrouter", "nobody's", "ids"])
def test_every_dialect_has_habits_with_a_source(dialect):
    assert habits(dialect).source
    assert habits(dialect).without in ("fine", "empty", "refused", "nothing")


ITEMS = [thought("I weigh.", sealed="c2VhbGVk"), called("probe", '{"well": 7}')]


@pytest.mark.parametrize("arm", ["all", "none"])
def test_items_of_the_responses_api_go_back_as_they_came_or_are_made_anew(arm):
    script = [items_reply(ITEMS), items_reply([said("9 metres", phase="final_answer")])]
    with FakeServer(script) as server:
        wb.add_provider("box", base_url=server.base_url, dialect="openai", free=True)
        loop = wb.loops.run("How deep?", tools=[probe], model="box/m", dialect="responses", replay=arm)
    assert (loop.answer, loop.outcome, len(loop.steps)) == ("9 metres", "answered", 2)
    first, *back, result = server.requests[1].json["input"]
    assert first["role"] == "user"
    assert result == {"type": "function_call_output", "call_id": loop.messages[2]["tool_call_id"], "output": "9 metres"}
    assert back == ITEMS if arm == "all" else [item["type"] for item in back] == ["function_call"]


def test_thinking_that_was_not_handed_out_does_not_go_back_by_its_id_alone():
    hidden = {"id": "rs_1", "type": "reasoning", "summary": []}
    with FakeServer([items_reply([hidden, ITEMS[1]]), items_reply([said("9 metres")])]) as server:
        wb.add_provider("box", base_url=server.base_url, dialect="openai", free=True)
        wb.loops.run("How deep?", tools=[probe], model="box/m", dialect="responses")
    assert [item.get("type") for item in server.requests[1].json["input"][1:]] == [
        "function_call",
        "function_call_output",
    ]
