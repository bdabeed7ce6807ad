"""What is asked: tasks from any file, prompts and their templates."""

from __future__ import annotations

from workbench.tasks.fetching import with_images
from workbench.tasks.padding import pad
from workbench.tasks.prompts import Prompt, load_prompts, save_prompt
from workbench.tasks.tasks import Task, Tasks, load_tasks
from workbench.tasks.understood import Role, Understood

__all__ = [
    "Prompt",
    "Role",
    "Task",
    "Tasks",
    "Understood",
    "load_prompts",
    "load_tasks",
    "pad",
    "save_prompt",
    "with_images",
]
