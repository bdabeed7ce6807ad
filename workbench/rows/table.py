"""The row: one call to a model as one line of a table; its columns, their types, and what stands for absent.

The column names are a promise (`COLUMNS`); what is absent is `NA`, never 0 and never "". Texts are object columns:
pandas would otherwise copy them into Arrow buffers where pyarrow is installed, at seven times the memory.

A reply stands as one of `STANDINGS`:

- **right** or **wrong**: it answered, and the scorer compared the answer with the target.
- **never answered**: there is no answer that could be compared. Its thinking used up max_tokens, or nothing came, or
  the model refused or asked for a tool instead. A truncated answer belongs here too, unless what stands there already
  scores as right: its last words are missing, and calling it wrong would blame the model for the cap. A refusal is not
  wrong either: wrong means that a false answer was given, which is what makes an answer dangerous to believe.
- **error**: the call failed, so the model said nothing about the task; such a call counts in no accuracy.
- **unscored**: it answered, but the task has no target (or no scorer was run): nothing can be said.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from workbench.errors import InputError
from workbench.rows.segment_tasks import is_nameless

if TYPE_CHECKING:
    import pandas as pd


_TEXT, _WHOLE, _REAL, _TRUTH = "object", "Int64", "Float64", "boolean"

_IDENTITY: Final = {
    "task_id": _TEXT,
    "model": _TEXT,
    "provider": _TEXT,
    "served_model": _TEXT,
    "prompt": _TEXT,
    "max_tokens": _WHOLE,
    "effort": _TEXT,
    "sample": _WHOLE,
}
_FINDINGS: Final = {
    "outcome": _TEXT,
    "score": _REAL,
    "correct": _TRUTH,
    "extracted": _TEXT,
    "why": _TEXT,
    "answer": _TEXT,
    "thinking": _TEXT,
    "thinking_visibility": _TEXT,
    "finish_reason": _TEXT,
    "prompt_tokens": _WHOLE,
    "cached_prompt_tokens": _WHOLE,
    "completion_tokens": _WHOLE,
    "thinking_tokens": _WHOLE,
    "thinking_tokens_source": _TEXT,
    "usd": _REAL,
    "usd_source": _TEXT,
    "usd_spent": _REAL,
    "seconds": _REAL,
    "seconds_to_first_token": _REAL,
    "seconds_to_answer": _REAL,
    "cached": _TRUTH,
    "attempts": _WHOLE,
    "http_status": _WHOLE,
    "error": _TEXT,
    "error_message": _TEXT,
    "key": _TEXT,
    "created_at": _TEXT,
    "answer_tokens": _WHOLE,
    "evidence": _TEXT,
    "sure": _TRUTH,
    "hand": _TRUTH,
    "ratings": _TEXT,
    "run": _TEXT,
    "warnings": _TEXT,
    "served_by": _TEXT,
    "derived": _TRUTH,
}
_TASK: Final = {"task_question": _TEXT, "task_target": _TEXT}

DTYPES: Final[Mapping[str, str]] = {**_IDENTITY, **_FINDINGS, **_TASK}
"""The pandas type of every promised column."""
_LARGEST: Final = 1e12
_LARGEST_WHOLE: Final = 2**63 - 1
_WRITTEN: Final = frozenset({"answer", "thinking", "extracted", "created_at", *_TASK})
"""The columns of texts that somebody wrote, be it a number or a time: what reads them wants a text."""

SCORE_PREFIX: Final = "score_"
"""How the columns begin that hold the score of each of several scorers."""

LOOP_PREFIX: Final = "loop_"
"""How the columns begin that only loops of tool calls have: their steps, calls, trace."""

BESIDE: Final = ("task_", SCORE_PREFIX, LOOP_PREFIX)
"""How the columns begin that stand beside the promised ones, and are no swept parameters."""

COLUMNS: Final = tuple(DTYPES)
"""The promised columns in order; a swept parameter stands after `sample`, a task's own extra columns at the end."""


def frame(records: Iterable[Mapping[str, Any]], *, parameters: Sequence[str] = ()) -> pd.DataFrame:
    """Make the table of rows from one mapping per call: every promised column, in order, in its type.

    `parameters` are the swept parameters, one column each; the task's own columns are the keys that begin with `task_`,
    and the scores of several scorers those that begin with `score_`.
    A key left out, or None, becomes NA. A parameter that is no number, truth value or text is written as JSON, so that
    rows can be grouped by it. Raises InputError for a key that no column is promised for.

    >>> rows = frame([{"task_id": "sheep", "outcome": "answered", "correct": True, "task_kind": "riddle"}])
    >>> len(rows), rows.outcome[0], rows.usd[0], rows.columns[-1]
    (1, 'answered', <NA>, 'task_kind')
    """
    records = list(records)
    names = dict.fromkeys(name for record in records for name in record)
    columns = {name: [record.get(name) for record in records] for name in names}
    return frame_of_columns(columns, len(records), parameters=parameters)


