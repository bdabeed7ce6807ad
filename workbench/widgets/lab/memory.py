"""What was set in a prompt lab, kept beside the replies, so that it is back when the cell is run again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from workbench.base.files import written_whole
from workbench.errors import InputError
from workbench.tasks.tasks import Task, Tasks
from workbench.widgets.lab.state import LabState

OWN_TASK = "mine"
"""The id of the task that is written in the panel."""

MOST_RUNS: Final = 30
"""Runs that are remembered; the replies of all are kept anyway."""


def own_task(question: str, target: str | None = None, turns: tuple[tuple[str, str], ...] = ()) -> Tasks:
    """The tasks of a panel in which the question is written: just that one, perhaps with what was said before it."""
    return Tasks([Task(OWN_TASK, question, target, turns=turns)], source="prompt lab")


class Memory:
    """The settings of one panel in a file, with its runs and notes; panels with the same arguments share it."""

    def __init__(self, state: LabState, folder: Callable[[], Path], *, own: bool) -> None:
        self._state, self._own = state, own
        self.fresh = state.to_dict()
        self.notes: dict[str, str] = {}
        self.runs: list[tuple[str, Mapping[str, Any]]] = []
        arguments = json.dumps([self.fresh, [task.id for task in state.tasks]], default=str)
        name = hashlib.sha256(arguments.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        # Where the cache is now: should it be moved later, the settings stay with the replies that they led to.
        self.file = folder() / "labs" / f"{name}.json"

    def remember(self, title: str, settings: Mapping[str, Any]) -> None:
        """Keep with what a run was made, so that it can be set again; the newest comes first."""
        self.runs = [(title, settings), *self.runs][:MOST_RUNS]
        self.keep()

    def keep(self) -> None:
        """Write the settings, if they are others than those the panel was opened with."""
        settings, task = self._state.to_dict(), self._state.task
        asked = self._own and (task.question or task.turns)
        if settings == self.fresh and not self.file.exists() and not (asked or self.notes or self.runs):
            return
        own = {"question": task.question, "target": task.target, "turns": task.turns} if self._own else {}
        saved = {**settings, **own, "notes": self.notes, "runs": self.runs}
        with written_whole(self.file) as draft:
            draft.write_text(json.dumps(saved), encoding="utf-8")

    def restore(self) -> str:
        """Take over what was set the last time; return what to say about it."""
        try:
            saved = json.loads(self.file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return ""
        except (OSError, ValueError):
            return f"What was set the last time cannot be read ({self.file.name}), so this starts anew."
        try:
            self._state.restore(saved)
            turns = tuple((str(role), str(text)) for role, text in saved.get("turns", ()))
            if self._own and (saved.get("question") or turns):
                self._state.tasks = own_task(saved["question"], saved.get("target"), turns)
            self.notes = {str(key): str(text) for key, text in saved.get("notes", {}).items()}
            self.runs = [(str(title), settings) for title, settings in saved.get("runs", ())][:MOST_RUNS]
        except (InputError, AttributeError, KeyError, TypeError, ValueError):
            self._state.restore(self.fresh)
            return "What was set the last time does not fit any more, so this starts anew."
        same = self._state.to_dict() == self.fresh
        return "" if same else "This is what was set the last time; “Start anew” goes back to what the cell says."

    def forget(self) -> None:
        """Set everything back to what the panel was opened with; notes and runs stay."""
        self._state.restore(self.fresh)
        self.file.unlink(missing_ok=True)
