"""Files that users name: there whole, or named in the error; and a working folder that is gone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from programs import run

from workbench.base import files
from workbench.base.files import check_place, files_in, folders_upward, lines_of, not_ones_own, opened, written_whole
from workbench.errors import InputError, StoreError
from workbench.providers.local import server as local


def places(tmp_path):
    """Where no file can be written, for root as well."""
    (tmp_path / "file").write_text("here")
    return {"a folder": tmp_path, "below a file": tmp_path / "file" / "rows.csv", "no place": "/proc/rows.csv"}


@pytest.mark.parametrize("what", ["a folder", "below a file", "no place"])
def test_a_place_that_cannot_be_written_is_named(tmp_path, what):
    path = Path(places(tmp_path)[what])
    with pytest.raises(InputError, match=r"cannot be written: .*name another place") as checked:
        check_place(path)
    with pytest.raises(InputError, match="cannot be written"), written_whole(path) as draft:
        draft.write_text("new")
    assert repr(str(path)) in str(checked.value)
    assert (tmp_path / "file").read_text() == "here"
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_may_not_be_looked_into_is_no_empty_one(tmp_path, monkeypatch):
    (tmp_path / "b.jsonl").write_text("")
    (tmp_path / "a.jsonl").write_text("")
    assert [path.name for path in files_in(tmp_path, "*.jsonl")] == ["a.jsonl", "b.jsonl"]
    assert files_in(tmp_path / "a.jsonl", "*") == files_in(tmp_path / "none", "*") == []

    def refused(folder):
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr(os, "listdir", refused)  # root may look into every folder
    with pytest.raises(StoreError, match=r"may not be read.*WORKBENCH_CACHE"):
        files_in(tmp_path, "*.jsonl")


def test_a_place_that_can_be_written_is_left_as_it_was(tmp_path):
    check_place(tmp_path / "new" / "rows.csv")
    assert list((tmp_path / "new").iterdir()) == []
    (tmp_path / "rows.csv").write_text("old")
    check_place(tmp_path / "rows.csv")
    assert (tmp_path / "rows.csv").read_text() == "old"


def test_what_fails_half_way_leaves_the_old_file(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), written_whole(path) as draft:
        print(draft.write_text("half") / 0)
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["rows.csv"]


def test_the_folders_go_up_to_the_root(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert folders_upward() == [tmp_path, *tmp_path.parents]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows does not delete a folder that is in use")
@pytest.mark.skipif(local.available() is not None, reason=str(local.available()))
def test_a_working_folder_that_was_deleted_is_only_no_place_to_look_in(tmp_path):
    code = """
        import os, sys
        import workbench as wb
        os.chdir(sys.argv[1])
        os.rmdir(sys.argv[1])
        print(wb.ask("Say yes.", model="local/smollm2-135m-instruct", max_tokens=4).cached, len(wb.models()) > 10)
    """
    gone = tmp_path / "gone"
    gone.mkdir()
    ended = run(code, gone, env={**os.environ, "PYTHONSAFEPATH": "1"})  # without it, Python itself looks there
    assert ended.stderr == ""
    assert ended.stdout.split() == ["False", "True"]


posix = pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has other owners and no pipes with names")
NOBODY = 65534


@posix
@pytest.mark.parametrize("mode", [0o600, 0o644, 0o400, 0o755])
def test_what_only_its_owner_may_write_is_ones_own(tmp_path, mode):
    path = tmp_path / "file"
    path.touch()
    path.chmod(mode)
    assert not_ones_own(path) is None


@posix
@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666, 0o777])
def test_what_others_may_write_is_not_ones_own(tmp_path, mode):
    path = tmp_path / "file"
    path.touch()
    path.chmod(mode)
    assert f"(mode {mode:o})" in str(not_ones_own(path))


@posix
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can give a file away")
def test_what_belongs_to_another_is_not_ones_own_nor_is_what_his_link_leads_to(tmp_path):
    theirs, mine, link = tmp_path / "theirs", tmp_path / "mine", tmp_path / "link"
    theirs.touch(mode=0o644)
    mine.touch(mode=0o644)
    os.chown(theirs, NOBODY, NOBODY)
    link.symlink_to(mine)
    assert not_ones_own(link) is None
    os.chown(link, NOBODY, NOBODY, follow_symlinks=False)
    assert [not_ones_own(path) for path in (theirs, link)] == ["it belongs to another user"] * 2


@posix
@pytest.mark.parametrize("what", ["a folder", "a pipe", "a device", "a socket"])
def test_what_is_no_file_is_told_by_its_kind_and_not_waited_for(tmp_path, what):
    import socket

    path = tmp_path / "thing"
    listener = socket.socket(socket.AF_UNIX)
    if what == "a folder":
        path.mkdir()
    elif what == "a pipe":
        os.mkfifo(path)
    elif what == "a socket":
        listener.bind(str(path))
    else:
        path.symlink_to("/dev/zero")
    words = "cannot be read" if what == "a socket" else f"is {what}, and no file"
    with pytest.raises(InputError, match=words), opened(path):
        pass
    listener.close()


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "hole"
    with path.open("wb") as file:
        file.truncate(10_000)
    with (
        pytest.raises(InputError, match="has 10,000 bytes; the most that is read is 9,999"),
        opened(path, most_bytes=9_999),
    ):
        pass


def test_a_line_without_an_end_is_not_read_to_its_end(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "MOST_LINE_BYTES", 100)
    path = tmp_path / "lines"
    path.write_bytes(b"a\x0b\xe2\x80\xa8b\r\n" + b"\0" * 500)
    with opened(path) as file:
        lines = lines_of(file, path)
        assert next(lines) == (1, 0, b"a\x0b\xe2\x80\xa8b\r\n")
        with pytest.raises(InputError, match="lines:2: the line is longer than 100 bytes"):
            next(lines)


@posix
def test_nobody_else_can_read_what_was_written_and_no_link_is_followed(tmp_path):
    elsewhere, path = tmp_path / "elsewhere", tmp_path / "rows.csv"
    elsewhere.write_text("precious")
    path.symlink_to(elsewhere)
    (tmp_path / "rows.csv.part").symlink_to(elsewhere)
    check_place(path)
    with written_whole(path) as draft:
        draft.write_text("new")
    assert (elsewhere.read_text(), path.read_text(), path.is_symlink()) == ("precious", "new", False)
    assert path.stat().st_mode & 0o777 == 0o600


@posix
def test_a_folder_of_our_own_that_is_a_link_is_not_written_to(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "runs").symlink_to(tmp_path / "elsewhere")
    with (
        pytest.raises(InputError, match="its folder is a link, which is not followed"),
        written_whole(tmp_path / "runs" / "a.json", in_own_folder=True) as draft,
    ):
        draft.write_text("new")
    with written_whole(tmp_path / "notes" / "a.json", in_own_folder=True) as draft:
        draft.write_text("new")
    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert (tmp_path / "notes").stat().st_mode & 0o777 == 0o700