def frame_of_columns(columns: dict[str, Any], length: int, *, parameters: Sequence[str] = ()) -> pd.DataFrame:
    """Make the same table from one list, or array in its type, per column; one left out is NA.

    Each is let go once it is used.
    """
    import pandas as pd

    for name in parameters:
        if name in DTYPES or name.startswith(BESIDE):
            raise InputError(f"The rows have a column {name!r} already; see parameter_column for the one to use.")
    extras = sorted(columns.keys() - {*COLUMNS, *parameters})
    for name in extras:
        if not name.startswith(BESIDE):
            raise InputError(f"A row has no column {name!r}. Swept parameters are named in `parameters`.")
    types = {**_IDENTITY, **dict.fromkeys(parameters, ""), **_FINDINGS, **_TASK, **dict.fromkeys(extras, "")}
    absent = [None] * length
    made = {name: _column(columns.pop(name, absent), kind, name) for name, kind in types.items()}
    return pd.DataFrame(made, index=range(length), copy=False)


def empty_frame(*, parameters: Sequence[str] = ()) -> pd.DataFrame:
    """Make a table of rows without a row: the promised columns in their types.

    >>> empty_frame().shape == (0, len(COLUMNS))
    True
    """
    return frame([], parameters=parameters)


def checked(rows: pd.DataFrame, *columns: str, minimum: int = 0) -> pd.DataFrame:
    """Return the rows with a fresh index and their promised types, or say what is missing.

    A table read back from CSV has lost its types; they are restored where the values allow it. Raises InputError when
    `rows` is no DataFrame, lacks one of `columns`, has fewer than `minimum` rows, or holds a value that cannot be what
    its column promises, such as a negative price, or a row without a task when `task_id` is asked for. The argument is
    not changed.

    >>> checked(frame([]).drop(columns=["usd", "correct"]), "correct", "usd")
    Traceback (most recent call last):
        ...
    workbench.errors.InputError: The rows lack the columns 'correct', 'usd'. Rows come from wb.sweep; these hold ...
    """
    import pandas as pd

    if not isinstance(rows, pd.DataFrame):
        of_parts = "; parts.frame(tasks=[…]) gives some of them as one" if hasattr(rows, "frame") else ""
        raise InputError(
            f"Rows must be a pandas DataFrame as wb.sweep returns it, not {type(rows).__name__}{of_parts}."
        )
    repeated = rows.columns[rows.columns.duplicated()]
    if len(repeated):
        raise InputError(f"The rows have more than one column {str(repeated[0])!r}. Keep one of them.")
    unnamed = [name for name in rows.columns if not isinstance(name, str)]
    if unnamed:
        raise InputError(f"The rows have a column {unnamed[0]!r}; the name of a column must be a text.")
    missing = [name for name in columns if name not in rows.columns]
    if missing:
        names = ", ".join(map(repr, missing))
        plural = "s" if len(missing) > 1 else ""
        held = ", ".join(map(str, rows.columns[:8])) + (" …" if len(rows.columns) > 8 else "")
        raise InputError(
            f"The rows lack the column{plural} {names}. Rows come from wb.sweep; these hold {held or 'none'}."
        )
    if len(rows) < minimum:
        raise InputError("There are no rows: nothing can be said. Run wb.sweep first, or loosen the filter.")
    fresh = rows.reset_index(drop=True)
    settled = {name: _settled(fresh[name], name) for name in fresh.columns}
    changed = {name: column for name, column in settled.items() if column is not None}
    fresh = fresh.assign(**changed) if changed else fresh  # a table of a sweep is as it should be
    if "task_id" in columns and fresh["task_id"].isna().any():
        raise InputError(f"{int(fresh['task_id'].isna().sum()):,} rows have no task_id: nobody knows what they answer.")
    return fresh


def as_texts(column: pd.Series[Any]) -> pd.Series[Any]:
    """A column as texts of Python, absent ones empty: Arrow's, to which `astype` turns, hold no half of a character.

    >>> [len(text) for text in as_texts(frame([{"answer": "half: \\ud83d"}, {}])["answer"])]
    [7, 0]
    """
    import pandas as pd

    texts = ["" if absent else str(value) for value, absent in zip(column, column.isna(), strict=True)]
    return pd.Series(texts, index=column.index, dtype=object)


def _column(values: Any, kind: str, name: str) -> Any:
    import pandas as pd

    if not isinstance(values, list):  # pandas would guess at an array of objects that has no type of its own
        return pd.Series(values, dtype=object, copy=False) if kind == _TEXT and values.dtype == object else values

    from workbench.rows.kept_texts import Kept, KeptTexts  # loads pandas

    if kind == "":
        kind, values = _inferred(values)
    if kind == _TEXT and Kept in set(map(type, values)):
        return KeptTexts.of(values, name)
    if kind == _TEXT:
        return pd.Series([pd.NA if value is None else value for value in values], dtype=object)
    return pd.array(values, dtype=kind)


