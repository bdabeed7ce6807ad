"""A loop that goes the way it went before is told from what was noted then: its tools run, its replies are not reread.

What is noted holds figures, and of each text where it stands; it is bound to the bytes of each reply, to the code that
read them, and to what the tools returned. Where any of that is another, the loop is run step by step, and noted anew.
"""

from __future__ import annotations

import asyncio
import functools
import hashlib
import json
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, cast

import workbench.replies
import workbench.sweeps.rows
from workbench.cache.kept import Cache
from workbench.cache.rereading import reading_to
from workbench.cache.texts import standing
from workbench.cache.tool_results import tool_results
from workbench.errors import StoreError, WorkbenchError
from workbench.loops.effects import Had
from workbench.loops.loop import Call, Loop, Step, traced, traced_call
from workbench.loops.replaying import habits
from workbench.loops.rows import as_json
from workbench.loops.running import Order, effects_of, state_of
from workbench.providers.requests import CallRequest
from workbench.replies.reply import Reply, reply_from
from workbench.replies.tool_calls import ToolCall, tool_calls_of

_DECODER: Final = json.JSONDecoder()
_REPLIED: Final = b',"response":'
_TEXTS: Final = ("thinking", "answer")


class Retelling:
    """One loop, whose first step has this key: told again as a row, or else noted once it was run.

    Only a loop with functions of the user's that look at its replies, and one that buys anew, is never told so.
    """

    def __init__(self, order: Order, key: str, cache: Cache, *, capped: bool = False) -> None:
        self._order, self._cache, self._results = order, cache, tool_results(cache)
        self.effects = effects_of(order, cache)
        self._possible = not (
            order.stop
            or order.check
            or order.show
            or order.refresh
            or habits(order.request.target.provider.dialect).pin
        )
        arms = (order.replay, order.ids, order.max_steps, order.stop_repeating, order.parallel)
        self._name = f"{key}:told:{':'.join(map(str, arms))}"
        self._settling: Coroutine[Any, Any, None] | None = None
        self._ended: tuple[Loop, Mapping[str, Any]] | None = None

    async def row(self) -> dict[str, Any] | None:
        """What the row of the loop says, if it goes the way that was noted; its tools run as they would.

        What they came to by then is held for the loop that is run if it does not: none is called twice.
        """
        noted = await self._noted() if self._possible else None
        if noted is None:
            return None
        with suppress(WorkbenchError, KeyError, IndexError, TypeError, ValueError):  # what is wrong shows in the loop
            replies = await self._replies(noted["steps"])
            if replies is None:
                return None
            self.effects.made = {}
            self.effects.kept = frozenset(noted["calls"])
            if self._order.results != "run":
                self.effects.known = await self._results.get_many(noted["calls"])
            return await self._told(noted, replies)
        return None

    def settles(self, settling: Coroutine[Any, Any, None]) -> None:
        """Take over what the loop leaves to be kept."""
        self._settling = settling

    def ended(self, loop: Loop, row: Mapping[str, Any]) -> None:
        """Hear how the loop ended, which is noted once all of it is kept."""
        self._ended = (loop, row) if self._possible and loop.steps else None

    async def settled(self) -> None:
        """Keep what the loop has left to be kept, and note how it went."""
        if self._settling is not None:
            await self._settling
        if self._ended is not None:
            await _code_read()
            with suppress(StoreError):  # it costs time, and nothing else
                noted = await self._to_note(*self._ended)
                if noted is not None:
                    await self._results.put(self._name, noted)

    async def _noted(self) -> dict[str, Any] | None:
        try:
            noted = await self._results.get(self._name)
        except (StoreError, ValueError):  # damaged
            return None
        if not isinstance(noted, dict):
            return None
        await _code_read()
        return noted if noted.get("reader") == self._reader else None

    async def _replies(self, steps: Sequence[Mapping[str, Any]]) -> list[_Kept] | None:
        """What was replied in these steps, if each reply is kept as it was."""
        keys = [step["key"] for step in steps]
        values = await self._values(keys)
        if values is None or any(_digest(values[step["key"]]) != step["record"] for step in steps):
            return None
        return [_Kept(values[step["key"]], step["at"], self._order.request) for step in steps]

    async def _values(self, keys: Sequence[str]) -> dict[str, bytes] | None:
        if any(map(self._cache.is_recorded, keys)):
            return None
        store = self._cache.store
        found = await asyncio.wrap_future(store.submit(store.get_many, keys))
        return found if len(found) == len(set(keys)) else None

    async def _told(self, noted: Mapping[str, Any], replies: Sequence[_Kept]) -> dict[str, Any] | None:
        trace, tool_seconds = [], 0.0
        for step, reply in zip(noted["steps"], replies, strict=True):
            again = step.get("again", ())
            asked = reply.calls(plain=step["plain"]) if again else ()
            had: Sequence[Had] = ()
            if asked:
                had = await self.effects.of_turn(step["key"], asked, parallel=self._order.parallel)
                if _digest_of([(one.result.problem, one.result.text) for one in had]) != step["results"]:
                    return None
            calls = [
                Call(
                    call.name, call.arguments, one.result.text, one.result.problem, one.result.seconds, one.kept, number
                )
                for call, one, number in zip(asked, had, again, strict=True)
            ]
            told = {**step["told"]}
            for name in _TEXTS:
                if name in told:
                    told[name] = reply.text(name, told[name])
            if calls:
                took = [call.seconds for call in calls]
                tool_seconds += max(took) if self._order.parallel else sum(took)
                told["calls"] = [traced_call(call) for call in calls]
            trace.append(told)
        tool_seconds = round(tool_seconds, 4)
        state = await state_of(self._order)
        moment = {
            "thinking": "\n\n".join(step["thinking"] for step in trace if step.get("thinking")) or None,
            "seconds": round(sum(step.get("seconds") or 0.0 for step in trace) + tool_seconds, 4),
            "loop_seconds_in_tools": tool_seconds,
            "loop_state": None if state is None else as_json(state),
            "loop_trace": json.dumps(trace, ensure_ascii=False, separators=(",", ":")),
        }
        if noted["answers"]:
            moment["answer"] = trace[-1]["answer"]
        return {**noted["row"], **moment}

    async def _to_note(self, loop: Loop, row: Mapping[str, Any]) -> dict[str, Any] | None:
        """What is to be noted of a loop; None for one of which a reply is not kept here as it was read."""
        values = await self._values([step.reply.key for step in loop.steps])
        if values is None:
            return None
        steps = [_step_noted(step, values[step.reply.key]) for step in loop.steps]
        if None in steps:
            return None
        of_the_moment = {"thinking": None, "usd_spent": 0.0, "cached": True, "seconds": None, "loop_trace": None}
        of_the_moment |= {"loop_seconds_in_tools": None, "loop_state": None}
        of_the_moment |= {"answer": None} if row["answer"] == loop.steps[-1].reply.answer else {}
        return {
            "reader": self._reader,
            "calls": self.effects.calls,
            "steps": steps,
            "answers": "answer" in of_the_moment,
            "row": {name: of_the_moment.get(name, value) for name, value in row.items()},
        }

    @functools.cached_property
    def _reader(self) -> str:
        """What stands for all that decides how replies are read and what goes back of them, but for the request."""
        request = self._order.request
        target = request.target
        told = (target.id, target.label, target.name, target.provider.dialect, target.facts.thinking)
        return hashlib.sha256(f"{_code()}{reading_to(request)!r}{told!r}".encode()).hexdigest()[:32]


