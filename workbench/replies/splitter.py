"""`Splitter`: a text told apart into thinking, answer and tool calls while it arrives; the rules are in `thinking`."""

from __future__ import annotations

import functools
import itertools

from workbench.base import regular_expressions as re
from workbench.replies.harmony import Channels
from workbench.replies.notations import (
    CLOSINGS,
    FIRST_LETTERS,
    HARMONY_BEGINNINGS,
    LINE_LOOKBACK,
    OPENING,
    OPENING_WITH_ATTRIBUTES,
    OPENINGS,
    TOOL_BEGINNINGS,
    TOOL_END,
    WRAPPER_OPENINGS,
    any_of,
    found,
    may_begin,
    opened_by,
    possible_marker,
    quoted,
)
from workbench.replies.pieces import Kind, Piece

NATURAL_STOPS = frozenset({"stop", "end_turn", "eos", "eos_token", "stop_sequence", "completed"})
"""Finish reasons that mean: the model ended its turn by itself."""

_LONGEST_TOOL_HEAD = 384
_AT_ONCE = 8_192
_MOST_BLANK = 16
_TOOLS = tuple(TOOL_BEGINNINGS)
_TOOL_BEGINNING = any_of(*_TOOLS)
_START_MARKERS = OPENINGS + CLOSINGS + tuple(WRAPPER_OPENINGS) + HARMONY_BEGINNINGS
_CLOSING = any_of(*CLOSINGS)
_WRAPPER_OPENING = any_of(*WRAPPER_OPENINGS)
_IN_ANSWER = (*_TOOLS, *CLOSINGS, *WRAPPER_OPENINGS.values(), *OPENINGS)
_PATTERN_IN_ANSWER = any_of(*_IN_ANSWER)
_WRAPPER_ENDS = frozenset(WRAPPER_OPENINGS.values())
_FENCE = re.compile(r"(?:^|\n)[ \t]{0,3}```")


def stopped_by_itself(finish_reason: str | None) -> bool:
    """Whether a finish reason says that the model ended its turn."""
    return finish_reason is not None and finish_reason.lower() in NATURAL_STOPS


