"""Where a sweep on many machines leaves its segments."""

import dataclasses

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


def made_anew(text):
    """A function as another process has it: of the same name and code, at another address."""
    names = {"__name__": "study"}
    exec(text, names)
    return names["mark"]


def test_a_sweep_goes_on_in_another_process_with_the_same_functions_and_no_others(tmp_path):
    place, tasks = ChunkPlace(str(tmp_path)), wb.load_tasks(["1 + 1?"])

    def told(text, tolerance=0.0):
        scorers = [made_anew(text), wb.scorers.numeric(tolerance=tolerance)]
        return spreading._run_of(place, {"models": "a", "scorer": scorers}, tasks)

    run = told("def mark(reply, task):\n    return 'a' in reply.answer")
    assert told("def mark(reply, task):\n    return 'a' in reply.answer") == run
    for others in (
        ["def mark(reply, task):\n    return 'b' in reply.answer"],
        ["def mark(reply, task):\n    return 'a' in reply.thinking"],
        ["def mark(reply, task):\n    return 'a' in reply.answer", 0.5],
    ):
        with pytest.raises(InputError, match="another sweep"):
            told(*others)


def test_a_function_that_calls_itself_is_told_once():
    def outer():
        def mark(reply, task):
            return mark

        return mark

    assert spreading._in_words(outer()) == spreading._in_words(outer())


@pytest.mark.parametrize(
    "changed",
    [
        {"images": ("b.png",)},
        {"system": "Be brief."},
        {"options": {"A": "1"}},
        {"context": "c"},
        {"turns": (("user", "x"),)},
    ],
    ids=str,
)
def test_tasks_that_differ_in_anything_that_is_sent_are_another_sweep(tmp_path, changed):
    place = ChunkPlace(str(tmp_path))
    task = wb.tasks.Task("1", "What is it?", images=("a.png",))
    run = spreading._run_of(place, {}, wb.load_tasks([task]))
    other = wb.load_tasks([dataclasses.replace(task, **changed)])
    with pytest.raises(InputError, match="another sweep"):
        spreading._run_of(place, {}, other)
    names = [name for tasks in (wb.load_tasks([task]), other) for name, _ in spreading._chunks(tasks, 5, run)]
    assert len({*names}) == 2


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
