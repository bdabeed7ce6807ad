"""What was probably meant."""

from __future__ import annotations

import pytest

from workbench.base.words import nearest

ALL = "known are answer, thinking."


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("réponse", ALL),
        ("anwser", "did you mean 'answer'?"),
        ("", ALL),
    ],
)
def test_the_near_one_is_named_or_else_all(word, said):
    assert nearest(word, iter(("answer", "thinking"))) == said
