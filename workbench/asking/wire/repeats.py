"""Lines of a stream that differ from the one before in their text alone: the text is cut out, and nothing is parsed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from workbench.asking.wire.parsing import parse_json
from workbench.base import regular_expressions as re
from workbench.replies.contents import THINKING_FIELDS

_TEXTS: Final = frozenset({"content", *THINKING_FIELDS})
_PLAIN: Final = re.compile(rb'[^\x00-\x1f"\\]*')
_NO_LINE: Final = b"\n"  # no line holds one
_MOST_IN_VAIN: Final = 8
_SENTINEL: Final = "text in its place"


@dataclass(frozen=True, slots=True)
class Again:
    """The last chunk once more, with another text: of which choice, in which field."""

    index: int
    field: str
    text: str


class Repeats:
    """What is before and after the text of the last chunk. A line that has the same says its text and nothing else.

    Where chunks differ outside their text, as where each has random padding, it soon gives up looking.

    >>> repeats = Repeats()
    >>> line = b'data: {"id": "1", "choices": [{"delta": {"content": "9"}}]}'
    >>> repeats.learn(line, parse_json(line[5:].strip()))
    >>> repeats.text_in(line.replace(b"9", b"nine \\\\u263a")), repeats.text_in(line.replace(b"1", b"2"))
    ('nine ☺', None)
    """

    def __init__(self) -> None:
        self._before = self._after = _NO_LINE
        self._index, self._field = 0, ""
        self._in_vain = 0

    def text_in(self, line: bytes) -> str | None:
        """The text of a line that is the last one but for that; None for any other."""
        if not (line.startswith(self._before) and line.endswith(self._after)):
            return None
        start, end = len(self._before), len(line) - len(self._after)
        if end < start:
            return None
        raw = line[start:end]
        try:
            text = raw.decode() if _PLAIN.fullmatch(raw) else parse_json(b'"' + raw + b'"')
        except ValueError:
            return None
        self._in_vain = 0
        return text if isinstance(text, str) else None

    def again(self, text: str) -> Again:
        return Again(self._index, self._field, text)

    def learn(self, line: bytes, chunk: object) -> None:
        """Take note of a chunk that was parsed, and of the line that it stood in."""
        self._before = self._after = _NO_LINE
        if self._in_vain >= _MOST_IN_VAIN or not isinstance(chunk, dict):
            return
        field, index = _lone_text(chunk)
        if not field:
            return
        self._in_vain += 1
        delta = chunk["choices"][0]["delta"]
        for text in {json.dumps(delta[field]), json.dumps(delta[field], ensure_ascii=False)}:
            for colon in ('":', '": '):
                needle = f'"{field}{colon}{text}'.encode("utf-8", "surrogatepass")
                end = line.find(needle) + len(needle)
                if end < len(needle):
                    continue
                start = end - len(text.encode("utf-8", "surrogatepass"))
                before, after = line[: start + 1], line[end - 1 :]
                other = {**chunk, "choices": [{**chunk["choices"][0], "delta": {**delta, field: _SENTINEL}}]}
                if _parsed(before + _SENTINEL.encode() + after) == other:
                    self._before, self._after, self._index, self._field = before, after, index, field
                    return


def _parsed(line: bytes) -> Any:
    try:
        return parse_json(line[5:].strip())
    except ValueError:
        return None


def _lone_text(chunk: Mapping[str, Any]) -> tuple[str, int]:
    """The field and the choice of the one text that a chunk brings; no field where it says anything besides.

    Such a chunk once more changes nothing in what was merged, but that the text goes on.
    """
    choices = chunk.get("choices")
    if not isinstance(choices, list) or len(choices) != 1 or not isinstance(choices[0], dict):
        return "", 0
    choice = choices[0]
    delta, index = choice.get("delta"), choice.get("index")
    told = chunk.get("error"), chunk.get("usage"), chunk.get("timings"), choice.get("finish_reason")
    if any(one is not None for one in told) or "base_resp" in chunk or "error" in choice or not isinstance(delta, dict):
        return "", 0
    said = [name for name, value in delta.items() if value not in (None, "") and name != "role"]
    if len(said) != 1 or said[0] not in _TEXTS or not isinstance(delta[said[0]], str):
        return "", 0
    return said[0], index if isinstance(index, int) else 0
