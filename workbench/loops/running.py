"""The loop itself: a step through the one door to models, the calls it asks for, their results, and the next step."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from workbench.asking.call import Errand, call
from workbench.asking.money import Purse
from workbench.base.patience import Patience
from workbench.cache.kept import Cache
from workbench.cache.request_key import GrowingKey, request_key
from workbench.cache.rereading import reading_to
from workbench.cache.tool_results import tool_results
from workbench.errors import WorkbenchError
from workbench.loops.effects import Effects, Results, Unfinished
from workbench.loops.history import History
from workbench.loops.loop import Call, Loop, Repeats, Step, first_words
from workbench.loops.replaying import Replay, habits, wire_calls
from workbench.loops.tools import Tool
from workbench.loops.trail import Trail
from workbench.loops.workers import in_thread
from workbench.providers.bounds import worst_of
from workbench.providers.conversation import Conversation
from workbench.providers.requests import CallRequest
from workbench.providers.responses_api import asks_responses
from workbench.replies.outcomes import CUT_OUTCOMES
from workbench.replies.pieces import Piece
from workbench.replies.reply import Reply, reply_from

NUDGE: Final = "You gave neither an answer nor a call. Go on: call a tool, or give the final answer."
"""Said once where a turn brings nothing: models end in the middle of a thought, or write their call into it."""

_STOP_SECONDS: Final = 60.0
_NAMED_FROM: Final = 3


class Heard(NamedTuple):
    """What is heard of a loop while it runs: in which step, of what kind, which text.

    Kinds are those of a `Piece` (`thinking`, `answer`, `tool_call`), `call` for a whole
    call that is about to be made, `result` for what a tool returned, `again` where a
    reply begins anew, and `step` at the beginning of each.
    """

    step: int
    kind: str
    text: str


@dataclass(frozen=True)
class Order:
    """A loop that is to be run: what is asked first, the tools, and when it ends."""

    request: CallRequest
    tools: Mapping[str, Tool]
    replay: Replay = "all"
    ids: str = "trained"
    max_steps: int = 300
    results: Results = "run"
    unfinished: Unfinished = "raise"
    stop: Callable[[Sequence[Step]], Any] | None = None
    check: Callable[[str], str] | None = None
    stop_repeating: int | None = None
    parallel: bool = True
    state: Callable[[], Any] | None = None
    show: Callable[[Heard], Any] | None = None
    timeout_seconds: float | None = None
    refresh: bool = False
    told_under: str = ""
    later: Callable[[Coroutine[Any, Any, None]], Any] | None = None
    """Takes over what is still to be kept when a loop has ended, for whoever sees to it that it is done in the end."""


async def carry_out(order: Order, cache: Cache, purse: Purse | None, effects: Effects | None = None) -> Loop:
    """Run a loop on the engine's event loop; what ends it early carries the steps so far as `.loop`.

    `effects` are those of whoever has called some of its tools already.
    """
    running = _Running(order, cache, purse, effects or effects_of(order, cache))
    try:
        outcome, answer = await running.go()
        return await running.whole(outcome, answer)
    except WorkbenchError as error:
        error.loop = await running.whole("error", "")  # type: ignore[attr-defined]  # for whoever wants the steps
        raise
    finally:
        await running.settle()


def effects_of(order: Order, cache: Cache) -> Effects:
    """What calls the tools of a loop, and keeps what they return."""
    return Effects(order.tools, tool_results(cache), results=order.results, unfinished=order.unfinished)


async def state_of(order: Order) -> Any:
    """How the tools say that a loop left things; None where they say nothing."""
    return None if order.state is None else await in_thread(order.state, _STOP_SECONDS)


class _Running:
    def __init__(self, order: Order, cache: Cache, purse: Purse | None, effects: Effects) -> None:
        self.order, self._cache, self._purse = order, cache, purse
        self._results = tool_results(cache)
        self.effects = effects
        self._request = order.request
        self._body = order.request.body
        self._target = order.request.target
        self._reading = reading_to(order.request)
        self._history = History(self._body["messages"], self._target, order.replay)
        self._said = Conversation(self._history.messages)
        hidden = order.request.hidden
        self._keys = None if hidden.in_body else GrowingKey(order.request.identity())
        self._steps: list[Step] = []
        self._repeats = Repeats()
        self._warnings: dict[str, None] = {}
        self._seconds_in_tools = 0.0
        # The items of the Responses API go back with the ids that they came with.
        self._ids = "native" if asks_responses(self._body) else order.ids
        self._nudged = False
        self._trail = Trail(cache, self._results, f"{order.replay}:{self._ids}")
        self._telling: asyncio.Future[None] | None = None
        # The key of the step before, where that was bought just now: it is in this store.
        self._bought_under = ""

    async def go(self) -> tuple[str, str]:
        """Take steps until the loop ends: how it ended, and the answer."""
        if self.order.told_under:
            tools = {"tools": self._body.get("tools", [])}
            self._telling = asyncio.ensure_future(self._results.put(self.order.told_under, tools))
        for number in range(1, self.order.max_steps + 1):
            reply = await self._ask(number)
            if reply.outcome in (*CUT_OUTCOMES, "refused"):
                self._steps.append(Step(number, reply, note=_cut_note(reply)))
                return reply.outcome, "" if reply.tool_calls else reply.answer
            if reply.tool_calls and _reached_cap(reply):
                note = "the cap is reached: the calls may be cut off, and none was run"
                self._steps.append(Step(number, reply, note=note))
                return "answer_truncated", ""
            if reply.tool_calls:
                await self._call(number, reply)
                ended = await self._ended()
            else:
                ended = await self._answered(number, reply)
            if ended is not None:
                return ended
        return "out_of_steps", ""

    async def whole(self, outcome: str, answer: str) -> Loop:
        state = await state_of(self.order)
        self._name_repeats()
        return Loop(
            answer,
            outcome,
            self._target.label,
            tuple(self._steps),
            tuple(self._history.messages),
            tuple(self._warnings),
            state,
            round(self._seconds_in_tools, 4),
        )

    async def settle(self) -> None:
        """Keep what need not be kept before the next step: the tools, what they returned, the way that was gone."""
        if self.order.later is None:
            await self._settled()
        else:
            self.order.later(self._settled())

    async def _settled(self) -> None:
        await self.effects.settled()
        await self._trail.keep(self.effects.calls)
        if self._telling is not None:
            await self._telling

    async def _ask(self, number: int) -> Reply:
        before, said = self._said, self._said.followed_by(self._history.messages, "")
        self._said = said
        if self._bought_under:
            said.begins_with(before, self._bought_under)
        request = self._request.with_messages(said)
        key = self._keys.key(request.body) if self._keys else request_key(request.identity())
        said.mark = key[:12]
        self._tell(number, "step", "")
        self._trail.steps.append(key)
        if number == 1 and not self.order.refresh:
            self.effects.known = await self._trail.find(key, calls=self.order.results != "run")
            self.effects.kept = self._trail.calls
        record = self._trail.reply(key)
        if record is None:
            reply = await self._call_for(number, request, key)
        else:
            reply = reply_from(record, self._reading, model=self._target.label)
        self._bought_under = "" if reply.cached else key
        if self.order.show is not None and reply.cached:
            for kind, text in (("thinking", reply.thinking), ("answer", reply.answer)):
                if text:
                    self._tell(number, kind, text)
        if number == 1:
            self._pin(reply)
        return reply

    async def _call_for(self, number: int, request: CallRequest, key: str) -> Reply:
        errand = Errand(
            request,
            key,
            self._cache,
            Patience(self.order.timeout_seconds),
            purse=self._purse,
            listen=self._hearer(number),
            refresh=self.order.refresh,
            looked_up=bool(self._bought_under),  # after what was just bought comes what was not: it is looked up once
        )
        return await call(errand)

    def _pin(self, reply: Reply) -> None:
        """Through a router, stay with the host that answered first: signatures and caches are its own."""
        served = reply.raw.get("provider")
        if not habits(self._target.provider.dialect).pin or not isinstance(served, str) or not served:
            return
        route = {**self._body.get("provider", {})}
        if {"order", "only"} & route.keys():
            return
        body = {**self._body, "provider": {**route, "order": [served], "allow_fallbacks": False}}
        capped = self._purse is not None and self._purse.max_usd is not None
        pinned = replace(self._request, body=body)
        if capped and worst_of(pinned).usd is None:
            self._warnings[
                f"the host {served!r} answered first and may be left for another: under max_usd it is asked for by "
                "name only with provider={'max_price': …}"
            ] = None
            return
        self._request, self._body = pinned, body

    async def _call(self, number: int, reply: Reply) -> None:
        wired = wire_calls(reply, self._target, before=self._history.calls, ids=self._ids)
        self._history.add_turn(reply, wired, self._body)
        for asked in reply.tool_calls:
            self._tell(number, "call", f"{asked.name}({asked.arguments})")
        had = await self.effects.of_turn(reply.key, reply.tool_calls, parallel=self.order.parallel)
        calls = []
        for asked, wire, one in zip(reply.tool_calls, wired, had, strict=True):
            result = one.result
            again = self._repeats.again(asked.name, asked.arguments, result.text)
            calls.append(
                Call(asked.name, asked.arguments, result.text, result.problem, result.seconds, one.kept, again)
            )
            self._history.add_result(wire, result.text)
            self._tell(number, "result", result.text)
        step = Step(number, reply, tuple(calls))
        self._seconds_in_tools += step.tool_seconds if self.order.parallel else sum(call.seconds for call in calls)
        self._steps.append(step)

    async def _ended(self) -> tuple[str, str] | None:
        most = self.order.stop_repeating
        if most is not None and any(call.again >= most for call in self._steps[-1].calls):
            return "repeating", ""
        if self.order.stop is not None:
            stop, steps = self.order.stop, tuple(self._steps)
            said = await in_thread(lambda: stop(steps), _STOP_SECONDS)
            if isinstance(said, str) and said:
                return "answered", said
            if said:
                words = first_words(self._steps)
                return ("answered", words) if words else ("stopped", "")
        return None

    async def _answered(self, number: int, reply: Reply) -> tuple[str, str] | None:
        """The end of the loop where the model answers well; None where it is told to go on."""
        if reply.outcome != "answered":
            if self._nudged:
                self._steps.append(Step(number, reply, note="nothing came, again"))
                return "empty", ""
            self._nudged = True
            self._steps.append(Step(number, reply, note="nothing came: it is asked once to go on"))
            self._history.add_words(NUDGE)
            return None
        fault = "" if self.order.check is None else self.order.check(reply.answer)
        if fault and not any(step.note.startswith("the answer") for step in self._steps):
            self._steps.append(Step(number, reply, note=f"the answer does not fit: {fault}"))
            self._history.add_turn(reply, (), self._body)
            self._history.add_words(f"Your answer does not fit: {fault}. Give it once more, as asked.")
            return None
        if fault:
            self._warnings[f"the answer does not fit: {fault}"] = None
        self._steps.append(Step(number, reply))
        self._history.add_turn(reply, (), self._body)
        return "answered", reply.answer

    def _name_repeats(self) -> None:
        name, number = self._repeats.worst()
        if number >= _NAMED_FROM:
            self._warnings[f"the same call of {name!r} was made {number} times, and came to the same each time"] = None

    def _hearer(self, number: int) -> Callable[[Piece | None], None] | None:
        if self.order.show is None:
            return None

        def hear(piece: Piece | None) -> None:
            self._tell(number, "again" if piece is None else piece.kind, "" if piece is None else piece.text)

        return hear

    def _tell(self, number: int, kind: str, text: str) -> None:
        if self.order.show is not None:
            try:
                self.order.show(Heard(number, kind, text))
            except (Exception, SystemExit, KeyboardInterrupt) as error:  # noqa: BLE001 - to look on ends no paid loop
                self._warnings[f"show failed: {type(error).__name__}: {error}"[:200]] = None


def _reached_cap(reply: Reply) -> bool:
    """Whether a reply is as long as its cap: then its calls may be cut, whatever the host says of how it ended."""
    tokens = reply.usage.output_tokens
    return reply.max_tokens is not None and tokens is not None and tokens >= reply.max_tokens


def _cut_note(reply: Reply) -> str:
    if reply.tool_calls and reply.outcome in CUT_OUTCOMES:
        return "cut off within its calls: none was run"
    return ""
