"""Python that a model wrote, run behind walls, its output given back."""

from __future__ import annotations

import pytest

from workbench.errors import ConfigError
from workbench.loops.calling import checked
from workbench.loops.sandbox import python_tool


@pytest.fixture(scope="module")
def python():
    return python_tool(seconds=60)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("total = sum(range(5))\ntotal * 2", "20"),
        ("print('a')\nprint('b')", "a\nb"),
        ("x = 1", "[nothing was printed]"),
        ("'''quotes'''\n\"\\n{}\"", "'\\n{}'"),
        ("1 / 0", 'Traceback (most recent call last):\n  File "<program>", line 1, in <module>\nZeroDivisionError: '),
        ("def f(:", "SyntaxError"),
        ("import sys\nprint('bye')\nsys.exit(3)", "bye"),
        ("import socket\nsocket.create_connection(('127.0.0.1', 80), 1)", "Error"),
        ("open('/etc/passwd').read()", "FileNotFoundError"),
        ("import os\nos.environ.get('HOME')", "[nothing was printed]"),
    ],
    ids=["value", "printed", "nothing", "quotes", "raises", "syntax", "leaves", "network", "files", "home"],
)
def test_a_program_says_what_it_prints(python, code, said):
    assert said in python(code=code)


def test_a_program_that_does_not_end_is_ended():
    assert "[stopped after 0.5 seconds]" in python_tool(seconds=0.5)(code="print('on', flush=True)\nwhile True: pass")


def test_output_without_end_is_bounded():
    assert len(python_tool(seconds=2)(code="while True: print('x' * 1000)")) < 2**21


def test_it_is_checked_before_a_loop_begins(monkeypatch):
    with pytest.raises(ConfigError, match="isolation"):
        python_tool(isolation="some")
    assert checked("python", "{}", {"python": python_tool()}).problem == "does not fit"
