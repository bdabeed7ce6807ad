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
    """The reply of a cascade: one of the cheap model's, that which most of its draws say, or that of another model."""
    rule = _rule_of(request)
    cheap, draws = _draws(request)
    replies: list[Reply] = []
    for draw in draws:
        try:
            replies.append(await ask(draw))
        except FALLS_ON:
            break
    after, best = _after(rule, replies)
    if after is None:
        return _whole(request, cheap, replies[best], replies)
    asked = request.others[after]
    final = await ask(asked)
    return _whole(request, asked, final, [*replies, final])


def kept_whole(request: CallRequest, cache: Cache) -> Reply | None:
    """The reply of a cascade where all that it would ask for is kept; None where something of it would be bought."""
    rule = _rule_of(request)
    cheap, draws = _draws(request)
    *first, others = [*as_kept_each(draws, cache), as_kept_each(request.others, cache)]
    keys = [request_key(one.identity()) for one in first]
    records = cache.lookup_many(keys)
    replies = [
        reply_to(record, one) for key, one in zip(keys, first, strict=True) if (record := records.get(key)) is not None
    ]
    if len(replies) < rule.draws:
        return None
    after, best = _after(rule, replies)
    if after is None:
        return _whole(request, cheap, replies[best], replies)
    record = cache.lookup(request_key(others[after].identity()))
    if record is None:
        return None
    final = reply_to(record, others[after])
    return _whole(request, request.others[after], final, [*replies, final])


def _rule_of(request: CallRequest) -> Cascade:
    if request.cascade is None:
        raise InputError("this request is of no cascade")
    return request.cascade


def _draws(request: CallRequest) -> tuple[CallRequest, list[CallRequest]]:
    rule = _rule_of(request)
    cheap = replace(request, others=(), cascade=None)
    return cheap, [replace(cheap, sample=request.sample * rule.draws + draw) for draw in range(rule.draws)]


def _after(rule: Cascade, replies: Sequence[Reply]) -> tuple[int | None, int]:
    """Which of the others is asked after the draws, None where these are enough; which of them says what most do."""
    if rule.sorts is not None:
        return rule.sorts(replies[0].answer if replies and replies[0].outcome == "answered" else ""), 0
    values = _values(rule, replies)
    return (None, _of_most(values)) if len(replies) == rule.draws and rule.enough(values) else (0, 0)


def _whole(request: CallRequest, asked: CallRequest, final: Reply, replies: Sequence[Reply]) -> Reply:
    """The reply that counts, with what all of them cost and took."""
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


def _values(rule: Cascade, replies: Sequence[Reply]) -> list[str]:
    """The values of replies; "" of one that is no answer."""
    answers = [reply.answer if reply.outcome == "answered" else "" for reply in replies]
    return [rule.reads(answer) if answer.strip() else "" for answer in answers]


def _of_most(values: list[str]) -> int:
    return values.index(Counter(filter(None, values)).most_common(1)[0][0]) if any(values) else 0
