"""The steps of a loop as the column of a row holds them."""

from __future__ import annotations

import json
from typing import Any, Final

from workbench.errors import InputError

TRACE: Final = "loop_trace"

LONGEST: Final = 20_000
"""Characters of a trace where many have to fit on one page."""

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


def shortened_trace(text: str, most: int = LONGEST) -> str:
    """A trace whose texts are cut until all of its steps fit; the beginning of it where not even their names do.

    >>> long = json.dumps([{"step": 1, "thinking": "a" * 900}, {"step": 2, "answer": "b"}])
    >>> [step["step"] for step in parsed(shortened_trace(long, 300))]
    [1, 2]
    """
    try:
        steps = parsed(text)
    except InputError:
        return text[:most]
    for each in (2_000, 500, 150, 40):
        cut = json.dumps([_cut(step, each) for step in steps], ensure_ascii=False, separators=(",", ":"))
        if len(cut) <= most:
            return cut
    return text[:most]


def _cut(value: Any, most: int) -> Any:
    if isinstance(value, str):
        return value if len(value) <= most else f"{value[:most]} … ({len(value) - most:,} more characters)"
    if isinstance(value, list):
        return [_cut(each, most) for each in value]
    if isinstance(value, dict):
        return {name: _cut(each, most) for name, each in value.items() if name != "key"}
    return value
