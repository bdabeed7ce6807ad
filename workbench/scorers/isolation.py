"""Python that somebody else wrote, run in a child: no network, no home, limits of time, memory, files and processes.

bubblewrap builds the walls: an empty machine of `/usr` and the interpreter, read-only, with a small `/tmp`. The limits
are set inside. They guard against accidents and mischief, not against somebody who knows a hole in the kernel; and the
proof that the tests ran to their end guards against code that leaves early, not against code that means to forge it.
"""

from __future__ import annotations

import contextlib
import functools
import json
import math
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from workbench.errors import ConfigError

Isolation = Literal["bubblewrap", "none"]
ISOLATIONS: Final[tuple[Isolation, ...]] = ("bubblewrap", "none")

_TMP_BYTES: Final = 16 * 2**20
_REPORT_BYTES: Final = 64 * 2**10
_PROBE_SECONDS: Final = 20.0
_FIRST: Final = """
import json, os, sys
given = json.loads(sys.stdin.buffer.read())
out = os.dup(1)
loud, nowhere = os.dup(2), os.open(os.devnull, os.O_RDWR)
for place in (0, 1, 2):
    os.dup2(nowhere, place)
if given["heard"]:
    os.dup2(loud, 1)
    os.dup2(loud, 2)
def tell(kind, text=""):
    os.write(out, (json.dumps([kind, text[:400]]) + "\\n").encode())
import resource
if given["lesser"]:
    os.setgroups([])
    for number in given["lesser"]:
        try:
            os.setgid(number)
            os.setuid(number)
            break
        except OSError:
            continue
    if os.getuid() == 0:
        sys.exit(3)
for name, most in given["limits"].items():
    resource.setrlimit(getattr(resource, name), (most, most))
tell("begun")
program = first = None
for text in given["programs"]:
    try:
        program = compile(text, "<answer>", "exec", dont_inherit=True)
        break
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        first = first or f"{type(problem).__name__}: {problem}"
if program is None:
    tell("unreadable", first or "there is no program")
    sys.exit(1)
import types
answer = types.ModuleType("answer")
sys.modules["answer"] = answer
proof = given.pop("proof")
del given, resource
try:
    exec(program, answer.__dict__)
except BaseException as problem:
    trace, line = problem.__traceback__, None
    while trace is not None:
        line = trace.tb_lineno if trace.tb_frame.f_code.co_filename == "<answer>" else line
        trace = trace.tb_next
    try:
        words = str(problem)
    except BaseException:
        words = ""
    tell("failed", type(problem).__name__ + (f": {words}" if words else "") + (f" (line {line})" if line else ""))
else:
    tell(proof)
"""


@dataclass(frozen=True)
class Limits:
    """What a child may use: seconds of computing (twice as many by the clock), and bytes and files for each process."""

    seconds: float = 10.0
    memory_bytes: int = 512 * 2**20
    file_bytes: int = 2**20
    open_files: int = 64
    processes: int = 8

    def inside(self) -> dict[str, int]:
        """The limits by the names that the operating system knows them under."""
        return {
            "RLIMIT_CPU": math.ceil(self.seconds),
            "RLIMIT_AS": self.memory_bytes,
            "RLIMIT_FSIZE": self.file_bytes,
            "RLIMIT_NOFILE": self.open_files,
            "RLIMIT_NPROC": self.processes,
            "RLIMIT_CORE": 0,
        }


@dataclass(frozen=True)
class Ended:
    """How a program ended: whether it came to its end, in words why not, and what it printed where that was wanted."""

    passed: bool
    why: str
    printed: str = ""


def run(
    programs: Sequence[str], *, limits: Limits = Limits(), isolation: Isolation = "bubblewrap", heard: bool = False
) -> Ended:
    """Run the first of some programs that can be read as Python, to its end or its limits.

    What it prints is thrown away unless it is to be `heard`: then it may be as long as a file of its own.
    Raises ConfigError where there is no bubblewrap that works, or where the child could not be started.
    """
    walls, lesser = _walls() if isolation == "bubblewrap" else ([], [])
    return _run(programs, limits, walls, lesser, heard)


def check(isolation: str) -> None:
    """Raise ConfigError unless programs can be run in this isolation: before anything is bought, not after."""
    if isolation not in ISOLATIONS:
        raise ConfigError(f"isolation is {isolation!r}; give one of {', '.join(map(repr, ISOLATIONS))}")
    if isolation == "bubblewrap":
        _walls()
    elif os.name != "posix":
        raise ConfigError("the limits of time and memory need Linux or macOS; here no program of a model is run")


