"""What a client sends beside the request itself: nothing that is another provider's."""

import pytest
from asked import QUESTION, ask, serve
from fakes.server import FakeServer

import workbench as wb
from workbench.asking.wire import clients
from workbench.base import engine


def test_nothing_of_an_openai_account_reaches_another_provider(monkeypatch):
    account = ("API_KEY", "ORG_ID", "ORGANIZATION", "PROJECT_ID", "PROJECT", "ADMIN_KEY", "WEBHOOK_SECRET")
    for name in account:
        monkeypatch.setenv(f"OPENAI_{name}", f"canary-{name}")
    with FakeServer(lambda request: pytest.fail("the environment decided about the address")) as elsewhere:
        monkeypatch.setenv("OPENAI_BASE_URL", elsewhere.base_url)
        monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", "X-Secret: canary-header\nAuthorization: Bearer canary-bearer")
        monkeypatch.setattr(clients, "_http_clients", {})
        monkeypatch.setenv("FAKE_API_KEY", "fake-key-0123456789")
        with FakeServer() as server:
            ask(server)
            wb.ask(QUESTION, model=serve(server, key_env="FAKE_API_KEY"), sample=1)
        engine.run(clients._close_clients())
    without, with_key = server.requests
    for request in server.requests:
        assert "canary" not in f"{request.headers} {request.path} {request.body!r}"
    assert "authorization" not in without.headers
    assert with_key.headers["authorization"] == "Bearer fake-key-0123456789"
