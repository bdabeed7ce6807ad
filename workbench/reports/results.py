"""Rows become one page that holds the results and nothing else: what to take, how sure that is, what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from workbench.base.files import written_whole
from workbench.base.secrets import redact, secrets_in
from workbench.errors import InputError
from workbench.reports.evidence import Evidence, evidence_of
from workbench.reports.fitting import holds_texts
from workbench.reports.written import REPORTS_FOLDER, ROWS_ENDING, Report, check_target, write_beside
from workbench.rows.files import read_rows
from workbench.rows.table import checked

if TYPE_CHECKING:
    import pandas as pd
    from nbformat import NotebookNode

_CHARACTERS_AT_ONCE = 1_000_000


def report(
    rows: pd.DataFrame | str | Path,
    *,
    title: str | None = None,
    author: str | None = None,
    comment: str | None = None,
    output: str | Path | None = None,
    pdf: bool = False,
) -> Report:
    """Write what rows say as one HTML file that can be mailed: the recommendation first, then what it rests on.

    `rows` come from `sweep`, or are a .jsonl or .parquet file of them. `comment` is the author's own words, in
    Markdown. The file is `reports/<name of the rows' file>.html`, or `reports/results.html`, unless `output` says
    otherwise. It makes no request and runs no script but its own. Where the texts of all rows do not fit, the page says
    so at its top, and all rows lie beside it in a file that ends in `.rows.jsonl`. `pdf=True` also prints it, with an
    installed Chromium or Chrome.

    Raises `InputError` for rows that are empty or lack a column, and for a key, or anything of a key's shape, in them;
    then nothing is written.
    """
    name, source = "results", None
    if isinstance(rows, str | Path):
        source = Path(rows)
        name, rows = source.stem, read_rows(source)
    target = Path(output) if output is not None else Path(REPORTS_FOLDER) / f"{name}.html"
    return write_results(rows, target, {"title": title, "author": author, "comment": comment}, pdf=pdf, source=source)


def write_results(
    rows: pd.DataFrame,
    target: Path,
    words: Mapping[str, str | None],
    *,
    pdf: bool = False,
    failed: Sequence[str] = (),
    notebook: NotebookNode | None = None,
    evidence: Evidence | None = None,
    source: Path | None = None,
) -> Report:
    """Write the page of results.

    `failed`, `notebook` and `evidence` are those of the notebook that made the rows, `source` the file that holds them.
    """
    rows = checked(rows, "task_id", "outcome", "correct", minimum=1)
    check_target(target, pdf=pdf)
    refuse_keys(rows, words)

    from workbench.reports.result_page import result_page

    all_here = evidence is None
    evidence = evidence_of(rows) if evidence is None else evidence
    beside = target.with_name(target.stem + ROWS_ENDING) if all_here and len(evidence.shown) < len(rows) else None
    page = result_page(
        rows,
        evidence,
        **words,
        rows_file=None if beside is None else beside.name,
        notebook=notebook,
        failed=[redact(sentence) for sentence in failed],
    )
    if beside is not None:
        write_beside(rows, beside, source)
    with written_whole(target) as draft:
        draft.write_text(page, encoding="utf-8", errors="backslashreplace")
    printed = None
    if pdf:
        from workbench.reports.printing import print_page

        printed = print_page(target)
    return Report(
        target,
        tuple(redact(sentence) for sentence in failed),
        rows_path=beside,
        pdf_path=printed,
        rows=rows,
    )


def refuse_keys(rows: pd.DataFrame, words: Mapping[str, str | None] = MappingProxyType({})) -> None:
    """Raise InputError where rows or words hold a key, or anything of a key's shape; its place is named."""
    for name, text in words.items():
        if text is not None and secrets_in(str(text)):
            raise InputError(f"the {name} holds a key, or something of its shape; nothing was written")
    for column in rows.columns:
        if holds_texts(rows[column]):
            for texts in _heaps(rows[column].drop_duplicates().tolist()):
                if secrets_in("\n".join(texts)):
                    found = next((text for text in texts if secrets_in(text)), "")
                    task = rows.loc[rows[column] == found, "task_id"].iloc[:1].tolist()
                    raise InputError(
                        f"the column {str(column)!r} holds a key, or something of its shape, at task "
                        f"{task[0] if task else '?'!r}; nothing was written. Take it out of the rows, as with "
                        f"rows[{str(column)!r}].str.replace(…)"
                    )


def _heaps(values: list[Any]) -> Iterator[list[str]]:
    """The texts among values, so many at once as make a heap of about a million characters."""
    heap: list[str] = []
    size = 0
    for value in values:
        if isinstance(value, str):
            heap.append(value)
            size += len(value)
            if size >= _CHARACTERS_AT_ONCE:
                yield heap
                heap, size = [], 0
    yield heap
