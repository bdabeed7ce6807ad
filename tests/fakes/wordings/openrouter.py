"""How OpenRouter words its replies: one text in two fields, two chunks that finish, and its own cost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fakes.server.bodies import chunk, cut, whole
from fakes.wordings.cases import (
    ANSWER,
    THINKING,
    Case,
    field_case,
    finished_twice,
    in_details,
    shaped_case,
    tool_call,
    tool_deltas,
    usage,
)


def _openrouter_usage(prompt: int, completion: int, thinking: int, usd: float, **more: Any) -> dict[str, Any]:
    return usage(prompt, completion, thinking=thinking, cost=usd, is_byok=False, **more)


SIGNED = {"type": "reasoning.text", "format": "anthropic-claude-v1", "index": 0}
_CUT_USAGE = _openrouter_usage(43, 10, 11, 0, cost_details={"upstream_inference_cost": None})
_CUT_ERROR = {"code": 400, "message": "Token limit reached"}
_CUT_TEXT = "The user wants a greeting. I could say"

CUT_BY_MAX_TOKENS = Case(
    name="openrouter thinking used up max_tokens, then an error",
    dialect="openrouter",
    model="minimax/minimax-m2",
    whole=whole(
        {"content": "", **in_details(_CUT_TEXT)},
        model="minimax/minimax-m2",
        finish_reason="length",
        usage=_CUT_USAGE,
        error=_CUT_ERROR,
    ),
    events=[
        *[": OPENROUTER PROCESSING"] * 3,
        *(chunk({"content": "", **in_details(text)}, model="minimax/minimax-m2") for text in cut(_CUT_TEXT[:-4])),
        chunk({"content": "", **in_details(_CUT_TEXT[-4:])}, model="minimax/minimax-m2", finish_reason="length"),
        chunk(
            {"content": "", "reasoning": None, "reasoning_details": []},
            model="minimax/minimax-m2",
            finish_reason="length",
        ),
        chunk({"content": ""}, model="minimax/minimax-m2", error=_CUT_ERROR, usage=_CUT_USAGE),
    ],
    thinking=_CUT_TEXT,
    answer="",
    outcome="thinking_exhausted",
    finish_reason="length",
    prompt_tokens=43,
    completion_tokens=10,
    thinking_tokens=11,  # more than the completion: what is left for the answer cannot be known
    answer_tokens=None,
    usd=0.0,
)

OPENROUTER: list[Case] = [
    # A body that is not streamed follows lines of white space, which keep the connection alive.
    replace(
        field_case(
            "openrouter k2.5 counts inside",
            "openrouter",
            "moonshotai/kimi-k2.5",
            fields=in_details,
            thinking=" " + THINKING,
            answer=" " + ANSWER,
            counts=_openrouter_usage(21, 202, 166, 0.00062),
            ending=finished_twice,
            blank={"role": "assistant", "content": ""},
            comments=3,
            top={"provider": "Inceptron", "model": "moonshotai/kimi-k2.5-0127"},
            usd=0.00062,
        ),
        prefix=b"\n         \n\n         \n",
    ),
    field_case(
        "openrouter k2.5 counts approximately",
        "openrouter",
        "moonshotai/kimi-k2.5",
        fields=in_details,
        counts=_openrouter_usage(21, 173, 165, 0.00038),
        ending=finished_twice,
        blank={"content": ""},
        comments=1,
        usd=0.00038,
    ),
    # The caller's own key pays the upstream provider: `cost` is only the fee.
    field_case(
        "openrouter own upstream key",
        "openrouter",
        "moonshotai/kimi-k2-thinking",
        fields=in_details,
        counts={
            **_openrouter_usage(21, 90, 60, 0.0001),
            "is_byok": True,
            "cost_details": {"upstream_inference_cost": 0.0019},
        },
        ending=finished_twice,
        usd=0.002,
    ),
    CUT_BY_MAX_TOKENS,
    shaped_case(
        "openrouter tool call",
        "openrouter",
        "moonshotai/kimi-k2.5",
        {"content": None, **in_details(" I need the weather."), "tool_calls": [tool_call(index=0)]},
        [{"content": "", **in_details(" I need the weather.")}, *tool_deltas("functions.weather:0")],
        counts=_openrouter_usage(69, 66, 41, 0.00016),
        finish_reason="tool_calls",
        ending=finished_twice,
        thinking=" I need the weather.",
        answer="",
        outcome="tool_call",
        tool_names=("weather",),
        usd=0.00016,
    ),
    # The last detail of a Claude has a signature and no text.
    shaped_case(
        "openrouter claude with a signature",
        "openrouter",
        "anthropic/claude-sonnet-4.5",
        {
            "content": ANSWER,
            "reasoning": THINKING,
            "reasoning_details": [{**SIGNED, "text": THINKING, "signature": "c2lnbmVk"}],
        },
        [
            {"role": "assistant", "content": "", "reasoning": None, "reasoning_details": []},
            *(
                {"content": "", "reasoning": text, "reasoning_details": [{**SIGNED, "text": text}]}
                for text in cut(THINKING)
            ),
            {"content": "", "reasoning": None, "reasoning_details": [{**SIGNED, "text": "", "signature": "c2lnbmVk"}]},
            *({"content": text} for text in cut(ANSWER)),
        ],
        counts=_openrouter_usage(40, 75, 50, 0.0012),
        ending=finished_twice,
        thinking=THINKING,
        answer=ANSWER,
        visibility="summary",
        usd=0.0012,
    ),
    shaped_case(
        "openrouter summary",
        "openrouter",
        "openai/gpt-5",
        {
            "content": ANSWER,
            "reasoning": THINKING,
            "reasoning_details": [{"type": "reasoning.summary", "summary": THINKING, "format": "openai-responses-v1"}],
        },
        [
            *(
                {
                    "content": "",
                    "reasoning": text,
                    "reasoning_details": [{"type": "reasoning.summary", "summary": text}],
                }
                for text in cut(THINKING)
            ),
            *({"content": text} for text in cut(ANSWER)),
        ],
        counts=_openrouter_usage(40, 400, 320, 0.0041),
        ending=finished_twice,
        thinking=THINKING,
        answer=ANSWER,
        visibility="summary",
        usd=0.0041,
    ),
    # Gemini through OpenRouter: a summary in one detail, a sealed one after it.
    shaped_case(
        "openrouter gemini with a sealed detail",
        "openrouter",
        "google/gemini-2.5-pro",
        {
            "content": ANSWER,
            "reasoning": THINKING,
            "reasoning_details": [
                {"type": "reasoning.text", "text": THINKING, "format": "google-gemini-v1", "index": 0},
                {"type": "reasoning.encrypted", "data": "c2VhbGVk", "format": "google-gemini-v1", "index": 0},
            ],
        },
        [
            *(
                {
                    "content": "",
                    "reasoning": text,
                    "reasoning_details": [
                        {"type": "reasoning.text", "text": text, "format": "google-gemini-v1", "index": 0}
                    ],
                }
                for text in cut(THINKING)
            ),
            *({"content": text} for text in cut(ANSWER)),
            {
                "content": "",
                "reasoning_details": [
                    {"type": "reasoning.encrypted", "data": "c2VhbGVk", "format": "google-gemini-v1", "index": 0}
                ],
            },
        ],
        counts=_openrouter_usage(16, 620, 600, 0.0062),
        ending=finished_twice,
        thinking=THINKING,
        answer=ANSWER,
        visibility="summary",
        usd=0.0062,
    ),
    shaped_case(
        "openrouter encrypted",
        "openrouter",
        "openai/o4-mini",
        {
            "content": ANSWER,
            "reasoning": None,
            "reasoning_details": [{"type": "reasoning.encrypted", "data": "Z0FBQUFB", "index": 0}],
        },
        [
            {"content": "", "reasoning_details": [{"type": "reasoning.encrypted", "data": "Z0FBQUFB", "index": 0}]},
            *({"content": text} for text in cut(ANSWER)),
        ],
        counts=_openrouter_usage(18, 140, 128, 0.0007),
        ending=finished_twice,
        thinking="",
        answer=ANSWER,
        visibility="hidden",
        usd=0.0007,
    ),
]
