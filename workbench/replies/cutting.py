"""A reply as it would be at a smaller cap: the same tokens, fewer of them.

Where max_tokens is a plain cut-off that the model cannot see, a reply is written token by token without knowing its
cap. What stands after so many tokens is what a call with that cap would have brought, from the same draw.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from workbench.replies.contents import KEPT_THINKING, thinking_in
from workbench.replies.message import said
from workbench.replies.reply import Reply
from workbench.replies.usage import Usage

CUT_REASON: Final = "length"
ESTIMATED: Final = "where the cap would cut it is estimated, because nobody counted the tokens of its text"
_CHARACTERS_PER_TOKEN: Final = 4.0


@dataclass(frozen=True)
class Cut:
    """A body as it would be at a cap.

    `tokens` and `saved_tokens` are those of the output; `saved_tokens` 0 means that the reply fits, and is the same.
    `estimated` says that the place of the cut was shared out by the length of the texts.
    """

    body: Mapping[str, Any]
    tokens: int
    saved_tokens: int
    estimated: bool


def cut(reply: Reply, cap: int) -> Cut:
    """Cut a reply after `cap` tokens of thinking and answer together.

    Where a server counted the tokens (`Reply.token_ends`) the cut is exact to the letter. Otherwise thinking and answer
    are shortened by the share of their tokens that is left, and where nobody counted at all, four characters are taken
    for a token: `estimated`. A tool call that a cap cuts off is none, and goes.

    >>> from workbench.replies.reading import Reading
    >>> from workbench.replies.reply import reply_from
    >>> body = {"choices": [{"message": {"reasoning_content": "2, 4. ", "content": "6"}, "finish_reason": "stop"}],
    ...         "usage": {"prompt_tokens": 9, "completion_tokens": 8}}
    >>> request = {"body": {}, "model_id": "local/m", "sample": 0}
    >>> record = {"version": 2, "key": "k", "request": request, "response": body, "streamed": True,
    ...           "status": 200, "request_id": None, "seconds": 1.0, "seconds_to_first_token": 0.5,
    ...           "seconds_to_answer": 0.9,
    ...           "attempts": 1, "usd": 0.0, "usd_source": "own price", "created_at": "",
    ...           "workbench": "", "token_ends": [2, 3, 5, 6, 6, 6, 7, 7]}
    >>> shorter = cut(reply_from(record, Reading()), 3)
    >>> shorter.body["choices"][0], shorter.tokens, shorter.estimated
    ({'message': {'reasoning_content': '2, 4.', 'content': ''}, 'finish_reason': 'length'}, 3, False)
    """
    told = said(reply.raw)
    message = dict(told.message) if told is not None else {}
    content = message.get("content")
    if isinstance(content, list | Mapping):  # thinking and answer stand in parts, as the reader told them apart
        field, thinking, answer = "", reply.thinking, reply.answer
    else:
        field, thinking = thinking_in(message)  # where it stands in tags within the content, it is cut with that
        answer = content if isinstance(content, str) else ""
    output = _output_tokens(reply, len(thinking) + len(answer))
    if output <= cap:
        return Cut(reply.raw, output, 0, estimated=reply.usage.output_tokens is None)
    if _counted(reply.token_ends, len(thinking) + len(answer)):
        characters, estimated = reply.token_ends[min(cap, len(reply.token_ends)) - 1], False
        kept_thinking, kept_answer = thinking[:characters], answer[: max(0, characters - len(thinking))]
    else:
        kept_thinking, kept_answer = _shared(reply, cap, output, thinking, answer)
        estimated = bool(thinking or answer)
    shortened: dict[str, Any] = {
        name: value
        for name, value in message.items()
        if name not in ("tool_calls", "function_call", "reasoning_details", "thinking_blocks", KEPT_THINKING)
    }
    if thinking:
        kept_in = field if field in shortened and isinstance(shortened[field], str) else "reasoning_content"
        shortened[kept_in] = kept_thinking
    shortened["content"] = kept_answer
    body = {name: value for name, value in reply.raw.items() if name not in ("choices", "usage", "timings", "error")}
    body["choices"] = [{"message": shortened, "finish_reason": CUT_REASON}]
    body["usage"] = _usage(reply.usage, cap)
    return Cut(body, cap, output - cap, estimated)


def _counted(ends: Sequence[int], characters: int) -> bool:
    """Whether the count is one, and ends where the text does; a record may come from anywhere."""
    return (
        bool(ends)
        and all(isinstance(end, int) and not isinstance(end, bool) for end in ends)
        and ends[0] >= 0
        and all(before <= after for before, after in itertools.pairwise(ends))
        and ends[-1] == characters
    )


def _output_tokens(reply: Reply, characters: int) -> int:
    known = reply.usage.output_tokens
    return known if known is not None else -int(-characters // _CHARACTERS_PER_TOKEN)


def _shared(reply: Reply, cap: int, output: int, thinking: str, answer: str) -> tuple[str, str]:
    """What is left of thinking and answer, by the share of their tokens that fits.

    The token that ends the turn is counted and is no text, so a reply that ended by itself has one token less of it.
    """
    ending = 0 if reply.outcome in ("thinking_exhausted", "answer_truncated") else 1
    thought = reply.usage.thinking_tokens
    hidden = reply.usage.thinking_tokens_source == "reported" and not thinking and not reply.thinking
    if thinking or hidden:
        known = round(output * len(thinking) / max(1, len(thinking) + len(answer))) if thought is None else thought
        thought = min(known, output)
    else:
        thought = 0  # within the content, if there is any
    spoken = max(1, output - ending - thought)
    kept_thinking = thinking if cap >= thought else thinking[: int(len(thinking) * cap / thought)]
    return kept_thinking, answer[: int(len(answer) * min(1.0, max(0, cap - thought) / spoken))]


def _usage(usage: Usage, cap: int) -> dict[str, Any]:
    """A usage object that says of the shortened reply what the provider's own said of the whole."""
    counts: dict[str, Any] = {"completion_tokens": cap}
    if usage.prompt_tokens is not None:
        counts |= {"prompt_tokens": usage.prompt_tokens, "total_tokens": usage.prompt_tokens + cap}
    if usage.cached_prompt_tokens is not None:
        counts["prompt_tokens_details"] = {"cached_tokens": usage.cached_prompt_tokens}
    if usage.thinking_tokens_source == "reported" and usage.thinking_tokens:
        counts["completion_tokens_details"] = {"reasoning_tokens": min(cap, usage.thinking_tokens)}
    return counts
