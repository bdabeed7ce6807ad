"""Programs of the tests that begin as copies of one Python, which has read the libraries that all of them import.

Reading pandas and its like takes a program longer than most tests take. Libraries are read, and never the workbench:
a copy imports that as any program does. Run by itself, it makes the copies, for whoever writes to its socket.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import gc
import importlib
import io
import json
import os
import runpy
import select
import signal
import socket
import sys
import tempfile
import time
import types
import warnings

LIBRARIES = (
    *("aiohttp", "anywidget", "click", "diskcache", "jinja2", "jsonschema", "latex2mathml.converter", "markdown_it"),
    *("nh3", "numpy", "pandas", "pydantic", "rich", "scipy.special", "scipy.stats", "yaml", "zstandard"),
    *("IPython", "ipykernel.ipkernel", "ipykernel.kernelapp", "ipywidgets", "nbclient", "nbconvert", "nbformat"),
    *("matplotlib.figure", "matplotlib.font_manager", "matplotlib.backends.backend_agg", "matplotlib_inline"),
)

_read: list[types.ModuleType] = []


@atexit.register
def _keep_libraries() -> None:
    """Let a copy end without taking all libraries apart, which takes longer than to do what most are told.

    Registered before any library is read, it runs last; a reference that is never given back outlives the rest.
    """
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(_read))
    kept = set(map(id, _read))
    for name in [name for name, module in sys.modules.items() if id(module) in kept]:
        del sys.modules[name]


def serve() -> dict | None:
    """Make a copy for each who asks; in a copy, what it is to do; when the tests have ended, nothing."""
    alive, listening = os.dup(0), socket.socket(fileno=int(sys.argv[1]))
    woken, waking = os.pipe()
    os.set_blocking(waking, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waking, warn_on_full_buffer=False)
    events = select.poll()
    for each in (alive, listening, woken):
        events.register(each, select.POLLIN)
    asking: dict[int, tuple[int, socket.socket]] = {}
    while True:
        for ready, _ in events.poll():
            if ready == alive:
                for copy, _ in asking.values():
                    os.kill(copy, signal.SIGKILL)
                return None
            if ready == woken:
                os.read(woken, 1 << 12)
                tell_ends(asking, events)
            elif ready == listening.fileno():
                read_libraries()
                who, _ = listening.accept()
                _, ends, _, _ = socket.recv_fds(who, 1, 3)
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")  # pyarrow has a thread, which minds a fork itself
                    copy = os.fork()
                if not copy:
                    signal.set_wakeup_fd(-1)
                    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                    for number, end in enumerate(ends):
                        os.dup2(end, number)
                    for each in (alive, woken, waking, *ends):
                        os.close(each)
                    for _, other in asking.values():
                        other.close()
                    listening.close()
                    return told(who)
                for end in ends:
                    os.close(end)
                asking[who.fileno()] = copy, who
                events.register(who, select.POLLRDHUP)
            elif ready in asking:  # who asked is gone
                os.kill(asking[ready][0], signal.SIGKILL)
                events.unregister(ready)


def tell_ends(asking: dict[int, tuple[int, socket.socket]], events: select.poll) -> None:
    """Tell who asked for a copy how it has ended."""
    for number, (copy, who) in list(asking.items()):
        ended, status = os.waitpid(copy, os.WNOHANG)
        if ended:
            del asking[number]
            with contextlib.suppress(KeyError):
                events.unregister(number)
            with who, contextlib.suppress(OSError):
                who.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))


def read_libraries() -> None:
    """Import them once, so late that tests without programs do without."""
    if not _read:
        before = set(sys.modules)
        for name in LIBRARIES:
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
        _read.extend(module for name, module in sys.modules.items() if name not in before)
        gc.collect()
        gc.freeze()


def told(who: socket.socket) -> dict:
    """What a copy is to do, as who asked for it says."""
    with who, who.makefile("rb") as lines:
        asked = json.loads(lines.readline())
        if asked["own_session"]:
            os.setsid()
        who.sendall(b"%d\n" % os.getpid())
    return asked


def anew(number: int, stream: io.TextIOWrapper) -> io.TextIOWrapper:
    """One of the three streams as a Python makes it at its beginning: what it leads to is another thing now."""
    buffered = open(number, "rb" if number == 0 else "wb", closefd=False)  # noqa: SIM115 - it stays open
    buffered.raw.name = stream.name
    lines = number == 2 or os.isatty(number)
    return io.TextIOWrapper(buffered, stream.encoding, stream.errors, newline="\n", line_buffering=lines)


def become(asked: dict) -> None:
    """Be what a Python is that was started so."""
    os.environ.clear()
    os.environ.update(asked["environment"])
    time.tzset()
    tempfile.tempdir = None
    os.umask(asked["umask"])
    os.chdir(asked["folder"])
    sys.warnoptions[:] = asked["warnings"]
    for action in asked["warnings"]:
        warnings.simplefilter(action)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        stream = anew(number, getattr(sys, name))
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    sys.modules["numpy"].random.seed()
    sys.modules["jupyter_client.launcher"].Popen = importlib.import_module(
        "python"
    ).Python  # its kernels are copies too
    sys.argv[:] = ["-m" if asked["module"] else "-c", *asked["arguments"]]
    sys.path[0] = os.getcwd() if asked["module"] else ""
    sys.modules["__main__"] = types.ModuleType("__main__")


if __name__ == "__main__":
    _asked = serve()
    if _asked is not None:
        _own = sys.modules["__main__"]  # held, or its names are gone
        become(_asked)
        if _asked["module"]:
            runpy.run_module(_asked["module"], run_name="__main__", alter_sys=True)
        else:
            exec(compile(_asked["code"], "<string>", "exec"), sys.modules["__main__"].__dict__)
