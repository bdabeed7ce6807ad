"""What a written report is: its page, and what lies beside it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

REPORTS_FOLDER = "reports"


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
