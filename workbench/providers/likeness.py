"""What makes two calls alike: the same parameters beside the cap, or the same prompt; as short marks, not as texts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from json.encoder import encode_basestring_ascii
from typing import Any

from workbench.providers.conversation import Conversation
from workbench.providers.known_parameters import MAX_TOKENS_NAMES
from workbench.providers.requests import CallRequest


def parameters_mark(request: CallRequest) -> str:
    """A mark that calls share whose parameters are the same, whatever they cap and ask."""
    told = {name: value for name, value in request.body.items() if name not in _LEFT_OUT}
    return _mark(told) if told else _MARK_OF_NONE


def prompt_mark(request: CallRequest) -> str:
    """A mark that calls share which ask the same."""
    messages = request.body.get("messages")
    if isinstance(messages, Conversation) and messages.mark:
        return messages.mark
    return _mark(request.body.get("messages"))


def marks_of_texts(texts: Iterable[str], before: Sequence[Mapping[str, Any]] = ()) -> Iterator[str]:
    """The marks of prompts that are a text of the user each, behind the same messages: what `prompt_mark` gives.

    >>> [*marks_of_texts(["Why?"])] == [_mark([{"role": "user", "content": "Why?"}])]
    True
    """
    first = "".join(f"{json.dumps(message, sort_keys=True)}, " for message in before)
    start = hashlib.sha256(f'[{first}{{"content": '.encode("ascii"))
    for text in texts:
        digest = start.copy()
        digest.update(f'{encode_basestring_ascii(text)}, "role": "user"}}]'.encode("ascii"))
        yield digest.hexdigest()[:12]


def _mark(value: Any) -> str:
    return hashlib.sha256(_ENCODER.encode(value).encode("ascii")).hexdigest()[:12]


_ENCODER = json.JSONEncoder(sort_keys=True, default=str)
_LEFT_OUT = frozenset({"model", "messages", *MAX_TOKENS_NAMES})
_MARK_OF_NONE = _mark({})
