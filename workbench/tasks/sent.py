"""What of a task is sent: the question with its context and options around it, unless a prompt places those itself."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from workbench.tasks.packing import Lettered, Listed
from workbench.tasks.task import Task

_OPTIONS: Final = frozenset({"options", "choices"})
_FIELDS: Final = ("context", "options", "labels", "system", "turns", "images")


def lettered(options: Mapping[str, str]) -> str:
    """The options as they are sent, a line each.

    >>> lettered({"A": "red", "B": "blue"})
    'A) red\\nB) blue'
    """
    return str(Lettered(options))


def asked(task: Task, mentioned: Iterable[str]) -> str:
    """The question as `{{ question }}` writes it: after its context, before its options.

    A part that the prompt names itself, as `{{ options }}` or by a column's own name, is left where the prompt has it;
    options that stand in the question already are not said twice.

    >>> asked(Task("1", "Which flies?", options={"A": "fish", "B": "crow"}), {"question"})
    'Which flies?\\n\\nA) fish\\nB) crow'
    """
    names = set(mentioned)
    before = task.context if task.context and not names & {"context", *_names(task, "context")} else ""
    after = ""
    if task.options and not names & (_OPTIONS | _names(task, "options")):
        shown = task.question.casefold()
        if not all(text.casefold() in shown for text in task.options.values()):
            after = lettered(task.options)
    return "\n\n".join(filter(None, (before, task.question, after)))


def _names(task: Task, part: str) -> set[str]:
    """The columns that hold a part: those that the file was read by, else those with the same texts in them."""
    if part in task.places:
        return set(task.places[part])
    texts = {task.context} if part == "context" else set(task.options.values())
    found = {name for name, cell in task.extra.items() if isinstance(cell, str) and cell in texts}
    return found if part == "context" or len(found) > 1 else set()


def variables(task: Task, mentioned: Iterable[str]) -> dict[str, Any]:
    """All that a template may call of a task, by name: never its target."""
    own = {name: cell for name, cell in task.own.items() if name not in task.places.get("options", ())}
    known: dict[str, Any] = {**own, **task.extra}
    if task.context is not None:
        known.setdefault("context", task.context)
    if task.options:
        columns = task.places.get("options", ())
        for name in ("options", "choices"):
            if name not in known or name in columns:
                known[name] = Lettered(task.options)
        if len(columns) == 1:
            known[columns[0]] = Lettered(task.options)
    if task.labels:
        known.setdefault("labels", Listed(task.labels))
    if task.system is not None:
        known.setdefault("system", task.system)
    known["question"] = asked(task, mentioned)
    known.pop("target", None)
    return known


def callable_names(task: Task) -> set[str]:
    """The names that a template may call of a task.

    >>> sorted(callable_names(Task("1", "Why?", "Because.", {"kind": "open"})))
    ['kind', 'question', 'task']
    """
    return {*variables(task, ()), "task"}


def columns_of_task(task: Task) -> dict[str, Any]:
    """A task as plain cells, as rows hold it beside id, question and target: `task_of_columns` makes it again."""
    cells = dict(task.extra) if task.extra else {}
    if not (task.context or task.options or task.labels or task.system or task.turns or task.images):
        return cells
    for name in _FIELDS:
        value = getattr(task, name)
        if not value:
            continue
        if name == "images":
            value = [image if not image.startswith("data:") else _digest(image) for image in value]
        cells[name] = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return cells


def task_of_columns(identity: str, question: str, target: str | None, cells: Mapping[str, Any]) -> Task:
    """The task that `columns_of_task` took apart.

    >>> task = Task("1", "Which flies?", "B", {"kind": "bird"}, options={"A": "fish", "B": "crow"})
    >>> task_of_columns("1", "Which flies?", "B", columns_of_task(task)) == task
    True
    """
    extra = dict(cells)
    found: dict[str, Any] = {}
    for name in ("context", "system"):
        if isinstance(extra.get(name), str):
            found[name] = extra.pop(name)
    for name in ("options", "labels", "turns", "images"):
        value = _json(extra.get(name))
        if name == "options" and isinstance(value, dict) and all(isinstance(text, str) for text in value.values()):
            found[name] = value
        elif (
            name == "turns"
            and isinstance(value, list)
            and all(isinstance(turn, list) and len(turn) == 2 for turn in value)
        ):
            found[name] = tuple((str(role), str(text)) for role, text in value)
        elif name in ("labels", "images") and isinstance(value, list) and all(isinstance(item, str) for item in value):
            found[name] = tuple(value)
        else:
            continue
        del extra[name]
    return Task(identity, question, target, extra, **found)


def _digest(image: str) -> str:
    """What a table keeps of an image that came as bytes: its kind and its SHA-256."""
    return f"{image.partition(';')[0]};sha256,{hashlib.sha256(image.encode()).hexdigest()}"


def _json(cell: Any) -> Any:
    if not isinstance(cell, str) or cell[:1] not in "[{":
        return None
    try:
        return json.loads(cell)
    except ValueError:
        return None


def content_text(content: Any) -> str:
    """The content of a message as text; an image is told by its kind and size, not by its bytes.

    >>> content_text([{"type": "text", "text": "What is this?"}])
    'What is this?'
    """
    if isinstance(content, str):
        return content
    pieces = []
    for part in content:
        if part.get("type") == "text":
            pieces.append(str(part["text"]))
        else:
            url = str(part.get("image_url", {}).get("url", ""))
            kind, _, data = url.partition(",")
            pieces.append(
                f"[image: {kind}, {len(data) * 3 // 4 - data.count('='):,} bytes]"
                if url.startswith("data:")
                else f"[image: {url}]"
            )
    return "\n".join(pieces)
