"""Rows as Parquet, written group by group; the thinking in a large file stays there until somebody reads it."""

from __future__ import annotations

import base64
import bisect
import contextlib
import itertools
import json
import os
import threading
import weakref
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from workbench.base.files import opened
from workbench.errors import InputError
from workbench.rows import about
from workbench.rows.configurations import parameter_columns
from workbench.rows.table import frame_of_columns

if TYPE_CHECKING:
    import pandas as pd

ROWS_A_GROUP: Final = 2_000
STAYS_FROM_ROWS: Final = 2_000
"""The texts of a smaller file are read with it."""

_STAYS: Final = "thinking"
_MOST_BYTES_A_GROUP: Final = 2**28
MIXED: Final = b"workbench.mixed"
"""In the file: the columns that hold values of several kinds, each written as JSON."""

_THERE: Final = b"workbench.thinking"
"""In the file: which rows have a thinking, a bit each, so that it need not be read to know."""


def write_parquet(rows: pd.DataFrame, path: Path) -> None:
    """Write rows, some at a time: texts that are kept elsewhere are here for so long."""
    import pyarrow.parquet as pq

    rows = rows.set_axis([storable(str(name)) for name in rows.columns], axis=1)
    mixed = [name for name in rows.columns if rows[name].dtype == object and not _all_texts(rows[name])]
    schema = _schema(rows, mixed)
    with pq.ParquetWriter(path, schema) as writer:
        for start in range(0, max(1, len(rows)), ROWS_A_GROUP):
            writer.write_table(_part(rows.iloc[start : start + ROWS_A_GROUP], schema, mixed))
        if _STAYS in rows.columns:
            there = _packed([not absent for absent in rows[_STAYS].isna().tolist()])
            writer.add_key_value_metadata({_THERE.decode(): there})


def _all_texts(column: pd.Series[Any]) -> bool:
    import pandas as pd

    return pd.api.types.infer_dtype(column, skipna=True) in ("string", "empty")


def _absent(value: Any) -> bool:
    import pandas as pd

    return value is None or value is pd.NA or bool(pd.api.types.is_scalar(value) and pd.isna(value))


def _is_text(column: pd.Series[Any]) -> bool:
    return column.dtype == object or column.dtype == "kept text" or str(column.dtype).startswith("str")


def _schema(rows: pd.DataFrame, mixed: Sequence[str]) -> Any:
    import pyarrow as pa

    none = rows.iloc[:0]
    none = none.assign(**{name: none[name].astype(object) for name in rows.columns if _is_text(rows[name])})
    schema = pa.Schema.from_pandas(none, preserve_index=False)
    for place, name in enumerate(rows.columns):
        if _is_text(rows[name]):
            schema = schema.set(place, pa.field(name, pa.string()))
    return schema.with_metadata({**(schema.metadata or {}), MIXED: json.dumps(mixed).encode("utf-8")})


def _part(rows: pd.DataFrame, schema: Any, mixed: Sequence[str]) -> Any:
    import pyarrow as pa

    columns = []
    for field in schema:
        column: Any = rows[field.name]
        if field.name in mixed:
            values = [None if _absent(value) else json.dumps(value, default=str) for value in column]
            columns.append(pa.array(values, pa.string()))
        elif _is_text(column):
            columns.append(_texts(column.to_numpy(dtype=object)))
        else:
            columns.append(pa.Array.from_pandas(column, type=field.type))
    return pa.Table.from_arrays(columns, schema=schema)


def _texts(values: Any) -> Any:
    """Texts and what stands for absent ones, as Parquet holds them."""
    import pyarrow as pa

    try:
        return pa.array(values, pa.string(), from_pandas=True)
    except UnicodeEncodeError:
        return pa.array([None if _absent(value) else storable(value) for value in values], pa.string())


def storable(text: str | None) -> str | None:
    """The text as Parquet can hold it, which is UTF-8: half a character, which JSON allows, is spelt out."""
    return None if text is None else text.encode("utf-8", "backslashreplace").decode("utf-8")


def read_parquet(path: Path) -> pd.DataFrame:
    """Read the rows of a file; raises `InputError` for one that holds none."""
    need_pyarrow()
    import pyarrow as pa
    import pyarrow.parquet as pq

    with opened(path) as file:
        try:
            parquet = pq.ParquetFile(file)
            metadata = parquet.schema_arrow.metadata or {}
            mixed = json.loads(metadata.get(MIXED, b"[]"))
            there = None if _STAYS in mixed else _those_that_stay(parquet)
            names = [name for name in parquet.schema_arrow.names if there is None or name != _STAYS]
            rows = parquet.read(columns=names).to_pandas()
        except (pa.ArrowException, OSError, ValueError) as error:
            raise InputError(f"{path} is no Parquet file that can be read: {error}") from None
    if "task_id" not in rows:
        raise InputError(f"{path} holds no rows: it has no column task_id")
    if about.COLUMN in rows:
        told = rows.pop(about.COLUMN)
        about.take_in(zip(rows.get("run", told), told, strict=True))  # of a table without runs there is nothing to tell
    parameters, length, columns = parameter_columns(rows), len(rows), {}
    for name in list(rows.columns):  # each is let go once it is read
        column = rows.pop(name)
        values: list[Any] = column.astype(object).where(column.notna(), None).tolist()
        columns[str(name)] = (
            [json.loads(value) if value is not None else None for value in values] if (name in mixed) else values
        )
    if there is not None:
        columns[_STAYS] = _kept_in(path, there)
    return frame_of_columns(columns, length, parameters=parameters)


