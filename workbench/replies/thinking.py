"""Thinking told from answer by the tags in one text: `split` for the whole, `Splitter` for pieces of a stream.

Some servers hand a model's thinking over in a field of its own; others leave it in the text, in one of the `notations`.
This room reads those. Its rules, and why:

- Tags count only at the very start of the text, after white space, or again right after a closed block. A tag further
  in is part of the answer: models quote tags when they write about them.
- Within a block, a closing tag in a code span or in quotation marks is spoken of and closes nothing. One inside a code
  fence, or after the same tag was opened again, closes only if none comes after it.
- A closing tag without an opening one counts only at the very start (an empty block), or when the model's chat template
  has opened the thinking already (`preopened`): the caller must know that, the text cannot tell. Where nothing but
  white space comes after it, it is markup and dropped.
- A block that never closes is thinking when the reply was cut off, and the answer when the model stopped by itself.
- Tool-call tokens that leak into the text are neither thinking nor answer. They end an open block.

White space between a tag and the text beside it is markup and dropped; a text without tags is returned as received.
"""

from __future__ import annotations

from dataclasses import dataclass

from workbench.replies.splitter import Splitter


@dataclass(frozen=True)
class Split:
    """A text told apart; `closed` is False only when thinking was opened and its end never came."""

    thinking: str
    answer: str
    closed: bool
    tool_calls: tuple[str, ...] = ()


def split(text: str, *, preopened: bool = False, finish_reason: str | None = None) -> Split:
    r"""Tell the thinking in a whole text from its answer.

    `preopened` says that the model's template has opened the thinking before the text starts. `finish_reason` decides
    what a block that never closes is; without one the text counts as cut off. Time is linear in the text.

    >>> split("<think>9 of 17 stay.</think>\n\n9")
    Split(thinking='9 of 17 stay.', answer='9', closed=True, tool_calls=())
    >>> split("[THINK]All but nine", finish_reason="length").thinking
    'All but nine'
    >>> split(" <think> It is 30 degrees.", finish_reason="stop").answer
    'It is 30 degrees.'
    >>> split("so 9.</think>9", preopened=True).answer
    '9'
    >>> split("Write `<think>` first.").answer
    'Write `<think>` first.'
    """
    splitter = Splitter(preopened)
    pieces = [*splitter.feed(text), *splitter.close(finish_reason)]
    return Split(
        thinking="".join(piece.text for piece in pieces if piece.kind == "thinking"),
        answer="".join(piece.text for piece in pieces if piece.kind == "answer"),
        closed=splitter.closed,
        tool_calls=tuple(piece.text for piece in pieces if piece.kind == "tool_call"),
    )
