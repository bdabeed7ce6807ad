"""A list of models over the wire: pages, bounds, the key where the provider wants it, and nowhere else."""

import time

import pytest
from fakes.server import HANG, FakeServer, Response, error_response, json_response

from workbench.asking.wire import listing
from workbench.asking.wire.listing import list_entries
from workbench.base import engine
from workbench.base.secrets import Secret
from workbench.errors import AuthError, BadResponse, OutcomeUnknown
from workbench.providers.addresses import Address
from workbench.providers.facts import known_providers


@pytest.fixture
def server():
    with FakeServer() as server:
        yield server


def entries(server, provider="openai", **more):
    address = Address(server.base_url, Secret("sk-1234567890abcdef"))
    return engine.run(list_entries(known_providers()[provider], address, **more))


def test_pages_are_read_to_the_last(server):
    def lists(request):
        last = "after_id=c" in request.query
        names = ["d"] if last else ["a", "b", "c"]
        return json_response({"data": [{"id": name} for name in names], "has_more": not last, "last_id": names[-1]})

    server.lists = lists
    assert [entry["id"] for entry in entries(server, "anthropic")] == ["a", "b", "c", "d"]
    first = server.requests[0]
    assert first.headers["x-api-key"] == "sk-1234567890abcdef"
    assert "authorization" not in first.headers
    assert first.headers["anthropic-version"]
    assert (first.path, first.query) == ("/v1/models", "limit=1000")


def test_google_is_asked_in_its_own_way(server):
    def lists(request):
        more = {} if "pageToken=2" in request.query else {"nextPageToken": "2"}
        return json_response({"models": [{"name": f"models/m{len(server.requests)}"}], **more})

    server.lists = lists
    assert len(entries(server, "gemini")) == 2
    assert (server.requests[0].path, server.requests[0].query) == ("/models", "pageSize=1000")
    assert server.requests[0].headers["x-goog-api-key"]


def test_the_others_get_a_bearer_key(server):
    assert entries(server) == [{"id": "fake-model", "object": "model"}]
    assert server.requests[0].headers["authorization"].startswith("Bearer ")


def test_a_bare_array_is_a_list_too(server):
    server.lists = lambda request: json_response([{"id": "m"}])
    assert entries(server, "together") == [{"id": "m"}]


def test_pages_without_end_are_refused(server, monkeypatch):
    monkeypatch.setattr(listing, "MOST_PAGES", 3)
    server.lists = lambda request: json_response(
        {"data": [{"id": "m"}], "has_more": True, "last_id": str(len(server.requests))}
    )
    with pytest.raises(BadResponse, match="more than 3 pages"):
        entries(server, "anthropic")


def test_a_page_that_points_to_itself_is_read_once(server):
    server.lists = lambda request: json_response({"data": [{"id": "m"}], "has_more": True, "last_id": "m"})
    assert len(entries(server, "anthropic")) == 2
    assert len(server.requests) == 2


def test_the_bytes_of_all_pages_together_are_bounded(server, monkeypatch):
    monkeypatch.setattr(listing, "MOST_LIST_BYTES", 2**20)
    entry = {"id": "m" * 2**19}
    server.lists = lambda request: json_response({"data": [entry], "has_more": True, "last_id": request.query})
    with pytest.raises(BadResponse, match="larger than"):
        entries(server, "anthropic")


def test_a_list_that_never_comes_is_given_up(server):
    server.lists = lambda request: Response((b"{", HANG), framing="chunked")
    started = time.monotonic()
    with pytest.raises(OutcomeUnknown, match=r"within 0\.2 seconds"):
        entries(server, timeout_seconds=0.2)
    assert time.monotonic() - started < 60


@pytest.mark.parametrize("body", [{}, {"data": {}}, {"data": None}, "no", 3, None], ids=str)
def test_what_is_no_list_is_said(server, body):
    server.lists = lambda request: json_response(body)
    with pytest.raises(BadResponse, match="not a list of models"):
        entries(server)


def test_a_refusal_is_one(server):
    server.lists = lambda request: error_response(401, "no such key sk-1234567890abcdef")
    with pytest.raises(AuthError) as caught:
        entries(server)
    assert "sk-1234567890abcdef" not in str(caught.value)
