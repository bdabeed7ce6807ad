"""The commands that read rows: `compare` two models, or two files on the same tasks, and `summary`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli.checks import NOT_DECISIVE, end, fail_under_option, faults, max_failed_option
from workbench.cli.output import force_option, free_place, json_option, plain, print_json
from workbench.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

    from workbench.analysis.verdicts import Comparison
    from workbench.analysis.versions import Change


@click.command()
@click.argument("rows", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="ROWS…")
@click.option("--by", multiple=True, help="A column to tell apart by; model, prompt, cap and parameters if left out.")
@fail_under_option
@max_failed_option
@json_option
def summary(
    rows: tuple[Path, ...], by: tuple[str, ...], fail_under: float | None, max_failed: float | None, as_json: bool
) -> None:
    """Summarise rows: accuracy with its interval, tokens, dollars and seconds of each configuration.

    ROWS are files that `workbench sweep` wrote; several are put together.
    """
    import pandas as pd

    from workbench.analysis.summaries import summary as run
    from workbench.rows.files import read_rows

    tables = [read_rows(path) for path in rows]
    table = tables[0] if len(tables) == 1 else pd.concat(tables, ignore_index=True)
    found = faults(table, fail_under=fail_under, max_failed=max_failed)
    shown = run(table, by=list(by) or None)
    if as_json:
        print_json(shown)
    else:
        print(shown)
    end(found)


@click.command()
@click.argument("rows", type=click.Path(path_type=Path))
@click.argument("first")
@click.argument("second", required=False)
@click.option("--on", default="model", show_default=True, help="The column whose values are compared.")
@click.option("--fail-if", type=click.Choice(["worse"]), help="Exit 1 where it is worse, 3 where that is not decisive.")
@click.option(
    "--within",
    type=float,
    metavar="POINTS",
    help="Of two files, so many points behind are not worse (0); of two models, so many apart are equal (3).",
)
@click.option("--junit", type=click.Path(path_type=Path), help="Write the finding as a JUnit file, too.")
@force_option
@json_option
def compare(
    rows: Path,
    first: str,
    second: str | None,
    on: str,
    fail_if: str | None,
    within: float | None,
    junit: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """Compare two models of a file, or two files on the same tasks: a verdict, and how sure it is.

    \b
    workbench compare rows.jsonl MODEL MODEL      two values of --on within one file
    workbench compare old.jsonl new.jsonl         the same tasks before and after

    Of two files the model, the prompt or the day may differ. With --fail-if worse the exit status is 0 where the later
    one is not worse, 1 where it is, 3 where the tasks are too few to tell; --within 3 lets it be 3 points behind. Of
    two models, the first is asked whether it is worse than the second. Without --fail-if, two models are equal where
    they are shown to lie less than --within apart. Where every call of a file failed, the reason
    stands first, and the exit status is 1.
    """
    from workbench.analysis.versions import compare_tables
    from workbench.rows.files import read_rows

    free_place(junit, force)
    table = read_rows(rows)
    if second is not None and not fail_if and not junit:
        _tell_models(_of_models(table, first, second, on, within), as_json=as_json)
        return
    nothing = None
    if second is None:
        later = _later(first)
        nothing = next((f"{name}: {why}" for name, why in _unanswered((rows, table), (first, later))), None)
        change = compare_tables(table, later, within=within or 0.0, names=[rows.stem, Path(first).stem])
    else:
        parts = _of_each(table, rows, on if on in table else "model", (second, first))
        change = compare_tables(*parts, within=within or 0.0, names=[second, first])
    if nothing is not None:
        print(f"workbench: {nothing}", file=sys.stderr)  # why, first of all: what follows only says that
    _tell_change(change, junit, as_json=as_json)
    if nothing is not None:
        sys.exit(1)
    if fail_if and change.judgement != "not worse":
        print(f"workbench: {change.sentence}", file=sys.stderr)
        sys.exit(1 if change.judgement == "worse" else NOT_DECISIVE)


def _of_models(table: pd.DataFrame, first: str, second: str, on: str, within: float | None) -> Comparison:
    from workbench.analysis.comparison import WITHIN, compare

    if within is not None and not 0 < within < 100:
        raise InputError(f"--within is {within:g}; give points of accuracy above 0, such as 3")
    margin = WITHIN if within is None else within / 100
    return compare(table, _value_of(table, on, first), _value_of(table, on, second), on=on, within=margin)


def _tell_models(found: Comparison, *, as_json: bool) -> None:
    if as_json:
        print_json({**plain(found), "verdict": found.verdict, "better": found.better, "decisive": found.decisive})
    else:
        print(found)


def _later(path: str) -> pd.DataFrame:
    from workbench.rows.files import read_rows

    if not Path(path).exists():
        raise InputError(f"there is no file {path!r}; give two files with rows, or one file and two models")
    return read_rows(path)


def _of_each(table: pd.DataFrame, path: Path, column: str, names: Sequence[str]) -> list[pd.DataFrame]:
    """The rows of each of some models, or of other values of a column."""
    parts = [table[table[column].astype(str) == name] for name in names]
    for part, name in zip(parts, names, strict=True):
        if not len(part):
            raise InputError(f"no row of {str(path)!r} has the {column} {name!r}")
    return parts


def _tell_change(change: Change, junit: Path | None, *, as_json: bool) -> None:
    """Tell what changed from one version to the next, on the screen and in a JUnit file."""
    if as_json:
        print_json({"judgement": change.judgement, "sentence": change.sentence, **plain(change)})
    else:
        print(change)
    if junit is not None:
        from workbench.cli.junit import comparison_as_junit

        comparison_as_junit(change, junit)


def _unanswered(*files: tuple[Path | str, pd.DataFrame]) -> Iterator[tuple[str, str]]:
    """The files of which every call failed, each with the reason."""
    from workbench.rows.failures import nothing_answered

    for path, table in files:
        why = nothing_answered(table)
        if why is not None:
            yield str(path), why


def _value_of(rows: Any, column: str, text: str) -> Any:
    """A value of a column from its text: 1024 is a number in max_tokens and a name in model."""
    values = rows[column].dropna().unique() if column in rows.columns else ()
    return next((value for value in values if str(value) == text), text)
