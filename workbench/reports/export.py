"""A notebook becomes one HTML file: run it, check that nothing secret is in it, export it."""

from __future__ import annotations

import contextlib
import copy
import functools
import importlib
import tempfile
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.base.files import check_place, written_whole
from workbench.base.secrets import redact
from workbench.errors import InputError, WorkbenchError
from workbench.reports.harvest import harvest_cell, holds_calls
from workbench.reports.notebook_file import check_runs_here, read_notebook
from workbench.reports.privacy import refuse_secrets, without_paths
from workbench.reports.written import REPORTS_FOLDER, ROWS_ENDING, Report, check_target, write_beside
from workbench.rows.failures import nothing_answered
from workbench.rows.files import read_rows

if TYPE_CHECKING:
    from nbformat import NotebookNode


def export_report(
    notebook: str | Path,
    *,
    parameters: Mapping[str, Any] | Sequence[str] | None = None,
    output: str | Path | None = None,
    execute: bool = True,
    timeout_seconds: float | None = None,
    keep_notebook: bool = False,
    progress: Callable[[str], None] | None = None,
    results: bool | Mapping[str, str | None] = False,
    pdf: bool = False,
) -> Report:
    """Run a notebook and write it as one HTML file that makes no request.

    `parameters` replaces values of the cell tagged `parameters`: a mapping, or texts `name=value` that are read by the
    types of the defaults. The file is `reports/<name of the notebook>.html` unless `output` says otherwise. A failing
    cell ends the run and still leaves a report, which names it; see `failed_cells`. With `results=True`, or a mapping
    of title, author and comment, the page is that of the notebook's rows, as `report` makes it: of its table `rows`,
    else of its largest table of rows; where the notebook is not run, of what `cases` put into it. Where a page cannot
    carry the texts of all rows, and the run made them, they lie beside it in a file that ends in `.rows.jsonl`.
    `pdf=True` prints the page.

    Raises `InputError` for a notebook that cannot be read, a parameter that it does not take, and a key, or anything of
    a key's shape, in the result; its place is named and no file is written.
    """
    source = Path(notebook)
    tell = progress or (lambda line: None)
    node = read_notebook(source)
    if execute:
        check_runs_here(node, source)
    refuse_secrets(node)

    from workbench.reports.parameters import inject, read_parameters

    values = read_parameters(node, parameters)
    inject(node, values)
    refuse_secrets(node)
    target = Path(output) if output is not None else Path(REPORTS_FOLDER) / f"{source.stem}.html"
    check_target(target, pdf=pdf)
    with tempfile.TemporaryDirectory(prefix="wb-rows-") as folder:
        made = Path(folder) / "rows.jsonl"
        if execute:
            from workbench.reports.execute import execute as run

            harvest = harvest_cell(made, needed=results is not False)
            writes_pages = "workbench.reports." + ("exporter" if results is False else "result_page")
            tell = _once_before(tell, functools.partial(_load, writes_pages))
            failed = run(node, folder=source.resolve().parent, timeout_seconds=timeout_seconds, tell=tell, last=harvest)
        else:
            from workbench.reports.execute import failures_in

            failed = failures_in(node)
        if results is not False:
            words = {} if results is True else dict(results)
            report = _write_results(node, source, target, failed, made, words, pdf=pdf)
        else:
            report = _write_own(node, source, target, failed, made, pdf=pdf)
    if not keep_notebook:
        return report
    kept = target.with_suffix(".ipynb")
    node.metadata.pop("widgets", None)
    _write_text(kept, _as_text(without_paths(node, source.resolve().parent)))
    return replace(report, notebook_path=kept)


def _write_own(
    node: NotebookNode, source: Path, target: Path, failed: Sequence[str], made: Path, *, pdf: bool
) -> Report:
    """Write a notebook's own page, and beside it all rows, where the page cannot carry them and the run made them."""
    from workbench.reports.evidence import gather

    try:
        found = gather(node)
    except InputError:  # what cannot be read of its rows is said where the page is made
        found = None
    reason = None if found is None else nothing_answered(found.rows)
    failed = [*([reason] if reason else []), *failed]
    beside = None
    if found is not None and len(found.shown) < len(found.rows) and made.is_file():
        rows = read_rows(made)
        if holds_calls(rows, found.rows):
            from workbench.reports.results import refuse_keys

            refuse_keys(rows)
            beside = target.with_name(target.stem + ROWS_ENDING)
            check_place(beside)
    report = _write(node, target, source, failed, beside, pdf=pdf)
    if beside is not None:
        write_beside(rows, beside, made)
    return replace(report, rows=None if found is None else found.rows, rows_path=beside)


def _write_results(
    node: NotebookNode,
    source: Path,
    target: Path,
    failed: Sequence[str],
    made: Path,
    words: Mapping[str, str | None],
    *,
    pdf: bool,
) -> Report:
    from workbench.reports.evidence import gather
    from workbench.reports.results import write_results

    here = source.resolve().parent
    failed = without_paths(list(failed), here)
    if made.is_file():
        return write_results(read_rows(made), target, words, pdf=pdf, failed=failed, notebook=node)
    refuse_secrets(node)
    evidence = gather(without_paths(copy.deepcopy(node), here))
    if evidence is None:
        why = failed[0] if failed else "it has no table of rows, and no output of wb.cases(rows)"
        raise InputError(f"{source}: there are no results to show: {why}")
    return write_results(evidence.rows, target, words, pdf=pdf, failed=failed, notebook=node, evidence=evidence)


def _write(
    node: NotebookNode, target: Path, source: Path, failed: Sequence[str], beside: Path | None, *, pdf: bool
) -> Report:
    from workbench.reports.exporter import ReportExporter

    resources = {
        "metadata": {"name": source.stem, "path": str(source.resolve().parent)},
        "failures": list(failed),
        "rows_file": None if beside is None else beside.name,
    }
    try:
        page, _ = ReportExporter().from_notebook_node(node, resources)
    except WorkbenchError:
        raise
    except Exception as error:  # of nbconvert, for something in the notebook that nobody has thought of
        reason = (str(error) or "no reason given").splitlines()[0]
        raise InputError(f"{source}: no report can be made of it: {type(error).__name__}: {reason}") from error
    _write_text(target, page)
    printed = None
    if pdf:
        from workbench.reports.printing import print_page

        printed = print_page(target)
    return Report(target, tuple(redact(sentence) for sentence in failed), pdf_path=printed)


def _once_before(tell: Callable[[str], None], act: Callable[[], None]) -> Callable[[str], None]:
    """Have something begin beside the first line that is told, which is that of the first cell."""
    begun: list[threading.Thread] = []

    def told(line: str) -> None:
        if not begun:
            begun.append(threading.Thread(target=act, daemon=True))
            begun[0].start()
        tell(line)

    return told


def _load(room: str) -> None:
    """Import what is needed at the end while the kernel imports what it needs: that takes one core, and seconds."""
    with contextlib.suppress(Exception):  # whatever is wrong is said where the page is written
        importlib.import_module(room)


def _as_text(node: NotebookNode) -> str:
    import nbformat

    return str(nbformat.writes(node))


def _write_text(target: Path, text: str) -> None:
    with written_whole(target) as draft:
        draft.write_text(text, encoding="utf-8", errors="backslashreplace")
