"""What must be set before anything else is imported, for the time that the tests take."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

if sys.dont_write_bytecode:
    # The tests start some 200 programs, and each would compile pandas and the rest anew: two thirds of its time.
    sys.dont_write_bytecode = False
    sys.pycache_prefix = str(Path(__file__).parents[2] / ".pytest_cache" / "bytecode")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix

# jsonschema would have this package build 38 grammars of addresses: three seconds, and nothing here is checked by one.
sys.modules.setdefault("rfc3987_syntax", None)

# A new store waits 17 times for the disk, and thousands are made; memory has no such wait. Where it is scarce, as
# in a container, or no program may be started from it, the folders of the tests lie on the disk.
MEMORY, ROOM_BYTES = "/dev/shm", 4 << 30
has_room = os.path.isdir(MEMORY) and shutil.disk_usage(MEMORY).free > ROOM_BYTES
if has_room and not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", MEMORY)

# matplotlib looks through the fonts of the machine once for each home that it finds empty, and those of tests are.
os.environ.setdefault("MPLCONFIGDIR", str(Path(__file__).parents[2] / ".pytest_cache" / "matplotlib"))
