"""The command line: `workbench ask, models, plan, sweep, report, compare, cache, lab`.

Results go to stdout, progress and errors to stderr. Exit status: 0 done, 1 it failed (one line says why and what to do),
2 wrong usage.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Annotated, Any

import click
import typer

from workbench.errors import InputError, LocalModelError, StoreError, WorkbenchError, WorkbenchWarning

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Ask many models the same questions, keep every reply, study them as tables.",
)
cache_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Look after the kept replies.")
app.add_typer(cache_app, name="cache")

ModelOption = Annotated[str, typer.Option("--model", "-m", help="provider/model, see `workbench models`")]
TasksArgument = Annotated[str, typer.Argument(help="tasks as .csv, .jsonl, .json or .toml")]
ModelsOption = Annotated[str, typer.Option("--models", "-m", help="provider/model, several separated by commas")]
PromptsOption = Annotated[str | None, typer.Option("--prompts", help="a prompt file, or a folder of them")]
MaxTokensOption = Annotated[str | None, typer.Option("--max-tokens", help="one or several, separated by commas")]
RepeatsOption = Annotated[int, typer.Option("--repeats", help="replies to each call")]
ParamOption = Annotated[
    list[str] | None, typer.Option("--param", help="name=value for the model; a JSON list is swept: temperature=[0,1]")
]
ConcurrencyOption = Annotated[int | None, typer.Option("--concurrency", help="most calls at once to one provider")]
JsonOption = Annotated[bool, typer.Option("--json", help="print JSON")]


@app.command()
def ask(
    prompt: Annotated[str, typer.Argument(help="the question; - reads it from stdin")],
    model: ModelOption = "local/smollm2-135m-think",
    system: Annotated[str | None, typer.Option(help="the system part of the prompt")] = None,
    max_tokens: Annotated[int | None, typer.Option(help="for thinking and answer together")] = None,
    temperature: Annotated[float | None, typer.Option()] = None,
    sample: Annotated[int, typer.Option(help="another number is another draw")] = 0,
    refresh: Annotated[bool, typer.Option(help="buy anew what is kept")] = False,
    timeout: Annotated[float | None, typer.Option(help="seconds for the whole call")] = None,
    param: ParamOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask one question; the answer goes to stdout, the thinking, dimmed, to stderr."""
    from workbench.client import stream
    from workbench.markdown import visible
    from workbench.showing import OUTCOME_WORDS, foot_line

    text = sys.stdin.read() if prompt == "-" else prompt
    pieces = stream(
        text,
        model=model,
        system=system,
        max_tokens=max_tokens,
        temperature=temperature,
        sample=sample,
        refresh=refresh,
        timeout=timeout,
        **_params(param),
    )
    if as_json:
        print(json.dumps(_reply_json(pieces.reply)))
        return
    dim = sys.stderr.isatty()
    last = ""
    for piece in pieces:
        if piece.kind == "thinking":
            print(
                f"\033[2m{visible(piece.text)}\033[0m" if dim else visible(piece.text),
                end="",
                file=sys.stderr,
                flush=True,
            )
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
def models(
    contains: Annotated[str, typer.Argument(help="show only ids that contain this")] = "",
    check: Annotated[bool, typer.Option("--check", help="ask each ready provider for its model list")] = False,
    fetch_local: Annotated[bool, typer.Option("--fetch-local", help="fetch the local model's weights, 93 MB")] = False,
    as_json: JsonOption = False,
) -> None:
    """List providers and models: what is ready, what it costs, what it shows of its thinking."""
    if fetch_local:
        from workbench import local

        for name in local.MODELS:
            local.prepare(name, fetch=True)
            print(f"local/{name} is ready")
        return
    from workbench.models import models as table

    frame = table()
    shown = frame[frame["id"].str.contains(contains, case=False, regex=False)]
    if check:
        raise typer.Exit(_check(sorted(set(shown[shown["ready"]]["provider"]))))
    if as_json:
        print(shown.to_json(orient="records"))
        return
    _print_table(shown)


