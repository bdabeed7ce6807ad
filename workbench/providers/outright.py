"""What a provider would fill in by itself, said outright: all that decides a reply stands in its request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.errors import BadRequest, InputError
from workbench.providers.facts import Provider
from workbench.providers.models import Target


def said_outright(
    target: Target, cap: int | None, options: dict[str, Any], extra: Mapping[str, Any]
) -> tuple[int | None, list[str]]:
    """The cap, and into `options` all that this provider would else fill in by itself: what decides a reply is sent.

    Warns where that keeps a model from thinking.
    """
    if "webhook" in options and target.provider.protocol != "tasks":
        raise InputError(f"{target.provider.id!r} calls nobody back: webhook= is for tasks (nothing was sent)")
    sent, given = target.provider.sent, {*options, *extra}
    options |= {name: sent[name] for name in sent if name not in given | {"system", "max_tokens"}}
    silent = not given & {"reasoning_effort", "reasoning_max_tokens", "reasoning"} and target.facts.thinking != "none"
    notes = []
    if silent and sent.get("reasoning_effort") == "none":
        notes.append(
            f"reasoning_effort='none' is sent to {target.id!r}, as its app would do; give effort= to let it think"
        )
    return sent.get("max_tokens") if cap is None else cap, notes


def system_for(provider: Provider, prompt: str | Sequence[Mapping[str, Any]], system: str | None) -> str | None:
    """The system part that is sent: the one that was given, else what the provider would put there where none is."""
    if system is not None or (isinstance(prompt, list | tuple) and any(_is_system(message) for message in prompt)):
        return system
    found: str | None = provider.sent.get("system")
    return found


def _is_system(message: object) -> bool:
    return isinstance(message, Mapping) and message.get("role") in ("system", "developer")


def has_context(target: Target, body: Mapping[str, Any]) -> bool:
    """Whether a request says a context of its own, or its provider fills one in."""
    return target.provider.fills_context is not None or "context_size" in body


def beyond_the_context(target: Target, body: Mapping[str, Any], prompt_tokens: int) -> list[str]:
    """A warning for a prompt that is likely longer than the context which the provider fills in; none for others.

    Raises `BadRequest` where the request says a context that does not hold its prompt.
    """
    said = body.get("context_size")
    if isinstance(said, int) and not isinstance(said, bool) and prompt_tokens > said:
        raise BadRequest(
            f"the prompt takes about {prompt_tokens:,} tokens, and context_size={said:,} holds fewer, so that "
            f"{target.id!r} would cut it without a word; raise context_size (nothing was sent)"
        )
    filled = target.provider.fills_context
    if filled is None or prompt_tokens <= filled:
        return []
    return [
        f"{target.provider.id!r} fills in a context of {filled:,} tokens where an app says no other, and nothing in "
        f"its protocol changes that: prompts longer than that may be cut without a word. Ask "
        f"inferencesh-tasks/{target.name} instead, which sends context_size"
    ]
