"""The folder that holds the store: made private, marked as ours, on a local disk, and never quietly emptied."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
import sys
import time
from contextlib import suppress
from pathlib import Path

from workbench.base.files import draft_of, not_ones_own
from workbench.errors import StoreCorrupt, StoreError, StoreFull, StoreReadOnly

FORMAT_VERSION = 3
"""2 and 3 may hold rows that earlier versions of this package would take for damaged ones."""

# Every file of ours but the database starts like this, so that a folder that another process is setting up at this
# very moment is told from somebody else's.
_OWN_PREFIX = "workbench-"
_MARKER = f"{_OWN_PREFIX}store.json"
_COMPARED = f"{_OWN_PREFIX}compared"
_SECONDS_BETWEEN_COMPARISONS = 86_400.0
ROW_BOUND = f"{_OWN_PREFIX}rows"

_NETWORK = {"afs", "beegfs", "ceph", "cifs", "glusterfs", "gpfs", "lustre", "nfs", "nfs4", "pvfs2", "smb3", "smbfs"}
_NETWORK_FUSE = {"blobfuse2", "gcsfuse", "goofys", "juicefs", "mountpoint-s3", "rclone", "s3fs", "smbnetfs", "sshfs"}


LEAST_FREE_BYTES = 1 << 16
"""With less than this nothing is bought: a reply that finds no room is paid for and lost."""


def free_bytes(folder: Path) -> int:
    """How many bytes this user may still write where `folder` is, or where it would be made.

    >>> free_bytes(Path("no/such/folder/yet")) > 0
    True
    """
    existing = Path(folder).absolute()
    while not existing.exists():
        existing = existing.parent
    return shutil.disk_usage(existing).free


def check_room(folder: Path) -> None:
    """Raise `StoreFull` where a reply has no room; not where the file system does not tell."""
    told = shutil.disk_usage(folder)
    if told.total > 0 and told.free < LEAST_FREE_BYTES:
        raise StoreFull(full_message(folder))


def place_of(folder: Path) -> Path:
    """The folder that a store lies in, behind a link too where link and folder are the user's own, as on a larger disk.

    Raises `StoreError` for any other link: whoever can set it, or write where it leads, would choose what is read, and
    see what is kept.
    """
    if folder.is_symlink() and (reason := not_ones_own(folder)) is not None:
        raise StoreError(
            f"{folder} is a link to {os.readlink(folder)}, which is not followed: {reason}. Put a folder of your own "
            f"in its place, or set WORKBENCH_CACHE to one"
        )
    return folder.resolve()


def prepare_folder(folder: Path) -> int:
    """Make `folder` a home for a store, or check that it is one; return the format that it is marked with.

    A new or empty folder becomes private (0700), gets the marker that makes it ours and a `.gitignore` that keeps
    prompts and replies out of version control. Raises StoreError for a network file system, for a folder that holds
    other things, and for a store of a newer format.
    """
    _refuse_network(folder)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        marker = folder / _MARKER
        if marker.exists():
            version = _check_marker(marker)
        else:
            version = FORMAT_VERSION
            _refuse_foreign(folder)
            folder.chmod(0o700)
            write_private(marker, _marker_text())
        ignore = folder / ".gitignore"
        if not ignore.exists():
            write_private(ignore, "*\n")
    except OSError as error:
        raise explain_os_error(error, folder) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise StoreReadOnly(read_only_message(folder))
    return version


def mark_format(folder: Path) -> None:
    """Say, before the first row of today's format is written, that older versions of this package cannot read all."""
    write_private(folder / _MARKER, _marker_text())


def _marker_text() -> str:
    return json.dumps({"format": "workbench-store", "version": FORMAT_VERSION})


