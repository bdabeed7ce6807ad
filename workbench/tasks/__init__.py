"""What is asked: tasks from any file, prompts and their templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.base.faces import loading

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
_HOMES = {name: f"tasks.{room}" for room, names in _NAMES_OF.items() for name in names}
"""Loaded on first use: templates take longer to load than most files of tasks take to read."""

__all__ = [
    "Prompt", "Role", "Task", "Tasks", "Understood", "load_prompts", "load_tasks", "pad", "save_prompt", "with_images",
]  # fmt: skip

__getattr__ = loading(__name__, _HOMES)
