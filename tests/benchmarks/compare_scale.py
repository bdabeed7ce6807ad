"""This checkout beside another where a person waits: `python tests/benchmarks/compare_scale.py OTHER ROWS [NAME …]`.

Each checkout fills a store of its own with replies of prose; then each piece of `scale.py` runs in a process of its
own, here and there in turns. Processor time, which other users of the machine disturb less than the clock, and peak
memory; what is read a second time is read a first time before. A ratio below 1 is better here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]

KEPT = ("get", "opening", "kept", "kept", "kept_texts", "plan_kept", "plan_new")
BOUGHT = ("bought", "alone", "bought_streamed", "alone_streamed", "first_request")
FILES = ("written", "read_jsonl", "read_parquet")
FEWER = {"bought_streamed": 50, "alone_streamed": 50}
"""Of streams: each has two thousand chunks."""


def measured(checkout: Path, cache: str, name: str, rows: int, port: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, HERE / "scale.py", name, str(rows), str(port)],
        cwd=checkout,
        env={
            **os.environ,
            "PYTHONPATH": str(checkout),
            "WORKBENCH_CACHE": cache,
            "PYTHONDONTWRITEBYTECODE": "",
        },
        check=False,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"{name} in {checkout}: {done.stderr[-1500:]}")
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def main(other: Path, rows: int, chosen: list[str]) -> None:
    server = subprocess.Popen(
        [sys.executable, HERE / "ideal_server.py", "0"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert server.stdin is not None
    assert server.stdout is not None
    port = int(server.stdout.readline())
    with tempfile.TemporaryDirectory() as here, tempfile.TemporaryDirectory() as there:
        sides = ((PROJECT, here), (other, there))
        print(f"{'':<18}{'measure':<20}{'here':>12}{'there':>12}{'ratio':>8}")
        for name in ("fill", *KEPT, *BOUGHT, *FILES):
            if chosen and name not in (*chosen, "fill"):
                continue
            fresh = name in BOUGHT
            found = []
            for checkout, cache in sides:
                with tempfile.TemporaryDirectory() as empty:
                    number = FEWER.get(name, min(rows, 4_000) if fresh and name != "first_request" else rows)
                    found.append(measured(checkout, empty if fresh else cache, name, number, port))
            for measure in found[0]:
                ours, theirs = found[0][measure], found[1].get(measure, float("nan"))
                ratio = ours / theirs if theirs else float("nan")
                print(f"{name:<18}{measure:<20}{ours:>12.3f}{theirs:>12.3f}{ratio:>8.2f}", flush=True)
    server.stdin.close()
    server.wait(10)


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), int(sys.argv[2]), sys.argv[3:])
