"""Places are judged when they are asked for, in the order that is asked for, and once."""

from hypothesis import given
from hypothesis import strategies as st

from workbench.analysis.targets.candidates import Candidates, OfSurroundings


def judged(wanted):
    """Some candidates of which those that begin at a wanted place stand, and the places that were looked at."""
    looked = []

    def judge(span):
        looked.append(span)
        return span[0] in wanted

    found = Candidates()
    found.add([(0, 9), (2, 3), (4, 6), (8, 10)], judge)
    return found, looked


def test_no_place_is_looked_at_behind_the_one_that_is_found():
    found, looked = judged({2, 4, 8})
    assert found.first() == (2, 3)
    assert looked == [(2, 3)]
    assert found.last() == (8, 10)
    assert looked == [(2, 3), (8, 10)]


def test_a_place_is_looked_at_once():
    found, looked = judged({4})
    assert found.all() == [(4, 6)]
    assert (found.first(), found.last(), found.earliest(), found.since(5)) == ((4, 6), (4, 6), (4, 6), None)
    assert sorted(looked) == [(0, 9), (2, 3), (4, 6), (8, 10)]


def test_what_ends_first_need_not_begin_first():
    found, _ = judged({0, 2, 4, 8})
    assert (found.earliest(), found.first(), found.since(3)) == ((0, 9), (2, 3), (4, 6))


def test_a_sure_place_needs_no_judge_and_one_of_several_is_enough():
    found, _ = judged(set())
    found.add([(4, 6)])
    found.add([(2, 3)], lambda span: True)
    assert found.all() == [(2, 3), (4, 6)]


def test_a_place_that_is_not_wanted_does_not_stand_be_it_sure_or_not():
    found, _ = judged({2, 4, 8})
    found.add([(12, 14)])
    found.only(lambda span: span[1] not in (3, 14))
    assert found.all() == [(4, 6), (8, 10)]


def test_one_place_is_asked_for_by_itself():
    found, looked = judged({4})
    assert (found.stands((4, 6)), found.stands((8, 10)), found.stands((5, 6))) == (True, False, False)
    assert looked == [(4, 6), (8, 10)]
    assert (found.begins_within(3, 5), found.begins_within(5, 9)) == (True, False)
    assert set(found.spans) == {(0, 9), (2, 3), (4, 6)}


@given(st.lists(st.sampled_from(["so 5? ", "5 ", "x" * 170, "x" * 370, "= "]), max_size=30))
def test_alike_surroundings_are_judged_alike_and_others_anew(parts):
    text = "".join(parts)

    def judge(span):
        return hash((text[max(0, span[0] - 160) : span[0]], text[span[0] : span[1] + 360])) % 2 == 0

    remembered = OfSurroundings(judge, text)
    spans = [(at, at + 1) for at, sign in enumerate(text) if sign == "5"]
    assert [remembered(span) for span in spans] == [judge(span) for span in spans]
