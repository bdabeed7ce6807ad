"""`workbench.toml`: the user's own providers, models and prices, checked field by field."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from workbench.base import regular_expressions as re
from workbench.base.files import SETTINGS_VARIABLE as VARIABLE
from workbench.base.files import not_ones_own, opened
from workbench.base.files import settings_file as find_file
from workbench.base.secrets import secrets_in
from workbench.base.words import nearest
from workbench.errors import ConfigError, InputError

VISIBILITIES = ("full", "summary", "hidden", "none")
_MOST_BYTES = 2**24

_NUMBER = (int, float)
_TEXTS = (list,)
PROVIDER_FIELDS: Mapping[str, tuple[type, ...]] = {
    "base_url": (str,),
    "key_env": (str,),
    "trusted": (bool,),
    "key_page": (str,),
    "dialect": (str,),
    "max_tokens_field": (str,),
    "stream_usage": (bool,),
    "token_ends": (bool,),
    "streams": (bool,),
    "thinking_in": (str,),
    "thinking": (str,),
    "thought_flag": (bool,),
    "preopened": _TEXTS,
    "steers": _TEXTS,
    "fixed": (dict,),
    "most": (dict,),
    "sent": (dict,),
    "fills_context": (int,),
    "protocol": (str,),
    "exclusive": _TEXTS,
    "ignored": _TEXTS,
    "ignored_while_thinking": _TEXTS,
    "refused": _TEXTS,
    "effort_in": (str,),
    "efforts": _TEXTS,
    "other_efforts": (str,),
    "folded": (dict,),
    "switches": (dict,),
    "budget_in": (str,),
    "responses": (str,),
    "list_at": (str,),
    "list_key_in": (str,),
    "list_is_open": (bool,),
    "own_address": (bool,),
    "free": (bool,),
    "concurrency": (int,),
    "sweep_concurrency": (int,),
    "notes": (str,),
    "verified": (date,),
    "source": (str,),
    "sure": (str,),
}
MODEL_FIELDS: Mapping[str, tuple[type, ...]] = {
    "context": (int,),
    "default_max_tokens": (int,),
    "earlier_default_max_tokens": (list,),
    "least_max_tokens": (int,),
    "most_max_tokens": (int,),
    "fixed": (dict,),
    "fixed_without_thinking": (dict,),
    "fixed_while_thinking": (dict,),
    "refused": _TEXTS,
    "ignored": _TEXTS,
    "ignored_while_thinking": _TEXTS,
    "efforts": _TEXTS,
    "default_effort": (str,),
    "other_efforts": (str,),
    "folded": (dict,),
    "effort_in": (str,),
    "switch": (str,),
    "off_efforts": _TEXTS,
    "always_thinks": (bool,),
    "replay": (str,),
    "responses_for": (str,),
    "responses_efforts": _TEXTS,
    "thinking": (str,),
    "preopened": (bool,),
    "images": (bool,),
    "file": (str,),
    "threads": (int,),
    "chat_template": (str,),
    "retired": (date,),
    "retired_note": (str,),
    "replaced_by": _TEXTS,
    "answered_by": (str,),
    "repointed": (date,),
    "usd_per_million": (dict,),
    "notes": (str,),
    "verified": (date,),
    "source": (str,),
    "sure": (str,),
    "sources": (dict,),
    "unsure": _TEXTS,
}
PRICE_FIELDS: Mapping[str, tuple[type, ...]] = dict.fromkeys(("input", "cached", "written", "output"), _NUMBER)
CHOICES: Mapping[str, tuple[str, ...]] = {
    "max_tokens_field": ("max_tokens", "max_completion_tokens"),
    "thinking": VISIBILITIES,
    "sure": ("vendor", "recorded", "two sources", "third party", "unchecked"),
    "other_efforts": ("refused", "ignored", "folded"),
    "protocol": ("chat", "tasks"),
    "replay": ("after tools", "every turn", "opaque parts"),
    "responses": ("encrypted", "plain"),
    "responses_for": ("tools", "always"),
}

_OF_TEXTS = ("folded", "switches", "sources")
_SWITCH = re.compile(r"|[\w.]+ *= *[\w-]* *\| *[\w-]*")

UserTable = Mapping[str, Any]
UserTables = Mapping[str, UserTable]

_NONE: tuple[UserTables, UserTables] = ({}, {})
_read: tuple[Path, tuple[int, int, int], tuple[UserTables, UserTables]] | None = None


def read_tables(path: Path) -> tuple[UserTables, UserTables]:
    """The provider tables and model tables of a file; raises `InputError` that names file, table and field.

    Raises `ConfigError` for a file that is not the user's own: it would decide where keys and prompts go.
    """
    reason = not_ones_own(path)
    if reason is not None:
        raise ConfigError(
            f"{path} says where keys and prompts go, and {reason}. Until it is yours alone nothing is asked; "
            f"{VARIABLE} can name another file"
        )
    try:
        with opened(path, most_bytes=_MOST_BYTES) as file:
            document = tomllib.loads(file.read().decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"{path} is not TOML: {error}") from None
    _only(document, dict.fromkeys(("providers", "models", "tasks", "cache", "limits"), (dict,)), str(path), "table")
    providers, models = document.get("providers", {}), document.get("models", {})
    for name, table in providers.items():
        check_fields(table, PROVIDER_FIELDS, f"{path}, [providers.{name}]")
    for name, table in models.items():
        where = f'{path}, [models."{name}"]'
        if not all(name.partition("/")):
            raise InputError(f"{where}: a model id is written provider/model, in quotation marks")
        check_fields(table, MODEL_FIELDS, where)
        for field in ("file", "threads", "chat_template"):
            if field in table and not (name.startswith("local/") and "file" in table):
                raise InputError(
                    f'{where}: {field} is of a file that is served here: [models."local/NAME"] with file ='
                )
        prices = table.get("usd_per_million")
        if prices is not None:
            check_fields(prices, PRICE_FIELDS, f"{where}, usd_per_million")
            for needed in ("input", "output"):
                if needed not in prices:
                    raise InputError(f"{where}, usd_per_million: {needed} is missing, in dollars per million tokens")
    return providers, models


def user_tables() -> tuple[UserTables, UserTables]:
    """The user's tables: from `WORKBENCH_CONFIG`, else the nearest `workbench.toml` upward.

    The file is read again when it changes; until then the same object is returned.
    """
    global _read
    path = find_file()
    if path is None:
        return _NONE
    status = path.stat()
    stamp = (status.st_mtime_ns, status.st_size, status.st_ctime_ns)  # the last: who it belongs to may change
    if _read is None or _read[:2] != (path, stamp):
        _read = (path, stamp, read_tables(path))
    return _read[2]


def check_fields(table: object, known: Mapping[str, tuple[type, ...]], where: str) -> None:
    """Raise `InputError` unless `table` has known fields only, each of its type and within its bounds."""
    if not isinstance(table, Mapping):
        raise InputError(f"{where} is {table!r}; it must be a table of fields")
    _only(table, known, where, "field")
    for name, value in table.items():
        wanted = _bounds(name, value)
        if wanted:
            raise InputError(f"{where}: {name} is {value!r}; {wanted}")
    variable = table.get("key_env")
    if variable is not None and (not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", variable) or secrets_in(variable)):
        # The value stays out of the message: this is where a key gets pasted by mistake.
        raise InputError(f"{where}: key_env is the name of the variable that holds the key, such as MYBOX_API_KEY")


def _bounds(name: str, value: object) -> str | None:
    """What a field's value must be, when it is of the right type and yet not that."""
    if name in CHOICES and value not in CHOICES[name]:
        return f"it is one of {', '.join(CHOICES[name])}"
    if isinstance(value, list) and name not in _LISTS_OF_NUMBERS and not _are_texts(value):
        return "it must be a list of texts"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _bounds_of_number(name, value)
    return next((wanted for names, fits, wanted in _BOUNDS if name in names and not fits(value)), None)


