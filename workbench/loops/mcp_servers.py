"""Tools of an MCP server that runs as a child process and is spoken to over its standard input and output."""

from __future__ import annotations

import asyncio
import atexit
import concurrent.futures
import functools
import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from workbench.errors import ConfigError, InputError
from workbench.loops.tools import SECONDS, Tool, untitled

_SECONDS_TO_START: Final = 60.0
_SECONDS_TO_END: Final = 8.0
_MOST_TOOLS: Final = 1_000


class McpTools(list[Tool]):
    """The tools of one server, by name and fixed for as long as it runs; `close`, or its `with` block, ends it."""

    def __init__(self, tools: Iterable[Tool], close: Callable[[], None]) -> None:
        super().__init__(tools)
        self._close = close

    def close(self) -> None:
        """End the server; its tools fail from then on."""
        self._close()

    def __enter__(self) -> McpTools:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def mcp_tools(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    folder: str | Path | None = None,
    seconds: float = SECONDS,
    only: Iterable[str] | None = None,
    effect: bool | None = None,
) -> McpTools:
    """Start an MCP server, and give its tools: `mcp_tools(["uvx", "mcp-server-time"])`. Needs the extra `mcp`.

    The server sees a short list of your variables and those in `env`, so none of your keys, and works in `folder`.
    `seconds` is the limit for each call, `only` the names that are wanted. A tool that does not say that it only reads
    has an effect, and runs once for a step, unless `effect` says otherwise for all. Raises `ConfigError` where `mcp` is
    not installed or the server does not start.
    """
    if isinstance(command, str) or not command or not all(isinstance(part, str) for part in command):
        raise InputError(f"command is {command!r}; give a list of texts, such as ['python', 'server.py']")
    try:
        from mcp import StdioServerParameters
    except ImportError:
        raise ConfigError("mcp_tools needs the package mcp: pip install 'workbench[mcp]'") from None
    parameters = StdioServerParameters(
        command=command[0],
        args=[*command[1:]],
        env=dict(env) if env else None,
        cwd=None if folder is None else str(folder),
    )
    session = _Session(parameters, seconds)
    try:
        told = session.listed()
    except BaseException:
        session.close()
        raise
    wanted = None if only is None else {*only}
    if wanted is not None and (missing := wanted - {one.name for one in told}):
        session.close()
        raise InputError(f"the server has no tool {sorted(missing)[0]!r}; it has {', '.join(one.name for one in told)}")
    tools = [_tool(one, session, seconds, effect) for one in told if wanted is None or one.name in wanted]
    return McpTools(sorted(tools, key=lambda one: one.name), session.close)


def _tool(told: Any, session: _Session, seconds: float, effect: bool | None) -> Tool:
    reads = bool(told.annotations is not None and told.annotations.read_only_hint)
    has_effect = not reads if effect is None else effect
    schema = untitled({"type": "object", "properties": {}, **(told.input_schema or {})})
    return Tool(
        told.name,
        told.description or "",
        schema,
        functools.partial(session.call, told.name),
        has_effect,
        has_effect,
        seconds,
    )


class _Session:
    """One server, and the event loop in a thread of its own that owns its session."""

    def __init__(self, parameters: Any, seconds: float) -> None:
        self._seconds = seconds
        self._pid = os.getpid()
        self._client: Any = None
        self._failure: BaseException | None = None
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()
        self._thread = threading.Thread(target=self._run, args=(parameters,), daemon=True, name="workbench-mcp")
        self._thread.start()
        if not self._ready.wait(_SECONDS_TO_START):
            self._failure = TimeoutError(f"it did not answer within {_SECONDS_TO_START:g} seconds")
        if self._failure is not None:
            self.close()
            words = str(self._failure) or type(self._failure).__name__
            raise ConfigError(f"the MCP server {parameters.command!r} did not start: {words[:500]}")
        atexit.register(self.close)

    def _run(self, parameters: Any) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve(parameters))
        except BaseException as error:  # noqa: BLE001 - whoever waits is told
            self._failure = _first(error)
        finally:
            self._ready.set()
            self._loop.close()

    async def _serve(self, parameters: Any) -> None:
        from mcp.client.client import Client
        from mcp.client.stdio import stdio_client

        with open(os.devnull, "w", encoding="utf-8") as nowhere:
            async with Client(stdio_client(parameters, errlog=nowhere), cache=None) as client:
                self._client = client
                self._ready.set()
                await self._ended.wait()
        self._client = None

    def listed(self) -> list[Any]:
        """Every tool that the server tells of, page by page."""

        async def all_of_them() -> list[Any]:
            found: list[Any] = []
            cursor = None
            while len(found) < _MOST_TOOLS:
                page = await self._client.list_tools(cursor=cursor)
                found += page.tools
                cursor = page.next_cursor
                if not cursor:
                    break
            return found

        return list(self._wait(all_of_them()))

    def call(self, name: str, **arguments: Any) -> str:
        """What a tool returned, as a text; raises what the server says went wrong."""
        result = self._wait(self._client_call(name, arguments))
        texts = [part.text if hasattr(part, "text") else f"[{part.type}]" for part in result.content]
        text = "\n".join(texts)
        if not text and result.structured_content is not None:
            from pydantic_core import to_json

            text = to_json(result.structured_content, serialize_unknown=True).decode()
        if result.is_error:
            raise RuntimeError(text or "the tool failed, and the server does not say why")
        return text

    async def _client_call(self, name: str, arguments: dict[str, Any]) -> Any:
        if self._client is None:
            raise RuntimeError("the MCP server has ended")
        return await self._client.call_tool(name, arguments, read_timeout_seconds=self._seconds)

    def _wait(self, coroutine: Any) -> Any:
        if self._loop.is_closed() or os.getpid() != self._pid:
            coroutine.close()
            raise RuntimeError("the MCP server has ended")
        future = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            return future.result(self._seconds + 5)
        except concurrent.futures.TimeoutError:
            future.cancel()
            raise TimeoutError(f"the MCP server did not answer within {self._seconds:g} seconds") from None

    def close(self) -> None:
        if os.getpid() == self._pid and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._ended.set)
            self._thread.join(_SECONDS_TO_END)


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
