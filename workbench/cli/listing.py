"""The command that lists models, and asks providers what became of them: `models`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import click

from workbench.errors import InputError, WorkbenchError

HINTS_VARIABLE = "WORKBENCH_HINTS"
BETWEEN_HINTS = timedelta(days=7)

_NUMBERS = frozenset({"$ per million in", "cached", "out", "context"})


@click.command()
@click.argument("contains", default="")
@click.option("--check", is_flag=True, help="Ask each ready provider for its list: what is new, ends, changed.")
@click.option("--open-lists", is_flag=True, help="With --check: also ask for lists that are given without a key.")
@click.option("--write", is_flag=True, help="With --check: write what changed into workbench.toml.")
@click.option("--fetch-local", is_flag=True, help="Fetch the local model's weights, 93 MB.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def models(contains: str, check: bool, open_lists: bool, write: bool, fetch_local: bool, as_json: bool) -> None:
    """List models whose id contains a text: what is ready, what it costs, what it shows of its thinking.

    With --check, providers are asked for their own lists, and these are kept: price, context and efforts of models that
    no table knows are taken from them, offline too. --write puts what changed, and all that CONTAINS names, into
    workbench.toml.
    """
    from workbench.providers.catalogue import fetch_local_models
    from workbench.providers.catalogue import models as table

    if (open_lists or write) and not check:
        raise click.UsageError("--open-lists and --write belong to --check")
    if fetch_local:
        for name in fetch_local_models():
            print(f"{name} is ready")
        return

    frame = table()
    shown = frame[frame["id"].str.contains(contains, case=False, regex=False)]
    if check:
        sys.exit(_check(_asked(frame, contains, open_lists), contains, write=write, as_json=as_json))
    if as_json:
        print(shown.to_json(orient="records"))
    else:
        _print_models(shown)


def _asked(frame: Any, contains: str, open_lists: bool) -> list[str]:
    """The providers to ask: the ready ones that a text names, or that have a model which it names."""
    from workbench.providers.facts import providers

    known = providers()
    named = frame[frame["id"].str.contains(contains, case=False, regex=False)]
    chosen = {*named["provider"]} | {name for name in known if name == contains.partition("/")[0]}
    ready = {*frame[frame["ready"]]["provider"]}
    return sorted(name for name in chosen if name in ready or (open_lists and known[name].list_is_open))


def _check(names: list[str], contains: str, *, write: bool, as_json: bool) -> int:
    """Ask providers for their lists; 1 when one of them fails."""
    from workbench.asking.lists import check_lists
    from workbench.providers.changes import ListCheck, own_tables

    failed: dict[str, str] = {}
    found: dict[str, ListCheck] = {}

    def answered(provider: str, answer: ListCheck | WorkbenchError) -> None:
        if isinstance(answer, WorkbenchError):
            failed[provider] = str(answer)
        else:
            found[provider] = answer
        if not as_json:
            print(f"{provider}: {answer}" if provider in failed else answer)

    if not names:
        raise InputError(
            "no provider is ready; set a key, such as OPENROUTER_API_KEY, install the local model, or ask for lists "
            "that need no key with --open-lists"
        )
    check_lists(names, answered)
    if as_json:
        print(json.dumps({"checked": [check.as_json() for check in found.values()], "failed": failed}))
    if write:
        wanted = [name for check in found.values() for name in _wanted(check.provider, check.offers, contains)]
        _write({id_: table for check in found.values() for id_, table in own_tables(check, wanted).items()})
    return 1 if failed else 0


def _wanted(provider: str, offers: Sequence[str] | Any, contains: str) -> list[str]:
    """The names of a list that a text names, if it names more than the provider."""
    text = contains.casefold()
    whole = {name: f"{provider}/{name}".casefold() for name in offers}
    return [name for name, id_ in whole.items() if text and text.rstrip("/") != provider and text in id_]


def _write(tables: dict[str, Any]) -> None:
    from workbench.base.files import SETTINGS_NAME, settings_file
    from workbench.providers.table_writing import write_tables

    path = settings_file() or Path(SETTINGS_NAME)
    if not tables:
        print(f"nothing to write into {path}", file=sys.stderr)
        return
    written, theirs = write_tables(path, tables)
    print(f"{len(written)} models are in {path}: {', '.join(written) or 'none'}", file=sys.stderr)
    if theirs:
        print(f"left as you wrote them: {', '.join(theirs)}", file=sys.stderr)


def hint() -> None:
    """Say on a terminal, once a week, that the built-in facts grew old and no list was read since."""
    if not sys.stderr.isatty() or os.environ.get(HINTS_VARIABLE) == "0":
        return
    text = due_hint(datetime.now(UTC))
    if text:
        print(f"workbench: {text} ({HINTS_VARIABLE}=0 keeps this quiet)", file=sys.stderr)


def due_hint(now: datetime) -> str:
    """The hint that is due at a time: empty within a week of the last, and while a kept list is young."""
    from workbench.base.places import LISTS_NAME, home
    from workbench.providers.changes import LONGEST_TRUST, age_hint, newest_fact

    text = age_hint(newest_fact(), now.date())
    folder = home() / LISTS_NAME
    mark = folder / ".hinted"
    if not text:
        return ""
    try:
        for pattern, rest in (("*.json", LONGEST_TRUST), (mark.name, BETWEEN_HINTS)):
            if any(now.timestamp() - file.stat().st_mtime < rest.total_seconds() for file in folder.glob(pattern)):
                return ""
        folder.mkdir(parents=True, mode=0o700, exist_ok=True)
        mark.touch()
        os.utime(mark, (now.timestamp(), now.timestamp()))
    except OSError:
        return ""  # where nothing can be remembered nothing is repeated either
    return text


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
