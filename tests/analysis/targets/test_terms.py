"""Values in other terms than the target's: each found where it first stands, and what only looks like it."""

import pytest

from workbench.analysis.targets.places import places
from workbench.analysis.thoughts.text import Thought

MARK = "⟦"


@pytest.mark.parametrize(
    ("target", "marked", "codes"),
    [
        ("2.5", "so it takes ⟦two and a half hours", ("en",)),
        ("7/2", "so it is ⟦3 1/2", ("en",)),
        ("2.5", "so it is ⟦two point five", ("en",)),
        ("0.25", "the chance is ⟦25%", ("en",)),
        ("1/4", "so the chance is ⟦one in four", ("en",)),
        ("20%", "答案是⟦百分之二十", ("en", "zh")),
        ("3.5", "答案是⟦三点五", ("en", "zh")),
        ("42", "六七⟦四十二", ("en", "zh")),
        ("300000000", "so it is ⟦3 × 10^8", ("en",)),
        ("1500000", "so it is ⟦1.5 million", ("en",)),
        ("120000", "共⟦12万", ("en", "zh")),
        ("0", "so ⟦none are left", ("en",)),
        ("-3", "so x is ⟦negative 3", ("en",)),
        ("1/2", "so P is ⟦half", ("en",)),
        ("205", "das ergibt ⟦zweihundertfünf", ("en", "de")),
        ("150", "so it is ⟦a hundred and fifty", ("en",)),
        ("3:2", "比是⟦3比2", ("en", "zh")),
        ("EUR 300.00", "322.50 − 22.50 = ⟦300.00", ("en",)),
    ],
)
def test_a_number_stands_in_other_terms(target, marked, codes):
    found = places(target, Thought(marked.replace(MARK, ""), codes, "?"))
    assert found
    assert found[0][0] == marked.index(MARK)


@pytest.mark.parametrize(
    ("target", "text"),
    [("0.5", "half of them are gone"), ("25%", "that is 0.25"), ("0.25", "25% of 80 is 20"), ("2.5", "2 1/21")],
    ids=["part of something", "not yet hundredths", "hundredths of something", "a longer number"],
)
def test_what_only_looks_like_it_does_not_count(target, text):
    assert places(target, Thought(text, ("en",), "?")) == []
