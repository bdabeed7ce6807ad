"""Rows of loops: one loop, one row, in the columns of every other row and a few beside them."""

from __future__ import annotations

import itertools
import json
from collections import Counter
from typing import Any, Final

from workbench.base import regular_expressions as re
from workbench.errors import WorkbenchError
from workbench.loops.loop import Loop, total
from workbench.sweeps.rows import failing, findings


def loop_findings(loop: Loop) -> dict[str, Any]:
    """What a row says of a loop: sums over its steps, the answer of the last, how the whole ended.

    Tokens, dollars and seconds are sums, None where a step does not know its own; `seconds` counts the model and the
    tools. The columns that begin with `loop_` hold what only loops have.
    """
    replies = [step.reply for step in loop.steps]
    if not replies:
        return {"outcome": loop.outcome, "loop_steps": 0, **_beside(loop)}
    last = findings(replies[-1])
    usages = [reply.usage for reply in replies]
    sources = {reply.usd_source for reply in replies}
    first = replies[0]
    return {
        **last,
        "outcome": loop.outcome,
        "answer": loop.answer or None,
        "thinking": loop.thinking or None,
        "prompt_tokens": _whole(total(usage.prompt_tokens for usage in usages)),
        "cached_prompt_tokens": _whole(total(usage.cached_prompt_tokens for usage in usages)),
        "completion_tokens": _whole(total(usage.completion_tokens for usage in usages)),
        "thinking_tokens": _whole(total(usage.thinking_tokens for usage in usages)),
        "thinking_tokens_source": _common({usage.thinking_tokens_source for usage in usages}, "estimated"),
        "answer_tokens": _whole(total(usage.answer_tokens for usage in usages)),
        "usd": loop.usd,
        "usd_source": sources.pop() if len(sources) == 1 else "several",
        "usd_spent": loop.usd_spent,
        "seconds": round(loop.seconds_in_model + loop.seconds_in_tools, 4),
        "seconds_to_first_token": first.seconds_to_first_token,
        "seconds_to_answer": None,
        "cached": loop.cached,
        "attempts": sum(reply.attempts for reply in replies),
        "created_at": first.created_at,
        "key": replies[-1].key,
        "warnings": "\n".join(dict.fromkeys([*loop.warnings, *(text for one in replies for text in one.warnings)]))
        or None,
        "loop_steps": len(replies),
        **_beside(loop),
    }


def _beside(loop: Loop) -> dict[str, Any]:
    calls = loop.calls
    return {
        "loop_calls": len(calls),
        "loop_calls_by_tool": json.dumps(dict(Counter(call.name for call in calls)), ensure_ascii=False),
        "loop_invalid_calls": loop.invalid_calls,
        "loop_failed_calls": sum(call.problem in ("raised", "timed out") for call in calls),
        "loop_repeated_calls": loop.repeated_calls,
        "loop_seconds_in_model": round(loop.seconds_in_model, 4),
        "loop_seconds_in_tools": loop.seconds_in_tools,
        "loop_thinking_settled": settled(loop),
        "loop_state": None if loop.state is None else as_json(loop.state),
        "loop_trace": json.dumps(loop.trace(), ensure_ascii=False, separators=(",", ":")),
    }


def settled(loop: Loop) -> int | None:
    """The step in which what the loop answers was first said, in thought or aloud; None where it never answered.

    Models often state the answer early and go on checking it: what comes after this step was spent on that. An answer
    is known again by its numbers, all in one step, but for those of the question; without any, by what stands in bold
    in it, or by its words.
    """
    if not loop.answer.strip():
        return None
    asked = [one.get("content") for one in itertools.takewhile(lambda one: one["role"] != "assistant", loop.messages)]
    wanted = _numbers(loop.answer) - _numbers(" ".join(text for text in asked if isinstance(text, str)))
    words = _bare((_BOLD.findall(loop.answer) or [loop.answer])[-1])
    for step in loop.steps:
        said = f"{step.reply.thinking}\n{step.reply.answer}"
        if _holds(said, wanted) if wanted else words in _bare(said):
            return step.number
    return len(loop.steps)


_BOLD: Final = re.compile(r"\*\*(.+?)\*\*")
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)*")


def _numbers(text: str) -> set[str]:
    """The numbers in a text, each in one form: without signs between thousands, and without zeros behind a point."""
    found = (number.replace(",", "") for number in _NUMBER.findall(text))
    return {number.rstrip("0").rstrip(".") if "." in number else number for number in found}


def _holds(text: str, wanted: set[str]) -> bool:
    """Whether all of these numbers stand in a text; most texts are told by the last digits alone."""
    return all(number[-2:] in text for number in wanted) and wanted <= _numbers(text)


def _bare(text: str) -> str:
    return " ".join(text.replace("*", "").casefold().split()).rstrip(".!。")


def failed(error: WorkbenchError) -> dict[str, Any]:
    """What a row says of a loop that an error ended: what it had come to, and the error."""
    loop: Loop | None = getattr(error, "loop", None)
    told = failing(error, True)
    if loop is None or not loop.steps:
        return told
    spent = loop.usd_spent if told["usd_spent"] is not None else None
    return {
        **loop_findings(loop),
        **{name: told[name] for name in ("outcome", "error", "error_message", "http_status")},
        "usd_spent": spent,
    }


def _whole(value: float | None) -> int | None:
    return None if value is None else int(value)


def _common(values: set[str], otherwise: str) -> str:
    if len(values) == 1:
        return next(iter(values))
    return "unknown" if "unknown" in values else otherwise


def as_json(value: Any) -> str:
    """What a state function said, as JSON."""
    from pydantic_core import to_json

    return to_json(value, inf_nan_mode="constants", serialize_unknown=True).decode()
