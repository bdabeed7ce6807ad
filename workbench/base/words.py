"""Words for messages: what was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def close_to(word: str, known: Iterable[str]) -> str | None:
    """The known word that was probably meant; None where none is close.

    >>> close_to("temprature", ["temperature", "top_p"]), close_to("xyz", ["temperature"])
    ('temperature', None)
    """
    return next(iter(difflib.get_close_matches(word, list(known), 1)), None)


def nearest(word: str, known: Iterable[str]) -> str:
    """The end of a message about an unknown word: the known one it is close to, else all of them."""
    known = list(known)
    near = close_to(word, known)
    return f"did you mean {near!r}?" if near else f"known are {', '.join(known)}."
