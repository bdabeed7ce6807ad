"""Programs as answers: how one is found and put together with its tests."""

from __future__ import annotations

import pytest

from workbench.errors import ConfigError, InputError
from workbench.rows.table import frame
from workbench.scorers import isolation
from workbench.scorers.named import by_name
from workbench.scorers.programs import LONGEST_PROGRAM, candidates, code, unit_tests
from workbench.scorers.rescoring import rescore
from workbench.tasks.tasks import Task, load_tasks

PROMPT = (
    'from typing import List\n\n\ndef evens(numbers: List[int]) -> List[int]:\n    """Keep what is even.\n    """\n'
)
TEST = "M = {}\n\n\ndef check(candidate):\n    assert candidate([1, 2, 4]) == [2, 4]\n    assert candidate([]) == []\n"
BODY = "    return [n for n in numbers if n % 2 == 0]\n"
WHOLE = "def evens(numbers: List[int]) -> List[int]:\n" + BODY


def humaneval(**more):
    return Task("e/1", PROMPT, extra={"entry_point": "evens", "test": TEST, **more})


@pytest.fixture(scope="module")
def scorer():
    return code(isolation="none", seconds=60)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(BODY, id="what comes after the prompt"),
        pytest.param(BODY.strip(), id="its first indentation lost"),
        pytest.param(
            "kept = []\nfor n in numbers:\n    if n % 2 == 0:\n        kept.append(n)\nreturn kept", id="all lost"
        ),
        pytest.param(f"```python\n{BODY}```", id="the body in a fence"),
        pytest.param(f"{BODY}\n\ndef other():\n    return (\n", id="runs on into something unfinished"),
        pytest.param(WHOLE, id="the whole function, without the import"),
        pytest.param(f"Here it is:\n```python\n{WHOLE}```\nIt keeps what is even.", id="in a fence, with words around"),
        pytest.param(f"~~~\n{WHOLE}~~~", id="in another fence"),
        pytest.param(f"[PYTHON]\n{WHOLE}[/PYTHON]", id="in brackets"),
        pytest.param(
            f"```python\n{WHOLE}```\nUse it so:\n```python\nprint(evens([1, 2]))\n```", id="an example after it"
        ),
        pytest.param(f"```bash\npip list\n```\n```python\n{WHOLE}```", id="another language before it"),
        pytest.param(f"```python\n{WHOLE.replace('== 0', '== 1')}```\nNo:\n```python\n{WHOLE}```", id="the last draft"),
        pytest.param("```python\n" + WHOLE, id="a fence that never closes"),
        pytest.param(
            "1. So:\n   ```python\n" + "".join(f"   {line}\n" for line in WHOLE.splitlines()) + "   ```", id="in a list"
        ),
        pytest.param("evens = lambda numbers: [n for n in numbers if not n % 2]", id="a name for a lambda"),
    ],
)
def test_a_right_program_is_found_in_any_dress(scorer, answer):
    score = scorer(answer, humaneval())
    assert (score.value, score.extracted, score.evidence) == (1, None, "tests"), score.why


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        pytest.param("    return numbers\n", "AssertionError", id="wrong"),
        pytest.param("", "AssertionError", id="nothing"),
        pytest.param("I am sorry, I cannot write programs.", "it is no Python", id="prose"),
        pytest.param(WHOLE + "\nimport sys\nsys.exit(0)", "SystemExit", id="leaves before the tests"),
        pytest.param(WHOLE + "\nimport os\nos._exit(0)", "it left before its tests", id="leaves at once"),
        pytest.param(WHOLE.replace("numbers if", "nombres if"), "NameError", id="an unknown name"),
        pytest.param("x" * (LONGEST_PROGRAM + 1), "longer than 200,000", id="too long"),
    ],
)
def test_a_program_that_fails_says_why(scorer, answer, why):
    score = scorer(answer, humaneval())
    assert score.value == 0
    assert why in score.why


def test_tests_may_be_a_list_of_assertions(scorer):
    task = Task(
        "m/1", "Write a function that adds.", extra={"test_list": ["assert add(2, 3) == 5", "assert add(0, 0) == 0"]}
    )
    assert scorer("```python\ndef add(a, b):\n    return a + b\n```", task).value == 1
    assert scorer("```python\ndef add(a, b):\n    return a\n```", task).value == 0


def test_rows_keep_what_the_tests_need():
    marked = rescore(
        frame(
            {
                "task_id": "m/1",
                "task_question": "Write a function that adds.",
                "task_test_list": ["assert add(2, 3) == 5"],
                "outcome": "answered",
                "answer": answer,
            }
            for answer in ("def add(a, b): return a + b", "def add(a, b): return b")
        ),
        code(isolation="none"),
    )
    assert marked["correct"].tolist() == [True, False]


def test_a_file_of_tasks_as_it_comes_is_enough(tmp_path):
    import json

    line = {"task_id": "E/0", "prompt": PROMPT, "entry_point": "evens", "canonical_solution": BODY, "test": TEST}
    (tmp_path / "tasks.jsonl").write_text(json.dumps(line))
    (task,) = load_tasks(tmp_path / "tasks.jsonl")
    assert candidates(BODY, task)[0] == PROMPT + BODY
    assert unit_tests(task).endswith("check(evens)")


def test_a_task_without_tests_is_refused(scorer):
    with pytest.raises(InputError, match="task 'e/1' has no tests"):
        scorer(BODY, Task("e/1", PROMPT))


def test_an_entry_point_is_a_name(scorer):
    with pytest.raises(InputError, match="is no name"):
        scorer(BODY, humaneval(entry_point="evens); import os; (1"))


@pytest.mark.parametrize("settings", [{"seconds": 0}, {"memory_bytes": 1}, {"processes": 0}])
def test_limits_must_leave_room(settings):
    with pytest.raises(InputError, match="A program needs"):
        code(isolation="none", **settings)


def test_without_bubblewrap_nothing_is_run_unless_told(monkeypatch):
    isolation._walls.cache_clear()
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ConfigError, match=r"no bwrap here.*isolation='none'"):
        code()
    with pytest.raises(ConfigError, match="give one of 'bubblewrap', 'none'"):
        code(isolation="docker")
    isolation._walls.cache_clear()


def test_a_task_file_cannot_ask_for_programs_to_be_run():
    task = Task("1", "q", "x", {"scorer": "code", "test": "assert True"})
    with pytest.raises(InputError, match="unknown scorer 'code'"):
        by_name("automatic")("x = 1", task)
