"""A loop whose process is killed at any step goes on where it was: nothing bought twice, no effect twice."""

from __future__ import annotations

import json
import os
import signal
import time

import pytest
from loops_play import call, calls
from nightly import NIGHTLY

import workbench as wb
from workbench.loops.effects import UnfinishedEffect

STEPS = 20
KILLS = 20 if NIGHTLY else 6


def script(asked):
    done = sum(message["role"] == "tool" for message in asked.messages)
    if asked.messages[0]["content"] == "Are you there?":
        return "Yes." if done else calls(call("tool_of_nothing", number=1))
    if done >= STEPS:
        return "All sent."
    made = call("send" if done % 2 == 0 else "count", number=done)
    return {"thinking": f"Step {done}.", **calls(made), "seconds": 0.01}


def tool_of_nothing(number: int) -> None:
    """Nothing."""


def run_it(log, result, unfinished):
    """What the child does: send and count, and write down how it ended."""

    @wb.loops.tool(effect=True)
    def send(number: int) -> str:
        """Send a letter."""
        with log.open("a") as file:
            file.write(f"{number}\n")
        time.sleep(0.004)
        return f"sent {number}"

    def count(number: int) -> int:
        """Count."""
        return number + 1

    try:
        loop = wb.loops.run("Send ten letters.", tools=[send, count], model="scripted/m", unfinished=unfinished)
        result.write_text(json.dumps([loop.answer, len(loop.steps)]))
    except UnfinishedEffect:
        result.write_text("unfinished")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and kill -9")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_loop_that_is_killed_again_and_again_ends_as_if_it_had_not_been(tmp_path, play):
    kills, answered = 0, 0

    def held(asked):
        """The script; after some steps a child waits until it has been killed, however late that is."""
        nonlocal answered
        answered += 1
        killed = kills
        while killed == kills < KILLS and answered > STEPS // 4:
            time.sleep(0.001)
        return script(asked)

    asker = play(held)
    log, result = tmp_path / "log.txt", tmp_path / "result.txt"
    log.touch()
    wb.loops.run(
        "Are you there?", tools=[tool_of_nothing], model="scripted/m"
    )  # what is loaded here is in all children
    before, unfinished = len(asker.asked), "raise"
    for _ in range(3 * KILLS):
        result.unlink(missing_ok=True)
        answered = 0
        child = os.fork()
        if child == 0:
            try:
                run_it(log, result, unfinished)
            finally:
                os._exit(0)
        unfinished = "raise"
        if kills < KILLS:
            asked, sent = len(asker.asked), log.stat().st_size
            deadline = time.monotonic() + 60
            while len(asker.asked) == asked and log.stat().st_size == sent and time.monotonic() < deadline:
                if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                    break
                time.sleep(0.001)
            time.sleep(0.003 * (kills % 7))
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        kills += os.WIFSIGNALED(status)
        if result.exists() and not os.WIFSIGNALED(status):
            if result.read_text() != "unfinished":
                break
            unfinished = "tell"  # it was killed within the effect; somebody looked, and the model is told
    assert json.loads(result.read_text()) == ["All sent.", STEPS + 1]
    assert kills >= KILLS // 2
    numbers = log.read_text().split()
    assert len(numbers) == len(set(numbers))
    steps = [sum(message["role"] == "tool" for message in asked.messages) for asked in asker.asked[before:]]
    assert len(steps) <= STEPS + 1 + kills  # the one in flight when it was killed may be asked for once more
    assert all(steps.count(number) <= 1 + kills for number in steps)
    assert sorted(set(steps)) == list(range(STEPS + 1))
