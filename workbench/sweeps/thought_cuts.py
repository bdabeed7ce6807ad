"""Where a kept thought is cut: places as shares or tokens, and the beginning of the thought up to each of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from numbers import Integral, Real
from typing import Any, Final

from workbench.analysis.exits import stop_name
from workbench.base import regular_expressions as re
from workbench.errors import InputError

_SENTENCE_END: Final = re.compile(r"[.!?…](?=[\s\"'”’)\]*]|\Z)|[。｡！？؟۔।॥։።፧។៕།༎။᠃]|\n")
_LONGEST_SENTENCE: Final = 4_000
"""Characters: further back no end of a sentence is looked for."""

_FIRST_SENTENCE: Final = 400
"""Characters that a thought may begin with before its first sentence has to be over."""


def places_of(at: Sequence[float | int]) -> list[float | int]:
    """The places of `at` in order, the shortest thought first; InputError for what is none."""
    given = list(at) if isinstance(at, Iterable) and not isinstance(at, str | bytes) else [at]
    cuts = [_place(cut) for cut in given]
    if not cuts or len({stop_name(cut) for cut in cuts}) < len(cuts):
        raise InputError(f"at is {given!r}; give places, such as [0, 0.5, 1.0], each once")
    return sorted(cuts)


def _place(cut: Any) -> float | int:
    number = isinstance(cut, Real) and not isinstance(cut, bool) and math.isfinite(cut)  # numpy's numbers as well
    if not number or not (0 <= cut <= 1 or (cut > 1 and cut == int(cut))):
        raise InputError(
            f"at holds {cut!r}; give shares from 0 to 1, such as 0.5 for half of the thought, or whole numbers of "
            "tokens above 1"
        )
    return int(cut) if isinstance(cut, Integral) or cut > 1 else float(cut)


def cut_thought(
    thought: str, cut: float | int, *, tokens: float, token_ends: Sequence[int] = (), sentences: bool = True
) -> tuple[str, float]:
    """The beginning of a thought, and how many tokens it has.

    `cut` is a share, or a number of tokens. Where the server counted, `token_ends` say after how many characters each
    token ends; else a place's share of the bytes stands for it, of `tokens` or of a fourth of the bytes.

    >>> cut_thought("It is 4. Then 5. And so on.", 0.5, tokens=12)
    ('It is 4.', 3.6)
    >>> cut_thought("It is 4. Then 5. And so on.", 0.5, tokens=12, sentences=False)
    ('It is 4. Then', 5.8)
    """
    ends = [end for end in token_ends if end < len(thought)]
    ends += [len(thought)] if len(ends) < len(token_ends) else []  # what follows closes the thought and is none of it
    size = len(thought.encode("utf-8", "replace"))
    total = tokens if tokens > 0 else max(1.0, round(size / 4))
    share = cut if cut <= 1 else cut / total
    if share >= 1 or not size:
        return thought, total if size else 0.0
    if ends and cut > 0:
        number = min(len(ends), round(cut if cut > 1 else share * len(ends)))
        place = ends[number - 1] if number else 0
    else:
        place = len(thought.encode("utf-8", "replace")[: int(size * share)].decode("utf-8", "ignore"))
    if sentences and place:
        place = _back_to_an_end(thought, place)
    kept = thought[:place]
    counted = sum(end <= place for end in ends)
    return kept, float(counted) if ends else round(total * len(kept.encode("utf-8", "replace")) / size, 1)


def _back_to_an_end(thought: str, place: int) -> int:
    """The end of the last sentence up to a place.

    Nothing is kept of a first sentence that is not over. What runs on for longer is cut at a blank, else where it is:
    some scripts have no mark that ends a sentence, and some thoughts are one line without an end.
    """
    start = max(0, place - _LONGEST_SENTENCE)
    # One character further, so that the point in 3.14 is seen to end nothing.
    ends = [match.end() for match in _SENTENCE_END.finditer(thought, start, place + 1) if match.end() <= place]
    if ends:
        return ends[-1]
    if place <= _FIRST_SENTENCE:
        return 0
    blank = next((at for at in range(place - 1, max(start, place - _FIRST_SENTENCE), -1) if thought[at].isspace()), 0)
    return blank or place
