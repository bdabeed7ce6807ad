"""Where each token of a streamed reply ends: how much of its text was there after one token, after two, and so on.

A llama.cpp server that is asked with `timings_per_token` tells with every chunk how many tokens were written by then.
That alone counts right: the closing tag of a thought and the end of the turn are tokens without a text, and a letter of
several bytes comes whole with the last of its tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

ASKED_WITH: Final = "timings_per_token"
MOST_TOKENS: Final = 1_000_000
"""No reply has more; a server that counts beyond is not believed."""


class TokenEnds:
    """Count the characters of thinking and answer, one after the other, that were there after each token.

    >>> ends = TokenEnds()
    >>> ends.note({"timings": {"predicted_n": 1}}, 2, 0)
    >>> ends.note({"timings": {"predicted_n": 4}}, 0, 3)
    >>> ends.found()
    [2, 2, 2, 5]
    """

    def __init__(self) -> None:
        self._ends: list[int] = []
        self._characters = 0
        self._answers = False
        self._trusted = True

    def note(self, chunk: object, thinking: int, answer: int) -> None:
        """Hear of a chunk and how many characters of thinking and of answer it brought."""
        number = _tokens_written(chunk)
        text = thinking + answer
        if not text and number is None:
            return
        known = len(self._ends)
        doubtful = (text and not number) or (thinking and self._answers)  # not counted, or out of order
        if doubtful or (number is not None and not known <= number <= MOST_TOKENS):
            self._trusted = False
        if not self._trusted:
            return
        self._answers = self._answers or answer > 0
        before, self._characters = self._characters, self._characters + text
        assert number is not None
        if number == known and text:  # more text of the same token
            self._ends[-1:] = [self._characters]
            return
        self._ends += [before] * (number - known - 1) + [self._characters] * (number > known)

    def found(self) -> list[int] | None:
        """One number a token; None where the server did not count, or counted in a way that tells nothing."""
        return self._ends if self._trusted and self._ends else None


def _tokens_written(chunk: object) -> int | None:
    timings = chunk.get("timings") if isinstance(chunk, Mapping) else None
    number = timings.get("predicted_n") if isinstance(timings, Mapping) else None
    return number if isinstance(number, int) and not isinstance(number, bool) else None


def characters_of(delta: Mapping[str, Any], thinking: str) -> tuple[int, int]:
    """The characters of thinking and of answer in a delta whose thinking has been looked for."""
    content = delta.get("content")
    return len(thinking), len(content) if isinstance(content, str) else 0
