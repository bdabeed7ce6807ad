"""The command `report`: rows or a notebook as one page."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.checks import end, fail_under_option, faults_of, max_failed_option
from workbench.cli.output import force_option, free_place
from workbench.cli.watching import tell_shelf_life
from workbench.errors import InputError

if TYPE_CHECKING:
    from workbench.reports import Report

ROWS_FILES = (".jsonl", ".parquet", ".csv", ".xlsx")


@click.command()
@click.argument("source", metavar="ROWS|NOTEBOOK", type=click.Path(path_type=Path))
@click.option("--results", is_flag=True, help="Of a notebook, the page of its results, without its text.")
@click.option("--title", help="Of the page of results.")
@click.option("--author", help="Of the page of results.")
@click.option("--comment", help="Your own words on the page of results, in Markdown.")
@click.option("--pdf", is_flag=True, help="Print the page as well, with an installed Chromium or Chrome.")
@click.option("-p", "parameters", multiple=True, metavar="NAME=VALUE", help="For the notebook's parameters cell.")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="The HTML file.")
@click.option("--execute/--no-execute", default=True, help="Run the notebook first.")
@click.option("--timeout", "timeout_seconds", type=float, help="Seconds for one cell.")
@click.option("--keep-notebook", is_flag=True, help="Keep the executed notebook beside the report.")
@click.option("--open", "open_it", is_flag=True, help="Open the report in a browser.")
@click.option("--stale", is_flag=True, help="Only tell whether a report, or rows, still hold: exit status 1 if not.")
@force_option
@fail_under_option
@max_failed_option
@click.pass_context
def report(
    context: click.Context,
    /,
    source: Path,
    open_it: bool,
    stale: bool,
    force: bool,
    fail_under: float | None,
    max_failed: float | None,
    **options: Any,
) -> None:
    """Write the results of rows, or a notebook, as one HTML file.

    A file of rows (.jsonl, .parquet, .csv, .xlsx) becomes a page of results: what to take, how sure that is, what it
    rests on. A notebook is run, and its text and outputs become the page; with --results, the results of its rows do.

    Settings, keys, tasks and kept replies are those of the folder you stand in. The path of the report is the last
    line. A failing cell, or nothing answered at all, still leaves a report, and exit status 1; so do more failed calls
    than --max-failed (without it half of them, or all of one model), and a configuration with less than --fail-under
    right.

    With --stale the argument is a report or a file of rows; nothing is run, and the exit status is 1 from the first
    known day on which a model, an alias or a price in it ends.
    """
    if stale:
        sys.exit(tell_shelf_life(source))
    free_place(options["output"], force)
    words = {name: options.pop(name) for name in ("title", "author", "comment")}
    if source.suffix.lower() in ROWS_FILES:
        made = _of_rows(context, source, words, options)
    else:
        made = _of_notebook(source, words, options)
    for failure in made.failed_cells:
        print(f"workbench: {failure}", file=sys.stderr)
    if made.rows_path is not None:
        print(f"not all rows fit on the page; all of them are in {made.rows_path}", file=sys.stderr)
    if made.pdf_path is not None:
        print(made.pdf_path, file=sys.stderr)
    print(made.path)
    if open_it:
        click.launch(made.path.resolve().as_uri())
    if made.failed_cells:
        sys.exit(1)
    if made.rows is not None or fail_under is not None or max_failed is not None:
        end(faults_of(made.rows, fail_under=fail_under, max_failed=max_failed))


def _of_rows(context: click.Context, source: Path, words: dict[str, Any], options: dict[str, Any]) -> Report:
    from workbench.reports.results import report as run

    given = [
        name for name in ("parameters", "timeout_seconds", "keep_notebook", "execute") if _was_given(context, name)
    ]
    if given:
        raise InputError(f"{source} holds rows; --{given[0].replace('_', '-')} is for notebooks")
    return run(source, output=options["output"], pdf=options["pdf"], **words)


def _of_notebook(source: Path, words: dict[str, Any], options: dict[str, Any]) -> Report:
    # jsonschema, which reads notebooks, would have 38 grammars of addresses built for nothing: a second or two. None is
    # how Python is told that there is no such package; this process is our own and ends with the page.
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]  # the stubs know of modules alone
    from workbench.reports.export import export_report

    parameters: Sequence[str] = list(options.pop("parameters"))
    results = options.pop("results")
    if not results and any(words.values()):
        name = next(name for name, value in words.items() if value)
        raise InputError(f"--{name} is for a page of results; add --results, or write it into the notebook")
    return export_report(
        source,
        parameters=parameters,
        progress=lambda line: print(line, file=sys.stderr, flush=True),
        results=words if results else False,
        **options,
    )


def _was_given(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) is not click.core.ParameterSource.DEFAULT
