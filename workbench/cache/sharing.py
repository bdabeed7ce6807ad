"""A team's store from outside its cellar: what is where, how much and how old; compared, checked, copied, limited.

`WORKBENCH_STORE` names it, see docs/team.md. What is asked goes through it by itself; these functions look after it.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from workbench.base import regular_expressions as re
from workbench.cache.kept import current
from workbench.cache.shared.address import VARIABLE, Address, address, team_secret
from workbench.cache.shared.depot import AT_ONCE, Depot, checked_values, depot
from workbench.cache.shared.depot import copy as copied
from workbench.cache.shared.envelope import is_signed
from workbench.cache.shared.server import Promises, promises_at
from workbench.cache.shared.team import Team
from workbench.cache.shared.team_limits import NANO, RUN_VARIABLE, Held, project_name, run_of, shared_run
from workbench.errors import InputError, StoreCorrupt, StoreError
from workbench.show import figures

__all__ = [
    "RUN_VARIABLE",
    "VARIABLE",
    "Checked",
    "Held",
    "PlaceStatus",
    "TeamStatus",
    "copy",
    "fetch",
    "join",
    "limit",
    "pace",
    "run_of",
    "shared_run",
    "shown",
    "status",
    "sync",
    "verify",
]

_LOOKED_AT: Final = 500
_MOST_USD: Final = 1e9
_PACE_NAME = re.compile("[A-Za-z0-9_.-]+/[A-Za-z0-9_]*")


@dataclass(frozen=True)
class PlaceStatus:
    """One place of a team: how many replies, how old those are that were looked at, and what it promises."""

    shown: str
    replies: int | None
    megabytes: float | None
    oldest: str
    newest: str
    promises: str

    def __str__(self) -> str:
        if self.replies is None:
            return f"{self.shown}: {self.promises}"
        size = f" ({self.megabytes:,.1f} MB)" if self.megabytes is not None else ""
        age = f", from {self.oldest} to {self.newest}" if self.oldest else ""
        return f"{self.shown}: {self.replies:,} replies{size}{age}; {self.promises}"


@dataclass(frozen=True)
class TeamStatus:
    """A team's store, its members, and its sums in dollars: spent, unknown (booked at worst), set aside, limit."""

    places: tuple[PlaceStatus, ...]
    here: int
    waiting: int
    members: tuple[str, ...] = ()
    sums: dict[str, dict[str, float]] = field(default_factory=dict)
    paces: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        lines = [*map(str, self.places), f"here: {self.here:,} replies, {self.waiting:,} wait to be handed over"]
        lines += [f"member: {who}" for who in self.members]
        for name, sums in sorted(self.sums.items()):
            of = f" of {figures.limit(sums['limit'])}" if "limit" in sums else ""
            spent, unknown, reserved = (figures.booked(sums[kind]) for kind in ("spent", "unknown", "reserved"))
            parts = f"{spent} spent, {unknown} unknown, {reserved} set aside"
            lines.append(f"{name}: {parts}{of}")
        lines += [f"pace: {name} {rate.split()[0]} calls a second" for name, rate in sorted(self.paces.items())]
        return "\n".join(lines)


@dataclass(frozen=True)
class Checked:
    """What a check of a team's store found: sound replies, and the names of what is none, each with why."""

    sound: int
    oldest: str
    newest: str
    refused: dict[str, str]
    removed: int = 0

    def __str__(self) -> str:
        age = f", from {self.oldest} to {self.newest}" if self.oldest else ""
        lines = [f"{self.sound:,} replies are sound{age}; {len(self.refused):,} are not, {self.removed:,} removed"]
        return "\n".join([*lines, *self.refused.values()])


def status(*, settle: bool = False) -> TeamStatus:
    """What is where, how much, how old, who is there, and what the team has spent.

    With `settle`, members that stay silent for a lease while it watches are buried: what they had set aside is booked
    at its worst. Raises `InputError` where no team's store is named.
    """
    team = _team()
    if settle and team.member is not None:
        _watch(team)
    places = tuple(_status_of(place) for place in team.places)
    here, waiting = current().store.info().count, len(team.outbox)
    if team.link is None or places[0].replies is None:
        return TeamStatus(places, here, waiting)
    prefix = team.link.place.prefix
    who, seen, limits, paces = (
        _table(team, "HGETALL", f"{prefix}:{name}") for name in ("who", "seen", "limits", "paces")
    )
    now = float(team.link.send("TIME").result()[0])
    own = team.member.session if team.member else ""
    members = tuple(
        f"{name}{' (this one)' if session == own else ''}, heard {now - float(seen.get(session, now)):,.0f} s ago"
        for session, name in sorted(who.items(), key=lambda item: item[1])
    )
    return TeamStatus(places, here, waiting, members, _sums(team, limits), paces)


