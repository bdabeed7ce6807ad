"""What a written report is: its page, and what lies beside it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from workbench.base.files import check_place, written_whole
from workbench.errors import InputError
from workbench.rows.files import write_rows

if TYPE_CHECKING:
    import pandas as pd

REPORTS_FOLDER: Final = "reports"

ROWS_ENDING: Final = ".rows.jsonl"
"""How the file of all rows beside a page ends, where the page cannot carry them all."""


@dataclass(frozen=True)
class Report:
    """A report that was written; `failed_cells` holds a sentence for each cell that failed.

    Where nothing was answered, why stands first among them. `rows` are those that the page shows, None where there are
    none. `rows_path` is the file of all rows beside it, where the page could not carry them; `pdf_path` its printed
    form.
    """

    path: Path
    failed_cells: tuple[str, ...] = ()
    notebook_path: Path | None = None
    rows_path: Path | None = None
    pdf_path: Path | None = None
    rows: pd.DataFrame | None = field(default=None, repr=False, compare=False)


def write_beside(rows: pd.DataFrame, beside: Path, source: Path | None) -> None:
    """Write all rows; where they came from a file of JSON lines, its copy, unless that is the very file."""
    check_place(beside)
    if source is None or source.suffix.lower() != ".jsonl":
        write_rows(rows, beside)
    elif not (beside.exists() and beside.samefile(source)):
        with written_whole(beside) as draft:
            shutil.copyfile(source, draft)


def check_target(target: Path, *, pdf: bool) -> None:
    """Raise InputError unless the page can be written there, and printed if it is to be: before work is done."""
    if target.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"a report is an HTML file; end {str(target)!r} in .html")
    check_place(target)
    if pdf:
        from workbench.reports.printing import check_browser

        check_browser()
        check_place(target.with_suffix(".pdf"))
