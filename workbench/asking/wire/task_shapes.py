"""Chat completions as tasks of inference.sh, and back: what is asked of an app, and what its task says meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from workbench.errors import BadRequest, BadResponse, CallError, OutcomeUnknown, QuotaExhausted, ServerBusy, StreamError
from workbench.replies.pieces import Piece

STATES: Final = (
    *("unknown", "received", "queued", "dispatched", "preparing", "serving", "setting_up", "running"),
    *("cancelling", "uploading", "completed", "failed", "cancelled", "rejected"),
)
"""The states of a task, by their numbers; some answers name them, in lower case."""

ENDED: Final = frozenset({"completed", "failed", "cancelled", "rejected"})
MARK: Final = "workbench"
USD_PER_MICROCENT: Final = 1e-8
_OF_THE_RUN: Final = ("webhook", "session", "session_timeout", "infra", "workers", "setup", "function", "run_at")
_CUT: Final = ("length", "max_tokens")


def state_of(task: Mapping[str, Any]) -> str:
    """The state of a task as a word, whether it comes as a number or as one.

    >>> state_of({"status": 10}), state_of({"status": "Running"}), state_of({})
    ('completed', 'running', 'unknown')
    """
    told = task.get("status")
    if isinstance(told, int) and not isinstance(told, bool):
        return STATES[told] if 0 <= told < len(STATES) else "unknown"
    return str(told).lower() if str(told).lower() in STATES else "unknown"


def run_of(body: Mapping[str, Any], mark: str) -> dict[str, Any]:
    """What is posted to begin a task; raises `BadRequest` for messages that have no counterpart.

    Texts go as they are: nothing is ever uploaded because it looks like the name of a file.
    """
    system, turns = [], []
    for message in body["messages"]:
        role, text = message.get("role"), message.get("content")
        if isinstance(text, list):
            if not all(isinstance(part, Mapping) and part.get("type") == "text" for part in text):
                raise BadRequest("a task takes text alone here, no pictures or files (nothing was sent)")
            text = "\n".join(str(part.get("text", "")) for part in text)
        if role in ("system", "developer"):
            system.append(str(text or ""))
            continue
        turn = {"role": role, "text": str(text or "")}
        if message.get("reasoning"):
            turn["reasoning"] = message["reasoning"]
        turns += [{**turn, **{name: message[name] for name in ("tool_calls", "tool_call_id") if name in message}}]
    if not turns or turns[-1]["role"] != "user":
        raise BadRequest("the last message of a task is the user's (nothing was sent)")
    last = turns.pop()
    asked: dict[str, Any] = {"text": last["text"], "context": turns, "system_prompt": "\n\n".join(system)}
    about = {name: body[name] for name in _OF_THE_RUN if name in body}
    beside = {"model", "messages", *about}
    asked |= {name: _flat(name, value) for name, value in body.items() if name not in beside}
    return {"app": body["model"], "input": asked, **about, "stream": True, "metadata": {MARK: mark}}


def _flat(name: str, value: Any) -> Any:
    """A parameter of chat completions as an app takes it: `stop` as a list, choice of tool and format laid flat."""
    if name == "stop" and isinstance(value, str):
        return [value]
    if name == "tool_choice":
        inner = value.get("function") if isinstance(value, Mapping) else None
        return {"mode": "function", "name": inner.get("name")} if isinstance(inner, Mapping) else {"mode": value}
    if name == "response_format" and isinstance(value, Mapping) and isinstance(value.get("json_schema"), Mapping):
        inner = value["json_schema"]
        told = {"type": "json_schema", "name": inner.get("name"), "json_schema": inner.get("schema")}
        return told | ({"strict": inner["strict"]} if "strict" in inner else {})
    return value


@dataclass
class Following:
    """A task as its events tell of it, one after the other."""

    task: dict[str, Any] = field(default_factory=dict)
    thinking: str = ""
    answer: str = ""
    usage: Any = None

    @property
    def state(self) -> str:
        return state_of(self.task)

    @property
    def ended(self) -> bool:
        return self.state in ENDED

    def take(self, event: Any) -> list[Piece]:
        """Take one event in; the pieces that it brings. A heartbeat, or what nobody knows, brings none."""
        if not isinstance(event, Mapping):
            return []
        if event.get("event") == "delta":
            data = event.get("data")
            return self._delta(data.get("delta") if isinstance(data, Mapping) else None)
        if isinstance(event.get("data"), Mapping) and isinstance(event.get("fields"), list):
            self.task |= {name: event["data"].get(name) for name in map(str, event["fields"]) if name in event["data"]}
        elif isinstance(event.get("data"), Mapping):  # in an envelope
            self.task |= event["data"]
        elif "status" in event or "id" in event:
            self.task |= event
        return []

    def _delta(self, delta: Any) -> list[Piece]:
        if not isinstance(delta, Mapping):
            return []
        pieces = []
        thinking, answer = delta.get("reasoning"), delta.get("response")
        if isinstance(thinking, str) and thinking:
            self.thinking += thinking
            pieces.append(Piece("thinking", thinking))
        if isinstance(answer, str) and answer:
            self.answer += answer
            pieces.append(Piece("answer", answer))
        if delta.get("usage") is not None:
            self.usage = delta["usage"]
        return pieces

    def whole(self, cost_usd: float | None) -> dict[str, Any]:
        """The chat completion that the ended task amounts to; raises a `CallError` where it failed.

        The final output counts: where a thought was closed by a tag, what streamed before was told apart wrongly.
        """
        if self.state != "completed":
            raise self._failure()
        output = self.task.get("output")
        if not isinstance(output, Mapping):
            raise BadResponse(f"the task {self.task.get('id')!r} is completed and has no output")
        if "response" not in output and "reasoning" not in output:
            raise BadResponse(
                f"the output of this app is no reply of a model: it has {', '.join(map(str, output))[:200]}"
            )
        message: dict[str, Any] = {"role": "assistant", "content": output.get("response") or ""}
        if output.get("reasoning"):
            message["reasoning"] = output["reasoning"]
        calls = output.get("tool_calls")
        if isinstance(calls, list) and calls:
            message["tool_calls"] = calls
        if output.get("reasoning_state"):
            message["reasoning_state"] = output["reasoning_state"]
        usage = output.get("usage") or self.usage
        raw = dict(usage) if isinstance(usage, Mapping) else {}
        reason = "length" if raw.get("stop_reason") in _CUT else "tool_calls" if calls else "stop"
        counted = _counted(raw)
        if cost_usd is not None:
            counted["cost"] = cost_usd
        return {
            "id": self.task.get("id"),
            "object": "chat.completion",
            "model": _version_of(self.task),
            "choices": [{"index": 0, "message": message, "finish_reason": reason}],
            **({"usage": counted} if counted else {}),
            "native_usage": raw,
        }

    def _failure(self) -> CallError:
        told = str(self.task.get("error") or "no reason given")[:500]
        if self.state == "rejected":
            return QuotaExhausted(f"the task was rejected: {told}")
        if self.state == "cancelled":
            return OutcomeUnknown(f"the task was cancelled: {told}")
        if told.lower().rstrip(". ").endswith("please retry") or "no active workers" in told.lower():
            return ServerBusy(f"the task failed: {told}")
        return StreamError(f"the task failed: {told}")


def _counted(raw: Mapping[str, Any]) -> dict[str, Any]:
    counted = {
        name: raw[name] for name in ("prompt_tokens", "completion_tokens", "total_tokens") if _is_count(raw.get(name))
    }
    if _is_count(raw.get("reasoning_tokens")):
        counted["completion_tokens_details"] = {"reasoning_tokens": raw["reasoning_tokens"]}
    cached = {name: raw[name] for name in ("cached_tokens", "cache_write_tokens") if _is_count(raw.get(name))}
    if cached:
        counted["prompt_tokens_details"] = cached
    return counted


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _version_of(task: Mapping[str, Any]) -> str:
    """The app that ran, with its version where the task tells it."""
    app = str(task.get("app_name") or task.get("app") or task.get("function") or "")
    version = task.get("app_version_short_id") or task.get("short_version_id")
    return f"{app}@{version}" if app and version and "@" not in app else app
