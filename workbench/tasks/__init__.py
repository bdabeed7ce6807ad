"""What is asked: tasks from any file, prompts and their templates."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.tasks.fetching import with_images
    from workbench.tasks.padding import pad
    from workbench.tasks.prompts import Prompt, load_prompts, save_prompt
    from workbench.tasks.tasks import Task, Tasks, load_tasks
    from workbench.tasks.understood import Role, Understood

_NAMES_OF = {
    "fetching": ["with_images"],
    "padding": ["pad"],
    "prompts": ["Prompt", "load_prompts", "save_prompt"],
    "tasks": ["Task", "Tasks", "load_tasks"],
    "understood": ["Role", "Understood"],
}
_HOMES = {name: room for room, names in _NAMES_OF.items() for name in names}
"""Loaded on first use: templates take longer to load than most files of tasks take to read."""

__all__ = [
    "Prompt", "Role", "Task", "Tasks", "Understood", "load_prompts", "load_tasks", "pad", "save_prompt", "with_images",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"workbench.tasks.{_HOMES[name]}"), name)
