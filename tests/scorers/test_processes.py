"""Answers marked by several processes: in order, as one alone marks them, whatever becomes of the others."""

from __future__ import annotations

import threading

import pytest

from workbench.errors import InputError
from workbench.scorers import processes
from workbench.scorers.named import as_scorer, automatic, by_name
from workbench.scorers.processes import Case, Marker, findings
from workbench.scorers.score import Score
from workbench.tasks.tasks import Task

TASKS = [Task(f"t{n}", f"How many are {n} pairs?", str(2 * n)) for n in range(40)]
CASES = [
    Case(f"{n} pairs are {2 * n + n % 3 // 2}{' ' * k}.", task, {}) for k in range(15) for n, task in enumerate(TASKS)
]
CASES[450] = Case("9", Task("odd", "What?", "9", {"scorer": "guess"}), {})


@pytest.fixture
def asked_at_once(monkeypatch):
    """Children that are asked after the first case, and what they were asked."""
    asked, ask = [], processes._asked
    monkeypatch.setattr(processes, "SECONDS_ALONE", 0)
    monkeypatch.setattr(processes, "_SECONDS_WORTH_IT", 0)
    monkeypatch.setattr(processes, "_processors", lambda: 2)
    monkeypatch.setattr(processes, "_asked", lambda *given: asked.append((given, ask(*given))) or asked[-1][1])
    return asked


def told(found):
    return [str(each) if isinstance(each, InputError) else each for each in found]


def waiting_for_the_child(asked, cases):
    """The cases; before the last of them is handed over, the child has answered once."""
    for number, case in enumerate(cases):
        if number == 450:
            for _ in range(600):
                if asked:
                    break
                threading.Event().wait(0.1)
        yield case


def test_a_child_marks_as_this_process_does(asked_at_once):
    alone = told(map(Marker(automatic()), CASES))
    cases = waiting_for_the_child(asked_at_once, CASES)
    assert told(findings(automatic(), cases, len(CASES))) == alone
    assert any(answer for _, answer in asked_at_once)
    assert sum(isinstance(each, Score) for each in alone) == len(CASES) - 1
    assert {each.correct for each in alone if isinstance(each, Score)} == {True, False}


def test_tasks_that_cannot_be_sent_are_marked_here(asked_at_once):
    cases = [case._replace(task=Task("x", "?", "2", {"lock": threading.Lock()})) for case in CASES[:300]]
    assert [each.correct for each in findings(by_name("numeric"), cases, 300)][:3] == [False, True, False]
    assert all(answer is None for _, answer in asked_at_once)


def test_what_a_function_says_is_never_kept_nor_asked_of_a_child(asked_at_once):
    calls = []
    scorer = as_scorer(lambda answer: calls.append(answer) or True)
    assert len([*findings(scorer, [CASES[0]] * 150, 150)]) == len(calls) == 150
    assert not asked_at_once


def test_what_is_said_of_a_short_answer_is_said_again(monkeypatch):
    read = []
    plain = processes.score_answer
    monkeypatch.setattr(processes, "score_answer", lambda *given: read.append(given[1]) or plain(*given))
    long = Case("word " * 60 + "is 0.", TASKS[0], {})
    mark = Marker(automatic())
    found = [mark(case) for case in [CASES[0], CASES[0], CASES[0]._replace(task=TASKS[1]), long, long]]
    assert len(read) == 4
    assert [each.correct for each in found] == [True, True, False, True, True]


def test_what_depends_on_a_figure_is_worked_out_each_time():
    task = Task("q", "Quick?", None, {"scorer": "latency:2"})
    mark = Marker(automatic())
    assert [mark(Case("x", task, {"seconds": s})).correct for s in (1.0, 3.0)] == [True, False]
