"""How long a sweep will take, learned from ledger and runs."""

import sys
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

import workbench as wb
from workbench.cache.kept import current
from workbench.providers.local import server
from workbench.sweeps.timing import COLD_SECONDS, WARM_SECONDS, assumed_pace, past_of, seconds_of_engines, start_seconds

BEGAN = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)


def called(model, at, seconds, tokens, **more):
    """A line of the ledger."""
    current().ledger.write(
        time=(BEGAN + timedelta(seconds=at)).isoformat(timespec="milliseconds"),
        provider=model.partition("/")[0],
        model=model,
        billed="yes",
        tokens=tokens,
        seconds=seconds,
        **more,
    )


def test_a_call_has_a_part_of_its_own_and_one_for_each_token():
    for place, tokens in enumerate((10, 50, 100, 200)):
        called("far/m", place * 10, 0.5 + 0.02 * tokens, tokens)
    pace = past_of(current().entries()).paces["far/m"]
    assert (pace.calls, pace.tokens) == (4, 90)
    assert (pace.a_call, pace.a_token) == (pytest.approx(0.5), pytest.approx(0.02))
    assert pace.seconds(300) == pytest.approx(6.5)


def test_a_local_call_that_waited_for_more_than_its_own_work_tells_nothing_of_the_next():
    """The first call behind a template with worked examples waits for these; a far model's slow call is its own."""
    for model in ("local/m", "far/m"):
        for place, (seconds, tokens) in enumerate(
            [(22.0, 15), *((0.5 + 0.1 * tokens, tokens) for tokens in (10, 20, 30))]
        ):
            called(model, place * 30, seconds, tokens)
    past = past_of(current().entries())
    assert past.paces["local/m"].seconds(20) == pytest.approx(2.5)
    assert past.paces["far/m"].seconds(20) > 6
    assert past.shares["local/m"] == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("replies", "cut_at"),
    [
        ([(48, "stop")] * 8, 0),  # all of one length, and whole
        ([(48, "length")] * 8, 48),
        ([(48, None)] * 8, 48),  # a line of an older ledger
        ([(8, None)] * 8, 0),
        ([(24, "length")] * 30 + [(64, "length")], 24),  # one cut at a larger cap says nothing of the others
        ([(n, "stop") for n in range(90, 130)] + [(300, "length")] * 3, 0),
        ([(n, "stop") for n in range(90, 110)] + [(300, "length")] * 3, 300),
    ],
)
def test_a_reply_is_cut_where_it_says_so(replies, cut_at):
    for place, (tokens, finish) in enumerate(replies):
        called("far/m", place, 0.5 + tokens / 100, tokens, **({"finish": finish} if finish else {}))
    assert past_of(current().entries()).paces["far/m"].cut_at == cut_at