def sync() -> tuple[int, int]:
    """Hand over what is kept here and missing there; how many replies are here, and how many were handed over.

    Raises `StoreError` that says how many were not, and why; those wait, and are handed over later.
    """
    team = _team()
    depots = [depot(place) for place in team.places]
    with _closing(depots):
        there = set.intersection(*(set(one.listed()) for one in depots))
    listed = list(current().store.keys())
    keys = [key for key in listed if "@" not in key]
    done, missed, why = team.hand_over(key for key in keys if key not in there)
    team.hand_over_the_rest(waits=True)  # most is there by now, and is noted no more
    if missed:
        raise StoreError(
            f"{done:,} of the {len(keys):,} replies here were handed over now, and {missed:,} were not, because of "
            f"{why}; the next `workbench store sync` tries them again"
        )
    return len(keys), done


def fetch() -> tuple[int, int]:
    """Keep here all that the team's store holds; how many replies it holds, and how many were new here.

    Raises `StoreError` where some are not kept here afterwards.
    """
    team, cache = _team(), current()
    depots = [depot(place) for place in team.places]
    with _closing(depots):
        keys = list(dict.fromkeys(key for one in depots for key in one.listed() if "@" not in key))
    here = set(cache.store.keys())
    new = [key for key in keys if key not in here]
    read = 0
    for start in range(0, len(new), AT_ONCE):
        read += len(cache.lookup_many(new[start : start + AT_ONCE]))
    kept = len(set(cache.store.keys()).intersection(new))
    if kept < len(new):
        away = any(one is not None and one.is_away for one in (team.link, team.bucket))
        told = "for it does not answer any more" if away else "`workbench store verify` says which"
        raise StoreError(
            f"{kept:,} of the {len(new):,} replies that are new here are kept now; {len(new) - read:,} could not be "
            f"read ({told}) and {read - kept:,} could not be written to {cache.folder}: see that there is room, and "
            "that it may be written"
        )
    return len(keys), kept


def verify(*, remove: bool = False) -> Checked:
    """Open every reply of the team's store; with `remove`, drop what is none, so that it can be kept anew.

    Signed replies stay where none at all is signed with the secret of this machine: that may well be the wrong one.
    """
    refused: dict[str, str] = {}
    sound, removed, ages, secret = 0, 0, _Ages(), team_secret()
    for place in _team().places:
        one = depot(place)
        with _closing([one]):
            doubtful: list[str] = []
            sound_before = sound
            for key, value, record, why in checked_values(one, secret):
                if record is not None:
                    sound += 1
                    ages.take(record["created_at"])
                    continue
                refused[f"{place.shown} {key}"] = why
                if remove and is_signed(value):
                    doubtful.append(key)
                elif remove:
                    removed += one.delete(key)
            if secret is not None and sound > sound_before:
                removed += sum(map(one.delete, doubtful))
    return Checked(sound, ages.oldest, ages.newest, refused, removed)


def copy(source: str, target: str) -> tuple[int, int, list[str]]:
    """Copy what one address holds to another: how many replies, how many are there now, and what was refused.

    Each is checked on the way; what is there already stays.
    """
    depots = [_source(source), depot(address(target))]
    with _closing(depots):
        return copied(depots[0], depots[1], team_secret())


def shown(place: str) -> str:
    """An address as it may be shown, without its password.

    >>> shown("redis://lab:word@127.0.0.1:6379/0")
    'redis://lab@127.0.0.1:6379/0'
    """
    return address(place).shown


def join(source: str) -> tuple[int, int, list[str]]:
    """Copy what another store of a team holds into the one in use: into each of its places."""
    found: tuple[int, int, list[str]] = (0, 0, [])
    for place in _team().places:
        depots = [_source(source), depot(place)]
        with _closing(depots):
            found = copied(depots[0], depots[1], team_secret())
    return found


def limit(*, usd: float | None = None, usd_per_day: float | None = None, project: str | None = None) -> None:
    """Limit what all machines of the team spend together, in all or a day, for everything or for one project.

    What is left out stays as it is; infinity lifts a limit. A project goes by the name of its folder. Raises
    `InputError` where no server keeps the team's sums.
    """
    team = _team()
    if team.sums is None or team.link is None:
        raise InputError(
            "no server keeps this team's sums: it takes a Redis or Valkey with appendonly yes and maxmemory-policy "
            "noeviction, see docs/team.md"
        )
    if usd is None and usd_per_day is None:
        raise InputError("no limit is given: say usd or usd_per_day, in dollars")
    if project is not None and not project.strip():
        raise InputError(f"project is {project!r}; give the name of its folder, or leave it out to limit everything")
    at = f"@{project_name(project)}" if project else ""
    for name, dollars in (("usd", usd), ("usd_per_day", usd_per_day)):
        if dollars is None:
            continue
        if isinstance(dollars, bool) or not (0 <= dollars <= _MOST_USD or dollars == float("inf")):
            raise InputError(f"{name} is {dollars!r}; give dollars, such as 25.00, or inf for no limit")
        key = f"{team.link.place.prefix}:limits"
        if dollars == float("inf"):
            team.link.send("HDEL", key, name + at).result()
        else:
            team.link.send("HSET", key, name + at, int(dollars * NANO)).result()
    if team.member is not None:
        team.member.beat()


