"""The command line: `workbench ask, models, plan, sweep, rescore, marks, report, compare, cache, trust, lab`.

Results go to stdout, progress and errors to stderr. Exit status: 0 done, 1 it failed (one line says why and what to
do), 2 wrong usage.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from workbench.cli.marking import marks, rescore, scorer_of, scorer_option
from workbench.cli.options import grid_options, layout_of, param_option, params_of, read_tasks
from workbench.cli.trusting import trust
from workbench.errors import InputError, StoreError, WorkbenchError, WorkbenchWarning

model_option = click.option(
    "--model", "-m", default="local/smollm2-135m-think", show_default=True, help="provider/model"
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")

_NUMBERS = frozenset({"$ per million in", "cached", "out", "context"})


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="workbench")
def app() -> None:
    """Ask many models the same questions, keep every reply, study them as tables."""


app.add_command(rescore)
app.add_command(marks)
app.add_command(trust)


@app.command()
@click.argument("prompt")
@model_option
@click.option("--system", help="The system part of the prompt.")
@click.option("--max-tokens", type=int, help="For thinking and answer together.")
@click.option("--temperature", type=float)
@click.option("--sample", type=int, default=0, help="Another number is another draw.")
@click.option("--refresh", is_flag=True, help="Buy anew what is kept.")
@click.option("--timeout", type=float, help="Seconds for the whole call.")
@param_option
@json_option
def ask(prompt: str, params: Sequence[str], as_json: bool, **options: Any) -> None:
    """Ask one question (- reads it from stdin).

    The answer goes to stdout, the thinking, dimmed, to stderr.
    """
    from workbench.asking.ask import stream
    from workbench.replies.outcomes import OUTCOME_WORDS
    from workbench.replies.reply import foot_line
    from workbench.show.markdown import visible

    pieces = stream(sys.stdin.read() if prompt == "-" else prompt, **options, **params_of(params))
    if as_json:
        print(json.dumps(_reply_json(pieces.reply)))
        return
    dim, plain = ("\033[2m", "\033[0m") if sys.stderr.isatty() else ("", "")
    last = ""
    for piece in pieces:
        if piece.kind == "thinking":
            print(f"{dim}{visible(piece.text)}{plain}", end="", file=sys.stderr, flush=True)
        else:
            if last == "thinking":
                print(file=sys.stderr)
            print(visible(piece.text), end="", flush=True)
        last = piece.kind
    print(file=sys.stderr if last == "thinking" else sys.stdout)
    reply = pieces.reply
    ended = "" if reply.outcome == "answered" else f"[{OUTCOME_WORDS[reply.outcome]}] "
    print(f"{ended}{visible(foot_line(reply))}", file=sys.stderr)


@app.command()
@click.argument("contains", default="")
@click.option("--check", is_flag=True, help="Ask each ready provider for its model list.")
@click.option("--fetch-local", is_flag=True, help="Fetch the local model's weights, 93 MB.")
@json_option
def models(contains: str, check: bool, fetch_local: bool, as_json: bool) -> None:
    """List models whose id contains a text: what is ready, what it costs, what it shows of its thinking."""
    from workbench.providers.catalogue import fetch_local_models
    from workbench.providers.catalogue import models as table

    if fetch_local:
        for name in fetch_local_models():
            print(f"{name} is ready")
        return

    frame = table()
    shown = frame[frame["id"].str.contains(contains, case=False, regex=False)]
    if check:
        sys.exit(_check(sorted(set(shown[shown["ready"]]["provider"]))))
    if as_json:
        print(shown.to_json(orient="records"))
    else:
        _print_models(shown)


def _check(providers: list[str]) -> int:
    """Ask providers for their models; 1 when one of them fails."""
    from workbench.asking.call import list_served

    failed = 0

    def answered(provider: str, answer: list[str] | WorkbenchError) -> None:
        nonlocal failed
        if isinstance(answer, WorkbenchError):
            failed = 1
            print(f"{provider}: {answer}")
        else:
            print(f"{provider}: {len(answer)} models, such as {', '.join(answer[:3])}")

    if not providers:
        raise InputError("no provider is ready; set a key, such as OPENROUTER_API_KEY, or install the local model")
    list_served(providers, answered)
    return failed


@app.command()
@grid_options
@scorer_option
def plan(tasks: str, concurrency: int | None, scorers: tuple[str, ...], **layout: Any) -> None:
    """Tell what a sweep would take: calls, dollars, minutes. Sends nothing.

    It says which column is taken for what, and shows the first prompt as it will be sent.
    """
    from workbench.sweeps.run import plan as make

    loaded = read_tasks(tasks, layout)
    print(make(loaded, **layout_of(**layout), concurrency=concurrency, scorer=scorer_of(scorers)))


@app.command()
@grid_options
@click.option(
    "--output", "-o", required=True, type=click.Path(path_type=Path), help="Rows as .jsonl, .csv or .parquet."
)
@scorer_option
@click.option("--max-usd", type=float, help="Never spend more than this.")
@click.option("--timeout", type=float, help="Seconds for each call.")
def sweep(
    tasks: str,
    output: Path,
    scorers: tuple[str, ...],
    max_usd: float | None,
    timeout: float | None,
    concurrency: int | None,
    **layout: Any,
) -> None:
    """Ask every model every task, and write one row per call.

    The path of the rows is the last line.
    """
    from workbench.analysis import summary
    from workbench.base.files import check_place
    from workbench.rows.files import check_kind, write_rows
    from workbench.sweeps.run import sweep as run

    check_kind(output)
    check_place(output)
    loaded = read_tasks(tasks, layout)
    try:
        rows = run(
            loaded,
            **layout_of(**layout),
            scorer=scorer_of(scorers),
            max_usd=max_usd,
            concurrency=concurrency,
            timeout=timeout,
        )
    except StoreError as error:
        if error.rows is not None and len(error.rows):
            print(f"the {len(error.rows)} rows so far are in {write_rows(error.rows, output)}", file=sys.stderr)
        raise
    write_rows(rows, output)
    print(summary(rows))
    failures = rows[rows["outcome"] == "error"]
    if len(failures):
        first = failures.iloc[0]
        print(
            f"{len(failures)} of {len(rows)} calls failed, the first with {first['error']}: {first['error_message']}",
            file=sys.stderr,
        )
    print(output)
    if len(failures) == len(rows):
        sys.exit(1)


@app.command()
@click.argument("notebook", type=click.Path(path_type=Path))
@click.option("-p", "parameters", multiple=True, metavar="NAME=VALUE", help="For the notebook's parameters cell.")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="The HTML file.")
@click.option("--execute/--no-execute", default=True, help="Run the notebook first.")
@click.option("--timeout", "timeout_seconds", type=float, help="Seconds for one cell.")
@click.option("--keep-notebook", is_flag=True, help="Keep the executed notebook beside the report.")
@click.option("--open", "open_it", is_flag=True, help="Open the report in a browser.")
def report(notebook: Path, parameters: Sequence[str], open_it: bool, **options: Any) -> None:
    """Run a notebook and write it as one HTML file.

    The path of the report is the last line. A failing cell still leaves a report, and exit status 1.
    """
    from workbench.reports.export import export_report

    result = export_report(
        notebook,
        parameters=list(parameters),
        progress=lambda line: print(line, file=sys.stderr, flush=True),
        **options,
    )
    for failure in result.failed_cells:
        print(f"workbench: {failure}", file=sys.stderr)
    print(result.path)
    if open_it:
        click.launch(result.path.resolve().as_uri())
    if result.failed_cells:
        sys.exit(1)


@app.command()
@click.argument("rows", type=click.Path(path_type=Path))
@click.argument("first")
@click.argument("second")
@click.option("--on", default="model", show_default=True, help="The column whose values are compared.")
def compare(rows: Path, first: str, second: str, on: str) -> None:
    """Compare two models on the tasks both were asked: a verdict, and how sure it is.

    ROWS is a .jsonl or .parquet file that `workbench sweep` wrote.
    """
    from workbench.analysis import compare as run
    from workbench.rows.files import read_rows

    table = read_rows(rows)
    print(run(table, _value_of(table, on, first), _value_of(table, on, second), on=on))


def _value_of(rows: Any, column: str, text: str) -> Any:
    """A value of a column from its text: 1024 is a number in max_tokens and a name in model."""
    values = rows[column].dropna().unique() if column in rows.columns else ()
    return next((value for value in values if str(value) == text), text)


@app.group()
def cache() -> None:
    """Look after the kept replies."""


@cache.command("stats")
def cache_stats() -> None:
    """Tell how much is kept, where, and what it cost."""
    from workbench import cache

    print(cache.stats())


@cache.command("ledger")
@click.option("--last", default=20, show_default=True, help="How many entries.")
def cache_ledger(last: int) -> None:
    """Show the last requests that were made, as JSON lines."""
    from workbench.cache.kept import current

    for entry in list(current().ledger.entries())[-last:]:
        print(json.dumps(entry))


@cache.command("get")
@click.argument("key")
def cache_get(key: str) -> None:
    """Print a kept reply as JSON."""
    from workbench import cache

    reply = cache.get(key)
    if reply is None:
        raise InputError(f"nothing is kept under {key!r}; keys stand in the rows, and in `workbench ask --json`")
    print(json.dumps(_reply_json(reply)))


@cache.command("export")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--rows", type=click.Path(path_type=Path), help="Only the replies of these rows.")
def cache_export(path: Path, rows: Path | None) -> None:
    """Write kept replies to a recording: prompts, thinking and answers in full."""
    from workbench import cache
    from workbench.rows.files import read_rows

    print(f"{cache.export(path, read_rows(rows) if rows else None)} replies are in {path}")


@cache.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def cache_import(paths: Sequence[Path]) -> None:
    """Put the replies of recordings into the store for good."""
    from workbench import cache

    for path in paths:
        count, new = cache.import_recording(path)
        print(f"{new:,} of the {count:,} replies in {path} are new, and kept now")


@cache.command("delete")
@click.argument("keys", nargs=-1, required=True)
def cache_delete(keys: Sequence[str]) -> None:
    """Forget kept replies for good."""
    from workbench import cache

    print(f"{cache.delete(*keys)} of {len(keys)} deleted")


@app.command(context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def lab(options: Sequence[str]) -> None:
    """Open the notebooks in JupyterLab; further options go to it."""
    folder = ["notebooks"] if Path("notebooks").is_dir() else []
    sys.exit(subprocess.run([sys.executable, "-m", "jupyterlab", *folder, *options], check=False).returncode)


def _reply_json(reply: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return {name: value for name, value in asdict(reply).items() if name != "raw"}


def _print_models(frame: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for head in ("model", "ready", "$ per million in", "cached", "out", "context", "thinking", "note"):
        table.add_column(head, overflow="fold", justify="right" if head in _NUMBERS else "left")
    for line in frame.astype(object).where(frame.notna(), None).to_dict("records"):
        prices = (line[f"usd_per_million_{kind}"] for kind in ("input", "cached", "output"))
        context = f"{line['context_tokens']:,}" if line["context_tokens"] else ""
        shown = ("" if price is None else f"{price:g}" for price in prices)
        table.add_row(line["id"], "yes" if line["ready"] else "no", *shown, context, line["thinking"], line["note"])
    Console(width=None if sys.stdout.isatty() else 200, highlight=False, markup=False).print(table)


def main() -> None:
    """Run the command line; every expected failure is one line on stderr."""
    warnings.showwarning = _show_warning
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character shows "?" in its place
    try:
        app(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except WorkbenchError as error:
        print(f"workbench: {error}", file=sys.stderr)
        sys.exit(1)
    except (click.Abort, KeyboardInterrupt):  # click turns the one into the other
        print("workbench: interrupted; what was bought is kept", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _show_warning(message: Warning | str, category: type[Warning], *rest: Any, **named: Any) -> None:
    if issubclass(category, WorkbenchWarning):
        print(f"workbench: warning: {message}", file=sys.stderr)
