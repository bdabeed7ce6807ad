"""A loop with a real model in a real server: llama.cpp, held by a grammar to call a tool in the notation of Kimi K2."""

from __future__ import annotations

import pytest
from embedded import INSTRUCT
from nightly import NIGHTLY

import workbench as wb

pytestmark = pytest.mark.skipif(not NIGHTLY, reason="a minute of a real model; WORKBENCH_TESTS=nightly runs it")

GRAMMAR = r"""root ::= "<|tool_call_begin|>functions.weigh:0<|tool_call_argument_begin|>" call
call ::= "{\"load\": " [1-9] [0-9]? "}<|tool_call_end|>"
"""

OPTIONS = {"model": f"local/{INSTRUCT}", "temperature": 0, "max_tokens": 120, "tool_choice": "none"}
"""llama.cpp takes a grammar of ours only where it has none of its own, which it has for tools that may be called."""


def test_a_real_model_calls_reads_and_is_resumed_for_nothing():
    weighed = []

    def weigh(load: int) -> str:
        """Weigh a load."""
        weighed.append(load)
        return f"{load} kg"

    def run(**more):
        return wb.loops.run(
            "Weigh the loads 4 and 7, one after the other.",
            tools=[weigh],
            stop=lambda steps: steps[-1].calls[0].result if len(steps) == 3 else None,
            extra_body={"grammar": GRAMMAR},
            **OPTIONS,
            **more,
        )

    loop = run()
    assert (loop.outcome, len(loop.steps), loop.invalid_calls) == ("answered", 3, 0)
    assert loop.answer == f"{weighed[-1]} kg"
    assert [call.name for call in loop.calls] == ["weigh"] * 3
    assert all(step.reply.usage.prompt_tokens for step in loop.steps)
    growth = [step.reply.usage.prompt_tokens for step in loop.steps]
    assert growth == sorted(set(growth))  # every turn and result was read
    again = run(results="recorded")
    assert again.cached
    assert again.answer == loop.answer
    assert len(weighed) == 3
