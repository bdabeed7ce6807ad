"""What a program can and cannot do inside its walls; tried with programs that do it to nobody but themselves."""

from __future__ import annotations

import http.server
import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from workbench.errors import ConfigError
from workbench.scorers.isolation import Limits, check, run

LIMITS = Limits(seconds=30)


@pytest.fixture(scope="module", autouse=True)
def walls():
    if sys.platform != "linux" or shutil.which("bwrap") is None:
        pytest.skip("there is no bwrap: apt-get install bubblewrap")
    try:
        check("bubblewrap")
    except ConfigError as problem:
        pytest.skip(str(problem))


@pytest.mark.parametrize(
    ("program", "why"),
    [
        pytest.param("import socket\nsocket.create_connection(('192.0.2.1', 80), 1)", "unreachable", id="no network"),
        pytest.param(
            "import os\nassert not os.environ.get('SECRET'), 'seen'\n1 / 0", "ZeroDivision", id="no environment"
        ),
        pytest.param("open('/written', 'w')", "Read-only file system", id="nothing written at the root"),
        pytest.param("open('/usr/written', 'w')", "Read-only file system", id="nothing written to the system"),
        pytest.param("open('/dev/written', 'w')", "Read-only file system", id="nothing written among devices"),
        pytest.param("open('/tmp/big', 'wb').write(bytes(2**21))", "File too large", id="no large file"),
        pytest.param(
            "for n in range(40):\n    open(f'/tmp/{n}', 'wb').write(bytes(2**20))", "No space left", id="no many files"
        ),
        pytest.param("bytearray(2**30)", "MemoryError", id="no large memory"),
        pytest.param("files = [open('/dev/null') for _ in range(100)]", "Too many open files", id="no many open files"),
        pytest.param(
            "import os, time\nfor n in range(30):\n    if os.fork() == 0:\n        time.sleep(5)\n        os._exit(0)",
            "Resource temporarily unavailable",
            id="no many processes",
        ),
        pytest.param(
            "import os\nassert sum(map(str.isdigit, os.listdir('/proc'))) > 3, 'alone'", "alone", id="no others"
        ),
        pytest.param("import os\nos.kill(1, 9)\nos.setuid(0)", "Operation not permitted", id="no root"),
    ],
)
def test_a_program_cannot(monkeypatch, program, why):
    monkeypatch.setenv("SECRET", "hush")
    ended = run([program], limits=LIMITS)
    assert not ended.passed
    assert why in ended.why


def test_a_program_cannot_reach_this_machine():
    with http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        ended = run([f"import socket\nsocket.create_connection(('127.0.0.1', {server.server_port}), 1)"], limits=LIMITS)
        server.shutdown()
    assert "ConnectionRefusedError" in ended.why


def test_a_program_sees_no_file_of_the_user(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("hush")
    home = Path("~").expanduser()
    for path in (secret, Path(__file__), home / ".ssh", Path("/etc/passwd")):
        assert "FileNotFoundError" in run([f"import os\nos.stat({str(path)!r})"], limits=LIMITS).why


@pytest.mark.parametrize("program", ["while True: pass", "import time\ntime.sleep(600)"], ids=["busy", "asleep"])
def test_a_program_that_never_ends_is_stopped(program):
    started = time.monotonic()
    ended = run([program], limits=Limits(seconds=1))
    assert ended.why == "stopped after 1 seconds"
    assert time.monotonic() - started < 60


def test_nothing_is_left_running():
    name = f"left_{os.getpid()}"
    run(
        [f"import os, time\nif os.fork() == 0:\n    os.setsid()\n    open('/tmp/{name}', 'w')\n    time.sleep(60)"],
        limits=LIMITS,
    )
    listed = subprocess.run(["ps", "-eo", "ppid,args"], capture_output=True, text=True, check=True).stdout
    assert not [line for line in listed.splitlines() if "bwrap" in line and line.split()[0] == str(os.getpid())]


def test_what_it_prints_goes_nowhere_and_harms_nothing():
    assert run(["import sys\nfor _ in range(40):\n    sys.stdout.write('x' * 2**20)"], limits=LIMITS).passed


def test_the_first_program_that_can_be_read_is_run():
    assert run(["def (", "assert __name__ != '__main__'"], limits=LIMITS).passed
    assert run(["def (", ")"], limits=LIMITS).why.startswith("it is no Python: SyntaxError")


def test_a_report_cannot_be_forged_by_writing_to_every_file():
    program = 'import os\nfor place in range(3, 20):\n    try:\n        os.write(place, b\'["done", ""]\\n\')\n'
    assert not run([program + "    except OSError:\n        pass\nos._exit(0)"], limits=LIMITS).passed
