"""Bodies that no provider would send."""

from hypothesis import strategies as st

NAMES = [
    "choices",
    "message",
    "delta",
    "content",
    "reasoning",
    "reasoning_content",
    "reasoning_details",
    "text",
    "type",
    "thinking",
    "finish_reason",
    "index",
    "usage",
    "error",
    "code",
    "tool_calls",
    "function",
    "arguments",
    "name",
    "id",
    "role",
    "extra_content",
    "google",
    "thought",
    "prompt_tokens",
    "completion_tokens",
]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


MESSAGES = st.dictionaries(st.sampled_from(NAMES), JSON, max_size=5)


CHOICES = st.fixed_dictionaries(
    {"message": MESSAGES | JSON, "finish_reason": st.sampled_from(["stop", "length", "error", None]) | JSON}
)


BODIES = JSON | st.fixed_dictionaries(
    {"choices": st.lists(CHOICES, max_size=2) | JSON}, optional={"usage": JSON, "error": JSON}
)


def record(body):
    return {
        "version": 1,
        "key": "k",
        "request": {"model_id": "fake/m", "body": {}, "sample": 0},
        "response": body,
        "streamed": False,
        "status": 200,
        "request_id": None,
        "seconds": 1.0,
        "seconds_to_first_token": None,
        "seconds_to_answer": None,
        "attempts": 1,
        "usd": None,
        "usd_source": "unknown",
        "created_at": "2026-11-24T00:00:00+00:00",
        "workbench": "0",
    }
