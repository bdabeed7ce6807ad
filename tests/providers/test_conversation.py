"""Messages that go on: written and measured once, and to every reader what the same list is."""

from __future__ import annotations

import dataclasses
import json

from hypothesis import given
from hypothesis import strategies as st

from workbench.providers.bounds import worst_of
from workbench.providers.conversation import Conversation, dumped, record_dumped
from workbench.providers.models import resolve
from workbench.providers.requests import build_request

TEXTS = st.text(max_size=20)
CALLS = st.lists(
    st.fixed_dictionaries({"id": TEXTS, "function": st.fixed_dictionaries({"arguments": TEXTS})}), max_size=2
)
MESSAGES = st.lists(
    st.fixed_dictionaries(
        {"role": st.sampled_from(["user", "assistant", "tool"])},
        optional={"content": TEXTS | st.none(), "tool_calls": CALLS, "reasoning_content": TEXTS},
    ),
    min_size=1,
    max_size=6,
)


@given(MESSAGES)
def test_it_is_written_as_any_list_is(messages):
    body = {"model": "m", "messages": Conversation(messages), "tools": [{"a": 1.5}]}
    plain = {**body, "messages": messages}
    assert dumped(body) == json.dumps(plain) == dumped(plain)
    record = {"key": "k", "request": {"body": body, "sample": 0}, "response": {"messages": [1]}}
    same = {**record, "request": {"body": plain, "sample": 0}}
    assert json.loads(record_dumped(record)) == same
    assert record_dumped(same) == json.dumps(same, separators=(",", ":"))


@given(MESSAGES)
def test_the_worst_case_is_no_less_than_that_of_a_list_and_hardly_more(messages):
    request = build_request("?", target=resolve("openai/gpt-4.1"), max_tokens=10, tools=[])
    plain = dataclasses.replace(request, body={**request.body, "messages": messages})
    going_on = dataclasses.replace(request, body={**request.body, "messages": Conversation(messages)})
    usd = worst_of(plain).usd
    assert usd <= worst_of(going_on).usd <= usd * 1.2 + 1e-3


def test_messages_with_parts_are_measured_as_any():
    part = [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:"}}]}]
    assert not Conversation(part).is_plain
    assert Conversation([{"role": "user", "content": None, "cache_control": {}}]).holds('"cache_control"')
