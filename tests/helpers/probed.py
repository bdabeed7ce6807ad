"""Replies to the probes of a host, made by hand."""

from __future__ import annotations

from workbench.analysis.host_probes import findings
from workbench.analysis.probe_replies import Seen
from workbench.replies.reading import Reading
from workbench.replies.reply import reply_from

TOOL = {
    "type": "function",
    "function": {
        "name": "weigh",
        "parameters": {"type": "object", "properties": {"kg": {"type": "number"}}, "required": ["kg"]},
    },
}


def reply(answer="", *, thinking="", reason="stop", calls=(), served="m", usage=None, **top):
    message = {"content": answer, **({"reasoning_content": thinking} if thinking else {})}
    if calls:
        message["tool_calls"] = [{"id": "c", "function": {"name": n, "arguments": a}} for n, a in calls]
    body = {"model": served, "choices": [{"message": message, "finish_reason": reason}], "usage": usage, **top}
    return reply_from(record_of(body), Reading())


def usage(prompt, completion, thinking=None):
    details = {} if thinking is None else {"completion_tokens_details": {"reasoning_tokens": thinking}}
    return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion, **details}


def seen(probe, setting="", *, sent=100, cap=None, error="", tools=(), should=None, **what):
    answer = None if error else reply(**what)
    return Seen(probe, setting, sent, cap, answer, error, tools, should, "h/m")


def standing(probe, replies, reference=()):
    return {one.probe: one for one in findings(replies, reference)}[probe]


def record_of(body):
    request = {"model_id": "h/m", "body": {"model": "m", "messages": []}, "sample": 0, "dialect": "vllm"}
    times = dict.fromkeys(("seconds_to_first_token", "seconds_to_answer", "request_id", "usd"))
    return {
        **times, "version": 2, "key": "k" * 64, "request": request, "response": body, "streamed": False, "status": 200,
        "seconds": 1.0, "attempts": 1, "usd_source": "unknown", "created_at": "2026-10-01T00:00:00+00:00",
        "workbench": "0",
    }  # fmt: skip


GOOD, BAD = ("weigh", '{"kg": 3}'), ("weigh", '{"kg": "much"}')


def asked(number, *calls, should=True, reason="tool_calls"):
    return seen(
        "tools", str(number), tools=[TOOL], should=should, calls=calls, reason=reason if calls else "stop", answer=""
    )
