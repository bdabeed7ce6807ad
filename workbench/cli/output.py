"""Where results go: JSON for programs, files that are not written over unasked, and what makes a run a failure."""

from __future__ import annotations

import contextlib
import json
import math
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

import click

from workbench.errors import InputError, StoreError

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")
force_option = click.option(
    "--force", "--yes", "-f", "force", is_flag=True, help="Write over a file that is there, without asking."
)


def free_place(path: Path | None, force: bool) -> None:
    """Ask before a file is written over; raises `InputError` where the answer is no, or nobody is there to answer."""
    if path is None or force or not os.path.lexists(path) or path.is_dir():  # a folder is refused by whoever writes
        return
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
        raise InputError(f"{str(path)!r} is there already; --force writes over it, or name another file")
    if not click.confirm(f"{path} is there already. Write over it?", err=True):
        raise InputError(f"{str(path)!r} stays as it is, and nothing was done; name another file with -o")


def free_place_for_rows(path: Path, force: bool) -> None:
    """The same for a file of rows, before anything is asked: its kind is known, and it can be written where it is."""
    from workbench.base.files import check_place
    from workbench.rows.files import check_kind

    check_kind(path)
    free_place(path, force)
    check_place(path)


@contextlib.contextmanager
def leaving_rows(output: Path | None) -> Iterator[None]:
    """Around a run: where it is broken off, the rows so far are left in `output`, or it is said that nothing was."""
    try:
        yield
    except (StoreError, KeyboardInterrupt) as error:
        if output is not None:
            from workbench.rows.files import write_rows

            so_far = getattr(error, "rows", None)
            if so_far is not None and len(so_far):
                print(
                    f"the rows so far, {len(so_far):,}, are in {write_rows(so_far, output)}{_unmarked(so_far, output)}",
                    file=sys.stderr,
                )
            else:
                there = "stays as it was" if os.path.lexists(output) else "was not made"
                print(f"no rows were written: {output} {there}", file=sys.stderr)
        raise


def write_in_the_end(rows: Any, output: Path) -> None:
    """Write the rows of a run that has ended, inside `leaving_rows`: an interrupt of the writing loses none."""
    from workbench.rows.files import write_rows

    try:
        write_rows(rows, output)
    except KeyboardInterrupt as interrupt:
        vars(interrupt)["rows"] = rows
        raise


def _unmarked(rows: Any, output: Path) -> str:
    """What is to be said of rows that an interrupt left without a mark."""
    from workbench.scorers.rescoring import BROKEN_OFF

    count = int((rows["why"] == BROKEN_OFF).sum()) if "why" in rows else 0
    if not count:
        return ""
    return f"; {count:,} of them not marked: the same command again marks them, and buys only what is missing"


def print_json(value: Any) -> None:
    """Print a result as one JSON document; what is absent or unknown is null."""
    print(json.dumps(plain(value), ensure_ascii=False, indent=2))


def plain(value: Any) -> Any:
    """A result in the terms of JSON: tables as lists of objects, numbers that are none as null.

    >>> plain({"share": float("nan"), "limits": (0.25, 1), "file": Path("rows.jsonl")})
    {'share': None, 'limits': [0.25, 1], 'file': 'rows.jsonl'}
    """
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if is_dataclass(value) and not isinstance(value, type):
        return plain(asdict(value))
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if hasattr(value, "to_dict") and hasattr(value, "columns"):
        return [plain(line) for line in value.to_dict("records")]
    if hasattr(value, "item"):  # a number of numpy
        return plain(value.item())
    return None if type(value).__name__ in ("NAType", "NaTType") else str(value)


def reply_json(reply: Any) -> dict[str, Any]:
    """A reply as JSON, without what the provider sent in full."""
    return {name: value for name, value in asdict(reply).items() if name != "raw"}
