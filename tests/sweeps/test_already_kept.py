"""A large sweep asks its first cells while it looks up the rest, and its rows are those of one that looked first."""

import asyncio
import threading
import weakref

import pytest
from fakes.server import FakeServer, completion, error_response
from pandas.testing import assert_frame_equal
from swept import output_usage, priced

import workbench as wb
from workbench.base import engine
from workbench.base.collecting import no_search_for_circles
from workbench.cache.kept import Cache
from workbench.errors import AuthError, BudgetExceeded, InputError, StoreError, WorkbenchError
from workbench.sweeps import already_kept, figures, run
from workbench.sweeps.grid import make_grid
from workbench.sweeps.progress import Told
from workbench.sweeps.run import run_grid
from workbench.testing import scripted

pytestmark = pytest.mark.usefixtures("quick")

QUESTIONS = [f"What is {number} + 1?" for number in range(17)]
OF_THIS_TIME = ["run", "cached", "usd_spent", "seconds", "seconds_to_first_token", "seconds_to_answer", "created_at"]


@pytest.fixture
def parts(monkeypatch):
    """A sweep of a few cells is a large one."""
    monkeypatch.setattr(figures, "FROM_ROWS", 0)
    monkeypatch.setattr(already_kept, "CELLS_A_PART", 3)


@pytest.fixture
def asker(parts):
    with scripted(lambda asked: asked.prompt.split()[2]) as asker:
        yield asker


def held_up(monkeypatch, after, until):
    """Make the look-ups of all parts but the first few wait."""
    real, looks = Cache.present, []

    def present(cache, keys):
        wanted = list(keys)
        looks.append(len(wanted))
        if len(looks) > after:
            assert until.wait(60)
        return real(cache, wanted)

    monkeypatch.setattr(Cache, "present", present)
    return looks


def test_the_first_cells_are_asked_while_the_rest_is_not_yet_looked_up(parts, monkeypatch):
    asked = threading.Event()
    looks = held_up(monkeypatch, 1, asked)
    with scripted(lambda _: asked.set() or "1") as asker:
        rows = wb.sweep(QUESTIONS, models="scripted/m")
    assert looks == [3, 3, 3, 3, 3, 2]
    assert len(asker.asked) == len(rows) == 17
    assert (rows["outcome"] == "answered").all()


def test_rows_are_those_of_a_sweep_that_looked_everything_up_first(asker, monkeypatch):
    options = {"models": ["scripted/a", "scripted/b"], "prompts": {"plain": "{{ question }}", "x": "X: {{ question }}"}}
    with monkeypatch.context() as patch:
        patch.setattr(already_kept, "CELLS_A_PART", 10_000)
        wb.sweep(QUESTIONS[4:9], **options)
    tasks = [*QUESTIONS, QUESTIONS[0]]  # which is asked once all the same
    mixed = wb.sweep(tasks, **options)
    assert mixed["cached"].sum() == 4 * (5 + 1)
    assert mixed["task_id"].tolist() == [str(number) for number in range(1, 19)] * 4
    assert len(asker.asked) == 4 * 17
    kept = wb.sweep(tasks, **options)
    assert len(asker.asked) == 4 * 17
    assert_frame_equal(mixed.drop(columns=OF_THIS_TIME), kept.drop(columns=OF_THIS_TIME), check_dtype=False)
    assert wb.runs()[["calls", "kept", "bought"]].to_numpy().tolist()[1:-1] == [[72, 24, 48]]


def test_whoever_waits_for_kept_replies_to_be_read_is_told_how_far_they_are(asker, monkeypatch):
    wb.sweep(QUESTIONS, models="scripted/m")
    told = []
    monkeypatch.setattr(run, "display_for", lambda _: Told(lambda progress, _: told.append(progress.kept)))
    wb.sweep(QUESTIONS, models="scripted/m")
    assert told[:6] == [3, 6, 9, 12, 15, 17]


def test_what_is_kept_needs_no_price_and_no_key(asker, monkeypatch):
    monkeypatch.setenv("KEYED_API_KEY", "k-1")
    with FakeServer(completion("1")) as server:
        wb.add_provider("keyed", base_url=server.base_url, key_env="KEYED_API_KEY")
        wb.sweep(QUESTIONS, models="keyed/m")
        monkeypatch.delenv("KEYED_API_KEY")
        rows = wb.sweep(QUESTIONS, models=["scripted/m", "keyed/m"], max_usd=1.0)
        assert server.hits == 17
    assert (rows["outcome"] == "answered").all()


@pytest.mark.parametrize(("max_usd", "error"), [(None, AuthError), (1.0, WorkbenchError)])
def test_what_cannot_be_bought_stops_it_before_anything_is_sent_wherever_it_stands(asker, max_usd, error):
    wb.sweep(QUESTIONS[:2], models="scripted/m")
    with FakeServer(completion("1")) as server:
        wb.add_provider("keyed", base_url=server.base_url, key_env="KEYED_API_KEY")
        with pytest.raises(error):
            wb.sweep(QUESTIONS, models=["scripted/m", "keyed/m"], max_usd=max_usd)
        assert server.hits == 0
    assert len(asker.asked) == 2


