"""Notebook cells run in a real kernel, and what they leave."""

from __future__ import annotations

import contextlib
import re
import time
from pathlib import Path

import nbformat
from jupyter_client.manager import start_new_kernel
from nbformat.v4 import new_code_cell, new_notebook

from workbench.report.execute import execute

SETUP = """import workbench as wb
wb.add_provider("fake", base_url={url!r}, free=True)
"""


def saved_outputs(folder, server, *cells):
    """Run cells after a set-up that knows the server, and give back what a saved notebook keeps of each.

    A cell that fails does not keep the next from running. Outputs that were emptied are left out.
    """
    notebook = new_notebook(cells=[new_code_cell(SETUP.format(url=server.base_url)), *map(new_code_cell, cells)])
    for cell in notebook.cells:
        cell.metadata.tags = ["raises-exception"]
    execute(notebook, folder=folder, timeout_seconds=120, tell=lambda line: None)
    nbformat.validate(notebook)
    return [
        [output for output in cell.outputs if any(output.get("data", {1: 1}).values())] for cell in notebook.cells[1:]
    ]


@contextlib.contextmanager
def kernel(server):
    """A kernel that knows the server, as a manager and a client."""
    Path.home().mkdir(exist_ok=True)
    manager, client = start_new_kernel()
    try:
        client.execute_interactive(SETUP.format(url=server.base_url), timeout=60)
        yield manager, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def shown_while_it_runs(client, code, *, hear=lambda text: None):
    """Run a cell and give back, with their times, the texts it showed; `hear` is told of each."""
    shown = []

    def note(message):
        if message["msg_type"] in ("display_data", "update_display_data", "execute_result"):
            shown.append((time.monotonic(), words_of(message["content"]["data"].get("text/html", ""))))
            hear(shown[-1][1])

    reply = client.execute_interactive(code, timeout=60, output_hook=note)
    return shown, reply["content"]


def html_of(output):
    return output.data.get("text/html", "") if "data" in output else ""


def words_of(html):
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]*>", " ", html, flags=re.DOTALL).split())
