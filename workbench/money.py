"""A cap on what a run may spend: the worst case is set aside before each send, and settled after it."""

from __future__ import annotations

import asyncio

from workbench.errors import BudgetExceeded


class Purse:
    """Dollars that a run may spend; it lives on the engine's loop.

    `reserve` sets the worst case of a call aside, waiting for calls in flight when they hold what it needs; `settle`
    replaces a reservation by what the call cost. What was spent and what is reserved never exceed `max_usd` together.
    """

    def __init__(self, max_usd: float | None) -> None:
        self.max_usd = max_usd
        self.spent_usd = 0.0
        self._reserved_usd = 0.0
        self._in_flight = 0
        self._settled = asyncio.Event()

    async def reserve(self, worst_usd: float) -> None:
        """Set `worst_usd` aside; raise `BudgetExceeded` when even settling every call in flight cannot make room."""
        while self.max_usd is not None and self.spent_usd + self._reserved_usd + worst_usd > self.max_usd + 1e-12:
            if not self._in_flight:
                raise BudgetExceeded(
                    f"the next call could cost up to ${worst_usd:.4f}, and ${self.spent_usd:.4f} of "
                    f"max_usd=${self.max_usd:.2f} is spent; raise max_usd to go on "
                    "(what is kept is not bought again)"
                )
            self._settled.clear()
            await self._settled.wait()
        self._reserved_usd += worst_usd
        self._in_flight += 1

    def settle(self, worst_usd: float, usd: float | None) -> None:
        """Give a reservation back and book what the call cost; None books the worst case, for nobody knows better."""
        self._reserved_usd -= worst_usd
        self._in_flight -= 1
        self.spent_usd += worst_usd if usd is None else usd
        self._settled.set()
