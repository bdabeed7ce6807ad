"""A short text that names an answer is compared by value, and needs no cue."""

from workbench.analysis.targets.claims import says


def test_a_claim_says_a_value_without_a_cue():
    assert says("42", "forty-two apples")
    assert not says("42", "43 apples")
