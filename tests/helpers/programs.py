"""Programs that tests run in a process of their own."""

from __future__ import annotations

import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Takes a database for itself, says so, and gives it back when it reads a line.
HOLD_THE_LOCK = """
    import sqlite3, sys
    connection = sqlite3.connect(sys.argv[1], isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    print("locked", flush=True)
    sys.stdin.readline()
    connection.execute("COMMIT")
    connection.close()
"""


def run(code: str, *arguments: object, seconds: float = 300, before: list[str] | None = None, **options):
    """Run Python code in a process of its own, warnings as errors; a hang fails the test."""
    command = [*(before or []), sys.executable, "-W", "error", "-c", textwrap.dedent(code), *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False, **options)


def start(code: str, *arguments: object, **options) -> subprocess.Popen:
    """Start Python code in a process of its own and go on."""
    command = [sys.executable, "-W", "error", "-c", textwrap.dedent(code), *map(str, arguments)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, **options}
    return subprocess.Popen(command, cwd=ROOT, text=True, **pipes)


def run_mounted(mount: str, code: str, *arguments: object) -> str:
    """Run code where `mount`, a shell command, has been done for that process alone; its output."""
    if shutil.which("unshare") is None:
        pytest.skip("unshare is not installed")
    for flags in (["--mount"], ["--mount", "--user", "--map-root-user"]):
        shell = ["unshare", *flags, "sh", "-c", f'{mount} || exit 77; exec "$@"', "sh"]
        ended = run(code, *arguments, before=shell)
        if ended.returncode == 0:
            return ended.stdout
        if ended.returncode not in (1, 77) or "Traceback" in ended.stderr:
            pytest.fail(ended.stderr)
    pytest.skip("mounting is not allowed here")
