"""A sweep of loops in one file for a colleague, and one whose process is killed again and again."""

from __future__ import annotations

import json
import os
import random
import signal
import time

import pandas as pd
import pytest
from commanded import workbench
from loops_play import call, calls
from nightly import NIGHTLY

import workbench as wb
from workbench.sweeps.bundles import bundle_run

TASKS = [{"id": f"well {n}", "question": f"How deep is well {n}?", "target": str(n + 5)} for n in range(4)]
STEPS = 5
KILLS = 20 if NIGHTLY else 5


def script(asked):
    well = int(asked.messages[0]["content"].split()[-1].rstrip("?"))
    done = sum(message["role"] == "tool" for message in asked.messages)
    if done < STEPS - 1:
        return {
            "thinking": f"Rope {done}.",
            **calls(call("measure", well=well, rope=done)),
            "usd": 0.001,
            "seconds": 0.01,
        }
    return {"answer": f"{well + 5} metres.", "usd": 0.001}


def measure(well: int, rope: int) -> str:
    """Measure a well with a rope."""
    return f"rope {rope} is {5 - rope} short in {well}"


def sweep(**options):
    asked = {"models": ["scripted/m"], "tools": [measure], "scorer": "numeric", "name": "wells", **options}
    return wb.sweep(TASKS, **asked)


def plain(rows):
    return rows.drop(columns=["run", "cached", "usd_spent", "seconds", "loop_seconds_in_tools", "loop_trace"])


def test_a_colleague_reads_every_step_without_store_or_server(play, home, monkeypatch):
    asker = play(script)
    rows = sweep()
    bundle_run("wells", "wells.wbrun")
    asker.close()
    monkeypatch.setenv("WORKBENCH_CACHE", str(home / "a colleague's"))
    back = wb.open_run("wells.wbrun")
    known = plain(rows).dropna(axis="columns", how="all")
    pd.testing.assert_frame_equal(plain(back)[known.columns], known, check_dtype=False)
    assert wb.loops.steps(back)["thinking"].tolist() == wb.loops.steps(rows)["thinking"].tolist()
    assert "rope 3 is 2 short in 2" in wb.loops.trace(back.iloc[2])._repr_html_()
    done = workbench("open", "wells.wbrun")
    assert done.returncode == 0, done.stderr
    (page,) = home.rglob("wells*.html")
    text = page.read_text(encoding="utf-8")
    assert "rope 3 is 2 short in 2" in text
    assert "Rope 3." in text


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and kill -9")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_sweep_that_is_killed_again_and_again_has_the_rows_of_one_that_was_not(tmp_path, play):
    asker = play(script)
    wb.loops.run("How deep is well 99?", tools=[measure], model="scripted/m")  # what is loaded here is in all children
    before, chance, kills = len(asker.asked), random.Random(7), 0
    for _ in range(KILLS):
        child = os.fork()
        if child == 0:
            try:
                sweep()
            finally:
                os._exit(0)
        time.sleep(chance.uniform(0.02, 0.25))
        os.kill(child, signal.SIGKILL)
        kills += os.WIFSIGNALED(os.waitpid(child, 0)[1])
    rows = sweep()
    bought = len(asker.asked) - before
    again = sweep()
    assert rows["correct"].tolist() == [True] * 4
    assert rows["loop_steps"].tolist() == [STEPS] * 4
    assert bought <= 4 * STEPS + 4 * kills  # what was in flight, of four loops, when it was killed
    assert (again["usd_spent"].sum(), len(asker.asked) - before) == (0, bought)
    pd.testing.assert_frame_equal(plain(again), plain(rows))
    assert [one["usd"] for text in rows["loop_trace"] for one in json.loads(text)] == pytest.approx([0.001] * 4 * STEPS)