def _inferred(values: list[Any]) -> tuple[str, list[Any]]:
    """The narrowest type that holds a parameter's or a task's own values as they are."""
    import pandas as pd

    kinds = {type(value) for value in values if value is not None and value is not pd.NA}
    if kinds and kinds <= {bool}:
        return _TRUTH, values
    if kinds == {int}:
        fit = all(abs(value) <= _LARGEST_WHOLE for value in values if type(value) is int)
        return _WHOLE if fit else _TEXT, values
    if kinds and kinds <= {int, float}:
        return _REAL, values
    plain = (str, int, float, bool, type(None), type(pd.NA))
    return _TEXT, [value if isinstance(value, plain) else as_json(value) for value in values]


def as_json(value: Any) -> str:
    """A list or mapping as the text that stands for it in a table, so that rows can be grouped by it.

    >>> as_json({"b": 1, "a": [2]})
    '{"a": [2], "b": 1}'
    """
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)


def _settled(column: pd.Series[Any], name: str) -> Any:
    """The column as it should be: in its promised type, or without lists and mappings; None where it is so already."""
    if name in DTYPES:
        settled = _restored(column, name)
    elif column.dtype == object:
        settled = _flat(column)
    else:
        return None
    return None if settled is column else settled


def _restored(column: pd.Series[Any], name: str) -> Any:
    """The column in its promised type."""
    import pandas as pd

    kind = DTYPES[name]
    if kind == _TEXT:
        if column.dtype == "kept text":  # it fetches what is looked at
            return column
        if column.dtype == object:
            return _texts(column) if name in _WRITTEN and _holds_more_than_texts(column) else column
        if name == "task_id" and is_nameless(column):
            return column
        texts = column.astype(object)
        texts = texts.where(texts.notna(), pd.NA)
        return _texts(texts) if name in _WRITTEN and _holds_more_than_texts(texts) else texts
    try:
        if kind != _TRUTH:
            values = column if str(column.dtype) == kind else pd.to_numeric(column)
            _check_possible(values, name)
            return column if values is column else pd.array(values.array, dtype=kind)
        if str(column.dtype) == kind:
            return column
        return column.astype("boolean").array if column.dtype == bool else pd.array(_truths(column), dtype="boolean")
    except InputError:
        raise
    except (ValueError, TypeError, KeyError) as problem:
        promise = {_WHOLE: "whole numbers", _REAL: "numbers", _TRUTH: "True, False or NA"}[kind]
        raise InputError(f"The column {name!r} must hold {promise}; it holds something else: {problem}.") from None


def _holds_more_than_texts(column: pd.Series[Any]) -> bool:
    from pandas.api.types import infer_dtype

    return infer_dtype(column, skipna=True) not in ("string", "empty")


def _texts(column: pd.Series[Any]) -> pd.Series[Any]:
    """What was written, as it was written: a file's reader makes numbers and times of texts that look like them."""
    import pandas as pd

    texts = [pd.NA if absent else _text(value) for value, absent in zip(column, column.isna(), strict=True)]
    return pd.Series(texts, index=column.index, dtype=object)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, list | dict | tuple | set):
        return as_json(sorted(value, key=str) if isinstance(value, set) else value)
    if isinstance(value, float) and value.is_integer():  # 42 beside a cell without a value is read as 42.0
        return str(int(value))
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _truths(column: pd.Series[Any]) -> list[Any]:
    """What a file or somebody's own code wrote for true and false; raises KeyError for what is neither."""
    import pandas as pd

    words = {"true": True, "false": False, "1": True, "0": False, "1.0": True, "0.0": False}
    return [pd.NA if no else words[str(one).lower()] for one, no in zip(column, column.isna(), strict=True)]


def _check_possible(values: pd.Series[Any], name: str) -> None:
    """Refuse a number that no reply can have: below 0, or beyond all bounds."""
    if name == "score" or not len(values):
        return
    known = values.to_numpy(dtype=float, na_value=float("nan"))
    if not ((known < 0) | (known > _LARGEST)).any():  # what is NaN is neither
        return
    value = next(value for value in (values.min(), values.max()) if not 0 <= value <= _LARGEST)
    raise InputError(f"The column {name!r} holds {value!s}; no call can have that.")


def _flat(column: pd.Series[Any]) -> pd.Series[Any]:
    """The column with lists and mappings as JSON, as `frame` writes them, so that rows can be grouped by it."""
    nested = column.map(lambda value: isinstance(value, list | dict | set | tuple)).to_numpy(dtype=bool)
    if not nested.any():
        return column
    return column.where(
        ~nested, column[nested].map(lambda value: as_json(sorted(value) if isinstance(value, set) else value))
    )