def _check(providers: list[str]) -> int:
    """Ask providers for their models; 1 when one of them fails."""
    from workbench.client import list_served

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
def plan(
    tasks: TasksArgument,
    models: ModelsOption,
    prompts: PromptsOption = None,
    max_tokens: MaxTokensOption = None,
    repeats: RepeatsOption = 1,
    param: ParamOption = None,
    concurrency: ConcurrencyOption = None,
) -> None:
    """Tell what a sweep would take: calls, dollars, minutes. Sends nothing."""
    from workbench.sweep import plan as make

    print(make(tasks, **_layout(models, prompts, max_tokens, repeats, param), concurrency=concurrency))


@app.command()
def sweep(
    tasks: TasksArgument,
    models: ModelsOption,
    output: Annotated[Path, typer.Option("--output", "-o", help="rows as .jsonl, .csv or .parquet")],
    prompts: PromptsOption = None,
    max_tokens: MaxTokensOption = None,
    repeats: RepeatsOption = 1,
    param: ParamOption = None,
    scorer: Annotated[str | None, typer.Option(help="exact, numeric, choice, contains")] = None,
    max_usd: Annotated[float | None, typer.Option(help="never spend more than this")] = None,
    concurrency: ConcurrencyOption = None,
) -> None:
    """Ask every model every task, and write one row per call; the file's path is the last line."""
    from workbench.analysis import summary
    from workbench.row_files import check_kind, write_rows
    from workbench.sweep import sweep as run

    check_kind(output)
    layout = _layout(models, prompts, max_tokens, repeats, param)
    try:
        rows = run(tasks, **layout, scorer=scorer, max_usd=max_usd, concurrency=concurrency)
    except StoreError as error:
        if error.rows is not None and len(error.rows):
            print(f"the {len(error.rows)} rows so far are in {write_rows(error.rows, output)}", file=sys.stderr)
        raise
    write_rows(rows, output)
    print(summary(rows))
    failed = int((rows["outcome"] == "error").sum())
    if failed:
        first = rows[rows["outcome"] == "error"].iloc[0]
        print(
            f"{failed} of {len(rows)} calls failed, the first with {first['error']}: {first['error_message']}",
            file=sys.stderr,
        )
    print(output)
    raise typer.Exit(1 if failed == len(rows) else 0)


@app.command()
def report(
    notebook: Annotated[Path, typer.Argument(help="the notebook")],
    parameter: Annotated[
        list[str] | None, typer.Option("-p", help="name=value for the notebook's parameters cell")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="the HTML file")] = None,
    execute: Annotated[bool, typer.Option("--execute/--no-execute", help="run the notebook first")] = True,
    timeout: Annotated[float | None, typer.Option(help="seconds for one cell")] = None,
    keep_notebook: Annotated[
        bool, typer.Option("--keep-notebook", help="keep the executed notebook beside it")
    ] = False,
    open_it: Annotated[bool, typer.Option("--open", help="open it in a browser")] = False,
) -> None:
    """Run a notebook and write it as one HTML file; its path is the last line."""
    from workbench.report import export_report

    result = export_report(
        notebook,
        parameters=list(parameter or ()),
        output=output,
        execute=execute,
        timeout_seconds=timeout,
        keep_notebook=keep_notebook,
        progress=lambda line: print(line, file=sys.stderr, flush=True),
    )
    for failure in result.failed_cells:
        print(f"workbench: {failure}", file=sys.stderr)
    print(result.path)
    if open_it:
        typer.launch(result.path.resolve().as_uri())
    raise typer.Exit(1 if result.failed_cells else 0)


@app.command()
def compare(
    rows: Annotated[Path, typer.Argument(help="rows that `workbench sweep` wrote, as .jsonl or .parquet")],
    first: Annotated[str, typer.Argument(help="a model")],
    second: Annotated[str, typer.Argument(help="the model to compare it with")],
    on: Annotated[str, typer.Option(help="compare values of another column, such as prompt")] = "model",
) -> None:
    """Compare two models on the tasks both were asked: a verdict, and how sure it is."""
    from workbench.analysis import compare as run
    from workbench.row_files import read_rows

    print(run(read_rows(rows), first, second, on=on))


