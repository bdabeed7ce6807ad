"""Lanes grow while what is missing is found out, and know who is at work on them."""

import pytest

import workbench as wb
from workbench.sweeps.grid import make_grid
from workbench.sweeps.lanes import Lanes
from workbench.sweeps.stops import Stops


@pytest.fixture
def cells():
    for name in ("one", "other"):
        wb.add_provider(name, base_url=f"http://127.0.0.1:1/{name}", free=True)
    return make_grid(["1?", "2?", "3?"], models=["one/m", "other/m"]).cells


def test_cells_that_come_later_stand_behind_the_others_of_their_endpoint(cells):
    lanes = Lanes(cells, Stops(), set)
    (first, is_new), (other, _) = lanes.put([0, 3])
    assert is_new
    assert lanes.put([1, 2]) == [(first, False)]
    assert ([*first], [*other]) == ([0, 1, 2], [3])


def test_a_lane_gets_as_many_as_may_work_on_it_and_new_ones_for_those_that_left(cells):
    lanes = Lanes(cells, Stops(), set)
    ((lane, _),) = lanes.put([0, 1])
    assert [lanes.set_to_work(lane, 64), lanes.set_to_work(lane, 64)] == [2, 0]
    lanes.put([2])
    assert [lanes.set_to_work(lane, 64), lanes.set_to_work(lane, 1)] == [1, 0]
    lanes.stops_working(lane)
    assert lanes.set_to_work(lane, 64) == 1


def test_others_run_while_they_have_something_ask_something_or_may_yet_get_something(cells):
    to_come = set()
    lanes = Lanes(cells, Stops(), lambda: to_come)
    (lane, _), (other, _) = lanes.put([0, 3])
    assert lanes.others_run(lane)
    other.clear()
    assert not lanes.others_run(lane)
    with lanes.asking(other):
        assert lanes.others_run(lane)
        assert not lanes.others_run(other) or lane
    to_come.add(cells[0].like.base_url)
    assert not lanes.others_run(lane)
    to_come.add(cells[3].like.base_url)
    assert lanes.others_run(lane)
