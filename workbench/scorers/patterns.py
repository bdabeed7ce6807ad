"""A regular expression run with a time limit: in a child process, because Python's own cannot be interrupted.

A pattern such as `(a+)+b` takes years on a short text, and `re` holds the interpreter's lock meanwhile.
"""

from __future__ import annotations

import re
from typing import Final

from workbench.base.helper import Helper, TookTooLong
from workbench.errors import InputError
from workbench.scorers.limits import LIMIT_SECONDS
from workbench.scorers.score import shown

__all__ = ["LIMIT_SECONDS", "TookTooLong", "checked_pattern", "search"]

_MATCHER: Final = Helper(
    "import re\n"
    "def work(pattern, text):\n"
    "    match = re.search(pattern, text)\n"
    "    return match and [match[0], *match.groups()]",
    seconds=LIMIT_SECONDS,
)


def search(pattern: str, text: str) -> tuple[str | None, ...] | None:
    """Return the first match and its groups, or None. The pattern must be one that compiles.

    Raises TookTooLong where the search was stopped.

    >>> search("([0-9]+) sheep", "There are 9 sheep."), search("goat", "There are 9 sheep.")
    (('9 sheep', '9'), None)
    """
    found = _MATCHER.ask(pattern, text)
    return tuple(found) if found else None


def checked_pattern(pattern: str, what: str) -> str:
    """The pattern itself; raises `InputError` that says what of the task it is where it is no regular expression.

    >>> checked_pattern("[0-9]+ sheep", "it")
    '[0-9]+ sheep'
    """
    try:
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as problem:
        raise InputError(
            f"Scorer 'regex': {what} is no regular expression: {problem}. It is {shown(pattern)!r}."
        ) from None
    return pattern