class _Kept:
    """A kept reply: of its body the message, and the whole of it read where a text does not stand there as it is."""

    def __init__(self, value: bytes, place: int, request: CallRequest) -> None:
        self._value, self._request = value, request
        self._message = _message_in(_reply_in(value, place))

    def text(self, name: str, standing: str | bool) -> str:
        """Its thinking or its answer."""
        return str(self._message[standing] if isinstance(standing, str) else getattr(self._read, name))

    def calls(self, *, plain: bool) -> Sequence[ToolCall]:
        """The calls that it asked for."""
        return tool_calls_of(self._message) if plain else self._read.tool_calls

    @functools.cached_property
    def _read(self) -> Reply:
        return reply_from(json.loads(self._value), reading_to(self._request), model=self._request.target.label)


def _step_noted(step: Step, value: bytes) -> dict[str, Any] | None:
    """What is noted of a step, whose reply is kept as these bytes; None where they hold another one."""
    reply = step.reply
    place = _place_in(value, reply)
    if place is None:
        return None
    told = {**traced(step), "kept": True}
    for name in _TEXTS:
        if name in told:
            told[name] = standing(told[name], reply.raw)
    noted: dict[str, Any] = {"key": reply.key, "record": _digest(value), "at": place}
    noted["told"] = told
    if step.calls:
        noted["results"] = _digest_of([(call.problem, call.result) for call in step.calls])
        told["calls"] = None
        message = _message_in(reply.raw)
        noted["again"] = [call.again for call in step.calls]
        noted["plain"] = isinstance(message, dict) and tool_calls_of(message) == reply.tool_calls
    return noted


def _place_in(value: bytes, reply: Reply) -> int | None:
    """Where in a kept record begins what was replied, 0 where that cannot be told; None where it is another reply's."""
    place = value.find(_REPLIED) + len(_REPLIED)
    with suppress(ValueError):
        if place >= len(_REPLIED) and _reply_in(value, place) == reply.raw:
            return place if f'"created_at":"{reply.created_at}"'.encode() in value else None
    record = json.loads(value)
    same = record["response"] == reply.raw and record["created_at"] == reply.created_at
    return 0 if same else None


def _reply_in(value: bytes, place: int) -> dict[str, Any]:
    """What was replied, which begins there; the request before it need not be read."""
    text = value.decode("ascii")
    found = _DECODER.raw_decode(text, place)[0] if place else json.loads(text)["response"]
    return cast("dict[str, Any]", found)


def _message_in(body: Mapping[str, Any]) -> Any:
    """The message of the first choice of a body, empty where it has none."""
    choices = body.get("choices")
    return choices[0].get("message") if isinstance(choices, list) and choices else {}


def _digest(value: bytes) -> str:
    return hashlib.blake2b(value, digest_size=16).hexdigest()


def _digest_of(results: Sequence[tuple[str, str]]) -> str:
    """What stands for what calls came to: the problem and the text of each."""
    told = "\0".join(f"{problem}\0{len(text)}\0{text}" for problem, text in results)
    return _digest(told.encode("utf-8", "surrogatepass"))


async def _code_read() -> None:
    """Read the code on another thread, once: the loop of the calls waits for no disk."""
    if not _code.cache_info().currsize:
        await asyncio.to_thread(_code)


@functools.cache
def _code() -> str:
    """A digest of the code that reads replies and sends them back, which no change of it can forget to raise."""
    here = Path(__file__).parent
    folders = (Path(workbench.replies.__file__).parent, here)
    paths = [path for folder in folders for path in (*folder.glob("*.py"), *folder.glob("*.toml"))]
    digest = hashlib.sha256()
    for path in [*sorted(paths), Path(workbench.sweeps.rows.__file__)]:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
