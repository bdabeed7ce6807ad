"""What is made once and kept: a property works once for each object, a pattern is compiled when it is asked for."""

from __future__ import annotations

import pytest

from workbench.scorers.once import Compiled, compiled, once


class _Letters:
    """Counts how often its letters are counted."""

    def __init__(self, text: str) -> None:
        self.text, self.counted = text, 0

    @once
    def number(self) -> int:
        """How many there are."""
        self.counted += 1
        return len(self.text)


def test_a_property_is_worked_out_once_for_each_object_and_keeps_its_words() -> None:
    one, other = _Letters("nine"), _Letters("sheep")
    assert [one.number, one.number, other.number] == [4, 4, 5]
    assert (one.counted, other.counted) == (1, 1)
    assert vars(_Letters)["number"].__doc__ == "How many there are."


def test_a_property_that_fails_is_tried_again() -> None:
    asked: list[int] = []

    class Late:
        @once
        def value(self) -> int:
            asked.append(1)
            if len(asked) < 2:
                raise ValueError("not yet")
            return 7

    late = Late()
    with pytest.raises(ValueError, match="not yet"):
        _ = late.value
    assert late.value == 7


def test_patterns_are_compiled_when_they_are_asked_for() -> None:
    written = Compiled({"word": r"\w+", "broken": "("})
    assert written["word"] is written["word"]
    assert compiled(r"\w+") is compiled(r"\w+")
