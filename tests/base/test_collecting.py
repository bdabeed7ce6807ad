"""The collector of circles rests, and goes on."""

import gc
import threading

import pytest

from workbench.base.collecting import no_search_for_circles


def test_the_collector_goes_on_when_the_last_of_several_leaves():
    inside, leave = threading.Event(), threading.Event()

    def other():
        with no_search_for_circles():
            inside.set()
            leave.wait(60)

    thread = threading.Thread(target=other)
    with no_search_for_circles():
        thread.start()
        assert inside.wait(60)
    assert not gc.isenabled()
    leave.set()
    thread.join()
    assert gc.isenabled()


def test_it_goes_on_after_an_error_and_stays_off_where_it_was_off():
    with pytest.raises(KeyError), no_search_for_circles():
        raise KeyError
    assert gc.isenabled()
    gc.disable()
    try:
        with no_search_for_circles():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_was_made_meanwhile_is_old_when_it_goes_on_without_a_search_through_it():
    was_frozen = gc.get_freeze_count()
    gc.unfreeze()
    try:
        with no_search_for_circles():
            held = [[number] for number in range(200_000)]
        young = sum(len(gc.get_objects(generation)) for generation in (0, 1))
        assert gc.get_freeze_count() == 0
    finally:
        if was_frozen:
            gc.freeze()
    assert young < len(held) / 10