def test_a_template_that_fails_on_the_last_task_stops_it_before_anything_is_sent(asker):
    tasks = [{"question": question, "hint": "think"} for question in QUESTIONS]
    del tasks[-1]["hint"]
    with pytest.raises(InputError, match="hint"):
        wb.sweep(tasks, models="scripted/m", prompts="{{ question }} {{ hint }}")
    assert not asker.asked


def test_each_endpoint_has_something_to_answer_before_the_last_cell_is_looked_up(parts, monkeypatch):
    both = threading.Barrier(2, timeout=60)
    met = threading.Event()
    held_up(monkeypatch, 2, met)

    def reply(_):
        if not met.is_set():
            both.wait()
            met.set()
        return completion("1")

    with FakeServer(reply) as one, FakeServer(reply) as other:
        wb.add_provider("one", base_url=one.base_url, free=True, concurrency=1)
        wb.add_provider("other", base_url=other.base_url, free=True, concurrency=1)
        rows = wb.sweep(QUESTIONS, models=["one/m", "other/m"])
    assert (rows["outcome"] == "answered").all()


def test_a_wrong_key_fails_the_cells_of_its_provider_that_are_found_missing_later(asker):
    with FakeServer(error_response(401, "no")) as closed:
        wb.add_provider("closed", base_url=closed.base_url, free=True, concurrency=1)
        rows = wb.sweep(QUESTIONS, models=["closed/m", "scripted/m"])
        assert closed.hits == 1
    assert rows["error"].isna().tolist() == [False] * 17 + [True] * 17


def test_a_sum_holds_for_cells_that_are_found_missing_later(parts, tmp_path):
    with FakeServer(completion("1", usage=output_usage(100))) as server:
        priced(tmp_path, server)
        rows = wb.sweep(QUESTIONS, models="fake/m", max_usd=0.5, max_tokens=100)  # ten cents at worst, and it comes so
        assert server.hits == rows["error"].isna().sum() == 5
    assert rows["usd_spent"].sum() == pytest.approx(0.5)
    assert set(rows["error"].dropna()) == {BudgetExceeded.__name__}


def test_a_store_that_fails_while_it_is_read_hands_over_what_was_paid_for(parts, monkeypatch):
    asked = threading.Event()

    def broken(cache, keys):
        assert asked.wait(60)
        raise StoreError("the disk is gone")

    with scripted(lambda question: asked.set() or "1") as asker:
        wb.sweep(QUESTIONS[9:], models="scripted/m")
        with monkeypatch.context() as patch:
            patch.setattr(figures.Figures, "_known", lambda figures, groups, recorded: {})
            patch.setattr(Cache, "lookup_each", broken)
            asked.clear()
            with pytest.raises(StoreError, match="the disk is gone") as caught:
                wb.sweep(QUESTIONS, models="scripted/m", concurrency=1)
        paid = caught.value.rows
        assert 1 <= len(paid) <= len(asker.asked) - 8
        assert (paid["outcome"] == "answered").all()
        assert wb.sweep(QUESTIONS, models="scripted/m")["cached"].sum() >= 8 + len(paid)


def test_one_that_is_cancelled_reads_no_further_and_keeps_what_came(parts, monkeypatch):
    asked, go_on = threading.Event(), threading.Event()
    looks = held_up(monkeypatch, 1, go_on)

    async def main():
        task = asyncio.create_task(wb.asweep(QUESTIONS, models="scripted/m"))
        while not (asked.is_set() and len(looks) == 2):
            await asyncio.sleep(0.01)
        task.cancel()
        for _ in range(10):  # until the loop of the calls has heard of it
            await asyncio.sleep(0)
            await asyncio.wrap_future(engine.submit(asyncio.sleep(0)))
        go_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task

    with scripted(lambda _: asked.set() or "1") as asker:
        asyncio.run(main())
        assert not asyncio.all_tasks(engine.event_loop())  # nothing is asked any more
        assert len(looks) == 2
        assert len(asker.asked) <= 3
        assert wb.runs()["state"].tolist() == ["interrupted"]
        wb.sweep(QUESTIONS, models="scripted/m")
        assert len(asker.asked) <= 17 + 3


def test_a_sweep_that_has_ended_lets_its_tasks_go_at_once(asker):
    grid = make_grid(QUESTIONS, models="scripted/m")
    tasks = weakref.ref(grid.tasks)
    with no_search_for_circles():
        rows = run_grid(grid)
        del grid
        assert tasks() is None
    assert len(rows) == len(QUESTIONS)
