"""The command line: its commands put together."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from workbench.cli.asking import ask
from workbench.cli.comparing import compare, summary
from workbench.cli.deciding import decide
from workbench.cli.keeping import cache
from workbench.cli.listing import models
from workbench.cli.marking import marks, rescore
from workbench.cli.remembering import bundle, open_, runs, spend
from workbench.cli.reporting import report
from workbench.cli.sharing import store
from workbench.cli.sweeping import plan, sweep
from workbench.cli.trusting import trust
from workbench.cli.watching import watch


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
