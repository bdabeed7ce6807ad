"""The forms of what a request says beside its prompt: what no provider takes is refused before it is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from numbers import Real
from typing import Any

from workbench.errors import InputError

_NAMES_OF_NUMBERS = """
    temperature top_p top_k top_a min_p typical_p typical presence_penalty frequency_penalty repetition_penalty
    repeat_penalty repeat_last_n length_penalty no_repeat_ngram_size seed random_seed top_logprobs mirostat mirostat_tau
    mirostat_eta xtc_probability xtc_threshold dry_multiplier dry_base dry_allowed_length dynatemp_range
    dynatemp_exponent tfs_z smoothing_factor min_tokens n best_of num_return_sequences
"""
_NUMBERS = frozenset(_NAMES_OF_NUMBERS.split())
_LISTED: Any = (list, tuple)
_FORMS: Mapping[str, tuple[Any, str]] = {
    "system": ((str, *_LISTED), "a text"),
    "stream": (bool, "True or False"),
    "tools": (_LISTED, "a list of dicts, each of which describes a function"),
    "functions": (_LISTED, "a list of dicts, each of which describes a function"),
    "tool_choice": ((str, Mapping), "a text such as 'auto', or a dict"),
    "response_format": ((str, Mapping), "a dict, such as {'type': 'json_object'}"),
    "stop": ((str, *_LISTED), "a text, or a list of texts"),
    "logit_bias": ((Mapping, *_LISTED), "a dict of tokens and numbers"),
    "metadata": (Mapping, "a dict"),
    "chat_template_kwargs": (Mapping, "a dict"),
    "extra_body": (Mapping, "a dict, such as {'top_k': 40}"),
    "extra_headers": (Mapping, "a dict of texts, such as {'X-Title': 'study'}"),
    "extra_query": (Mapping, "a dict, such as {'api-version': '2026-01'}"),
}
"""What some provider or other takes, generously: whatever is not in this table goes out as it is."""
_OURS = frozenset({"system", "stream", "tools", "functions", "extra_body", "extra_headers", "extra_query"})
"""Looked into before they are made JSON."""

_BESIDE = {
    "messages": "they would be sent in place of the prompt; give them as the prompt",
    "model": "it would be asked in place of the model that was named; name it as the model",
    "prompt": "it would be sent beside the prompt; give it as the prompt",
    "sample": "it says which draw is meant, and is no parameter of a model; give it by its own name",
}


def check_forms(options: Mapping[str, Any], *, of_the_model: Mapping[str, Any]) -> None:
    """Raise `InputError` for options in a form that no provider takes, and for a second prompt beside the first.

    >>> check_forms({"temperature": 0.5, "stop": None}, of_the_model={})
    >>> try:
    ...     check_forms({"temperature": [0, 1]}, of_the_model={})
    ... except InputError as error:
    ...     print(error)
    temperature is [0, 1]; give a number, or sweep several: wb.sweep(…, temperature=[0, 1])
    """
    for given in (options, of_the_model):
        for name, value in given.items():
            if value is None:
                continue
            if name in _BESIDE:
                raise InputError(f"{name}={value!r:.80} is given beside the prompt: {_BESIDE[name]}")
            if name in _NUMBERS and not _is_number(value) and is_json(value):
                several = f", or sweep several: wb.sweep(…, {name}={value!r})" if isinstance(value, list) else ""
                raise InputError(f"{name} is {value!r:.80}; give a number{several}")
            form, words = _FORMS.get(name, (object, ""))
            if not isinstance(value, form) and (name in _OURS or is_json(value)):
                raise InputError(f"{name} is {value!r:.80}; give {words}")
            if name in ("tools", "functions"):
                _check_tools(name, value)
        extra = given.get("extra_body")
        if isinstance(extra, Mapping) and "messages" in extra:
            raise InputError(f"messages in extra_body is {extra['messages']!r:.80}: {_BESIDE['messages']}")


def is_json(value: object) -> bool:
    """Whether a value can be sent as JSON; what cannot be is told as that.

    >>> is_json([1, None]), is_json(float("nan")), is_json({1, 2})
    (True, False, False)
    """
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return False
    return True


def _is_number(value: object) -> bool:
    if isinstance(value, str):  # some servers read a number out of a text
        try:
            float(value)
        except ValueError:
            return False
        return True
    return isinstance(value, Real)


def _check_tools(name: str, tools: Any) -> None:
    for place, tool in enumerate(tools):
        if callable(tool):
            raise InputError(f"{name}[{place}] is {tool!r:.80}, a function, which wb.loops.run calls; give a dict here")
        if not isinstance(tool, Mapping):
            raise InputError(f"{name}[{place}] is {tool!r:.80}; give a dict that describes a function")


def check_message(message: Mapping[str, Any], place: int) -> None:
    """Raise `InputError` for a message that says nothing in any protocol: without a role, or with a role alone.

    >>> check_message({"role": "user", "content": "Hi"}, 0)
    """
    role, content = message.get("role"), message.get("content")
    if not isinstance(role, str) or not role.strip():
        raise InputError(f"message {place + 1} has the role {role!r:.80}; give a text, such as 'user'")
    if content is None and all(value is None for name, value in message.items() if name not in ("role", "name")):
        raise InputError(f"message {place + 1} is {dict(message)!r:.80}, which says nothing; give it a content")
    if isinstance(content, Real | bytes):
        raise InputError(f"message {place + 1} has the content {content!r:.80}; give a text, or a list of parts")
