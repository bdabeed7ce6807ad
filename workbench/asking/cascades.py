"""A cheap model first, and a dear one where its answers are not enough: one reply, which costs what all cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace

from workbench.asking.fallback import FALLS_ON
from workbench.errors import InputError
from workbench.providers.requests import CallRequest
from workbench.replies.reply import Reply

Ask = Callable[[CallRequest], Awaitable[Reply]]


async def cascaded(request: CallRequest, ask: Ask) -> Reply:
    """The reply of a cascade: one of the cheap model's, the one that most of its draws say, or the dear model's."""
    rule = request.cascade
    if rule is None:
        raise InputError("this request is of no cascade")
    cheap = replace(request, others=(), cascade=None)
    replies: list[Reply] = []
    for draw in range(rule.draws):
        try:
            replies.append(await ask(replace(cheap, sample=request.sample * rule.draws + draw)))
        except FALLS_ON:
            break
    answers = [reply.answer if reply.outcome == "answered" else "" for reply in replies]
    if len(replies) == rule.draws and rule.enough(answers):
        final, asked = replies[_of_most(answers)], cheap
    else:
        (asked,) = request.others
        final = await ask(asked)
        replies.append(final)
    sums = [reply.usd for reply in replies]
    spent = [reply.usd_spent for reply in replies]
    return replace(
        final,
        model=request.target.label,
        served_by=asked.target.id,
        sample=request.sample,
        usd=None if None in sums else sum(usd or 0.0 for usd in sums),
        usd_spent=None if None in spent else sum(usd or 0.0 for usd in spent),
        cached=all(reply.cached for reply in replies),
        attempts=sum(reply.attempts for reply in replies),
        seconds=None if any(one.seconds is None for one in replies) else sum(one.seconds or 0.0 for one in replies),
    )


def _of_most(answers: list[str]) -> int:
    plain = [" ".join(answer.split()).casefold() for answer in answers]
    return plain.index(Counter(filter(None, plain)).most_common(1)[0][0]) if any(plain) else 0
