"""A field of the panel and an attribute of the state as one thing: whichever is changed, the other says the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import ipywidgets as w
from traitlets import TraitError

from workbench.errors import InputError

Guard = Callable[[Callable[[], None]], Callable[..., None]]
"""Wraps what a callback does, so that an error is shown in the panel and nothing is lost in a log."""

_ABSENT = object()


class Telling:
    """Something whose attributes tell whoever listens that they were set to another value.

    A list becomes a tuple, so that nothing can be changed in it without a word.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        value = tuple(value) if type(value) is list else value
        before = self.__dict__.get(name, _ABSENT)
        object.__setattr__(self, name, value)
        if before is not _ABSENT and before != value:
            for listener in tuple(self._listeners().get(name, ())):
                listener()

    def listen(self, name: str, listener: Callable[[], None]) -> None:
        """Have `listener` called whenever the attribute takes another value."""
        self._listeners().setdefault(name, []).append(listener)

    @property
    def misread(self) -> dict[str, str]:
        """By attribute, why its field cannot be read: as long as one cannot, the field says what the state does not."""
        return self.__dict__.setdefault("_misread", {})

    def _listeners(self) -> dict[str, list[Callable[[], None]]]:
        return self.__dict__.setdefault("_told", {})


def bind(
    field: w.Widget,
    owner: Telling,
    name: str,
    *,
    guard: Guard,
    changed: Callable[[], None],
    shown: Callable[[Any], Any] = lambda value: value,
    read: Callable[[Any], Any] = lambda value: value,
) -> w.Widget:
    """Make a field and an attribute one. `shown` is the attribute as the field says it, `read` the way back.

    A field that cannot be read (`read` raises InputError) leaves the attribute as it is and stands in `owner.misread`,
    which keeps a run from being started. Returns the field.
    """
    says = shown(getattr(owner, name))
    if field.value != says:
        field.value = says

    def written() -> None:
        try:
            value = read(field.value)
        except InputError as error:
            owner.misread[name] = str(error)
            raise
        owner.misread.pop(name, None)
        setattr(owner, name, value)
        changed()

    def told() -> None:
        value = getattr(owner, name)
        try:
            same = read(field.value) == value
        except InputError:
            same = False
        if not same:
            try:
                field.value = shown(value)
            except TraitError:
                owner.misread[name] = f"{name} is {value!r}, which its field cannot show. Choose one of its values."
                return
        owner.misread.pop(name, None)

    field.observe(guard(written), names="value")
    owner.listen(name, told)
    return field


def check_readable(owners: Iterable[Telling]) -> None:
    """Raise InputError for the first field that says what cannot be read."""
    for owner in owners:
        for problem in owner.misread.values():
            raise InputError(problem)