class Splitter:
    """Tell thinking from answer while the text arrives, with the same result however it is cut.

    Feed it texts, then close it. What a block without an end means is known only at the close, so a block's text is
    handed out when the block ends. With `eager` it is handed out at once, for a live view; should such a block turn
    out to be the answer, `close` hands the whole text out again as `answer`, and only `split` has the last word.
    Without `tags` all is `answer` but for leaked tool calls.

    >>> splitter = Splitter()
    >>> [splitter.feed(text) for text in ("<th", "ink>9 st", "ay</thi", "nk>", "9")]
    [[], [], [], [Piece(kind='thinking', text='9 stay')], [Piece(kind='answer', text='9')]]
    >>> splitter.close("stop")
    []
    """

    def __init__(self, preopened: bool = False, *, eager: bool = False, tags: bool = True) -> None:
        self.closed = True
        self.stray = ""  # a closing tag that stood in the answer without its opening one
        self._eager = eager
        self._tags = tags
        self._step = self._start if tags else self._answer
        self._rest = ""  # a short tail that may be the beginning of a marker
        self._ending = False  # no more text will come
        self._blanks: list[str] = []  # white space whose fate depends on what follows
        self._held: list[str] = []  # the open block
        self._loose = 0  # pieces at its end that are not put together
        self._doubt: list[str] | None = None  # what came since a closing tag that may not have been one
        self._depth = 0  # how often the tag of the open block was opened again
        self._fenced = False
        self._fence_scanned = 0
        self._blocks = 0
        self._said_thinking = False
        self._speaks_of_tags = False  # an opening tag stands in the answer, so that a closing one there has its partner
        self._last = ""  # the last letter of the answer so far
        self._stray = ""  # a closing tag in the answer, until it is known what follows
        self._opening = ""
        self._markers: tuple[str, ...] = _IN_ANSWER if tags else _TOOLS
        self._pattern = _PATTERN_IN_ANSWER if tags else _TOOL_BEGINNING
        self._tools: list[str] = []
        self._before_tools = self._answer
        self._pieces: list[Piece] = []
        self._starting_preopened = preopened
        if preopened:
            self._open("<think>", CLOSINGS)

    @functools.cached_property
    def _channels(self) -> Channels:
        return Channels()

    def feed(self, text: str) -> list[Piece]:
        """Take the next text; return the pieces that are certain by now."""
        if not self._rest and "<" not in text and "◁" not in text and "[" not in text:
            if self._step == self._answer:
                if not text:
                    return []
                if not (self._tags and text[-1].isspace()):
                    self._last = text[-1]
                    return [Piece("answer", text)]
            elif self._step == self._think and not self._eager and not self._starting_preopened:
                (self._held if self._doubt is None else self._doubt).append(text)
                return []
        for place in range(0, len(text), _AT_ONCE):  # each step cuts its marker off, which copies what is left
            part, self._rest = self._rest + text[place : place + _AT_ONCE], ""
            while part:
                part = self._step(part)
        pieces, self._pieces = self._pieces, []
        return pieces

    def close(self, finish_reason: str | None = None) -> list[Piece]:
        """End the text; return the pieces that were held back."""
        self._ending = True
        rest, self._rest = self._rest, ""
        stopped = stopped_by_itself(finish_reason)
        if self._step in (self._think, self._answer) and not self._starting_preopened:
            rest = self._settle(rest, stopped)
        if self._step == self._tool_calls:
            self._close_tool_calls(rest)
        elif self._step == self._think:
            self._close_open_block(rest, stopped)
        elif self._step == self._start and not self._blocks:
            self._say("answer", "".join(self._blanks) + rest)
        elif self._step == self._in_channels:
            self._pieces += self._channels.close()
            self.closed = self._channels.closed
        elif self._step != self._after_stray:
            self._say("answer", rest)
        pieces, self._pieces = self._pieces, []
        return pieces

    def _say(self, kind: Kind, text: str) -> None:
        if text:
            if kind == "answer":
                self._last = text[-1]
            self._pieces.append(Piece(kind, text))

    # Each step takes the text at hand and returns what is left of it for the next step; "" asks for more.

    def _start(self, text: str) -> str:
        stripped = text.lstrip()
        self._blanks.append(text[: len(text) - len(stripped)])
        if not stripped:
            return ""
        if stripped.startswith(FIRST_LETTERS):
            if opening := OPENING.match(stripped):
                begun, closing = opened_by(opening)
                self._open(begun, (closing,))
                return stripped[opening.end() :]
            if stripped.startswith(HARMONY_BEGINNINGS):
                self._step = self._in_channels
                return stripped
            if marker := _CLOSING.match(stripped) or _WRAPPER_OPENING.match(stripped):
                self._blocks += 1
                return stripped[marker.end() :]
            if not self._ending and (
                may_begin(stripped, _START_MARKERS) or OPENING_WITH_ATTRIBUTES.fullmatch(stripped)
            ):
                self._rest = stripped
                return ""
        self._step = self._answer
        return stripped if self._blocks else "".join(self._blanks) + stripped

    def _in_channels(self, text: str) -> str:
        self._pieces += self._channels.feed(text)
        return ""

    def _open(self, opening: str, closings: tuple[str, ...]) -> None:
        self.closed = False
        self._blanks, self._held, self._depth = [], [], 0
        self._fenced, self._fence_scanned = False, 0
        self._opening = opening
        self._markers = (*closings, *_TOOLS, opening)
        self._pattern = any_of(*self._markers)
        self._step = self._think

    def _think(self, text: str) -> str:
        if self._starting_preopened:
            stripped = text.lstrip()
            begins = not self._ending and (
                may_begin(stripped, OPENINGS + HARMONY_BEGINNINGS) or OPENING_WITH_ATTRIBUTES.fullmatch(stripped)
            )
            if not stripped or begins:
                self._blanks.append(text[: len(text) - len(stripped)])
                self._rest = stripped
                return ""
            self._starting_preopened = False
            blank, self._blanks = "".join(self._blanks), []
            if stripped.startswith(HARMONY_BEGINNINGS):
                self.closed, self._step = True, self._in_channels
                return stripped
            opening = OPENING.match(stripped)
            if opening:
                return stripped[opening.end() :]
            text = blank + text
        marker, kept = self._next_marker(text)
        self._hold(text[:kept])
        if marker is None:
            self._rest = text[kept:]
            return ""
        word = marker[0].lower()
        if word in TOOL_BEGINNINGS:
            self._before_tools, self._step = self._step, self._tool_calls
            return text[kept:]
        if word == self._opening:
            self._depth += 1
            self._hold(marker[0])
            return text[marker.end() :]
        if (self._depth or self._in_fence()) and not self._ending:
            self._settle_doubt()
            self._depth = max(self._depth - 1, 0)
            self._doubt = [marker[0]]
        else:
            self._settle_doubt()
            self._end_block()
        return text[marker.end() :]

    def _next_marker(self, text: str) -> tuple[re.Match[str] | None, int]:
        """The next marker that means something, and where the text before it ends.

        Without one, the text is kept from where a marker may have begun whose meaning only more text can tell.
        """
        for marker in found(self._pattern, text):
            needed = TOOL_BEGINNINGS.get(marker[0].lower())
            if needed is not None:
                head = text[marker.start() : marker.start() + _LONGEST_TOOL_HEAD]
                if needed in head:
                    return marker, marker.start()
                if len(head) < _LONGEST_TOOL_HEAD and not self._ending:
                    return None, marker.start()
            elif self._step == self._answer:
                return marker, marker.start()
            else:
                before = self._line_before(text[max(marker.start() - LINE_LOOKBACK, 0) : marker.start()])
                spoken_of = quoted(before, text[marker.end() : marker.end() + LINE_LOOKBACK], ends=self._ending)
                if spoken_of is None:
                    return None, marker.start()
                if not spoken_of:
                    return marker, marker.start()
        return None, len(text) if self._ending else possible_marker(text, self._markers)

    def _line_before(self, text: str) -> str:
        """The end of the open block's last line, with `text` at its end."""
        parts, length = [text], len(text)
        earlier = (self._held, self._blanks) if self._doubt is None else (self._doubt,)
        for part in itertools.chain.from_iterable(map(reversed, reversed(earlier))):
            if length >= LINE_LOOKBACK or "\n" in parts[-1]:
                break
            parts.append(part)
            length += len(part)
        return "".join(reversed(parts))[-LINE_LOOKBACK:]

    def _in_fence(self) -> bool:
        """Whether a code fence is open where the block's text ends."""
        text = "".join(self._held[self._fence_scanned :])
        if "```" not in text:  # found in a hundredth of the time that the pattern takes
            self._held[self._fence_scanned :] = [text]
            self._fence_scanned = len(self._held)
            return self._fenced
        # What was looked at before ended at a tag, so that this text goes on in the middle of a line.
        self._fenced ^= len(_FENCE.findall(text if not self._fence_scanned else "x" + text)) % 2 == 1
        self._held[self._fence_scanned :] = [text]
        self._fence_scanned = len(self._held)
        return self._fenced

    def _hold(self, text: str) -> None:
        if self._doubt is not None:
            self._doubt.append(text)
            return
        if not self._eager:
            self._held.append(text)
            return
        stripped = text.rstrip()
        if not stripped:
            self._blanks.append(text)
            return
        text, blank = "".join(self._blanks) + stripped, text[len(stripped) :]
        self._blanks = [blank]
        if not self._held:
            text = self._between_blocks() + text.lstrip()
        self._held.append(text)
        self._loose += 1
        if self._loose == 1_000:  # a list of as many texts as there are tokens takes ten times their room
            start, self._loose = max(self._fence_scanned, len(self._held) - self._loose), 0
            self._held[start:] = ["".join(self._held[start:])]
        self._say_thinking(text)

    def _settle_doubt(self) -> None:
        """A closing tag has come: the doubtful one before it closed nothing."""
        doubt, self._doubt = self._doubt, None
        if doubt:
            self._hold("".join(doubt))

    def _between_blocks(self) -> str:
        return "\n" if self._said_thinking else ""

    def _say_thinking(self, text: str) -> None:
        self._said_thinking = self._said_thinking or bool(text)
        self._say("thinking", text)

    def _end_block(self) -> None:
        if not self._eager:
            text = "".join(self._held).strip()
            if text:
                self._say_thinking(self._between_blocks() + text)
        self.closed = True
        self._markers, self._pattern = _IN_ANSWER, _PATTERN_IN_ANSWER
        self._blocks += 1
        self._held, self._blanks = [], []
        self._step = self._start

    def _answer(self, text: str) -> str:
        marker, kept = self._next_marker(text)
        # White space goes with the markup that may follow it.
        said = text[:kept]
        blank = "" if self._ending or not self._tags else said[len(said.rstrip()) :][-_MOST_BLANK:]
        self._say("answer", said[: len(said) - len(blank)])
        if marker is None:
            self._rest = blank + text[kept:]
            return ""
        word = marker[0].lower()
        if word in TOOL_BEGINNINGS:
            self._say("answer", blank)
            self._before_tools, self._step = self._step, self._tool_calls
            return text[kept:]
        self._speaks_of_tags |= word in OPENINGS
        last = blank[-1:] or self._last
        speaks = self._speaks_of_tags or (last not in ("", "\n") and last in " \t`\"'“‘«「(")
        if speaks and word not in _WRAPPER_ENDS:
            self._say("answer", blank + marker[0])
        else:
            self._stray, self._blanks, self._step = blank + marker[0], [], self._after_stray
            if word in CLOSINGS and not self._blocks:
                self.stray = self.stray or marker[0]
        return text[marker.end() :]

    def _after_stray(self, text: str) -> str:
        # A closing tag with nothing after it is markup; before more text it is part of that.
        stripped = text.lstrip()
        self._blanks.append(text[: len(text) - len(stripped)])
        if not stripped:
            return ""
        self._step = self._answer
        self._say("answer", self._stray + "".join(self._blanks))
        return stripped

    def _tool_calls(self, text: str) -> str:
        # Models end their message with their tool calls, so they are held to the end of the text.
        self._tools.append(text)
        return ""

    def _settle(self, rest: str, stopped: bool) -> str:
        """Decide at the end of the text what was held back; return what is left to say."""
        begun = _TOOL_BEGINNING.match(rest) is not None
        closes = any(marker[0].lower() not in TOOL_BEGINNINGS for marker in found(self._pattern, rest))
        if begun and not closes and not stopped:  # a call that was cut; else a marker without its call is text
            self._before_tools, self._step = self._step, self._tool_calls
            return rest
        while rest:
            rest = self._step(rest)
        if self._step == self._think:
            self._settle_open_doubt()
        rest, self._rest = self._rest, ""
        return rest

    def _settle_open_doubt(self) -> None:
        """The text has ended: the last closing tag there was did close the block."""
        doubt, self._doubt = self._doubt, None
        if doubt:
            self._end_block()
            rest = "".join(doubt[1:])
            while rest:
                rest = self._step(rest)

    def _close_open_block(self, rest: str, stopped: bool) -> None:
        if stopped:
            self._say("answer", ("".join(self._held) + "".join(self._blanks) + rest).lstrip())
            return
        self._hold("".join(self._blanks) + rest if not self._eager else rest)
        self._end_block()
        self.closed = False

    def _close_tool_calls(self, rest: str) -> None:
        if self._before_tools == self._think:
            self._settle_open_doubt()
            if self._held or not self.closed:
                self._end_block()
        text = "".join(self._tools) + rest
        end = max((match.end() for match in TOOL_END.finditer(text)), default=len(text))
        self._say("tool_call", text[:end])
        self._say("answer", text[end:].lstrip())
