"""One store for each user, found from any folder; what older folders hold is read beside it, and joined on request."""

import os
import warnings
from pathlib import Path

import pytest
from commanded import workbench
from fakes.server import FakeServer

import workbench as wb
from workbench.base.files import DESK_VARIABLE
from workbench.errors import InputError, WorkbenchWarning

posix = pytest.mark.skipif(os.name != "posix", reason="Windows has other owners")


@pytest.fixture
def own(monkeypatch):
    monkeypatch.delenv("WORKBENCH_CACHE")
    return Path(os.environ["XDG_DATA_HOME"]) / "workbench"


@pytest.fixture
def server():
    with FakeServer(lambda request: f"reply to {request.prompt}") as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        yield server


def asked_in(folder, monkeypatch, *questions):
    """Ask with a cache folder that was asked for, as every folder of earlier days was."""
    monkeypatch.setenv("WORKBENCH_CACHE", str(folder))
    for question in questions:
        wb.ask(question, model="fake/m")
    monkeypatch.delenv("WORKBENCH_CACHE")


def test_the_variable_names_the_home(tmp_path, monkeypatch):
    (tmp_path / "cache" / "store").mkdir(parents=True)
    monkeypatch.setenv("WORKBENCH_CACHE", "~/elsewhere")
    assert wb.cache.home() == tmp_path / "home" / "elsewhere"


def test_the_settings_name_it_from_their_own_folder(own, tmp_path, monkeypatch):
    (tmp_path / "workbench.toml").write_text('[cache]\nfolder = "kept here"\n')
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    assert wb.cache.home() == tmp_path / "kept here"
    (tmp_path / "workbench.toml").write_text("[cache]\nfolder = 3\n")
    with pytest.raises(InputError, match="folder is 3; name a folder"):
        wb.cache.home()


@pytest.mark.parametrize("holds", [(), ("recordings",), ("store",), ("pip",)], ids=str)
def test_without_either_it_is_the_users_own_in_any_folder(own, holds, tmp_path, monkeypatch):
    for name in holds:
        (tmp_path / "cache" / name).mkdir(parents=True)
    assert wb.cache.home() == own


def test_what_is_asked_here_is_not_bought_there(own, server, tmp_path, monkeypatch):
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        monkeypatch.chdir(tmp_path / name)
        reply = wb.ask("once?", model="fake/m")
    assert (reply.cached, server.hits) == (True, 1)


def test_an_older_folder_is_found_said_once_read_and_stays_in_use_elsewhere(own, server, tmp_path, monkeypatch):
    clone, elsewhere = tmp_path / "clone", tmp_path / "elsewhere"
    for folder in (clone / "notebooks", elsewhere):
        folder.mkdir(parents=True)
    asked_in(clone / "cache", monkeypatch, "old?")
    monkeypatch.chdir(clone / "notebooks")
    with pytest.warns(WorkbenchWarning, match=r"clone/cache are read from there.*`workbench cache join`"):
        assert wb.ask("old?", model="fake/m").cached
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        wb.ask("new?", model="fake/m")
        monkeypatch.chdir(elsewhere)
        assert wb.ask("old?", model="fake/m").cached
        assert wb.sweep(["old?", "new?"], models="fake/m")["cached"].all()
    assert server.hits == 2
    stats = wb.cache.stats()
    assert (stats.folder, stats.stored, stats.older, stats.requests) == (own, 1, ((clone / "cache", 1),), 2)
    assert "read as well: 1 replies in the store of" in str(stats)
    assert wb.cache.export(tmp_path / "all.jsonl") == 2


