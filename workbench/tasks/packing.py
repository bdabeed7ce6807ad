"""The values of a template as JSON, and back: what tables and task files hold, and nothing that could run."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any


class Shown:
    """What a template sees of a task: everything but its target."""

    def __init__(
        self,
        id: str,  # noqa: A002 - its name there
        question: str,
        extra: Mapping[str, Any],
        own: Mapping[str, Any] | None = None,
    ) -> None:
        self.id = id
        self.question = question
        self.extra = dict(extra)
        self.own = dict(self.extra if own is None else own)  # every column, also those that became a part of the task

    def __getitem__(self, name: str) -> Any:
        return self.own[name]

    def __str__(self) -> str:
        return self.question


class Lettered(list[Any]):
    """The options of a task as a list, which writes itself as lines: `A) red`."""

    def __init__(self, options: Mapping[str, str]) -> None:
        super().__init__(options.values())
        self.labels = tuple(options)

    def __str__(self) -> str:
        return "\n".join(f"{label}) {text}" for label, text in zip(self.labels, self, strict=True))


class Listed(list[Any]):
    """The labels of a classification as a list, which writes itself with commas."""

    def __str__(self) -> str:
        return ", ".join(map(str, self))


def packed(value: Any) -> Any:
    """A value as JSON from which `unpacked` makes an equal one; of objects of other kinds, their text.

    Raises TypeError for a function, and what a template could not use as it is.

    >>> unpacked(packed({"day": datetime.date(2026, 11, 28), "pair": (1, Decimal("2.50"))}))
    {'day': datetime.date(2026, 11, 28), 'pair': (1, Decimal('2.50'))}
    """
    if value is None or isinstance(value, bool | int | float | str):
        return _base(value)
    if isinstance(value, Mapping):
        return {"dict": [[packed(name), packed(inner)] for name, inner in value.items()]}
    if isinstance(value, Lettered):
        return {"lettered": [[packed(label), packed(text)] for label, text in zip(value.labels, value, strict=True)]}
    if isinstance(value, Listed):
        return {"listed": [packed(inner) for inner in value]}
    for kind, name in ((list, "list"), (tuple, "tuple"), (frozenset, "frozenset"), (set, "set")):
        if isinstance(value, kind):
            return {name: [packed(inner) for inner in value]}
    if isinstance(value, Shown):
        return {"task": [value.id, value.question, packed(value.extra), packed(value.own)]}
    for moment, name in ((datetime.datetime, "datetime"), (datetime.date, "date"), (datetime.time, "time")):
        if isinstance(value, moment):
            return {name: value.isoformat()}
    if isinstance(value, datetime.timedelta):
        return {"timedelta": [value.days, value.seconds, value.microseconds]}
    if isinstance(value, Decimal | Fraction):
        return {type(value).__name__.lower(): str(value)}
    if hasattr(value, "item") and getattr(value, "shape", None) == ():  # a single value of numpy's
        return packed(value.item())
    if callable(value):
        raise TypeError(f"{getattr(value, '__name__', 'this')} is a function; a template gets values only")
    return str(value)


def _base(value: Any) -> Any:
    """The value as one of JSON's own types: numpy's float is a float, but its text has another form."""
    for kind in (bool, int, float, str):
        if isinstance(value, kind):
            return kind(value)
    return value


def unpacked(value: Any) -> Any:
    """The value that was packed."""
    if not isinstance(value, dict):
        return value
    ((name, inner),) = value.items()
    if name == "dict":
        return {unpacked(key): unpacked(item) for key, item in inner}
    if name == "task":
        return Shown(inner[0], inner[1], unpacked(inner[2]), unpacked(inner[3]))
    if name == "lettered":
        return Lettered({unpacked(label): unpacked(text) for label, text in inner})
    if name == "listed":
        return Listed(unpacked(item) for item in inner)
    if name in ("datetime", "date", "time"):
        return getattr(datetime, name).fromisoformat(inner)
    if name == "timedelta":
        return datetime.timedelta(*inner)
    if name in ("decimal", "fraction"):
        return Decimal(inner) if name == "decimal" else Fraction(inner)
    kinds = {"list": list, "tuple": tuple, "set": set, "frozenset": frozenset}
    return kinds[name](unpacked(item) for item in inner)