def _run(
    programs: Sequence[str], limits: Limits, walls: Sequence[str], lesser: Sequence[int], heard: bool = False
) -> Ended:
    proof = secrets.token_hex(16)
    given = json.dumps(
        {"programs": list(programs), "proof": proof, "limits": limits.inside(), "lesser": list(lesser), "heard": heard}
    ).encode("ascii")
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.TemporaryDirectory() as folder:
        child = subprocess.Popen(
            [*walls, _interpreter(), "-I", "-S", "-c", _FIRST],
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=err,
            env={"PATH": "/usr/bin:/bin"},
            cwd=folder,
            start_new_session=True,
        )
        timed_out = False
        try:
            child.communicate(given, timeout=2 * limits.seconds)
        except subprocess.TimeoutExpired:
            timed_out = True
        finally:
            _end(child)
        out.seek(0)
        err.seek(0)
        said = out.read(_REPORT_BYTES).decode("utf-8", "replace").splitlines()
        printed = err.read(limits.file_bytes if heard else 2_000).decode("utf-8", "replace")
        words = printed[:2_000].strip()
    reports = [report for line in said if (report := _report(line))]
    if not reports or reports[0][0] != "begun":
        raise ConfigError(
            f"the child that runs a model's program did not begin: {words or f'exit status {child.returncode}'}"
        )
    last, text = reports[-1]
    told = printed if heard else ""
    if last == proof and not timed_out:
        return Ended(True, "it passes the tests", told)
    if timed_out or child.returncode in (-signal.SIGXCPU, -signal.SIGKILL, 128 + signal.SIGXCPU, 128 + signal.SIGKILL):
        return Ended(False, f"stopped after {limits.seconds:g} seconds", told)
    if last == "unreadable":
        return Ended(False, f"it is no Python: {text}", told)
    return Ended(False, text if last == "failed" else "it left before its tests were through", told)


def _report(line: str) -> tuple[str, str] | None:
    try:
        kind, text = json.loads(line)
    except (ValueError, TypeError, RecursionError):
        return None
    return (kind, text) if isinstance(kind, str) and isinstance(text, str) else None


def _end(child: subprocess.Popen[bytes]) -> None:
    """End the child and its children; also when whoever waited was interrupted."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    if child.stdin is not None:
        with contextlib.suppress(OSError):
            child.stdin.close()


def _interpreter() -> str:
    """The interpreter itself, past the links of a virtual environment."""
    return os.path.realpath(sys.executable)


@functools.cache
def _walls() -> tuple[list[str], list[int]]:
    """The bubblewrap command that works here, and the users to become inside; tried once with a small program."""
    binary = shutil.which("bwrap")
    if binary is None:
        raise ConfigError(
            "a model's program is only run inside bubblewrap, and there is no bwrap here: apt-get install bubblewrap, "
            "or take code(isolation='none'), which gives the program your own rights"
        )
    root = os.geteuid() == 0
    # Root is bound by no limit on processes, whatever namespace it is in: inside, it becomes somebody else.
    lesser = [2_000_000_000 + os.getpid() % 100_000, 65_534] if root else []
    walls = _bubblewrap(binary, root)
    try:
        ended = _run(["assert sum(range(4)) == 6"], Limits(seconds=_PROBE_SECONDS), walls, lesser)
    except ConfigError as problem:
        raise ConfigError(
            f"bubblewrap does not work here ({problem}); the system may forbid user namespaces. Allow them for bwrap, "
            "or take code(isolation='none'), which gives the program your own rights"
        ) from None
    if not ended.passed:
        raise ConfigError(f"bubblewrap does not work here: a program that should pass ended so: {ended.why}")
    return walls, lesser


def _bubblewrap(binary: str, root: bool) -> list[str]:
    help_text = subprocess.run([binary, "--help"], capture_output=True, text=True, check=False, timeout=20).stdout
    sized = ["--size", str(_TMP_BYTES)] if "--size" in help_text else []
    own = [] if root else ["--unshare-user", "--uid", "1000", "--gid", "1000"]
    kept = ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"] if root else []
    shown = ["/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/etc/alternatives"]
    made = ["--perms", "0755", "--dir", "/etc"]
    for path in _python_parts():
        made += [part for parent in _parents(path) for part in ("--perms", "0755", "--dir", parent)]
        made += ["--ro-bind", path, path]
    return [
        binary,
        *("--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try", *own),
        *("--cap-drop", "ALL", *kept, "--die-with-parent", "--new-session", "--clearenv", "--hostname", "none"),
        *made,
        *(part for path in shown for part in ("--ro-bind-try", path, path)),
        *("--proc", "/proc", "--dev", "/dev", *sized, "--tmpfs", "/dev/shm", "--remount-ro", "/dev"),
        *("--perms", "1777", *sized, "--tmpfs", "/tmp", "--chdir", "/tmp", "--remount-ro", "/"),
    ]


def _python_parts() -> list[str]:
    """What of the interpreter must be shown besides /usr: its program and its library, and nothing beside them."""
    program = _interpreter()
    library = Path(sys.base_prefix) / "lib"
    parts: dict[str, Any] = dict.fromkeys([program, str(library)])
    return [part for part in parts if not part.startswith("/usr/") and os.path.exists(part)]


def _parents(path: str) -> list[str]:
    return [str(parent) for parent in reversed(Path(path).parents) if str(parent) != "/"]
