"""Runs on disk: a small record of each, the calls that it was made of by their keys, and its tasks, once by their hash.

Beside the replies, in `runs/`. What was asked and answered is not copied: a call names its key in the store. Tasks and
prompts are kept once for all runs that share them, so that a run can be read without its notebook or file.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Final

from workbench.base import regular_expressions as re
from workbench.base.files import files_in, opened, written_whole
from workbench.base.places import places
from workbench.errors import InputError, StoreCorrupt

VERSION: Final = 1
FOLDER: Final = "runs"
MOST_BYTES: Final = 2**30
"""Of one file once it is unpacked; a small file may unpack to more than any memory holds."""

_IDENTITY: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{0,79}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_READ_AT_ONCE: Final = 2**20
_TOLD_AT_ONCE: Final = 5_000


@dataclass(frozen=True)
class Run:
    """What is known of a run without its calls; `state` is running, done, interrupted or stopped.

    `added` says what had not been asked before on the same tasks, `scorer` the names that it was marked by, None where
    each task's own fitted, and `own_scorer` that a function marked it, which no file can hold.
    """

    run: str
    name: str
    began: str
    state: str
    tasks: str
    tasks_sha256: str | None
    tasks_digest: str
    task_count: int
    models: tuple[str, ...]
    prompts: tuple[str, ...]
    calls: int
    parameters: tuple[str, ...] = ()
    ended: str | None = None
    kept: int = 0
    bought: int = 0
    failed: int = 0
    usd: float = 0.0
    headline: str = ""
    added: str = ""
    scorer: tuple[str, ...] | None = None
    own_scorer: bool = False
    project: str = ""
    process: int = 0
    version: int = VERSION
    place: Path | None = field(default=None, compare=False)

    @property
    def stands(self) -> str:
        """The state, where a run whose process is gone without an end is broken off."""
        return "broken off" if self.state == "running" and not _lives(self.process) else self.state


def begin(folder: Path, run: Run, cells: Mapping[str, Any], tasks: Iterable[bytes]) -> None:
    """Write what is known of a run before anything is bought; its tasks come piece by piece.

    Raises `InputError` where it cannot be written.
    """
    place = folder / FOLDER
    kept = place / f"{run.tasks_digest}.tasks.json.gz"
    if not kept.exists():
        _write_zipped(kept, tasks, 6)
    _write_zipped(place / f"{run.run}.calls.json.gz", _json_pieces(cells), 1)
    _write(place / f"{run.run}.json", _json(_plain(run)))


def end(folder: Path, run: Run, failures: Mapping[str, Any]) -> None:
    """Write what became of a run: its record anew, and why calls failed, by their places."""
    if failures:
        _write(folder / FOLDER / f"{run.run}.failures.json.gz", gzip.compress(_json(failures), 6, mtime=0))
    _write(folder / FOLDER / f"{run.run}.json", _json(_plain(run)))


def digest_of(tasks: Iterable[bytes]) -> str:
    """The hash by which tasks are kept once."""
    digest = hashlib.sha256()
    for piece in tasks:
        digest.update(piece)
    return digest.hexdigest()


def remembered() -> list[Run]:
    """Every run that is remembered here, oldest first."""
    found = places()
    return runs_in((found.home, *found.older))


def runs_in(folders: Iterable[Path]) -> list[Run]:
    """Every run that is remembered in some folders, oldest first; raises `StoreCorrupt` that names a damaged file."""
    found: dict[str, Run] = {}
    for folder in folders:
        for path in files_in(folder / FOLDER, "*.json"):
            run = read_run(path.read_bytes(), str(path))
            if run.run != path.stem:
                raise damaged(str(path), f"it tells of the run {run.run!r}")
            found.setdefault(run.run, replace(run, place=folder))
    return sorted(found.values(), key=lambda run: (run.began, run.run))


def read_run(data: bytes, where: str) -> Run:
    """The record of a run; raises `StoreCorrupt` that names file and line for anything else."""
    table = _parsed(data, where)
    if not isinstance(table, dict):
        raise damaged(where, "it is no object")
    if table.get("version") != VERSION:
        raise damaged(where, f"its version is {table.get('version')!r}, and {VERSION} is what this workbench reads")
    known = {item.name: item for item in fields(Run) if item.name != "place"}
    for name, value in table.items():
        if (
            name not in known
            or not isinstance(value, _KINDS[str(known[name].type)])
            or isinstance(value, bool) != (str(known[name].type) == "bool")
        ):
            raise damaged(where, f"its {name} is {str(value)[:60]!r}")
    for name in ("run", "tasks_digest"):
        if not (_IDENTITY if name == "run" else _DIGEST).fullmatch(str(table.get(name, ""))):
            raise damaged(where, f"its {name} is {str(table.get(name))[:60]!r}")
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in table.items()}
    if any(not isinstance(item, str) for value in values.values() if isinstance(value, tuple) for item in value):
        raise damaged(where, "a list in it holds what is no text")
    try:
        return Run(**values)
    except TypeError as error:
        raise damaged(where, str(error).replace("Run.__init__() ", "it is ")) from None


def calls_of(run: Run) -> tuple[dict[str, list[Any]], dict[str, Any], dict[str, Any]]:
    """The calls of a run by column, what is known of its prompts and tasks' file, and why calls failed, by place."""
    path = _path_of(run, f"{run.run}.calls.json.gz")
    table = _parsed(_unpacked(path), str(path))
    failures_path = path.with_name(f"{run.run}.failures.json.gz")
    failures = _parsed(_unpacked(failures_path), str(failures_path)) if failures_path.exists() else {}
    return (*checked_calls(table, run, str(path)), failures if isinstance(failures, dict) else {})


