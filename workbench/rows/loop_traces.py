"""The steps of a loop as the column of a row holds them."""

from __future__ import annotations

import json
from typing import Any, Final

from workbench.errors import InputError

TRACE: Final = "loop_trace"

Trace = list[dict[str, Any]]


def parsed(text: str) -> Trace:
    """The steps in a text; raises `InputError` for one that holds none.

    >>> parsed('[{"step": 1}]')
    [{'step': 1}]
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"the trace of this row cannot be read: {error}") from None
    if not isinstance(found, list) or not all(isinstance(step, dict) for step in found):
        raise InputError("the trace of this row is no list of steps")
    return found
