r"""`math-verify` asked in a child process, each question with a limit of time.

It stands on sympy: it can take for ever on short formulas, sets signal handlers, and works in the main thread alone. So
it runs in a child, whichever thread asks; what it cannot decide in time is not decided. It drops units and percent
signs, takes the last of several numbers, and rounds: such answers it is not asked.
"""

from __future__ import annotations

import atexit
import importlib.util
import json
import re
import subprocess
import sys
import threading
from contextlib import suppress
from functools import lru_cache
from typing import Final

LIMIT_SECONDS: Final = 3
"""How long one comparison by math-verify may take."""

_CHILD: Final = """
import json, logging, sys, threading
logging.disable(logging.CRITICAL)
from math_verify import parse, verify
print("ready", flush=True)
for line in sys.stdin:
    target, answer, both_ways = json.loads(line)
    try:
        gold, said = parse(target, parsing_timeout=None), parse(answer, parsing_timeout=None)
        same = bool(gold and said) and bool(
            verify(gold, said, timeout_seconds=None) or both_ways and verify(said, gold, timeout_seconds=None)
        )
        print(json.dumps([bool(gold), bool(said), same]), flush=True)
    except Exception as error:
        print(json.dumps([True, False, False]), flush=True)
"""


@lru_cache(1)
def installed() -> bool:
    """Whether math-verify is there; it is not imported for that."""
    return importlib.util.find_spec("math_verify") is not None


class Verifier:
    """The child that runs math-verify, started on first use and after each time limit."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[str] | None = None
        self._known: dict[tuple[str, str], bool] = {}

    def same(self, target: str, text: str) -> bool:
        """Whether math-verify takes both for the same; False where it gives up."""
        key = (target, text)
        with self._lock:
            if key not in self._known:
                if len(self._known) > 5_000:
                    self._known.clear()
                self._known[key] = self._asked(target, text)
            return self._known[key]

    def close(self) -> None:
        """End the child."""
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None

    def _asked(self, target: str, text: str) -> bool:
        whole = [part if "$" in part else f"${part}$" for part in (target, text)]
        line = json.dumps([*whole, bool(re.search(r"[<>≤≥\[(∈]|\\le|\\ge|\\in", target))]) + "\n"
        try:
            child = self._running()
            assert child.stdin is not None and child.stdout is not None  # noqa: PT018  # both are pipes
            timer = threading.Timer(LIMIT_SECONDS, child.kill)
            timer.start()
            try:
                child.stdin.write(line)
                child.stdin.flush()
                reply = child.stdout.readline()
            finally:
                timer.cancel()
        except OSError:
            reply = ""
        except BaseException:  # an interrupt: the reply that is still to come must not answer the next question
            self.close()
            raise
        if not reply:
            self.close()
            return False
        _, _, verdict = json.loads(reply)
        return bool(verdict)

    def _running(self) -> subprocess.Popen[str]:
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._child = subprocess.Popen(
                [sys.executable, "-c", _CHILD],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                encoding="utf-8",
            )
            assert self._child.stdout is not None  # it is a pipe
            with suppress(OSError):
                self._child.stdout.readline()  # the import of sympy takes seconds, and does not count
        return self._child


VERIFIER: Final = Verifier()
atexit.register(VERIFIER.close)
