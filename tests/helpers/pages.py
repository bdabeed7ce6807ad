"""A notebook as the page that it becomes."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat.v4 import new_notebook

import workbench as wb


def written(folder: Path, *cells: nbformat.NotebookNode) -> str:
    """The page of a notebook that is not run."""
    source = folder / "study.ipynb"
    nbformat.write(new_notebook(cells=list(cells)), source)
    return wb.export_report(source, output=folder / "page.html", execute=False).path.read_text(encoding="utf-8")
