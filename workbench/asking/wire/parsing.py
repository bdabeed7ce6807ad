"""JSON as the wire needs it: strict, and with one kind of error."""

from __future__ import annotations

import json
from typing import Any

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


def parse_json(text: bytes | str) -> Any:
    """Parse JSON strictly; raise ValueError for bad JSON, bad UTF-8, NaN, or nesting too deep to read."""
    try:
        told = text if isinstance(text, str) else text.removeprefix(_BYTE_ORDER_MARK).decode()
        if told.startswith("{"):  # nearly every text: without the search for white space around it
            value, end = _DECODER.raw_decode(told)
            if end == len(told):
                return value
        return _DECODER.decode(told)
    except RecursionError:
        raise ValueError("nested too deeply") from None
