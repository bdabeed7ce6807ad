"""A cheap model first, and a dear one where its answers are not enough: one reply, which costs what all cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from workbench.asking.fallback import FALLS_ON
from workbench.cache.earlier import as_kept_each
from workbench.cache.kept import Cache
from workbench.cache.request_key import request_key
from workbench.cache.rereading import reply_to
from workbench.errors import InputError
from workbench.providers.requests import CallRequest
from workbench.providers.routes import Cascade
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
    values = _values(rule, replies)
    if len(replies) == rule.draws and rule.enough(values):
        final, asked = replies[_of_most(values)], cheap
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


def kept_whole(request: CallRequest, cache: Cache) -> bool:
    """Whether all that a cascade would ask for is kept: its draws, and the dear reply where these are not enough."""
    rule = request.cascade
    if rule is None:
        raise InputError("this request is of no cascade")
    cheap = replace(request, others=(), cascade=None)
    cheap_draws = [replace(cheap, sample=request.sample * rule.draws + draw) for draw in range(rule.draws)]
    *draws, dear = as_kept_each((*cheap_draws, *request.others), cache)
    keys = [request_key(one.identity()) for one in (*draws, dear)]
    there = cache.present(keys)
    if not {*keys[:-1]} <= {*there} or keys[-1] in there:
        return keys[-1] in there and {*keys} <= {*there}
    records = [cache.lookup(key) for key in keys[:-1]]
    replies = [reply_to(record, one) for record, one in zip(records, draws, strict=True) if record is not None]
    return len(replies) == rule.draws and rule.enough(_values(rule, replies))


def _values(rule: Cascade, replies: Sequence[Reply]) -> list[str]:
    """The values of replies; "" of one that is no answer."""
    answers = [reply.answer if reply.outcome == "answered" else "" for reply in replies]
    return [rule.reads(answer) if answer.strip() else "" for answer in answers]


def _of_most(values: list[str]) -> int:
    return values.index(Counter(filter(None, values)).most_common(1)[0][0]) if any(values) else 0