def pace(name: str, per_second: float | None, burst: int = 1) -> None:
    """Keep all machines together to so many calls a second to one provider's key; None lifts it.

    `name` is the provider and the variable of its key, such as "openai/OPENAI_API_KEY".
    """
    team = _team()
    if team.link is None or team.member is None:
        raise InputError("a pace is kept by a server: WORKBENCH_STORE is to name a Redis or Valkey")
    if not _PACE_NAME.fullmatch(name):
        raise InputError(f"{name!r} names no provider's key; give such as 'openai/OPENAI_API_KEY'")
    key = f"{team.link.place.prefix}:paces"
    if per_second is None:
        team.link.send("HDEL", key, name).result()
    elif 0 < per_second <= 1e5 and 1 <= burst <= 1e5:
        team.link.send("HSET", key, name, f"{per_second:.6g} {burst}").result()
    else:
        raise InputError(f"{per_second!r} calls a second in bursts of {burst!r} are no pace")
    team.member.beat()


def _team() -> Team:
    team = current().team
    if team is None:
        raise InputError(
            f"no team's store is named; set {VARIABLE}, such as redis://127.0.0.1:6379 or s3://bucket/replies"
        )
    return team


def _source(text: str) -> Depot:
    """Where something is copied from; a folder that is not there is no empty one."""
    place = address(text)
    if place.scheme == "file" and not Path(unquote(urlsplit(place.url).path)).is_dir():
        raise InputError(f"{place.shown} is no folder; name one that holds a team's replies")
    return depot(place)


def _status_of(place: Address) -> PlaceStatus:
    one = depot(place)
    ages, count = _Ages(), 0
    try:
        with _closing([one]):
            sample: list[str] = []
            for key in one.listed():
                count += 1
                if len(sample) < _LOOKED_AT:
                    sample.append(key)
            for _, _, record, _ in checked_values(one, team_secret(), sample):
                ages.take(record["created_at"] if record else "")
            promises = promises_at(place) if place.is_server else Promises()
    except StoreError as error:
        return PlaceStatus(place.shown, None, None, "", "", f"away ({error})")
    if not place.is_server:
        return PlaceStatus(place.shown, count, None, ages.oldest, ages.newest, "keeps for ever, holds no claims")
    size = promises.used_bytes / 1e6
    return PlaceStatus(place.shown, count, size, ages.oldest, ages.newest, _said_of_promises(place, promises))


def _said_of_promises(place: Address, promises: Promises) -> str:
    said = [promises.version, "encrypted" if place.is_encrypted else "not encrypted"]
    said.append(promises.shortcomings or f"keeps what it is given (appendfsync {promises.fsync})")
    if place.ttl_seconds:
        said.append(f"for {place.ttl_seconds:,} s")
    return ", ".join(said)


def _sums(team: Team, limits: dict[str, str]) -> dict[str, dict[str, float]]:
    assert team.link is not None
    prefix, place, found = f"{team.link.place.prefix}:m:", b"0", {}
    while True:
        place, names = team.link.send("SCAN", place, "MATCH", f"{prefix}*", "COUNT", 1000).result()
        for name in names:
            sums = _table(team, "HGETALL", name.decode())
            short = name.decode()[len(prefix) :]
            found[short] = {part: int(sums.get(part, 0)) / NANO for part in ("spent", "unknown", "reserved")}
            kind, _, rest = short.partition(".")
            day = ".day" in f".{rest}" and kind != "run"
            project = f"@{rest.partition('.')[0]}" if kind == "project" else ""
            name = ("usd_per_day" if day else "usd") + project
            cap = limits.get(name)
            if cap is not None and kind != "run":
                found[short]["limit"] = _dollars(cap, name)
        if int(place) == 0:
            return found


def _dollars(cap: str, name: str) -> float:
    if not cap.isdecimal():
        raise StoreCorrupt(
            f"somebody has set the team's limit {name!r} to {cap[:40]!r}, which is no whole number of nano-dollars: "
            "set it anew with `workbench store limit`"
        )
    return int(cap) / NANO


def _table(team: Team, *command: str) -> dict[str, str]:
    assert team.link is not None
    answer = team.link.send(*command).result()
    pairs = answer.items() if isinstance(answer, dict) else zip(answer[::2], answer[1::2], strict=True)
    return {name.decode(): value.decode() for name, value in pairs}


def _watch(team: Team) -> None:
    """Beat for a little more than a lease: whoever is silent all that while is buried."""
    assert team.member is not None
    assert team.link is not None
    lease = team.link.place.lease_seconds
    ends_at = time.monotonic() + 1.5 * lease
    while time.monotonic() < ends_at:
        team.member.beat()
        time.sleep(lease / 8)


@contextlib.contextmanager
def _closing(depots: list[Depot]) -> Iterator[None]:
    try:
        yield
    finally:
        for one in depots:
            one.close()


class _Ages:
    oldest = newest = ""

    def take(self, created_at: str) -> None:
        if created_at:
            self.oldest = min(self.oldest or created_at, created_at)
            self.newest = max(self.newest, created_at)
