"""Rows of a sweep while it runs: they grow by column, each in its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from workbench.asking.money import UNBILLED
from workbench.errors import CallError, WorkbenchError
from workbench.providers.depth import effort_of
from workbench.replies.reply import Reply
from workbench.rows.configurations import EFFORT, parameter_column
from workbench.rows.table import frame_of_columns
from workbench.sweeps.cells import Cell
from workbench.tasks.sent import columns_of_task
from workbench.tasks.task import Task

if TYPE_CHECKING:
    import pandas as pd


class GrowingRows:
    """A table of so many rows, each put in its place once it is known.

    >>> rows = GrowingRows(3)
    >>> rows.put(2, {"task_id": "c", "outcome": "answered"})
    >>> rows.put(0, {"task_id": "a", "outcome": "error"})
    >>> rows.frame()["task_id"].tolist()
    ['a', 'c']
    """

    def __init__(self, length: int) -> None:
        self._columns: dict[str, list[Any]] = {}
        self._there = bytearray(length)

    def put(self, place: int, row: Mapping[str, Any]) -> None:
        self._there[place] = True
        for name, value in row.items():
            column = self._columns.get(name)
            if column is None:
                column = self._columns[name] = [None] * len(self._there)
            column[place] = value

    def put_many(self, places: Sequence[int], columns: Mapping[str, Sequence[Any]]) -> None:
        """Put several rows at once, column by column: a tenth of the time.

        >>> rows = GrowingRows(3)
        >>> rows.put_many([0, 2], {"task_id": ["a", "c"]})
        >>> rows.frame()["task_id"].tolist()
        ['a', 'c']
        """
        together = len(places) == places[-1] - places[0] + 1 if places else False
        for name, values in columns.items():
            column = self._columns.get(name)
            if column is None:
                column = self._columns[name] = [None] * len(self._there)
            if together:
                column[places[0] : places[-1] + 1] = values
            else:
                for place, value in zip(places, values, strict=True):
                    column[place] = value
        for place in places:
            self._there[place] = True

    def has(self, place: int) -> bool:
        return bool(self._there[place])

    def frame(self, parameters: Sequence[str] = ()) -> pd.DataFrame:
        """The rows that are there, in order, as `workbench.rows.frame` makes them; none are left here."""
        columns, self._columns = self._columns, {}
        length = sum(self._there)
        if length < len(self._there):
            places = [place for place, there in enumerate(self._there) if there]
            columns = {name: [column[place] for place in places] for name, column in columns.items()}
        return frame_of_columns(columns, length, parameters=parameters)


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
