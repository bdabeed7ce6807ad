"""How the makers of models word their replies: Moonshot, Gemini, OpenAI, Anthropic, xAI, DeepSeek, DashScope."""

from __future__ import annotations

from dataclasses import replace

from fakes.server.bodies import chunk
from fakes.wordings.cases import (
    ANSWER,
    Case,
    field_case,
    shaped_case,
    text_case,
    tool_call,
    tool_deltas,
    usage,
    usage_beside_finish,
    usage_in_choice,
    usage_in_choice_only,
)

MOONSHOT = [
    # In the days of K2 Thinking no thinking was counted, and cached tokens stood at the top of the usage.
    field_case(
        "moonshot k2-thinking",
        "moonshot",
        "kimi-k2-thinking",
        counts=usage(92, 61, cached_tokens=64),
        cached_prompt_tokens=64,
        ending=usage_in_choice,
    ),
    field_case(
        "moonshot k2-thinking counts in the choice only",
        "moonshot",
        "kimi-k2-thinking",
        counts=usage(92, 61, cached_tokens=64),
        cached_prompt_tokens=64,
        ending=usage_in_choice_only,
    ),
    field_case(
        "moonshot k3 counts inside",
        "moonshot",
        "kimi-k3",
        counts=usage(92, 1331, thinking=983, cached_tokens=92, prompt_tokens_details={"cached_tokens": 92}),
        cached_prompt_tokens=92,
        ending=usage_in_choice,
    ),
    field_case(
        "moonshot thinking used up max_tokens",
        "moonshot",
        "kimi-k2.6",
        answer="",
        counts=usage(30, 64, thinking=64),
        finish_reason="length",
        outcome="thinking_exhausted",
        ending=usage_in_choice,
    ),
    field_case(
        "moonshot answer cut",
        "moonshot",
        "kimi-k2.6",
        answer="Nine sheep are l",
        counts=usage(30, 64, thinking=58),
        finish_reason="length",
        outcome="answer_truncated",
        ending=usage_in_choice,
    ),
    shaped_case(
        "moonshot tool call",
        "moonshot",
        "kimi-k2.6",
        {"content": "", "reasoning_content": "I need the weather.", "tool_calls": [tool_call(call_id="weather:0")]},
        [
            {"role": "assistant", "content": ""},
            {"reasoning_content": "I need the weather."},
            *tool_deltas("weather:0"),
        ],
        counts=usage(80, 30, thinking=12),
        finish_reason="tool_calls",
        ending=usage_in_choice,
        thinking="I need the weather.",
        answer="",
        outcome="tool_call",
        tool_names=("weather",),
    ),
]

GEMINI_THOUGHT = "**Counting the sheep**\n\nI keep the nine that do not die."
_FLAG = {"extra_content": {"google": {"thought": True}}}
_GEMINI_MODEL = "gemini-2.5-flash"

GEMINI = [
    # The closing tag comes with the first text of the answer, which has no flag; the thinking shows in the total only.
    shaped_case(
        "gemini thought",
        "gemini",
        _GEMINI_MODEL,
        {"content": f"<thought>{GEMINI_THOUGHT}\n\n\n</thought>{ANSWER}", **_FLAG},
        [
            *(
                {"content": text, **_FLAG}
                for text in ("<thought>" + GEMINI_THOUGHT[:30], GEMINI_THOUGHT[30:] + "\n\n\n")
            ),
            {"content": "</thought>" + ANSWER[:9]},
            {"content": ANSWER[9:]},
        ],
        counts=usage(16, 9, total=627),
        thinking=GEMINI_THOUGHT,
        answer=ANSWER,
        thinking_tokens=602,
        answer_tokens=9,
        visibility="summary",
    ),
    # The signature at the end must not take the flag of the thoughts away.
    shaped_case(
        "gemini thought, then a signature",
        "gemini",
        "gemini-3-pro",
        {
            "content": f"<thought>{GEMINI_THOUGHT}</thought>{ANSWER}",
            "extra_content": {"google": {"thought": True, "thought_signature": "c2ln"}},
        },
        [
            {"content": "<thought>" + GEMINI_THOUGHT, **_FLAG},
            {"content": "</thought>" + ANSWER[:9]},
            {"content": ANSWER[9:], "extra_content": {"google": {"thought_signature": "c2ln"}}},
        ],
        counts=usage(16, 9, total=627),
        thinking=GEMINI_THOUGHT,
        answer=ANSWER,
        thinking_tokens=602,
        answer_tokens=9,
        visibility="summary",
    ),
    shaped_case(
        "gemini cut in its thought",
        "gemini",
        _GEMINI_MODEL,
        {"content": f"<thought>{GEMINI_THOUGHT}", **_FLAG},
        [{"content": text, **_FLAG} for text in ("<thought>" + GEMINI_THOUGHT[:30], GEMINI_THOUGHT[30:])],
        counts=usage(16, 0, total=272),
        finish_reason="length",
        thinking=GEMINI_THOUGHT,
        answer="",
        outcome="thinking_exhausted",
        thinking_tokens=256,
        answer_tokens=0,
        visibility="summary",
    ),
    shaped_case(
        "gemini thought and a tool call",
        "gemini",
        _GEMINI_MODEL,
        {"content": f"<thought>{GEMINI_THOUGHT}</thought>", "tool_calls": [tool_call(call_id="call-0")], **_FLAG},
        [
            {"content": "<thought>" + GEMINI_THOUGHT, **_FLAG},
            {"content": "</thought>", "tool_calls": [tool_call(call_id="call-0", index=0)]},
        ],
        counts=usage(60, 12, total=300),
        finish_reason="tool_calls",
        thinking=GEMINI_THOUGHT,
        answer="",
        outcome="tool_call",
        tool_names=("weather",),
        thinking_tokens=228,
        answer_tokens=12,
        visibility="summary",
    ),
    # Without the flag the tag is the model's own text.
    text_case(
        "gemini thought quoted",
        "gemini",
        _GEMINI_MODEL,
        "<thought>What a day</thought> is how a comic shows a thought.",
        thinking="",
        answer="<thought>What a day</thought> is how a comic shows a thought.",
        visibility="none",
    ),
    text_case(
        "gemini hidden",
        "gemini",
        _GEMINI_MODEL,
        ANSWER,
        counts=usage(16, 9, total=400),
        thinking="",
        answer=ANSWER,
        thinking_tokens=375,
        answer_tokens=9,
        visibility="hidden",
    ),
    text_case(
        "gemini malformed function call",
        "gemini",
        _GEMINI_MODEL,
        "",
        counts=usage(60, 0),
        finish_reason="function_call_filter: MALFORMED_FUNCTION_CALL",
        thinking="",
        answer="",
        outcome="empty",
    ),
]

