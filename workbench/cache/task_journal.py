"""Tasks that were begun and not fetched, on disk: whoever asks the same later fetches them and buys nothing."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from workbench.base.files import draft_of, own_folder
from workbench.cache.store.folder import explain_os_error

FOLDER: Final = "tasks"


@dataclass(frozen=True)
class Begun:
    """A task that was begun: our mark on it, when, and what the provider calls it; empty until that is known."""

    mark: str
    began: str
    task_id: str = ""

    @property
    def began_at(self) -> float:
        return datetime.fromisoformat(self.began).timestamp()


class TaskNote:
    """What is known of the task behind one key, and of nothing else."""

    def __init__(self, cache_folder: Path, key: str, model_id: str) -> None:
        self.model_id = model_id
        self._path = cache_folder / FOLDER / f"{key}.json"

    def begun(self) -> Begun | None:
        """The task that was begun before; None where there is none. A note that cannot be read tells of none."""
        try:
            return Begun(**json.loads(self._path.read_text("ascii")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, TypeError):
            return None

    def begin(self) -> Begun:
        """Write down that a task is about to be begun, before it is. Raises a `StoreError`."""
        return self._written(Begun(secrets.token_hex(12), datetime.now(UTC).isoformat(timespec="seconds")))

    def known(self, begun: Begun, task_id: str) -> Begun:
        """Write down what the provider calls it."""
        return self._written(Begun(begun.mark, begun.began, task_id))

    def end(self) -> None:
        """Forget it: its reply is kept, or there will be none."""
        self._path.unlink(missing_ok=True)

    def _written(self, begun: Begun) -> Begun:
        try:
            own_folder(self._path.parent)
            with draft_of(self._path) as draft, draft.open("w", encoding="ascii") as file:
                json.dump(asdict(begun), file)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise explain_os_error(error, self._path.parent) from error
        return begun
