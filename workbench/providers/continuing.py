"""How a thought is continued: which servers take a thought that was cut and closed, in which form, and which do not.

Where a host documents a prefilled answer and says nothing of thinking, a way is `tried`: the probe that goes before the
first cut has to come back with its code word, or nothing more is asked.

A thought is closed and the line breaks after its end are left to the model: two line breaks at the end of a prompt are
one token, before a word they are two, and a model that meets the one expects a number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from workbench.errors import InputError
from workbench.providers.models import Target

OPENING, CLOSING = "<think>", "</think>"
MORE_TOKENS: Final = 2
"""What the model writes of line breaks before its answer."""


@dataclass(frozen=True)
class Way:
    """One way to hand over a thought: the last message, what else goes into the body, and whence that is known."""

    name: str
    source: str
    verified: str
    body: dict[str, Any] = field(default_factory=dict)
    tried: bool = False

    def message(self, thought: str, closing: str = CLOSING) -> dict[str, Any]:
        """The last message, in which the model has thought this and stopped.

        >>> way("llamacpp").message("6 * 7 = 42.")["reasoning_content"]
        '6 * 7 = 42.\\n</think>'
        """
        thought = thought.rstrip("\n")
        if self.name == "reasoning_content":
            return {"role": "assistant", "reasoning_content": f"{thought}\n{closing}", "content": ""}
        if self.name in ("prefix", "partial"):
            return {"role": "assistant", "reasoning_content": thought, "content": "", self.name: True}
        return {"role": "assistant", "content": f"{OPENING}\n{thought}\n{closing}"}


_REASONING: Final = Way(
    "reasoning_content",
    "llama.cpp pull requests 22727 and 23012; tried with the embedded server",
    "2026-11-28",
    {"continue_final_message": "reasoning_content", "add_generation_prompt": False},
)
_CONTENT: Final = Way(
    "content",
    "vLLM pull request 8942, SGLang pull requests 4226 and 17065",
    "2026-11-28",
    {"continue_final_message": True, "add_generation_prompt": False},
)
_PREFIX: Final = Way("prefix", "DeepSeek's guide to chat prefix completion, base URL …/beta", "2026-11-28")
_PARTIAL: Final = Way(
    "partial",
    "Moonshot's guide to partial mode: reasoning_content may stand beside the content; of going on from it, nothing",
    "2026-11-28",
    tried=True,
)
_PREFILL: Final = Way(
    "prefill",
    "OpenRouter's API overview, assistant prefill: handed on to the host; of thinking, nothing",
    "2026-11-28",
    tried=True,
)
_WAYS: Final = {
    "local": _REASONING,
    "llamacpp": _REASONING,
    "vllm": _CONTENT,
    "sglang": _CONTENT,
    "moonshot": _PARTIAL,
    "openrouter": _PREFILL,
}

_WHY_NOT: Final = {
    "anthropic": "its thinking blocks are signed, so that a cut one cannot be sent back, and a prefilled answer is "
    "refused with thinking, by newer models always",
    "openai": "it neither shows its thinking nor takes an answer that has begun",
    "azure": "it neither shows its thinking nor takes an answer that has begun",
    "dashscope": "its partial mode is for models that do not think",
    "deepseek": "a thought is continued under its beta address only: wb.add_provider('deepseek-beta', base_url="
    "'https://api.deepseek.com/beta', key_env='DEEPSEEK_API_KEY', dialect='deepseek')",
    "gemini": "its thinking is summarised, and a summary is no thought to go on from",
    "ollama": "its chat endpoint has no documented way to go on from a thought",
}
_ELSEWHERE: Final = (
    "; the embedded model, llama.cpp, vLLM, SGLang and DeepSeek's beta address can; Moonshot and OpenRouter are tried"
)


def way(dialect: str, base_url: str = "") -> Way | None:
    """The way of a dialect at an address; None where none is documented, or known to fail.

    >>> way("vllm").body["continue_final_message"], way("anthropic")
    (True, None)
    >>> way("deepseek", "https://api.deepseek.com/beta").name
    'prefix'
    """
    if dialect == "deepseek" and base_url.rstrip("/").endswith("/beta"):
        return _PREFIX
    return _WAYS.get(dialect)


def way_of(target: Target) -> Way:
    """The way of a target; raises `InputError` that says in words why there is none."""
    provider = target.provider
    found = way(provider.dialect, provider.base_url)
    if found is None:
        why = _WHY_NOT.get(provider.dialect, "no way to go on from a thought is documented for it")
        raise InputError(f"{target.label!r} cannot continue a thought: {why}{_ELSEWHERE}")
    return found