def test_older_folders_are_joined_and_nothing_is_lost(own, server, tmp_path, monkeypatch):
    asked_in(tmp_path / "cache", monkeypatch, "a?", "b?")
    asked_in(tmp_path / "far" / "cache", monkeypatch, "b?", "c?")
    with pytest.warns(WorkbenchWarning):
        wb.ask("d?", model="fake/m", refresh=True)
    assert "2 of the 2 replies in" in workbench("cache", "join").stdout
    assert "2 of the 2 replies in" in workbench("cache", "import", "far").stdout  # b? of the other folder has a name
    assert "0 of the 2 replies in" in workbench("cache", "join", "far/cache/store").stdout
    own_store = list(wb.cache.current().store.keys())
    assert len({name[:64] for name in own_store}) == 4
    assert sum("@" in name for name in own_store) == 1
    for folder in ("cache", "far"):
        (tmp_path / folder).rename(tmp_path / f"{folder}-away")
    assert wb.sweep(["a?", "b?", "c?", "d?"], models="fake/m")["cached"].all()
    assert (server.hits, wb.cache.stats().requests) == (5, 5)


def test_what_is_forgotten_is_forgotten_everywhere(own, server, tmp_path, monkeypatch):
    asked_in(tmp_path / "cache", monkeypatch, "a?")
    with pytest.warns(WorkbenchWarning):
        key = wb.ask("a?", model="fake/m").key
    assert wb.cache.delete(key) == 1
    assert not wb.ask("a?", model="fake/m").cached


def test_a_folder_that_holds_nothing_is_not_joined(own, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match="'empty' holds no store of replies"):
        wb.cache.join("empty")
    assert "no older folder holds replies" in workbench("cache", "join").stdout


def test_the_desk_of_another_process_comes_before_the_folder_it_works_in(own, tmp_path, monkeypatch):
    for name in ("desk", "notebooks"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "workbench.toml").write_text(f'[cache]\nfolder = "of {name}"\n')
    monkeypatch.chdir(tmp_path / "notebooks")
    assert wb.cache.home() == tmp_path / "notebooks" / "of notebooks"
    monkeypatch.setenv(DESK_VARIABLE, str(tmp_path / "desk"))
    assert wb.cache.home() == tmp_path / "desk" / "of desk"


@posix
def test_a_folder_that_others_may_write_is_not_read(own, server, tmp_path, monkeypatch):
    asked_in(tmp_path / "cache", monkeypatch, "a?")
    (tmp_path / "cache").chmod(0o777)
    with pytest.warns(WorkbenchWarning, match="is not used as the cache: others may write it"):
        assert wb.cache.current().older_folders == ()
    (tmp_path / "cache").chmod(0o755)
    with pytest.warns(WorkbenchWarning, match="are read from there"):
        assert wb.cache.current().older_folders == (tmp_path / "cache",)


@posix
@pytest.mark.parametrize("inner", ["recordings", "store", "store/cache.db"])
def test_a_folder_of_which_others_may_write_a_part_is_not_read(own, tmp_path, inner):
    (tmp_path / "cache" / "recordings").mkdir(parents=True)
    (tmp_path / "cache" / "store").mkdir()
    (tmp_path / "cache" / "store" / "cache.db").touch()
    (tmp_path / "cache" / inner).chmod(0o777)
    with pytest.warns(WorkbenchWarning, match=rf"is not used as the cache: of {inner}: others may write it"):
        assert wb.cache.home() == own


@posix
def test_a_projects_recording_that_others_may_write_is_passed_over(own, tmp_path):
    folder = tmp_path / "cache" / "recordings"
    folder.mkdir(parents=True)
    for name in ("a", "b"):
        (folder / f"{name}.jsonl").write_text("this is no recording\n")
        (folder / f"{name}.jsonl").chmod(0o666 if name == "a" else 0o644)
    with (
        pytest.warns(WorkbenchWarning, match=r"a\.jsonl is passed over: others may write it"),
        pytest.raises(wb.errors.StoreCorrupt, match=r"b\.jsonl:1"),
    ):
        wb.cache.current()


@posix
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_user_is_not_read(own, tmp_path):
    (tmp_path / "cache" / "store").mkdir(parents=True)
    os.chown(tmp_path / "cache", 65534, 65534)
    with pytest.warns(WorkbenchWarning, match="is not used as the cache: it belongs to another user"):
        assert wb.cache.home() == own
