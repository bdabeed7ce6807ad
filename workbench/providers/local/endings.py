"""Why the engine could not serve a file, taken out of what it wrote before it ended."""

from __future__ import annotations

from importlib import metadata
from typing import Final

from workbench.base import regular_expressions as re

_LOADING: Final = re.compile(r"error loading model: (?:error loading model \w+: )?(.+)")
_TEMPLATE: Final = [
    re.compile(rf"{told}: (.+)")
    for told in ("Jinja Exception", "common_chat_templates_init: error", "template parsing error")
]
_MEMORY: Final = re.compile(r"failed to allocate .*|unable to allocate .*|failed to create context.*", re.IGNORECASE)
_LONGEST: Final = 300


def refusal_in(written: str) -> str:
    """The reason for which a file cannot be served, and what to do about it; empty where none of these is told.

    >>> refusal_in("0.1 E llama_model_load: error loading model: missing tensor 'output_norm.weight'")
    "missing tensor 'output_norm.weight' (its file is damaged, or of a kind that is not known here; fetch it again)"
    """
    if found := _LOADING.search(written):
        reason = found[1].strip()[:_LONGEST]
        if "unknown model architecture" in reason:
            return f"{reason} (the engine, xllamacpp {metadata.version('xllamacpp')}, may be older than the model)"
        return f"{reason} (its file is damaged, or of a kind that is not known here; fetch it again)"
    if found := next((found for told in _TEMPLATE if (found := told.search(written))), None):
        return f"its chat template fails: {found[1].strip()[:_LONGEST]} (chat_template in workbench.toml names another)"
    if found := _MEMORY.search(written):
        return f"{found[0].strip()[:_LONGEST]} (a smaller context in workbench.toml takes less memory)"
    return ""
