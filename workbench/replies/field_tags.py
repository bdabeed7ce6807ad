"""Thinking in a field of its own that still has its tags, or the beginning of the answer behind a closing one."""

from __future__ import annotations

from typing import Final

from workbench.base import regular_expressions as re
from workbench.replies.notations import (
    CLOSINGS,
    LINE_LOOKBACK,
    OPENING,
    OPENING_WITH_ATTRIBUTES,
    OPENINGS,
    any_of,
    found,
    may_begin,
    possible_marker,
    quoted,
)
from workbench.replies.pieces import Piece

_CLOSING: Final = any_of(*CLOSINGS)
_FENCE: Final = re.compile(r"\n[ \t]{0,3}```")
_LONGEST_BEFORE_FENCE: Final = 6
_ENDS_A_SENTENCE: Final = frozenset(".!?:;)]}*。！？」")


class FieldTags:
    """Take the tags off a field of thinking while it comes, with the same result however it is cut.

    A server that knows where the thinking ends need not take its tags away. An opening tag counts at the beginning
    alone. A closing one ends the thinking, and what follows is answer, unless it is only spoken of: in a code span, in
    quotation marks, in a code fence, or between two words of a sentence. A text without tags is left as it is.

    >>> tags = FieldTags()
    >>> [tags.feed(text) for text in ("<thi", "nk>9 stay.", "</think>\\n\\n", "9")]
    [[], [Piece(kind='thinking', text='9 stay.')], [], [Piece(kind='answer', text='9')]]
    >>> FieldTags().feed("So `</think>` it is"), FieldTags().feed(" the </think> tag")
    ([Piece(kind='thinking', text='So `</think>` it is')], [Piece(kind='thinking', text=' the </think> tag')])
    """

    def __init__(self) -> None:
        self._begun = False
        self._opened = False
        self._over = False  # a closing tag has come
        self._answers = False  # and something behind it
        self._rest = ""  # white space, or what may be the beginning of a tag
        self._line = "\n"  # the end of what was handed out
        self._within = False  # past the beginning, and before the end
        self._fenced = False

    def feed(self, text: str) -> list[Piece]:
        """Take the next text; return the pieces that are certain by now."""
        plain = "<" not in text and "[" not in text and "◁" not in text
        if plain and self._within and not self._rest and text and not text[-1].isspace():
            return self._thought(text)
        text, self._rest = self._rest + text, ""
        return self._read(text, ends=False)

    def close(self) -> list[Piece]:
        """End the field; return the pieces that were held back."""
        text, self._rest = self._rest, ""
        pieces = self._read(text, ends=True)
        text, self._rest = self._rest, ""
        return pieces + (self._thought(text) if not (self._over or self._opened) else [])

    def _read(self, text: str, *, ends: bool) -> list[Piece]:
        if self._over:
            return self._answer(text)
        if not self._begun:
            stripped = text.lstrip()
            if not ends and (
                not stripped or may_begin(stripped, OPENINGS) or OPENING_WITH_ATTRIBUTES.fullmatch(stripped)
            ):
                self._rest = text
                return []
            opening = OPENING.match(stripped)
            if opening:
                self._opened, text = True, stripped[opening.end() :]
            self._begun = True
        if self._opened and self._line == "\n":
            text = text.lstrip()
        return self._think(text, ends=ends)

    def _think(self, text: str, *, ends: bool) -> list[Piece]:
        if not text:
            return []
        kept = len(text) if ends else possible_marker(text, CLOSINGS)
        for marker in found(_CLOSING, text):
            after = text[marker.end() : marker.end() + LINE_LOOKBACK]
            if not (after or ends):  # the next letter may tell
                kept = marker.start()
                break
            spoken_of = quoted((self._line + text[: marker.start()])[-LINE_LOOKBACK:], after, ends=ends)
            if spoken_of is None:
                kept = marker.start()
                break
            if spoken_of or self._is_fenced(text[: marker.start()]) or self._in_a_sentence(text, marker):
                continue
            self._over, self._within = True, False
            return self._thought(self._stripped(text[: marker.start()])) + self._answer(text[marker.end() :])
        said = self._stripped(text[:kept])
        self._rest = text[len(said) :]
        return self._thought(said)

    def _stripped(self, text: str) -> str:
        """Without the white space that a tag may follow: behind an opening tag all, else from a line's end on."""
        said = text.rstrip()
        end = len(said) if self._opened else text.find("\n", len(said))
        return text if end < 0 else text[:end]

    def _thought(self, text: str) -> list[Piece]:
        if not text:
            return []
        self._within = not self._over
        self._fenced = self._is_fenced(text)
        self._line = (self._line + text)[-LINE_LOOKBACK:]
        return [Piece("thinking", text)]

    def _answer(self, text: str) -> list[Piece]:
        text = text if self._answers else text.lstrip()
        self._answers = self._answers or bool(text)
        return [Piece("answer", text)] if text else []

    def _is_fenced(self, text: str) -> bool:
        """Whether a code fence is open behind a text that comes next."""
        if "`" not in text:
            return self._fenced
        before = self._line[-_LONGEST_BEFORE_FENCE:]
        fences = sum(fence.end() > len(before) for fence in _FENCE.finditer(before + text))
        return self._fenced ^ (fences % 2 == 1)

    def _in_a_sentence(self, text: str, marker: re.Match[str]) -> bool:
        before = (self._line + text[: marker.start()])[-LINE_LOOKBACK:]
        blank = before.rstrip(" \t")
        return (
            blank != before
            and text[marker.end() : marker.end() + 1] in (" ", "\t", ",", ".", ")")
            and blank[-1:] not in _ENDS_A_SENTENCE
            and not blank.endswith("\n")
        )
