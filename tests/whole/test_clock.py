"""A computer's clock that jumps by days in mid-sweep changes nothing: times are measured, not told by a clock."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from fakes.server import FakeServer, completion, error_response

import workbench as wb

FAKETIME = next(iter(Path("/usr/lib").glob("**/faketime/libfaketimeMT.so.1")), None)
PROGRAM = textwrap.dedent("""
    import sys, workbench as wb
    wb.add_provider("fake", base_url=sys.argv[1], free=True, concurrency=2)
    rows = wb.sweep([f"{n}?" for n in range(30)], models="fake/m")
    print((rows["outcome"] == "answered").sum(), rows["seconds"].min(), rows["seconds"].max())
    print(rows["created_at"].str[:10].nunique())
""")


@pytest.mark.skipif(FAKETIME is None, reason="libfaketime is not installed")
@pytest.mark.parametrize("jumps", [("+2d", "-2d"), ("-2d", "+0"), ("+2d", "+0")], ids=str)
def test_a_clock_that_jumps_in_mid_sweep_costs_and_loses_nothing(jumps, tmp_path):
    clock = tmp_path / "clock"
    clock.write_text("+0\n")

    def answer(request):
        if server.hits in (10, 20):
            clock.write_text(jumps[server.hits // 20] + "\n")
        if server.hits == 15:  # a date by the provider's clock, which ours contradicts by two days
            date = "Thu, 26 Nov 2026 10:00:00 GMT"
            return error_response(429, headers={"Date": date, "Retry-After": date.replace(":00 ", ":01 ")})
        return completion("1", delay_seconds=0.1)(request)

    faked = {
        "LD_PRELOAD": str(FAKETIME),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    with FakeServer(answer) as server:
        command = [sys.executable, "-c", PROGRAM, server.base_url]
        ended = subprocess.run(
            command, env={**os.environ, **faked}, capture_output=True, text=True, timeout=60, check=False
        )
        assert ended.returncode == 0, ended.stderr
        answered, shortest, longest, dates = ended.stdout.split()
        assert int(dates) >= 2  # or the clock did not jump at all
        assert int(answered) == 30
        assert 0.1 <= float(shortest) <= float(longest) < 5
        assert server.hits == 31
        again = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert again.stdout == ended.stdout
        assert server.hits == 31
    seconds = wb.cache.ledger()["seconds"]
    assert len(seconds) == 31
    assert seconds.between(0, 5).all()
