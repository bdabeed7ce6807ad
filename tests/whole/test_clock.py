"""A computer's clock that jumps by days in mid-sweep changes nothing: times are measured, not told by a clock."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from fakes.server import FakeServer, completion, error_response

import workbench as wb

FAKETIME = next(iter(Path("/usr/lib").glob("**/faketime/libfaketimeMT.so.1")), None)
JUMPS = [("+2d", "-2d"), ("-2d", "+0"), ("+2d", "+0")]
PROGRAM = textwrap.dedent("""
    import sys, workbench as wb
    for place, address in enumerate(sys.argv[1:]):
        wb.add_provider(f"fake{place}", base_url=address, free=True, concurrency=2)
        rows = wb.sweep([f"{n}?" for n in range(30)], models=f"fake{place}/m")
        seconds, days = rows["seconds"], rows["created_at"].str[:10].nunique()
        print((rows["outcome"] == "answered").sum(), seconds.min(), seconds.max(), days)
""")


class Jumping:
    """A server that turns the clock of its caller after the tenth and the twentieth call."""

    def __init__(self, clock, jumps):
        self.clock, self.jumps = clock, jumps
        self.server = FakeServer(self.answer)

    def answer(self, request):
        hits = self.server.hits
        if hits in (10, 20):
            self.clock.write_text(self.jumps[hits // 20] + "\n")
        if hits == 15:  # a date by the provider's clock, which ours contradicts by two days
            date = "Thu, 26 Nov 2026 10:00:00 GMT"
            return error_response(429, headers={"Date": date, "Retry-After": date.replace(":00 ", ":01 ")})
        return completion("1", delay_seconds=0.05)(request)


@pytest.mark.skipif(FAKETIME is None, reason="libfaketime is not installed")
def test_a_clock_that_jumps_in_mid_sweep_costs_and_loses_nothing(tmp_path):
    clock = tmp_path / "clock"
    clock.write_text("+0\n")
    faked = {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(Jumping(clock, jumps).server) for jumps in JUMPS]
        command = [sys.executable, "-c", PROGRAM, *(server.base_url for server in servers)]
        ended = subprocess.run(
            command, env={**os.environ, **faked}, capture_output=True, text=True, timeout=300, check=False
        )
        assert ended.returncode == 0, ended.stderr
        lines = ended.stdout.splitlines()
        for jumps, server, line in zip(JUMPS, servers, lines, strict=True):
            answered, shortest, longest, days = line.split()
            assert int(days) >= 2, jumps  # or the clock did not jump at all
            assert int(answered) == 30, jumps
            assert 0.05 <= float(shortest) <= float(longest) < 3600, jumps
            assert server.hits == 31, jumps
        again = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
        assert again.stdout == ended.stdout
        assert [server.hits for server in servers] == [31, 31, 31]
    seconds = wb.cache.ledger()["seconds"]
    assert len(seconds) == 3 * 31
    assert seconds.between(0, 3600).all()
