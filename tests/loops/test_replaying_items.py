"""A loop over the Responses API gives back what its host sealed, and nothing else needs to know of it."""

import pytest
from fakes.server.server import FakeServer
from fakes.wordings.output_items import called, items_reply, said, thought
from item_hosts import HOSTS, TURNS, own, serving_items

import workbench as wb
from workbench.providers.facts import add_provider

FIRST = [thought(sealed="c2VhbA"), said("I weigh it.", phase="commentary"), called("weigh", '{"kg": 3}', number=1)]


def weigh(kg: float) -> str:
    """Weighs."""
    return f"{kg:g} kg"


def looped(first, **how):
    with FakeServer([items_reply(first), items_reply([said("3 kg", phase="final_answer")])]) as server:
        add_provider("box", base_url=server.base_url, responses="encrypted")
        loop = wb.loops.run("Weigh it.", tools=[weigh], model=wb.Model("box/m", dialect="responses"), **how)
    return loop, server.requests[1].json["input"][1:]


def test_items_go_back_as_they_came_and_the_answer_is_the_last_word():
    loop, sent = looped(FIRST)
    assert loop.answer == "3 kg"
    assert sent == [*FIRST, {"type": "function_call_output", "call_id": "call_weigh_1", "output": "3 kg"}]


def test_without_its_thinking_nothing_of_a_turn_refers_to_it():
    _, sent = looped(FIRST, replay="none")
    assert [item["type"] for item in sent] == ["message", "function_call", "function_call_output"]
    assert not any("id" in item for item in sent)


@pytest.mark.parametrize("twice", [True, False])
def test_calls_that_could_not_go_back_are_mended_with_their_results(twice):
    calls = [called("weigh", '{"kg": 3}', number=1), called("weigh", '{"kg": ' if not twice else '{"kg": 4}', number=1)]
    _, sent = looped([thought(), *calls])
    ids = [item["call_id"] for item in sent if item["type"] == "function_call"]
    assert len(set(ids)) == 2
    assert [item["call_id"] for item in sent if item["type"] == "function_call_output"] == ids
    assert [item["arguments"] for item in sent if item["type"] == "function_call"][1] == (
        '{"kg": 4}' if twice else "{}"
    )


@pytest.mark.parametrize("streamed", [True, False], ids=["streamed", "whole"])
@pytest.mark.parametrize("name", HOSTS)
def test_hosts_take_back_what_they_wrote_turn_after_turn(name, streamed):
    host = HOSTS[name]
    with serving_items(host) as server:
        add_provider("box", base_url=server.base_url, dialect=host.dialect, responses="encrypted")
        options = {} if streamed else {"stream": False}
        loop = wb.loops.run("Weigh it.", tools=[weigh_load], model=wb.Model("box/m", dialect="responses"), **options)
    assert (loop.outcome, loop.answer, len(loop.steps), server.hits) == ("answered", "3 kg", TURNS + 1, TURNS + 1)
    assert not any(call.problem for call in loop.calls)
    assert len(own(server.requests[-1].json["input"])) == sum(len(host.turn(number)) for number in range(TURNS))


@pytest.mark.parametrize("name", ["openai", "xai"])
def test_the_hosts_here_would_refuse_thinking_that_was_changed(name):
    host = HOSTS[name]
    turn = host.turn(0)
    assert host.fault(turn) is None
    assert "could not be verified" in host.fault([{**turn[0], "encrypted_content": "bm90eWV0"}, *turn[1:]])
    assert "required following item" in host.fault(turn[:1])


@wb.loops.tool(name="weigh")
def weigh_load(load: int) -> str:
    """Weigh a load."""
    return f"{load} kg"
