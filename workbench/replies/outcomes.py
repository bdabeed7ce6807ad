"""The ways in which a reply can end, as names and in words."""

from __future__ import annotations

from typing import Final, Literal

CUT_OUTCOMES: Final = ("thinking_exhausted", "answer_truncated")

Outcome = Literal[
    "answered",
    "thinking_exhausted",
    "answer_truncated",
    "empty",
    "refused",
    "tool_call",
    "error",
    "out_of_steps",
    "repeating",
    "stopped",
]

LOOP_OUTCOMES: Final = ("out_of_steps", "repeating", "stopped")
"""How a loop of tool calls can end besides: with no step left, with the same calls again and again, by a function."""

LENGTH_REASONS = frozenset(
    {
        *("length", "max_tokens", "max_output_tokens", "model_length", "token_limit", "max_completion_tokens"),
        *("max_length", "max_len", "reason_max_len", "incomplete"),
        *("model_context_window_exceeded", "context_window_exceeded", "context_length_exceeded", "context_length"),
        *("max_context", "reason_max_context", "error_limit", "repetition", "repetition_truncation"),
    }
)
"""Finish reasons that mean: max_tokens or the context window ran out, or the host cut what went round in circles."""

GOOD_REASONS = frozenset(
    {
        *("stop", "end_turn", "eos", "eos_token", "stop_sequence", "completed", "complete", "end", "done", "finish"),
        *("tool_calls", "tool_use", "function_call", "tool_call", "normal", "success", "stopped", "eod", "stop_eos"),
    }
)
"""Finish reasons that mean: the model ended by itself. Of one that is in none of these sets a reader is told."""

REFUSAL_REASONS = frozenset(
    {
        *("refusal", "safety", "prohibited_content", "blocklist", "sensitive", "spii", "recitation", "image_safety"),
        *("guardrail_intervened", "guardrails", "moderation", "error_toxic"),
    }
)
"""Finish reasons that mean: the model or a filter of the host refused, besides those that begin with content_filter."""

GIVEN_UP_REASONS = frozenset(
    {
        *("error", "network_error", "insufficient_system_resource", "abort", "aborted", "cancelled", "canceled"),
        *("failed", "internal_error", "server_error", "engine_error", "timeout", "time_limit", "reason_time_limit"),
    }
)
"""Finish reasons that mean: the host gave up. Such a reply is an error, whatever came before."""

UNKNOWN_REASON: Final = "unknown"
"""Stands for the finish reason of a whole reply whose host names none."""

OUTCOMES: Final = (
    "answered",
    "thinking_exhausted",
    "answer_truncated",
    "empty",
    "refused",
    "tool_call",
    "error",
    *LOOP_OUTCOMES,
)

OUTCOME_WORDS: Final = {
    "answered": "answered",
    "thinking_exhausted": "max_tokens ran out while it thought",
    "answer_truncated": "max_tokens ran out within the answer",
    "empty": "no answer",
    "refused": "refused",
    "tool_call": "asks for a tool",
    "error": "failed",
    "out_of_steps": "no step was left",
    "repeating": "made the same calls again and again",
    "stopped": "stopped without an answer",
}
"""How a reply ended, as a person says it."""

NEVER_ANSWERED: Final = frozenset(
    {"thinking_exhausted", "answer_truncated", "empty", "refused", "tool_call", *LOOP_OUTCOMES}
)
"""Outcomes without a whole answer. An `answer_truncated` reply that already scores as right counts as right."""
