"""Cells become texts: numbers at their own precision, dates as dates, lists that stand in a cell as text."""

from __future__ import annotations

import ast
import datetime
import json
import math
from collections.abc import Mapping
from typing import Any, Final

_LONGEST_LIST: Final = 100_000
"""Characters of a cell that is tried as a list; a longer one is a text."""


_NATIVE: Final = frozenset((str, int, bool, list, dict))


def native(value: Any) -> Any:
    """The value without numpy's and pandas's wrappers; None for what is absent.

    A number of less than double precision is the shortest one that it can mean, not what a double makes of it.
    """
    if type(value) in _NATIVE:
        return value
    if type(value).__module__ == "numpy":
        if type(value).__name__ in ("float32", "float16"):
            value = float(str(value))
        elif hasattr(value, "tolist"):
            value = value.tolist()
    if isinstance(value, tuple):
        value = list(value)
    absent = value is None or type(value).__name__ in ("NAType", "NaTType")
    return None if absent or (isinstance(value, float) and math.isnan(value)) else value


def text_of(value: Any) -> str:
    """The shortest text of a value: floats with 15 digits, midnight as its date, lists and objects as JSON.

    >>> text_of(0.1 * 3), text_of(5.0), text_of(True), text_of(datetime.datetime(2024, 5, 1))
    ('0.3', '5', 'true', '2024-05-01')
    """
    if isinstance(value, str):
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        if abs(value) >= 2**53 or not math.isfinite(value):
            return repr(value)
        return str(int(value)) if value.is_integer() else min(repr(value), f"{value:.15g}", key=len)
    if isinstance(value, datetime.datetime) and value.time() == datetime.time() and value.tzinfo is None:
        return value.date().isoformat()
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | Mapping) else str(value)


def list_in(cell: Any) -> list[Any] | None:
    """The list or the values of the list that a cell holds, as itself or as text (JSON, Python, numpy); None if none.

    >>> list_in("['a', 'b']"), list_in('["a"]'), list_in("['a' 'b']"), list_in("a, b")
    (['a', 'b'], ['a'], ['a', 'b'], None)
    """
    found = parsed(cell)
    return found if isinstance(found, list) else None


def parsed(cell: Any) -> Any:
    """The list or object that stands in a cell as text; any other cell as it is."""
    if not isinstance(cell, str) or len(cell) > _LONGEST_LIST:
        return list(cell) if isinstance(cell, tuple) else cell
    text = cell.strip()
    if not (text[:1] in "[{" and text[-1:] in "]}" and len(text) > 1):
        return cell
    for read in (json.loads, ast.literal_eval):
        try:
            value = read(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(value, list | dict):
            return _with_gaps(value, text)
    return cell


def _with_gaps(value: Any, text: str) -> Any:
    """numpy writes lists without commas, which Python reads as one text: `['a' 'b']`."""
    if (
        isinstance(value, list)
        and len(value) == 1
        and isinstance(value[0], str)
        and text.count("'") + text.count('"') > 2
    ):
        try:
            tree: Any = ast.parse(text, mode="eval").body
            pieces = [ast.literal_eval(piece) for piece in _literals(ast.get_source_segment(text, tree.elts[0]) or "")]
        except (ValueError, SyntaxError, AttributeError):
            return value
        return pieces if len(pieces) > 1 and "".join(pieces) == value[0] else value
    return value


def _literals(text: str) -> list[str]:
    """The string literals of Python that stand side by side in a text."""
    import io
    import tokenize

    tokens = tokenize.generate_tokens(io.StringIO(f"({text})").readline)
    return [token.string for token in tokens if token.type == tokenize.STRING]
