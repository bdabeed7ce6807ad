"""One thread, jobs in order, nothing dropped."""

from __future__ import annotations

import threading

import pytest

from workbench.cache.store.thread import Worker
from workbench.errors import StoreError


@pytest.fixture
def worker():
    worker = Worker("the test")
    yield worker
    worker.stop()


def test_jobs_run_in_order_on_one_other_thread(worker):
    done: list[int] = []
    futures = [
        worker.submit(lambda number=number: (done.append(number), threading.get_ident())) for number in range(50)
    ]
    assert len({future.result()[1] for future in futures} | {threading.get_ident()}) == 2
    assert done == list(range(50))


def test_an_error_reaches_whoever_asks_and_the_thread_goes_on(worker):
    with pytest.raises(ZeroDivisionError):
        worker.submit(divmod, 1, 0).result()
    assert worker.submit(divmod, 7, 2).result() == (3, 1)


def test_a_job_knows_that_it_is_on_the_thread(worker):
    assert worker.submit(worker.is_current).result() is True
    assert worker.is_current() is False


def test_what_was_submitted_cannot_be_cancelled(worker):
    """Whoever stops waiting for a put still wants the reply kept."""
    gate = threading.Event()
    worker.submit(gate.wait)
    put = worker.submit(str, 5)
    assert put.cancel() is False
    gate.set()
    assert put.result() == "5"


def test_stopping_does_what_was_submitted_and_no_more():
    worker = Worker("the test")
    gate = threading.Event()
    worker.submit(gate.wait)
    last = worker.submit(str, 5)
    gate.set()
    worker.stop()
    assert last.done()
    with pytest.raises(StoreError, match="the test: it was closed"):
        worker.submit(str, 5)


def test_a_worker_that_was_never_used_has_no_thread():
    before = threading.active_count()
    worker = Worker("the test")
    assert threading.active_count() == before
    worker.stop()
