"""Providers asked for their lists: compared, kept, read twice where a price moved, and used offline afterwards."""

import copy

import pytest
from fakes.server import FakeServer, error_response, json_response
from fakes.wordings import lists as shapes

from workbench.asking import lists
from workbench.asking.lists import check_lists
from workbench.errors import AuthError, WorkbenchError
from workbench.providers.models import resolve


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(lists, "SECONDS_BETWEEN_READS", 0.0)


@pytest.fixture
def server():
    with FakeServer() as server:
        yield server


def checked(*names):
    found = {}
    check_lists(names, lambda name, answer: found.update({name: answer}))
    return found if len(names) > 1 else found[names[0]]


@pytest.mark.parametrize("name", ["openrouter", "openai", "moonshot", "gemini", "vllm"])
def test_a_provider_is_asked_in_its_own_shape(name, server, stand_in, monkeypatch):
    shape = getattr(shapes, name.upper())
    server.lists = lambda request: json_response(shape)
    stand_in(name, server)
    for variable in ("OPENROUTER", "OPENAI", "MOONSHOT", "GEMINI"):
        monkeypatch.setenv(f"{variable}_API_KEY", "sk-1234567890abcdef")
    found = checked(name)
    assert len(found.offers) == len(shape.get("data", shape.get("models")))
    new = found.new[0] if found.new else next(iter(found.offers))
    before = len(server.requests)
    assert resolve(f"{name}/{new}").facts.context_tokens == found.offers[new].context_tokens
    assert len(server.requests) == before  # what is kept needs no network


def test_an_open_list_needs_no_key_and_another_one_does(server, stand_in):
    server.lists = lambda request: json_response(shapes.OPENROUTER)
    stand_in("openrouter", server)
    stand_in("openai", server)
    found = checked("openrouter", "openai")
    assert len(found["openrouter"].offers) == 4
    assert "authorization" not in server.requests[0].headers
    assert isinstance(found["openai"], AuthError)


def test_a_price_that_moves_between_two_reads_is_no_change_and_the_dearer_is_kept(server, stand_in):
    def of_read(request):
        shape = copy.deepcopy(shapes.OPENROUTER)
        if len(server.requests) > 1:
            shape["data"][3]["pricing"] = {"prompt": "0.0000006", "completion": "0.0000025"}
        return json_response(shape)

    server.lists = of_read
    stand_in("openrouter", server)
    found = checked("openrouter")
    assert (len(found.prices), len(found.unsteady), len(server.requests)) == (0, 1, 2)
    assert resolve("openrouter/moonshotai/kimi-k2-thinking").facts.listed.output == 4.0


def test_one_that_fails_costs_no_other(server, stand_in):
    server.lists = lambda request: (
        error_response(500, "oh") if request.headers.get("host", "").endswith("x") else json_response(shapes.VLLM)
    )
    stand_in("vllm", server)
    with FakeServer() as broken:
        broken.lists = lambda request: error_response(503, "no")
        stand_in("openrouter", broken)
        found = checked("vllm", "openrouter")
    assert len(found["vllm"].offers) == 1
    assert isinstance(found["openrouter"], WorkbenchError)
