"""`run`: a model and its tools, step by step, until it answers; every step kept, so that nothing is bought twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from typing import Any, Literal

from workbench.asking.ask import request_for
from workbench.asking.money import Purse, check_max_usd, unpriced
from workbench.base import engine
from workbench.base.patience import check_timeout
from workbench.cache.earlier import as_kept, as_sent_before
from workbench.cache.kept import Cache, current
from workbench.cache.request_key import request_key
from workbench.cache.tool_results import tool_results
from workbench.errors import InputError
from workbench.loops.answers import checker
from workbench.loops.effects import RESULTS, UNFINISHED, Results, Unfinished
from workbench.loops.loop import Loop, Step
from workbench.loops.opening import Opened, opened
from workbench.loops.replaying import Replay, check_ids, check_replay
from workbench.loops.running import Heard, Order, carry_out
from workbench.loops.tools import Tool
from workbench.providers.bounds import worst_of
from workbench.providers.models import Model
from workbench.providers.requests import CallRequest
from workbench.replies.message import draws_several
from workbench.tasks.prompts import load_prompts
from workbench.tasks.task import Task

Tools = Iterable[Callable[..., Any] | Tool] | Callable[[Any], Any] | Literal["recorded"]
"""A list of functions, a function of the task that makes one, or those of the loop that was run before."""


def run(
    task: str | Task | Sequence[Mapping[str, Any]],
    *,
    tools: Tools,
    model: str | Model,
    max_steps: int = 300,
    max_usd: float | None = None,
    replay: Replay = "all",
    ids: str = "trained",
    stop: Callable[[Sequence[Step]], Any] | None = None,
    answer_schema: Any = None,
    stop_repeating: int | None = None,
    parallel: bool = True,
    results: Results = "run",
    unfinished: Unfinished = "raise",
    state: Callable[[], Any] | None = None,
    show: Callable[[Heard], Any] | None = None,
    timeout: float | None = None,
    refresh: bool = False,
    **options: Any,
) -> Loop:
    """Let a model call tools until it answers, and give back the loop, step by step.

    Every step is asked for as `wb.ask` asks, under the key of all that came before: the same loop again costs nothing,
    one that was cut goes on where it was, and after a tool result that differs only what follows is bought. `options`
    are those of `ask`.

    `tools` are functions with type hints and a docstring, or a function of the task that makes such a list (and a
    `state`). They are run in threads, those of one turn side by side (unless
    `parallel` is false), each within its seconds; what one raises is told to the model. Plain tools run again when a
    loop is repeated; `results="kept"` takes what they returned before, `tools="recorded"` (or `results="recorded"`)
    runs none and needs no key. A tool with `effect=True` never runs twice for one step; where it was begun and not
    ended, `unfinished` decides.

    `replay` says in which turns the model's thinking goes back to it: "all", in the "last" alone, or "none", where its
    provider allows that. `stop(steps)` ends the loop after a step: a text is the answer, any other true value takes the
    last words. `answer_schema` is a JSON schema or a type; an answer that does not fit is sent back once.
    `stop_repeating=n` ends a loop as `repeating` when a call came to the same n times before. `state()` is asked for at
    the end. `show` hears each piece as it comes. `max_usd` is for all steps together, `timeout` for each, in seconds.

    Raises what `ask` raises, with the steps so far as `.loop`: an error, or a sum that is used up, loses none of them.
    """
    how = {
        **options,
        "max_steps": max_steps,
        "replay": replay,
        "ids": ids,
        "stop": stop,
        "answer_schema": answer_schema,
        "stop_repeating": stop_repeating,
        "parallel": parallel,
        "results": results,
        "unfinished": unfinished,
        "state": state,
        "show": show,
        "timeout": timeout,
        "refresh": refresh,
    }
    return engine.run(_coroutine(task, tools=tools, model=model, max_usd=max_usd, **how))


async def arun(
    task: str | Task | Sequence[Mapping[str, Any]], *, tools: Tools, model: str | Model, **options: Any
) -> Loop:
    """Run a loop without blocking: the awaitable twin of `run`, with the same options."""
    coroutine = await asyncio.to_thread(lambda: _coroutine(task, tools=tools, model=model, **options))
    return await asyncio.wrap_future(engine.submit(coroutine))


def _coroutine(
    task: Any, *, tools: Any, model: Any, max_usd: float | None = None, **asked: Any
) -> Coroutine[Any, Any, Loop]:
    check_max_usd(max_usd)
    cache = current()
    order = order_of(task, tools=tools, model=model, cache=cache, **asked)
    if max_usd is not None and worst_of(order.request).usd is None:
        raise unpriced(order.request)
    return carry_out(order, cache, Purse(max_usd))


def order_of(
    task: Any,
    *,
    tools: Any,
    model: str | Model,
    cache: Cache,
    max_steps: int = 300,
    replay: str = "all",
    ids: str = "trained",
    stop: Any = None,
    answer_schema: Any = None,
    stop_repeating: int | None = None,
    parallel: bool = True,
    results: Results = "run",
    unfinished: Unfinished = "raise",
    state: Any = None,
    show: Any = None,
    timeout: float | None = None,
    refresh: bool = False,
    **options: Any,
) -> Order:
    """Check what is asked for before anything is bought."""
    is_recorded = isinstance(tools, str) and tools == "recorded"
    results = "recorded" if is_recorded else results
    _check_ends(max_steps, stop_repeating)
    _check_functions(stop=stop, state=state, show=show)
    _check_one_of("unfinished", unfinished, UNFINISHED)
    check_ids(ids)
    check_timeout(timeout)
    _check_one_of("results", results, RESULTS)
    prompt = messages_of_task(task)
    bare = request_for(prompt, model, options)
    made, own_state = Opened(recorded_tools(bare, cache), None) if is_recorded else opened(tools, task)
    check_one_turn(bare)
    request = request_for(prompt, model, {**options, "tools": [one.schema for one in made]}) if made else bare
    if not refresh:
        request, bare = as_begun(request, bare, cache)
    return Order(
        request,
        {one.name: one for one in made},
        replay=check_replay(replay, request.target, request.body),
        ids=ids,
        max_steps=max_steps,
        results=results,
        unfinished=unfinished,
        stop=stop,
        check=checker(answer_schema),
        stop_repeating=stop_repeating,
        parallel=parallel,
        state=state or own_state,
        show=show,
        timeout_seconds=timeout,
        refresh=refresh,
        told_under=tools_key(bare),
    )


def _check_ends(max_steps: Any, stop_repeating: Any) -> None:
    if isinstance(max_steps, bool) or not isinstance(max_steps, int) or max_steps < 1:
        raise InputError(f"max_steps is {max_steps!r}; give a whole number of at least 1")
    if stop_repeating is not None and (not isinstance(stop_repeating, int) or stop_repeating < 1):
        raise InputError(f"stop_repeating is {stop_repeating!r}; give how often a call may come to the same, such as 3")


def _check_functions(**given: Any) -> None:
    for name, value in given.items():
        if value is not None and not callable(value):
            raise InputError(f"{name} is {value!r}; give a function")


def _check_one_of(name: str, value: Any, known: Iterable[str]) -> None:
    if value not in known:
        raise InputError(f"{name} is {value!r}; give one of {', '.join(map(repr, known))}")


def check_one_turn(request: CallRequest) -> None:
    """Raise `InputError` for a request that one model does not answer with one turn: that is what goes back to it."""
    if request.others or request.routed_to:
        raise InputError(
            f"{request.target.label!r} is a route or has a fallback; a loop needs one model, whose turns go back to it"
        )
    if draws_several(request.body.get("n")):
        raise InputError(f"n is {request.body['n']!r}; a loop goes on from one draw: give repeats to a sweep of loops")


def messages_of_task(task: Any) -> Any:
    """The first messages: a text or messages as they are, a `Task` as the plain prompt puts it."""
    if isinstance(task, Task):
        (plain,) = load_prompts(None).values()
        return plain.render(task)
    return task


def as_begun(request: CallRequest, bare: CallRequest, cache: Cache) -> tuple[CallRequest, CallRequest]:
    """The first request of a loop, and the same without tools, as it was begun with the cap of an earlier table."""
    begun = as_kept(request, cache)
    return begun, bare if begun is request else capped_alike(bare, begun)


def capped_alike(bare: CallRequest, begun: CallRequest) -> CallRequest:
    """A request as it was sent when another was, by the cap of the table of that time."""
    return next((one for one in as_sent_before(bare) if one.max_tokens == begun.max_tokens), bare)


def tools_key(bare: CallRequest) -> str:
    """What the tools of a loop are kept under: the request without them."""
    return f"{request_key(bare.identity())}:tools"


def recorded_tools(bare: CallRequest, cache: Cache) -> tuple[Tool, ...]:
    """The tools of the loop that began with a request, to be looked at and not run; raises `InputError` for none."""
    keys = map(tools_key, (bare, *as_sent_before(bare)))
    found = next((told for key in keys if (told := tool_results(cache).find(key)) is not None), None)
    if found is None:
        raise InputError(
            "no loop is recorded that began with this prompt, model and options; run it once with its tools"
        )

    def never(**arguments: Any) -> Any:
        raise AssertionError("a recorded tool is not run")

    functions = [schema["function"] for schema in found["tools"]]
    return tuple(Tool(one["name"], one["description"], one["parameters"], never) for one in functions)
