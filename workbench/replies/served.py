"""Whether another model answered than was asked for."""

from __future__ import annotations

from typing import Final

from workbench.base import regular_expressions as re

_SNAPSHOT: Final = re.compile(r"[-@:.]?v?\d[\d.\-]*$")


def redirected(model: str, served: str) -> bool:
    """Does the served name belong to another model than the one asked for? A dated snapshot of it does not.

    >>> redirected("openrouter/moonshotai/kimi-k2-thinking", "moonshotai/kimi-k2-thinking-20251106")
    False
    >>> redirected("mistral/magistral-latest", "magistral-9"), redirected("openai/gpt-6-sol", "gpt-6-luna-2026-09-01")
    (True, True)
    """
    asked, answered = (name.rsplit("/", 1)[-1].split(":", 1)[0].casefold() for name in (model, served))
    longer, shorter = (answered, asked) if len(answered) >= len(asked) else (asked, answered)
    return not (longer == shorter or (longer.startswith(shorter) and bool(_SNAPSHOT.fullmatch(longer[len(shorter) :]))))
