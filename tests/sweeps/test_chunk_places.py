"""Where a sweep on many machines leaves its segments."""

import pytest
from servers import bucket_server, make_bucket

import workbench as wb
from workbench.errors import InputError
from workbench.sweeps import chunk_places, spreading
from workbench.sweeps.chunk_places import ChunkPlace


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("cluster")


def test_a_place_belongs_to_one_sweep(tmp_path):
    place = ChunkPlace(str(tmp_path))
    tasks = wb.load_tasks(["1 + 1?"])
    run = spreading._run_of(place, {"models": "a"}, tasks)
    assert spreading._run_of(place, {"models": "a", "prompts": None}, tasks) == run
    with pytest.raises(InputError, match="another sweep"):
        spreading._run_of(place, {"models": "b"}, tasks)


def test_the_best_try_of_a_chunk_is_the_one_that_counts(tmp_path):
    place = ChunkPlace(str(tmp_path))
    rows = wb.rows.frame([{"task_id": "a", "model": "m", "outcome": "error"}, {"task_id": "b", "outcome": "answered"}])
    chunk = "000003-" + "ab" * 8
    assert place.put_segment(chunk, rows) == f"{chunk}-1.parquet"
    assert place.put_segment(chunk, rows[1:]) == f"{chunk}-0.parquet"
    assert place.segments() == {chunk: (f"{chunk}-0.parquet", 0)}
    assert [path.name for path in tmp_path.glob("*.parquet")] == [f"{chunk}-0.parquet"]
    with pytest.raises(InputError, match="no place for segments"):
        chunk_places.ChunkPlace("ftp://somewhere")


def test_a_place_in_a_bucket_is_used_like_a_folder(monkeypatch):
    rows = wb.rows.frame(
        [
            {"task_id": name, "model": "m", "outcome": outcome, "correct": outcome == "answered"}
            for name, outcome in (("a", "answered"), ("b", "answered"), ("c", "error"))
        ]
    )
    with bucket_server() as server:
        for name, value in server.items():
            monkeypatch.setenv(name, value)
        make_bucket(server, "lab")
        place, chunk = ChunkPlace("s3://lab/night"), "000001-" + "cd" * 8
        assert (place.read("plan.json"), place.segments()) == (None, {})
        place.put_segment(chunk, rows)
        place.put_segment(chunk, rows[:2])
        place.put_segment("000002-" + "ef" * 8, rows[:1])
        assert place.segments()[chunk] == (f"{chunk}-0.parquet", 0)
        assert len(place.segments()) == 2
        assert not place.is_stopped()
        chunk_places.stop("s3://lab/night")
        assert ChunkPlace("s3://lab/night").is_stopped()
        found = wb.rows.Segments("s3://lab/night")
        assert sorted(found.frame()["task_id"]) == ["a", "a", "b"]
        assert wb.summary(found)["accuracy"].tolist() == [1.0]
