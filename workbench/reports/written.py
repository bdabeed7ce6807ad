"""What a written report is: its page, and what lies beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

REPORTS_FOLDER = "reports"


@dataclass(frozen=True)
class Report:
    """A report that was written; `failed_cells` holds a sentence for each cell that failed.

    `rows_path` is the file of all rows beside it, where the page could not carry them; `pdf_path` its printed form.
    `all_failed` says that not one of its calls came back with a reply.
    """

    path: Path
    failed_cells: tuple[str, ...] = ()
    notebook_path: Path | None = None
    rows_path: Path | None = None
    pdf_path: Path | None = None
    all_failed: bool = False
