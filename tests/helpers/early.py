"""What must be set before anything else is imported, for the time that the tests take."""

from __future__ import annotations

import os
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
