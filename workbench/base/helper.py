"""Work that may never end, in a child process with a limit of time and memory: Python cannot interrupt itself.

A regular expression holds the interpreter's lock while it searches, and so does the multiplication of a text. The child
ends itself when the time has passed, also when its parent was killed, and the next question starts a new one.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
import weakref
from typing import Any, Final

from workbench.base.machine import clean_environment
from workbench.errors import WorkbenchError

_PROGRAM: Final = """
import faulthandler, json, os, sys
setup, path, megabytes = json.loads(sys.stdin.readline())
sys.path[:] = path
exec(setup)
silence = open(os.devnull, "w")
try:
    import resource
    pages = int(open("/proc/self/statm").read().split()[0]) if sys.platform == "linux" else 2**21
    used = pages * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + megabytes * 2**20, resource.RLIM_INFINITY))
except (ImportError, OSError, ValueError):
    pass
for line in sys.stdin:
    seconds, question = json.loads(line)
    faulthandler.dump_traceback_later(seconds, exit=True, file=silence)
    try:
        reply = json.dumps([work(*question)])
    except MemoryError:
        reply = "[]"
    faulthandler.cancel_dump_traceback_later()
    print(reply, flush=True)
"""


class TookTooLong(WorkbenchError):
    """The work needs more time, or memory, than it was given."""


class Helper:
    """A child process that answers questions, started with the first one, and anew after each limit that was passed.

    `setup` is code that defines `work`; question and answer are JSON. One question at a time, from any thread.

    >>> helper = Helper("def work(number): return number * number", seconds=5)
    >>> helper.ask(3)
    9
    >>> helper.close()
    """

    _child: subprocess.Popen[str] | None

    def __init__(self, setup: str, *, seconds: float, megabytes: int = 1024) -> None:
        self.seconds = seconds
        self._beginning = (setup, megabytes)
        self._start()
        _helpers.add(self)

    def ask(self, *question: Any) -> Any:
        """The answer; raises `TookTooLong` where there is none within the limits."""
        line = json.dumps([self.seconds, question]) + "\n"
        with self._lock:
            reply = json.loads(self._exchange(line))
        if not reply:
            raise TookTooLong("it was stopped: it needs too much memory")
        return reply[0]

    def close(self) -> None:
        """End the child; the next question starts another."""
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None

    def _start(self) -> None:
        self._lock = threading.Lock()
        self._child = None

    def _start_in_child(self) -> None:
        """After a fork: the helper is the parent's, and so are its pipes."""
        if self._child is not None:
            nothing = os.open(os.devnull, os.O_RDWR)
            for pipe in (self._child.stdin, self._child.stdout):
                # No end of the pipe is left here, and what a file of ours still holds goes nowhere.
                if pipe is not None and not pipe.closed:
                    os.dup2(nothing, pipe.fileno())
                    # A thread that the child does not have may hold the lock of a file that it was writing to.
                    _abandoned.append(pipe) if self._lock.locked() else pipe.close()
            os.close(nothing)
            self._child.returncode = 0  # not our child: never wait for it, never signal it
        self._start()

    def _exchange(self, line: str) -> str:
        child = self._running()
        assert child.stdin is not None  # both are pipes, as _running asks
        assert child.stdout is not None
        try:
            child.stdin.write(line)
            child.stdin.flush()
            reply = child.stdout.readline()
        except OSError:
            reply = ""
        except BaseException:  # an interrupt: the reply that is still to come must not answer the next question
            self.close()
            raise
        if not reply:
            self.close()
            raise TookTooLong(f"it was stopped after {self.seconds:g} seconds")
        return reply

    def _running(self) -> subprocess.Popen[str]:
        child = self._child
        if child is None or child.poll() is not None:
            self.close()
            child = self._child = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _PROGRAM],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="ascii",
                env=clean_environment(),
            )
            assert child.stdin is not None
            setup, megabytes = self._beginning
            child.stdin.write(json.dumps([setup, sys.path, megabytes]) + "\n")
        return child


_abandoned: list[Any] = []
_helpers: weakref.WeakSet[Helper] = weakref.WeakSet()


def _close_all() -> None:
    for helper in tuple(_helpers):
        helper.close()


def _start_all_in_child() -> None:
    for helper in tuple(_helpers):
        helper._start_in_child()


atexit.register(_close_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_start_all_in_child)
