"""A user's own scorer that waits, or would end more than a mark."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import threading
import time

import pytest
from elsewhere import in_a_thread

import workbench as wb
from workbench.errors import InputError
from workbench.rows.table import frame
from workbench.scorers import waiting
from workbench.scorers.named import as_scorer, score_answer
from workbench.tasks.tasks import Task

TASK = Task("oats", "How many?", "11")


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(waiting, "WAIT_SECONDS", 0.05)


def dozes(answer):
    time.sleep(50)


def reads(answer):
    return subprocess.run(["sleep", "50"], check=False).returncode == 0


def locks(answer):
    return threading.Event().wait(50)


@pytest.mark.parametrize("function", [dozes, reads, locks], ids=["sleep", "child", "lock"])
def test_in_the_main_thread_a_wait_is_stopped(function, monkeypatch):
    monkeypatch.setattr(waiting, "WAIT_SECONDS", 0.05)
    began = time.monotonic()
    with pytest.raises(InputError, match=f"'{function.__name__}' on task 'oats': it waited for more than 0.05 seconds"):
        score_answer(as_scorer(function), "x", TASK)
    assert time.monotonic() - began < 45
    monkeypatch.setattr(waiting, "WAIT_SECONDS", 60)
    assert score_answer(as_scorer(lambda answer: True), "x", TASK).correct


@pytest.mark.usefixtures("short")
def test_in_another_thread_a_wait_is_left_behind_and_the_row_says_so():
    row = {"task_id": "oats", "model": "m", "outcome": "answered", "answer": "11", "task_question": "How many?"}

    def marks():
        with pytest.warns(UserWarning, match="dozes"):
            return wb.rescore(frame([row]), dozes)

    marked = in_a_thread(marks)
    assert "it waited for more than 0.05 seconds, and was left behind in its thread" in marked["why"][0]
    assert marked["score"].isna().all()


def test_whoever_was_late_once_is_waited_for_less(monkeypatch):
    monkeypatch.setattr(waiting, "WAIT_SECONDS", 0.1)
    monkeypatch.setattr("workbench.scorers.limits.LIMIT_SECONDS", 0.05)
    scorer = as_scorer(dozes)
    for seconds in (0.1, 0.05):
        error = in_a_thread(lambda: score_answer(scorer, "x", TASK))
        assert f"more than {seconds:g} seconds" in str(error)


def test_a_function_stays_in_the_main_thread_and_the_signal_is_given_back():
    mine = signal.signal(signal.SIGURG, lambda number, frame: None)
    try:
        before, seen = signal.getsignal(signal.SIGURG), []
        score_answer(as_scorer(lambda answer: seen.append(threading.current_thread()) or True), "x", TASK)
        assert seen == [threading.main_thread()]
        assert signal.getsignal(signal.SIGURG) is before
    finally:
        signal.signal(signal.SIGURG, mine)


@pytest.mark.usefixtures("short")
def test_one_own_scorer_within_a_list_is_stopped_too():
    with pytest.raises(InputError, match="it waited for more than"):
        score_answer(as_scorer([dozes, "exact"]), "11", TASK)


@pytest.mark.parametrize("ends", [SystemExit(7), GeneratorExit(), asyncio.CancelledError("off")], ids=repr)
def test_what_would_end_more_than_a_mark_is_an_error_of_the_scorer(ends):
    def leaves(answer):
        raise ends

    for where in (lambda action: action(), in_a_thread):
        try:
            error = where(lambda: score_answer(as_scorer(leaves), "x", TASK))
        except InputError as problem:
            error = problem
        assert f"Scorer 'leaves' fails on task 'oats': {ends!r}" in str(error)


def test_a_ctrl_c_passes():
    def stops(answer):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        score_answer(as_scorer(stops), "x", TASK)
