"""Where a request goes: the provider's own address with its key, never another's."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

import workbench as wb
from workbench.errors import AuthError
from workbench.providers.addresses import locate, waiting_for
from workbench.providers.local import server as local
from workbench.providers.models import resolve


def test_an_address_has_the_key_of_its_provider(monkeypatch):
    monkeypatch.setenv("MYBOX_API_KEY", "mine-0123456789abcdef")
    wb.add_provider("mybox", base_url="http://127.0.0.1:9/v1", key_env="MYBOX_API_KEY")
    address = asyncio.run(locate(resolve("mybox/m")))
    assert (address.base_url, address.key.reveal()) == ("http://127.0.0.1:9/v1", "mine-0123456789abcdef")
    assert "mine-0123" not in repr(address)


def test_a_provider_without_a_key_is_sent_none_and_a_missing_one_is_named():
    wb.add_provider("open", base_url="http://127.0.0.1:9/v1")
    assert asyncio.run(locate(resolve("open/m"))).key is None
    wb.add_provider("shut", base_url="http://127.0.0.1:9/v1", key_env="SHUT_API_KEY")
    with pytest.raises(AuthError, match="SHUT_API_KEY"):
        asyncio.run(locate(resolve("shut/m")))


def test_what_a_local_model_waits_for_is_said_until_its_engine_is_up(monkeypatch):
    model = resolve("local/smollm2-135m-q4_0")
    monkeypatch.setattr(local, "_places", {})  # whatever other tests have started
    assert waiting_for(model) == "the engine of the local model is starting"
    running = local._Place()
    running.server = SimpleNamespace(process=SimpleNamespace(poll=lambda: None))
    monkeypatch.setitem(local._places, model.name, running)
    assert waiting_for(model) == ""
