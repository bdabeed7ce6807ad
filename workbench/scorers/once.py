"""What is made when it is first asked for, and kept: properties of objects, and regular expressions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Generic, TypeVar

from workbench.base import regular_expressions as re

T = TypeVar("T")


class once(Generic[T]):  # noqa: N801 - it is used as a decorator, as `property` is
    """A method without arguments as a property, kept in its object, without the lock that `functools` takes.

    Two threads at the same time may both work it out.

    >>> class Text:
    ...     words = once(lambda self: print("read") or ["nine", "sheep"])
    >>> text = Text()
    >>> [len(text.words), len(text.words)]
    read
    [2, 2]
    """

    def __init__(self, work_out: Callable[[Any], T]) -> None:
        self._work_out = work_out
        self.__doc__ = work_out.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: type) -> T:
        found = vars(instance)[self._name] = self._work_out(instance)
        return found


@lru_cache(4096)
def compiled(pattern: str) -> re.Pattern[str]:
    """A pattern that is put together while an answer is read: the module `re` keeps too few of them.

    >>> compiled(r"\\d+").match("42")[0]
    '42'
    """
    return re.compile(pattern)


class Compiled(dict[str, re.Pattern[str]]):
    """Patterns by name, each compiled when it is first asked for: most answers need few of them.

    >>> list(Compiled({"digits": "[0-9]+", "never asked for": "("})["digits"].findall("3 of 14"))
    ['3', '14']
    """

    def __init__(self, written: Mapping[str, str]) -> None:
        super().__init__()
        self._written = written

    def __missing__(self, name: str) -> re.Pattern[str]:
        self[name] = made = re.compile(self._written[name])
        return made
