"""Work at which a person waits, each piece in a process of its own: `python scale.py WAY ROWS [PORT]`.

It runs in this checkout and in older ones, whichever `PYTHONPATH` names. Replies are prose: sentences of the manual
that Python carries, in another order for each reply, because texts that repeat themselves compress and are read far
quicker than what models write. Prints one JSON object: seconds of processor, peak memory in MB, and what a way
measures besides.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import resource
import sys
import tempfile
import time
from pathlib import Path
from pydoc_data.topics import topics
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from drivers import body_of, peak_mb, questions

THINKING_CHARACTERS, ANSWER_CHARACTERS = 8_200, 1_050


def sentences() -> list[str]:
    return [" ".join(one.split()) for one in re.split(r"(?<=\.)\s+", " ".join(topics.values())) if len(one) > 40]


def prose(chance: random.Random, characters: int, known: list[str]) -> str:
    found, size = [], 0
    while size < characters:
        found.append(chance.choice(known))
        size += len(found[-1]) + 1
    return " ".join(found)[:characters]


def new_questions(rows: int) -> list[str]:
    return [f"New: {question}" for question in questions(rows)]


def add_provider(port: int, *, streams: bool = False) -> None:
    try:
        from workbench.providers.facts import add_provider
    except ImportError:
        from workbench.facts import add_provider  # type: ignore[no-redef, import-not-found]  # as it was called before
    add_provider("ideal", base_url=f"http://127.0.0.1:{port}/v1", free=True, streams=streams)


def cells_of(rows: int) -> Any:
    try:
        from workbench.sweeps.grid import make_grid
    except ImportError:
        from workbench.grid import make_grid  # type: ignore[no-redef, import-not-found]
    return make_grid(questions(rows), models="ideal/m").cells


def current() -> Any:
    try:
        from workbench.cache.kept import current
    except ImportError:
        from workbench.cache import current  # type: ignore[no-redef]
    return current()


def fill(rows: int, port: int) -> dict[str, float]:
    """Keep a reply of prose for each cell: the record of one that is bought, with other texts in it."""
    import workbench as wb

    add_provider(port)
    bought = json.dumps(current().lookup(wb.ask("warm up", model="ideal/m").key))
    thinking, answer = (json.loads(bought)["response"]["choices"][0]["message"][name] for name in THE_TEXTS)
    bought = bought.replace(json.dumps(thinking), "$THINKING").replace(json.dumps(answer), "$ANSWER")
    assert bought.count("$THINKING") == bought.count("$ANSWER") == 1
    chance, known, store = random.Random(1), sentences(), current().store
    waiting: list[tuple[str, bytes]] = []
    seconds = 0.0
    for cell in cells_of(rows):
        whole = bought.replace("$THINKING", json.dumps(prose(chance, THINKING_CHARACTERS, known)))
        whole = whole.replace("$ANSWER", json.dumps(prose(chance, ANSWER_CHARACTERS, known)))
        record = {**json.loads(whole), "key": cell.key, "request": cell.request.identity()}
        waiting.append((cell.key, json.dumps(record, separators=(",", ":")).encode()))
        if len(waiting) == 500:
            seconds += put(store, waiting)
            waiting = []
    seconds += put(store, waiting)
    store.close()
    size = sum(file.stat().st_size for file in (Path(os.environ["WORKBENCH_CACHE"]) / "store").iterdir())
    return {"put_us": seconds / rows * 1e6, "bytes": size / rows}


THE_TEXTS = ("reasoning_content", "content")


def put(store: Any, waiting: list[tuple[str, bytes]]) -> float:
    started = time.process_time()
    store.put_many(waiting)
    return time.process_time() - started


def get(rows: int, port: int) -> dict[str, float]:
    """Read every kept record as bytes."""
    store = current().store
    keys = sorted(store.keys())[:rows]
    store.get_many(keys[:500])
    started = time.process_time()
    for start in range(0, rows, 500):
        store.get_many(keys[start : start + 500])
    return {"get_us": (time.process_time() - started) / rows * 1e6}


def opening(rows: int, port: int) -> dict[str, float]:
    """Open the store for the first time in this process, and look for one key."""
    cache = current()
    started, wall = time.process_time(), time.perf_counter()
    cache.store.get("0" * 64)
    return {"opening_ms": (time.process_time() - started) * 1e3, "wall_ms": (time.perf_counter() - wall) * 1e3}


def kept(rows: int, port: int) -> dict[str, float]:
    """Import, sweep, summary of what is kept."""
    import workbench as wb

    add_provider(port)
    found = wb.sweep(questions(rows), models="ideal/m")
    assert bool(found["cached"].all())
    wb.summary(found)
    return {}


def kept_texts(rows: int, port: int) -> dict[str, float]:
    """The same, and every text read."""
    import workbench as wb

    add_provider(port)
    found = wb.sweep(questions(rows), models="ideal/m")
    wb.summary(found)
    length = 0
    for name in ("thinking", "answer"):
        length += sum(map(len, found[name]))
    assert length >= 0.99 * rows * (THINKING_CHARACTERS + ANSWER_CHARACTERS)
    return {}


def plan_kept(rows: int, port: int) -> dict[str, float]:
    import workbench as wb

    add_provider(port)
    assert wb.plan(questions(rows), models="ideal/m").kept == rows
    return {}


def plan_new(rows: int, port: int) -> dict[str, float]:
    import workbench as wb

    add_provider(port)
    assert wb.plan(new_questions(rows), models="ideal/m").kept == 0
    return {}


def first_request(rows: int, port: int) -> dict[str, float]:
    """How long it takes until the first request of a large sweep has left; the sweep is then stopped."""
    import threading

    import workbench as wb

    add_provider(port)
    wb.ask("warm up", model="ideal/m")
    ledger = next(Path(os.environ["WORKBENCH_CACHE"]).glob("ledger*"))
    tasks = new_questions(rows)
    size, left = ledger.stat().st_size, []
    started, used = time.perf_counter(), time.process_time()

    def watch() -> None:
        while ledger.stat().st_size == size:
            time.sleep(0.01)
        left.extend([time.perf_counter() - started, time.process_time() - used])
        print(json.dumps({"first_wall": left[0], "first_processor": left[1], "peak_mb": peak_mb()}), flush=True)
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
    wb.sweep(tasks, models="ideal/m")
    return {}


def bought(rows: int, port: int) -> dict[str, float]:
    """A sweep of which nothing is kept."""
    return _bought(rows, port, streams=False)


def bought_streamed(rows: int, port: int) -> dict[str, float]:
    return _bought(rows, port, streams=True)


def _bought(rows: int, port: int, *, streams: bool) -> dict[str, float]:
    import workbench as wb

    add_provider(port, streams=streams)
    wb.ask("warm up", model="ideal/m")
    wb.sweep(["another"], models="ideal/m")  # what is loaded on first use
    started, used = time.perf_counter(), time.process_time()
    found = wb.sweep(questions(rows), models="ideal/m", concurrency=64)
    wall, used = time.perf_counter() - started, time.process_time() - used
    assert (found["outcome"] == "answered").all()
    return {"call_us": used / rows * 1e6, "wall": wall}


def alone(rows: int, port: int) -> dict[str, float]:
    return _alone(rows, port, streams=False)


def alone_streamed(rows: int, port: int) -> dict[str, float]:
    return _alone(rows, port, streams=True)


def _alone(rows: int, port: int, *, streams: bool) -> dict[str, float]:
    """The floor: aiohttp and json, replies parsed and forgotten."""
    import aiohttp
    from drivers import text_of

    async def run() -> int:
        waiting = iter(questions(rows))
        url = f"http://127.0.0.1:{port}/v1/chat/completions"
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

            async def work() -> int:
                size = 0
                for question in waiting:
                    async with session.post(url, json=body_of(question, stream=streams)) as response:
                        size += len(await (text_of(response) if streams else response.json()))
                return size

            return sum(await asyncio.gather(*(work() for _ in range(64))))

    started, used = time.perf_counter(), time.process_time()
    assert asyncio.run(run()) > 0
    return {"call_us": (time.process_time() - used) / rows * 1e6, "wall": time.perf_counter() - started}


def _synthetic(rows: int) -> Any:
    from workbench.rows import frame

    chance, known = random.Random(1), sentences()
    return frame(
        {
            "task_id": f"t{number}",
            "model": "ideal/m",
            "outcome": "answered",
            "thinking": prose(chance, THINKING_CHARACTERS, known),
            "answer": prose(chance, ANSWER_CHARACTERS, known),
            "correct": number % 3 > 0,
            "score": float(number % 3 > 0),
            "completion_tokens": 2_000 + number % 100,
            "usd": 0.01,
        }
        for number in range(rows)
    )


def written(rows: int, port: int) -> dict[str, float]:
    """Write rows of prose as JSON lines and Parquet."""
    import workbench as wb

    made = _synthetic(rows)
    found = {}
    for kind in ("jsonl", "parquet"):
        used = time.process_time()
        wb.write_rows(made, Path(os.environ["WORKBENCH_CACHE"]) / f"rows.{kind}")
        found[f"{kind}_us"] = (time.process_time() - used) / rows * 1e6
    return found


def read_jsonl(rows: int, port: int) -> dict[str, float]:
    return _read("jsonl")


def read_parquet(rows: int, port: int) -> dict[str, float]:
    return _read("parquet")


def _read(kind: str) -> dict[str, float]:
    import pandas  # noqa: F401

    import workbench as wb

    path = Path(os.environ["WORKBENCH_CACHE"]) / f"rows.{kind}"
    before, used = peak_mb(), time.process_time()
    rows = wb.read_rows(path)
    wb.summary(rows)
    size = path.stat().st_size / 1e6
    return {
        "us": (time.process_time() - used) / len(rows) * 1e6,
        "file_mb": size,
        "times_the_file": (peak_mb() - before) / size,
    }


def explained(rows: int, port: int) -> dict[str, float]:
    """Tell what sets a question apart from all that are kept, of which none differs in one value alone."""
    import workbench as wb

    add_provider(port)
    current().lookup("0" * 64)
    started = time.process_time()
    found = wb.cache.explain_miss("What is asked here was never asked before?", model="ideal/m", temperature=0.3)
    assert found.nearest_key is not None
    return {"explain_us": (time.process_time() - started) / rows * 1e6}


def exported(rows: int, port: int) -> dict[str, float]:
    """Write every kept reply to a recording."""
    import workbench as wb

    path = Path(tempfile.mkdtemp()) / "all.jsonl"
    started = time.process_time()
    count = wb.cache.export(path)
    seconds = time.process_time() - started
    size = path.stat().st_size
    path.unlink()
    return {"export_us": seconds / count * 1e6, "replies": count, "bytes_a_reply": size / count}


def imported(rows: int, port: int) -> dict[str, float]:
    import workbench  # noqa: F401

    return {}


NAMES = (
    *("fill", "get", "opening", "kept", "kept_texts", "plan_kept", "plan_new", "first_request", "bought"),
    *("bought_streamed", "alone", "alone_streamed", "written", "read_jsonl", "read_parquet", "imported"),
    *("explained", "exported"),
)

if __name__ == "__main__":
    os.environ.setdefault("WORKBENCH_CACHE", tempfile.mkdtemp())
    found = globals()[sys.argv[1]](int(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"processor": usage.ru_utime + usage.ru_stime, "peak_mb": peak_mb(), **found}))
