"""Loops of 20 steps, 64 at once, against the ideal server (50 ms a step): `python loops.py LOOPS [ROUNDS]`.

Beside them the same with bare aiohttp, and the same loops kept, in one process by turns, for a machine has its moods.
Of each the best round: its time as a multiple of the ideal, its processor time a step, and that as a multiple of
aiohttp's. `PYTHONPATH` names another checkout.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path

STEPS, AT_ONCE, DELAY_SECONDS = 20, 64, 0.05
TOOL = {"type": "object", "properties": {"at": {"type": "integer"}}, "required": ["at"]}


def look(at: int) -> str:
    """Look."""
    return f"drawer {at} is dark"


async def bare(url: str, loops: int) -> None:
    import aiohttp

    waiting = [*range(loops)]
    tools = [{"type": "function", "function": {"name": "look", "description": "Look.", "parameters": TOOL}}]

    async def work(session: aiohttp.ClientSession) -> None:
        while waiting:
            messages = [{"role": "user", "content": f"Bare {waiting.pop()}?"}]
            for _ in range(STEPS):
                body = json.dumps({"model": "m", "messages": messages, "tools": tools, "stream": True}).encode()
                async with session.post(f"{url}/chat/completions", data=body) as response:
                    text = await response.read()
                delta = json.loads(text.partition(b"\n\n")[0][6:])["choices"][0]["delta"]
                for call in delta.get("tool_calls", ()):
                    said = look(**json.loads(call["function"]["arguments"]))
                    messages += [
                        {"role": "assistant", **delta},
                        {"role": "tool", "tool_call_id": call["id"], "content": said},
                    ]

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as session:
        await asyncio.gather(*(work(session) for _ in range(AT_ONCE)))


def main() -> None:
    loops, rounds = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 3
    command = [sys.executable, str(Path(__file__).parent / "ideal_server.py"), str(DELAY_SECONDS)]
    with (
        tempfile.TemporaryDirectory() as folder,
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server,
    ):
        os.environ["WORKBENCH_CACHE"] = folder
        assert server.stdin is not None
        assert server.stdout is not None
        url = f"http://127.0.0.1:{server.stdout.readline().strip()}/v1"
        import workbench as wb

        wb.add_provider("ideal", base_url=url, free=True)

        def run(name: str, tasks: int = loops) -> None:
            asked = [{"question": f"{name} {number}?", "target": "Done"} for number in range(tasks)]
            wb.loops.sweep(asked, models="ideal/m", tools=[look], concurrency=AT_ONCE, scorer="contains")

        found: dict[str, list[tuple[float, float]]] = defaultdict(list)
        with contextlib.redirect_stderr(io.StringIO()):
            run("warm", 1)
            asyncio.run(bare(url, 1))
            for number in range(rounds):
                ways = {
                    "aiohttp": lambda: asyncio.run(bare(url, loops)),
                    "bought": lambda number=number: run(f"Round {number}"),
                    "kept": lambda number=number: run(f"Round {number}"),
                }
                for way, work in ways.items():
                    began, processor = time.perf_counter(), time.process_time()
                    work()
                    found[way].append((time.perf_counter() - began, time.process_time() - processor))
        server.stdin.close()
    steps, least = loops * STEPS, loops * STEPS * DELAY_SECONDS / AT_ONCE
    bare_processor = min(processor for _, processor in found["aiohttp"])
    for way, each in found.items():
        seconds, processor = (min(one) for one in zip(*each, strict=True))
        print(
            f"{way:8} {seconds:.2f} s, {seconds / least:.2f} x ideal; {1e3 * processor / steps:.3f} ms of processor a "
            f"step, {processor / bare_processor:.2f} x aiohttp"
        )


if __name__ == "__main__":
    main()
