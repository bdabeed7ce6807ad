"""How servers, hosts and gateways word their replies, and `CASES`: every way of wording one; all texts are made up."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from fakes.server.bodies import chunk, cut
from fakes.wordings.cases import (
    ANSWER,
    THINKING,
    Case,
    field_case,
    in_details,
    in_reasoning,
    shaped_case,
    text_case,
    usage,
    usage_in_x_groq,
)
from fakes.wordings.openrouter import OPENROUTER, SIGNED
from fakes.wordings.tags import LEAKED_CALL, TAG_CASES
from fakes.wordings.vendors import VENDORS

K2 = "moonshotai/kimi-k2-thinking"

_VERCEL_COST = {"provider_metadata": {"gateway": {"cost": "0.00012", "routing": {"finalProvider": "deepinfra"}}}}
_PLACEHOLDER = "[Some reasoning content is encrypted]"

FIELDS = [
    field_case("vllm reasoning", "vllm", K2, fields=in_reasoning, counts=usage(12, 40)),
    field_case("vllm reasoning_content", "vllm", K2, counts=usage(12, 40), blank={"content": None}),
    field_case(
        "vllm both names",
        "vllm",
        K2,
        fields=lambda text: {"reasoning": text, "reasoning_content": text},
        counts=usage(12, 40),
    ),
    # With a reasoning parser, thinking that is cut leaves the content null.
    shaped_case(
        "vllm cut in thinking",
        "vllm",
        K2,
        {"content": None, "reasoning": THINKING},
        [{"role": "assistant", "content": ""}, *({"reasoning": text} for text in cut(THINKING))],
        counts=usage(12, 32),
        finish_reason="length",
        thinking=THINKING,
        answer="",
        outcome="thinking_exhausted",
    ),
    field_case("sglang", "sglang", K2, counts=usage(12, 40), blank={"content": None}),
    field_case(
        "llamacpp", "llamacpp", "gpt-oss-20b", counts=usage(12, 40), top={"timings": {"predicted_per_second": 119.0}}
    ),
    # The mode deepseek-legacy hands the thinking over twice: in the field, and between tags in the text.
    shaped_case(
        "llamacpp deepseek-legacy",
        "llamacpp",
        "deepseek-r1-distill-qwen-7b",
        {"content": f"<think>\n{THINKING}\n</think>\n\n{ANSWER}", "reasoning_content": THINKING},
        [
            {"role": "assistant", "content": None},
            {"content": "<think>\n"},
            *({"reasoning_content": text, "content": text} for text in cut(THINKING)),
            *({"content": text} for text in cut(f"\n</think>\n\n{ANSWER}")),
        ],
        counts=usage(12, 40),
        thinking=THINKING,
        answer=ANSWER,
    ),
    # ik_llama.cpp takes the answer of a turn without thinking for thinking: what is read is what was sent.
    field_case(
        "llamacpp answer in the thinking field",
        "llamacpp",
        "kimi-k2-instruct",
        thinking=ANSWER,
        answer="",
        counts=usage(12, 14),
        outcome="empty",
    ),
    field_case("ollama", "ollama", "qwen3:8b", fields=in_reasoning, counts=usage(12, 40), blank={"content": ""}),
    field_case("groq parsed", "groq", "qwen/qwen3-32b", fields=in_reasoning, counts=usage(12, 40, thinking=25)),
    field_case(
        "groq counts in x_groq",
        "groq",
        "deepseek-r1-distill-llama-70b",
        fields=in_reasoning,
        counts=usage(21, 1414),
        ending=usage_in_x_groq,
        top={"x_groq": {"id": "req_fake"}},
    ),
    text_case(
        "groq hidden",
        "groq",
        "qwen/qwen3-32b",
        ANSWER,
        counts=usage(12, 40, thinking=29),
        thinking="",
        answer=ANSWER,
        visibility="hidden",
    ),
    # A parser that ends the thinking at its tag only, and a model that calls its tool before.
    shaped_case(
        "sglang tool call left in the thinking",
        "sglang",
        K2,
        {"content": None, "reasoning_content": f"I need the weather.{LEAKED_CALL}"},
        [{"reasoning_content": text} for text in cut(f"I need the weather.{LEAKED_CALL}")],
        counts=usage(12, 40),
        thinking="I need the weather.",
        answer="",
        outcome="tool_call",
        tool_names=("weather",),
    ),
    # The last delta of the thinking may hold the first of the answer.
    shaped_case(
        "both in one delta",
        "vllm",
        K2,
        {"content": ANSWER, "reasoning_content": THINKING},
        [
            {"reasoning_content": THINKING[:9]},
            {"reasoning_content": THINKING[9:], "content": ANSWER[:5]},
            {"content": ANSWER[5:]},
        ],
        counts=usage(12, 40),
        thinking=THINKING,
        answer=ANSWER,
    ),
    field_case("together", "together", "moonshotai/Kimi-K2-Thinking", fields=in_reasoning, counts=usage(12, 40)),
    field_case(
        "fireworks",
        "fireworks",
        "accounts/fireworks/models/kimi-k2-thinking",
        counts=usage(12, 40),
        blank={"content": None},
    ),
    field_case("novita", "novita", K2, counts=usage(12, 40)),
    field_case("nvidia", "nvidia", K2, counts=usage(12, 40), blank={"content": None}),
    field_case("local", "local", "smollm2-135m-think", counts=usage(12, 40)),
    field_case("cerebras", "", "gpt-oss-120b", fields=in_reasoning, counts=usage(12, 40, thinking=25)),
    field_case("litellm proxy", "", K2, counts=usage(12, 40, thinking=25)),
    field_case(
        "avian",
        "",
        K2,
        fields=lambda text: {"reasoning_content": text, "reasoning_details": in_details(text)["reasoning_details"]},
        counts=usage(12, 40, thinking=25),
    ),
    # Thinking is there, and 0 tokens of it are reported: that is no count.
    shaped_case(
        "vercel reports 0",
        "",
        "anthropic/claude-sonnet-4",
        {"content": ANSWER, "reasoning": THINKING, "reasoning_details": [{**SIGNED, "text": THINKING}]},
        [
            *({"reasoning": text, "reasoning_details": [{**SIGNED, "text": text}]} for text in cut(THINKING)),
            *({"content": text} for text in cut(ANSWER)),
        ],
        counts=usage(424, 115, thinking=0),
        thinking=THINKING,
        answer=ANSWER,
        thinking_tokens=None,
        answer_tokens=None,
        visibility="summary",
    ),
    # The gateway states its cost in the message, as text.
    shaped_case(
        "vercel states its cost",
        "",
        "moonshotai/kimi-k2-thinking",
        {"content": ANSWER, **in_details(THINKING), **_VERCEL_COST},
        [
            *(in_details(text) for text in cut(THINKING)),
            *({"content": text} for text in cut(ANSWER)),
            _VERCEL_COST,
        ],
        counts=usage(12, 40),
        thinking=THINKING,
        answer=ANSWER,
        usd=0.00012,
    ),
    # Venice puts a sentence where encrypted thinking was.
    shaped_case(
        "venice placeholder",
        "",
        "openai-gpt-5",
        {"content": ANSWER, "reasoning_content": _PLACEHOLDER},
        [{"reasoning_content": _PLACEHOLDER}, *({"content": text} for text in cut(ANSWER))],
        counts=usage(12, 140, thinking=128),
        thinking="",
        answer=ANSWER,
        visibility="hidden",
    ),
]

_MISTRAL_PARTS = [
    {"type": "thinking", "thinking": [{"type": "text", "text": THINKING}], "closed": True},
    {"type": "text", "text": ANSWER},
]

PARTS = [
    shaped_case(
        "mistral parts",
        "",
        "magistral-medium-latest",
        {"content": _MISTRAL_PARTS},
        [
            {"role": "assistant", "content": ""},
            *(
                {"content": [{"type": "thinking", "thinking": [{"type": "text", "text": text}]}]}
                for text in cut(THINKING)
            ),
            *({"content": text} for text in cut(ANSWER)),
        ],
        counts=usage(12, 40),
        thinking=THINKING,
        answer=ANSWER,
    ),
    shaped_case(
        "text parts",
        "",
        "some-model",
        {"content": [{"type": "text", "text": ANSWER[:9]}, {"type": "text", "text": ANSWER[9:]}]},
        [{"content": [{"type": "text", "text": text}]} for text in cut(ANSWER)],
        counts=usage(12, 14),
        thinking="",
        answer=ANSWER,
        visibility="none",
    ),
    shaped_case(
        "anthropic blocks",
        "",
        "claude-sonnet-4-5",
        {
            "content": [
                {"type": "thinking", "thinking": THINKING, "signature": "c2ln"},
                {"type": "text", "text": ANSWER},
            ]
        },
        [
            *({"content": [{"type": "thinking", "thinking": text}]} for text in cut(THINKING)),
            {"content": [{"type": "thinking", "thinking": "", "signature": "c2ln"}]},
            *({"content": [{"type": "text", "text": text}]} for text in cut(ANSWER)),
        ],
        counts=usage(12, 40),
        thinking=THINKING,
        answer=ANSWER,
    ),
    shaped_case(
        "bedrock blocks",
        "",
        "moonshot.kimi-k2-thinking",
        {"content": [{"reasoningContent": {"reasoningText": {"text": THINKING}}}, {"text": ANSWER}]},
        [
            *({"content": [{"reasoningContent": {"reasoningText": {"text": text}}}]} for text in cut(THINKING)),
            *({"content": [{"text": text}]} for text in cut(ANSWER)),
        ],
        counts=usage(92, 75),
        thinking=THINKING,
        answer=ANSWER,
    ),
]


def _gateway(name: str, texts: list[str], *, escaped: bool = False, **more: Any) -> Case:
    """new-api with thinking_to_content: tags in the stream, the plain field in a whole body."""
    case = field_case(name, "crazyrouter", "kimi-k2-thinking", counts=usage(12, 40), **more)
    model = case.model
    events: list[Any] = [chunk({"content": text}, model=model) for text in texts]
    if escaped:
        events = ["data: " + _escaped(event) for event in events]
    return replace(
        case, events=[*events, chunk({}, model=model, finish_reason=case.finish_reason, usage=usage(12, 40))]
    )


def _escaped(event: Any) -> str:
    return json.dumps(event).replace("<", "\\u003c").replace(">", "\\u003e")


_THOUGHTS = ["<think>\n" + THINKING[:20], THINKING[20:50], THINKING[50:]]

GATEWAYS = [
    _gateway("new-api stream in tags", [*_THOUGHTS, "\n</think>\n", ANSWER[:9], ANSWER[9:]]),
    _gateway("new-api escapes its tags", [*_THOUGHTS, "\n</think>\n", ANSWER], escaped=True),
    # The closing tag is sent only when the answer begins.
    _gateway(
        "new-api cut and never closed", _THOUGHTS, answer="", finish_reason="length", outcome="thinking_exhausted"
    ),
]

TEXTS = [
    text_case(name, dialect, model, f"<think>\n{THINKING}\n</think>\n\n{ANSWER}", thinking=THINKING, answer=ANSWER)
    for name, dialect, model in (
        ("groq raw", "groq", "deepseek-r1-distill-llama-70b"),
        ("ollama before its field", "ollama", "kimi-k2-thinking:cloud"),
        ("llamacpp format none", "llamacpp", "qwen3-8b"),
        ("minimax", "", "MiniMax-M2"),
        ("litellm merged", "", "moonshot/kimi-k2-thinking"),
    )
] + [
    text_case(
        "together r1 without a count",
        "together",
        "deepseek-ai/DeepSeek-R1",
        f"<think>\n{THINKING}\n</think>\n{ANSWER}",
        counts=usage(10, 995),
        thinking=THINKING,
        answer=ANSWER,
    ),
    # llama.cpp with --reasoning-format none: the template opened the tag, the text only closes it.
    text_case(
        "llamacpp format none, opened by the template",
        "llamacpp",
        "qwen3-4b-thinking-2507",
        f"{THINKING}\n</think>\n\n{ANSWER}",
        thinking=THINKING,
        answer=ANSWER,
        preopened=True,
    ),
    # Kimi K2 Thinking at Bedrock opened a tag in front of its answer and stopped by itself.
    text_case(
        "bedrock tag before the answer",
        "",
        "moonshot.kimi-k2-thinking",
        f" <think> {ANSWER}",
        counts=usage(188, 11),
        finish_reason="end_turn",
        thinking="",
        answer=ANSWER,
    ),
]

CASES: tuple[Case, ...] = (
    *VENDORS,
    *OPENROUTER,
    *FIELDS,
    *PARTS,
    *GATEWAYS,
    *TEXTS,
    *TAG_CASES,
)