def _bounds_of_number(name: str, value: float) -> str | None:
    if name in PRICE_FIELDS:
        return None if 0 <= value < math.inf else "a price is 0 or more, in dollars per million tokens"
    return "it must be 1 or more" if value < 1 else None


def _are_texts(values: Iterable[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


def _are_numbers(values: Iterable[Any]) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def _are_caps(values: Iterable[Any]) -> bool:
    return all(isinstance(value, int) and not isinstance(value, bool) and value > 0 for value in values)


_LISTS_OF_NUMBERS: Final = ("earlier_default_max_tokens",)
_A_SWITCH: Final = "a switch is written 'path = on | off', such as 'thinking.type = enabled | disabled'"
_BOUNDS: Final[tuple[tuple[Collection[str], Callable[[Any], bool], str], ...]] = (
    (_LISTS_OF_NUMBERS, _are_caps, "it must be a list of whole numbers of at least 1"),
    (
        ("exclusive",),
        lambda pairs: all(len(pair.split(" & ")) == 2 for pair in pairs),
        "each item names two parameters, such as 'reasoning.effort & reasoning.max_tokens'",
    ),
    (("most",), lambda most: _are_numbers(most.values()), "it must hold numbers, such as { temperature = 1 }"),
    (_OF_TEXTS, lambda texts: _are_texts(texts.values()), "it must hold texts"),
    (("unsure",), lambda names: {*names} <= MODEL_FIELDS.keys(), "it names fields of this table"),
    (("switches",), lambda switches: all(map(_SWITCH.fullmatch, switches.values())), _A_SWITCH),
    (("switch",), lambda switch: _SWITCH.fullmatch(switch) is not None, _A_SWITCH),
)
"""Of which fields, what must hold of their values, and how that is said."""


def _only(table: UserTable, known: Mapping[str, tuple[type, ...]], where: str, what: str) -> None:
    for name, value in table.items():
        if name not in known:
            hint = nearest(name, known).rstrip(".")
            if name in ("api_key", "apikey", "key", "token"):
                hint = "keys live in the environment or a .env file, and key_env names the variable"
            raise InputError(f"{where}: unknown {what} {name!r}; {hint}")
        wrong_boolean = isinstance(value, bool) and bool not in known[name]
        if wrong_boolean or not isinstance(value, known[name]):
            wanted = " or ".join(kind.__name__ for kind in known[name])
            raise InputError(f"{where}: {name} is {value!r}; it must be of type {wanted}")
