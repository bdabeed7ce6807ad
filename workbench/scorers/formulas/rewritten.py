r"""Other ways to write a pair, an interval, a set: `x = 3, y = -1` for (3, -1), `x < 2 or x > 5` for a union."""

from __future__ import annotations

from typing import Final

from workbench.base import regular_expressions as re
from workbench.scorers.languages import as_written, worded
from workbench.scorers.reading import Reading

_ASSIGNED: Final = re.compile(r"\s*\$?([a-zA-Z])\s?=\s?([^=,;$]{1,60}?)\$?\s*")
_EQUAL: Final = re.compile(r"(?<![<>])=")
_AND, _OR_WORD = as_written("plain_and"), as_written("plain_or")
_PLAIN_AND: Final = as_written("plain_and", codes=("en",))
"""After a comma: `x = 3, y = 5` has no Spanish *and* in it."""
_APART: Final = re.compile(rf"[,;]\s?(?:{_PLAIN_AND}\s)?|\s{_AND}\s|\\quad|\\text\{{\s?{_AND}\s?\}}")
_OR: Final = re.compile(
    rf"\\text\{{\s?{_OR_WORD}\s?\}}|\$?\s{_OR_WORD}\s\$?|{as_written('or_joined')}|\\cup|∪|\\lor|\\vee"
)
_END: Final = r"([-−+]?[^<>≤≥=,]{1,30}?)"
_BELOW: Final = r"(<=|<|≤|\\leq?|\\lt)"
_ABOVE: Final = r"(>=|>|≥|\\geq?|\\gt)"
_BETWEEN: Final = re.compile(rf"{_END}\s?{_BELOW}\s?[a-zA-Z]\s?{_BELOW}\s?{_END}\Z")
_LESS: Final = re.compile(rf"[a-zA-Z]\s?{_BELOW}\s?{_END}\Z")
_MORE: Final = re.compile(rf"[a-zA-Z]\s?{_ABOVE}\s?{_END}\Z")
_STRICT: Final = frozenset({"<", ">", "\\lt", "\\gt"})
_UNION: Final = re.compile(rf"\\cup|∪|{worded('plain_or')}")
_VALUE_AT_END: Final = re.compile(r"(?<![A-Za-z])([a-z])\s?=\s?([-−]?\d+(?:[./]\d+)?)\Z")
_EDGES: Final = " \t*_`~.,;:!?。、，；：！？$"


def rewritten(text: str, target: str) -> str | None:
    r"""A text in the form of its target: a tuple of what it assigns, a union of what its inequalities say.

    >>> rewritten("x = 3, y = -1", "(1, 2)"), rewritten("x < 2 or x >= 5", r"(0, 1) \cup (2, 3)")
    ('(3,-1)', '(-\\infty,2) \\cup [5,\\infty)')
    """
    if len(text) > 200:
        return None
    bare = text.strip(" $.()\n")
    if target.lstrip("$ ").startswith("(") and _EQUAL.search(bare) and "=" not in target:
        return _tuple(bare)
    if _UNION.search(target) and re.search(r"[<>≤≥]|\\[lg]e", bare):
        pieces = [_interval(piece.strip(" $,;.")) for piece in _OR.split(bare)]
        return r" \cup ".join(piece for piece in pieces if piece) if len(pieces) > 1 and all(pieces) else None
    return None


def _tuple(text: str) -> str | None:
    parts = [_ASSIGNED.fullmatch(piece) for piece in _APART.split(text)]
    names = [part[1] for part in parts if part]
    if len(parts) < 2 or len(names) != len(parts) or len(set(names)) != len(names):
        return None
    return "(" + ",".join(value for _, value in sorted((part[1], part[2].strip()) for part in parts if part)) + ")"


def _interval(text: str) -> str | None:
    between = _BETWEEN.match(text)
    if between:
        opened, closed = "(" if between[2] in _STRICT else "[", ")" if between[3] in _STRICT else "]"
        return f"{opened}{between[1].strip()},{between[4].strip()}{closed}"
    less, more = _LESS.match(text), _MORE.match(text)
    if less:
        return f"(-\\infty,{less[2].strip()}{')' if less[1] in _STRICT else ']'}"
    return f"{'(' if more[1] in _STRICT else '['}{more[2].strip()},\\infty)" if more else None


def collected(answers: Reading) -> str:
    """The set of the values that the last lines give to one letter: `x = 1`, `x = 4`; empty where they give but one."""
    ends = [_VALUE_AT_END.search(answers.text[line.start : line.end].strip(_EDGES)) for line in answers.lines[-8:]]
    given = [match for match in ends if match]
    if len(given) < 2 or ends[-len(given) :] != given or len({match[1] for match in given}) > 1:
        return ""
    return "{" + ", ".join(match[2] for match in given) + "}"
