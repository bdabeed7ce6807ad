"""The folder that everything of the user's is kept in: replies, the ledger, the lists of models that were read."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

from workbench.base.files import folders_upward, not_ones_own
from workbench.errors import WorkbenchWarning

VARIABLE = "WORKBENCH_CACHE"
LISTS_NAME = "lists"
"""The folder in it that holds the lists of models which providers gave."""

_BESIDE = frozenset({".gitignore", "ledger.jsonl", LISTS_NAME})


def home() -> Path:
    """The folder that everything is kept in.

    `WORKBENCH_CACHE` when it is set, else the `cache/` of the project around the working folder (one that is empty, or
    holds `recordings/` or `store/`), else a folder of the user's own for data.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named).expanduser().resolve()
    for folder in folders_upward():
        candidate = folder / "cache"
        if os.path.isdir(candidate) and _is_believed(candidate):
            return candidate
    import platformdirs

    return Path(platformdirs.user_data_dir("workbench", appauthor=False))


def _is_believed(folder: Path) -> bool:
    """Whether a folder that was found is a cache, and the user's own: it takes prompts, and gives replies."""
    try:
        names = {entry.name for entry in folder.iterdir()} - _BESIDE
    except OSError as error:
        reason: str | None = f"it cannot be read ({error.strerror})"
    else:
        if names and not names & {"recordings", "store"}:
            return False
        reason = not_ones_own(folder, group_of_one=True)
    if reason is not None:
        warnings.warn(
            f"{folder} is not used as the cache: {reason}. {VARIABLE} says where to keep replies instead",
            WorkbenchWarning,
            stacklevel=4,
        )
    return reason is None
