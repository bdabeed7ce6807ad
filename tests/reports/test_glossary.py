"""A page explains the words that stand on it, and no others."""

from workbench.reports.glossary import TERMS, glossary


def test_words_that_are_not_there_are_not_explained():
    terms = [term for term, _ in glossary(["62 % right [40–81 %], 9 points less [12 more to 31 less]: not settled"])]
    assert terms == ["right, wrong", "points", "limits in brackets", "limits of a difference", "settled"]


def test_joint_limits_are_told_apart_from_those_of_one_pair():
    told = dict(glossary([f"{term} [ 1 to 2 less" for term, _, _ in TERMS]))
    assert "every one of the ranges" in told["limits in brackets"]
    assert "each pair alone" in told["limits of a difference"]
