"""Ways to make the same calls, each to be run in a process of its own: `python drivers.py WAY PORT CALLS [OPTION]`.

Prints one JSON object: seconds for the calls (imports apart), seconds of processor time, peak memory in MB, and what a
way measures besides.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import resource
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import aiohttp
    import pandas

AT_ONCE = 64


def questions(calls: int) -> list[str]:
    return [f"Question {number}: what follows?" for number in range(calls)]


def body_of(question: str, *, stream: bool) -> dict[str, object]:
    return {"model": "m", "messages": [{"role": "user", "content": question}], "stream": stream}


async def text_of(response: aiohttp.ClientResponse) -> str:
    texts = []
    async for line in response.content:
        if line.startswith(b"data: {"):
            delta = json.loads(line[6:])["choices"][0]["delta"]
            texts.append(delta.get("content") or delta.get("reasoning_content") or "")
    return "".join(texts)


def aiohttp_alone(port: int, calls: int, option: str) -> dict[str, float]:
    """The floor: replies parsed and forgotten; of a stream, every event, and its texts are joined."""
    import aiohttp

    stream = option == "streamed"

    async def run() -> int:
        waiting = iter(questions(calls))
        url = f"http://127.0.0.1:{port}/v1/chat/completions"
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

            async def work() -> int:
                size = 0
                for question in waiting:
                    async with session.post(url, json=body_of(question, stream=stream)) as response:
                        size += len(await (text_of(response) if stream else response.json()))
                return size

            return sum(await asyncio.gather(*(work() for _ in range(AT_ONCE))))

    started = time.perf_counter()
    assert asyncio.run(run()) > 0
    return {"seconds": time.perf_counter() - started}


def recipe(port: int, calls: int, option: str) -> dict[str, float]:
    """What a good user would write by hand: the openai client, gather, diskcache."""
    import diskcache
    import openai

    async def run() -> int:
        store = diskcache.Cache(tempfile.mkdtemp())
        client = openai.AsyncOpenAI(base_url=f"http://127.0.0.1:{port}/v1", api_key="none", max_retries=0)
        gate = asyncio.Semaphore(AT_ONCE)

        async def ask(question: str) -> str:
            async with gate:
                reply = await client.chat.completions.create(
                    model="m", messages=[{"role": "user", "content": question}]
                )
                await asyncio.to_thread(store.set, question, reply.model_dump_json())
                return reply.choices[0].message.content or ""

        return sum(map(len, await asyncio.gather(*map(ask, questions(calls)))))

    started = time.perf_counter()
    assert asyncio.run(run()) > 0
    return {"seconds": time.perf_counter() - started}


def workbench(port: int, calls: int, option: str) -> dict[str, float]:
    """A sweep: asked, read, kept on disk, as rows."""
    import pandas  # noqa: F401

    import workbench as wb
    from workbench.cache.ledger_file import FILE_NAME
    from workbench.providers.facts import add_provider

    add_provider("ideal", base_url=f"http://127.0.0.1:{port}/v1", free=True, streams=option == "streamed")
    sweep, tasks = wb.sweep, questions(calls)
    wb.ask("warm up", model="ideal/m")
    ledger = wb.cache.home() / FILE_NAME
    first: list[float] = []
    watcher = threading.Thread(target=_note_growth, args=(ledger, first), daemon=True)
    before_mb = peak_mb()
    started = time.perf_counter()
    watcher.start()
    rows = sweep(tasks, models="ideal/m", concurrency=AT_ONCE)
    seconds = time.perf_counter() - started
    assert (rows["outcome"] == "answered").all()
    beyond_mb = peak_mb() - before_mb - texts_mb(rows)
    return {"seconds": seconds, "mb_beyond_texts": beyond_mb, "to_first": first[0] - started}


def _note_growth(ledger: Path, found: list[float]) -> None:
    """Note when the first call of the sweep has its line in the ledger."""
    size = ledger.stat().st_size
    while ledger.stat().st_size == size:
        time.sleep(0.005)
    found.append(time.perf_counter())


def fill(port: int, calls: int, option: str) -> dict[str, float]:
    """Keep as many replies as the sweep of `replay` asks for: one that is bought, under the key of every cell."""
    import workbench as wb
    from workbench.cache.kept import current
    from workbench.providers.facts import add_provider
    from workbench.sweeps.grid import make_grid

    add_provider("ideal", base_url=f"http://127.0.0.1:{port}/v1", free=True)
    bought = current().lookup(wb.ask("warm up", model="ideal/m").key)
    assert bought is not None
    store = current().store
    started = time.perf_counter()
    for cell in make_grid(questions(calls), models="ideal/m").cells:
        record = {**bought, "key": cell.key, "request": cell.request.identity()}
        store.put_new(cell.key, json.dumps(record).encode())
    return {"seconds": time.perf_counter() - started}


def replay(port: int, calls: int, option: str) -> dict[str, float]:
    """A sweep in a fresh process of which everything is kept."""
    begun = time.perf_counter()
    import pandas  # noqa: F401

    import workbench as wb
    from workbench.providers.facts import add_provider

    add_provider("ideal", base_url=f"http://127.0.0.1:{port}/v1", free=True)
    sweep, tasks = wb.sweep, questions(calls)
    before_mb = peak_mb()
    started = time.perf_counter()
    rows = sweep(tasks, models="ideal/m")
    seconds = time.perf_counter() - started
    after_mb = peak_mb()
    summarised = time.perf_counter()
    wb.summary(rows)
    ended = time.perf_counter()
    assert bool(rows["cached"].all())
    assert "openai" not in sys.modules
    return {
        "seconds": seconds,
        "whole": ended - begun,
        "microseconds_a_row": seconds / calls * 1e6,
        "summary": ended - summarised,
        "times_the_texts": (after_mb - before_mb) / texts_mb(rows),
    }


def cancel(port: int, calls: int, option: str) -> dict[str, float]:
    """How free the loop is during a large sweep: progress a second, and how long a cancellation takes."""
    import pandas  # noqa: F401

    import workbench as wb
    from workbench.providers.facts import add_provider

    add_provider("ideal", base_url=f"http://127.0.0.1:{port}/v1", free=True, streams=option == "streamed")
    wb.ask("warm up", model="ideal/m")
    heard: list[float] = []

    async def run() -> tuple[float, float]:
        sweep = asyncio.create_task(
            wb.asweep(
                questions(calls),
                models="ideal/m",
                concurrency=AT_ONCE,
                on_progress=lambda progress, final: heard.append(time.perf_counter()),
            )
        )
        await asyncio.sleep(5)
        asked_at = time.perf_counter()
        sweep.cancel()
        await asyncio.wait([sweep])
        return asked_at, time.perf_counter() - asked_at

    asked_at, seconds = asyncio.run(run())
    gaps = [later - earlier for earlier, later in itertools.pairwise(heard) if later < asked_at]
    return {"seconds": seconds, "updates_a_second": len(gaps) / sum(gaps), "longest_gap": max(gaps)}


def texts_mb(rows: pandas.DataFrame) -> float:
    return float(rows["thinking"].str.len().sum() + rows["answer"].str.len().sum()) / 1e6


def peak_mb() -> float:
    """The most memory that this program has had; getrusage would count that of the program that started it."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


WAYS = {each.__name__: each for each in (aiohttp_alone, recipe, workbench, fill, replay, cancel)}

if __name__ == "__main__":
    os.environ.setdefault("WORKBENCH_CACHE", tempfile.mkdtemp())
    found = WAYS[sys.argv[1]](int(sys.argv[2]), int(sys.argv[3]), sys.argv[4] if len(sys.argv) > 4 else "plain")
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({**found, "processor": usage.ru_utime + usage.ru_stime, "peak_mb": peak_mb()}))
