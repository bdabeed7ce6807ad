"""Calls bought in batches: handed over once, found again after a crash, looked after, fetched, kept and booked."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from workbench.asking.batch.booking import told_already, told_to_ledger
from workbench.asking.batch.counted import Counted
from workbench.asking.batch.delivering import Wanted, delivered, not_there
from workbench.asking.batch.door import Door
from workbench.asking.batch.elsewhere import Elsewhere
from workbench.asking.batch.jobs import Jobs
from workbench.asking.batch.messages import Messages
from workbench.asking.batch.shapes import Files, GeminiFiles, Inline, Shape, Standing
from workbench.asking.money import Guard, Purse, guard_of
from workbench.base.patience import Patience
from workbench.cache.batch_journal import Batch, Journal, Sent
from workbench.cache.kept import Cache
from workbench.cache.limits import Reservation
from workbench.cache.rereading import reply_to
from workbench.errors import (
    BudgetExceeded,
    CallError,
    InputError,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    ServerBusy,
)
from workbench.providers.batches import BatchTerms, worst_in_batch
from workbench.providers.models import Target
from workbench.providers.responses_api import asks_responses

FIRST_LOOK_SECONDS, LONGEST_LOOK_SECONDS = 5.0, 60.0
LOOKS_FOR_A_LOST_ONE = 3
"""Of a batch whose making was not answered: how often the provider's list is read before it is made anew."""

TIMES_UNKNOWN = 3
"""After so many answers that there is no such batch, it is given up."""

SHAPES: Mapping[str, Callable[[BatchTerms], Shape]] = {
    "files": Files,
    "gemini": GeminiFiles,
    "inline": Inline,
    "jobs": Jobs,
    "messages": Messages,
    "counted": Counted,
    "elsewhere": Elsewhere,
}
ONE_STEP = frozenset({"inline", "jobs", "messages"})
"""Shapes whose requests go up with what buys them; of the others a file goes up first, which costs nothing."""


@dataclass
class Progress:
    """How far batches are: of each how many requests it has, how many are done where that is told, and its state."""

    began: float = field(default_factory=time.monotonic)
    parts: dict[str, tuple[int, int | None, str]] = field(default_factory=dict)

    def tell(self, batch: Batch, standing: Standing) -> None:
        """Note how a batch stands."""
        done = standing.done
        if done is None and standing.share is not None:
            done = int(standing.share * batch.requests)
        self.parts[batch.token] = (batch.requests, done, standing.state)


