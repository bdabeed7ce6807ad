"""The commands that lay out a grid of calls: `plan` tells what it would take, `sweep` asks it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from workbench.cli.checks import end, fail_under_option, faults, max_failed_option
from workbench.cli.deciding import decided, decision_json, stopping_options
from workbench.cli.marking import scorer_of, scorer_option
from workbench.cli.options import grid_options, layout_of, read_tasks
from workbench.cli.output import (
    force_option,
    free_place_for_rows,
    json_option,
    leaving_rows,
    plain,
    print_json,
    write_in_the_end,
)


@click.command()
@grid_options
@scorer_option
@json_option
def plan(tasks: str, concurrency: int | None, scorers: tuple[str, ...], as_json: bool, **layout: Any) -> None:
    """Tell what a sweep would take: calls, dollars, minutes. Sends nothing.

    It says which column is taken for what, and shows the first prompt as it will be sent.
    """
    from workbench.sweeps.plan import plan as make

    loaded = read_tasks(tasks, layout)
    made = make(loaded, **layout_of(**layout), concurrency=concurrency, scorer=scorer_of(scorers))
    if as_json:
        print_json(_plan_json(made))
    else:
        print(made)


def _plan_json(made: Any) -> dict[str, Any]:
    figures = ("calls", "kept", "usd_likely", "usd_worst", "seconds", "seconds_range")
    understood = made.understanding
    return {
        **{name: getattr(made, name) for name in figures},
        "usd_range": made.usd_range,
        "models": plain(list(made.estimates)),
        "cut": None if made.cut is None else {name: getattr(made.cut, name) for name in figures},
        "tells_apart": made.tells_apart,
        "record": made.record,
        "batches": made.batches,
        "warnings": list(made.warnings),
        "understood": understood.sentence() if understood else None,
        "first_prompt": understood.prompt_text() if understood else None,
    }


@click.command()
@grid_options
@click.option(
    "--output",
    "-o",
    required=True,
    type=click.Path(path_type=Path),
    help="Rows as .jsonl, .csv, .xlsx or .parquet.",
)
@force_option
@scorer_option
@click.option("--max-usd", type=float, help="Never spend more than this.")
@click.option(
    "--until", type=click.Choice(["decided"]), help="decided: buy in waves, and stop when it is known who is better."
)
@stopping_options
@click.option("--timeout", type=float, help="Seconds for each call.")
@click.option("--batch", is_flag=True, help="In batches: cheaper where a provider has them, within a day.")
@click.option("--name", help="A name for the run, by which `workbench open` shows it again.")
@fail_under_option
@max_failed_option
@json_option
def sweep(
    tasks: str,
    output: Path,
    force: bool,
    scorers: tuple[str, ...],
    max_usd: float | None,
    until: str | None,
    within: float,
    seed: int,
    timeout: float | None,
    batch: bool,
    name: str | None,
    concurrency: int | None,
    fail_under: float | None,
    max_failed: float | None,
    as_json: bool,
    **layout: Any,
) -> None:
    """Ask every model every task, and write one row per call.

    The path of the rows is the last line. Ctrl-C leaves the rows so far in that file; run it again to go on, nothing
    that was bought is bought again. --until decided buys no further than it takes to know, as `workbench decide` does.
    Exit status 1 where every call failed, where more than --max-failed did, or where a
    configuration has less than --fail-under right.
    """
    with leaving_rows(output):
        from workbench.analysis.summaries import summary
        from workbench.rows.failures import failed, first_reason
        from workbench.sweeps.batching import check_until
        from workbench.sweeps.run import sweep as run

        free_place_for_rows(output, force)
        loaded = read_tasks(tasks, layout)
        options = {**layout_of(**layout), "scorer": scorer_of(scorers), "concurrency": concurrency}
        options |= {"timeout": timeout, "name": name}
        found_out = None
        if until is None:
            rows = run(loaded, max_usd=max_usd, batch=batch, **options)
        else:
            check_until(batch)
            found_out = decided(loaded, options, within=within, seed=seed, max_usd=max_usd)
            rows = found_out.rows
        write_in_the_end(rows, output)
    found = faults(rows, fail_under=fail_under, max_failed=max_failed)
    count = failed(rows)
    if count == len(rows):
        print(f"workbench: {found[0]}", file=sys.stderr)  # why, first of all: the table below only says that
    elif count:
        print(f"{count} of {len(rows)} calls failed: {first_reason(rows)}", file=sys.stderr)
    table = summary(rows)
    if as_json:
        print_json(
            {
                "rows": output,
                "calls": len(rows),
                "kept": int(rows["cached"].fillna(False).sum()),
                "failed": count,
                "usd_spent": float(rows["usd_spent"].fillna(0).sum()),
                "run": rows["run"].iloc[0] if len(rows) else None,
                "faults": found,
                "summary": table,
                **({} if found_out is None else {"decision": decision_json(found_out)}),
            }
        )
    else:
        if found_out is not None:
            print(found_out)
        print(table)
        print(output)
    if count == len(rows):
        sys.exit(1)
    end(found)
