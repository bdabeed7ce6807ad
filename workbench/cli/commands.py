"""The command line: its commands put together, and how it begins and ends.

Results go to stdout, progress and errors to stderr. Exit status: 0 done, 1 it failed (one line says why and what to
do), 2 wrong usage, 3 a comparison that could not tell, 130 interrupted.
"""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from workbench.cli.asking import ask
from workbench.cli.comparing import compare, summary
from workbench.cli.deciding import decide
from workbench.cli.keeping import cache
from workbench.cli.listing import hint, models
from workbench.cli.marking import marks, rescore
from workbench.cli.remembering import bundle, open_, runs, spend
from workbench.cli.reporting import report
from workbench.cli.sharing import store
from workbench.cli.sweeping import plan, sweep
from workbench.cli.trusting import trust
from workbench.cli.watching import watch
from workbench.errors import WorkbenchError, WorkbenchWarning


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="workbench")
def app() -> None:
    """Ask many models the same questions, keep every reply, study them as tables."""


COMMANDS = (
    *(ask, models, plan, sweep, decide, summary, compare, rescore, marks),
    *(report, runs, open_, bundle, spend, watch, cache, store, trust),
)
for command in COMMANDS:
    app.add_command(command)


@app.command(context_settings={"ignore_unknown_options": True})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def lab(options: Sequence[str]) -> None:
    """Open the notebooks in JupyterLab; further options go to it."""
    folder = ["notebooks"] if Path("notebooks").is_dir() else []
    sys.exit(subprocess.run([sys.executable, "-m", "jupyterlab", *folder, *options], check=False).returncode)


def main() -> None:
    """Run the command line; every expected failure is one line on stderr."""
    warnings.showwarning = _show_warning
    if threading.current_thread() is threading.main_thread():
        for end in (signal.SIGINT, signal.SIGTERM):  # the second is a pipeline's way to say Ctrl-C
            if signal.getsignal(end) != signal.SIG_IGN:  # as of what `nohup` or a shell sent to the background
                signal.signal(end, _interrupted)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character shows "?" in its place
    try:
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


def _interrupted(number: int, frame: Any) -> None:
    """The first Ctrl-C ends the command in order, the second one changes nothing, the third ends it at once."""
    for end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(end, _interrupted_again)
    raise KeyboardInterrupt


def _interrupted_again(number: int, frame: Any) -> None:
    for end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(end, signal.SIG_DFL)
    os.write(2, b"\nworkbench: ending, and keeping what was bought; once more ends it at once\n")


def _show_warning(message: Warning | str, category: type[Warning], *rest: Any, **named: Any) -> None:
    if issubclass(category, WorkbenchWarning):
        print(f"workbench: warning: {message}", file=sys.stderr)