@dataclass
class Buyer:
    """What batches of one model are made and followed with."""

    cache: Cache
    journal: Journal
    purse: Purse
    progress: Progress
    terms: BatchTerms
    target: Target
    door: Door
    refresh: bool = False
    held: dict[str, tuple[float, Guard, Reservation | None]] = field(default_factory=dict)

    @property
    def shape(self) -> Shape:
        return SHAPES[self.terms.shape](self.terms)

    async def wait_for_money(self, waiting: dict[str, Wanted]) -> None:
        """Wait until what other models hold of the sum is free; where nothing is held, say so of every call."""
        least = min(worst_in_batch(one.request) or 0.0 for one in waiting.values())
        try:
            await self.purse.reserve(least)
        except BudgetExceeded as error:
            for key in list(waiting):
                waiting.pop(key).fail(error)
        else:
            self.purse.settle(least, 0.0)

    async def taken_up(self, batch: Batch, waiting: dict[str, Wanted]) -> Batch | None:
        """A batch that an earlier run wrote down, as it can be followed; where it cannot be found, its calls fail."""
        try:
            return await self.found(batch)
        except CallError as error:
            for sent in self.journal.sent(batch):
                if sent.key in waiting:
                    waiting.pop(sent.key).fail(error)
            return None

    async def hand_over(self, wanted: Sequence[Wanted], waiting: dict[str, Wanted]) -> list[Batch]:
        """Hand over what the sum allows, in as many batches as the provider's bounds make of it."""
        made: list[Batch] = []
        parts = [(part, _worst(part)) for part in self._parts(wanted)]
        for _, held in parts:  # at once: what other models hand over meanwhile is counted against the rest
            await self.purse.reserve(held)
        for part, held in parts:
            limit: Reservation | None = None
            guard = await guard_of(self.cache, Patience(None), self.purse)
            try:
                for one in part:
                    guard.check(one.request)
                limit = await guard.reserve(held)
                guard.shared = await guard.share(held, part[0].request.target)
                batch = await self._hand_over(part, held, guard.project)
            except (CallError, BudgetExceeded) as error:
                guard.settle(guard.shared, 0.0)
                self.purse.settle(held, 0.0)
                for one in part:
                    waiting.pop(one.key).fail(error)
                await guard.release(limit)
            except BaseException:
                guard.settle(guard.shared, None)  # nobody knows whether it was taken
                self.purse.settle(held, 0.0)
                await guard.release(limit)
                raise
            else:
                self.held[batch.token] = (held, guard, limit)
                made.append(batch)
        return made

    def _parts(self, wanted: Sequence[Wanted]) -> Iterator[list[Wanted]]:
        left = self.purse.left_usd
        part: list[Wanted] = []
        size = 0
        for one in sorted(wanted, key=lambda one: asks_responses(one.request.body)):  # one endpoint a batch
            worst = worst_in_batch(one.request) or 0.0
            if left is not None and worst > left:
                continue
            left = None if left is None else left - worst
            length = one.request.prompt_tokens_at_most + 2_000  # letters of its line; escapes are counted at the end
            full = len(part) >= self.terms.most_requests or size + length > self.terms.most_megabytes * 900_000
            full = full or (bool(part) and asks_responses(part[0].request.body) != asks_responses(one.request.body))
            if part and full:
                yield part
                part, size = [], 0
            part.append(one)
            size += length
        if part:
            yield part

    async def _hand_over(self, part: list[Wanted], worst_usd: float, project: str) -> Batch:
        batch = self.journal.begin(
            [Sent(one.key, one.request.identity(), one.request.target.label) for one in part],
            provider=self.target.provider.id,
            base_url=part[0].request.base_url,
            model_id=self.target.id,
            shape=self.terms.shape,
            worst_usd=worst_usd,
            refresh=self.refresh,
        )
        told_to_ledger(self.cache.ledger, batch, project)
        try:
            return await self._made(batch, self._content(batch))
        except (OutcomeUnknown, ServerBusy):
            # It may have been made all the same: only the provider's list can tell, and it is not made twice unlooked.
            (batch,) = [one for one in self.journal.open() if one.token == batch.token]
            return await self.found(batch, looks=LOOKS_FOR_A_LOST_ONE)
        except CallError:
            self.journal.end(batch)  # it was refused: nothing runs
            raise

    def _content(self, batch: Batch) -> bytes:
        bodies = [sent.request["body"] for sent in self.journal.sent(batch)]
        content = self.shape.content(batch, bodies, self.terms.window)
        if len(content) > self.terms.most_megabytes * 1_000_000:
            self.journal.end(batch)
            raise InputError(
                f"the requests of a batch take {len(content) / 1e6:.0f} MB, and {self.terms.provider!r} takes "
                f"{self.terms.most_megabytes}; ask in smaller sweeps (nothing was sent)"
            )
        return content

    async def _made(self, batch: Batch, content: bytes) -> Batch:
        if not batch.file_id:
            file_id = await self.shape.upload(self.door, batch, content)
            batch = self.journal.now(batch, file_id=file_id) if file_id else batch
        batch_id = await self.shape.create(self.door, batch, content, self.terms.window)
        batch = self.journal.now(batch, batch_id=batch_id)
        told_to_ledger(self.cache.ledger, batch, "")
        return batch

    async def found(self, batch: Batch, *, looks: int = 1) -> Batch:
        """A batch whose id nobody wrote down: found at the provider, or made now if it never was."""
        if batch.batch_id:
            return batch
        two_steps = self.terms.shape not in ONE_STEP
        for look in range(looks if batch.file_id or not two_steps else 0):
            if look:
                await asyncio.sleep(FIRST_LOOK_SECONDS)
            ids, sure = await self.shape.find(self.door, batch)
            here = (other for other in self.journal.open() if other.base_url == batch.base_url)
            taken = {*batch.passed_over} | {other.batch_id for other in here}
            for one in ids:
                if one not in taken:
                    found = self.journal.now(batch, batch_id=one, guessed=not sure)
                    told_to_ledger(self.cache.ledger, found, "")
                    return found
        return await self._made(batch, self._content(batch))

    async def follow(self, batch: Batch, waiting: dict[str, Wanted]) -> None:
        """Wait for the end of a batch, and fetch its results."""
        anew = batch.token in self.held
        if anew:
            held, guard, limit = self.held.pop(batch.token)
        else:
            left = self.purse.left_usd
            held, guard, limit = min(batch.worst_usd or 0.0, left if left is not None else math.inf), None, None
            await self.purse.reserve(held)
        spent, known = 0.0, False
        try:
            standing = await self._ended(batch)
            if standing is None:
                spent = held
                self._give_up(batch, waiting)
                return
            async with alone(self.cache, f"batch {batch.token}"):
                spent = await self._fetched(batch, standing, waiting, anew=anew)
                known = True
        finally:
            self.purse.settle(held, spent)
            if guard is not None:
                guard.settle(guard.shared, spent if known else None)  # what goes on elsewhere counts at its worst
                await guard.release(limit)

    async def _ended(self, batch: Batch) -> Standing | None:
        """How a batch stands when it has ended; None once its provider has said thrice that there is none."""
        wait, unknown = FIRST_LOOK_SECONDS, 0
        while True:
            try:
                standing = await self.shape.look(self.door, batch.batch_id)
            except NotFound:
                unknown += 1
                if unknown == TIMES_UNKNOWN:
                    return None
            except (RateLimited, ServerBusy, OutcomeUnknown):
                pass  # the batch runs on, whether it can be looked at or not
            else:
                unknown = 0
                self.progress.tell(batch, standing)
                if standing.ended:
                    return standing
            await asyncio.sleep(wait)
            wait = min(1.5 * wait, LONGEST_LOOK_SECONDS)

    def _give_up(self, batch: Batch, waiting: dict[str, Wanted]) -> None:
        for sent in self.journal.sent(batch):
            one = waiting.pop(sent.key, None)
            if one:
                one.fail(OutcomeUnknown(f"{self.terms.provider} knows no batch {batch.batch_id!r} any more"))
        self.journal.end(batch)

    async def _fetched(self, batch: Batch, standing: Standing, waiting: dict[str, Wanted], *, anew: bool) -> float:
        """Keep all results of a batch, tell who waits for them, and say what they cost."""
        if not self.journal.still_open(batch):
            await self.take_kept(waiting, of=batch.batch_id)
            return 0.0
        # A run that was killed while it fetched has kept some of the results, and told the ledger of nearly as many.
        told = frozenset[int]() if anew else await asyncio.to_thread(told_already, self.cache.ledger, batch)
        sent = list(self.journal.sent(batch))
        place = self.journal.results(batch)
        results = await self.shape.fetch(self.door, batch, standing, place)
        usd, seen, ours = 0.0, set[int](), False
        for result in results:
            number = batch.number_of(result.custom_id)
            if number is None or number in seen:
                continue
            seen.add(number)
            ours = True
            usd += await delivered(self.cache, batch, sent[number], result, waiting, told=number in told)
        if not ours and batch.guessed:
            # Its results are another's: it was taken for this one by its time and its number of requests.
            self.journal.now(batch, batch_id="", guessed=False, passed_over=(*batch.passed_over, batch.batch_id))
            return 0.0
        for number, one in enumerate(sent):
            if number not in seen:
                not_there(one, standing, waiting)
        self.journal.end(batch)
        return usd

    async def take_kept(self, waiting: dict[str, Wanted], *, of: str = "") -> None:
        """Read what another process has kept meanwhile; the rest is asked for in the next round.

        Where all is bought anew, what is kept counts only if it came of this batch.
        """
        for key in list(waiting):
            record = await self.cache.alookup(key)
            if record is not None and (not self.refresh or (of and record.get("batch") == of)):
                one = waiting.pop(key)
                one.take(reply_to(record, one.request), False)


def _worst(part: Sequence[Wanted]) -> float:
    return sum(worst_in_batch(one.request) or 0.0 for one in part)


@asynccontextmanager
async def alone(cache: Cache, what: str) -> AsyncIterator[None]:
    """While nobody else of this machine does the same with the same replies."""
    async with cache.claimed(what, Patience(None)):
        yield