def read_row_bound(folder: Path) -> int:
    """The least number of rows that the store must hold; 0 when nothing is known."""
    path = folder / ROW_BOUND
    try:
        return int(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        return 0
    except ValueError:
        raise StoreCorrupt(
            f"{path} should hold a number. It lets a store that lost its rows be noticed: check that the replies are "
            f"there, then delete this file."
        ) from None


def write_row_bound(folder: Path, count: int) -> None:
    """Note that the store holds `count` rows, to be compared when it is next opened."""
    write_private(folder / ROW_BOUND, f"{count}\n")


def forget_row_bound(folder: Path) -> None:
    """Take the note away, before rows are."""
    (folder / ROW_BOUND).unlink(missing_ok=True)


def check_row_bound(folder: Path, count: int) -> None:
    """Raise StoreCorrupt when fewer rows are here than were noted: each missing one would be bought again."""
    bound = read_row_bound(folder)
    if count < bound:
        raise StoreCorrupt(
            f"The store in {folder} holds {count} replies, but at least {bound} were kept there. Bring cache.db back "
            f"from a copy; or, to accept the loss and go on, delete {folder / ROW_BOUND}."
        )


def compared_lately(folder: Path) -> bool:
    """Whether rows and index of a large store were compared within a day, by whichever process."""
    try:
        age = time.time() - (folder / _COMPARED).stat().st_mtime
    except OSError:
        return False
    return 0 <= age < _SECONDS_BETWEEN_COMPARISONS


def note_comparison(folder: Path) -> None:
    """Note that rows and index were compared just now; where that cannot be noted, the next one compares again."""
    with suppress(OSError):
        write_private(folder / _COMPARED, "")


def write_private(path: Path, text: str) -> None:
    """Write a small file that others cannot read, whole or not at all, and see it safely on the disk."""
    with draft_of(path, prefix=_OWN_PREFIX) as draft, draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    if sys.platform != "win32":
        descriptor = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def explain_os_error(error: OSError, folder: Path) -> StoreError:
    """The StoreError that says what an operating-system error means for the store."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreFull(full_message(folder))
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return StoreReadOnly(read_only_message(folder))
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return StoreError(f"Too many files are open to use the store in {folder}: raise `ulimit -n` or close some.")
    return StoreError(f"The store in {folder} cannot be used: {error}.")


def full_message(folder: Path) -> str:
    return (
        f"No space is left for the store in {folder} ({free_bytes(folder):,} bytes free). All that was kept is still "
        f"there. Free some space, or set WORKBENCH_CACHE to a folder on another disk."
    )


def read_only_message(folder: Path) -> str:
    return (
        f"The store in {folder} may not be written. Set WORKBENCH_CACHE to a folder that you may write; replies are "
        f"shared with others by `workbench cache export`, not by sharing the folder."
    )


def _refuse_foreign(folder: Path) -> None:
    for entry in sorted(folder.iterdir()):
        if entry.name != ".gitignore" and not entry.name.startswith(_OWN_PREFIX):
            raise StoreError(
                f"{folder} is not empty and is not a store of this package (it holds {entry.name!r}). "
                f"Set WORKBENCH_CACHE to a new or empty folder."
            )


def _check_marker(marker: Path) -> int:
    try:
        content = json.loads(marker.read_text(encoding="utf-8"))
        version = content["version"]
        ours = content["format"] == "workbench-store" and type(version) is int
    except (ValueError, TypeError, KeyError):
        ours = False
    if not ours:
        raise StoreCorrupt(f"{marker} is not what this package writes. Set WORKBENCH_CACHE to another folder.")
    if version > FORMAT_VERSION:
        raise StoreError(
            f"The store in {marker.parent} has format {version}, written by a newer version of this package; this one "
            f"knows {FORMAT_VERSION}. Upgrade workbench, or set WORKBENCH_CACHE to another folder."
        )
    return int(version)


def _refuse_network(folder: Path) -> None:
    kind = _network_file_system(folder)
    if kind is not None:
        raise StoreError(
            f"{folder} is on a network file system ({kind}), where databases lose data. Keep the store on a local "
            f"disk (set WORKBENCH_CACHE) and share replies with `workbench cache export`."
        )


def _network_file_system(folder: Path) -> str | None:
    if folder.drive.startswith("\\\\"):
        return f"the share {folder.drive}"
    try:
        mountinfo = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return None
    kind = file_system_type(folder, mountinfo)
    return kind if kind is not None and kind.removeprefix("fuse.") in _NETWORK | _NETWORK_FUSE else None


def file_system_type(folder: Path, mountinfo: str) -> str | None:
    """The file system that `folder`, an absolute path without symlinks, is on, by the text of Linux's mountinfo.

    >>> mountinfo = "22 1 8:1 / / rw - ext4 /dev/sda1 rw\\n31 22 0:5 / /home rw - nfs4 server:/home rw"
    >>> file_system_type(Path("/home/ada/cache"), mountinfo), file_system_type(Path("/srv"), mountinfo)
    ('nfs4', 'ext4')
    """
    place, found, within = str(folder), None, ""
    for line in mountinfo.splitlines():
        mount, separator, file_system = line.partition(" - ")
        fields = mount.split()
        if not separator or len(fields) < 5:
            continue
        # Blanks, tabs, newlines and backslashes in a mount point are written as octal escapes.
        point = re.sub(r"\\([0-7]{3})", lambda escape: chr(int(escape[1], 8)), fields[4])
        # >=: a later mount on the same point hides the earlier one.
        if (place == point or place.startswith(point.rstrip("/") + "/")) and len(point) >= len(within):
            found, within = file_system.split()[0], point
    return found
