"""What a row of a sweep says: of its task, its configuration, its reply, or of why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from workbench.asking.money import UNBILLED
from workbench.errors import CallError, WorkbenchError
from workbench.providers.depth import effort_of
from workbench.replies.reply import Reply
from workbench.rows.configurations import EFFORT, parameter_column
from workbench.sweeps.cells import Cell
from workbench.tasks.sent import columns_of_task
from workbench.tasks.task import Task


def place(cell: Cell, alike: Alike | None = None) -> dict[str, Any]:
    """What a row says of its call before it is made."""
    return {**of_task(cell.task), **(alike or Alike()).of(cell), "key": cell.key, "task_id": cell.task.id}


class Alike:
    """Who is asked, and how: found once for all cells that differ in their task alone."""

    def __init__(self) -> None:
        self._known: dict[tuple[Any, ...], dict[str, Any]] = {}
        self._targets: list[Any] = []  # held, so that no other gets the same id

    def of(self, cell: Cell) -> dict[str, Any]:
        """What a row says of its configuration; not to be changed, because others have the same."""
        request = cell.like
        told = id(request.target), cell.prompt, cell.setting, request.max_tokens, request.sample, request.routed_to
        known = self._known.get(told)
        if known is None:
            known = self._known[told] = _configuration_of(cell)
            self._targets.append(request.target)
        return known


def _configuration_of(cell: Cell) -> dict[str, Any]:
    request = cell.like
    return {
        "model": request.target.label,
        "provider": request.target.provider.id,
        "prompt": cell.prompt,
        "max_tokens": request.max_tokens,
        "effort": effort_of(request.body),
        "sample": request.sample,
        **{parameter_column(name): value for name, value in cell.parameters.items() if name != EFFORT},
        "served_by": request.routed_to,
    }


def of_task(task: Task) -> dict[str, Any]:
    """What a row says of its task."""
    return {
        **{f"task_{name}": value for name, value in columns_of_task(task).items()},
        "task_id": task.id,
        "task_question": task.question,
        "task_target": task.target,
    }


def columns_of_tasks(tasks: Sequence[Task]) -> dict[str, list[Any]]:
    """What the rows of some tasks say of them, column by column."""
    cells = [columns_of_task(task) for task in tasks]
    names = dict.fromkeys(name for each in cells for name in each)
    return {
        **{f"task_{name}": [each.get(name) for each in cells] for name in names},
        "task_id": [task.id for task in tasks],
        "task_question": [task.question for task in tasks],
        "task_target": [task.target for task in tasks],
    }


APART: Final = "apart"
"""Under which a run remembers, beside its failures, whose reply the row of a cell holds in place of its own."""

OF_THE_WHOLE: Final = ("usd", "usd_source", "seconds", "attempts", "warnings")
"""What such a row says of all that was asked for it together."""


def told_apart(cell: Cell, reply: Reply) -> dict[str, Any]:
    """What the row of a fallback says otherwise: in any table or verdict its model is not the one that was asked.

    Empty where the model that was asked answered.
    """
    if cell.like.cascade is not None:
        return {"served_by": reply.served_by, "key": reply.key}
    if not reply.tried:
        return {}
    other = next(one for one in cell.request.others if one.target.label == reply.served_by)
    return {
        "model": f"{cell.like.target.label} -> {reply.served_by}",
        "served_by": reply.served_by,
        "provider": other.target.provider.id,
        "max_tokens": other.max_tokens,
        "effort": effort_of(other.body),
        "key": reply.key,
    }


def findings(reply: Reply) -> dict[str, Any]:
    usage = reply.usage
    return {
        "served_model": reply.served_model,
        "outcome": reply.outcome,
        "answer": reply.answer or None,
        "thinking": reply.thinking or None,
        "thinking_visibility": reply.thinking_visibility,
        "finish_reason": reply.finish_reason,
        "prompt_tokens": usage.prompt_tokens,
        "cached_prompt_tokens": usage.cached_prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "thinking_tokens": usage.thinking_tokens,
        "thinking_tokens_source": usage.thinking_tokens_source,
        "answer_tokens": usage.answer_tokens,
        "usd": reply.usd,
        "usd_source": reply.usd_source,
        "usd_spent": reply.usd_spent,
        "seconds": reply.seconds,
        "seconds_to_first_token": reply.seconds_to_first_token,
        "seconds_to_answer": reply.seconds_to_answer,
        "cached": reply.cached,
        "attempts": reply.attempts,
        "http_status": reply.http_status,
        "created_at": reply.created_at,
        "warnings": "\n".join(reply.warnings) or None,
    }


def failing(error: WorkbenchError, asked: bool) -> dict[str, Any]:
    call_error = error if isinstance(error, CallError) else None
    unbilled = not asked or call_error is None or isinstance(call_error, UNBILLED)
    message = str(error) if asked else f"not asked, because an earlier call failed: {error}"
    return {
        "outcome": "error",
        "thinking_tokens_source": "unknown",
        "usd_source": "unknown",
        "usd_spent": 0.0 if unbilled else None,
        "cached": False,
        "attempts": len(call_error.attempts) if call_error and asked else 0,
        "http_status": call_error.status if call_error and asked else None,
        "error": type(error).__name__,
        "error_message": message,
    }
