"""A team's folder or bucket: an object for each reply, made once and for ever; slower than a server, and never full.

It holds no claims: two machines that ask the same at the same moment both buy it. Beside a server it is where replies
outlive whatever becomes of that.
"""

from __future__ import annotations

import concurrent.futures
import contextlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import unquote, urlsplit

from workbench.base import regular_expressions as re
from workbench.cache.shared.address import Address
from workbench.cache.shared.server import Away
from workbench.errors import InputError

T = TypeVar("T")

AT_ONCE: Final = 16
SECONDS_AWAY: Final = 5.0
"""After a failure, before it is tried again: a bucket in trouble must not hold every call up."""

_KEY = re.compile("[0-9a-f]{64}(@[0-9a-z]{1,16})?")
_OF_THE_SYSTEM = re.compile(r"os error (\d{1,4})\b")
_CODE = re.compile("<Code>([A-Za-z]{1,60})</Code>")
_STATUS = re.compile(r"status code: (\d{3} [A-Za-z ]{1,40})")

_CLIENT: Final[dict[str, Any]] = {"timeout": "20s", "connect_timeout": "2s"}
_RETRY: Final[dict[str, Any]] = {"max_retries": 2, "retry_timeout": timedelta(seconds=10)}


class Bucket:
    """Objects by key, over obstore; every method may raise `Away`, and says nothing of credentials."""

    def __init__(self, place: Address) -> None:
        try:
            import obstore.store
        except ImportError:
            raise InputError(
                f"{place.shown} needs the package obstore; install it with: pip install 'workbench[bucket]'"
            ) from None
        self.place = place
        self._folder: Path | None = None
        try:
            if place.scheme == "file":
                self._folder = Path(unquote(urlsplit(place.url).path))
                if not self._folder.is_absolute() or urlsplit(place.url).netloc:
                    raise InputError(f"{place.shown}: name a folder from the root on, as in file:///srv/replies")
                self._store: Any = obstore.store.LocalStore(self._folder, mkdir=True, automatic_cleanup=False)
            else:
                options = {**_CLIENT, "allow_http": bool(os.environ.get("AWS_ALLOW_HTTP"))}
                self._store = obstore.store.from_url(place.url, client_options=options, retry_config=_RETRY)  # type: ignore[call-overload]  # one for each kind
        except InputError:
            raise
        except Exception as error:  # noqa: BLE001 - of whatever kind, its text may hold credentials
            raise InputError(f"{place.shown} cannot be used: {_said_of(error)}") from None
        self._away_until, self._why = 0.0, ""
        self._pool = concurrent.futures.ThreadPoolExecutor(AT_ONCE, thread_name_prefix="workbench-bucket")

    @property
    def is_away(self) -> bool:
        """Whether it failed a moment ago, and is not tried for a while."""
        return time.monotonic() < self._away_until

    def heard_of(self) -> None:
        """Try it again as if it had not failed: somebody else has just had an answer from it."""
        self._away_until = 0.0

    def submit(self, function: Callable[..., T], *arguments: Any) -> concurrent.futures.Future[T]:
        """Do something of this bucket's beside the caller; as the process ends, when no thread begins, at once."""
        with contextlib.suppress(RuntimeError):
            return self._pool.submit(function, *arguments)
        done: concurrent.futures.Future[T] = concurrent.futures.Future()
        try:
            done.set_result(function(*arguments))
        except Away as error:
            done.set_exception(error)
        return done

    def get(self, key: str) -> bytes | None:
        """The bytes of a key, or None where it certainly has none."""

        def read() -> bytes | None:
            try:
                return bytes(self._store.get(_name(key)).bytes())
            except FileNotFoundError:
                return None

        return self._tried(read)

    def get_many(self, keys: Sequence[str]) -> dict[str, bytes]:
        """The bytes of all keys that are there."""
        found = zip(keys, self._pool.map(self.get, keys), strict=True)
        return {key: value for key, value in found if value is not None}

    def put_new(self, key: str, value: bytes) -> bool:
        """Make the object of a key, once; False where another value is there, which stays."""
        import obstore.exceptions

        def write() -> bool:
            try:
                self._store.put(_name(key), value, mode="create")
            except obstore.exceptions.AlreadyExistsError:
                # Stored, answered with an error, and tried again, it meets its own object.
                return bytes(self._store.get(_name(key)).bytes()) == value
            self._settle(key)
            return True

        return self._tried(write)

    def replace(self, key: str, value: bytes, second_name: str) -> None:
        """Put a value in the place of another, which stays under its second name."""

        def write() -> None:
            with contextlib.suppress(FileNotFoundError):
                old = bytes(self._store.get(_name(key)).bytes())
                if old == value:
                    return  # tried again, it meets its own object
                self._store.put(_name(f"{key}@{second_name}"), old)
            self._store.put(_name(key), value)
            self._settle(key)

        self._tried(write)

    def delete(self, key: str) -> bool:
        """Remove the object of a key; False where there was none."""

        def remove() -> bool:
            try:
                self._store.head(_name(key))
            except FileNotFoundError:
                return False
            self._store.delete(_name(key))
            return True

        return self._tried(remove)

    def entries(self) -> Iterator[tuple[str, int, float]]:
        """Every key with its size in bytes and when it was made, in seconds since 1970; no other objects."""
        listing = self._tried(lambda: self._store.list())
        while True:
            batch = self._tried(lambda: next(listing, None))
            if batch is None:
                return
            for one in batch:
                name = str(one["path"]).rpartition("/")[2]
                if _KEY.fullmatch(name) and _name(name) == str(one["path"]):
                    yield name, int(one["size"]), one["last_modified"].timestamp()

    def close(self) -> None:
        """Finish what was begun."""
        self._pool.shutdown(wait=True)

    def _tried(self, job: Callable[[], T]) -> T:
        """What a job comes to. While the bucket is away nothing is tried: each try takes as long as a timeout."""
        if self.is_away:
            raise Away(self._why)
        try:
            return job()
        except Exception as error:  # noqa: BLE001 - obstore has no base of its own, and texts may hold credentials
            self._why = f"{self.place.shown}: it does not answer as it should ({_said_of(error)})"
            self._away_until = time.monotonic() + SECONDS_AWAY
            raise Away(self._why) from None

    def _settle(self, key: str) -> None:
        """See to it that a file outlives a power cut: obstore syncs none."""
        if self._folder is None:
            return
        path = self._folder / _name(key)
        for place in (path, path.parent, self._folder):
            descriptor = os.open(place, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _said_of(error: Exception) -> str:
    """What went wrong, without a word that could be a credential: the system's error, or the code of an answer."""
    text = str(error)
    if found := _OF_THE_SYSTEM.search(text):
        return os.strerror(int(found[1]))
    if found := _CODE.search(text) or _STATUS.search(text):
        return found[1]
    return type(error).__name__


def _name(key: str) -> str:
    """The object of a key: in one of 256 folders, so that none grows too large."""
    return f"{key[:2]}/{key}"
