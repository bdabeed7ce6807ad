"""A notebook run from top to bottom in a kernel of its own, telling how far it has come."""

from __future__ import annotations

import asyncio
import contextlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbclient
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from workbench.base.files import desk_environment
from workbench.reports.harvest import TAG
from workbench.reports.kernel_messages import PACKS_SO
from workbench.reports.static_widgets import captured_errors
from workbench.show.media import PROGRESS

SECONDS_BETWEEN_LINES = 2.0
LONGEST_CELL_SECONDS = 24 * 3600.0
"""Of one cell, where no other limit is given: a sweep may take hours, and nothing may take for ever."""

ALLOWED = "raises-exception"
"""The tag of a cell that is meant to fail."""

SECONDS_BETWEEN_LOOKS = 2.0
"""So long a message of the kernel is overlooked at most, when the operating system's word of it is lost."""

_LONGEST_HEADLINE = 60

Tell = Callable[[str], None]


def execute(
    notebook: NotebookNode,
    *,
    folder: Path,
    timeout_seconds: float | None,
    tell: Tell,
    last: NotebookNode | None = None,
) -> list[str]:
    """Run the cells of `notebook` in place; return a sentence for each that failed, and stop at the first.

    Errors that an Output widget caught are among them; those of cells tagged `raises-exception` are not. The kernel is
    this Python, whatever kernels are installed, and works in `folder`; settings, keys and cache are those of the folder
    that one stands in. `tell` hears of each cell, and of the progress that a cell shows while it runs. A signal to
    stop, SIGINT or SIGTERM, ends the run as a failure of its cell, and what the kernel itself writes to stderr is no
    output of ours. The state of widgets is in the notebook's metadata afterwards. `last` is a cell of ours that is run
    after all others and not kept, see `harvest`.
    """
    if last is not None:
        notebook.cells.append(last)
        try:
            return execute(notebook, folder=folder, timeout_seconds=timeout_seconds, tell=tell)
        finally:
            notebook.cells.pop()
    limit = timeout_seconds or LONGEST_CELL_SECONDS
    failed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="wb-") as sockets, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        # Without the state of widgets nbclient fails where an Output captures anything.
        client = _Client(notebook, km=_manager(sockets), timeout=limit, store_widget_state=True)
        client.resources = {"metadata": {"path": str(folder)}}
        client.tell = tell
        client.owns_km = True  # so that it also ends the kernel
        try:
            client.execute(env=desk_environment())
        except CellExecutionError:
            failed.append(_failure(notebook, client.cell_index, _error_of(notebook.cells[client.cell_index])))
        except CellTimeoutError:
            reason = f"it took longer than the timeout of {limit:g} seconds"
            failed.append(_failure(notebook, client.cell_index, reason))
        except DeadKernelError:
            failed.append(_failure(notebook, client.cell_index, "the kernel died"))
        except asyncio.CancelledError:
            if not client.stopped_by:
                raise
        except Exception as error:  # noqa: BLE001 - whatever a kernel or its messages do, the page says it
            reason = f"the run broke off: {type(error).__name__}: {(str(error) or 'no reason').splitlines()[0]}"
            failed.append(_failure(notebook, client.cell_index, reason))
        if client.stopped_by:  # whatever the kernel still said of it
            failed = [_failure(notebook, client.cell_index, f"the run was interrupted ({client.stopped_by})")]
        client.set_widgets_metadata()  # also where the run has ended early
    # Of the cell at which the run broke off, what broke it off, and not what the interrupt left there.
    others = failures_in(notebook, but=client.cell_index if failed else None)
    return list(dict.fromkeys([*others, *failed]))


def _manager(sockets: str) -> AsyncKernelManager:
    manager = AsyncKernelManager(kernel_name="python3", connection_file=f"{sockets}/kernel.json")
    if sys.platform != "win32":
        # Files instead of ports: nobody else on this machine can connect, and no warning about it is printed.
        manager.transport, manager.ip = "ipc", f"{sockets}/ipc"
    assert manager.kernel_spec is not None, "ipykernel is installed, and with it the kernel called python3"
    first = f"--IPKernelApp.exec_lines={[PACKS_SO]!r}"
    manager.kernel_spec.argv = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}", first]
    return manager


async def look_again(*sockets: Any) -> None:
    """Look from time to time for messages whose arrival was told once and missed; nbclient waits for the next one.

    ZeroMQ tells of a message when it comes and not again while it lies there: whoever misses that waits for as long as
    a cell may take. To read a socket's events wakes whoever waits for them (seen once in thousands of runs, with
    pyzmq 27.3.0: the reply was there, and was found when the timeout of 300 seconds had passed).
    """
    while True:
        await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
        for socket in sockets:
            if not socket.closed:
                _ = socket.EVENTS


