"""Calls of tools, run or taken from what is kept: an effect never twice for one step, a replay never at all."""

from __future__ import annotations

import asyncio
from collections.abc import Container, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

from workbench.base import engine
from workbench.cache.tool_results import ToolResults, call_key
from workbench.errors import InputError
from workbench.loops.calling import Result, called, checked
from workbench.loops.tools import Tool
from workbench.replies.tool_calls import ToolCall

Results = Literal["run", "kept", "recorded"]
RESULTS: Final[tuple[Results, ...]] = ("run", "kept", "recorded")
Unfinished = Literal["raise", "again", "tell"]
UNFINISHED: Final[tuple[Unfinished, ...]] = ("raise", "again", "tell")

_UNKNOWN: Final = (
    "This call was begun before and was cut off: nobody knows whether it took effect. Find out before you repeat it."
)


_under_way: dict[tuple[int, str], asyncio.Future[None]] = {}


class UnfinishedEffect(InputError):
    """A tool with an effect was begun for a step, and nothing says how it ended."""


class Had(NamedTuple):
    """What came of a call, and whether it was kept already."""

    result: Result
    kept: bool = False


class Effects:
    """Calls tools for one loop, and keeps what they return.

    `results` says where results come from: "run" calls every tool that is not kept for good, "kept" takes what is kept
    and calls the others, "recorded" calls nothing. `unfinished` says what becomes of an effect that was begun and not
    ended: an error, the call `again`, or a text that `tell`s the model.
    """

    def __init__(
        self, tools: Mapping[str, Tool], store: ToolResults, *, results: Results = "run", unfinished: Unfinished
    ) -> None:
        self._tools, self._store = tools, store
        self._results, self._unfinished = results, unfinished
        self._waiting: list[tuple[str, Mapping[str, Any]]] = []
        self.known: Mapping[str, Mapping[str, Any]] = {}  # results that were read already
        self.kept: Container[str] = ()  # the keys of calls whose results are kept
        self.calls: list[str] = []  # the keys of the calls that were asked for
        self.made: dict[str, Had] | None = None  # where not None: what calls came to, which are not made once more

    async def of_turn(self, step_key: str, asked: Sequence[ToolCall], *, parallel: bool = True) -> list[Had]:
        """What the calls of a turn come to: side by side, but effects one after another, in their order."""
        if len(asked) == 1:
            return [await self.had(step_key, 0, asked[0].name, asked[0].arguments)]
        had: list[Had | None] = [None] * len(asked)

        async def one(place: int) -> None:
            had[place] = await self.had(step_key, place, asked[place].name, asked[place].arguments)

        tools = self._tools
        alone = [
            place
            for place, call in enumerate(asked)
            if not parallel or (call.name in tools and tools[call.name].effect)
        ]
        beside = [place for place in range(len(asked)) if place not in alone]
        if len(beside) > 1:
            failed = await asyncio.gather(*map(one, beside), return_exceptions=True)  # each is heard out
            for error in failed:
                if error is not None:
                    raise error
            beside = []
        for place in (*beside, *alone):
            await one(place)
        return [found or Had(Result("", "not run")) for found in had]

    async def had(self, step_key: str, place: int, name: str, arguments: str) -> Had:
        """What a call comes to; raises `UnfinishedEffect`, or `InputError` where nothing is recorded and must be."""
        given = checked(name, arguments, self._tools)
        if isinstance(given, Result):
            return Had(given)
        key = call_key(step_key, place, name, arguments)
        if self.made is not None and key in self.made:
            return self.made[key]
        self.calls.append(key)
        had = await self._found(self._tools[name], given, key, arguments)
        if self.made is not None:
            self.made[key] = had
        return had

    async def _found(self, tool: Tool, given: Mapping[str, Any], key: str, arguments: str) -> Had:
        """The kept result of a call that can be made, or what it comes to now."""
        if tool.keep or self._results != "run":
            found = self.known.get(key) or await self._store.get(key)
            if found is not None:
                return Had(Result(found["text"], found["problem"], found["seconds"]), kept=True)
        if self._results == "recorded":
            raise InputError(
                f"no result of {tool.name}({arguments[:200]}) is recorded for this step; run the loop once with its "
                "tools"
            )
        if tool.effect:
            return await engine.uninterrupted(self._alone(tool, given, key, arguments))
        result = await called(tool, given)
        if key not in self.kept:
            self._waiting.append((key, _kept(result)))
        return Had(result)

    async def settled(self) -> None:
        """Keep what plain tools returned, all at once: until then they would only run again."""
        waiting, self._waiting = self._waiting, []
        await self._store.put_many(waiting)

    async def _alone(self, tool: Tool, given: Mapping[str, Any], key: str, arguments: str) -> Had:
        """Call a tool with an effect, unless another loop of this process is at the same call: then wait for it."""
        place = (id(self._store), key)
        while (other := _under_way.get(place)) is not None:
            await asyncio.wait([other])
        done = _under_way[place] = asyncio.get_running_loop().create_future()
        try:
            found = await self._store.get(key)
            if found is not None:
                return Had(Result(found["text"], found["problem"], found["seconds"]), kept=True)
            return await self._once(tool, given, key, arguments)
        finally:
            del _under_way[place]
            done.set_result(None)

    async def _once(self, tool: Tool, given: Mapping[str, Any], key: str, arguments: str) -> Had:
        """Call a tool with an effect: that it is about to be called is written down first."""
        begun = not await self._store.put_new(f"{key}:begun", {"tool": tool.name})
        if begun:
            if self._unfinished == "raise":
                raise UnfinishedEffect(
                    f"{tool.name}({arguments[:200]}) was begun before, and nothing says whether it took effect: "
                    "another process is at it, or one ended in the middle. Look for yourself; then run the loop with "
                    "unfinished='again' to call it once more, or with unfinished='tell' to tell the model so"
                )
            if self._unfinished == "tell":
                result = Result(_UNKNOWN, "not run")
                await self._store.put_new(key, _kept(result))
                return Had(result)
        result = await called(tool, given)
        await self._store.put_new(key, _kept(result))
        return Had(result)


def _kept(result: Result) -> dict[str, Any]:
    return {"text": result.text, "problem": result.problem, "seconds": result.seconds}
