"""Rows while they come: one by one, or thousands at once as columns; the table is made when all are there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias, cast

from workbench.rows.table import DTYPES, frame_of_columns

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

    Places: TypeAlias = slice | NDArray[np.intp]

ROWS_TOGETHER: Final = 1_000
"""So many rows that came one by one are held as columns: as objects of Python they take several times the memory."""

_OFTEN_EQUAL: Final = 40
"""Characters; longer texts are hardly ever the same in two rows."""


@dataclass(frozen=True)
class Same:
    """One value for all of some rows."""

    value: Any


@dataclass(frozen=True)
class Coded:
    """Values of which many rows have the same: what they are, and which of them each row has."""

    values: Sequence[Any]
    codes: NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Figures:
    """Numbers as they are stored: NaN where there is none."""

    values: NDArray[np.float64]


@dataclass(frozen=True)
class Numbers:
    """Numbers, or truth values, in the type that their column has."""

    values: Any


@dataclass(frozen=True)
class Texts:
    """Texts that are here or kept elsewhere, and None where there is none."""

    items: NDArray[np.object_]


Column: TypeAlias = "Same | Coded | Figures | Numbers | Texts | Sequence[Any]"
"""What some rows have in one column."""


class GrowingRows:
    """A table of so many rows, each put in its place once it is known.

    >>> rows = GrowingRows(3)
    >>> rows.put(2, {"task_id": "c", "outcome": "answered"})
    >>> rows.put_many([0], {"task_id": ["a"], "outcome": Same("error")})
    >>> rows.frame()["task_id"].tolist()
    ['a', 'c']
    """

    def __init__(self, length: int) -> None:
        self._there = bytearray(length)
        self._places: list[int] = []
        self._single: dict[str, list[Any]] = {}
        self._names: tuple[str, ...] = ()  # of the row put last, and their columns, which are as long as any
        self._columns: list[list[Any]] = []
        self._many: list[tuple[Any, int, Mapping[str, Column]]] = []

    def put(self, place: int, row: Mapping[str, Any]) -> None:
        """Put one row."""
        before = len(self._places)
        self._there[place] = True
        self._places.append(place)
        names = tuple(row)
        if names == self._names:  # as most rows of a sweep
            for column, value in zip(self._columns, row.values(), strict=True):
                column.append(value)
        else:
            for name, value in row.items():
                column = self._single.setdefault(name, [])
                if len(column) < before:
                    column.extend([None] * (before - len(column)))
                column.append(value)
            self._names, self._columns = names, [self._single[name] for name in names]
        if len(self._places) >= ROWS_TOGETHER:
            self._hold_as_columns()

    def _hold_as_columns(self) -> None:
        """Make columns of the rows that were put one by one."""
        import numpy as np

        for column in self._single.values():
            column.extend([None] * (len(self._places) - len(column)))
        columns = {name: _narrow(values, DTYPES.get(name, "")) for name, values in self._single.items()}
        self._many.append((np.array(self._places), len(self._places), columns))
        self._places, self._single, self._names, self._columns = [], {}, (), []

    def prepare(self) -> None:
        """Load what columns are made with, where some will be: whoever puts rows does not wait for that then."""
        if len(self._there) >= ROWS_TOGETHER:
            import workbench.rows.kept_texts  # noqa: F401 - loads pandas

    def put_many(self, places: Sequence[int], columns: Mapping[str, Column]) -> None:
        """Put several rows at once, in the order of their places, column by column."""
        if not places:
            return
        import numpy as np

        first, last = places[0], places[-1] + 1
        together = len(places) == last - first
        self._many.append((slice(first, last) if together else np.array(places), len(places), columns))
        for place in places:
            self._there[place] = True

    def has(self, place: int) -> bool:
        """Whether the row of a place is there."""
        return bool(self._there[place])

    def frame(self, parameters: Sequence[str] = ()) -> pd.DataFrame:
        """The rows that are there, in order, as `workbench.rows.table.frame` makes them; none are left here.

        An interrupt leaves them all here.
        """
        singles, self._single = self._single, {}
        self._names, self._columns = (), []
        many, self._many = self._many, []
        try:
            return self._frame(singles, many, parameters)
        except KeyboardInterrupt:
            self._single, self._many = singles, many
            raise

    def _frame(
        self,
        singles: Mapping[str, list[Any]],
        many: Sequence[tuple[Any, int, Mapping[str, Column]]],
        parameters: Sequence[str],
    ) -> pd.DataFrame:
        for column in singles.values():
            column.extend([None] * (len(self._places) - len(column)))
        if not many:
            order = sorted({place: number for number, place in enumerate(self._places)}.items())
            ordered = {name: [column[number] for _, number in order] for name, column in singles.items()}
            return frame_of_columns(ordered, len(order), parameters=parameters)
        names = dict.fromkeys(name for _, _, columns in many for name in columns) | dict.fromkeys(singles)
        found: dict[str, Any] = {}
        length, whole = len(self._there), all(self._there)
        for name in names:
            parts = [(where, size, columns[name]) for where, size, columns in many if name in columns]
            column = _filled(length, DTYPES.get(name, ""), name, parts, self._places, singles.get(name, []))
            found[name] = column if whole else _those(column, self._there)
        return frame_of_columns(found, sum(self._there), parameters=parameters)


def _narrow(values: list[Any], kind: str) -> Column:
    """The same values in less memory: one for all, numbers as numbers, equal texts as one."""
    import pandas as pd

    from workbench.rows.kept_texts import Kept  # loads pandas

    first = values[0]
    if (first is None or type(first) in (str, int, float, bool)) and all(value is first for value in values):
        return Same(first)
    if kind in ("Int64", "Float64", "boolean"):
        with suppress(ValueError, TypeError, OverflowError):  # what does not fit is told of where the table is made
            return Numbers(pd.array(values, dtype=cast(Any, kind)))
        return values
    if kind == "object" and Kept in set(map(type, values)):
        return Texts(_objects(values, len(values), None))
    known: dict[str, str] = {}
    return [
        known.setdefault(value, value) if type(value) is str and len(value) <= _OFTEN_EQUAL else value
        for value in values
    ]


def _those(column: Any, there: bytearray) -> Any:
    if isinstance(column, list):
        return [value for value, one in zip(column, there, strict=True) if one]
    import numpy as np

    return column[np.frombuffer(there, dtype=bool)]


def _filled(
    length: int,
    kind: str,
    name: str,
    parts: Sequence[tuple[Any, int, Column]],
    places: Sequence[int],
    values: Sequence[Any],
) -> Any:
    """One column of all rows, in its promised type; a list where its values decide which that is."""
    if kind == "object":
        return _texts(length, name, parts, places, values)
    if kind:
        return _numbers(length, kind, parts, places, values)
    import numpy as np

    whole: NDArray[np.object_] = np.full(length, None, dtype=object)
    for where, size, column in parts:
        whole[where] = _objects(column, size, None)
    if values:
        whole[np.array(places)] = _objects(values, len(values), None)
    return whole.tolist()


def _texts(
    length: int, name: str, parts: Sequence[tuple[Any, int, Column]], places: Sequence[int], values: Sequence[Any]
) -> Any:
    import numpy as np
    import pandas as pd

    from workbench.rows.kept_texts import Kept, KeptTexts  # loads pandas

    kept = any(isinstance(column, Texts) for _, _, column in parts) or Kept in set(map(type, values))
    absent = None if kept else pd.NA
    whole: NDArray[np.object_] = np.full(length, absent, dtype=object)
    for where, size, column in parts:
        whole[where] = _objects(column, size, absent)
    if values:
        whole[np.array(places)] = _objects(values, len(values), absent)
    return KeptTexts(whole, name) if kept else whole


def _objects(column: Column, size: int, absent: Any) -> Any:
    """The values of some rows as objects."""
    import numpy as np
    import pandas as pd

    if isinstance(column, Same):
        return absent if column.value is None else column.value
    if isinstance(column, Texts):
        return column.items
    if isinstance(column, Figures):
        column = [None if value != value else value for value in column.values.tolist()]
    values = cast("Sequence[Any]", column.values if isinstance(column, Coded) else column)
    found: Any = (absent if value is None or value is pd.NA else value for value in values)
    # Lists of one length among them would be taken for a table.
    items: NDArray[np.object_] = np.fromiter(found, dtype=np.dtype(object), count=len(values))
    return items[column.codes] if isinstance(column, Coded) else items


def _numbers(
    length: int, kind: str, parts: Sequence[tuple[Any, int, Column]], places: Sequence[int], values: Sequence[Any]
) -> Any:
    import numpy as np
    import pandas as pd

    plain = {"Int64": "int64", "Float64": "float64", "boolean": "bool"}[kind]
    whole, absent = np.zeros(length, dtype=plain), np.ones(length, dtype=bool)
    for where, _, column in parts:
        if isinstance(column, Figures):
            none = np.isnan(column.values)
            whole[where], absent[where] = np.where(none, 0, column.values).astype(plain), none
            continue
        given: Any = column
        if isinstance(column, Same | Coded):
            given = [column.value] if isinstance(column, Same) else column.values
        made: Any = column.values if isinstance(column, Numbers) else pd.array(list(given), dtype=cast(Any, kind))
        numbers, none = made.to_numpy(dtype=plain, na_value=False), made.isna()
        if isinstance(column, Coded):
            numbers, none = numbers[column.codes], none[column.codes]
        whole[where], absent[where] = numbers, none
    if values:
        made = pd.array(list(values), dtype=cast(Any, kind))
        whole[np.array(places)] = made.to_numpy(dtype=plain, na_value=False)
        absent[np.array(places)] = made.isna()
    made_of: Any = {
        "Int64": pd.arrays.IntegerArray,
        "Float64": pd.arrays.FloatingArray,
        "boolean": pd.arrays.BooleanArray,
    }[kind]
    return made_of(whole, absent)
