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
    import asyncio, sys
    from pathlib import Path
    from workbench.cache.claiming import Claiming
    from workbench.cache.ledger_file import Ledger
    from workbench.cache.store.store import open_store
    from workbench.errors import StoreReadOnly
    for folder in map(Path, sys.argv[1:]):
        with open_store(folder) as store:
            print(folder.name, sorted(store.keys()), store.get("a"), store.get("b"), store.info().count)
            claiming = Claiming(folder, lambda: store, Ledger(folder))

            async def claim():
                await claiming.claim("c", looks=False)

            for change in (lambda: store.put_new("c", b"3"), lambda: store.delete("a"), lambda: asyncio.run(claim())):
                try:
                    change()
                except StoreReadOnly as error:
                    print(error)
"""


def kept(folder: Path, *, killed: bool = False) -> None:
    """A store with one reply; `killed` leaves it in the file beside the database, as a killed process does."""
    original = folder.with_name(f"original of {folder.name}")
    with open_store(original) as store:
        store.put_new("a", b"1")
        if killed:
            shutil.copytree(original, folder)
    if not killed:
        original.rename(folder)


def opened_up(folder: Path, *, mode: int = 0o644) -> None:
    for name in ("workbench-claims.lock", "ledger.jsonl"):
        (folder / name).touch()
    folder.chmod(0o755)
    for file in folder.iterdir():
        file.chmod(mode)


def as_nobody(folders: list[Path]) -> list[str]:
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
    ended = subprocess.run([*command, *folders], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    if ended.returncode in (126, 127):  # of a Python in root's own folder
        pytest.skip(f"nobody else may run {sys.executable}: {ended.stderr.strip()}")
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.splitlines()


@pytest.fixture(scope="module")
def heard():
    """What nobody hears of stores in four states, each with one reply; pytest's own folder they may not look into."""
    with tempfile.TemporaryDirectory() as name:
        public = Path(name)
        public.chmod(0o755)
        killed = {"closed": False, "killed": True, "notes-gone": True, "files-writable": False}
        for state, was_killed in killed.items():
            kept(public / state, killed=was_killed)
        (public / "notes-gone" / "cache.db-shm").unlink()
        for state in killed:
            opened_up(public / state, mode=0o666 if state == "files-writable" else 0o644)
        lines = as_nobody([public / state for state in killed])
        return {lines[place].split()[0]: lines[place : place + 4] for place in range(0, len(lines), 4)}


@pytest.mark.parametrize("state", ["closed", "killed", "notes-gone", "files-writable"])
def test_who_may_not_write_reads_and_is_told_so_where_something_would_change_or_be_bought(heard, state):
    first, *refusals = heard[state]
    assert first == f"{state} ['a'] b'1' None 1"
    assert len(refusals) == 3
    assert all("may not be written" in refusal for refusal in refusals)


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
