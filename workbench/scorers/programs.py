"""Answers that are programs: found in the answer, put together with the task's tests, and run in isolation."""

from __future__ import annotations

import json
import textwrap
from typing import Any, Final

from workbench.base import regular_expressions as re
from workbench.errors import InputError
from workbench.scorers import isolation as isolation_room
from workbench.scorers.isolation import Isolation, Limits
from workbench.scorers.score import Score, Scorer, shown
from workbench.tasks.tasks import Task

TEST_COLUMNS: Final = ("test", "tests", "test_list")
SETUP_COLUMNS: Final = ("test_setup_code", "test_imports")
LONGEST_PROGRAM: Final = 200_000
"""Characters of an answer that are read as a program; a longer one is no answer to a unit test."""

_FENCE: Final = re.compile(
    r"^[ \t]*(?:```|~~~)[ \t]*(\w*)[^\n`]*\n(.*?)(?:^[ \t]*(?:```|~~~)|\Z)|\[PYTHON\]\n?(.*?)(?:\[/PYTHON\]|\Z)",
    re.MULTILINE | re.DOTALL,
)
_LANGUAGES: Final = frozenset({"", "python", "py", "python3"})


def code(
    *,
    isolation: Isolation = "bubblewrap",
    seconds: float = 10.0,
    memory_bytes: int = 512 * 2**20,
    processes: int = 8,
) -> Scorer:
    """Score 1 where the program in the answer passes the task's unit tests; it is run, in a child process.

    Tasks are as HumanEval has them: the beginning of a function in `prompt` (or as the question), its name in
    `entry_point`, and in `test` a program that defines `check(candidate)`; or as MBPP has them: assertions in
    `test_list`. The answer may be the whole function, in a fence or bare, or what comes after the prompt.

    The child has no network, no home and no environment, `seconds` of computing and twice as many by the clock,
    `memory_bytes` for each of its `processes`, and room for files of 1 MB each, 16 MB in all. bubblewrap builds these
    walls; where there is none that works, ConfigError is raised here. `isolation="none"` does without: then the program
    has your own rights, your files and your network, and only the limits of time and size hold.

    >>> scorer = code(isolation="none")
    >>> task = Task("1", "def double(n):", extra={"entry_point": "double", "test": "def check(f): assert f(4) == 8"})
    >>> scorer("    return n * 2", task).value, scorer("    return n + 2", task).why
    (1.0, 'AssertionError (line 4)')
    """
    if not (0 < seconds <= 3_600) or memory_bytes < 2**26 or processes < 1:
        raise InputError(
            f"A program needs from 0 to 3,600 seconds, at least {2**26:,} bytes and a process, not "
            f"{seconds!r}, {memory_bytes!r} and {processes!r}."
        )
    isolation_room.check(isolation)
    limits = Limits(seconds=seconds, memory_bytes=memory_bytes, processes=processes)

    def score(answer: str, task: Task) -> Score:
        tests = unit_tests(task)
        if len(answer) > LONGEST_PROGRAM:
            return Score(0.0, None, f"the answer is longer than {LONGEST_PROGRAM:,} characters", "tests")
        programs = [f"{program}\n\n{tests}\n" for program in candidates(answer, task)]
        ended = isolation_room.run(programs, limits=limits, isolation=isolation)
        return Score(float(ended.passed), None, shown(ended.why), "tests")

    return Scorer("code", score, needs_target=False, at_once=2)


def unit_tests(task: Task) -> str:
    """The program that tests an answer to this task; raises InputError where the task has none.

    >>> unit_tests(Task("1", "Add.", extra={"test_list": ["assert add(1, 2) == 3"], "test_imports": ["import math"]}))
    'import math\\nassert add(1, 2) == 3'
    """
    name = next((name for name in TEST_COLUMNS if _lines(task.extra.get(name), name, task)), None)
    if name is None:
        raise InputError(
            f"Scorer 'code': task {task.id!r} has no tests; a column {', '.join(map(repr, TEST_COLUMNS))}."
        )
    tests = "\n".join(_lines(task.extra[name], name, task))
    setup = [line for column in SETUP_COLUMNS for line in _lines(task.extra.get(column), column, task)]
    entry = _entry_point(task)
    if entry and re.search(r"^def check\(", tests, re.MULTILINE) and not re.search(r"^check\(", tests, re.MULTILINE):
        tests += f"\n\ncheck({entry})"
    return "\n".join([*setup, tests])


def candidates(answer: str, task: Task) -> list[str]:
    """The programs that an answer may stand for, the likeliest first; the first that Python can read is run.

    >>> task = Task("1", "import math\\ndef area(r):\\n", extra={"entry_point": "area"})
    >>> candidates("```python\\ndef area(r):\\n    return r\\n```", task)[0]
    'import math\\ndef area(r):\\n    return r\\n'
    """
    entry = _entry_point(task)
    begun = str(task.extra.get("prompt") or task.question)
    named = re.escape(entry)
    defines = re.compile(rf"^(?:async )?def {named}\b|^{named}\s*=|^class {named}\b", re.MULTILINE)
    blocks = _blocks(answer)
    whole = [block for block in blocks if entry and defines.search(block)]
    if whole or not entry:
        program = whole[-1] if whole else "\n\n".join(blocks)
        head = defines.split(begun, maxsplit=1)[0] if entry else ""
        return [f"{head}{program}", program]
    body = blocks[0] if _FENCE.search(answer) else answer
    begun = begun.rstrip() + "\n"
    shorter = re.split(r"^(?=[^\s#])", body, maxsplit=1, flags=re.M)[0] if body[:1].isspace() else body
    # The first line of a body loses its indentation where a reply was stripped.
    return [
        begun + body,
        begun + shorter,
        begun + "    " + body.lstrip(),
        begun + textwrap.indent(textwrap.dedent(body), "    "),
        body,
    ]


def _blocks(answer: str) -> list[str]:
    """The fenced pieces of Python, or the answer itself where nothing is fenced."""
    found = [
        textwrap.dedent(match[2] if match[2] is not None else match[3])
        for match in _FENCE.finditer(answer)
        if (match[1] or "").lower() in _LANGUAGES
    ]
    return found or [answer]


def _entry_point(task: Task) -> str:
    entry = str(task.extra.get("entry_point") or "").strip()
    if entry and not all(part.isidentifier() for part in entry.split(".")):
        raise InputError(f"Scorer 'code': the entry_point {entry!r} of task {task.id!r} is no name.")
    return entry


def _lines(value: Any, column: str, task: Task) -> list[str]:
    """The pieces of a column with tests: a text, or a list of texts, perhaps as JSON."""
    if isinstance(value, str) and value.lstrip()[:2] in ('["', "[]"):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return [value]
    if isinstance(value, list | tuple):
        if not all(isinstance(item, str) for item in value):
            raise InputError(f"Scorer 'code': the column {column!r} of task {task.id!r} must hold texts.")
        return list(value)
    return [str(value)] if value is not None and str(value).strip() else []
