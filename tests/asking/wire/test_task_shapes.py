"""Shapes of tasks that are asked for and fetched later: their states, and the turns of a conversation."""

import pytest

from workbench.asking.wire.task_shapes import Following, run_of, state_of
from workbench.errors import BadRequest


def test_states_are_read_as_numbers_and_as_words():
    assert [state_of({"status": told}) for told in (7, "running", "COMPLETED", 99, None)] == [
        "running",
        "running",
        "completed",
        "unknown",
        "unknown",
    ]
    following = Following()
    for event in (
        {"type": "heartbeat"},
        5,
        {"data": {"status": 7, "id": "x"}, "fields": ["status"]},
        {"event": "delta"},
    ):
        assert following.take(event) == []
    assert (following.state, "id" in following.task) == ("running", False)


def test_the_run_of_a_conversation_keeps_its_turns():
    messages = [
        {"role": "system", "content": "A"},
        {"role": "user", "content": "1"},
        {"role": "assistant", "content": "2", "reasoning": "r"},
        {"role": "user", "content": [{"type": "text", "text": "3"}, {"type": "text", "text": "4"}]},
    ]
    run = run_of({"model": "a/b@c", "messages": messages, "temperature": 0.1, "session": "new"}, "mark")
    assert (run["app"], run["session"], run["metadata"]) == ("a/b@c", "new", {"workbench": "mark"})
    assert run["input"] == {
        "text": "3\n4",
        "context": [{"role": "user", "text": "1"}, {"role": "assistant", "text": "2", "reasoning": "r"}],
        "system_prompt": "A",
        "temperature": 0.1,
    }
    with pytest.raises(BadRequest, match="last message"):
        run_of({"model": "m", "messages": messages[:3]}, "mark")
