"""What a thought only says again or tells of: words of the question, things that are given, options in a row, units."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from workbench.analysis.thoughts.words import around

if TYPE_CHECKING:
    from workbench.analysis.targets.forms import Form
    from workbench.analysis.thoughts.text import Thought

_NEAR: Final = 40
_SEPARATORS: Final = (
    rf"(?:[,，、/;|]|(?:[,，]\s*)?(?:(?<!\w)(?:{around('and', 'or')}|nor)(?!\w)"
    rf"|{around('and_or_unspaced', 'or_else_unspaced')}))"
)
_LISTED_AFTER: Final = re.compile(
    rf"[\s\"'”’`*_)]*{_SEPARATORS}\s*[\"'“‘`*_(]*([^\W\d_]+)[\"'”’`*_)]*\s*(?:{_SEPARATORS}|[.?!:。？！;)]|\Z)"
)
_LISTED_BEFORE: Final = re.compile(rf"([^\W\d_]+)[\"'”’`*_)]*\s*{_SEPARATORS}\s*\Z")
_TOLD_OF: Final = re.compile(
    r"(?:there (?:are|is|were)|we have|i have|we(?:'re| are) given)\s*(?:only|exactly|just)?\s*\Z"
)
"""What is said to be there."""
_THINGS: Final = re.compile(r"\s[^\W\d_]{3,}")
_NAMED_BEFORE: Final = re.compile(r"(?<!\w)[a-z]\s?=\s?[\d.,]+\Z")
_TIME: Final = re.compile(rf"\s{around('times')}(?!\w)")
"""Units of time behind a number."""


def is_restated(thought: Thought, start: int, end: int) -> bool:
    """Whether the words around a value are the question's own."""
    before = thought.lower[max(0, start - 10) : end]
    after = thought.lower[start : end + 10]
    named = _NAMED_BEFORE.search(before)
    if named is not None and named[0].replace(" ", "") in thought.asked.replace(" ", ""):
        return True  # x = 1, as the question says
    whole = end - start
    return (len(before) > whole + 4 and before.lstrip() in thought.asked) or (
        len(after) > whole + 4 and after.rstrip() in thought.asked
    )


def is_told_of(form: Form, thought: Thought, start: int, end: int, window: str) -> bool:
    """Whether a number only counts what is there: *we have 12 pens*, as the question says or does not ask."""
    if form.kind != "number" or not thought.question or not _TOLD_OF.search(window):
        return False
    things = _THINGS.match(thought.lower, end)
    if things is None:
        return False
    return not thought.asks_count or thought.lower[start : things.end()] in thought.asked


def is_listed(form: Form, thought: Thought, start: int, end: int) -> bool:
    """Whether a word stands among others that the question gives to choose from: *positive or negative*."""
    if form.kind != "text":
        return False
    after = _LISTED_AFTER.match(thought.lower, end, end + _NEAR)
    if after is not None and after[1] in thought.asked:
        return True
    before = _LISTED_BEFORE.search(thought.lower, max(0, start - _NEAR), start)
    return before is not None and before[1] in thought.asked


def is_time_not_asked(thought: Thought, end: int) -> bool:
    """Whether a unit of time follows, where the question counts something else: *an hour has sixty minutes*."""
    if not thought.counted:
        return False
    unit = _TIME.match(thought.lower, end)
    return unit is not None and not _TIME.match(" " + thought.counted_word)
