"""Claims as calls make them: on the store's thread, many in one go, each with a look for what its last holder kept."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from workbench.cache.claims import Claims, claim
from workbench.cache.ledger_file import Ledger
from workbench.cache.store.store import DiskStore
from workbench.errors import StoreError

_SECONDS_TO_KNOW_CLAIMS = 0.05


@dataclass(frozen=True)
class Held:
    """A key that is held, and the value under it, which is looked for since then; None where nobody asked for it."""

    key: str
    claims: Claims
    look: asyncio.Future[bytes | None] | None = None


class Claiming:
    """The claims on what is kept in a folder, for calls of an event loop: a lock waits for the disk, and they do not.

    What waits at the same time is claimed, looked for and let go in the order in which it came. Nothing is claimed
    where what is bought could not be kept or not be booked: `ledger` gives what is to be written beside the store.
    """

    def __init__(self, folder: Path, store: Callable[[], DiskStore], ledger: Ledger) -> None:
        self._folder, self._store, self._ledger = folder, store, ledger
        self._known: tuple[Claims | None, float] = None, 0.0

    async def claim(self, key: str, *, looks: bool) -> Held | None:
        """Claim a key, and begin to look for its value if `looks`; None where it is held already."""
        store = self._store()
        claiming = store.abeside(self._work, (key, None))
        look = store.aget(key) if looks else None  # done after the claim, in the same go if it can be
        claims: Claims | None = None
        try:
            claims = await asyncio.shield(claiming)
        except asyncio.CancelledError:
            claiming.add_done_callback(lambda done: self._let_go_of(done, key))
            raise
        finally:
            if claims is None and look is not None:
                look.cancel()
        return None if claims is None else Held(key, claims, look)

    def let_go(self, held: Held) -> None:
        """Let a key go; nobody waits for that."""
        try:
            self._store().abeside(self._work, (held.key, held.claims))
        except StoreError:  # it is closed
            held.claims.release(held.key)

    def _let_go_of(self, done: asyncio.Future[Claims | None], key: str) -> None:
        """Let go what nobody waited for any more."""
        if not done.cancelled() and done.exception() is None and (claims := done.result()) is not None:
            self.let_go(Held(key, claims))

    def _work(self, wanted: list[tuple[str, Claims | None]]) -> list[object]:
        """Claim keys, and let those go that come with their claims."""
        found: list[object] = []
        for key, held in wanted:
            try:
                if held is not None:
                    held.release(key)
                    found.append(None)
                else:
                    claims = self._now()
                    found.append(claims if claims.try_acquire(key) else None)
            except (StoreError, OSError) as error:
                found.append(
                    error if isinstance(error, StoreError) else StoreError(f"a claim cannot be let go: {error}")
                )
        return found

    def _now(self) -> Claims:
        """The claims of the folder, looked for anew now and then: whoever removes it takes the file of claims away.

        Then it is looked, too, whether a reply can be kept and booked here: the file of claims may be writable where
        the folder is not, and a reply that is lost for that is paid for again at every asking.
        """
        known, until = self._known
        now = time.monotonic()
        if known is None or now > until:
            known = claim(self._folder)
            self._store().check_writable()
            self._ledger.check_writable()
            self._known = known, now + _SECONDS_TO_KNOW_CLAIMS
        return known
