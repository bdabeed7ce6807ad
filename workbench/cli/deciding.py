"""The command that buys no further than it takes to know: `decide`, and what `sweep --until decided` shares with it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from workbench.cli.marking import scorer_of, scorer_option
from workbench.cli.options import grid_options, layout_of, read_tasks
from workbench.cli.output import (
    force_option,
    free_place_for_rows,
    json_option,
    leaving_rows,
    print_json,
    write_in_the_end,
)

if TYPE_CHECKING:
    from workbench.sweeps.decision import Decision

NOT_DECIDED = 3
"""Exit status where the tasks or the money were too few to tell, as of `compare`."""

_Command = TypeVar("_Command", bound=Callable[..., Any])


def stopping_options(command: _Command) -> _Command:
    """The options of a sweep that stops when it knows."""
    for decorate in (
        click.option("--seed", type=int, default=0, show_default=True, help="Draws the order of the tasks."),
        click.option(
            "--within",
            type=click.FloatRange(0, 100, min_open=True, max_open=True),
            default=3.0,
            show_default=True,
            metavar="POINTS",
            help="So many points apart are equal.",
        ),
    ):
        command = decorate(command)
    return command


@click.command()
@grid_options
@click.option(
    "--output", "-o", type=click.Path(path_type=Path), help="Rows as .jsonl, .csv, .xlsx or .parquet, if wanted."
)
@force_option
@scorer_option
@click.option("--max-usd", type=float, help="Never spend more than this.")
@click.option("--timeout", type=float, help="Seconds for each call.")
@click.option("--name", help="A name for the run, by which `workbench open` shows it again.")
@stopping_options
@json_option
def decide(
    tasks: str,
    output: Path | None,
    force: bool,
    scorers: tuple[str, ...],
    max_usd: float | None,
    timeout: float | None,
    name: str | None,
    concurrency: int | None,
    within: float,
    seed: int,
    as_json: bool,
    **layout: Any,
) -> None:
    """Ask until it is known which model is better, and no further.

    Waves of tasks in random order are bought, a look is taken after each, and it stops when one is better, when they
    are equal within a margin, when the money is spent, or with the last task. With one model, several --max-tokens,
    prompts or values of a parameter are decided between. Exit status 3 where it could not be decided, 1 where one of
    them gave nothing to mark: it stops there, and buys no more of the others.
    """
    with leaving_rows(output):
        if output is not None:
            free_place_for_rows(output, force)
        loaded = read_tasks(tasks, layout)
        options = {**layout_of(**layout), "scorer": scorer_of(scorers), "concurrency": concurrency}
        options |= {"timeout": timeout, "name": name}
        found = decided(loaded, options, within=within, seed=seed, max_usd=max_usd)
        if output is not None:
            write_in_the_end(found.rows, output)
    if as_json:
        print_json({**decision_json(found), "rows": output})
    else:
        print(found)
        if output is not None:
            print(output)
    if found.why == "nothing":
        print(f"workbench: {found.nothing}", file=sys.stderr)
        sys.exit(1)
    sys.exit(0 if found.why == "decided" else NOT_DECIDED)


def decided(loaded: Any, layout: dict[str, Any], *, within: float, seed: int, max_usd: float | None) -> Decision:
    """Buy until it is known; an interrupt carries the rows so far as `.rows`."""
    from workbench.sweeps.deciding import watched
    from workbench.sweeps.run import sweep

    return watched(sweep, loaded, layout, within=within / 100, seed=seed, max_usd=max_usd)


def decision_json(found: Decision) -> dict[str, Any]:
    """What was decided, as the value of a JSON object."""
    figures = ["why", "nothing", "best", "findings", "tasks", "calls", "planned_calls", "saved", "usd", "saved_usd"]
    pairs = [
        {
            "a": names[0],
            "b": names[1],
            "tasks": known.tasks,
            "difference": known.difference,
            "low": known.interval.low,
            "high": known.interval.high,
            "p": known.p,
            "equal": known.equal,
        }
        for names, known in found.known.items()
    ]
    return {**{name: getattr(found, name) for name in [*figures, "seed"]}, "on": found.on, "pairs": pairs}
