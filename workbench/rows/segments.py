"""Rows that do not fit into memory: a folder or bucket of Parquet segments, of which only what is needed is read.

Texts (answers, thinking, questions) are most of it and are read for single tasks alone. What a summary needs are
numbers and short names, read model by model.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from workbench.errors import InputError
from workbench.rows import about
from workbench.rows.configurations import configuration_columns
from workbench.rows.parquet import MIXED
from workbench.rows.segment_kinds import check_kinds, mixed_within, numbers_among_texts, quoted
from workbench.rows.segment_tasks import RIGHT, Numbered, Tasks
from workbench.rows.table import BESIDE, COLUMNS, DTYPES, frame_of_columns

if TYPE_CHECKING:
    import duckdb as duckdb_of
    import pandas as pd

TEXTS: Final = frozenset(
    {"answer", "thinking", "task_question", "error_message", "why", "extracted", "ratings", about.COLUMN}
)
"""What is long: left out, unless it is asked for."""

_PLACE: Final = ("_segment", "file_row_number")
_REMOTE: Final = ("s3://", "gs://", "az://")
_TARGET: Final = "task_target"
_TASK: Final = "_task"
_NEVER_MISSING: Final = frozenset({"task_id", "model", "prompt", "max_tokens", "outcome", "correct"})
_KINDS: Final = {"Int64": "BIGINT", "Float64": "DOUBLE", "boolean": "BOOLEAN", "object": "VARCHAR"}


class Segments:
    """Rows in Parquet files of one folder or bucket, in the order of their names.

    `wb.summary`, `wb.compare`, `wb.budget_curve` and `wb.side_by_side` take it in place of rows and say the same as of
    one table. Needs the extra `duckdb`. Raises `InputError` for a place without segments, and names one that is broken
    before anything is reckoned.

    >>> import tempfile
    >>> from workbench.rows.files import write_rows
    >>> from workbench.rows.table import frame
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for number in range(2):
    ...         rows = frame([{"task_id": f"t{number}", "model": "m", "outcome": "answered", "correct": True}])
    ...         _ = write_rows(rows, f"{folder}/{number}.parquet")
    ...     len(Segments(folder)), Segments(folder).frame()["task_id"].tolist()
    (2, ['t0', 't1'])
    """

    def __init__(self, place: str | Path) -> None:
        duckdb = _duckdb()
        self.place = str(place)
        self._connection: duckdb_of.DuckDBPyConnection = duckdb.connect()
        self._connection.execute("SET enable_progress_bar = false")
        self.files = tuple(self._listed())
        self._count = self._checked(duckdb)
        names = ", ".join(map(_quoted_text, self.files))
        scan = f"read_parquet([{names}], union_by_name = true, filename = '{_PLACE[0]}', file_row_number = true)"
        self._connection.execute(f"CREATE VIEW segments AS SELECT * FROM {scan}")
        described = self._connection.execute("DESCRIBE segments").fetchall()
        self._types = {str(line[0]): str(line[1]) for line in described if line[0] not in _PLACE}
        texts = [name for name, kind in self._types.items() if kind == "VARCHAR" and name not in DTYPES]
        if casts := numbers_among_texts(self._run, self.files, texts):
            replaced = ", ".join(f"{quoted(name)}::{kind} AS {quoted(name)}" for name, kind in casts.items())
            self._connection.execute(f"CREATE OR REPLACE VIEW segments AS SELECT * REPLACE ({replaced}) FROM {scan}")
            self._types |= casts
        self._mixed = mixed_within(self._run, self.files, MIXED) if texts else frozenset[str]()
        if "task_id" not in self._types:
            raise InputError(f"{self.place} holds no rows: its segments have no column task_id")
        self._enums: dict[str, list[str]] = {}
        self._tasks = Tasks(self._run, targets=_TARGET in self._types)

    def __len__(self) -> int:
        return self._count

    def __repr__(self) -> str:
        return f"Segments({self.place!r}: {self._count:,} rows in {len(self.files):,} files)"

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that some segment has."""
        return tuple(self._types)

    def sketch(self, *more: str) -> pd.DataFrame:
        """One row for each combination of what tells configurations apart, in order of appearance.

        `more` names columns to be told apart as well.
        """
        named = [name for name in ("model", "prompt", "max_tokens", "effort") if name in self._types]
        swept = [name for name in self._own if name not in self.of_tasks]
        names = list(dict.fromkeys([*named, *swept, *(name for name in more if name in self._types)]))
        check_kinds(names, self._mixed, self.place)
        listed = ", ".join(map(quoted, names))
        place = f"min(row({', '.join(_PLACE)}))"
        lines = self._run(f"SELECT {listed} FROM segments GROUP BY {listed} ORDER BY {place}").fetchall()
        columns = {name: [line[number] for line in lines] for number, name in enumerate(names)}
        made = frame_of_columns(columns, len(lines), parameters=[name for name in self._own if name in names])
        return made[[name for name in made.columns if name in names]]

    def configurations(self) -> list[str]:
        """The columns that tell configurations apart, as of one table."""
        return configuration_columns(self.sketch())

    @property
    def _own(self) -> list[str]:
        """The columns that are neither promised nor a task's."""
        return [n for n in self._types if n not in DTYPES and n != about.COLUMN and not n.startswith(BESIDE)]

    @cached_property
    def of_tasks(self) -> frozenset[str]:
        """Columns that somebody added and that say something of tasks: they tell no configurations apart."""
        return frozenset(n for n in self._own if self._tasks.have_one_each(quoted(n), runs="run" in self._types))

    def each(self, by: str) -> list[Mapping[str, Any]]:
        """The values of a column, in order of appearance, each as a mapping that `frame` takes; all where none is."""
        if by not in self._types:
            return [{}]
        return [{by: None if _absent(value) else value} for value in self.sketch(by)[by].drop_duplicates()]

    def numbers(
        self,
        any_of: Sequence[Mapping[str, Any]] = (),
        *,
        named: Sequence[str] | None = None,
        leave_out: frozenset[str] = frozenset(),
    ) -> pd.DataFrame:
        """Rows without their texts and idle keys, of which all is said that is said among all rows.

        Whether a reply that never answered counts hangs on whether its task has a target in some row: in these rows a
        task has one, as an empty text, where it counts, and none where it does not. Where `named` is given, no other
        columns of tasks are read: tasks are told apart and have no names then, and a target is there or is not.
        `leave_out` names more columns that are not needed.
        """
        import pandas as pd

        others = {name for name in self._types if named is not None and name.startswith("task_") and name not in named}
        bare = frozenset(others & {"task_id", _TARGET})
        empty = self._empty - {*(named or ()), *(name for one in any_of for name in one)}
        left_out = TEXTS | self.idle_keys | leave_out | empty | others - bare
        made, tasks = self._read(any_of, leave_out=left_out, bare=bare)
        counting, not_counting = self._tasks.that_count_otherwise
        if len(counting) or len(not_counting):
            target: Any = made.get(_TARGET, pd.Series("", made.index, dtype=object)).copy()
            target[tasks.are(counting) & target.isna().to_numpy(bool)] = ""
            target[tasks.are(not_counting)] = pd.NA
            made[_TARGET] = target
        return made

    @cached_property
    def _empty(self) -> frozenset[str]:
        """Promised columns without a value in any row, of those without which nothing is missed."""
        names = [name for name in self._types if name in DTYPES and name not in _NEVER_MISSING]
        counts = ", ".join(f"count({quoted(name)})" for name in names) or "1"
        line = self._run(f"SELECT {counts} FROM segments").fetchone() or ()
        return frozenset(name for name, count in zip(names, line, strict=False) if count == 0)

    @cached_property
    def idle_keys(self) -> frozenset[str]:
        """The column of keys, where no table needs it: no two rows have the same, unless one is cut from another."""
        cut = "SELECT 1 FROM segments WHERE derived IS TRUE LIMIT 1"
        return frozenset({"key"} if "derived" not in self._types or self._run(cut).fetchone() is None else ())

    def hang_together(self) -> bool:
        """Whether a task is marked in one row and not in another, or a person's marks correct all configurations."""
        if self._tasks.some_are_marked:
            return True
        by_hand = "SELECT 1 FROM segments WHERE hand IS NOT NULL LIMIT 1"
        return "hand" in self._types and self._run(by_hand).fetchone() is not None

    def frame(
        self,
        any_of: Sequence[Mapping[str, Any]] = (),
        *,
        tasks: Sequence[str] | None = None,
        leave_out: frozenset[str] = frozenset(),
        lengths: frozenset[str] = frozenset(),
    ) -> pd.DataFrame:
        """The rows that have the values of at least one of some mappings, in their order, as a table.

        `tasks` takes those of some tasks alone, `leave_out` names columns that are not read, and `lengths` texts in
        whose place stands one of the same length. A table that does not fit
        into memory is no better than the segments: leave out `TEXTS`.
        """
        return self._read(any_of, tasks=tasks, leave_out=leave_out, lengths=lengths)[0]

    def _read(
        self,
        any_of: Sequence[Mapping[str, Any]],
        *,
        tasks: Sequence[str] | None = None,
        leave_out: frozenset[str] = frozenset(),
        lengths: frozenset[str] = frozenset(),
        bare: frozenset[str] = frozenset(),
    ) -> tuple[pd.DataFrame, Numbered]:
        """A table as `frame` gives it, and the tasks of its rows; of `bare` columns no texts are read."""
        where, values = self._where(any_of, tasks)
        names = [name for name in self._types if name not in leave_out]
        lengths = lengths & {*names}
        chosen = [f"{self._tasks.expression} AS {_TASK}"]
        for name in names:
            if name == "task_id":
                continue
            if name in bare:
                chosen.append(f"CASE WHEN {quoted(name)} IS NOT NULL THEN '' END AS {quoted(name)}")
            elif name in lengths:
                chosen.append(f"length({quoted(name)})::INTEGER AS {quoted(name)}")
            else:
                chosen.append(self._selected(name))
        found: dict[str, Any] = self._run(f"SELECT {', '.join(chosen)} FROM segments{where}", values).fetchnumpy()
        numbered = self._tasks.numbered(found.pop(_TASK))
        if "task_id" in names:
            bared = "task_id" in bare
            found["task_id"] = numbered.nameless() if bared else self._tasks.named(numbered, where, values)
        return self._table({name: found.pop(name) for name in names}, lengths), numbered

    def differing_tasks(self, most: int) -> list[str]:
        """Tasks that are answered right here and not there, in order of appearance; then the others."""
        place = f"min(row({', '.join(_PLACE)}))"
        right = f"bool_or({RIGHT}) AND NOT bool_and({RIGHT})"
        lines = self._run(
            f"SELECT task_id FROM segments GROUP BY task_id ORDER BY ({right}) IS NOT TRUE, {place} LIMIT {int(most)}"
        ).fetchall()
        return [str(line[0]) for line in lines if line[0] is not None]

    def count_tasks(self) -> int:
        """How many tasks there are in all."""
        return self._tasks.count

    def _listed(self) -> list[str]:
        if self.place.startswith(_REMOTE):
            return _listed_remotely(self.place, self._connection)
        folder = Path(self.place)
        if not folder.is_dir():
            raise InputError(f"{self.place!r} is no folder of segments; name one that holds .parquet files")
        found = sorted(str(path) for path in folder.glob("*.parquet") if not path.name.startswith("."))
        if not found:
            raise InputError(f"{self.place!r} holds no segments: no file in it ends in .parquet")
        return found

    def _checked(self, duckdb: Any) -> int:
        """How many rows there are; every file's end is read, so that one that is cut off is found and named."""
        names = ", ".join(map(_quoted_text, self.files))
        sums = "SELECT sum(num_rows) FROM parquet_file_metadata([{}])"
        try:
            line = self._connection.execute(sums.format(names)).fetchone()
        except duckdb.Error:
            for name in self.files:
                try:
                    self._connection.execute(sums.format(_quoted_text(name)))
                except duckdb.Error as error:
                    raise InputError(_broken(name, error)) from None
            raise
        return int(line[0] or 0) if line else 0

    def _run(self, statement: str, values: Sequence[Any] = ()) -> duckdb_of.DuckDBPyConnection:
        """Run a statement; where it fails, the segment that it fails at is named."""
        duckdb = _duckdb()
        try:
            self._connection.execute(statement, list(values))
        except duckdb.Error as error:
            for name in self.files:
                try:
                    columns = "sum(hash(COLUMNS(*)))"
                    self._connection.execute(f"SELECT {columns} FROM read_parquet({_quoted_text(name)})").fetchall()
                except duckdb.Error as of_one:
                    raise InputError(_broken(name, of_one)) from None
            raise InputError(f"{self.place} cannot be read: {str(error).splitlines()[0][:200]}") from None
        return self._connection

    def _where(self, any_of: Sequence[Mapping[str, Any]], tasks: Sequence[str] | None) -> tuple[str, list[Any]]:
        values: list[Any] = []
        parts = []
        for one in any_of:
            for name in one:
                if name not in self._types:
                    raise InputError(f"The rows lack the column {name!r}; these hold {', '.join(self._types)[:300]}.")
            parts.append(" AND ".join(f"{quoted(name)} IS NOT DISTINCT FROM ?" for name in one) or "true")
            values += [value.item() if hasattr(value, "item") else value for value in one.values()]
        where = "(" + " OR ".join(f"({part})" for part in parts) + ")" if parts else "true"
        if tasks is not None:
            where += " AND task_id IN (SELECT unnest(?::VARCHAR[]))"
            values.append(list(tasks))
        return f" WHERE {where}", values

    def _selected(self, name: str) -> str:
        """A column as it is fetched: names that repeat as the numbers of their values, which take little room."""
        kind = _KINDS.get(DTYPES.get(name, ""), self._types[name])
        if kind == "VARCHAR" and self._types[name] == "VARCHAR" and name not in (*TEXTS, "key", "created_at"):
            if name not in self._enums:
                number = len(self._enums)
                listed = f"SELECT DISTINCT {quoted(name)} FROM segments WHERE {quoted(name)} IS NOT NULL"
                self._connection.execute(f"CREATE TYPE names_{number} AS ENUM ({listed})")
                lines = self._connection.execute(f"SELECT unnest(enum_range(NULL::names_{number}))").fetchall()
                self._enums[name] = [str(line[0]) for line in lines]
            number = list(self._enums).index(name)
            return f"enum_code({quoted(name)}::names_{number})::INTEGER AS {quoted(name)}"
        return f"{quoted(name)}::{kind} AS {quoted(name)}"

    def _table(self, found: dict[str, Any], lengths: frozenset[str]) -> pd.DataFrame:
        """What was fetched as the table of rows, in its promised types and order; `found` is used up by and by."""
        import numpy as np
        import pandas as pd

        made: dict[str, Any] = {}
        ordered = [name for name in COLUMNS if name in found]
        ordered += [name for name in found if name not in DTYPES]
        for name in ordered:
            values = found.pop(name)
            if isinstance(values, pd.Series):
                made[name] = values
                continue
            data, absent = np.ma.getdata(values), np.ma.getmaskarray(values)
            if name in lengths:
                known, which = np.unique(np.where(absent, -1, data), return_inverse=True)
                texts = np.array([pd.NA if length < 0 else "x" * int(length) for length in known], dtype=object)
                made[name] = pd.Series(texts[which], dtype=object)
            elif name in self._enums and data.dtype != object:
                texts = np.array([*self._enums[name], pd.NA], dtype=object)
                made[name] = pd.Series(texts[np.where(absent, len(texts) - 1, data)], dtype=object)
            elif data.dtype == object:
                texts = data.copy()
                texts[absent] = pd.NA
                made[name] = pd.Series(texts, dtype=object)
            elif data.dtype == bool:
                made[name] = pd.arrays.BooleanArray(data.copy(), absent.copy())
            elif data.dtype.kind in "iu":
                made[name] = pd.arrays.IntegerArray(data.astype(np.int64), absent.copy())
            else:
                absent = absent | np.isnan(data)
                made[name] = pd.arrays.FloatingArray(np.where(absent, 0.0, data).astype(float), absent)
        return pd.DataFrame(made, copy=False)


