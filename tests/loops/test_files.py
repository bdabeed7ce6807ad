"""The files of one folder, and no way out of it."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.loops.files import MOST_BYTES, file_tool


@pytest.fixture
def folder(tmp_path):
    inner = tmp_path / "inner"
    (inner / "letters").mkdir(parents=True)
    (inner / "letters" / "ada.txt").write_text("Dear Ada,\nthe oats are here.\n")
    (inner / "sums.csv").write_text("a,b\n1,2\n")
    (tmp_path / "secret.txt").write_text("the oats are not here")
    return inner


@pytest.fixture
def files(folder):
    return {one.name: one for one in file_tool(folder, write=True)}


def test_files_are_listed_read_searched_and_written(files, folder):
    assert files["list_files"]() == "letters/\nsums.csv (8 bytes)"
    assert files["read_file"](path="letters/ada.txt", first_line=1, lines=1) == "Dear Ada,\n[1 more lines]"
    assert files["search_files"](text="OATS") == "letters/ada.txt:2: the oats are here."
    assert files["write_file"](path="new/deep/note.txt", text="x" * 10) == "wrote 10 bytes to new/deep/note.txt"
    assert (folder / "new/deep/note.txt").read_text() == "x" * 10
    assert files["write_file"](path="sums.csv", text="c") == "wrote 1 bytes to sums.csv"
    assert sorted(one.name for one in folder.iterdir()) == ["letters", "new", "sums.csv"]


def test_without_leave_nothing_is_written(folder):
    assert [one.name for one in file_tool(folder)] == ["list_files", "read_file", "search_files"]


OUT = ["../secret.txt", "/etc/passwd", "letters/../../secret.txt", "~/x", "..", "a\0b", "..\\secret.txt"]
LINKS = ["link", "to/secret.txt"]


@pytest.mark.parametrize("path", [*OUT, *LINKS])
def test_no_path_leads_out(files, folder, path):
    (folder / "link").symlink_to(folder.parent / "secret.txt")
    (folder / "to").symlink_to(folder.parent)
    for name, more in (("read_file", {}), ("write_file", {"text": "x"}), ("list_files", {})):
        with pytest.raises((OSError, ValueError)):
            files[name](path=path, **more)
    if path in OUT:
        with pytest.raises(ValueError, match="refused"):
            files["search_files"](path=path, text="n")
    assert (folder.parent / "secret.txt").read_text() == "the oats are not here"
    assert "secret" not in files["search_files"](text="oats")


@given(st.text(max_size=30))
def test_whatever_a_path_is_it_stays_inside(path):
    from workbench.loops.files import _parts

    try:
        parts = _parts(path)
    except ValueError:
        return
    assert not {"", ".", ".."} & {*parts}
    assert all("/" not in part for part in parts)


def test_what_is_no_text_file_is_refused_and_nothing_waits(files, folder):
    os.mkfifo(folder / "pipe")
    (folder / "picture").write_bytes(b"\x89PNG\0\0")
    (folder / "large").write_bytes(b"a" * (MOST_BYTES + 1))
    for path, words in (
        ("pipe", "plain"),
        ("picture", "no text"),
        ("large", "at most"),
        ("", "folder"),
        (".", "folder"),
    ):
        with pytest.raises(ValueError, match=words):
            files["read_file"](path=path)
    with pytest.raises((IsADirectoryError, ValueError)):
        files["read_file"](path="letters")
    with pytest.raises(ValueError, match="plain"):
        files["write_file"](path="pipe", text="x")
    with pytest.raises(ValueError, match="at most"):
        files["write_file"](path="big", text="x" * (MOST_BYTES + 1))
    assert "pipe (no plain file)" in files["list_files"]()


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match="no folder"):
        file_tool(tmp_path / "none")
