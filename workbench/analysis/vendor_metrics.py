"""The metrics of Moonshot's vendor verifiers, under their own names: tool calls by finish reason and by schema."""

from __future__ import annotations

import collections
import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from workbench.analysis.probe_replies import Seen
from workbench.analysis.tool_probes import problem_of
from workbench.replies.usage import raw_usage

METRICS: Final = (
    *("success_count", "failure_count", "finish_stop", "finish_tool_calls", "finish_others"),
    *("schema_validation_error_count", "successful_tool_call_count", "schema_accuracy"),
    *("tool_call_precision", "tool_call_recall", "tool_call_f1", "tool_call_json_schema", "prompt_tokens"),
)


def vendor_metrics(seen: Sequence[Seen], reference: Sequence[Seen] = ()) -> dict[str, float]:
    """What the K2 Vendor Verifier and the Kimi Vendor Verifier would count on these replies.

    As there, a reply calls a tool where its finish reason is `tool_calls`, whatever it holds; `schema_accuracy` is the
    share of those whose calls all name an offered tool with arguments that fit its schema; `tool_call_f1` takes the
    finish reasons of `reference` (else those that the requests say) for the truth. `tool_call_json_schema` is the share
    of all calls that fit, by whatever reason they end; `prompt_tokens` the share of requests whose count is that of the
    reference to the token. NaN where nothing can be counted.
    """
    asked = [one for one in seen if one.tools]
    replies = [(one, one.reply) for one in asked if one.reply is not None]
    reasons = collections.Counter(reply.finish_reason for _, reply in replies)
    claimed = [(one, reply) for one, reply in replies if reply.finish_reason == "tool_calls"]
    valid = [
        bool(reply.tool_calls) and not any(problem_of(c, one.tools) for c in reply.tool_calls) for one, reply in claimed
    ]
    calls = [(call, one.tools) for one, reply in replies for call in reply.tool_calls]
    theirs = {(one.probe, one.setting): one.reply for one in reference if one.reply is not None}
    truth: list[tuple[bool, bool]] = []
    counts: list[bool] = []
    for one, reply in replies:
        other = theirs.get((one.probe, one.setting))
        should = other.finish_reason == "tool_calls" if other is not None else one.should_call
        if should is not None:
            truth.append((reply.finish_reason == "tool_calls", should))
        if other is not None and None not in (mine := (_prompt(reply), _prompt(other))):
            counts.append(mine[0] == mine[1])
    both = sum(called and should for called, should in truth)
    called, needed = sum(called for called, _ in truth), sum(should for _, should in truth)
    precision, recall = _share(both, called), _share(both, needed)
    f1 = 2 * both / (called + needed) if called + needed else math.nan
    return {
        "success_count": len(replies),
        "failure_count": len(asked) - len(replies),
        "finish_stop": reasons["stop"],
        "finish_tool_calls": reasons["tool_calls"],
        "finish_others": len(replies) - reasons["stop"] - reasons["tool_calls"],
        "schema_validation_error_count": len(valid) - sum(valid),
        "successful_tool_call_count": sum(valid),
        "schema_accuracy": _share(sum(valid), len(valid)),
        "tool_call_precision": precision,
        "tool_call_recall": recall,
        "tool_call_f1": f1,
        "tool_call_json_schema": _share(sum(not problem_of(call, tools) for call, tools in calls), len(calls)),
        "prompt_tokens": _share(sum(counts), len(counts)),
    }


def _prompt(reply: Any) -> object:
    raw = raw_usage(reply.raw)
    return raw.get("prompt_tokens", raw.get("input_tokens")) if isinstance(raw, Mapping) else None


def _share(part: float, whole: float) -> float:
    return part / whole if whole else math.nan
