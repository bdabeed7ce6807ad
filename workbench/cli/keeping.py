"""The commands that look after the kept replies: `workbench cache …`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import click

from workbench.cli.output import reply_json
from workbench.errors import InputError


@click.group()
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

    for entry in list(current().entries())[-last:]:
        print(json.dumps(entry))


@cache.command("get")
@click.argument("key")
def cache_get(key: str) -> None:
    """Print a kept reply as JSON."""
    from workbench import cache

    reply = cache.get(key)
    if reply is None:
        raise InputError(f"nothing is kept under {key!r}; keys stand in the rows, and in `workbench ask --json`")
    print(json.dumps(reply_json(reply)))


@cache.command("export")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--rows", type=click.Path(path_type=Path), help="Only the replies of these rows.")
@click.option("--chained", is_flag=True, help="Of a loop's steps what each adds: small, and for this version or later.")
def cache_export(path: Path, rows: Path | None, chained: bool) -> None:
    """Write kept replies to a recording: prompts, thinking and answers in full."""
    from workbench import cache
    from workbench.rows.files import read_rows

    print(f"{cache.export(path, read_rows(rows) if rows else None, chained=chained)} replies are in {path}")


@cache.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
def cache_import(paths: Sequence[Path]) -> None:
    """Put the replies of recordings, or of other cache folders, into the store for good."""
    from workbench import cache

    for path in paths:
        if path.is_dir():
            _join([path])
            continue
        count, new = cache.import_recording(path)
        print(f"{new:,} of the {count:,} replies in {path} are new, and kept now")


@cache.command("join")
@click.argument("folders", nargs=-1, type=click.Path(path_type=Path))
def cache_join(folders: Sequence[Path]) -> None:
    """Put the replies of older cache folders into the one store; without a folder, of all that are read beside it.

    The older folders stay as they are.
    """
    _join(folders)


def _join(folders: Sequence[Path]) -> None:
    from workbench import cache

    joined = cache.join(*folders)
    for folder, count, new in joined:
        print(f"{new:,} of the {count:,} replies in {folder} are new, and kept in {cache.home()} now")
    if not joined:
        print(f"no older folder holds replies; all of them are in {cache.home()}")


@cache.command("delete")
@click.argument("keys", nargs=-1, required=True)
def cache_delete(keys: Sequence[str]) -> None:
    """Forget kept replies for good."""
    from workbench import cache

    print(f"{cache.delete(*keys)} of {len(keys)} deleted")
