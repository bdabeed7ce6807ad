"""One time limit for whatever scores an answer, in any thread."""

from __future__ import annotations

import contextlib
import time

import pytest
from elsewhere import in_a_thread

from workbench.errors import InputError
from workbench.scorers import json_schema, limits, patterns, regex, structured
from workbench.scorers.named import as_scorer, score_answer
from workbench.tasks.tasks import Task

TASK = Task("7", "q", "x")


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(limits, "LIMIT_SECONDS", 0.3)


def endless(answer):
    while True:
        pass


def stubborn(answer):
    while True:
        try:
            endless(answer)
        except Exception:  # noqa: BLE001 - as users write it
            continue


def failing(answer):
    raise KeyError("own")


@pytest.mark.parametrize("function", [endless, stubborn], ids=["endless", "stubborn"])
def test_a_function_that_does_not_end_is_stopped_in_any_thread(function):
    scorer = as_scorer(function)
    with pytest.raises(InputError, match=rf"'{function.__name__}' on task '7': it was stopped after"):
        score_answer(scorer, "answer", TASK)
    error = in_a_thread(lambda: score_answer(scorer, "answer", TASK))
    assert isinstance(error, InputError)
    assert score_answer(as_scorer(lambda answer: True), "answer", TASK).correct


def test_a_function_that_waits_may_wait():
    started = time.monotonic()
    assert score_answer(as_scorer(lambda answer: time.sleep(0.9) or True), "answer", TASK).correct
    assert time.monotonic() - started > 0.8


def test_errors_of_a_function_stay_its_own():
    with pytest.raises(InputError, match="KeyError: 'own'"):
        score_answer(as_scorer(failing), "answer", TASK)


def test_no_stop_arrives_after_the_call(monkeypatch):
    monkeypatch.setattr(limits, "_SECONDS_BETWEEN_LOOKS", 0.001)

    def nearly(answer):
        until = time.thread_time() + limits.LIMIT_SECONDS
        while time.thread_time() < until:
            pass
        return True

    for _ in range(5):
        with contextlib.suppress(InputError):
            score_answer(as_scorer(nearly), "answer", TASK)
        sum(range(100_000))  # where a late stop would arrive


@pytest.mark.parametrize("scorer", [json_schema({"pattern": "^(b+)+$"}), regex("(b+b+)+c")], ids=["schema", "pattern"])
@pytest.mark.parametrize("where", ["here", "in a thread"])
def test_a_pattern_that_does_not_end_scores_nothing_and_says_so(scorer, where, monkeypatch):
    monkeypatch.setattr(patterns._MATCHER, "seconds", 0.5)
    monkeypatch.setattr(structured._VALIDATOR, "seconds", 0.5)
    task = Task("7", "?", None if scorer.name == "json_schema" else "x")
    answer = '"' + "b" * 50 + '!"'
    score = scorer(answer, task) if where == "here" else in_a_thread(lambda: scorer(answer, task))
    assert score.value == 0
    assert "it was stopped after 0.5 seconds" in score.why


def test_collecting_the_garbage_of_others_is_no_work_of_a_function(monkeypatch):
    """It holds all threads up for seconds where a notebook holds millions of objects."""
    monkeypatch.setattr(limits, "LIMIT_SECONDS", 3.0)
    run = limits._LimitedCall()
    looks = [  # what its thread has worked, and the full collections so far
        (10.0, 4),
        (10.1, 4),
        (15.1, 5),
        (15.2, 5),
        (17.9, 5),
        (18.3, 5),
    ]
    over = []
    for worked, collections in looks:
        monkeypatch.setattr(run, "_worked", lambda worked=worked: worked)
        monkeypatch.setattr(limits, "_full_collections", lambda collections=collections: collections)
        over.append(run.is_over())
    assert over == [False, False, False, False, False, True]


def test_a_function_that_does_little_but_collect_garbage_ends(monkeypatch):
    monkeypatch.setattr(limits, "LIMIT_SECONDS", 3.0)
    run = limits._LimitedCall()
    for look in range(80):
        monkeypatch.setattr(run, "_worked", lambda look=look: float(look))
        monkeypatch.setattr(limits, "_full_collections", lambda look=look: look)
        if run.is_over():
            break
    assert limits.LONGEST_COLLECTING_SECONDS < look < limits.LONGEST_COLLECTING_SECONDS + 5
