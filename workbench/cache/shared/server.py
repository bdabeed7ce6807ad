"""A connection to a team's Redis or Valkey: made with care, asked whether it forgets, and never shown with a secret."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from workbench.cache.shared.address import Address
from workbench.errors import InputError, StoreCorrupt, StoreError, StoreFull

if TYPE_CHECKING:
    import redis

SECONDS_TO_CONNECT: Final = 1.0
SECONDS_TO_ANSWER: Final = 2.0
"""Without these a call over a cut line hangs for a quarter of an hour."""

Command = tuple[Any, ...]


class Away(StoreError):
    """A team's store does not answer at the moment; what is kept here is not concerned.

    `silent` says that nothing came back at all, as from behind a cut line: trying again at once is no use.
    """

    silent = False


@dataclass(frozen=True)
class Promises:
    """What a server says of itself. Where it may not be asked, nothing is promised."""

    version: str = "unknown"
    evicts: bool | None = None
    durable: bool | None = None
    fsync: str = "unknown"
    fsync_can_be_awaited: bool = False
    used_bytes: int = 0
    most_bytes: int = 0
    last_write_failed: bool = False

    @property
    def keeps(self) -> bool:
        """Whether what it was given stays: it evicts nothing, and a restart loses nothing."""
        return self.evicts is False and self.durable is True and not self.last_write_failed

    @property
    def shortcomings(self) -> str:
        """What it does not promise, in words; empty where it keeps everything."""
        said = []
        if self.evicts is not False:
            said.append(
                "drops replies when it is full (maxmemory-policy is not noeviction)"
                if self.evicts
                else "does not say whether it drops replies when it is full"
            )
        if self.durable is not True:
            said.append(
                "loses them when it restarts (appendonly is no)"
                if self.durable is False
                else "does not say whether they outlive a restart"
            )
        if self.last_write_failed:
            said.append("could not write to its disk")
        return " and ".join(said)


def connect(place: Address) -> redis.Redis:
    """A client of one connection, which tries nothing again by itself: a repeated claim or sum must be known as one.

    Raises `InputError` where `redis` is not installed or the address cannot be used.
    """
    try:
        import redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry
    except ImportError:
        raise InputError(
            f"{place.shown} needs the package redis; install it with: pip install 'workbench[redis]'"
        ) from None
    try:
        return redis.Redis.from_url(
            place.url,
            username=place.user,
            password=place.password,
            socket_timeout=SECONDS_TO_ANSWER,
            socket_connect_timeout=SECONDS_TO_CONNECT,
            retry=Retry(NoBackoff(), 0),
        )
    except (ValueError, TypeError) as error:
        raise InputError(f"{place.shown} cannot be used: {type(error).__name__} in its query") from None


def run(client: redis.Redis, commands: Sequence[Command]) -> list[Any]:
    """The answers to some commands sent as one; an answer may be the server's refusal of that command.

    Raises `Away` where nobody knows what became of them, `StoreError` for a server that does not know its caller.
    """
    import redis

    line = client.pipeline(transaction=False)
    for command in commands:
        line.execute_command(*command)  # type: ignore[no-untyped-call]
    try:
        return line.execute(raise_on_error=False)
    except redis.exceptions.AuthenticationError:
        raise StoreError("it refuses the user or the password") from None
    except (redis.exceptions.ConnectionError, redis.exceptions.TimeoutError, OSError) as error:
        away = Away(f"it does not answer ({_kind(error)})")
        away.silent = isinstance(error, redis.exceptions.TimeoutError)
        raise away from None
    except redis.exceptions.RedisError as error:
        if "DB index" in str(error):
            raise StoreError("it has no database of that number; the usual one is /0") from None
        raise StoreError(f"it answers with {type(error).__name__}") from None


def refusal(answer: Exception, place: Address) -> StoreError:
    """What a server's refusal of one command means, without a word of what was sent."""
    text = str(answer)
    if text.startswith("OOM") or type(answer).__name__ == "OutOfMemoryError":
        return StoreFull(f"{place.shown} is full; what is bought is kept here alone until it has room")
    if "MISCONF" in text:
        return StoreFull(f"{place.shown} cannot write to its disk, and takes nothing more")
    if type(answer).__name__ == "NoPermissionError" or text.startswith("NOPERM"):
        return StoreError(f"{place.shown} does not allow this user what is needed; see docs/team.md for its rules")
    if type(answer).__name__ == "ReadOnlyError":
        return StoreError(f"{place.shown} is a replica, which takes nothing; name the server that it follows")
    if "WRONGTYPE" in text:
        return StoreCorrupt(f"{place.shown} holds something else under the names of this package; use another prefix")
    return StoreError(f"{place.shown} refused a command ({type(answer).__name__}: {text[:120]})")


def promises_at(place: Address) -> Promises:
    """What the server of an address says of itself at this moment; raises what `connect` and `promises_of` raise."""
    with contextlib.closing(connect(place)) as client:
        return promises_of(client)


def promises_of(client: redis.Redis) -> Promises:
    """What the server says of memory and disk; what this user may not ask stays unknown.

    Raises `Away`, also while it loads what it kept: until then it says of itself that it keeps nothing.
    """
    found: dict[str, Any] = {}
    for section in ("server", "memory", "persistence"):
        answer = run(client, [("INFO", section)])[0]
        found |= answer if isinstance(answer, dict) else {}
    if int(found.get("loading") or 0):
        raise Away("it is still loading what it kept")
    answer = run(client, [("CONFIG", "GET", "appendfsync")])[0]
    config = dict(zip(answer[::2], answer[1::2], strict=False)) if isinstance(answer, list) else answer
    said = next(iter(config.values()), None) if isinstance(config, dict) else None
    fsync = (said.decode() if isinstance(said, bytes) else str(said)) if said else "unknown"
    version = str(found.get("valkey_version") or found.get("redis_version") or "unknown")
    policy = found.get("maxmemory_policy")
    aof = found.get("aof_enabled")
    of_redis = str(found.get("redis_version") or "0")
    return Promises(
        version=f"{'Valkey' if 'valkey_version' in found else 'Redis'} {version}",
        evicts=None if policy is None else str(policy) != "noeviction",
        durable=None if aof is None else bool(int(aof)),
        fsync=fsync,
        fsync_can_be_awaited=bool(aof) and fsync != "no" and _at_least(of_redis, 7, 2),
        used_bytes=int(found.get("used_memory") or 0),
        most_bytes=int(found.get("maxmemory") or 0),
        last_write_failed=bool(aof) and str(found.get("aof_last_write_status", "ok")) != "ok",
    )


def _at_least(version: str, *wanted: int) -> bool:
    parts = version.split(".")
    return tuple(int(part) if part.isdecimal() else 0 for part in parts[: len(wanted)]) >= wanted


def _kind(error: Exception) -> str:
    name = type(error).__name__
    return {"TimeoutError": "no answer in time", "BusyLoadingError": "it is still loading"}.get(name, name)
