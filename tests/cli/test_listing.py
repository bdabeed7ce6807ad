"""`workbench models`: what is ready, what providers say themselves, what is written down, and a hint now and then."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from fakes.server import FakeServer, json_response
from fakes.wordings import lists as shapes

from workbench.asking import lists
from workbench.base.places import home
from workbench.cli.commands import app
from workbench.cli.listing import due_hint
from workbench.errors import InputError
from workbench.providers.changes import newest_fact
from workbench.providers.models import resolve


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setattr(lists, "SECONDS_BETWEEN_READS", 0.0)
    monkeypatch.setenv("OPENROUTER_API_KEY", "sk-or-1234567890abcdef")
    with FakeServer() as server:
        (tmp_path / "workbench.toml").write_text(
            f'[providers.openrouter]\nbase_url = "{server.base_url}"\nkey_env = "OPENROUTER_API_KEY"\ntrusted = true\n'
            f'[providers.fake]\nbase_url = "{server.base_url}"\nfree = true\n'
        )
        yield server


def run(*arguments):
    return CliRunner().invoke(app, ["models", *arguments])


def test_models_lists_what_is_ready(server):
    assert "local/smollm2-135m-think" in run("local").stdout
    listed = json.loads(run("kimi", "--json").stdout)
    assert {"id", "ready", "note"} <= listed[0].keys()


def test_a_server_of_ones_own_is_asked(server):
    done = run("--check", "fake")
    assert (done.exit_code, done.stdout) == (0, "fake: 1 model, 0 of them known\n  new      fake-model\n")


def test_a_router_tells_what_changed_and_it_is_kept(server):
    server.lists = lambda request: json_response(shapes.OPENROUTER)
    done = run("--check", "openrouter/moonshotai")
    assert done.exit_code == 0
    assert done.stdout.startswith("openrouter: 4 models, ")
    assert "alias    ~acme/deep-latest: not known -> acme/deep-3" in done.stdout
    shown = json.loads(run("openrouter/moonshotai/kimi-k2-thinking", "--json").stdout)
    assert shown[0]["usd_per_million_input"] == 0.6  # the table's: a list fills what it lacks


def test_as_json_it_is_for_programs(server):
    server.lists = lambda request: json_response(shapes.OPENROUTER)
    told = json.loads(run("--check", "openrouter", "--json").stdout)
    assert told["failed"] == {}
    assert told["checked"][0]["models"] == 4


def test_what_is_asked_for_is_written_into_the_users_table(server, tmp_path):
    server.lists = lambda request: json_response(shapes.OPENROUTER)
    done = run("--check", "openrouter/acme/deep-3", "--write")
    assert done.exit_code == 0
    text = (tmp_path / "workbench.toml").read_text()
    assert '[models."openrouter/acme/deep-3"]' in text
    assert "plain-1" not in text
    assert resolve("openrouter/acme/deep-3").facts.prices.output == 4.8


def test_nobody_is_asked_who_is_not_ready(server, monkeypatch):
    monkeypatch.delenv("OPENROUTER_API_KEY")
    done = run("--check", "openrouter")
    assert isinstance(done.exception, InputError)
    assert "--open-lists" in str(done.exception)
    assert server.requests == []
    assert run("--check", "openrouter", "--open-lists").exit_code == 0
    assert run("--write").exit_code == 2


def test_a_provider_that_fails_its_check_is_named_and_the_status_is_1(tmp_path, monkeypatch):
    monkeypatch.setenv("GONE_KEY", "abcdefgh12345678")
    (tmp_path / "workbench.toml").write_text(
        '[providers.gone]\nbase_url = "http://localhost:9/v1"\nkey_env = "GONE_KEY"\n'
    )
    done = run("--check", "gone")
    assert done.exit_code == 1
    assert done.stdout.startswith("gone: no connection to")


def test_old_facts_are_hinted_at_once_a_week_and_not_after_a_look():
    young = datetime.combine(newest_fact(), datetime.min.time(), UTC) + timedelta(days=30)
    old = young + timedelta(days=60)
    assert due_hint(young) == ""
    assert "90 days old" in due_hint(old)
    assert due_hint(old + timedelta(days=6)) == ""
    assert "97 days old" in due_hint(old + timedelta(days=7))
    (home() / "lists" / "openai.json").write_text("{}")
    assert due_hint(datetime.now(UTC)) == ""
