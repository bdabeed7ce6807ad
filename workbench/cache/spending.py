"""What was spent, by day, model and project: sums of the ledger."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from workbench.base.files import SETTINGS_VARIABLE, folders_upward, settings_file
from workbench.cache.kept import current
from workbench.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

BY: Final = ("day", "model", "project")
_MARKS: Final = (".git", "pyproject.toml")


def project_here() -> str:
    """The project that a call belongs to: the folder of `workbench.toml`, else of the repository, else one stands in.

    A file that `WORKBENCH_CONFIG` names makes its folder the project.
    """
    named = settings_file() if os.environ.get(SETTINGS_VARIABLE) or folders_upward() else None
    if named is not None:
        return str(named.resolve().parent)
    upward = folders_upward()
    marked = next((folder for folder in upward if any((folder / mark).exists() for mark in _MARKS)), None)
    return str(marked or (upward[0] if upward else Path("/")))


def charge(entry: Mapping[str, Any]) -> float:
    """What one line of the ledger counts for: its dollars, or the most it may have cost where nobody knows."""
    usd = entry.get("usd")
    return float((usd if usd is not None else entry.get("usd_at_most")) or 0.0)


def spend(by: str | Iterable[str] = "day") -> pd.DataFrame:
    """What was spent, a line for each day, model or project, or for each combination of several of them.

    `usd` is what the provider said or the price table reckons, `usd_at_most` what broken calls may have cost beside it,
    `requests` all that were made, `unknown` those of which nobody knows what they cost. Days are those of UTC; requests
    of before projects were noted have the project "". Raises InputError for another word.
    """
    import pandas as pd

    names = [by] if isinstance(by, str) else list(by)
    for name in names:
        if name not in BY:
            raise InputError(f"by is {name!r}; spending is told by {', '.join(BY)}")
    if not names:
        raise InputError(f"by is empty; name one of {', '.join(BY)}")
    sums: dict[tuple[str, ...], dict[str, Any]] = {}
    for entry in current().entries():
        words = {
            "day": str(entry.get("time", ""))[:10],
            "model": str(entry.get("model", "")),
            "project": str(entry.get("project", "")),
        }
        place = tuple(words[name] for name in names)
        line = sums.setdefault(place, {"usd": 0.0, "usd_at_most": 0.0, "requests": 0, "unknown": 0})
        line["requests"] += 1
        if entry.get("usd") is not None:
            line["usd"] += float(entry["usd"])
        elif entry.get("billed") != "no":
            line["unknown"] += 1
            line["usd_at_most"] += charge(entry)
    lines = [{**dict(zip(names, place, strict=True)), **sums[place]} for place in sorted(sums)]
    return pd.DataFrame(lines, columns=[*names, "usd", "usd_at_most", "requests", "unknown"])