def _duckdb() -> Any:
    try:
        import duckdb
    except ImportError:
        raise InputError(
            "folders of segments are read by the package duckdb; install it with: pip install 'workbench[duckdb]'"
        ) from None
    return duckdb


def _listed_remotely(place: str, connection: duckdb_of.DuckDBPyConnection) -> list[str]:
    """The segments of a bucket: listed by obstore, and read through it, for the engine's own way is not installed."""
    try:
        import obstore.store
        from obstore.fsspec import FsspecStore
    except ImportError:
        raise InputError(
            f"{place} is read by obstore and fsspec; install them with: pip install 'workbench[bucket]' fsspec"
        ) from None
    scheme, _, rest = place.partition("://")
    bucket, _, inner = rest.strip("/").partition("/")
    options: Any = {"client_options": {"allow_http": bool(os.environ.get("AWS_ALLOW_HTTP"))}}
    try:
        store: Any = obstore.store.from_url(f"{scheme}://{bucket}", **options)
        listed = [str(one["path"]) for batch in store.list(inner or None) for one in batch]
    except Exception as error:  # noqa: BLE001 - of whatever kind, its text may hold credentials
        raise InputError(f"{place} cannot be listed ({type(error).__name__})") from None
    system: Any = FsspecStore
    connection.register_filesystem(system(scheme, **options))
    found = sorted(path for path in listed if path.endswith(".parquet"))
    if not found:
        raise InputError(f"{place} holds no segments: nothing in it ends in .parquet")
    return [f"{scheme}://{bucket}/{path}" for path in found]


def _broken(name: str, error: Exception) -> str:
    short = name.rpartition("/")[2]
    return (
        f"the segment {short} is broken ({str(error).splitlines()[0][:160]}); remove it and run the sweep again: what "
        "is kept is not bought again"
    )


def _quoted_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _absent(value: Any) -> bool:
    import pandas as pd

    return bool(pd.api.types.is_scalar(value) and pd.isna(value))
