"""What one call does to money: its worst case before, and what the purse and the ledger are told after."""

from __future__ import annotations

from workbench.errors import Attempt, BudgetExceeded, ConfigError, NotSent, RateLimited, ServerBusy, StoreError
from workbench.ledger import Ledger
from workbench.money import Purse
from workbench.prices import UNKNOWN, Cost, cost_of, worst_cost
from workbench.requests import CallRequest
from workbench.sending import Exchange, Result
from workbench.usage import raw_usage, read_usage

UNBILLED = (ConfigError, RateLimited, ServerBusy, NotSent)
"""Failures that cost nothing for certain."""


def worst_of(request: CallRequest) -> Cost:
    """The most that one attempt of a request can cost."""
    output = request.output_tokens_at_most
    if output is None:
        return Cost(0.0, "own price") if request.target.provider.free else UNKNOWN
    return worst_cost(request.target, prompt_tokens=request.prompt_tokens_at_most, output_tokens=output)


def unpriced(request: CallRequest) -> BudgetExceeded:
    """The error for a call whose cost has no known bound, under a cap."""
    what = "max_tokens" if request.output_tokens_at_most is None else "price"
    cure = "give max_tokens" if what == "max_tokens" else "add usd_per_million for it to workbench.toml"
    return BudgetExceeded(
        f"{request.target.id!r} has no known {what}, so max_usd cannot be kept; {cure}, or leave max_usd out"
    )


class Booking:
    """What one call does to the purse and the ledger."""

    def __init__(self, request: CallRequest, ledger: Ledger, purse: Purse | None, worst_usd: float) -> None:
        self._request = request
        self._ledger = ledger
        self._purse = purse
        self._worst_usd = worst_usd
        self._unwritten: StoreError | None = None
        self.cost = UNKNOWN

    async def before(self) -> None:
        self.check_ledger()
        if self._purse:
            await self._purse.reserve(self._worst_usd)

    def check_ledger(self) -> None:
        """Raise what kept a line out of the ledger: after the reply is safe, and before more is sent."""
        if self._unwritten is not None:
            raise self._unwritten

    def after(self, attempt: Attempt, result: Result) -> None:
        tokens = None
        if isinstance(result, Exchange):
            raw = raw_usage(result.body)
            usage = read_usage(raw, thinking="", answer="")
            tokens = usage.output_tokens
            self.cost = cost_of(self._request.target, usage, raw, served_model=result.body.get("model"))
        unbilled = isinstance(result, UNBILLED) or not attempt.sent
        if self._purse:
            self._purse.settle(self._worst_usd, 0.0 if unbilled else self.cost.usd)
        try:
            self._ledger.write(
                time=attempt.started_at,
                provider=self._request.target.provider.id,
                model=self._request.target.id,
                sent=attempt.sent,
                status=attempt.status,
                error=attempt.error,
                billed="no" if unbilled else "yes" if isinstance(result, Exchange) else "unknown",
                tokens=tokens,
                usd=self.cost.usd if isinstance(result, Exchange) else 0.0 if unbilled else None,
                seconds=attempt.seconds,
                request_id=attempt.request_id,
            )
        except StoreError as error:
            self._unwritten = error
