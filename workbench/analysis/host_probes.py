"""What a host promises and whether it keeps it: a few replies to one probe become a finding, in words."""

from __future__ import annotations

import itertools
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from workbench.analysis.counting_probes import (
    MOST_CHARACTERS_A_TOKEN,
    prompt_tokens_found,
    thinking_found,
    tokens_a_character,
)
from workbench.analysis.probe_replies import PROBES, Found, Seen, Standing, answered_of
from workbench.analysis.tool_probes import none_found, valid_found, when_found
from workbench.replies.outcomes import LENGTH_REASONS
from workbench.replies.served import redirected

_FELT: Final = 1.1
_STEADY: Final = 0.5


def findings(
    seen: Sequence[Seen], reference: Sequence[Seen] = (), refused: Mapping[str, str] | None = None
) -> list[Found]:
    """What every probe found, in the order of `PROBES`.

    `reference` are the replies of the host that the others are held against; `refused` says of a probe why it was not
    asked. A probe is broken only where the replies cannot come of a host that keeps its promise; what proves nothing is
    unclear.
    """
    by_probe: dict[str, list[Seen]] = {}
    for one in seen:
        by_probe.setdefault(one.probe, []).append(one)
    held: dict[str, list[Seen]] = {}
    for one in reference:
        held.setdefault(one.probe, []).append(one)
    judges: Mapping[str, Callable[[], Found | None]] = {
        "cap": lambda: _cap(by_probe.get("cap", ())),
        "temperature": lambda: _temperature(by_probe.get("temperature", ())),
        "seed": lambda: _seed(by_probe.get("seed", ()), by_probe.get("temperature", ())),
        "effort": lambda: _effort(by_probe.get("effort", ())),
        "prompt tokens": lambda: prompt_tokens_found(seen, reference),
        "thinking counted": lambda: thinking_found(seen, tokens_a_character(seen)),
        "served model": lambda: _served(seen),
        "calls valid": lambda: valid_found(by_probe.get("tools", ())),
        "calls when asked": lambda: when_found(by_probe.get("tools", ()), held.get("tools", ())),
        "tool_choice none": lambda: none_found(by_probe.get("tool_choice none", ())),
        "finish reasons": lambda: _finish(seen),
    }
    told = []
    for name in PROBES:
        group = by_probe.get("tools" if name.startswith("calls") else name, ())
        answered = [one for one in group if one.reply is not None]
        found = judges[name]()
        if found is None and group and not answered:
            found = Found(name, "unclear", f"no call was answered: {group[0].error}")
        why = (refused or {}).get(name, "")
        told.append(found or Found(name, "not asked", why or "nothing that it could be seen in"))
    return told


def _cap(seen: Iterable[Seen]) -> Found | None:
    replies = answered_of(seen)
    if not replies:
        return None
    wrong, by_themselves = [], 0
    for one, reply in replies:
        tokens, cap = reply.usage.output_tokens, one.cap or 0
        if tokens is not None and tokens > cap + 1:
            wrong.append(f"{tokens:,} tokens came at a cap of {cap}")
        elif len(one.text) > MOST_CHARACTERS_A_TOKEN * cap:
            wrong.append(f"{len(one.text):,} characters came at a cap of {cap} tokens")
        elif reply.finish_reason.lower() in LENGTH_REASONS:
            continue
        elif tokens is not None and tokens >= cap:
            wrong.append(f"a reply that {cap} tokens cut ended with {reply.finish_reason!r}, as if it were whole")
        else:
            by_themselves += 1
    if wrong:
        return Found("cap", "broken", "; ".join(wrong), len(replies))
    if by_themselves == len(replies):
        return Found("cap", "unclear", "the model ended before the cap each time", len(replies))
    cut = len(replies) - by_themselves
    return Found("cap", "kept", f"{cut} of {len(replies)} replies were cut, and say so; none is too long", len(replies))


def _texts(seen: Iterable[Seen], setting: str) -> list[str]:
    return [one.text for one in seen if one.setting == setting and one.text]


def _shared(one: str, other: str) -> float:
    """The share of the shorter of two texts that both begin with."""
    same = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return same / max(1, min(len(one), len(other)))


def _temperature(seen: Sequence[Seen]) -> Found | None:
    if not answered_of(seen):
        return None
    hot, cold = _texts(seen, "hot"), _texts(seen, "cold")
    calls = len(hot) + len(cold)
    if len(hot) < 2 or len(cold) < 2:
        return Found("temperature", "unclear", "too few draws came back with a text", calls)
    if len(set(hot)) == 1:
        same = f"{len(hot)} draws at temperature 1 are one text, letter by letter"
        return Found("temperature", "broken", f"{same}: it is not heeded, or a cache answers", calls)
    if len(set(cold)) == 1:
        return Found("temperature", "kept", "draws at 0 are one text, those at 1 differ", calls)
    apart = [_shared(a, b) for a, b in itertools.combinations(hot, 2)]
    alike = [_shared(a, b) for a, b in itertools.combinations(cold, 2)]
    told = (
        f"draws at 0 share {statistics.median(alike):.0%} of their beginning, those at 1 {statistics.median(apart):.0%}"
    )
    if statistics.median(alike) >= _STEADY or statistics.median(alike) > max(apart):
        return Found("temperature", "kept", f"{told}: lower is steadier, and 0 is not quite steady", calls)
    if statistics.median(alike) <= statistics.median(apart):
        return Found("temperature", "broken", f"{told}: 0 is no steadier than 1", calls)
    return Found("temperature", "unclear", told, calls)


