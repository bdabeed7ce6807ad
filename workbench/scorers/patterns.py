"""A regular expression run with a time limit: in a child process, because Python's own cannot be interrupted.

A pattern such as `(a+)+b` takes years on a short text, and `re` holds the interpreter's lock meanwhile. One child is
kept for all patterns; it ends itself when the limit has passed, also when its parent was killed, and the next search
starts a new one.
"""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
import threading
from typing import Final

from workbench.errors import WorkbenchError

LIMIT_SECONDS: Final = 1

_CHILD: Final = """
import faulthandler, json, os, re, sys
silence = open(os.devnull, "w")
for line in sys.stdin:
    pattern, text, seconds = json.loads(line)
    faulthandler.dump_traceback_later(seconds, exit=True, file=silence)
    match = re.search(pattern, text)
    faulthandler.cancel_dump_traceback_later()
    print(json.dumps(match and [match[0], *match.groups()]), flush=True)
"""


class TookTooLong(WorkbenchError):
    """The pattern needs more than LIMIT_SECONDS on this text."""


def search(pattern: str, text: str) -> tuple[str | None, ...] | None:
    """Return the first match and its groups, or None. The pattern must be one that compiles.

    Raises TookTooLong where the search was stopped.

    >>> search("([0-9]+) sheep", "There are 9 sheep."), search("goat", "There are 9 sheep.")
    (('9 sheep', '9'), None)
    """
    return _MATCHER.search(pattern, text)


class _Matcher:
    """The child that matches, started on first use and after each time limit."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[str] | None = None

    def search(self, pattern: str, text: str) -> tuple[str | None, ...] | None:
        with self._lock:
            reply = self._exchange(json.dumps([pattern, text, LIMIT_SECONDS]) + "\n")
        found = json.loads(reply)
        return tuple(found) if found else None

    def close(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None

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
        except BaseException:  # an interrupt: the reply that is still to come must not answer the next search
            self.close()
            raise
        if not reply:
            self.close()
            raise TookTooLong(f"The search was stopped after {LIMIT_SECONDS} second.")
        return reply

    def _running(self) -> subprocess.Popen[str]:
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._child = subprocess.Popen(
                [sys.executable, "-I", "-S", "-c", _CHILD],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="ascii",
            )
        return self._child


_MATCHER: Final = _Matcher()
atexit.register(_MATCHER.close)
