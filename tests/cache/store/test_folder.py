"""The folder of the store: private, ours, local."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

import diskcache
import pytest

from workbench.cache.store import folder as store_folder
from workbench.cache.store.folder import FORMAT_VERSION, file_system_type, free_bytes
from workbench.cache.store.store import open_store
from workbench.errors import StoreCorrupt, StoreError

MOUNTINFO = r"""
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
23 22 0:21 / /proc rw - proc proc rw
31 22 0:45 / /home rw,relatime shared:2 master:3 - nfs4 server:/home rw,vers=4.2
32 31 8:2 / /home/local rw - xfs /dev/sdb1 rw
33 22 0:50 / /mnt/my\040drive rw - fuse.sshfs me@there: rw
34 22 0:51 / /mnt/ключ rw - cifs //server/share rw
35 22 8:3 / /srv rw - nfs server:/srv rw
36 35 8:4 / /srv rw - btrfs /dev/sdc1 rw
a line that is no mount
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/", "ext4"),
        ("/var/cache", "ext4"),
        ("/home/ada/cache", "nfs4"),
        ("/home", "nfs4"),
        ("/homework", "ext4"),  # the name begins like a mount point
        ("/home/local/cache", "xfs"),  # a local disk under a network mount
        ("/mnt/my drive/cache", "fuse.sshfs"),
        ("/mnt/ключ/cache", "cifs"),
        ("/srv/cache", "btrfs"),  # mounted over an older mount
    ],
)
def test_the_deepest_and_latest_mount_decides(folder, kind):
    assert file_system_type(Path(folder), MOUNTINFO) == kind


@pytest.mark.skipif(not Path("/proc/self/mountinfo").exists(), reason="Linux only")
def test_a_network_file_system_is_refused(tmp_path, monkeypatch):
    """A network mount is not at hand, so the one that is here is declared to be one."""
    kind = file_system_type(tmp_path.resolve(), Path("/proc/self/mountinfo").read_text())
    assert kind is not None
    monkeypatch.setattr(store_folder, "_NETWORK", {kind.removeprefix("fuse.")})
    with pytest.raises(StoreError, match=r"network file system .*`workbench cache export`"):
        open_store(tmp_path / "store")
    assert not (tmp_path / "store").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX modes")
def test_nobody_else_can_look_into_the_folder(tmp_path):
    before = os.umask(0)
    try:
        with open_store(tmp_path / "parent" / "store") as store:
            store.put_new("key", b"value")
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in store.path.iterdir()}
            assert stat.S_IMODE(store.path.stat().st_mode) == 0o700
    finally:
        os.umask(before)
    assert {"cache.db", "cache.db-wal", ".gitignore", "workbench-store.json", "workbench-rows"} <= set(modes)
    assert set(modes.values()) == {0o600}


def test_the_folder_stays_out_of_version_control(tmp_path):
    open_store(tmp_path / "store").close()
    assert (tmp_path / "store" / ".gitignore").read_text() == "*\n"


def test_an_empty_folder_and_one_behind_a_link_will_do(tmp_path):
    (tmp_path / "real").mkdir(mode=0o755)
    (tmp_path / "link").symlink_to("real")
    with open_store(tmp_path / "link") as store:
        assert store.put_new("key", b"value")
    if sys.platform != "win32":
        assert stat.S_IMODE((tmp_path / "real").stat().st_mode) == 0o700
    with open_store(tmp_path / "real") as store:
        assert store.get("key") == b"value"


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="owners of other kinds")
def test_a_link_to_what_others_may_write_or_to_nothing_is_not_followed(tmp_path):
    (tmp_path / "open").mkdir()
    (tmp_path / "open").chmod(0o777)
    for leads_to in ("open", "nowhere", "link"):
        (tmp_path / "link").symlink_to(leads_to)
        with pytest.raises(StoreError, match=f"is a link to {leads_to}, which is not followed"):
            open_store(tmp_path / "link")
        (tmp_path / "link").unlink()
    assert [entry.name for entry in tmp_path.rglob("*")] == ["open"]


def notes(folder: Path) -> None:
    (folder / "notes.ipynb").write_text("{}")


def other_cache(folder: Path) -> None:
    with diskcache.Cache(folder) as cache:
        cache.set("key", "value")


@pytest.mark.parametrize("fill", [notes, other_cache])
def test_a_folder_that_holds_other_things_is_refused_and_left_alone(tmp_path, fill):
    fill(tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(StoreError, match="is not a store of this package"):
        open_store(tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="file"):
        open_store(tmp_path / "file")


def test_a_newer_format_is_refused(tmp_path):
    open_store(tmp_path).close()
    marker = tmp_path / "workbench-store.json"
    marker.write_text(marker.read_text().replace(str(FORMAT_VERSION), str(FORMAT_VERSION + 1)))
    with pytest.raises(StoreError, match="Upgrade workbench"):
        open_store(tmp_path)


@pytest.mark.parametrize("text", ["", "[]", "5", '{"format": "other", "version": 1}', '{"format": "workbench-store"}'])
def test_a_marker_that_is_not_ours_is_refused(tmp_path, text):
    open_store(tmp_path).close()
    (tmp_path / "workbench-store.json").write_text(text)
    with pytest.raises(StoreCorrupt, match="not what this package writes"):
        open_store(tmp_path)


def test_a_note_of_rows_that_cannot_be_read_says_what_to_do(tmp_path):
    open_store(tmp_path).close()
    (tmp_path / "workbench-rows").write_text("")
    with pytest.raises(StoreCorrupt, match="delete this file"):
        open_store(tmp_path)


def test_a_name_that_diskcache_would_expand_is_refused(tmp_path, monkeypatch):
    """It would open another folder than the one that was checked."""
    monkeypatch.setenv("SOMEWHERE", "elsewhere")
    with pytest.raises(StoreError, match="environment variable"):
        open_store(tmp_path / "$SOMEWHERE")


def test_free_bytes_are_those_of_the_disk(tmp_path):
    status = os.statvfs(tmp_path)
    assert free_bytes(tmp_path / "not" / "there") == pytest.approx(status.f_bavail * status.f_frsize, rel=0.05)
