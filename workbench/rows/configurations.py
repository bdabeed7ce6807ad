"""What tells the configurations of a table of rows apart: model, prompt, cap and swept parameters."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from workbench.errors import InputError
from workbench.rows import about
from workbench.rows.table import BESIDE, DTYPES
from workbench.show import figures

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

EFFORT: Final = "effort"
"""The promised column of a parameter: as a swept one it tells configurations apart."""

_SUFFIX: Final = "_parameter"
_LARGEST_NUMBER: Final = 1 << 62


def parameter_columns(rows: pd.DataFrame) -> list[str]:
    """Name the columns of swept parameters: those that are neither promised nor a task's own.

    >>> from workbench.rows.table import empty_frame
    >>> parameter_columns(empty_frame(parameters=["temperature"]))
    ['temperature']
    """
    return [
        str(name)
        for name in rows.columns
        if name not in DTYPES and name != about.COLUMN and not str(name).startswith(BESIDE)
    ]


def parameter_column(name: str) -> str:
    """Name the column of a swept parameter: its own name, or with a suffix where the rows have a column of that name.

    >>> parameter_column("temperature"), parameter_column("thinking")
    ('temperature', 'thinking_parameter')
    """
    return f"{name}{_SUFFIX}" if name in DTYPES or name.startswith(BESIDE) else name


def parameter_of(column: str, value: Any) -> tuple[str, Any]:
    """Give back a swept parameter's name and value from its column: the way back from `parameter_column` and `frame`.

    >>> parameter_of("thinking_parameter", '{"type": "disabled"}')
    ('thinking', {'type': 'disabled'})
    """
    if isinstance(value, str) and value[:1] in ("{", "["):
        with contextlib.suppress(ValueError):
            value = json.loads(value)
    return column.removesuffix(_SUFFIX), value


def configuration_columns(rows: pd.DataFrame) -> list[str]:
    """Name the columns that tell configurations apart: model, prompt, max_tokens and the swept parameters.

    The effort is one of them where the others do not say it: it was swept by its own name. A column that somebody
    added, which says the same in all rows of a task and differs between tasks, is a property of the tasks and none of
    them: a sweep asks each task with each value.

    >>> from workbench.rows.table import empty_frame
    >>> configuration_columns(empty_frame(parameters=["temperature"]))
    ['model', 'prompt', 'max_tokens', 'temperature']
    """
    first = [name for name in ("model", "prompt", "max_tokens") if name in rows.columns]
    others = [name for name in parameter_columns(rows) if not _is_of_tasks(rows, name)]
    return [*first, *([EFFORT] if _splits(rows, EFFORT, [*first, *others]) else []), *others]


def _splits(rows: pd.DataFrame, name: str, others: Sequence[str]) -> bool:
    """Whether a column takes more than one value within a group of rows that are alike in the others."""
    if name not in rows.columns or not rows[name].notna().any():
        return False
    groups = [grouped(rows, names)[1] for names in (others, [*others, name])]
    return len(groups[1]) > len(groups[0])


def _is_of_tasks(rows: pd.DataFrame, name: str) -> bool:
    """Whether a column has one value for each task, and several within a run: then nobody swept it."""
    import numpy as np

    if "task_id" not in rows.columns or not len(rows):
        return False
    values, several = grouped(rows, [name])
    if len(several) < 2:
        return False
    tasks, each = grouped(rows, ["task_id"])
    if len(np.unique(tasks * len(several) + values)) > len(each):
        return False
    runs = group_of(rows, ["run"]) if "run" in rows.columns else np.zeros(len(rows), dtype=np.intp)
    # Two sweeps of other tasks, each with a value of its own, differ by what was asked: no run has two values then.
    return len(np.unique(runs * len(several) + values)) > len(np.unique(runs))


def column_meant(rows: pd.DataFrame, name: str) -> str:
    """Name the column that a short name means: itself, or the tasks' own column of that name.

    `kind` means `prompt` where the tasks have no kinds, so that a study by kind also runs on tasks without.

    >>> from workbench.rows.table import frame
    >>> column_meant(frame([{"task_kind": "sum"}]), "kind"), column_meant(frame([{"model": "m"}]), "kind")
    ('task_kind', 'prompt')
    """
    own = f"task_{name}"
    if name in rows.columns or own not in rows.columns:
        return "prompt" if name == "kind" and name not in rows.columns and "prompt" in rows.columns else name
    return own


def grouped(rows: pd.DataFrame, by: Sequence[str]) -> tuple[NDArray[np.intp], pd.DataFrame]:
    """Number the groups of rows that share their values in `by`; NA is a value like any other.

    Returns the group of every row and one line of values per group. Numbers come in rising order, all else in order of
    appearance, as the caller of a sweep named it.

    >>> from workbench.rows.table import frame
    >>> codes, groups = grouped(frame([{"model": "b", "max_tokens": 8}, {"model": "a"}, {"model": "b"}]), ["model"])
    >>> codes.tolist(), groups.model.tolist()
    ([0, 1, 0], ['b', 'a'])
    """
    import numpy as np

    _, first, codes = np.unique(_told_apart(rows, by), return_index=True, return_inverse=True)
    return codes, rows[list(by)].iloc[first].reset_index(drop=True)


def group_of(rows: pd.DataFrame, by: Sequence[str]) -> NDArray[np.intp]:
    """Number the same groups without the values of each.

    >>> from workbench.rows.table import frame
    >>> group_of(frame([{"model": "b"}, {"model": "a"}, {"model": "b"}]), ["model"]).tolist()
    [0, 1, 0]
    """
    import numpy as np

    codes: NDArray[np.intp] = np.unique(_told_apart(rows, by), return_inverse=True)[1]
    return codes


def _told_apart(rows: pd.DataFrame, by: Sequence[str]) -> NDArray[np.intp]:
    """A number for every row, the same where all values of `by` are, in the order that groups come in."""
    import numpy as np
    import pandas as pd

    codes, most = np.zeros(len(rows), dtype=np.intp), 1
    for name in by:
        column = rows[name]
        numeric = pd.api.types.is_numeric_dtype(column.dtype) and not pd.api.types.is_bool_dtype(column.dtype)
        part, values = pd.factorize(column, sort=numeric, use_na_sentinel=False)
        if most * max(len(values), 1) > _LARGEST_NUMBER:  # of many columns of texts: as few numbers as there are rows
            codes = np.unique(codes, return_inverse=True)[1]
            most = len(rows)
        codes = codes * max(len(values), 1) + part
        most *= max(len(values), 1)
    return codes


def numbers(rows: pd.DataFrame, name: str) -> NDArray[np.float64]:
    """A column of numbers as floats, NaN where it is NA or where the rows have no such column.

    >>> from workbench.rows.table import frame
    >>> numbers(frame([{"usd": 0.5}, {}]), "usd").tolist()
    [0.5, nan]
    """
    import numpy as np

    if name not in rows.columns:
        return np.full(len(rows), np.nan)
    return rows[name].to_numpy(dtype=float, na_value=np.nan)


def chosen_configurations(
    found: Sequence[Mapping[str, Any]], wanted: Sequence[Mapping[str, Any]], *, most: int
) -> list[int]:
    """Places of the configurations that mappings of column to value name; the first that fits each.

    Raises InputError for what is no list of mappings, for more than `most`, and for one that is not among `found`.

    >>> chosen_configurations([{"model": "a", "seed": 8}, {"model": "b", "seed": 8}], [{"model": "b"}], most=2)
    [1]
    """
    if isinstance(wanted, Mapping) or not all(isinstance(side, Mapping) for side in wanted) or not wanted:
        raise InputError(
            f"configurations is {wanted!r}; give a list of mappings, such as [{{'model': 'a'}}, {{'model': 'b'}}]"
        )
    if len(wanted) > most:
        raise InputError(f"{len(wanted)} configurations do not fit beside each other; choose at most {most}")
    chosen = []
    for side in wanted:
        place = next((place for place, each in enumerate(found) if _fits(each, side)), None)
        if place is None:
            raise InputError(f"the rows hold no configuration {dict(side)!r}; they hold {held(found)}")
        chosen.append(place)
    return chosen


def held(found: Sequence[Mapping[str, Any]]) -> str:
    """Configurations in words, for a message: the first four, each as it can be given again.

    >>> import numpy as np
    >>> held([{"model": "a", "max_tokens": np.int64(64)}])
    "{'model': 'a', 'max_tokens': 64}"
    """
    texts = (str({name: _native(value) for name, value in each.items()}) for each in found[:4])
    return "; ".join(texts) + " …" * (len(found) > 4)


def _native(value: Any) -> Any:
    """A value as Python writes it: an absent one as None, a number of numpy as a number."""
    return None if figures.absent(value) else value.item() if hasattr(value, "item") else value


def _fits(configuration: Mapping[str, Any], side: Mapping[str, Any]) -> bool:
    return all(name in configuration and same_value(configuration[name], value) for name, value in side.items())


def same_value(one: Any, other: Any) -> bool:
    """Whether two values of a column are the same; NA is a value like any other."""
    import pandas as pd

    if pd.isna(one) or pd.isna(other):
        return bool(pd.isna(one) and pd.isna(other))
    return bool(one == other)