HIDDEN = [
    text_case(
        "openai hidden",
        "openai",
        "gpt-5",
        ANSWER,
        counts=usage(14, 154, thinking=128),
        thinking="",
        answer=ANSWER,
        visibility="hidden",
    ),
    text_case(
        "openai hidden thinking used up the cap",
        "openai",
        "o4-mini",
        "",
        counts=usage(14, 256, thinking=256),
        finish_reason="length",
        thinking="",
        answer="",
        outcome="thinking_exhausted",
        visibility="hidden",
    ),
    text_case(
        "openai without thinking",
        "openai",
        "gpt-5.1",
        ANSWER,
        counts=usage(14, 11, thinking=0),
        thinking="",
        answer=ANSWER,
        visibility="none",
    ),
    # The thinking is billed and not returned, and nothing tells how much of the completion it was.
    text_case(
        "anthropic compatible", "anthropic", "claude-opus-4-6", ANSWER, thinking="", answer=ANSWER, visibility="hidden"
    ),
]


def _azure() -> Case:
    """Azure: the first chunk has no choices, only its filter's verdict on the prompt."""
    case = text_case(
        "azure hidden", "openai", "o4-mini", ANSWER, counts=usage(11, 154, thinking=128), thinking="", answer=ANSWER
    )
    verdict = [{"prompt_index": 0, "content_filter_results": {"hate": {"filtered": False, "severity": "safe"}}}]
    first = {**chunk({}, model=""), "choices": [], "prompt_filter_results": verdict}
    return replace(case, events=[first, *case.events], visibility="hidden")


XAI = [
    # Thinking is counted beside the completion: 288 + 27 + 350 = 665. One tick is 1e-10 dollars.
    field_case(
        "xai counts outside",
        "xai",
        "grok-3-mini",
        counts=usage(
            288, 27, total=665, thinking=350, prompt_tokens_details={"cached_tokens": 7}, cost_in_usd_ticks=2_733_250
        ),
        cached_prompt_tokens=7,
        thinking_tokens=350,
        answer_tokens=27,
        usd=0.000273325,
    ),
    text_case(
        "xai hides its thinking and counts it outside",
        "xai",
        "grok-4",
        ANSWER,
        counts=usage(30, 11, total=441, thinking=400, cost_in_usd_ticks=62_550_000),
        thinking="",
        answer=ANSWER,
        answer_tokens=11,
        visibility="hidden",
        usd=0.006255,
    ),
]

DEEPSEEK_AND_QWEN = [
    field_case(
        "deepseek",
        "deepseek",
        "deepseek-reasoner",
        counts=usage(20, 300, thinking=280, prompt_cache_hit_tokens=16, prompt_cache_miss_tokens=4),
        cached_prompt_tokens=16,
        ending=usage_beside_finish,
        blank={"content": None},
    ),
    shaped_case(
        "deepseek tool call",
        "deepseek",
        "deepseek-v3.2",
        {"content": "", "reasoning_content": "I need the weather.", "tool_calls": [tool_call(call_id="call_00_a")]},
        [
            {"role": "assistant", "content": None, "reasoning_content": ""},
            {"content": None, "reasoning_content": "I need the weather."},
            {"content": "", "reasoning_content": None},
            *tool_deltas("call_00_a"),
        ],
        counts=usage(80, 30, thinking=12, prompt_cache_hit_tokens=64, prompt_cache_miss_tokens=16),
        cached_prompt_tokens=64,
        finish_reason="tool_calls",
        ending=usage_beside_finish,
        thinking="I need the weather.",
        answer="",
        outcome="tool_call",
        tool_names=("weather",),
    ),
    field_case("dashscope", "dashscope", "qwen3-max", counts=usage(24, 1668, thinking=1353), blank={"content": None}),
]

VENDORS: list[Case] = [*MOONSHOT, *GEMINI, *HIDDEN, _azure(), *XAI, *DEEPSEEK_AND_QWEN]
