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
@pytest.mark.parametrize(("at_once", "takes_seconds"), [(1, 1.0), (5, 1.0), (10, 0.2), (3, 30.0)])
def test_a_limit_on_calls_at_once_is_kept_busy_too(at_once, takes_seconds, seed):
    calls = 40 * at_once
    varying = seconds_to_finish(
        AtOnce(at_once), calls, takes=lambda chance: takes_seconds * chance.uniform(0.5, 1.5), seed=seed
    )
    assert varying[0] <= 1.5 * calls * takes_seconds / at_once


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
