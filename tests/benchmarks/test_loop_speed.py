"""What a step of a loop costs beside the model: it does not grow with the steps before it."""

from __future__ import annotations

import hashlib
import itertools
import json
import statistics
import time

import workbench as wb
from workbench.cache.request_key import GrowingKey
from workbench.providers.conversation import Conversation, dumped

STEPS = 300


def look(at: int) -> str:
    """Look somewhere."""
    return f"place {at}: " + "dark " * 60


def script(asked):
    done = len(asked.messages) // 2
    made = [{"name": "look", "arguments": {"at": done}}]
    return {"thinking": "I look on. " * 10, "tool_calls": made} if done < STEPS - 1 else "Dark everywhere."


def test_a_late_step_is_hardly_dearer_than_an_early_one():
    """Bought and kept, by the time the engine's own thread computes; the scripted server is another thread."""
    with wb.testing.scripted(script):
        wb.loops.run("Warm?", tools=[look], model="scripted/m", max_steps=2)
        for most in (2.0, 6.0):  # a kept reply is read with its request, which is longer each time
            moments = []
            loop = wb.loops.run(
                "Where is it dark?",
                tools=[look],
                model="scripted/m",
                show=lambda heard, moments=moments: heard.kind == "step" and moments.append(time.thread_time()),
            )
            took = [later - earlier for earlier, later in itertools.pairwise(moments)]
            early, late = statistics.median(took[5:35]), statistics.median(took[-30:])
            assert len(loop.steps) == STEPS
            assert late < most * early + 0.001, (early, late)


def test_the_key_and_the_text_of_a_step_cost_what_is_new():
    """At step 300, in less than half the processor time that hashing and writing all of it takes."""
    request = {"base_url": "http://127.0.0.1/v1", "headers": {}, "query": {}, "sample": 0}
    messages = [{"role": "tool", "tool_call_id": str(number), "content": "dark " * 400} for number in range(2 * STEPS)]
    keys, said = GrowingKey({**request, "body": {}}), Conversation([])
    took = []
    for number in range(1, 2 * STEPS, 2):
        began = time.thread_time()
        said = said.followed_by(messages[:number], "")
        body = {"model": "m", "messages": said}
        keys.key(body)
        text = dumped(body)
        took.append(time.thread_time() - began)
    assert len(text) > 1_000_000
    began = time.thread_time()
    hashlib.sha256(json.dumps({**body, "messages": [*said]}).encode())
    assert statistics.median(took[-30:]) < (time.thread_time() - began) / 2
