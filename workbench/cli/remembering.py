"""The commands that look back: `runs`, `open`, `bundle` and `spend`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from workbench.cli.output import force_option, free_place, json_option, print_json


@click.command()
@click.argument("contains", default="")
@json_option
def runs(contains: str, as_json: bool) -> None:
    """List the sweeps that were run, the newest first; CONTAINS is a part of a name, model or tasks' file."""
    from workbench.history.records import remembered
    from workbench.history.runs import table_of

    word = contains.casefold()
    told = {run: " ".join((run.name, run.run, run.tasks, *run.models)).casefold() for run in remembered()}
    found = [run for run, text in told.items() if word in text]
    if as_json:
        print_json(table_of(found))
    elif found:
        print(table_of(found))
    else:
        print("no run is remembered yet; `workbench sweep` remembers each" if not word else f"no run has {contains!r}")


@click.command("open")
@click.argument("run")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    help="Rows: .jsonl, .csv, .xlsx, .parquet; or the page: .html.",
)
@click.option("--page/--no-page", default=None, help="Write its page of results; of a bundle it is written anyway.")
@click.option("--browser", is_flag=True, help="Open the page in a browser.")
@force_option
@json_option
def open_(run: str, output: Path | None, page: bool | None, browser: bool, force: bool, as_json: bool) -> None:
    """Show a run that was remembered, by its name, or a bundle that a colleague sent (.wbrun). Asks nobody anything.

    Its replies are read and scored anew. Nothing in a bundle is run. Of a bundle the page of results is written as
    well, its path is the last line.
    """
    from workbench.analysis.summaries import summary
    from workbench.base.files import check_place
    from workbench.rows.files import check_kind, write_rows
    from workbench.sweeps.opening_runs import open_run

    as_page = output is not None and output.suffix.lower() == ".html"
    if output is not None:
        if not as_page:
            check_kind(output)
        free_place(output, force)
        check_place(output)
    bundled = run.endswith(".wbrun")
    rows = open_run(run)
    if not as_json:
        _print_head(run)
        print(summary(rows))
    if output is not None and not as_page:
        write_rows(rows, output)
    made = None
    if as_page or browser or (bundled if page is None else page):
        from workbench.reports.results import report
        from workbench.reports.written import REPORTS_FOLDER

        name = Path(run).stem if bundled else run
        made = report(
            rows, title=name, output=output if as_page else Path(REPORTS_FOLDER) / f"{_as_file(name)}.html"
        ).path
    if as_json:
        print_json({"rows": None if as_page else output, "page": made, "calls": len(rows), "summary": summary(rows)})
    else:
        for path in (None if as_page else output, made):
            if path is not None:
                print(path)
    if made is not None and browser:
        click.launch(made.resolve().as_uri())


def _as_file(name: str) -> str:
    from workbench.sweeps.bundles import file_name_of

    return Path(file_name_of(name)).stem


def _print_head(run: str) -> None:
    from workbench.history.runs import find_run

    if run.endswith(".wbrun"):
        from workbench.sweeps.bundles import about_bundle

        for line in about_bundle(Path(run)):
            print(line)
        return
    found = find_run(run)
    print(f"{found.name}, {found.began[:16].replace('T', ' ')} UTC, {found.stands}: {found.headline}")
    if found.added:
        print(f"new: {found.added}")


@click.command()
@click.argument("run")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="The file; RUN.wbrun if left out.")
@force_option
def bundle(run: str, output: Path | None, force: bool) -> None:
    """Put a run into one file for a colleague: tasks, prompts, rows, replies and versions, and no key.

    It holds prompts, thinking and answers in full: read it before you send it. `workbench open FILE` shows it.
    """
    from workbench.sweeps.bundles import bundle_run, file_name_of

    path = output or Path(file_name_of(run))
    free_place(path, force)
    print(bundle_run(run, path))


@click.command()
@click.option("--by", default="day", show_default=True, help="day, model, project, or several with commas.")
@json_option
def spend(by: str, as_json: bool) -> None:
    """Tell what was spent, by day, model or project, and what the limits of [limits] leave."""
    from workbench.cache.limits import limits, users_settings
    from workbench.cache.spending import spend as table

    found = table([name.strip() for name in by.split(",") if name.strip()])
    limited = limits()
    if as_json:
        print_json({"spend": found, "limits": [str(limit) for limit in limited]})
        return
    print(_as_text(found) if len(found) else "nothing was spent yet")
    for limit in limited:
        print(f"limit: {limit}")
    if not limited:
        print(f"no limits; [limits] usd_per_day = 5 in workbench.toml, or in {users_settings()}, sets one")


def _as_text(table: Any) -> str:
    from workbench.show import figures, tables

    names = [name for name in table.columns if name not in ("usd", "usd_at_most", "requests", "unknown")]
    return tables.as_text(
        [
            *(tables.Column(name, [str(value) or "(not noted)" for value in table[name]]) for name in names),
            tables.Column("spent", [figures.money(value) for value in table["usd"]]),
            tables.Column("requests", [figures.count(value) for value in table["requests"]]),
            tables.Column(
                "unknown",
                [
                    f"{count:,} at most {figures.money(usd)}" if count else ""
                    for count, usd in zip(table["unknown"], table["usd_at_most"], strict=True)
                ],
            ),
        ]
    )
