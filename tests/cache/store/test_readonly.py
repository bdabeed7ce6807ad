"""A store that may not be written serves what it holds."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

import pytest
from programs import ROOT

from workbench.cache.store.readonly import ReadOnlyTable
from workbench.cache.store.store import open_store
from workbench.errors import StoreCorrupt, StoreReadOnly

READ = """
    import sys, warnings
    from pathlib import Path
    from workbench.cache.store.store import open_store
    from workbench.errors import StoreReadOnly
    with open_store(Path(sys.argv[1])) as store:
        print(sorted(store.keys()), store.get("a"), store.get("b"), store.info().count)
        for change in (lambda: store.put_new("c", b"3"), lambda: store.delete("a")):
            try:
                change()
            except StoreReadOnly as error:
                print(error)
"""


def kept(folder: Path, *, killed: bool = False) -> None:
    """A store with one reply; `killed` leaves it in the file beside the database, as a killed process does."""
    original = folder.with_name("original")
    with open_store(original) as store:
        store.put_new("a", b"1")
        if killed:
            shutil.copytree(original, folder)
    if not killed:
        original.rename(folder)


def opened_up(folder: Path) -> None:
    folder.chmod(0o755)
    for file in folder.iterdir():
        file.chmod(0o644)


def as_nobody(folder: Path) -> list[str]:
    """What somebody reads and hears who may not write there."""
    if os.name != "posix" or os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("only root can be somebody else")
    command = [
        "setpriv",
        "--reuid=65534",
        "--regid=65534",
        "--clear-groups",
        sys.executable,
        "-c",
        textwrap.dedent(READ),
    ]
    ended = subprocess.run([*command, str(folder)], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()


@pytest.fixture
def public():
    """A folder that everybody may look into, as pytest's own is not."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.parametrize("killed", [False, True], ids=["closed", "killed"])
def test_who_may_not_write_reads_and_is_told_so_where_something_would_change(public, killed):
    kept(public / "store", killed=killed)
    opened_up(public / "store")
    first, *refusals = as_nobody(public / "store")
    assert first == "['a'] b'1' None 1"
    assert len(refusals) == 2
    assert all("may not be written" in refusal for refusal in refusals)


def test_a_killed_writers_last_replies_are_read_though_nothing_can_be_taken_in(public):
    kept(public / "store", killed=True)
    (public / "store" / "cache.db-shm").unlink()  # and its notes are gone, too
    opened_up(public / "store")
    assert as_nobody(public / "store")[0] == "['a'] b'1' None 1"


def test_a_folder_without_a_store_that_may_not_be_written_holds_nothing(tmp_path):
    table = ReadOnlyTable(tmp_path)
    assert (table.list_keys(), table.fetch(["a"]), len(table)) == ([], {}, 0)
    with pytest.raises(StoreReadOnly):
        table.insert([("a", b"1")])
    table.close()


def test_rows_that_are_missing_are_noticed_here_too(tmp_path):
    kept(tmp_path / "store")
    (tmp_path / "store" / "workbench-rows").write_text("2\n")
    with pytest.raises(StoreCorrupt, match="holds 1 replies, but at least 2"):
        ReadOnlyTable(tmp_path / "store")


@pytest.mark.skipif(os.name != "posix", reason="links of other kinds")
def test_a_database_that_is_a_link_is_not_followed(tmp_path):
    kept(tmp_path / "store")
    (tmp_path / "store" / "cache.db").rename(tmp_path / "elsewhere.db")
    (tmp_path / "store" / "cache.db").symlink_to(tmp_path / "elsewhere.db")
    with pytest.raises(Exception, match="is a link, which is not followed"):
        open_store(tmp_path / "store")