class _Client(nbclient.NotebookClient):
    tell: Tell
    cell_index = 0
    stopped_by = ""  # the name of a signal
    _last_told = 0.0

    async def async_start_new_kernel(self, **kwargs: Any) -> None:
        loop, run = asyncio.get_running_loop(), asyncio.current_task()

        def stop(name: str) -> None:
            self.stopped_by = name
            if run is not None:
                run.cancel()

        # nbclient's own handlers pull the kernel's sockets away while a cell runs, and both fall over.
        for each in (signal.SIGINT, signal.SIGTERM):
            with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):  # not on Windows, not in a thread
                loop.add_signal_handler(each, stop, each.name)
        await super().async_start_new_kernel(**kwargs, stderr=subprocess.DEVNULL)

    async def async_execute_cell(self, cell: NotebookNode, cell_index: int, *args: Any, **kwargs: Any) -> NotebookNode:
        if cell.cell_type == "code" and TAG not in cell.metadata.get("tags", ()):
            self.cell_index = cell_index
            self.tell(f"cell {_code_cells(self.nb, cell_index)} of {_code_cells(self.nb)}: {_headline(cell)}")
        assert self.kc is not None, "a cell is run in a kernel that has started"
        looking = asyncio.create_task(look_again(self.kc.shell_channel.socket, self.kc.iopub_channel.socket))
        try:
            return await super().async_execute_cell(cell, cell_index, *args, **kwargs)
        finally:
            looking.cancel()

    def process_message(self, msg: dict[str, Any], cell: NotebookNode, cell_index: int) -> Any:
        _name_json_as_json(msg["content"].get("data"))
        if msg["msg_type"] in ("display_data", "update_display_data"):
            told = msg["content"].get("data", {}).get(PROGRESS)
            if told and time.monotonic() - self._last_told > SECONDS_BETWEEN_LINES:
                self._last_told = time.monotonic()
                self.tell(f"  {told['line']}")
        return super().process_message(msg, cell, cell_index)


def _name_json_as_json(data: Any) -> None:
    """Give JSON that is not called so a name that says it: at Altair 6's `vegalite.v6.json` nbclient breaks off."""
    if isinstance(data, dict) and all(isinstance(name, str) and "/" in name for name in data):
        for name in [name for name, value in data.items() if isinstance(value, dict | list)]:
            if name != "application/json" and not name.endswith("+json"):
                data[re.sub(r"[.]json$", "", name) + "+json"] = data.pop(name)


def _code_cells(notebook: NotebookNode, place: int | None = None) -> int:
    """How many code cells there are up to a place."""
    cells = notebook.cells if place is None else notebook.cells[: place + 1]
    return sum(cell.cell_type == "code" and TAG not in cell.metadata.get("tags", ()) for cell in cells)


def _headline(cell: NotebookNode) -> str:
    lines = [line for line in cell.source.splitlines() if line.strip()]
    line = lines[0].strip() if lines else "(empty)"
    return line if len(line) <= _LONGEST_HEADLINE else line[: _LONGEST_HEADLINE - 1] + "…"


def _error_of(cell: NotebookNode) -> str:
    for output in cell.outputs:
        if output.output_type == "error":
            return f"{output.ename}: {output.evalue}"
    # A magic's UsageError is text on stderr, without an output of its own.
    said = [line for output in cell.outputs if output.get("name") == "stderr" for line in output.text.splitlines()]
    return next((line for line in reversed(said) if line.strip()), "it failed")


def _failure(notebook: NotebookNode, place: int, reason: str) -> str:
    said = " ".join(reason.split())
    if place >= len(notebook.cells):
        return f"the notebook failed: {said}"
    return f"cell {_code_cells(notebook, place)} ({_headline(notebook.cells[place])}) failed: {said}"


def failures_in(notebook: NotebookNode, *, but: int | None = None) -> list[str]:
    """A sentence for each cell of an executed notebook that holds an error, except for those that are meant to.

    `but` is the place of a cell that is left out.
    """
    captured = captured_errors(notebook)
    found = [
        _failure(notebook, place, reason)
        for place, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and place != but and not _may_fail(cell)
        for reason in [*_errors_in(cell), *(said for at, said in captured if at == place)]
    ]
    hidden = [f"an Output that no cell shows caught {' '.join(said.split())}" for at, said in captured if at is None]
    return list(dict.fromkeys([*found, *hidden]))


def _errors_in(cell: NotebookNode) -> list[str]:
    wrong = any(
        output.output_type == "error" or (output.get("name") == "stderr" and output.text.startswith("UsageError: "))
        for output in cell.outputs
    )
    return [_error_of(cell)] if wrong else []


def _may_fail(cell: NotebookNode) -> bool:
    return ALLOWED in cell.metadata.get("tags", ())
