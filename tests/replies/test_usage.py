"""The arithmetic of tokens: one case for each way that a provider has been seen to count."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.replies.usage import raw_usage, read_usage


def usage(prompt, completion, total, thinking=None):
    raw = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": total}
    return raw if thinking is None else {**raw, "completion_tokens_details": {"reasoning_tokens": thinking}}


@pytest.mark.parametrize(
    ("raw", "visible", "thinking", "source", "answer", "output"),
    [
        pytest.param(usage(21, 202, 223, 166), "hm", 166, "reported", 36, 202, id="openrouter-inside"),
        pytest.param(usage(21, 173, 194, 165), "hm", 165, "reported", 8, 173, id="openrouter-streamed"),
        pytest.param(usage(43, 10, 53, 11), "hm", 11, "reported", None, 10, id="more-thinking-than-completion"),
        pytest.param(usage(288, 27, 665, 350), "hm", 350, "reported", 27, 377, id="xai-outside"),
        pytest.param(usage(16, 9, 627), "", 602, "reported", 9, 611, id="gemini-only-in-the-total"),
        pytest.param(usage(424, 115, 539, 0), "hm", 58, "estimated", 57, 115, id="zero-beside-visible-thinking"),
        pytest.param(usage(92, 75, 167), "", None, "unknown", None, 75, id="no-count-nothing-visible"),
        pytest.param(usage(10, 995, 1005), "hm", 498, "estimated", 497, 995, id="no-count-tags"),
        pytest.param(usage(92, 1331, 1423, 983), "hm", 983, "reported", 348, 1331, id="moonshot-k3"),
        pytest.param(usage(10, 4, 14, 0), "", 0, "reported", 4, 4, id="honest-zero"),
    ],
)
def test_thinking_is_found_where_the_provider_counts_it(raw, visible, thinking, source, answer, output):
    found = read_usage(raw, thinking=visible, answer="ok" if visible else "")
    assert (found.thinking_tokens, found.thinking_tokens_source) == (thinking, source)
    assert (found.answer_tokens, found.output_tokens) == (answer, output)


@pytest.mark.parametrize(
    "raw",
    [
        {"prompt_tokens": 92, "prompt_tokens_details": {"cached_tokens": 90}},
        {"prompt_tokens": 92, "cached_tokens": 90},
        {"prompt_tokens": 92, "prompt_cache_hit_tokens": 90, "prompt_cache_miss_tokens": 2},
    ],
    ids=["openai", "moonshot", "deepseek"],
)
def test_cached_prompt_tokens_are_found_under_each_name(raw):
    assert read_usage(raw, thinking="", answer="").cached_prompt_tokens == 90


@pytest.mark.parametrize(
    "raw", [None, [], "many", {"prompt_tokens": "7", "completion_tokens": True}, {"total_tokens": -1}]
)
def test_what_is_no_count_is_unknown(raw):
    found = read_usage(raw, thinking="hm", answer="ok")
    assert found.prompt_tokens is None
    assert found.completion_tokens is None
    assert found.output_tokens is None


COUNTS = st.none() | st.integers(-5, 10**13) | st.floats() | st.text(max_size=3) | st.booleans()


@given(
    st.dictionaries(st.sampled_from(["prompt_tokens", "completion_tokens", "total_tokens", "cached_tokens"]), COUNTS),
    COUNTS,
    st.text(max_size=5),
)
def test_no_usage_object_breaks_the_reader_or_makes_a_negative_count(raw, thinking, visible):
    found = read_usage(
        {**raw, "completion_tokens_details": {"reasoning_tokens": thinking}}, thinking=visible, answer="a"
    )
    for count in (found.prompt_tokens, found.completion_tokens, found.thinking_tokens, found.answer_tokens):
        assert count is None or count >= 0


@pytest.mark.parametrize(
    "body",
    [
        {"usage": {"prompt_tokens": 3}, "choices": [{"usage": {"prompt_tokens": 3}}]},
        {"usage": None, "choices": [{"usage": {"prompt_tokens": 3}}]},
        {"choices": [{"message": {}}], "x_groq": {"id": "r", "usage": {"prompt_tokens": 3}}},
    ],
    ids=["top-and-choice", "choice", "x_groq"],
)
def test_usage_is_taken_once_from_wherever_it_stands(body):
    assert raw_usage(body) == {"prompt_tokens": 3}