@cache_app.command("stats")
def cache_stats() -> None:
    """Tell how much is kept, where, and what it cost."""
    from workbench import cache

    print(cache.stats())


@cache_app.command("ledger")
def cache_ledger(last: Annotated[int, typer.Option(help="how many entries")] = 20) -> None:
    """Show the last requests that were made, as JSON lines."""
    from workbench import cache

    for entry in list(cache.current().ledger.entries())[-last:]:
        print(json.dumps(entry))


@cache_app.command("get")
def cache_get(key: str) -> None:
    """Print a kept reply as JSON."""
    from workbench import cache

    reply = cache.get(key)
    if reply is None:
        raise InputError(f"nothing is kept under {key!r}; keys stand in the rows, and in `workbench ask --json`")
    print(json.dumps(_reply_json(reply)))


@cache_app.command("export")
def cache_export(
    path: Path, rows: Annotated[Path | None, typer.Option(help="only the replies of these rows")] = None
) -> None:
    """Write kept replies to a recording: prompts, thinking and answers in full."""
    from workbench import cache
    from workbench.row_files import read_rows

    count = cache.export(path, read_rows(rows) if rows else None)
    print(f"{count} replies are in {path}")


@cache_app.command("delete")
def cache_delete(keys: list[str]) -> None:
    """Forget kept replies for good."""
    from workbench import cache

    print(f"{cache.delete(*keys)} of {len(keys)} deleted")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(context: typer.Context) -> None:
    """Open the notebooks in JupyterLab; further options go to it."""
    folder = Path("notebooks")
    command = [sys.executable, "-m", "jupyterlab", *([str(folder)] if folder.is_dir() else []), *context.args]
    raise typer.Exit(subprocess.run(command, check=False).returncode)


def _layout(
    models: str, prompts: str | None, max_tokens: str | None, repeats: int, param: list[str] | None
) -> dict[str, Any]:
    return {
        "models": [name.strip() for name in models.split(",") if name.strip()],
        "prompts": None if prompts is None else Path(prompts),
        "max_tokens": None if max_tokens is None else _whole_numbers(max_tokens),
        "repeats": repeats,
        "params": _params(param),
    }


def _whole_numbers(text: str) -> list[int]:
    try:
        return [int(part.replace("_", "")) for part in text.split(",")]
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no list of whole numbers, such as 1024,4096") from None


def _params(pairs: list[str] | None) -> dict[str, Any]:
    """name=value pairs; a value that reads as JSON is taken as such, anything else as text."""
    params = {}
    for pair in pairs or ():
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise typer.BadParameter(f"{pair!r} is not of the form name=value")
        try:
            params[name] = json.loads(value)
        except ValueError:
            params[name] = value
    return params


def _reply_json(reply: Any) -> dict[str, Any]:
    from dataclasses import asdict

    return {name: value for name, value in asdict(reply).items() if name != "raw"}


def _print_table(frame: Any) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for name in frame.columns:
        table.add_column(str(name), overflow="fold")
    for values in frame.itertuples(index=False):
        table.add_row(
            *(
                ""
                if value is None or value != value
                else "yes"
                if value is True
                else "no"
                if value is False
                else str(value)
                for value in values
            )
        )
    Console(width=None if sys.stdout.isatty() else 200, highlight=False, markup=False).print(table)


def main() -> None:
    """Run the command line; every expected failure is one line on stderr."""
    warnings.showwarning = _show_warning
    try:
        status = app(standalone_mode=False)
    except click.UsageError as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        sys.exit(130)
    except click.exceptions.Exit as error:
        status = error.exit_code
    except (WorkbenchError, LocalModelError) as error:
        print(f"workbench: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("workbench: interrupted; what was bought is kept", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)


def _show_warning(message: Warning | str, category: type[Warning], *rest: Any, **named: Any) -> None:
    if issubclass(category, WorkbenchWarning):
        print(f"workbench: warning: {message}", file=sys.stderr)
