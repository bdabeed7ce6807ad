"""One place of a team as a whole: all that it holds, listed, checked and copied, without a session or a claim."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Protocol

from workbench.base.secrets import Secret
from workbench.cache.shared.address import Address
from workbench.cache.shared.bucket import Bucket
from workbench.cache.shared.envelope import opened
from workbench.cache.shared.link import Link
from workbench.cache.shared.scripts import KEEP
from workbench.errors import StoreCorrupt
from workbench.replies.reply import Record

AT_ONCE: Final = 100
_LISTED_AT_ONCE: Final = 2_000


class Depot(Protocol):
    """Values by key at one address."""

    place: Address

    def listed(self) -> Iterator[str]: ...
    def get_many(self, keys: Sequence[str]) -> dict[str, bytes]: ...
    def put_many(self, items: Sequence[tuple[str, bytes]]) -> int: ...
    def delete(self, key: str) -> bool: ...
    def close(self) -> None: ...


def depot(place: Address) -> Depot:
    """What lies at an address. Raises `StoreError` where nobody answers."""
    return ServerDepot(place) if place.is_server else BucketDepot(place)


class ServerDepot:
    """The values of a Redis or Valkey."""

    def __init__(self, place: Address) -> None:
        self.place = place
        self._link = Link(place)
        self._beginning = f"{place.prefix}:v:"

    def listed(self) -> Iterator[str]:
        """Every key of a value; one that is put while they are listed may be among them."""
        place, seen = b"0", set()
        while True:
            place, names = self._link.send(
                "SCAN", place, "MATCH", f"{self._beginning}*", "COUNT", _LISTED_AT_ONCE, "TYPE", "string"
            ).result()
            for name in names:
                key = name.decode("ascii", "replace")[len(self._beginning) :]
                if key not in seen:
                    seen.add(key)
                    yield key
            if int(place) == 0:
                return

    def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        values = self._link.send("MGET", *(self._beginning + key for key in keys)).result() if keys else []
        return {key: value for key, value in zip(keys, values, strict=True) if value is not None}

    def put_many(self, items: Sequence[tuple[str, bytes]]) -> int:
        """Put values that are not there yet; how many are there now, of those that were given."""
        ttl = self.place.ttl_seconds or ""
        waits = [self._link.script(KEEP, key, value, "", ttl) for key, value in items]
        return sum(int(wait.result()[0]) for wait in waits)

    def delete(self, key: str) -> bool:
        return bool(self._link.send("DEL", self._beginning + key).result())

    def close(self) -> None:
        self._link.close()


class BucketDepot:
    """The objects of a folder or bucket."""

    def __init__(self, place: Address) -> None:
        self.place = place
        self._bucket = Bucket(place)

    def listed(self) -> Iterator[str]:
        return (key for key, _, _ in self._bucket.entries())

    def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        return self._bucket.get_many(keys)

    def put_many(self, items: Sequence[tuple[str, bytes]]) -> int:
        """Put values that are not there yet; how many are there now, of those that were given."""
        waits = [self._bucket.submit(self._bucket.put_new, key, value) for key, value in items]
        return sum(wait.result() for wait in waits)

    def delete(self, key: str) -> bool:
        return self._bucket.delete(key)

    def close(self) -> None:
        self._bucket.close()


def values_of(source: Depot, keys: Iterable[str]) -> Iterator[dict[str, bytes]]:
    """The values of these keys, some at a time."""
    batch: list[str] = []
    for key in keys:
        batch.append(key)
        if len(batch) == AT_ONCE:
            yield source.get_many(batch)
            batch = []
    if batch:
        yield source.get_many(batch)


def checked_values(
    source: Depot, secret: Secret | None, keys: Iterable[str] | None = None
) -> Iterator[tuple[str, bytes, Record | None, str]]:
    """Every key, or each of some, with its value, and its reply or why it is none."""
    for values in values_of(source, source.listed() if keys is None else keys):
        for key, value in values.items():
            try:
                yield key, value, _opened(key, value, source.place.shown, secret), ""
            except StoreCorrupt as error:
                yield key, value, None, str(error)


def _opened(key: str, value: bytes, where: str, secret: Secret | None) -> Record:
    """A reply; one that was replaced was sealed under the key that it once had."""
    return opened(key.partition("@")[0], value, where, secret)


def copy(source: Depot, target: Depot, secret: Secret | None) -> tuple[int, int, list[str]]:
    """Put what one place holds into another: how many replies it has, how many are there now, which were refused."""
    count = there = 0
    refused: list[str] = []
    waiting: list[tuple[str, bytes]] = []
    for key, value, record, why in checked_values(source, secret):
        count += 1
        if record is None:
            refused.append(why)
            continue
        waiting.append((key, value))
        if len(waiting) == AT_ONCE:
            there += target.put_many(waiting)
            waiting = []
    return count, there + (target.put_many(waiting) if waiting else 0), refused