def _those_that_stay(parquet: Any) -> list[bool] | None:
    """Which rows have a thinking that may stay in the file; None where it is read with the rest."""
    whole = parquet.metadata
    if whole.num_rows < STAYS_FROM_ROWS or os.name == "nt" or _STAYS not in parquet.schema_arrow.names:
        return None  # where an open file cannot be replaced, none is held open
    place = parquet.schema_arrow.names.index(_STAYS)
    if whole.num_columns != len(parquet.schema_arrow.names) or str(parquet.schema_arrow.types[place]) != "string":
        return None
    groups = [whole.row_group(number).column(place) for number in range(whole.num_row_groups)]
    if any(group.total_uncompressed_size > _MOST_BYTES_A_GROUP for group in groups):
        return None
    return _unpacked((whole.metadata or {}).get(_THERE), whole.num_rows)


def _packed(there: Sequence[bool]) -> str:
    import numpy as np

    return base64.b64encode(zlib.compress(np.packbits(np.array(there, dtype=bool)).tobytes())).decode("ascii")


def _unpacked(packed: bytes | None, length: int) -> list[bool] | None:
    import numpy as np

    if packed is None:
        return None
    with contextlib.suppress(ValueError, zlib.error):
        size = -(-length // 8)
        bits = zlib.decompressobj().decompress(base64.b64decode(packed, validate=True), size + 1)
        if len(bits) == size:
            return [bool(bit) for bit in np.unpackbits(np.frombuffer(bits, np.uint8), count=length).tolist()]
    return None


def _kept_in(path: Path, there: Sequence[bool]) -> list[Any]:
    from workbench.rows.kept_texts import Kept  # loads pandas

    source = TextsInFile(path.absolute())
    return [Kept(str(number), source) if one else None for number, one in enumerate(there)]


class TextsInFile:
    """Texts of a Parquet file by the numbers of their rows.

    The file is held open, so that one that is put in its place, as by writing the rows back, does not matter. A pickle
    holds where it is, and opens it again.
    """

    def __init__(self, path: Path, stamp: tuple[int, ...] | None = None) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._open(stamp)

    def __reduce__(self) -> tuple[Callable[..., TextsInFile], tuple[Path, tuple[int, ...]]]:
        return TextsInFile, (self._path, self._stamp)

    def texts(self, keys: Sequence[str], field: str) -> list[str | None]:
        """The texts of some rows. Raises `InputError` where the file is another one by now, or changed."""
        import pyarrow as pa

        with self._lock:
            if os.getpid() != self._process:  # a forked child has the same place in the file as its parent
                self._open(self._stamp)
            if _stamp_of(self._descriptor) != self._stamp:
                raise self._changed()
            try:
                return [self._text(int(key), field) for key in keys]
            except (pa.ArrowException, OSError, ValueError, IndexError) as error:
                raise InputError(f"{self._path} cannot be read any more: {error}") from None

    def _open(self, stamp: tuple[int, ...] | None) -> None:
        import pyarrow.parquet as pq

        with contextlib.ExitStack() as stack:
            file = stack.enter_context(opened(self._path))
            self._stamp = _stamp_of(file.fileno())
            if stamp is not None and stamp != self._stamp:
                raise self._changed()
            self._parquet, self._descriptor, self._process = pq.ParquetFile(file), file.fileno(), os.getpid()
            weakref.finalize(self, stack.pop_all().close)
        sizes = [self._parquet.metadata.row_group(n).num_rows for n in range(self._parquet.num_row_groups)]
        self._firsts = [0, *itertools.accumulate(sizes)]
        self._group: tuple[int, str, Any] = (-1, "", None)

    def _text(self, number: int, field: str) -> str | None:
        group = bisect.bisect_right(self._firsts, number) - 1
        if self._group[:2] != (group, field):
            self._group = group, field, self._parquet.read_row_group(group, columns=[field]).column(0)
        text: str | None = self._group[2][number - self._firsts[group]].as_py()
        return text

    def _changed(self) -> InputError:
        return InputError(f"{self._path} was changed since its rows were read: read them again with wb.read_rows")


def _stamp_of(descriptor: int) -> tuple[int, ...]:
    status = os.fstat(descriptor)
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def need_pyarrow() -> None:
    """Raise `InputError` with what to install where pyarrow is not there."""
    try:
        import pyarrow  # type: ignore[import-not-found,unused-ignore]  # noqa: F401
    except ImportError:
        raise InputError(
            "Parquet needs pyarrow, which is not installed; `pip install pyarrow`, or use .jsonl"
        ) from None
