"""Is the model behind a name still the one that answered? A few kept questions are asked again, and compared."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench.analysis.sequential import FALSE_ALARMS, ChangeTest, Draw
from workbench.asking.call import Errand, call, check_buyable
from workbench.asking.money import Purse, check_max_usd, unpriced
from workbench.base import engine
from workbench.base import regular_expressions as re
from workbench.base.patience import Patience
from workbench.cache.kept import Cache, current
from workbench.cache.request_key import request_key
from workbench.cache.rereading import read_reply
from workbench.errors import BudgetExceeded, CallError, InputError, NotFound, WorkbenchError
from workbench.providers.bounds import worst_of
from workbench.providers.models import resolve
from workbench.providers.requests import CallRequest, build_request
from workbench.replies.reply import Record, Reply
from workbench.replies.served import redirected
from workbench.rows.table import checked
from workbench.show.figures import booked, counted
from workbench.sweeps.opening_runs import open_run

if TYPE_CHECKING:
    import pandas as pd

CANARIES = 8
"""Questions of each model that are asked again: a few, for each has a length of its own to be compared with."""

MOST_DRAWS = 24
"""New replies of each model at the most; a swapped model is mostly found in a third of them."""

_DATED = re.compile(r"\d{4}|\d{2}-\d{2}")


@dataclass(frozen=True)
class Canary:
    """One kept question: its request, and the kept replies to it."""

    request: CallRequest
    replies: tuple[Reply, ...]


@dataclass(frozen=True)
class Plan:
    """What watching would take; nothing was sent. Give `max_usd` to go on."""

    canaries: Mapping[str, tuple[Canary, ...]]
    draws: int
    likely_usd: float | None
    worst_usd: float | None

    def __str__(self) -> str:
        calls = self.draws * len(self.canaries)
        money = ["likely ", "at worst "]
        sums = [
            f"{word}{'unknown' if usd is None else booked(usd)}"
            for word, usd in zip(money, (self.likely_usd, self.worst_usd), strict=True)
        ]
        lines = [f"at most {counted(calls, 'call')}, {', '.join(sums)}; nothing was sent: give max_usd to go on"]
        for label, canaries in self.canaries.items():
            kept = sum(len(canary.replies) for canary in canaries)
            lines.append(f"  {label}: {counted(len(canaries), 'question')} with {kept} kept replies")
        return "\n".join(lines)

    __repr__ = __str__


@dataclass(frozen=True)
class Watched:
    """What was found of one model: whether it changed, what told so, and what hangs on it.

    `by` is `served name`, `tokens`, `outcome` or `text`; None where nothing told a change. `chance` bounds that of
    such evidence where nothing changed. `old_keys` are kept replies of the model that answered before.
    """

    model: str
    changed: bool
    by: str | None
    draws: int
    chance: float
    served_before: tuple[str, ...]
    served_now: tuple[str, ...]
    signs: tuple[str, ...]
    asked_at: datetime
    last_kept: str
    old_keys: tuple[str, ...]
    verdicts: tuple[str, ...]
    stopped: str = ""

    def __str__(self) -> str:
        replies = "1 new reply" if self.draws == 1 else f"{self.draws} new replies"
        text = f"{self.model}: no change seen in {replies}, which proves none"
        if not self.draws:
            text = f"{self.model}: not asked again"
        if self.changed:
            how = f"it calls itself {', '.join(self.served_now)}" if self.by == "served name" else f"its {self.by}"
            text = (
                f"{self.model}: changed since {self.last_kept[:10]} ({how}; after {replies}, chance of a false alarm "
                f"at most {self.chance:.2g}). {counted(len(self.old_keys), 'kept reply')} of the old one"
            )
        lines = [text, *(f"  sign: {sign}" for sign in self.signs)]
        lines += [f"  hangs on it: {verdict}" for verdict in self.verdicts] if self.changed else []
        return "\n".join([*lines, *([f"  stopped: {self.stopped}"] if self.stopped else [])])

    __repr__ = __str__


@dataclass(frozen=True)
class Watch:
    """What was found of each model, and what it cost."""

    models: tuple[Watched, ...]
    usd: float
    keys: tuple[str, ...] = field(default=(), repr=False)

    @property
    def changed(self) -> bool:
        return any(watched.changed for watched in self.models)

    def __str__(self) -> str:
        return "\n".join([*map(str, self.models), f"cost {booked(self.usd)}"])

    __repr__ = __str__


def watch(
    rows: pd.DataFrame | Any,
    *,
    max_usd: float | None = None,
    models: str | Iterable[str] | None = None,
    canaries: int = CANARIES,
    draws: int = MOST_DRAWS,
    false_alarms: float = FALSE_ALARMS,
    timeout: float | None = None,
) -> Plan | Watch:
    """Tell whether the models of some rows are still the ones that answered, by asking a few of their questions again.

    Without `max_usd` nothing is sent, and a `Plan` says what it would take. With it, at most `draws` new replies of
    each model are bought, one after another, and never for more than the sum; they are kept under sample numbers of the
    day, so that a second watch of the day costs nothing. A model whose served name is another has changed; else the
    lengths, outcomes and texts of new and kept replies are compared by a test that may be looked at after every reply,
    and whose chance ever to alarm without a change is at most `false_alarms` for each model. One that is retired by now
    is said to be, and the others are asked.

    `rows` are those of a sweep, the name of a run (see `wb.runs()`), or a run that has `rows`. Raises `InputError`
    where no reply of them is kept.
    """
    check_max_usd(max_usd)
    if not 0 < false_alarms < 1:
        raise InputError(f"false_alarms is {false_alarms!r}; give a chance between 0 and 1, such as 0.05")
    for name, number in (("canaries", canaries), ("draws", draws)):
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise InputError(f"{name} is {number!r}; give a whole number of at least 1")
    if isinstance(rows, str | Path):
        rows = open_run(rows)
    table = checked(getattr(rows, "rows", rows), "model", "key", minimum=1)
    wanted = None if models is None else {models} if isinstance(models, str) else {*models}
    cache = current()
    found = _canaries(table, cache, wanted, canaries)
    if not found:
        raise InputError(
            "no reply of these rows is kept here under a request that can be made again; watch needs the cache that "
            "they were bought into, or a recording of it (wb.cache.load)"
        )
    plan = _plan(found, draws)
    if max_usd is None:
        return plan
    gone: dict[str, NotFound] = {}
    for label, group in found.items():
        try:
            check_buyable(group[0].request.target)
        except NotFound as error:
            gone[label] = error
            if len(gone) == len(found):
                raise
            continue
        if worst_of(group[0].request).usd is None:
            raise unpriced(group[0].request)
    purse = Purse(max_usd)
    watched, keys = [], []
    for label, group in found.items():
        most = 0 if label in gone else draws
        one, asked = _watch_one(label, group, table, cache, purse, most, false_alarms, timeout)
        if label in gone:  # costs no other model its watch
            one = replace(one, stopped=str(gone[label]))
        watched.append(one)
        keys += asked
    return Watch(tuple(watched), purse.spent_usd, tuple(keys))


def _canaries(rows: pd.DataFrame, cache: Cache, wanted: set[str] | None, most: int) -> dict[str, tuple[Canary, ...]]:
    """The questions to ask again, by model: those with most kept replies, and among these the cheapest."""
    groups: dict[str, dict[str, list[Record]]] = {}
    labels = dict(zip(rows["key"].dropna(), rows.loc[rows["key"].notna(), "model"], strict=True))
    labels = {key: str(label) for key, label in labels.items() if wanted is None or label in wanted}
    for key, record in cache.lookup_many(labels).items():
        same = {name: value for name, value in record["request"].items() if name != "sample"}
        digest = hashlib.sha256(json.dumps(same, sort_keys=True).encode()).hexdigest()
        groups.setdefault(labels[key], {}).setdefault(digest, []).append(record)
    chosen = {}
    for label, questions in groups.items():
        canaries = [canary for records in questions.values() if (canary := _canary(records)) is not None]
        canaries.sort(key=lambda canary: (-min(len(canary.replies), 5), _usd(canary)))
        if canaries:
            chosen[label] = tuple(canaries[:most])
    return chosen


def _canary(records: Sequence[Record]) -> Canary | None:
    """A question as it was asked, if it can be asked so again: its provider is known, at the address of then."""
    told = records[0]["request"]
    try:
        target = resolve(told["model_id"])
        form = build_request("?", target=target)
    except WorkbenchError:
        return None
    if form.base_url != told["base_url"]:
        return None
    request = replace(
        form,
        body=told["body"],
        headers=told.get("headers") or {},
        query=told.get("query") or {},
        streams=target.provider.streams,
        warnings=(),
    )
    return Canary(request, tuple(read_reply(record) for record in records))


def _usd(canary: Canary) -> float:
    known = [reply.usd for reply in canary.replies if reply.usd is not None]
    return sum(known) / len(known) if known else float("inf")


def _plan(found: Mapping[str, tuple[Canary, ...]], draws: int) -> Plan:
    likely, worst = 0.0, 0.0
    for group in found.values():
        for number in range(draws):
            canary = group[number % len(group)]
            likely += _usd(canary)
            bound = worst_of(canary.request).usd
            worst = float("inf") if bound is None else worst + bound
    worst = max(likely, worst)  # of a server of one's own that tells a price, nobody knows the worst
    sums = [None if total == float("inf") else total for total in (likely, worst)]
    return Plan(dict(found), draws, sums[0], sums[1])


def _watch_one(
    label: str,
    group: Sequence[Canary],
    rows: pd.DataFrame,
    cache: Cache,
    purse: Purse,
    draws: int,
    false_alarms: float,
    timeout: float | None,
) -> tuple[Watched, list[str]]:
    test = ChangeTest(
        {str(number): [_draw(reply) for reply in canary.replies] for number, canary in enumerate(group)},
        false_alarms=false_alarms,
    )
    kept = [reply for canary in group for reply in canary.replies]
    before = _names(kept)
    new: list[Reply] = []
    stopped = ""
    today = datetime.now(UTC)
    for number in range(draws):
        canary = group[number % len(group)]
        request = replace(canary.request, sample=today.toordinal() * 1_000 + number)
        errand = Errand(request, request_key(request.identity()), cache, Patience(timeout), purse=purse)
        try:
            reply = engine.wait(engine.submit(call(errand)))
        except (BudgetExceeded, CallError) as error:
            stopped = str(error)
            break
        new.append(reply)
        if test.feed(str(number % len(group)), _draw(reply)) or _is_another(before, _names([reply])):
            break
    now = _names(new)
    renamed = _is_another(before, now)
    by = "served name" if renamed else test.found_by
    old = _keys_of(label, rows, cache, without=now if renamed else ())
    return Watched(
        model=label,
        changed=by is not None,
        by=by,
        draws=len(new),
        chance=0.0 if renamed else test.chance,
        served_before=before,
        served_now=now,
        signs=tuple(_signs(kept, new, before, now)),
        asked_at=today,
        last_kept=max((reply.created_at for reply in kept), default=""),
        old_keys=old if by is not None else (),
        verdicts=tuple(_verdicts(label, rows)),
        stopped=stopped,
    ), [reply.key for reply in new]


def _draw(reply: Reply) -> Draw:
    return Draw(reply.usage.output_tokens, reply.outcome == "answered", reply.answer or reply.thinking or None)


def _names(replies: Iterable[Reply]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(reply.served_model for reply in replies if reply.served_model))


def _is_another(before: Sequence[str], now: Sequence[str]) -> bool:
    """Whether a name of now belongs to another model than every name of before; a date that comes or goes does not."""
    return bool(before) and any(all(_differ(old, new) for old in before) for new in now)


def _differ(old: str, new: str) -> bool:
    dated = bool(_DATED.search(old)) and bool(_DATED.search(new))
    return old != new and (dated or redirected(old, new))


def _signs(kept: Sequence[Reply], new: Sequence[Reply], before: Sequence[str], now: Sequence[str]) -> Iterator[str]:
    """What points to a change and proves none."""
    if len(before) > 1:
        yield f"the kept replies name {len(before)} models themselves: {', '.join(before)}"
    if now and before and not {*now} & {*before} and not _is_another(before, now):
        yield f"the name is written otherwise: {', '.join(before)} -> {', '.join(now)}"
    builds = [
        dict.fromkeys(str(reply.raw["system_fingerprint"]) for reply in replies if reply.raw.get("system_fingerprint"))
        for replies in (kept, new)
    ]
    if builds[0] and builds[1] and not builds[0].keys() & builds[1].keys():
        yield f"another build (system_fingerprint): {', '.join(builds[0])} -> {', '.join(builds[1])}"


def _keys_of(label: str, rows: pd.DataFrame, cache: Cache, without: Sequence[str]) -> tuple[str, ...]:
    """The kept replies of a model, but for those that name the one which answers now."""
    keys = rows.loc[(rows["model"] == label) & rows["key"].notna(), "key"].drop_duplicates()
    records = cache.lookup_many(keys)
    return tuple(key for key, record in records.items() if record["response"].get("model") not in without)


def _verdicts(label: str, rows: pd.DataFrame) -> Iterator[str]:
    """What was computed from the rows with the replies of this model in it."""
    yield f"the summary line of {label}"
    for other in rows["model"].dropna().unique():
        if other != label:
            yield f"compare(rows, {label!r}, {str(other)!r})"
