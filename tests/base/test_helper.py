"""Work in a child: answered, or stopped, and nobody waits for ever."""

from __future__ import annotations

import threading
import time

import pytest
from programs import run

from workbench.base.helper import Helper, TookTooLong

WORK = """
import os, time
def work(what, value):
    if what == "memory":
        return len(bytearray(value))
    if what == "time":
        time.sleep(value)
    return os.environ.get(value) if what == "environment" else [what, value]
"""


@pytest.fixture
def helper():
    helper = Helper(WORK, seconds=60, megabytes=200)
    yield helper
    helper.close()


def test_what_takes_too_long_is_stopped_and_the_next_question_is_answered(helper):
    helper.seconds, started = 0.5, time.monotonic()
    with pytest.raises(TookTooLong, match=r"stopped after 0\.5 seconds"):
        helper.ask("time", 600)
    assert time.monotonic() - started < 60
    helper.seconds = 60
    assert helper.ask("say", {"a": [1, None, "ü\ud83c"]}) == ["say", {"a": [1, None, "ü\ud83c"]}]


def test_what_takes_too_much_memory_is_stopped(helper):
    with pytest.raises(TookTooLong, match="memory"):
        helper.ask("memory", 10**10)
    assert helper.ask("memory", 10**6) == 10**6


def test_threads_get_their_own_answers(helper):
    answers: dict[int, list[object]] = {}

    def ask(number):
        answers[number] = [helper.ask("say", number) for _ in range(20)]

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {number: [["say", number]] * 20 for number in range(4)}


def test_a_helper_knows_no_key(helper, monkeypatch):
    monkeypatch.setenv("MYBOX_API_KEY", "not for children")
    assert helper.ask("environment", "MYBOX_API_KEY") is None


def test_a_forked_child_has_a_helper_of_its_own():
    code = """
        import os, warnings
        warnings.simplefilter("ignore", DeprecationWarning)  # Python 3.12: fork with threads
        from workbench.base.helper import Helper
        helper = Helper("def work(number): return number + 1", seconds=60)
        assert helper.ask(1) == 2
        if (child := os.fork()) == 0:
            os._exit(helper.ask(2) - 3)
        assert helper.ask(3) == 4
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    """
    ended = run(code)
    assert (ended.returncode, ended.stderr) == (0, "")
