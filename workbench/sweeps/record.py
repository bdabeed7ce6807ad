"""The tool's own record: what each sweep was planned to cost, and what it then cost."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any, Final

from workbench.base.files import add_line
from workbench.show import figures
from workbench.sweeps.progress import Progress

FILE_NAME: Final = "plans.jsonl"
WITHIN: Final = 0.25
_LAST: Final = 200


def keep(folder: Path, *, run: str, planned_usd: float | None, was_usd: float, calls: int) -> None:
    """Add what one sweep was planned to cost and did; a record that cannot be kept stops nothing."""
    if planned_usd is None or not calls:
        return
    entry = {"run": run, "planned_usd": planned_usd, "was_usd": was_usd, "calls": calls}
    with contextlib.suppress(OSError):
        add_line(folder / FILE_NAME, json.dumps(entry, separators=(",", ":")))


def conclude(folder: Path, run: str, progress: Progress, planned_usd: float | None, was_usd: float) -> None:
    """At the end of a sweep: keep both, and say what was planned, where everything that was planned was bought."""
    if progress.failed or progress.done < progress.total or not progress.bought:
        return
    keep(folder, run=run, planned_usd=planned_usd, was_usd=was_usd, calls=progress.bought)
    if planned_usd:
        progress.note = f"planned {figures.budget(planned_usd)}"


def entries(folder: Path) -> list[dict[str, Any]]:
    """The last sweeps of which both are known, oldest first."""
    found = []
    with contextlib.suppress(OSError):
        for line in (folder / FILE_NAME).read_text("utf-8", errors="replace").splitlines()[-_LAST:]:
            with contextlib.suppress(ValueError, RecursionError):
                entry = json.loads(line)
                if isinstance(entry, dict) and all(_is_sum(entry.get(name)) for name in ("planned_usd", "was_usd")):
                    found.append(entry)
    return found


def record_in_words(folder: Path) -> str:
    """How well earlier plans were met; empty without any that cost something."""
    paid = [entry for entry in entries(folder) if entry["planned_usd"] > 0 and entry["was_usd"] > 0]
    if not paid:
        return ""
    near = sum(abs(entry["planned_usd"] / entry["was_usd"] - 1) <= WITHIN for entry in paid)
    last = paid[-1]
    return (
        f"the record: {near} of {len(paid)} earlier plans were within {WITHIN:.0%} of what came; "
        f"the last was planned {figures.budget(last['planned_usd'])} and was {figures.budget(last['was_usd'])}"
    ).replace("25%", "25 %")


def _is_sum(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e12
