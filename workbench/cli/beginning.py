"""How the command line begins and ends: a Ctrl-C is one line and status 130, at whichever moment it comes.

Results go to stdout, progress and errors to stderr. Exit status: 0 done, 1 it failed (one line says why and what to
do), 2 wrong usage, 3 a comparison that could not tell, 130 interrupted.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys
import threading
from typing import Any

_ENDS = (signal.SIGINT, signal.SIGTERM)
"""The second is a pipeline's way to say Ctrl-C."""

_SECONDS_TO_LEAVE = 0.02
"""For a callback of Python's own to return to whoever was interrupted."""


def main() -> None:
    """Run the command line; every expected failure is one line on stderr."""
    _on_an_end(_interrupted_at_once)  # first of all: what is imported below takes longer than a hand takes to Ctrl-C
    import io
    import warnings

    import click

    from workbench.cli.commands import app
    from workbench.cli.listing import hint
    from workbench.errors import WorkbenchError

    warnings.showwarning = _show_warning
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character shows "?" in its place
    try:
        _lose_no_end()
        _on_an_end(_interrupted)
        hint()
        app(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except WorkbenchError as error:
        print(f"workbench: {error}", file=sys.stderr)
        sys.exit(1)
    except (click.Abort, KeyboardInterrupt):  # click turns the one into the other
        print("workbench: interrupted; what was bought is kept", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _on_an_end(handler: Any) -> None:
    """Have what ends a command from outside handled so, unless it is ignored, as by `nohup` or in the background."""
    if threading.current_thread() is threading.main_thread():
        for end in _ENDS:
            if signal.getsignal(end) != signal.SIG_IGN:
                signal.signal(end, handler)


def _interrupted_at_once(number: int, frame: Any) -> None:
    """Before a command has begun there is nothing to put in order."""
    os.write(2, b"workbench: interrupted before anything was done\n")
    os._exit(130)


def _interrupted(number: int, frame: Any) -> None:
    """The first Ctrl-C ends the command in order, the second one changes nothing, the third ends it at once."""
    _on_an_end(_interrupted_again)
    raise KeyboardInterrupt


def _interrupted_again(number: int, frame: Any) -> None:
    _on_an_end(signal.SIG_DFL)
    os.write(2, b"\nworkbench: ending, and keeping what was bought; once more ends it at once\n")


def _lose_no_end() -> None:
    """Have a Ctrl-C come once more that fell into a callback of Python's own, as imports make them, and is lost."""
    before = sys.unraisablehook
    if getattr(before, "__name__", "") == "once_more":
        return

    def once_more(found: Any) -> None:
        if isinstance(found.exc_value, KeyboardInterrupt):
            _on_an_end(_interrupted)
            threading.Timer(_SECONDS_TO_LEAVE, _thread.interrupt_main).start()  # here and now it would be lost as well
        else:
            before(found)

    sys.unraisablehook = once_more


def _show_warning(message: Warning | str, category: type[Warning], *rest: Any, **named: Any) -> None:
    from workbench.errors import WorkbenchWarning

    if issubclass(category, WorkbenchWarning):
        print(f"workbench: warning: {message}", file=sys.stderr)
