"""Progress in a pipe and on a terminal."""

import os
import subprocess
import sys

import pytest
from fakes.server import FakeServer, completion, error_response
from swept import PROGRAM, start

from workbench.sweeps.progress import Progress, display_for

pytestmark = pytest.mark.usefixtures("quick")


def test_progress_in_a_pipe_ends_with_one_honest_line():
    def some(request):
        return error_response(400, "no") if request.prompt.startswith("3") else completion("1")(request)

    with FakeServer(some) as server:
        _, errors = start(server, 5).communicate(timeout=300)
        assert errors.splitlines()[-1].startswith("5 of 5 calls: 0 kept already, 4 bought, 1 failed; $0.0000 in ")
        _, errors = start(server, 5).communicate(timeout=300)
    assert errors.splitlines()[-1].startswith("5 of 5 calls: 4 kept already, 0 bought, 1 failed; ")


def test_in_a_pipe_nothing_is_said_twice_at_the_end(monkeypatch, capfd):
    monkeypatch.setattr("workbench.sweeps.progress._SECONDS_BETWEEN_LINES", 0)
    monkeypatch.setattr("sys.stderr.isatty", lambda: False, raising=False)
    half, whole = Progress(total=2, bought=1), Progress(total=2, bought=2)
    display = display_for(half)
    display.show(half)
    display.show(whole)
    display.finish(whole)
    said = capfd.readouterr().err.splitlines()
    assert [line[:6] for line in said] == ["1 of 2", "2 of 2"]


@pytest.mark.skipif(not hasattr(os, "openpty"), reason="needs a pseudo-terminal")
def test_progress_on_a_terminal_moves_and_ends_with_one_line():
    with FakeServer(lambda request: completion("1", delay_seconds=0.2)(request)) as server:
        ours, theirs = os.openpty()
        running = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, server.base_url, "12"], stdout=subprocess.DEVNULL, stderr=theirs
        )
        os.close(theirs)
        shown = b""
        while True:
            try:
                block = os.read(ours, 4096)
            except OSError:
                break
            if not block:
                break
            shown += block
        running.wait(300)
        os.close(ours)
    assert shown.count(b"of 12 calls") > 2
    assert b"12 of 12 calls: 0 kept already, 12 bought" in shown.strip().splitlines()[-1]


def test_before_the_first_call_is_back_a_line_says_what_is_waited_for():
    progress = Progress(total=3, waits=lambda: "the engine is starting")
    assert "; the engine is starting" in progress.line()
    assert "engine" not in progress.line(final=True)
    progress.bought = 1
    assert "engine" not in progress.line()
