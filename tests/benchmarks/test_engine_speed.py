"""The engine against an ideal server, with the floor and the hand-written recipe beside it; ratios within one run."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from workbench.replies.splitter import Splitter

HERE = Path(__file__).parent


@contextlib.contextmanager
def ideal_server(delay_seconds):
    process = subprocess.Popen(
        [sys.executable, HERE / "ideal_server.py", str(delay_seconds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield int(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait(10)


def driven(way, port, calls, option="plain", *, cache=None):
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, HERE / "drivers.py", way, str(port), str(calls), option],
            capture_output=True,
            text=True,
            env={**os.environ, "WORKBENCH_CACHE": str(cache or folder), "PYTHONDONTWRITEBYTECODE": ""},
            check=False,
        )
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.strip().splitlines()[-1])


def show(capsys, title, lines):
    with capsys.disabled():
        print(f"\n{title}")
        for line in lines:
            print("  " + line)


@pytest.mark.parametrize(("calls", "delay_seconds"), [(1_000, 0.05), (1_000, 0.5), (10_000, 0.0)])
def test_cold_sweep(calls, delay_seconds, capsys):
    ideal = calls / 64 * delay_seconds
    with ideal_server(delay_seconds) as port:
        ways = [("aiohttp_alone", "plain"), ("recipe", "plain"), ("workbench", "plain")]
        if calls == 1_000:
            ways += [("aiohttp_alone", "streamed"), ("workbench", "streamed")]
        found = [(way, option, driven(way, port, calls, option)) for way, option in ways]
    floors = {option: one["seconds"] for way, option, one in found if way == "aiohttp_alone"}
    lines = []
    for way, option, one in found:
        line = f"{way:<14} {option:<9} {one['seconds']:6.2f} s  {one['seconds'] / floors[option]:5.2f} × aiohttp"
        line += f"  {one['processor'] / calls * 1e3:5.2f} ms CPU a call  {one['peak_mb']:4.0f} MB"
        line += f"  {one['seconds'] / ideal:5.2f} × ideal" if ideal else ""
        if way == "workbench":
            line += f"  {one['mb_beyond_texts']:.0f} MB beyond the texts, first reply after {one['to_first']:.2f} s"
        lines.append(line)
    show(capsys, f"cold, {calls:,} calls, 64 at once, server {delay_seconds * 1e3:.0f} ms", lines)


@pytest.mark.parametrize("calls", [1_000, 10_000, 100_000])
def test_warm_replay(calls, capsys, tmp_path):
    with ideal_server(0.0) as port:
        driven("fill", port, calls, cache=tmp_path)
        found = driven("replay", port, calls, cache=tmp_path)
    lines = [
        f"{found['microseconds_a_row']:.0f} µs a row, {found['whole']:.2f} s with import and summary",
        f"summary {found['summary']:.2f} s, memory {found['times_the_texts']:.2f} × the texts",
    ]
    show(capsys, f"warm, {calls:,} kept replies, fresh process", lines)


@pytest.mark.parametrize("option", ["plain", "streamed"])
def test_cancelling(option, capsys):
    with ideal_server(0.05) as port:
        found = driven("cancel", port, 10_000, option)
    line = f"{found['updates_a_second']:.1f} updates a second, the longest gap {found['longest_gap']:.2f} s"
    show(capsys, f"10,000 calls, {option}, cancelled after 5 s", [f"{line}; ended in {found['seconds']:.2f} s"])


def test_import(capsys):
    def seconds(code):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True)
        return time.perf_counter() - started

    bare = min(seconds("pass") for _ in range(5))
    ours = min(seconds("import workbench") for _ in range(5))
    show(capsys, "import workbench", [f"{(ours - bare) * 1e3:.0f} ms above a bare interpreter"])


def test_splitting(capsys):
    text = "<think>" + "a thought " * 90_000 + "</think>" + "an answer " * 10_000
    pieces = [text[place : place + 100] for place in range(0, len(text), 100)]
    best = float("inf")
    for _ in range(5):
        splitter = Splitter()
        started = time.perf_counter()
        for piece in pieces:
            splitter.feed(piece)
        splitter.close()
        best = min(best, time.perf_counter() - started)
    line = f"{best * 1e3:.1f} ms for {len(text) / 1e6:.1f} MB in {len(pieces):,} pieces"
    show(capsys, "splitting", [line])


def test_start_of_the_local_model(capsys):
    from workbench.providers.local import server as local

    if reason := local.available():
        pytest.skip(reason)
    local.stop()
    started = time.perf_counter()
    local.endpoint("smollm2-135m-instruct")
    seconds = time.perf_counter() - started
    local.stop()
    show(capsys, "local model", [f"ready in {seconds:.2f} s"])
