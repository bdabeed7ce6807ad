"""Tokens of one reply: what the provider counted, what that leaves for the answer, and how sure it is."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple

from workbench.base import regular_expressions as re
from workbench.replies.reported_cost import cost_on_top

CountedBy = Literal["reported", "estimated", "unknown"]

_PROMPT: Final = ("prompt_tokens", "input_tokens", "inputTokens", "promptTokens")
_COMPLETION: Final = ("completion_tokens", "output_tokens", "outputTokens", "completionTokens")
_CAPS: Final = ("max_completion_tokens", "max_tokens", "max_output_tokens")
_TOTAL: Final = ("total_tokens", "totalTokens")
_REASONING: Final = ("reasoning_tokens", "thinking_tokens", "reasoningTokens", "thoughts_tokens")
_CACHED: Final = (
    *("cached_tokens", "num_cached_tokens", "cache_read_input_tokens", "prompt_cache_hit_tokens"),
    *("cached_prompt_tokens", "cached_input_tokens", "cache_read_tokens", "cachedTokens", "cacheReadInputTokens"),
)
_CACHED_SET: Final = frozenset(_CACHED)
_REASONING_SET: Final = frozenset(_REASONING)
_CACHED_BESIDE: Final = ("cache_read_input_tokens", "cacheReadInputTokens")
_WRITTEN_BESIDE: Final = ("cache_creation_input_tokens", "cacheWriteInputTokens", "cache_write_input_tokens")
_BESIDE_SET: Final = frozenset({*_CACHED_BESIDE, *_WRITTEN_BESIDE})
_PROMPT_DETAILS: Final = re.compile(r"(prompt|input)_?tokens?_?details?", re.IGNORECASE)  # misspelt by some
_COMPLETION_DETAILS: Final = re.compile(r"(completion|output)_?tokens?_?details?", re.IGNORECASE)
_OTHER_MEANS: Final = re.compile(r"audio|image|video|document|citation|search|tool_use", re.IGNORECASE)


@dataclass(frozen=True)
class Usage:
    """Token counts of one reply; None where nobody knows.

    `prompt_tokens` contains the cached ones. `completion_tokens` is the provider's own number, which contains the
    thinking at most providers and not at xAI or Gemini; `output_tokens` is what was generated and billed as output in
    every case. `thinking_tokens_source` is `reported` when the number follows from the provider's counts, `estimated`
    when it was shared out by the length of the visible texts, `unknown` otherwise.
    """

    prompt_tokens: int | None = None
    cached_prompt_tokens: int | None = None
    completion_tokens: int | None = None
    thinking_tokens: int | None = None
    thinking_tokens_source: CountedBy = "unknown"
    answer_tokens: int | None = None
    output_tokens: int | None = None


class _Counts(NamedTuple):
    """The counts of a usage object, whatever their names; `beyond` is what its total has beside the two."""

    prompt: int | None
    cached: int | None
    completion: int | None
    reported: int | None
    beyond: int


def read_usage(raw: object, *, thinking: str, answer: str) -> Usage:
    """Read a provider's usage object, telling apart four ways of counting the thinking.

    With prompt p, completion c, reported thinking r and total t: t >= p + c + r puts the thinking outside the
    completion (xAI); t > p + c without an r is thinking that shows only in the total (Gemini), unless the object speaks
    of audio, images or searches, which may fill the gap as well; otherwise it is inside. A reported 0 beside visible
    thinking or a larger total is no count (Vercel), and an r above c leaves the answer unknown (OpenRouter counts the
    two with different tokenizers). Without any count the visible texts share the completion by length: an estimate.

    >>> read_usage({"prompt_tokens": 288, "completion_tokens": 27, "total_tokens": 665,
    ...             "completion_tokens_details": {"reasoning_tokens": 350}}, thinking="…", answer="…").output_tokens
    377
    >>> gemini = {"prompt_tokens": 16, "completion_tokens": 9, "total_tokens": 627}
    >>> read_usage(gemini, thinking="", answer="4").thinking_tokens
    602
    """
    counts = _counts(raw if isinstance(raw, dict) else {})
    completion, reported, beyond = counts.completion, counts.reported, counts.beyond
    if reported == 0 and (thinking or beyond > 0):
        reported = None

    def usage(thought: int | None, source: CountedBy, answer_tokens: int | None, output: int | None) -> Usage:
        return Usage(counts.prompt, counts.cached, completion, thought, source, answer_tokens, output)

    if completion is None:
        return usage(reported, "unknown" if reported is None else "reported", None, None)
    if reported is not None and 0 < reported <= beyond:
        return usage(reported, "reported", completion, completion + beyond)
    if reported is None and beyond > 0:
        return usage(beyond, "reported", completion, completion + beyond)
    if reported is not None:
        return usage(reported, "reported", completion - reported if reported <= completion else None, completion)
    if thinking:
        share = round(completion * len(thinking) / (len(thinking) + len(answer)))
        return usage(share, "estimated", completion - share, completion)
    return usage(None, "unknown", None, completion)


def _counts(usage: Mapping[str, Any]) -> _Counts:
    prompt, completion, total = _first_of(usage, _PROMPT), _first_of(usage, _COMPLETION), _first_of(usage, _TOTAL)
    prompt_details: list[Mapping[str, Any]] = []
    completion_details: list[Mapping[str, Any]] = []
    for name, inner in usage.items():
        if isinstance(inner, dict):
            of_prompt, of_completion = _details_of(str(name))
            if of_prompt:
                prompt_details.append(inner)
            elif of_completion:
                completion_details.append(inner)
    cached = max(_all_counts([*prompt_details, usage], _CACHED, _CACHED_SET), default=None)
    if (
        not _BESIDE_SET.isdisjoint(usage)
        and prompt is not None
        and (beside := _beside_prompt(usage, prompt, completion, total, prompt_details))
    ):
        prompt += beside
    beyond = total - prompt - completion if prompt is not None and completion is not None and total is not None else 0
    reported = next(iter(_all_counts([*completion_details, usage], _REASONING, _REASONING_SET)), None)
    explained = not reported and beyond > 0 and _has_other_means([usage, *prompt_details, *completion_details])
    return _Counts(prompt, cached, completion, reported, beyond=0 if explained else beyond)


def _beside_prompt(
    usage: Mapping[str, Any], prompt: int, completion: int | None, total: int | None, details: list[Mapping[str, Any]]
) -> int:
    """Cached and newly cached tokens that Anthropic's way of counting leaves out of the prompt; 0 where they are in it.

    It shows in the name of the prompt, unless the total tells otherwise, or in more cached tokens than prompt.
    """
    read = _first_of(usage, _CACHED_BESIDE) or 0
    beside = read + (_first_of(usage, _WRITTEN_BESIDE) or 0)
    if not beside or details:
        return 0
    contained = total is not None and total == prompt + (completion or 0)
    by_name = "prompt_tokens" not in usage and "promptTokens" not in usage
    return beside if read > prompt or (by_name and not contained) else 0


def _has_other_means(objects: Iterable[Mapping[str, Any]]) -> bool:
    """Whether counts of something else than text may explain why the total is larger."""
    return any(
        isinstance(value, int | float) and value > 0 and _OTHER_MEANS.search(str(name))
        for mapping in objects
        for name, value in mapping.items()
    )


def raw_usage(body: Mapping[str, Any]) -> object:
    """The usage object of a body, with the cost if it is given elsewhere; None where there is none.

    It stands at the top; in the first choice (Moonshot); or in `x_groq`, in streams of Groq that were not asked for it.
    Vercel's gateway states its cost in the message, Venice beside the usage.

    >>> raw_usage({"choices": [{"message": {}}], "x_groq": {"id": "r", "usage": {"prompt_tokens": 3}}})
    {'prompt_tokens': 3}
    >>> raw_usage({"usage": {"prompt_tokens": 3}, "cost": {"usd": 0.25, "diem": 0}})
    {'cost': {'usd': 0.25, 'diem': 0}, 'prompt_tokens': 3}
    """
    choices = body.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    usage = body.get("usage") or choice.get("usage") or _inner(body, "x_groq", "usage")
    gateway = _inner(choice.get("message") or {}, "provider_metadata", "gateway")
    elsewhere = cost_on_top(body)
    if isinstance(usage, dict) and isinstance(gateway, dict):
        elsewhere = {**cost_on_top(gateway), **elsewhere}
    if elsewhere and (isinstance(usage, dict) or not usage):
        return {**elsewhere, **(usage if isinstance(usage, dict) else {})}
    return usage


def reported_thinking(raw: object) -> int | None:
    """The thinking tokens that a usage object names, 0 as well; None where it names none.

    >>> reported_thinking({"output_tokens_details": {"reasoning_tokens": 0}}), reported_thinking({"output_tokens": 9})
    (0, None)
    """
    return _counts(raw if isinstance(raw, dict) else {}).reported


def used_up(request: Mapping[str, Any], body: Mapping[str, Any]) -> bool:
    """Whether a body counts all the tokens that its request allowed: the text was cut there, whatever else is said.

    Of several draws it counts the tokens of all, which tells nothing of one.

    >>> used_up({"max_tokens": 50}, {"usage": {"completion_tokens": 50}}), used_up({}, {"usage": {"output_tokens": 9}})
    (True, False)
    """
    cap = next((_count(request[name]) for name in _CAPS if request.get(name) is not None), None)
    one = all(_count(request.get(name)) in (None, 1) for name in ("n", "best_of"))
    usage = raw_usage(body) if cap and one else None
    used = _first_of(usage, _COMPLETION) if isinstance(usage, Mapping) else None
    return bool(cap) and used is not None and used >= cap  # type: ignore[operator]  # it is a number where it is true


def counts_nothing(raw: object) -> bool:
    """Whether a usage object counts, and counts no token: the sign of a reply out of a gateway's cache.

    >>> counts_nothing({"prompt_tokens": 0, "completion_tokens": 0}), counts_nothing({}), counts_nothing(None)
    (True, False, False)
    """
    if not isinstance(raw, dict):
        return False
    names = (*_PROMPT, *_COMPLETION, *_TOTAL)
    counts = _all_counts([raw], names, frozenset(names))
    return len(counts) > 1 and not any(counts)


def _inner(mapping: object, outer: str, name: str) -> object:
    details = mapping.get(outer) if isinstance(mapping, dict) else None
    return details.get(name) if isinstance(details, dict) else None


def _all_counts(objects: Iterable[Mapping[str, Any]], names: Iterable[str], same: frozenset[str]) -> list[int]:
    """The counts under these names, in their order; `same` is these names as a set, for most objects have none."""
    found = []
    for mapping in objects:
        if not same.isdisjoint(mapping):
            found += [_count(mapping[name]) for name in names if name in mapping]
    return [count for count in found if count is not None]


@functools.lru_cache(maxsize=256)
def _details_of(name: str) -> tuple[bool, bool]:
    """Whether an object of this name has the details of the prompt, and whether those of the completion."""
    return _PROMPT_DETAILS.fullmatch(name) is not None, _COMPLETION_DETAILS.fullmatch(name) is not None


def _first_of(mapping: Mapping[str, Any], names: Iterable[str]) -> int | None:
    for name in names:
        if name in mapping and (count := _count(mapping[name])) is not None:
            return count
    return None


def _count(value: object) -> int | None:
    """A token count, or None for anything that cannot be one."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return int(value) if 0 <= value < 1e12 and value == int(value) else None
