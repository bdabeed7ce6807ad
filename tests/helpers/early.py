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

# Of 17 times that a new store waits for the disk there are thousands; memory has no such wait. Not where it is scarce, as
# in a container, or where no program may be started from it.
_MEMORY = "/dev/shm"
_ROOM_BYTES = 4 << 30
if os.path.isdir(_MEMORY) and shutil.disk_usage(_MEMORY).free > _ROOM_BYTES:
    if not os.statvfs(_MEMORY).f_flag & os.ST_NOEXEC:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", _MEMORY)
