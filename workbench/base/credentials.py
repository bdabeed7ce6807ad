"""What among the headers, the query and the body of a request is a credential: it is sent, and never kept or shown."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from workbench.base import regular_expressions as re
from workbench.base.secrets import note_secret, secrets_in

_WORDS: Final = re.compile(
    r"(?:\A|[^a-z0-9])(?:api-?key|auth|authentication|authorization|bearer|cookie|credentials?|jwt|key|passwd|password"
    r"|sas|secret|sig|signature|token)(?:[^a-z0-9]|\Z)|\Acode\Z"
)
_IN_BODIES: Final = re.compile(
    "(?:x?api|access|secret)key|(?:access|api|auth|bearer)token|authorization|password|(?:client)?secret"
)
_SHORTEST: Final = 12
_SECRET_VARIABLE: Final = re.compile(r"(?:\A|_)(?:API_?KEY|KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS?)(?:_|\Z)")


def names_a_credential(name: str) -> bool:
    """Whether a header or a field of a query holds a credential, by its name.

    >>> [name for name in ("X-Api-Key", "x-goog-api-key", "Ocp-Apim-Subscription-Key", "sig", "api-version", "X-Title")
    ...  if names_a_credential(name)]
    ['X-Api-Key', 'x-goog-api-key', 'Ocp-Apim-Subscription-Key', 'sig']
    """
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name)
    return _WORDS.search(spaced.lower()) is not None


def credentials_among(given: Mapping[str, Any]) -> frozenset[str]:
    """The names among headers, or of a query, that hold a credential, by their name or their value.

    From then on their values are kept out of all that leaves this process.

    >>> sorted(credentials_among({"api-version": "2026-10", "X-Api-Key": "abc", "X-Trace": "sk-" + "a1" * 16}))
    ['X-Api-Key', 'X-Trace']
    """
    found = frozenset(name for name, value in given.items() if _is_credential(name, value))
    for text in (text for name in found for text in _texts(given[name])):
        note_secret(text)
        # What follows the scheme, and what stands in a cookie, may be echoed alone.
        for part in re.split(r"[\s;,]+", text):
            note_secret(part)
            note_secret(part.partition("=")[2])
    return found


def has_credentials(body: Mapping[str, Any]) -> bool:
    """Whether a request's body holds credentials outside its messages, whose values then are kept out of all else."""
    found = list(_in_body({name: value for name, value in body.items() if name != "messages"}))
    for text in found:
        note_secret(text)
        for part in text.split():
            note_secret(part)
    return bool(found)


def without_body_credentials(body: Mapping[str, Any]) -> dict[str, Any]:
    """A request's body without credentials outside its messages.

    >>> without_body_credentials({"model": "m", "api_key": "abc", "tools": [{"headers": {"Authorization": "abc"}}]})
    {'model': 'm', 'tools': [{'headers': {}}]}
    """
    kept = {name: value for name, value in body.items() if not _hides(name, value)}
    return {name: value if name == "messages" else _stripped(value) for name, value in kept.items()}


def without_credentials(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a call as rows and records of runs tell them: headers, query and body without credentials.

    >>> without_credentials({"top_p": 0.5, "extra_headers": {"X-Title": "mine", "X-Api-Key": "abc"}})
    {'top_p': 0.5, 'extra_headers': {'X-Title': 'mine'}}
    """
    told = dict(options)
    for option, without in _WITHOUT.items():
        if isinstance(told.get(option), Mapping):
            told[option] = without(told[option])
    return told


def _without_hidden(values: Mapping[str, Any]) -> dict[str, Any]:
    hidden = credentials_among(values)
    return {name: value for name, value in values.items() if name not in hidden}


_WITHOUT: Final[Mapping[str, Callable[[Mapping[str, Any]], dict[str, Any]]]] = {
    "extra_headers": _without_hidden,
    "extra_query": _without_hidden,
    "extra_body": without_body_credentials,
}


def of_the_environment() -> list[str]:
    """The values of variables that by their names hold keys: asked for or not, they belong nowhere else."""
    values = {value.strip() for name, value in os.environ.items() if _SECRET_VARIABLE.search(name.upper())}
    return [value for value in values if len(value) >= _SHORTEST and value.isprintable() and " " not in value]


def _is_credential(name: str, value: Any) -> bool:
    if names_a_credential(name):
        return True
    texts = list(_texts(value))
    return any(secrets_in(text) for text in texts) or any(
        secret in text for secret in of_the_environment() for text in texts
    )


def _texts(value: Any) -> Iterable[str]:
    if isinstance(value, list | tuple):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []


def _hides(name: str, value: Any) -> bool:
    return isinstance(value, str) and _IN_BODIES.fullmatch(re.sub("[^a-z]", "", name.lower())) is not None


def _in_body(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if _hides(name, inner):
                yield inner
            else:
                yield from _in_body(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _in_body(inner)


def _stripped(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _stripped(inner) for name, inner in value.items() if not _hides(name, inner)}
    return [_stripped(inner) for inner in value] if isinstance(value, list) else value