def _seed(seeded: Sequence[Seen], drawn: Sequence[Seen]) -> Found | None:
    if not answered_of(seeded):
        return None
    same, free = _texts(seeded, "seeded"), _texts(drawn, "hot")
    if len(same) < 2:
        return Found("seed", "unclear", "too few draws came back with a text", len(same))
    if len(set(same)) > 1:
        return Found(
            "seed", "broken", "two draws with one seed at temperature 1 differ: the seed has no effect", len(same)
        )
    if len(set(free)) < 2:
        return Found("seed", "unclear", "draws without a seed are alike as well", len(same))
    return Found("seed", "kept", "two draws with one seed are one text, others differ", len(same))


def _effort(seen: Sequence[Seen]) -> Found | None:
    replies = answered_of(seen)
    shown = any(reply.thinking and reply.thinking_visibility == "full" for _, reply in replies)
    lengths: dict[str, list[int]] = {"low": [], "high": []}
    for one, reply in replies:  # where the thinking is shown, its length needs no count of the host's
        length = len(one.text) if shown else reply.usage.output_tokens
        if length is not None:
            lengths.setdefault(one.setting, []).append(length)
    low, high = lengths["low"], lengths["high"]
    if not low and not high:
        return None
    if not low or not high:
        return Found("effort", "unclear", "one of the two settings was not answered", len(low) + len(high))
    middle = statistics.median(low), statistics.median(high)
    unit = "characters" if shown else "tokens"
    told = f"{middle[0]:,.0f} {unit} with the least, {middle[1]:,.0f} with the most"
    standing: Standing = "kept" if min(high) > max(low) else "unclear"
    if middle[1] <= _FELT * middle[0]:
        standing, told = "broken", f"{told}: it is not felt"
    figures = {f"{unit}_low": middle[0], f"{unit}_high": middle[1]}
    return Found("effort", standing, told, len(low) + len(high), figures)


def _served(seen: Sequence[Seen]) -> Found | None:
    named = [(one.model, reply.served_model) for one, reply in answered_of(seen) if reply.served_model]
    if not answered_of(seen):
        return None
    if not named:
        return Found("served model", "unclear", "no reply names the model that answered", len(answered_of(seen)))
    names = list(dict.fromkeys(str(name) for _, name in named))
    others = [name for name in names if redirected(named[0][0], name)]
    builds = {
        str(reply.raw["system_fingerprint"]) for _, reply in answered_of(seen) if reply.raw.get("system_fingerprint")
    }
    also = f"; {len(builds)} builds answered" if len(builds) > 1 else ""
    if len(names) > 1:
        return Found("served model", "broken", f"{len(names)} models answered: {', '.join(names)}{also}", len(named))
    if others:
        return Found("served model", "broken", f"it calls itself {others[0]}{also}", len(named))
    return Found("served model", "kept", f"{names[0]} in all {len(named)} replies{also}", len(named))


def _finish(seen: Sequence[Seen]) -> Found | None:
    answered = answered_of(seen)
    if not answered:
        return None
    odd: dict[str, int] = {}
    for one, reply in answered:
        reason, tokens = reply.finish_reason.lower(), reply.usage.output_tokens
        cut = reason in LENGTH_REASONS
        if reason == "unknown":
            odd["no finish reason"] = odd.get("no finish reason", 0) + 1
        elif reply.tool_calls and reason not in ("tool_calls", "function_call", "tool_use") and not cut:
            odd[f"calls end with {reply.finish_reason!r}"] = odd.get(f"calls end with {reply.finish_reason!r}", 0) + 1
        elif reason in ("tool_calls", "function_call", "tool_use") and not reply.tool_calls:
            odd["'tool_calls' without a call"] = odd.get("'tool_calls' without a call", 0) + 1
        elif one.cap and tokens is not None and cut and max(tokens, len(one.text) / 2) < 0.5 * one.cap:
            odd["'length' far below the cap"] = odd.get("'length' far below the cap", 0) + 1
        elif one.cap and tokens in (one.cap, one.cap + 1) and not cut and reply.outcome != "refused":
            what = f"cut replies end with {reply.finish_reason!r}"
            odd[what] = odd.get(what, 0) + 1
    if odd:
        told = "; ".join(f"{number} x {what}" for what, number in odd.items())
        return Found("finish reasons", "broken", told, len(answered))
    return Found("finish reasons", "kept", f"as they should be in all {len(answered)} replies", len(answered))
