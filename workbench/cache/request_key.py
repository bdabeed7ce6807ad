"""A request and its key: what makes two calls the same call."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

KEY_VERSION = 1
"""Part of every key. Raising it would buy everything again, so it changes only with the wire format of requests."""


def request_key(request: Mapping[str, Any]) -> str:
    """The SHA-256 of everything that can change a reply: base URL, whole body, extra headers and query, sample number.

    Left out by name are only credentials, timeouts, retries and stream flags, which never get into `request`. The order
    of names does not matter, and 1.0 is the same number as 1.

    >>> body = {"model": "m", "messages": [{"role": "user", "content": "hi"}], "temperature": 1}
    >>> request = {"base_url": "http://127.0.0.1/v1", "body": body, "headers": {}, "query": {}, "sample": 0}
    >>> request_key(request)[:16]
    'f83e3bd2b83685c0'
    >>> request_key(request) == request_key({**request, "body": {**body, "temperature": 1.0}})
    True
    """
    parts = {name: request[name] for name in ("base_url", "body", "headers", "query", "sample")}
    text = json.dumps(same_numbers({"key_version": KEY_VERSION, **parts}), sort_keys=True, allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def same_numbers(value: Any) -> Any:
    """The value, numbers without a fraction as whole ones: 1.0 is the same number as 1."""
    if isinstance(value, dict):
        return {name: same_numbers(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [same_numbers(inner) for inner in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
