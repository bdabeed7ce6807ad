"""The commands that mark kept rows: `rescore` by a scorer, `marks` by hand."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from workbench.cli.output import force_option, free_place_for_rows

scorer_option = click.option(
    "--scorer",
    "scorers",
    multiple=True,
    help="numeric, choice, exact, contains, length:200, code, judge:MODEL …; given twice, both must be satisfied. "
    "Fits each task if left out.",
)


def scorer_of(names: tuple[str, ...]) -> Any:
    """What `sweep` and `rescore` take, from the texts of that option."""
    return None if not names else names[0] if len(names) == 1 else list(names)


@click.command()
@click.argument("rows", type=click.Path(path_type=Path))
@click.option("--output", "-o", required=True, type=click.Path(path_type=Path), help="The rows with their new marks.")
@force_option
@scorer_option
@click.option("--max-usd", type=float, help="Never spend more than this on a judge.")
@click.option("--timeout", type=float, help="Seconds for each call of a judge.")
def rescore(
    rows: Path, output: Path, force: bool, scorers: tuple[str, ...], max_usd: float | None, timeout: float | None
) -> None:
    """Mark kept rows anew, for nothing, and tell what changed.

    ROWS is a .jsonl or .parquet file that `workbench sweep` wrote. No reply is bought again; only a judge
    (--scorer judge:MODEL) is asked, once. The path of the rows is the last line.
    """
    from workbench.analysis.summaries import summary
    from workbench.asking.money import Purse
    from workbench.base.patience import check_timeout
    from workbench.cache.kept import current
    from workbench.rows.files import read_rows, write_rows
    from workbench.sweeps.judging import Judging

    free_place_for_rows(output, force)
    check_timeout(timeout)
    judging = Judging(current(), Purse(max_usd), timeout_seconds=timeout)
    scorer = judging.scorer(scorer_of(scorers))
    table = read_rows(rows)
    judging.check(scorer)
    marked = judging.rescore(table, scorer)
    write_rows(marked, output)
    print(summary(marked))
    print(output)


@click.command()
@click.argument("rows", type=click.Path(path_type=Path))
@click.argument("sheet", type=click.Path(path_type=Path))
@click.option("-n", "number", type=int, default=20, show_default=True, help="Answers to look at.")
@click.option("--seed", type=int, default=0, show_default=True, help="Another number draws other answers.")
@click.option("--output", "-o", type=click.Path(path_type=Path), help="The rows with the marks in their column hand.")
@force_option
def marks(rows: Path, sheet: Path, number: int, seed: int, output: Path | None, force: bool) -> None:
    """Mark answers by hand that are drawn at random, and correct the accuracy for the scorer's errors.

    SHEET is a .csv or .jsonl. Where it is not there it is written: fill in its column right with yes or no, and run
    this again. Then it is read, and what follows from it is told.
    """
    from workbench.analysis.calibrating import calibration
    from workbench.analysis.hand_marks import check_sheet, drawn, on_sheet, read_sheet, sheet_of, with_marks
    from workbench.analysis.summaries import summary
    from workbench.base.files import written_whole
    from workbench.rows.files import read_rows, write_rows

    check_sheet(sheet)
    if output is not None:
        free_place_for_rows(output, force)
    table = read_rows(rows)
    if not sheet.exists():
        sample = drawn(table, number, seed=seed)
        with written_whole(sheet) as draft:
            draft.write_bytes(sheet_of(sample, {}, sheet))
        print(
            f"{len(sample)} answers stand on it; write yes or no into the column right, and run this again",
            file=sys.stderr,
        )
        print(sheet)
        return
    listed, said = read_sheet(sheet)
    on_sheet(table, listed, sheet)
    marked = with_marks(table, said)
    print(calibration(marked))
    print(summary(marked))
    if output is not None:
        print(write_rows(marked, output))
