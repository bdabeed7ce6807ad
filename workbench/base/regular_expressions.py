"""The module `re`, whose patterns are compiled when they are first used: most of the hundreds here never are in a run.

    from workbench.base import regular_expressions as re

Where a user's own pattern is checked, `re` itself is imported: there it is to fail at once.
"""

from __future__ import annotations

import re
from re import *  # noqa: F403 - whoever imports this finds all of `re` here
from typing import Any, AnyStr, Final, cast

_METHODS: Final = tuple(name for name in dir(re.Pattern) if not name.startswith("_") and name != "pattern")


class _Late:
    """A pattern that is not compiled yet; at its first use it gets the methods of the compiled one."""

    def __init__(self, pattern: Any, flags: int) -> None:
        self.pattern: Final = pattern
        self._given: Final = flags

    def __getattr__(self, name: str) -> Any:
        if name not in _METHODS:
            raise AttributeError(f"a pattern has no {name!r}")
        compiled = re.compile(self.pattern, self._given)
        vars(self).update({each: getattr(compiled, each) for each in _METHODS})
        return vars(self)[name]

    def __reduce__(self) -> tuple[Any, ...]:
        return re.compile, (self.pattern, self._given)

    def __repr__(self) -> str:
        return repr(re.compile(self.pattern, self._given))


def compile(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:  # type: ignore[no-redef]  # noqa: A001 - in its place
    """A pattern with the methods of `re.Pattern`; one that is wrong is told so by `re` when it is first used.

    >>> sheep = compile("[0-9]+ sheep")
    >>> sheep.pattern, sheep.search("All but 9 sheep die.")[0]
    ('[0-9]+ sheep', '9 sheep')
    """
    return cast("re.Pattern[AnyStr]", _Late(pattern, flags))
