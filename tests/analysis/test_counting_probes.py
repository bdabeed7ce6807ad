"""Tokens of prompts and of thinking are counted plausibly, or not."""

import pytest
from probed import seen, standing, usage


def prompts(short, long, sent=(80, 2_800)):
    return [
        seen("cap", cap=24, sent=size, answer="a", usage=usage(n, 9))
        for size, n in zip(sent, (short, long), strict=True)
    ]


@pytest.mark.parametrize(
    ("mine", "theirs", "kept"),
    [
        (prompts(28, 700), (), "kept"),
        (prompts(28, 700), prompts(28, 700), "kept"),
        (prompts(44, 716), prompts(28, 700), "kept"),
        (prompts(36, 900), prompts(28, 700), "broken"),
        (prompts(728, 1_400), (), "broken"),
        (prompts(28, 100), (), "broken"),
        (prompts(90, 5_000), (), "broken"),
        (prompts(28, 700, sent=(80, 80)), (), "unclear"),
        ([seen("cap", cap=24, answer="a")] * 2, (), "unclear"),
    ],
)
def test_prompt_tokens_grow_with_the_prompt_and_as_at_the_first_host(mine, theirs, kept):
    assert standing("prompt tokens", mine, theirs).standing == kept


@pytest.mark.parametrize(
    ("replies", "kept"),
    [
        ([seen("effort", "high", thinking="t" * 400, answer="a", usage=usage(9, 110, 100))], "kept"),
        ([seen("effort", "high", thinking="t" * 400, answer="a", usage=usage(9, 101))], "kept"),
        ([seen("effort", "high", thinking="t" * 400, answer="a", usage=usage(9, 100, 0))], "broken"),
        ([seen("effort", "high", thinking="t" * 400, answer="a", usage=usage(9, 1_000, 990))], "broken"),
        ([seen("effort", "high", thinking="t" * 400, answer="a", usage=usage(9, 4))], "broken"),
        ([seen("effort", "high", thinking="t" * 400, answer="a")], "unclear"),
        ([seen("effort", "high", answer="a", usage=usage(9, 100, 90))], "kept"),
        ([seen("effort", "high", answer="a", usage=usage(9, 3))], "not asked"),
    ],
)
def test_thinking_is_among_the_tokens(replies, kept):
    assert standing("thinking counted", replies).standing == kept
