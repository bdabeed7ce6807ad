"""A program in this Python, begun as a copy of one that has read the libraries, wherever that is the same."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COPIES = Path(__file__).with_name("copies.py")
ADDRESS = "WORKBENCH_TESTS_COPIES"
"""In the environment of the workers: where copies are asked for."""

LOOK_SECONDS = 0.05
"""So long one of several threads that wait for a program keeps the others from looking."""

_BEGINNING = {name: value for name, value in os.environ.items() if name.startswith(("PYTHON", "LD_", "LC_", "LANG"))}


def begin_copies() -> None:
    """Begin what makes copies: a bare Python, until the first is asked for. It ends with this process."""
    if ADDRESS in os.environ or sys.platform != "linux":
        return
    folder = tempfile.mkdtemp(prefix="wb-copies-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ[ADDRESS] = f"{folder}/socket"
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.environ[ADDRESS])
        listening.listen(64)
        alive, held = os.pipe()
        copying = subprocess.Popen(
            [sys.executable, str(COPIES), str(listening.fileno())],
            stdin=alive,
            stdout=subprocess.PIPE,
            pass_fds=[listening.fileno()],
            env={**os.environ, "HOME": folder, "OPENBLAS_NUM_THREADS": "1"},
            cwd=folder,
        )
        os.close(alive)

    def end() -> None:
        os.close(held)
        copying.wait()
        copying.stdout.close()

    atexit.register(end)


class Python(subprocess.Popen):
    """As `subprocess.Popen`. What a copy cannot be is started as ever: another program, or with other settings."""

    _who: socket.socket | None = None

    def _execute_child(self, args, executable, preexec_fn, close_fds, pass_fds, cwd, env, *others):
        shell, ends, own_session = others[2], others[3:9], others[14]
        asked = None if shell or executable or preexec_fn or pass_fds else _asked_for(args)
        environment = dict(os.environ if env is None else env)
        beginning = {name: value for name, value in environment.items() if name in _BEGINNING or _shapes(name)}
        if asked is None or beginning != _BEGINNING or ADDRESS not in os.environ:
            super()._execute_child(args, executable, preexec_fn, close_fds, pass_fds, cwd, env, *others)
            return
        umask = os.umask(0o022)
        os.umask(umask)
        place = {"environment": environment, "folder": os.fspath(cwd or os.getcwd()), "umask": umask}
        who = socket.socket(socket.AF_UNIX)
        who.connect(os.environ[ADDRESS])
        theirs = [end if end != -1 else number for number, end in enumerate((ends[0], ends[3], ends[5]))]
        socket.send_fds(who, [b"+"], theirs)
        who.sendall(json.dumps({**asked, **place, "own_session": bool(own_session)}).encode() + b"\n")
        self._who, self._told = who, who.makefile("rb")
        self.pid = int(self._told.readline())
        self._child_created = True
        self._close_pipe_fds(*ends)

    def _internal_poll(self, *others, **options):
        if self._who is None:
            return super()._internal_poll(*others, **options)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._wait(0)
        return self.returncode

    def _wait(self, timeout):
        if self._who is None:
            return super()._wait(timeout)
        until = None if timeout is None else time.monotonic() + timeout
        while self.returncode is None:
            left = LOOK_SECONDS if until is None else until - time.monotonic()
            with self._waitpid_lock:  # several threads may wait
                if self.returncode is None and select.select([self._who], [], [], min(max(left, 0), LOOK_SECONDS))[0]:
                    self.returncode = int(self._told.readline())
                    self._told.close()
                    self._who.close()
            if self.returncode is None and left <= 0:
                raise subprocess.TimeoutExpired(self.args, timeout)
        return self.returncode


def run(command: list, *, timeout: float | None = 300, check: bool = False, capture_output: bool = False, **options):
    """As `subprocess.run`."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} if capture_output else {}
    said = options.pop("input", None)
    if said is not None:
        options["stdin"] = subprocess.PIPE
    with Python(command, **pipes, **options) as process:
        try:
            output, errors = process.communicate(said, timeout=timeout)
        except BaseException:
            process.kill()
            raise
    ended = subprocess.CompletedProcess(process.args, process.returncode, output, errors)
    if check:
        ended.check_returncode()
    return ended


def _shapes(name: str) -> bool:
    """Whether a variable shapes how a Python begins."""
    return name.startswith(("PYTHON", "LD_", "LC_", "LANG"))


def _asked_for(command) -> dict | None:
    """A command as a copy is told it: warnings, then code or a module, and its arguments."""
    if isinstance(command, str | bytes | os.PathLike):
        return None
    words = [os.fspath(word) for word in command]
    if not all(isinstance(word, str) for word in words) or words[0] != sys.executable:
        return None
    words, warned = words[1:], []
    while words and words[0] in ("-W", "-Xfrozen_modules=off"):
        if words[0] == "-W":
            warned.append(words[1])
        words = words[2 if words[0] == "-W" else 1 :]
    if len(words) < 2 or words[0] not in ("-c", "-m") or not set(warned) <= {"error", "ignore"}:
        return None
    code, module = (words[1], "") if words[0] == "-c" else ("", words[1])
    return {"code": code, "module": module, "arguments": words[2:], "warnings": warned}