def checked_calls(table: Any, run: Run, where: str) -> tuple[dict[str, list[Any]], dict[str, Any]]:
    """The columns of a run's calls, each of its length, and what is known beside; raises `StoreCorrupt` otherwise."""
    columns, about = (table.get(name) for name in ("columns", "about")) if isinstance(table, dict) else (None, None)
    if not isinstance(columns, dict) or not isinstance(about, dict) or not {"key", "task_id", "model"} <= {*columns}:
        raise damaged(where, "it holds no calls")
    for name, values in columns.items():
        if not isinstance(values, list) or len(values) != run.calls:
            raise damaged(where, f"its column {name} does not hold {run.calls:,} values")
    if not all(isinstance(key, str) and _DIGEST.fullmatch(key) for key in columns["key"]):
        raise damaged(where, "a key in it is none")
    return columns, about


def tasks_of(run: Run) -> bytes:
    """The tasks of a run, as they were kept; raises `StoreCorrupt` where they were changed since."""
    path = _path_of(run, f"{run.tasks_digest}.tasks.json.gz")
    tasks = _unpacked(path)
    if digest_of([tasks]) != run.tasks_digest:
        raise damaged(str(path), "it was changed since it was written")
    return tasks


def parsed_tasks(data: bytes, where: str) -> list[dict[str, Any]]:
    """Kept tasks as records of id, question, target and columns."""
    records = _parsed(data, where)
    if not isinstance(records, list) or not all(
        isinstance(record, dict) and isinstance(record.get("id"), str) and isinstance(record.get("question"), str)
        for record in records
    ):
        raise damaged(where, "it holds no tasks")
    return records


def damaged(where: str, what: str) -> StoreCorrupt:
    """The error for a file of the history that is none."""
    return StoreCorrupt(f"{where}: not what the history of runs writes: {what}. Move it away: no reply depends on it")


def _path_of(run: Run, name: str) -> Path:
    assert run.place is not None, "a run that was read knows its folder"
    return run.place / FOLDER / name


def _plain(run: Run) -> dict[str, Any]:
    return {name: value for name, value in asdict(run).items() if name != "place"}


def _json_pieces(value: Any) -> Iterator[bytes]:
    """The same as `_json`, piece by piece: as one text a record of a million calls is as large as all of its keys."""
    if isinstance(value, Mapping):
        for number, (name, inner) in enumerate(value.items()):
            yield (b"," if number else b"{") + _json(name) + b":"
            yield from _json_pieces(inner)
        yield b"}" if value else b"{}"
    elif isinstance(value, list) and len(value) > _TOLD_AT_ONCE:
        for start in range(0, len(value), _TOLD_AT_ONCE):
            yield (b"," if start else b"[") + _json(value[start : start + _TOLD_AT_ONCE])[1:-1]
        yield b"]"
    else:
        yield _json(value)


def _json(value: Any) -> bytes:
    return json.dumps(value, separators=(",", ":"), default=str).encode("ascii")


def _write(path: Path, data: bytes) -> None:
    with written_whole(path, in_own_folder=True) as draft:
        draft.write_bytes(data)


def _write_zipped(path: Path, pieces: Iterable[bytes], level: int) -> None:
    with (
        written_whole(path, in_own_folder=True) as draft,
        draft.open("wb") as file,
        gzip.GzipFile("", "wb", level, file, mtime=0) as zipped,
    ):
        for piece in pieces:
            zipped.write(piece)


def unzipped(pieces: Iterable[bytes], where: str, *, most_bytes: int = MOST_BYTES) -> bytes:
    """The content of a gzip file; raises `StoreCorrupt` for one that unpacks to more than is read, or is none."""
    unpacker, parts, size = zlib.decompressobj(wbits=31), [], 0
    try:
        for piece in pieces:
            while piece:
                parts.append(unpacker.decompress(piece, _READ_AT_ONCE))
                piece = unpacker.unconsumed_tail
                size += len(parts[-1])
                if size > most_bytes:
                    raise damaged(where, f"it unpacks to more than {most_bytes:,} bytes")
    except zlib.error as error:
        raise damaged(where, f"it cannot be unpacked ({error})") from None
    if not unpacker.eof:
        raise damaged(where, "it ends too early")
    return b"".join(parts)


def _unpacked(path: Path) -> bytes:
    def pieces() -> Iterator[bytes]:
        with opened(path) as file:
            while piece := file.read(_READ_AT_ONCE):
                yield piece

    try:
        return unzipped(pieces(), str(path))
    except InputError as error:
        raise StoreCorrupt(f"{error}. It belongs to the history of runs") from None


def _parsed(data: bytes, where: str) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise damaged(f"{where}:{line}", f"{error}") from None


def _lives(process: int) -> bool:
    if process <= 0:
        return False
    if os.name == "nt":
        return True  # where asking would end it
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


_KINDS: Final[Mapping[str, tuple[type, ...]]] = {
    "str": (str,),
    "str | None": (str, type(None)),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "tuple[str, ...]": (list,),
    "tuple[str, ...] | None": (list, type(None)),
}
