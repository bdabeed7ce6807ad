"""Cells that are made when they are asked for are the cells that would lie there otherwise."""

import pytest

import workbench as wb
from workbench.cache.request_key import Keys, request_key
from workbench.sweeps.cells import alike_among, keys_of, places_of_models, requests_of
from workbench.sweeps.grid import make_grid
from workbench.testing import scripted

TASKS = [{"question": f"{number} + 1?", "target": str(number + 1)} for number in range(5)]
PROMPTS = {
    "plain": "{{ question }}",
    "terse": {"system": "Be terse.", "user": "{{ question }}"},
    "said": "Say: {{ question }}",
}


@pytest.fixture
def grid():
    with scripted(["1"]):
        yield make_grid(TASKS, models=["scripted/a", "scripted/b"], prompts=PROMPTS, max_tokens=[5, 9], repeats=2)


def test_a_cell_is_the_same_by_its_place_in_a_walk_and_in_a_slice(grid):
    cells = [*grid.cells]
    assert len(cells) == len(grid.cells) == 5 * 2 * 3 * 2 * 2
    assert [grid.cells[place] for place in range(len(cells))] == cells == grid.cells[:]
    assert grid.cells[-1] == cells[-1]
    with pytest.raises(IndexError):
        grid.cells[len(cells)]


def test_the_key_of_every_cell_is_that_of_its_own_request(grid):
    for cell, key in zip(grid.cells, grid.cells.keys, strict=True):
        assert key == cell.key == request_key(cell.request.identity())


def test_what_is_sent_is_what_the_prompt_writes(grid):
    prompts = wb.load_prompts(PROMPTS)
    for cell in grid.cells:
        assert cell.request.body["messages"] == prompts[cell.prompt].render(cell.task)


@pytest.mark.parametrize("places", [[*range(60)], [0, 1, 4, 5, 7, 19, 20, 119], [], [63]])
def test_neighbours_that_are_alike_are_found_together(grid, places):
    groups = [*alike_among(grid.cells, places)]
    cells = [grid.cells[place] for place in places]
    listed = [*alike_among([*grid.cells], places)]
    assert [group.keys for group in groups] == [group.keys for group in listed]
    assert [key for group in groups for key in group.keys] == [cell.key for cell in cells]
    assert [task for group in groups for task in group.tasks] == [cell.task for cell in cells]
    for found in (groups, listed):
        assert [request for group in found for request in group.requests()] == [cell.request for cell in cells]


def test_requests_by_size_stand_for_all_of_that_size(grid):
    (group, *_) = alike_among(grid.cells, range(5))
    assert [(request.body["messages"][-1]["content"], times) for request, times in group.requests_by(len)] == [
        ("4 + 1?", 5)
    ]


def test_cells_in_a_list_are_told_of_as_those_that_are_made(grid):
    listed = [*grid.cells]
    assert [*keys_of(listed)] == [*keys_of(grid.cells)]
    assert places_of_models(listed) == places_of_models(grid.cells)
    assert {request.max_tokens for request in requests_of(listed)} == {5, 9}
    assert len(requests_of(grid.cells)) == 24


def test_keys_that_are_made_piece_by_piece_are_those_that_are_made_at_once(grid, monkeypatch):
    monkeypatch.setattr("workbench.sweeps.cells.KEYS_AT_ONCE", 2)
    whole = [*grid.cells.keys]
    other = make_grid(TASKS, models=["scripted/a", "scripted/b"], prompts=PROMPTS, max_tokens=[5, 9], repeats=2)
    assert other.cells.keys[63] == whole[63]
    assert [other.cells.keys[place] for place in (-1, 0, 4, 5)] == [whole[place] for place in (-1, 0, 4, 5)]
    assert [other.cells.keys[3:9], other.cells.keys[::7], [*other.cells.keys]] == [whole[3:9], whole[::7], whole]
    (group, *_) = alike_among(other.cells, range(1, 5))
    assert ([*group.keys], len(group.keys), group.keys[-1], group.keys[1:]) == (whole[1:5], 4, whole[4], whole[2:5])


@pytest.mark.usefixtures("grid")
def test_no_key_is_made_before_it_is_wanted(monkeypatch):
    made, real = [], Keys.of_texts

    def of_texts(keys, texts, system=None):
        made.extend(texts)
        return real(keys, texts, system)

    monkeypatch.setattr("workbench.sweeps.cells.KEYS_AT_ONCE", 2)
    monkeypatch.setattr(Keys, "of_texts", of_texts)
    cells = make_grid(TASKS, models="scripted/a").cells
    assert [len(cells), made] == [5, []]
    assert cells[3].key == request_key(cells[3].request.identity())
    assert made == ["2 + 1?", "3 + 1?"]
