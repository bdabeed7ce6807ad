"""Notebook cells run in a real kernel, and what they leave."""

from __future__ import annotations

import contextlib
import os
import re

import nbclient
import nbformat
from jupyter_client.asynchronous import AsyncKernelClient
from jupyter_client.manager import start_new_kernel
from nbformat.v4 import new_code_cell, new_notebook

SETUP = """import os
get_ipython().reset(new_session=False)
import os
os.environ.clear()
os.environ.update({environment!r})
os.chdir({folder!r})
import workbench as wb
wb.add_provider("fake", base_url={url!r}, free=True)
"""


@contextlib.contextmanager
def kernel(folder):
    """A kernel with everything of its own in `folder`; starting one takes longer than most tests."""
    homes = {name: str(folder) for name in ("HOME", "IPYTHONDIR")}
    manager, client = start_new_kernel(env={**os.environ, **homes})
    client.stop_channels()
    manager.client_factory = AsyncKernelClient
    try:
        yield manager
    finally:
        manager.shutdown_kernel(now=True)


def set_up(server):
    """The cell that makes a kernel the test's own: its variables, environment and folder, and a provider."""
    return SETUP.format(environment=dict(os.environ), folder=os.getcwd(), url=server.base_url)


def saved_outputs(manager, server, *cells):
    """Run cells after a set-up that knows the server, and give back what a saved notebook keeps of each.

    A cell that fails does not keep the next from running. Outputs that were emptied are left out.
    """
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in (set_up(server), *cells)])
    runner = nbclient.NotebookClient(notebook, km=manager, timeout=300, allow_errors=True, store_widget_state=False)
    try:
        runner.execute()
    finally:
        runner.kc.stop_channels()
    nbformat.validate(notebook)
    return [
        [output for output in cell.outputs if any(output.get("data", {1: 1}).values())] for cell in notebook.cells[1:]
    ]


@contextlib.contextmanager
def connected(manager, server):
    """A client of a kernel that knows the server."""
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=300)
        client.execute_interactive(set_up(server), timeout=300)
        yield client
    finally:
        client.stop_channels()


def shown_while_it_runs(client, code, *, hear=lambda text: None):
    """Run a cell and give back, with when the kernel sent them, the texts it showed; `hear` is told of each."""
    shown = []

    def note(message):
        if message["msg_type"] in ("display_data", "update_display_data", "execute_result"):
            shown.append(
                (message["header"]["date"].timestamp(), words_of(message["content"]["data"].get("text/html", "")))
            )
            hear(shown[-1][1])

    reply = client.execute_interactive(code, timeout=300, output_hook=note)
    return shown, reply["content"]


def html_of(output):
    return output.data.get("text/html", "") if "data" in output else ""


def words_of(html):
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]*>", " ", html, flags=re.DOTALL).split())
