"""Whether a host counts tokens as it should: those of the prompt, and those of the thinking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from workbench.analysis.probe_replies import Found, Seen, answered_of
from workbench.replies.usage import raw_usage, reported_thinking

MOST_CHARACTERS_A_TOKEN: Final = 12.0
LEAST_CHARACTERS_A_TOKEN: Final = 1.0
"""Of running text in any language, by any tokenizer in use; what lies outside was not counted, or counted twice."""

MOST_IN_FRONT_TOKENS: Final = 300
"""What a chat template may put before and around a short question; more than this is a text of the host's own."""

_SAME_GROWTH: Final = 0.02
_COUNTED: Final = 0.6
"""Of the tokens that a text must have by the host's own count of the prompts: with fewer, a part was left out."""


def tokens_a_character(seen: Sequence[Seen]) -> float:
    """How many tokens a character of the prompts takes, by the host's own count; else the least that any can take."""
    sizes = [(one.sent_characters, reply.usage.prompt_tokens) for one, reply in answered_of(seen) if one.probe == "cap"]
    known = [(characters, tokens) for characters, tokens in sizes if tokens is not None]
    least = 1 / MOST_CHARACTERS_A_TOKEN
    if len(known) < 2 or max(known)[0] == min(known)[0]:
        return least
    return max(least, (max(known)[1] - min(known)[1]) / (max(known)[0] - min(known)[0]))


def prompt_tokens_found(seen: Sequence[Seen], reference: Sequence[Seen]) -> Found | None:
    sizes = [(one.sent_characters, reply.usage.prompt_tokens) for one, reply in answered_of(seen) if one.probe == "cap"]
    known = [(characters, tokens) for characters, tokens in sizes if tokens is not None]
    if not sizes:
        return None
    if len(known) < 2:
        return Found("prompt tokens", "unclear", "the host does not count them", len(sizes))
    (few, short), (many, long) = min(known), max(known)
    if many == few:
        return Found("prompt tokens", "unclear", "only prompts of one length were answered", len(known))
    growth = (long - short) / (many - few)
    front = short - growth * few
    told = f"{short:,} and {long:,} tokens for {few:,} and {many:,} characters"
    figures = {"tokens_in_front": round(front, 1), "tokens_per_character": round(growth, 4)}
    if not 1 / MOST_CHARACTERS_A_TOKEN <= growth <= 1 / LEAST_CHARACTERS_A_TOKEN:
        return Found("prompt tokens", "broken", f"{told}: no tokenizer counts so", len(known), figures)
    if front > MOST_IN_FRONT_TOKENS:
        words = f"{told}: about {front:,.0f} more than was sent, so something is put in front"
        return Found("prompt tokens", "broken", words, len(known), figures)
    others = {
        one.sent_characters: reply.usage.prompt_tokens for one, reply in answered_of(reference) if one.probe == "cap"
    }
    apart = {n: tokens - there for n, tokens in known if (there := others.get(n)) is not None}
    if len(apart) > 1:
        least, most = apart[min(apart)], apart[max(apart)]
        if abs(most - least) > max(2, _SAME_GROWTH * long):
            words = f"{told}, {least:+,} and {most:+,} against the first host: they count otherwise"
            return Found("prompt tokens", "broken", words, len(known), {**figures, "against_first": most})
        told += f", {most:+,} against the first host" if most or least else ", as at the first host"
        figures["against_first"] = most
    return Found("prompt tokens", "kept", told, len(known), figures)


def thinking_found(seen: Sequence[Seen], growth: float) -> Found | None:
    thought = [reply for _, reply in answered_of(seen) if reply.thinking and reply.thinking_visibility == "full"]
    if not thought:
        hidden = [reply for _, reply in answered_of(seen) if reply.usage.thinking_tokens]
        if not hidden:
            return None
        return Found("thinking counted", "kept", "it is hidden, and counted", len(hidden))
    counts = [(reported_thinking(raw_usage(reply.raw)), reply) for reply in thought]
    known = [(count, reply) for count, reply in counts if count is not None]
    if known:
        tokens, characters = sum(count for count, _ in known), sum(len(reply.thinking) for _, reply in known)
        told = f"{tokens:,} tokens for {characters:,} characters of thinking"
        fits = tokens > 0 and LEAST_CHARACTERS_A_TOKEN <= characters / tokens <= MOST_CHARACTERS_A_TOKEN
        return Found("thinking counted", "kept" if fits else "broken", told, len(known))
    spent = [  # where most of the text is thinking, a count without it shows
        (reply.usage.output_tokens, len(reply.thinking) + len(reply.answer))
        for reply in thought
        if len(reply.thinking) >= len(reply.answer)
    ]
    counted_in = [(tokens, characters) for tokens, characters in spent if tokens is not None]
    if not counted_in:
        return Found("thinking counted", "unclear", "the host counts it nowhere that could be seen", len(thought))
    tokens, characters = map(sum, zip(*counted_in, strict=True))
    told = f"{tokens:,} tokens in all for {characters:,} characters of thinking and answer"
    if tokens < _COUNTED * growth * characters:
        return Found("thinking counted", "broken", f"{told}: the thinking is not among them", len(thought))
    return Found("thinking counted", "kept", f"not apart, and within the whole: {told}", len(thought))
