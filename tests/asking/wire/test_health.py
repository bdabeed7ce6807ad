"""A model whose server only errs is tried a few times in total; one request that breaks it stops no other."""

import asyncio
import time

import pytest
from fakes.server import FakeServer, completion, error_response

import workbench as wb
from workbench.asking.wire.health import FAILURES, Health
from workbench.errors import ServerBusy

pytestmark = pytest.mark.usefixtures("quick")


def served(server, **words):
    wb.add_provider("fake", base_url=server.base_url, free=True, **words)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 529])
def test_a_host_with_nothing_but_errors_is_tried_a_few_times_for_all_cells_together(status):
    with FakeServer(error_response(status, "oops")) as server:
        served(server)
        rows = wb.sweep([f"{n}?" for n in range(300)], models="fake/m", concurrency=20)
        assert server.hits <= 40  # of 1,500: those under way together, and a few one by one
    assert set(rows["error"]) <= {"ServerBusy", "NotSent"}
    assert rows["usd_spent"].tolist() == [0.0] * 300


def test_it_is_back_with_the_first_answer():
    answers = {"ill": True}
    with FakeServer(lambda request: error_response(503) if answers["ill"] else completion("1")(request)) as server:
        served(server)
        wb.sweep([f"{n}?" for n in range(30)], models="fake/m", concurrency=10)
        before = server.hits
        with pytest.raises(ServerBusy) as failure:
            wb.ask("one try?", model="fake/m")
        assert server.hits == before + 1
        assert failure.value.may_pass
        answers["ill"] = False
        rows = wb.sweep([f"{n}?" for n in range(30)], models="fake/m", concurrency=10)
    assert (rows["outcome"] == "answered").all()


def test_a_request_that_breaks_the_server_stops_no_other():
    def some(request):
        return error_response(500) if "poison" in request.prompt else completion("1")(request)

    with FakeServer(some) as server:
        served(server)
        asked = ["poison?" if n in (0, 7, 20) else f"{n}?" for n in range(40)]
        rows = wb.sweep(asked, models="fake/m", concurrency=4)
    assert (rows["outcome"] == "answered").sum() == 37
    assert set(rows.loc[rows["outcome"] != "answered", "error"]) == {"ServerBusy"}


def test_one_request_that_is_asked_over_and_over_stops_after_a_dozen():
    with FakeServer(error_response(500)) as server:
        served(server)
        rows = wb.sweep(["poison?"], models="fake/m", repeats=50, concurrency=5)
        assert server.hits <= FAILURES + 20
    assert (rows["outcome"] == "error").all()


def test_a_model_that_only_fails_stops_no_other_model_of_its_host():
    def some(request):
        return error_response(502) if request.model == "ill" else completion("1")(request)

    with FakeServer(some) as server:
        served(server)
        rows = wb.sweep([f"{n}?" for n in range(25)], models=["fake/ill", "fake/well"], concurrency=5)
        assert sum(request.model == "ill" for request in server.requests) <= 20
    assert (rows.loc[rows["model"] == "fake/well", "outcome"] == "answered").all()
    assert (rows.loc[rows["model"] == "fake/ill", "outcome"] == "error").all()


def test_a_host_that_stumbles_for_a_while_gets_all_its_cells_asked():
    def some(request):
        return error_response(503) if 1 <= request.number < 8 else completion("1")(request)

    with FakeServer(some) as server:
        served(server)
        wb.ask("well?", model="fake/m")
        rows = wb.sweep([f"{n}?" for n in range(20)], models="fake/m", concurrency=5)
    assert (rows["outcome"] == "answered").all()


def test_a_call_that_waits_for_another_try_goes_when_that_one_is_dropped():
    async def run():
        health = Health(0.001)
        for request in range(3):
            health.failed(request, time.monotonic())
        tries = await health.admitted(again=False)
        waiting = asyncio.create_task(health.admitted(again=True))
        await asyncio.sleep(0.01)
        assert not waiting.done()
        assert health.may_go(tries)
        assert not health.may_go(0.0)
        health.left(tries)
        return await asyncio.wait_for(waiting, 60)

    assert asyncio.run(run()) is not None
