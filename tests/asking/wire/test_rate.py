"""A line of a hundred workers learns what a server lets through, whatever it counts by."""

import pytest
from limiters import AtOnce, Bucket, FixedWindow, SlidingWindow, seconds_to_finish

from workbench.asking.wire.rate import Rate

LIMITERS = {
    "bucket": lambda per_second: Bucket(per_second),
    "fixed window": lambda per_second: FixedWindow(per_second),
    "sliding window": lambda per_second: SlidingWindow(per_second),
}


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("per_second", "calls"), [(1, 40), (5, 60), (50, 400)])
@pytest.mark.parametrize("kind", LIMITERS)
def test_a_hundred_workers_take_at_most_half_as_long_again_as_the_limit_allows(kind, per_second, calls, seed):
    seconds, _ = seconds_to_finish(LIMITERS[kind](per_second), calls, seed=seed)
    assert seconds <= 1.5 * calls / per_second


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("asks_seconds", [None, 1.2])
@pytest.mark.parametrize(("at_once", "takes_seconds"), [(1, 1.0), (5, 1.0), (10, 0.2), (3, 30.0), (2, 0.3), (4, 0.45)])
def test_a_limit_on_calls_at_once_is_kept_busy_too(at_once, takes_seconds, asks_seconds, seed):
    """Whatever pause its refusals ask for: in the place of a call that ends the next one goes."""
    calls = 40 * at_once
    varying = seconds_to_finish(
        AtOnce(at_once),
        calls,
        takes=lambda chance: takes_seconds * chance.uniform(0.5, 1.5),
        asks_seconds=asks_seconds,
        seed=seed,
    )
    assert varying[0] <= 1.5 * calls * takes_seconds / at_once


@pytest.mark.parametrize("asks_seconds", [None, 0.9])
@pytest.mark.parametrize(("at_once", "takes_seconds"), [(2, 0.5), (6, 1.5)])
def test_a_server_that_counts_a_call_for_a_moment_after_its_reply_is_kept_busy_all_the_same(
    at_once, takes_seconds, asks_seconds
):
    calls, late = 30 * at_once, 0.03
    seconds, _ = seconds_to_finish(
        AtOnce(at_once),
        calls,
        takes=lambda chance: takes_seconds * chance.uniform(0.6, 1.4),
        asks_seconds=asks_seconds,
        frees_after_seconds=late,
    )
    assert seconds <= 1.5 * calls * (takes_seconds + late) / at_once


@pytest.mark.parametrize("per_second", [5, 50])
def test_a_limit_by_the_second_that_asks_for_a_pause_is_not_taken_for_one_on_calls_at_once(per_second):
    calls = 20 + 4 * per_second
    for seconds_at_most in (0.0, 0.4, 3.0):
        seconds, refused = seconds_to_finish(
            Bucket(per_second),
            calls,
            workers=300,
            takes=lambda chance, most=seconds_at_most: chance.uniform(most / 3, most),
            asks_seconds=1.0,
            seed=2,
        )
        assert seconds <= 1.5 * calls / per_second + seconds_at_most + 12
        assert refused < 3 * calls


@pytest.mark.parametrize("per_second", [1, 5, 50])
def test_slow_replies_do_not_slow_a_limit_by_the_second(per_second):
    calls = 20 + 4 * per_second
    seconds, _ = seconds_to_finish(
        Bucket(per_second), calls, workers=300, takes=lambda chance: chance.uniform(1, 4), seed=4
    )
    assert seconds <= 1.5 * calls / per_second + 4.0


@pytest.mark.parametrize("asks_seconds", [0.2, 1.0])
def test_a_pause_that_is_asked_for_is_made_and_no_longer(asks_seconds):
    seconds, refused = seconds_to_finish(Bucket(5), 60, asks_seconds=asks_seconds)
    assert seconds <= 1.5 * 60 / 5 + 12 * asks_seconds
    assert refused < 160


def test_few_calls_are_refused_once_the_rate_is_known():
    _, few = seconds_to_finish(Bucket(5), 100)
    _, more = seconds_to_finish(Bucket(5), 300)
    assert (more - few) / 200 < 0.35


def test_a_line_without_a_refusal_never_waits():
    rate = Rate()
    for moment in range(1000):
        assert rate.wait_seconds(moment / 1000) == 0
        rate.ended(rate.send(moment / 1000), moment / 1000 + 0.5)


def test_a_limit_that_is_lifted_is_found_out():
    rate, now = Rate(), 0.0
    first, second = rate.send(now), rate.send(now)
    rate.refused(second, 0.01)
    rate.ended(first, 0.02)
    passed = 0
    while now < 20:  # from here on nothing is refused
        if rate.wait_seconds(now) == 0:
            rate.ended(rate.send(now), now)
            passed += 1
        now += 0.001
    assert passed > 1_000


def test_calls_that_were_sent_together_count_as_one_refusal():
    rate = Rate()
    tickets = [rate.send(0.0) for _ in range(100)]
    for place, ticket in enumerate(tickets):
        rate.refused(ticket, 0.1 + place / 10_000)
    assert rate.refused_since_pass == 1
    assert rate.wait_seconds(0.11) < 0.2


def test_a_pause_of_a_server_holds_everyone():
    rate = Rate()
    rate.refused(rate.send(0.0), 0.1, asked_seconds=7)
    assert rate.wait_seconds(0.1) == pytest.approx(7)


def test_calls_beyond_those_at_work_wait_for_the_pause_and_one_in_the_place_of_another_does_not():
    rate = Rate()
    working, *refused = [rate.send(0.0) for _ in range(9)]
    for ticket in refused:
        rate.refused(ticket, 0.05, asked_seconds=30)
    assert rate.wait_seconds(4.0) == pytest.approx(26.05)
    rate.ended(working, 4.0)
    assert rate.wait_seconds(4.0) == 0
    rate.send(4.0)
    assert rate.wait_seconds(4.01) > 20
