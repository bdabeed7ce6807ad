"""Ranges of numbers as brackets and as inequalities: (-1, 6) and -1 < x < 6, a union and *x ≤ -2 or x ≥ 2*."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final, NamedTuple

from workbench.analysis.targets.patterns import Late, Term, decimal
from workbench.analysis.thoughts.words import around
from workbench.base import regular_expressions as re

_LONGEST: Final = 80
_ENDLESS: Final = r"(?:\\infty|∞|infinity|inf(?![a-z])|oo)"
_END: Final = (
    rf"[-−–+]?\s?(?:{_ENDLESS}|\\[dt]?frac\s?\{{?\w+\}}?\s?\{{?\w+\}}?|(?:\\?sqrt|√)\s?[({{]?\w+[)}}]?"
    r"|\d+(?:[./]\d+)?|π|\\pi|e)"
)
_BRACKETS: Final = re.compile(rf"([(\[])\s*({_END})\s*[,;]\s*({_END})\s*([)\]])")
_LESS: Final = r"(?:<=|≤|⩽|\\leq?(?![a-z])|<|\\lt(?![a-z]))"
_MORE: Final = r"(?:>=|≥|⩾|\\geq?(?![a-z])|>|\\gt(?![a-z]))"
_BETWEEN: Final = re.compile(rf"({_END})\s*({_LESS})\s*[a-z]\s*({_LESS})\s*({_END})")
_BEYOND: Final = re.compile(rf"[a-z]\s*({_LESS}|{_MORE})\s*({_END})")
_JOINED: Final = re.compile(rf"\s*(?:∪|\\cup|(?<!\w)(?:u|{around('or')})(?!\w))\s*")
_IS_OF: Final = re.compile(r"\A[a-z]\s*(?:∈|\\in)\s*")
_OPEN: Final = ("<", "\\lt", ">", "\\gt")
_LETTER: Final = r"(?<![a-z\\])[a-zθ]"
_MINUS: Final = "[-−–]"
_UNITES: Final = (
    rf"\s*\$?\s*(?:∪|\\cup|,?\s*(?:{around('or', 'and')}|u)(?!\w)|[,;]|\\text\{{\s*or\s*\}}"
    rf"|{around('and_or_unspaced', 'or_else_unspaced')})\s*\$?\s*"
)
_NOT: Final = rf"[^.!?\n]{{0,24}}?{_LETTER}\s*(?:≠|!=|\\neq?(?![a-z]))\s*"
_FRACTION: Final = re.compile(r"(\d+)/(\d+)\Z|\\[dt]?frac\{?(\d+)\}?\{?(\d+)\}?\Z")


class _Piece(NamedTuple):
    """One stretch of numbers: where it begins and ends, None for endless; and whether that belongs to it."""

    low: str | None
    high: str | None
    has_low: bool
    has_high: bool


def ranges(plain: str) -> Iterator[Term]:
    """A range of numbers, or several, in other terms; nothing for any other target.

    >>> [term.searches[0][0] for term in ranges("(-1,6)")], list(ranges("42"))
    (['6'], [])
    """
    text = plain.lower().replace("\\left", "").replace("\\right", "").strip(" $.")
    pieces = _pieces(text) if len(text) <= _LONGEST else []
    ends = [end for piece in pieces for end in (piece.high, piece.low) if end is not None]
    if ends:
        digits = re.search(r"\d+|\w+|\W", ends[0].lstrip("-+"))
        first = digits[0] if digits and re.fullmatch(r"\d+", ends[0].lstrip("-+")) else ""
        yield Term(tuple((first, Late(pattern)) for pattern in _patterns(pieces)))


def _pieces(text: str) -> list[_Piece]:
    """What a text says in brackets or inequalities; empty where it says anything else."""
    found: list[_Piece] = []
    text, place = _IS_OF.sub("", text), 0
    while place < len(text):
        joined = _JOINED.match(text, place) if found else None
        if found and joined is None:
            return []
        place = joined.end() if joined else place
        match = _BRACKETS.match(text, place) or _BETWEEN.match(text, place) or _BEYOND.match(text, place)
        if match is None:
            return []
        found.append(_piece(match))
        place = match.end()
    return found


def _piece(match: re.Match[str]) -> _Piece:
    if match[1] in ("(", "["):
        return _Piece(_end(match[2]), _end(match[3]), match[1] == "[", match[4] == "]")
    if len(match.groups()) > 2:
        return _Piece(_end(match[1]), _end(match[4]), match[2] not in _OPEN, match[3] not in _OPEN)
    closed = match[1] not in _OPEN
    if re.match(_LESS, match[1]):
        return _Piece(None, _end(match[2]), False, closed)
    return _Piece(_end(match[2]), None, closed, False)


def _end(text: str) -> str | None:
    bare = re.sub(r"\s|\A\+", "", text).replace("−", "-").replace("–", "-")
    return None if re.search(_ENDLESS, bare) else bare


def _patterns(pieces: Sequence[_Piece]) -> Iterator[str]:
    """One after the other, in this order or turned round; where two only leave out a number, as one without it."""
    yield _UNITES.join(map(_either, pieces))
    if len(pieces) == 2:
        yield _UNITES.join(map(_either, reversed(pieces)))
    merged, left_out = _merged(pieces)
    if left_out:
        yield "".join([_UNITES.join(map(_either, merged)), *(_NOT + _spelt(end) for end in left_out)])


def _merged(pieces: Sequence[_Piece]) -> tuple[list[_Piece], list[str]]:
    """Stretches that only a number parts, as one; and those numbers."""
    merged, left_out = [pieces[0]], []
    for one, other in itertools.pairwise(pieces):
        if one.high is not None and one.high == other.low and not (one.has_high or other.has_low):
            left_out.append(one.high)
            merged[-1] = _Piece(merged[-1].low, other.high, merged[-1].has_low, other.has_high)
        else:
            merged.append(other)
    everywhere = merged == [_Piece(None, None, False, False)]
    return ([], left_out) if everywhere else (merged, left_out)


def _either(piece: _Piece) -> str:
    """One stretch, in brackets or as an inequality."""
    low, high = (None if end is None else _spelt(end) for end in piece[:2])
    opens, closes = (r"\[" if piece.has_low else r"[(\]]"), (r"\]" if piece.has_high else r"[)\[]")
    left = rf"(?:\\left\s?)?{opens}\s*{low or f'{_MINUS}?{_ENDLESS}'}"
    right = rf"\s*[,;]\s*{high or rf'[+]?{_ENDLESS}'}\s*(?:\\right\s?)?{closes}"
    below = r"(?:<=|≤|⩽|\\leq?(?![a-z]))" if piece.has_low else r"(?:<(?!=)|\\lt(?![a-z]))"
    upto = r"(?:<=|≤|⩽|\\leq?(?![a-z]))" if piece.has_high else r"(?:<(?!=)|\\lt(?![a-z]))"
    over = r"(?:>=|≥|⩾|\\geq?(?![a-z]))" if piece.has_low else r"(?:>(?!=)|\\gt(?![a-z]))"
    ends = r"(?![\w/]|[.,]\d|\s?[<>≤≥^])"
    ways = [left + right]
    if low and high:
        ways.append(rf"(?<![\d.,])(?:{low})\s*{below}\s*{_LETTER}\s*{upto}\s*(?:{high}){ends}")
        ways.append(rf"{_LETTER}\s*{over}\s*(?:{low})\s*(?:{around('and')}|,)\s*{_LETTER}\s*{upto}\s*(?:{high}){ends}")
    elif low:
        ways.append(rf"{_LETTER}\s*{over}\s*(?:{low}){ends}")
    elif high:
        ways.append(rf"{_LETTER}\s*{upto}\s*(?:{high}){ends}")
    return f"(?:{'|'.join(ways)})"


def _spelt(end: str) -> str:
    """An end as a pattern: a fraction as a decimal as well."""
    sign, bare = (rf"{_MINUS}\s?", end[1:]) if end.startswith("-") else (rf"(?<!{_MINUS})(?<!{_MINUS}\s)", end)
    fraction = _FRACTION.match(bare)
    if fraction is not None:
        above, below = (part for part in fraction.groups() if part)
        ways = [rf"{above}\s?/\s?{below}", rf"\\[dt]?frac\s?\{{?{above}\}}?\s?\{{?{below}\}}?"]
        point = decimal(Fraction(int(above), int(below))) if int(below) else ""
        return rf"{sign}(?:{'|'.join([*ways, *([re.escape(point)] if point else [])])})"
    root = re.fullmatch(r"(?:\\?sqrt|√)[({]?(\w+)[)}]?", bare)
    if root is not None:
        return rf"{sign}(?:\\?sqrt|√)\s?[({{]?{root[1]}[)}}]?"
    return sign + (r"(?:π|\\?pi)" if bare in ("π", "\\pi") else re.escape(bare))
