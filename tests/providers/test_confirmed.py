"""A file that was confirmed may send a key elsewhere until it changes; the list of them is the user's alone."""

from __future__ import annotations

import json
import stat

import pytest

import workbench as wb
from workbench.errors import ConfigError
from workbench.providers.confirmed import confirm, is_confirmed, list_of_confirmed, withdraw
from workbench.providers.facts import providers, sent_elsewhere

TABLE = '[providers.gateway]\nbase_url = "{}"\nkey_env = "OPENAI_API_KEY"\n'
ELSEWHERE = "https://gate.example.org/v1"


@pytest.fixture
def file(home, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    path = home / "workbench.toml"
    path.write_text(TABLE.format(ELSEWHERE), encoding="utf-8")
    return path


def test_what_was_confirmed_goes_until_the_file_changes(file):
    with pytest.raises(ConfigError, match="workbench trust"):
        wb.models()
    assert sent_elsewhere(file) == [f"OPENAI_API_KEY goes to {ELSEWHERE} for gateway/…"]
    confirm(file)
    assert providers()["gateway"].base_url == ELSEWHERE
    file.write_text(TABLE.format("https://another.example.org/v1"), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"another.example.org.*workbench trust"):
        wb.models()


def test_a_confirmation_can_be_withdrawn(file):
    confirm(file)
    assert withdraw(file)
    assert not withdraw(file)
    with pytest.raises(ConfigError, match="OPENAI_API_KEY"):
        wb.models()


def test_a_copy_of_a_confirmed_file_is_not_confirmed(file, tmp_path):
    confirm(file)
    copy = tmp_path / "copy.toml"
    copy.write_bytes(file.read_bytes())
    tables = {"gateway": {"base_url": ELSEWHERE, "key_env": "OPENAI_API_KEY"}}
    assert is_confirmed(file, tables)
    assert not is_confirmed(copy, tables)
    assert not is_confirmed(file, {**tables, "other": {}})


def test_the_list_is_for_nobody_else_and_not_believed_where_it_is_not(file):
    confirm(file)
    place = list_of_confirmed()
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.parent.stat().st_mode) == 0o700
    place.chmod(0o622)
    with pytest.raises(ConfigError, match="others may write it"):
        wb.models()


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"version": 2, "files": {}}', '{"version": 1, "files": 7}', "[" * 9999]
)
def test_a_damaged_list_is_one_clear_error(file, text):
    place = list_of_confirmed()
    place.parent.mkdir(parents=True)
    place.write_text(text)
    place.chmod(0o600)
    with pytest.raises(ConfigError, match="damaged; delete it"):
        wb.models()


def test_a_file_of_others_cannot_be_confirmed(file):
    file.chmod(0o666)
    with pytest.raises(ConfigError, match="others may write it"):
        confirm(file)


def test_a_link_in_place_of_the_list_is_not_written_through(file, tmp_path):
    victim = tmp_path / "notes.txt"
    victim.write_text("mine")
    place = list_of_confirmed()
    place.parent.mkdir(parents=True)
    place.symlink_to(tmp_path / "nowhere")
    confirm(file)
    assert not place.is_symlink()
    assert json.loads(place.read_text())["version"] == 1
    assert victim.read_text() == "mine"
