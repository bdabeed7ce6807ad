"""How much memory a program that is about to start can have: of the machine, and of what this process may use of it."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_GROUP = Path("/sys/fs/cgroup")
_OLDER_GROUP = _GROUP / "memory"


def free_memory_bytes() -> int | None:
    """The memory that is free or can be freed at once, within the limit of a container; None where nobody tells.

    >>> free = free_memory_bytes()
    >>> free is None or free > 0
    True
    """
    found = [size for size in (_of_machine(), _of_group()) if size is not None]
    return min(found, default=None)


def _of_machine() -> int | None:
    with contextlib.suppress(OSError, ValueError, IndexError):
        for line in Path("/proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    with contextlib.suppress(AttributeError, OSError, ValueError):  # elsewhere: what the machine has in all
        return int(os.sysconf("SC_PHYS_PAGES")) * int(os.sysconf("SC_PAGE_SIZE"))
    return None


def _of_group() -> int | None:
    """What the limit of a container leaves; pages of files that it has read can be freed, and are not counted."""
    for most, now, read in (
        (_GROUP / "memory.max", _GROUP / "memory.current", _GROUP / "memory.stat"),
        (
            _OLDER_GROUP / "memory.limit_in_bytes",
            _OLDER_GROUP / "memory.usage_in_bytes",
            _OLDER_GROUP / "memory.stat",
        ),
    ):
        with contextlib.suppress(OSError, ValueError):
            limit, used = int(most.read_text("ascii")), int(now.read_text("ascii"))
            stat = dict(line.split() for line in read.read_text("ascii").splitlines())
            freeable = sum(int(stat.get(name, 0)) for name in ("active_file", "inactive_file"))
            return max(1, limit - used + freeable)
    return None
