"""Tokens of one reply: what the provider counted, what that leaves for the answer, and how sure it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Source = Literal["reported", "estimated", "unknown"]


@dataclass(frozen=True)
class Usage:
    """Token counts of one reply; None where nobody knows.

    `completion_tokens` is the provider's own number, which contains the thinking at most providers and not at xAI or
    Gemini; `output_tokens` is what was generated and billed as output in every case. `thinking_tokens_source` is
    `reported` when the number follows from the provider's counts, `estimated` when it was shared out by the length of
    the visible texts, `unknown` otherwise.
    """

    prompt_tokens: int | None = None
    cached_prompt_tokens: int | None = None
    completion_tokens: int | None = None
    thinking_tokens: int | None = None
    thinking_tokens_source: Source = "unknown"
    answer_tokens: int | None = None
    output_tokens: int | None = None


def read_usage(raw: object, *, thinking: str, answer: str) -> Usage:
    """Read a provider's usage object, telling apart four ways of counting the thinking.

    With prompt p, completion c, reported thinking r and total t: t >= p + c + r puts the thinking outside the
    completion (xAI); t > p + c without an r is thinking that shows only in the total (Gemini); otherwise it is inside.
    A reported 0 beside visible thinking or a larger total is no count (Vercel), and an r above c leaves the answer
    unknown (OpenRouter counts the two with different tokenizers). Without any count the visible texts share the
    completion by length: an estimate.

    >>> read_usage({"prompt_tokens": 288, "completion_tokens": 27, "total_tokens": 665,
    ...             "completion_tokens_details": {"reasoning_tokens": 350}}, thinking="…", answer="…").output_tokens
    377
    >>> gemini = {"prompt_tokens": 16, "completion_tokens": 9, "total_tokens": 627}
    >>> read_usage(gemini, thinking="", answer="4").thinking_tokens
    602
    """
    usage = raw if isinstance(raw, dict) else {}
    prompt = _first_count(usage.get("prompt_tokens"), usage.get("input_tokens"), usage.get("inputTokens"))
    completion = _first_count(usage.get("completion_tokens"), usage.get("output_tokens"), usage.get("outputTokens"))
    total = _first_count(usage.get("total_tokens"), usage.get("totalTokens"))
    reported = _first_count(
        _inner(usage, "completion_tokens_details", "reasoning_tokens"),
        _inner(usage, "output_tokens_details", "reasoning_tokens"),
        usage.get("reasoning_tokens"),
    )
    cached = _first_count(
        _inner(usage, "prompt_tokens_details", "cached_tokens"),
        usage.get("cached_tokens"),
        usage.get("prompt_cache_hit_tokens"),
    )
    beyond = total - prompt - completion if None not in (prompt, completion, total) else 0  # type: ignore[operator]
    if reported == 0 and (thinking or beyond > 0):
        reported = None
    known: dict[str, Any] = {"prompt_tokens": prompt, "cached_prompt_tokens": cached, "completion_tokens": completion}
    if completion is None:
        return Usage(**known, thinking_tokens=reported, thinking_tokens_source=_source(reported))
    if reported is not None and 0 < reported <= beyond:
        return Usage(
            **known,
            thinking_tokens=reported,
            thinking_tokens_source="reported",
            answer_tokens=completion,
            output_tokens=completion + beyond,
        )
    if reported is None and beyond > 0:
        return Usage(
            **known,
            thinking_tokens=beyond,
            thinking_tokens_source="reported",
            answer_tokens=completion,
            output_tokens=completion + beyond,
        )
    if reported is not None:
        inside = completion - reported if reported <= completion else None
        return Usage(
            **known,
            thinking_tokens=reported,
            thinking_tokens_source="reported",
            answer_tokens=inside,
            output_tokens=completion,
        )
    if thinking:
        share = round(completion * len(thinking) / (len(thinking) + len(answer)))
        return Usage(
            **known,
            thinking_tokens=share,
            thinking_tokens_source="estimated",
            answer_tokens=completion - share,
            output_tokens=completion,
        )
    return Usage(**known, output_tokens=completion)


def raw_usage(body: Mapping[str, Any]) -> object:
    """The usage object of a body, with the cost if it is given elsewhere; None where there is none.

    It stands at the top; in the first choice (Moonshot); or in `x_groq`, in streams of Groq that were not asked for it.
    Vercel's gateway states its cost in the message.

    >>> raw_usage({"choices": [{"message": {}}], "x_groq": {"id": "r", "usage": {"prompt_tokens": 3}}})
    {'prompt_tokens': 3}
    """
    choices = body.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    usage = body.get("usage") or choice.get("usage") or _inner(body, "x_groq", "usage")
    gateway = _inner(choice.get("message") or {}, "provider_metadata", "gateway")
    if isinstance(usage, dict) and "cost" not in usage and isinstance(gateway, dict) and "cost" in gateway:
        return {**usage, "cost": gateway["cost"]}
    return usage


def _source(count: int | None) -> Source:
    return "unknown" if count is None else "reported"


def _inner(mapping: object, outer: str, name: str) -> object:
    details = mapping.get(outer) if isinstance(mapping, dict) else None
    return details.get(name) if isinstance(details, dict) else None


def _first_count(*values: object) -> int | None:
    for value in values:
        count = _count(value)
        if count is not None:
            return count
    return None


def _count(value: object) -> int | None:
    """A token count, or None for anything that cannot be one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value < 1e12 and value == int(value) else None
