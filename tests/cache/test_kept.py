"""Where replies are kept, and what a refresh leaves there."""

import json
import os
import stat
from pathlib import Path

import pytest
from fakes.server import FakeServer, refused_address

import workbench as wb
from workbench.errors import WorkbenchWarning


def test_a_refresh_buys_anew_and_keeps_every_reply_that_was_paid_for(answered):
    with FakeServer(["first", "second", "third"]) as server:
        key = answered(server).key
        second, third = (answered(server, refresh=True) for _ in range(2))
        again = answered(server)
    assert (second.answer, second.cached, third.answer, again.answer, again.cached) == (
        "second",
        False,
        "third",
        "third",
        True,
    )
    assert server.hits == 3
    store = wb.cache.current().store
    names = list(store.keys())
    contents = [json.loads(store.get(name))["response"]["choices"][0]["message"]["content"] for name in names]
    assert sorted(contents) == ["first", "second", "third"]
    old = [name for name in names if name != key]
    assert {wb.cache.get(name).answer for name in old} == {"first", "second"}


def test_the_variable_names_the_home(tmp_path, monkeypatch):
    (tmp_path / "cache").mkdir()
    monkeypatch.setenv("WORKBENCH_CACHE", "~/elsewhere")
    assert wb.cache.home() == tmp_path / "home" / "elsewhere"


@pytest.mark.parametrize("holds", [(), ("recordings",), ("store",), ("README.md", "recordings")], ids=str)
def test_a_project_with_a_cache_folder_is_the_home_from_any_of_its_folders(holds, tmp_path, monkeypatch):
    monkeypatch.delenv("WORKBENCH_CACHE")
    for name in holds:
        (tmp_path / "cache" / name).mkdir(parents=True)
    (tmp_path / "cache").mkdir(exist_ok=True)
    (tmp_path / "notebooks" / "deep").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "notebooks" / "deep")
    assert wb.cache.home() == tmp_path / "cache"


def test_the_home_stays_the_home_once_it_was_used(tmp_path, monkeypatch):
    monkeypatch.delenv("WORKBENCH_CACHE")
    (tmp_path / "cache").mkdir()
    wb.cache.ledger()
    assert wb.cache.home() == tmp_path / "cache"


@pytest.mark.parametrize(
    "make", [lambda folder: None, lambda folder: (folder / "pip").mkdir(parents=True)], ids=["no", "foreign"]
)
def test_without_a_cache_folder_of_ours_the_home_is_the_users_own(make, tmp_path, monkeypatch):
    monkeypatch.delenv("WORKBENCH_CACHE")
    make(tmp_path / "cache")
    assert wb.cache.home() == Path(os.environ["XDG_DATA_HOME"]) / "workbench"


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_a_new_home_is_private_and_stays_out_of_git(answered, tmp_path):
    with FakeServer() as server:
        answered(server)
    home = tmp_path / "cache"
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "store").stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "ledger.jsonl").stat().st_mode) == 0o600
    lines = (home / ".gitignore").read_text().split()
    assert lines[0] == "*"
    assert "!recordings/*.jsonl" in lines


def test_an_own_gitignore_is_left_alone(answered, tmp_path):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / ".gitignore").write_text("mine\n")
    with FakeServer() as server:
        answered(server)
    assert (tmp_path / "cache" / ".gitignore").read_text() == "mine\n"


def test_a_kept_reply_needs_no_server(answered):
    with FakeServer(["Nine."]) as server:
        bought = answered(server)
        port = server.port
    again = wb.ask("How many?", model="fake/m", timeout=1)
    assert (again.answer, again.cached, bought.cached) == ("Nine.", True, False)
    assert port
    with refused_address() as address:
        wb.add_provider("fake", base_url=address)
        assert "base_url" in str(wb.cache.explain_miss("How many?", model="fake/m"))


posix = pytest.mark.skipif(os.name != "posix", reason="Windows has other owners")


@posix
def test_a_folder_that_others_may_write_is_not_taken_for_the_cache(tmp_path, monkeypatch):
    monkeypatch.delenv("WORKBENCH_CACHE")
    (tmp_path / "cache" / "store").mkdir(parents=True)
    (tmp_path / "cache").chmod(0o777)
    with pytest.warns(WorkbenchWarning, match="is not used as the cache: others may write it"):
        assert wb.cache.home() == Path(os.environ["XDG_DATA_HOME"]) / "workbench"
    (tmp_path / "cache").chmod(0o755)
    assert wb.cache.home() == tmp_path / "cache"


@posix
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_user_is_not_taken_for_the_cache(tmp_path, monkeypatch):
    monkeypatch.delenv("WORKBENCH_CACHE")
    (tmp_path / "cache").mkdir()
    os.chown(tmp_path / "cache", 65534, 65534)
    with pytest.warns(WorkbenchWarning, match="is not used as the cache: it belongs to another user"):
        assert wb.cache.home() != tmp_path / "cache"


@posix
def test_a_note_for_git_is_not_written_through_a_link(tmp_path, monkeypatch):
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / ".gitignore").symlink_to(tmp_path / "elsewhere")
    wb.cache.stats()
    assert not (tmp_path / "elsewhere").exists()
