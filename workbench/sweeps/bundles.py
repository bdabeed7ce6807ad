"""A run as one file for a colleague: its record, calls, tasks, prompts, rows and replies, each with its hash.

The file is a zip of JSON. Nothing in it is executed or unpickled, and nothing is written to disk under a name that it
gives: its entries are read by the names that we know, within bounds, and what does not have its hash is refused.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from workbench.asking.money import Purse
from workbench.base.files import opened, written_whole
from workbench.base.secrets import secrets_in
from workbench.cache.kept import current, line_of
from workbench.cache.recordings import checked
from workbench.errors import InputError, StoreCorrupt
from workbench.history.records import Run, calls_of, checked_calls, damaged, parsed_tasks, read_run, tasks_of
from workbench.history.runs import find_run
from workbench.replies.reply import Record
from workbench.scorers.score import AnyScorer
from workbench.show.figures import counted
from workbench.sweeps.judging import Judging
from workbench.sweeps.kept_loops import LOOPS
from workbench.sweeps.rebuilding import keys_of_replies, rebuilt, rows_of, tasks_from

if TYPE_CHECKING:
    import pandas as pd

SUFFIX: Final = ".wbrun"
MOST_BYTES: Final = 2**30
"""Of all entries of a bundle once they are unpacked."""

_FORMAT: Final = "workbench-run"
_PARTS: Final = ("run.json", "calls.json", "tasks.json", "replies.jsonl", "rows.jsonl")
_SOFTWARE: Final = ("workbench", "pandas", "aiohttp", "scipy")
_NOTE: Final = (
    "A run of workbench: tasks, prompts and replies in full. `workbench open FILE` shows it. Nothing in it is executed."
)


def file_name_of(run: str) -> str:
    """The name of a bundle's file, by the name of its run.

    >>> file_name_of("quiz: first/look")
    'quiz-first-look.wbrun'
    """
    return (re.sub(r"[^\w.-]+", "-", run).strip("-.") or "run")[:80] + SUFFIX


def bundle_run(name: str, path: str | Path) -> Path:
    """Put a remembered run into one file, and return its path.

    The file holds prompts, thinking and answers in full. Raises InputError for anything like a key in it, for a name
    that does not end in .wbrun, and for replies that are kept no more.
    """
    path = Path(path)
    if path.suffix != SUFFIX:
        raise InputError(f"{str(path)!r} is no name for a bundle; end it in {SUFFIX}")
    run = find_run(name)
    columns, about, failures = calls_of(run)
    rows = rows_of(run)
    found = current().lookup_many(keys_of_replies(columns, failures))
    parts = {
        "run.json": _dumped({key: value for key, value in vars(run).items() if key not in ("place", "process")}),
        "calls.json": _dumped({"columns": columns, "about": about, "failures": failures}),
        "tasks.json": tasks_of(run),
        "replies.jsonl": "".join(f"{line_of(record)}\n" for record in found.values()).encode("ascii"),
        "rows.jsonl": _rows_as_lines(rows),
    }
    for part, data in parts.items():
        secrets = secrets_in(data.decode("utf-8"))
        if secrets:
            raise InputError(
                f"the run {run.name!r} holds something like a key ({secrets[0]}) in its {part}; not bundled"
            )
    head = {
        "format": _FORMAT,
        "version": 1,
        "note": _NOTE,
        "software": {package: metadata.version(package) for package in _SOFTWARE},
        "sha256": {part: hashlib.sha256(data).hexdigest() for part, data in parts.items()},
    }
    with written_whole(path) as draft, zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bundle.json", _dumped(head))
        for part, data in parts.items():
            archive.writestr(part, data)
    return path


def open_bundle(path: Path, *, scorer: AnyScorer = None) -> pd.DataFrame:
    """The rows of a bundle, from its replies, scored anew; as they were marked by a judge or the sender's own function.

    Raises InputError for a file that is none, or was changed.
    """
    head, run, columns, about, failures, tasks, records = _read(path)
    if scorer is None and (run.own_scorer or any(name.startswith("judge") for name in run.scorer or ())):
        return _rows_from_lines(head["rows"])
    if LOOPS in about:  # their steps are in their rows
        rows, judging = _rows_from_lines(head["rows"]), Judging(current(), Purse(0.0))
        return rows if scorer is None else judging.rescore(rows, judging.scorer(scorer), list(tasks.values()))
    return rebuilt(run, columns, about, failures, tasks, records, current(), scorer)


def about_bundle(path: Path) -> list[str]:
    """What a bundle says of itself, in lines."""
    head, run, *_ = _read(path)
    software = head.get("software")
    known = software.items() if isinstance(software, dict) else ()
    versions = ", ".join(f"{name} {version}" for name, version in known)
    return [
        f"{run.name}, {run.began[:16].replace('T', ' ')} UTC, {run.stands}: {run.headline}",
        f"{counted(run.task_count, 'task')} from {run.tasks}, {counted(run.calls, 'call')}, made with {versions}",
    ]


def _read(path: Path) -> tuple[Any, ...]:
    if not os.path.lexists(path):
        raise InputError(f"there is no file {str(path)!r}")
    try:
        with opened(path) as file, zipfile.ZipFile(file) as archive:
            head = _parsed(_part(archive, "bundle.json", path), path, "bundle.json")
            if not isinstance(head, dict) or head.get("format") != _FORMAT or head.get("version") != 1:
                raise InputError(f"{path} is no bundle of a run that this workbench reads; ask for it to be made anew")
            parts = {part: _part(archive, part, path) for part in _PARTS}
    except (zipfile.BadZipFile, zipfile.LargeZipFile, KeyError, NotImplementedError, RuntimeError, EOFError) as error:
        raise InputError(f"{path} is no bundle of a run: {error}") from None
    hashes = head.get("sha256")
    hashes = hashes if isinstance(hashes, dict) else {}
    for part, data in parts.items():
        if hashlib.sha256(data).hexdigest() != hashes.get(part):
            raise InputError(f"{path}: its {part} was changed since the bundle was made")
    try:
        run: Run = read_run(parts["run.json"], f"{path}, run.json")
        calls = _parsed(parts["calls.json"], path, "calls.json")
        columns, about = checked_calls(calls, run, f"{path}, calls.json")
        failures = calls.get("failures") if isinstance(calls.get("failures"), dict) else {}
        tasks = tasks_from(parsed_tasks(parts["tasks.json"], f"{path}, tasks.json"))
        records = _records(parts["replies.jsonl"], path)
    except StoreCorrupt as error:
        raise InputError(str(error)) from None
    return {**head, "rows": parts["rows.jsonl"]}, run, columns, about, failures, tasks, records


def _records(data: bytes, path: Path) -> dict[str, Record]:
    found: dict[str, Record] = {}
    for number, line in enumerate(data.splitlines(), start=1):
        where = f"{path}, replies.jsonl:{number}"
        record = _parsed(line, path, f"replies.jsonl:{number}")
        key = record.get("key") if isinstance(record, dict) else None
        if not isinstance(key, str):
            raise damaged(where, "a reply in it has no key")
        found[key] = checked(record, key, where)
    return found


def _part(archive: zipfile.ZipFile, name: str, path: Path) -> bytes:
    """One entry, read within the bound whatever the archive says of its size."""
    with archive.open(name) as entry:
        data = entry.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise InputError(f"{path}: its {name} unpacks to more than {MOST_BYTES:,} bytes; this is no bundle")
    return data


def _parsed(data: bytes, path: Path, part: str) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}, {part}: not JSON ({error})") from None


def _dumped(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), default=str).encode("ascii")


def _rows_as_lines(rows: pd.DataFrame) -> bytes:
    """The rows as JSON lines, for whoever unpacks the file without a workbench."""
    import tempfile

    from workbench.rows.files import write_rows

    with tempfile.TemporaryDirectory(prefix="wb-") as folder:
        return write_rows(rows, Path(folder, "rows.jsonl")).read_bytes()


def _rows_from_lines(data: bytes) -> pd.DataFrame:
    import tempfile

    from workbench.rows.files import read_rows

    with tempfile.TemporaryDirectory(prefix="wb-") as folder:
        path = Path(folder, "rows.jsonl")
        path.write_bytes(data)
        return read_rows(path)
