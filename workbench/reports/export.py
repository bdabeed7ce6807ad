"""A notebook becomes one HTML file: run it, check that nothing secret is in it, export it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.base.files import check_place, written_whole
from workbench.base.secrets import redact
from workbench.errors import InputError, WorkbenchError
from workbench.reports.notebook_file import read_notebook
from workbench.reports.privacy import refuse_secrets, without_paths
from workbench.rows.failures import nothing_answered

if TYPE_CHECKING:
    import pandas as pd
    from nbformat import NotebookNode

REPORTS_FOLDER = "reports"


@dataclass(frozen=True)
class Report:
    """A report that was written; `failed_cells` holds a sentence for each cell that failed, and why nothing was
    answered where every call failed. `rows` are those that the page shows, None where it shows none.
    """

    path: Path
    failed_cells: tuple[str, ...] = ()
    notebook_path: Path | None = None
    rows: pd.DataFrame | None = field(default=None, repr=False, compare=False)


def export_report(
    notebook: str | Path,
    *,
    parameters: Mapping[str, Any] | Sequence[str] | None = None,
    output: str | Path | None = None,
    execute: bool = True,
    timeout_seconds: float | None = None,
    keep_notebook: bool = False,
    progress: Callable[[str], None] | None = None,
) -> Report:
    """Run a notebook and write it as one HTML file that makes no request.

    `parameters` replaces values of the cell tagged `parameters`: a mapping, or texts `name=value` that are read by the
    types of the defaults. The file is `reports/<name of the notebook>.html` unless `output` says otherwise. A failing
    cell ends the run and still leaves a report, which names it; see `failed_cells`.

    Raises `InputError` for a notebook that cannot be read, a parameter that it does not take, and a key, or anything of
    a key's shape, in the result; its place is named and no file is written.
    """
    source = Path(notebook)
    tell = progress or (lambda line: None)
    node = read_notebook(source)
    refuse_secrets(node)

    from workbench.reports.parameters import inject, read_parameters

    values = read_parameters(node, parameters)
    inject(node, values)
    refuse_secrets(node)
    target = Path(output) if output is not None else Path(REPORTS_FOLDER) / f"{source.stem}.html"
    check_place(target)
    failed: list[str] = []
    if execute:
        from workbench.reports.execute import execute as run

        failed = run(node, folder=source.resolve().parent, timeout_seconds=timeout_seconds, tell=tell)
    else:
        from workbench.reports.execute import failures_in

        failed = failures_in(node)
    rows = _rows_of(node)
    reason = None if rows is None else nothing_answered(rows)
    failed = [*([reason] if reason else []), *failed]
    return replace(_write(node, source, target, failed, keep_notebook), rows=rows)


def _rows_of(node: NotebookNode) -> pd.DataFrame | None:
    """The rows that a page will show; what cannot be read of them is said where the page is made."""
    from workbench.reports.evidence import gather

    try:
        found = gather(node)
    except InputError:
        return None
    return None if found is None else found.rows


def _write(node: NotebookNode, source: Path, target: Path, failed: Sequence[str], keep_notebook: bool) -> Report:
    import nbformat

    from workbench.reports.exporter import ReportExporter

    resources = {"metadata": {"name": source.stem, "path": str(source.resolve().parent)}, "failures": list(failed)}
    try:
        page, _ = ReportExporter().from_notebook_node(node, resources)
    except WorkbenchError:
        raise
    except Exception as error:  # of nbconvert, for something in the notebook that nobody has thought of
        reason = (str(error) or "no reason given").splitlines()[0]
        raise InputError(f"{source}: no report can be made of it: {type(error).__name__}: {reason}") from error
    _write_text(target, page)
    node.metadata.pop("widgets", None)
    kept = None
    if keep_notebook:
        kept = target.with_suffix(".ipynb")
        _write_text(kept, nbformat.writes(without_paths(node, source.resolve().parent)))
    return Report(target, tuple(redact(sentence) for sentence in failed), kept)


def _write_text(target: Path, text: str) -> None:
    with written_whole(target) as draft:
        draft.write_text(text, encoding="utf-8", errors="backslashreplace")
