r"""What stands around the value of a formula: a condition, `x + 3, x ≠ 3`; a letter not solved for, `3x = 15`."""

from __future__ import annotations

from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.languages import as_written

_CONDITION: Final = re.compile(
    rf"[,;]?(?:\\q?quad|\\[,; ]|\s)*[,;(]?\s?(?:\\text\{{[^{{}}]*\}}|{as_written('before_condition')})?\s?"
    r"[a-zA-Z]\s?(?:\\neq?(?![a-z])|≠|\\in(?![a-z])|∈)[^=<>]{1,30}\Z"
)
"""After a formula: what its letters may be, `x + 3, x ≠ 3`."""
_UNSOLVED: Final = re.compile(r"(?:\d+(?:[./]\d+)?|\\frac\{\d+\}\{\d+\})\s?(?:\\cdot|[*·×])?\s?([a-zA-Z])")
"""A letter with a number before it: `3x = 15` is not yet `x = 5`."""
_SOLVED: Final = re.compile(r"\s*\$?([a-zA-Z])\s?=[^=a-zA-Z]+\Z")


def without_condition(text: str, target: str) -> str:
    r"""A formula without what its letters may be, unless the target says that, too.

    >>> without_condition(r"x + 3, \quad x \neq 3", "x+3"), without_condition("x ≠ 3", "x ≠ 3")
    ('x + 3', 'x ≠ 3')
    """
    return text if _CONDITION.search(target) else _CONDITION.sub("", text)


def is_unsolved(text: str, target: str) -> bool:
    """Whether the target gives the value of a letter, and a text only some number of times that letter.

    >>> is_unsolved("3x = 15", "x = 5"), is_unsolved("x = 15/3 = 5", "x = 5"), is_unsolved("3x = 15", "3x = 15")
    (True, False, False)
    """
    solved = _SOLVED.match(target)
    if solved is None:
        return False
    sides = [side.strip(" $") for side in text.split("=")]
    times = [_UNSOLVED.fullmatch(side) for side in sides]
    return len(sides) > 1 and solved[1] not in sides and any(side and side[1] == solved[1] for side in times)
