"""The loop that owns every client: who may wait for it, and how a wait ends."""

import asyncio
import os
import signal
import threading
import time

import pytest
from asked import QUESTION, began, serve
from fakes.server import FakeServer

import workbench as wb
from workbench.asking import call
from workbench.base import engine


def test_a_blocking_call_on_the_own_loop_is_refused_and_not_a_standstill():
    async def wrong():
        return wb.ask(QUESTION, model="fake/m")

    with FakeServer() as server:
        serve(server)
        with pytest.raises(RuntimeError, match="asynchronous twin"):
            engine.run(wrong())
    assert server.requests == []


def test_a_blocking_call_within_somebodys_running_loop_works():
    async def notebook():
        return wb.ask(QUESTION, model="fake/m")

    with FakeServer() as server:
        serve(server)
        assert asyncio.run(notebook()).answer == "Nine."


@pytest.mark.skipif(os.name != "posix", reason="sends SIGINT")
def test_an_interrupt_ends_the_call_at_the_provider():
    with FakeServer(began("Ni")) as server:
        model = serve(server)

        def interrupt():
            try:
                server.wait_until(lambda: server.hits == 1)
                time.sleep(0.1)
            finally:  # else the call would wait for ever
                signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

        thread = threading.Thread(target=interrupt)
        thread.start()
        with pytest.raises(KeyboardInterrupt):
            wb.ask(QUESTION, model=model)
        server.wait_until(lambda: server.cancelled == 1)
        thread.join()
        assert not call._flights
    assert [entry["billed"] for entry in wb.cache.current().ledger.entries()] == ["unknown"]