def test_what_passes_side_by_side_counts_once():
    for place in range(8):
        called("far/m", place // 4, 1.0, 10)
        called(f"local/{place % 2}", 100 + place, 1.0, 10)
    past = past_of(current().entries())
    assert past.shares["far/m"] == pytest.approx(0.25)
    assert past.shares["local/0"] == pytest.approx(1.0)
    assert past.side_by_side("local/never-asked", 4) == pytest.approx(1.0)
    assert past.side_by_side("near/m", 4) is None


def test_a_host_that_was_asked_by_hand_takes_more_at_once_and_none_more_than_it_is_given():
    for place in range(40):
        called("by/hand", 2 * place, 1.0, 10)
        called("a/sweep", 1000 + place // 8, 1.0, 10)
    past = past_of(current().entries())
    assert (past.reached["by/hand"], past.reached["a/sweep"]) == (1, 8)
    assert past.side_by_side("by/hand", 8) == pytest.approx(1 / 8)
    assert past.side_by_side("a/sweep", 16) == pytest.approx(1 / 16)
    assert past.side_by_side("a/sweep", 2) == pytest.approx(1 / 2)


@pytest.mark.parametrize(("cores", "two", "three"), [(1, 30, 45), (2, 20, 22.5), (8, 20, 22.5)])
def test_two_engines_run_beside_each_other_and_more_take_turns(monkeypatch, cores, two, three):
    monkeypatch.setattr("os.cpu_count", lambda: cores)
    assert seconds_of_engines([10, 20]) == pytest.approx(two)
    assert seconds_of_engines([10, 20, 15]) == pytest.approx(three)


@pytest.mark.parametrize("apart_seconds", [0, 1000])
def test_a_plan_of_one_local_model_or_of_two_learns_from_either(monkeypatch, apart_seconds):
    """Each has its own half of the cores: whether they ran at one time or not, they take as long."""
    monkeypatch.setattr(server, "_places", {})
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    models = ["local/smollm2-135m-instruct", "local/smollm2-135m-think"]
    for model, begins in zip(models, (0, apart_seconds), strict=True):
        for place in range(40):
            called(model, begins + place // 4 * 2, 2.0, 20)  # four at once, two seconds each
    questions = [f"How many are {n} and 4?" for n in range(40)]
    for asked in (models, models[:1]):
        assert wb.plan(questions, models=asked, max_tokens=64).seconds == pytest.approx(20 + COLD_SECONDS, rel=0.2)


def test_without_a_run_a_start_is_assumed_and_the_engine_is_said(monkeypatch):
    monkeypatch.setattr(server, "_places", {})  # whatever other tests have started
    plan = wb.plan(["a?"], models="local/smollm2-135m-instruct", max_tokens=8)
    assert plan.engine_seconds == COLD_SECONDS
    assert "about 5 s of it start the local engine" in repr(plan)
    assert start_seconds([], past_of(current().entries())) == (0.3, False)


def test_the_time_of_a_local_model_that_was_never_asked_is_a_range(monkeypatch):
    """What its file, the cores and their load tell; one call of any local model ends it."""
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    monkeypatch.setattr("os.getloadavg", lambda: (0.0, 0.0, 0.0))
    layout = {"models": "local/smollm2-135m-think", "max_tokens": 64}
    questions = [f"How many are {n} and 4?" for n in range(80)]
    quiet = wb.plan(questions, **layout)
    low, high = quiet.seconds_range
    assert low < 30 < quiet.seconds < 60 < high  # 80 calls took 28 to 60 s on two cores
    assert "(not measured yet)" in repr(quiet)
    assert "unknown: measured after the first few calls" in repr(quiet)
    monkeypatch.setattr("os.getloadavg", lambda: (16.0, 0.0, 0.0))
    assert wb.plan(questions, **layout).seconds > 5 * quiet.seconds
    called("local/smollm2-135m-instruct", 0, 0.4, 20)
    known = wb.plan(questions, **layout)
    assert known.seconds_range is None
    assert "about" in repr(known).splitlines()[0]


def test_a_large_file_is_slower_and_a_far_model_is_not_measured_here(tmp_path):
    small, large = tmp_path / "s.gguf", tmp_path / "l.gguf"
    for path, size in ((small, 10**8), (large, 10**10)):
        with path.open("wb") as file:
            file.truncate(size)
    slow, fast = (
        assumed_pace(SimpleNamespace(facts=SimpleNamespace(file=str(path)))).seconds(100) for path in (large, small)
    )
    assert slow == pytest.approx(100 * fast, rel=0.1)
    assert wb.plan(["a?"], models="openai/gpt-6-luna").seconds_range is None


def test_a_warm_plan_comes_close_to_what_happens(monkeypatch):
    """Forty calls, four of them at one time and each of a fifth of a second, take two seconds."""
    monkeypatch.setitem(sys.modules, "aiohttp", None)  # as loaded as it can be
    wb.add_provider("fake", base_url="http://127.0.0.1:9/v1", sweep_concurrency=4)
    for place in range(16):
        called("fake/m", place // 4 * 0.2, 0.2, 1)
    plan = wb.plan([f"{n}!" for n in range(40)], models="fake/m", max_tokens=16)
    assert plan.seconds == pytest.approx(2.0 + WARM_SECONDS, rel=0.05)
    assert plan.engine_seconds is None
