"""JSON as the wire needs it: strict, with one kind of error; numbers that are none are read as absent, and noted."""

from __future__ import annotations

import json
from typing import Any

from workbench.replies.contents import NO_NUMBERS

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class _NoNumber(ValueError):
    """NaN or Infinity stands in a text."""


def _refuse_constant(name: str) -> None:
    raise _NoNumber(f"{name} is not JSON")


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)
_LENIENT = json.JSONDecoder(parse_constant=lambda name: None)


def parse_json(text: bytes | str) -> Any:
    """Parse JSON; raise ValueError for bad JSON, bad UTF-8, or nesting too deep to read.

    >>> parse_json('{"logprob": -Infinity}')
    {'logprob': None, 'workbench_no_numbers': True}
    """
    try:
        told = text if isinstance(text, str) else text.removeprefix(_BYTE_ORDER_MARK).decode()
        try:
            if told.startswith("{"):  # nearly every text: without the search for white space around it
                value, end = _DECODER.raw_decode(told)
                if end == len(told):
                    return value
            return _DECODER.decode(told)
        except _NoNumber:
            value = _LENIENT.decode(told)
            return {**value, NO_NUMBERS: True} if isinstance(value, dict) else value
    except RecursionError:
        raise ValueError("nested too deeply") from None
