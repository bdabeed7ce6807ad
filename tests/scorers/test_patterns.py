"""Regular expressions under a time limit."""

from __future__ import annotations

import concurrent.futures
import os
import signal
import subprocess
import sys

import pytest

from workbench.scorers import patterns
from workbench.scorers.patterns import TookTooLong, search


def test_a_match_comes_with_its_groups():
    assert search("(a)|(b)", "xb") == ("b", None, "b")
    assert search("c", "xb") is None
    assert search("", "") == ("",)


def test_any_text_can_be_searched():
    assert search("\ud800(.)", "\ud800\u2028\n") == ("\ud800\u2028", "\u2028")


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        pytest.param("(a+)+b", "a" * 60, id="exponential"),
        pytest.param("a+b", "a" * 200_000, id="quadratic"),
    ],
)
def test_an_endless_search_is_stopped_and_the_next_one_works(pattern, text, monkeypatch):
    monkeypatch.setattr(patterns._MATCHER, "seconds", 0.5)
    with pytest.raises(TookTooLong):
        search(pattern, text)
    assert search("b", "ab") == ("b",)


def test_threads_get_their_own_answers():
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda number: search(r"\d+", f"n{number}"), range(200)))
    assert found == [(str(number),) for number in range(200)]


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="no interval timer on this platform")
def test_an_interrupted_search_does_not_answer_the_next():
    def interrupt(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        with pytest.raises(KeyboardInterrupt):
            search("(a+)+b", "a" * 60)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    assert search("b", "ab") == ("b",)


def test_no_child_is_left_behind():
    code = "from workbench.scorers.patterns import search, _MATCHER; search('a', 'a'); print(_MATCHER._child.pid)"
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    with pytest.raises(ProcessLookupError):
        os.kill(int(done.stdout), 0)
