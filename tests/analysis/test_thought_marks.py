"""Marks of a thought: in order, apart from each other, and of the right kinds."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.thought_marks import marks_of

WORDS = ["wait", "the answer is 41.", "so 42.", "alternatively", "再检查一下", "hmm", "and then we add them.", "42"]


def test_every_kind_is_marked_where_it_stands():
    text = "So it is 41. The answer is 41. Wait, 6 * 7 = 42. 等等，答案是四十二。 Alternatively, I check. "
    text += "Let me count them all over again from the start. " * 12
    kinds = {mark.kind for mark in marks_of(text, target="42")}
    assert kinds == {"target", "other answer", "reflection", "switch", "language", "loop"}


@given(st.lists(st.sampled_from(WORDS), max_size=40).map(" ".join), st.sampled_from(["42", "Rome", None]))
def test_marks_are_in_order_and_never_overlap(text, target):
    marks = marks_of(text, target=target)
    assert all(mark.start < mark.end <= len(text) for mark in marks)
    assert all(one.end <= other.start for one, other in itertools.pairwise(marks))
