"""Formulas are compared in any thread, within known limits."""

from __future__ import annotations

import threading

import pytest

from workbench.scorers.mathematics import compared, installed
from workbench.scorers.named import by_name
from workbench.tasks.tasks import Task


def test_formulas_are_compared_in_any_thread() -> None:
    found: list[bool] = []
    worker = threading.Thread(target=lambda: found.append(compared(r"\frac{x^2-1}{x-1}", "$x+1$")))
    worker.start()
    worker.join()
    assert found == [True]


@pytest.mark.skipif(not installed(), reason="math-verify is not installed")
@pytest.mark.parametrize(
    ("target", "answer", "right"),
    [
        (r"\sin(2x)", r"\boxed{2\sin(x)\cos(x)}", True),
        ("8 cm", "8 m", False),
        (r"40\%", r"\boxed{40}", False),
        ("9", "It is 8 or 9", False),
        (r"\sqrt{3}", "1.7320508", False),
        ("9", "It is not 9", False),
    ],
)
def test_the_known_limits_of_math_verify_are_guarded(target: str, answer: str, right: bool) -> None:
    assert by_name("math")(answer, Task("1", "q", target)).correct is right
