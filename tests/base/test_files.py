"""Files that users name: there whole, or named in the error; and a working folder that is gone."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from programs import run

from workbench.base.files import check_place, folders_upward, written_whole
from workbench.errors import InputError
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
