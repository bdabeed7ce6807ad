"""A real JupyterLab for tests, and what a test does in it."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

CHROMIUM = Path("/usr/bin/chromium")
BARE_CHROMIUM = Path("/usr/bin/chromium-headless-shell")
"""The same engine without windows, which draws a page for half of the processor time."""
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SECONDS_TO_START = 90.0
ARTEFACTS = Path(__file__).parent.parent / "artefacts"
NOTEBOOKS = sorted((Path(__file__).parent.parent.parent / "notebooks").glob("*.ipynb"))

# Idle is said before a kernel is connected, and running then asks for one in a dialogue that nobody answers.
_READY = """async () => {
  const panel = window.jupyterapp.shell.currentWidget;
  if (!panel?.sessionContext) return false;
  await panel.context.ready;
  await panel.sessionContext.ready;
  const kernel = panel.sessionContext.session?.kernel;
  if (!kernel) return false;
  await kernel.info;
  return kernel.connectionStatus === 'connected' && kernel.status === 'idle';
}"""
_RUN_ALL = "async () => { await window.jupyterapp.commands.execute('notebook:run-all-cells'); }"
_OUTPUTS = """() => Array.from(window.jupyterapp.shell.currentWidget.content.model.cells)
  .map(cell => cell.type === 'code' ? cell.outputs.toJSON() : [])"""


@contextlib.contextmanager
def jupyter_lab(desk: Path, own: Path, **environment: str):
    """Start `workbench lab` in a folder with `notebooks` on a free port, all of its own in `own`; yield its URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    homes = {
        "HOME": "home",
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    }
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_API_KEY")}
    env = kept | {name: str(own / folder) for name, folder in homes.items()}
    env |= {"JUPYTER_PREFER_ENV_PATH": "1", **environment}
    news = own / "settings" / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    news.parent.mkdir(parents=True)
    news.write_text('{"fetchNews": "false", "checkForUpdates": false}')
    (own / "home").mkdir()
    command = [
        *(sys.executable, "-m", "workbench", "lab"),
        "--no-browser",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        "--ServerApp.password=",
        "--ServerApp.disable_check_xsrf=True",
        "--allow-root",
        "--LabApp.expose_app_in_browser=True",
        "--LabApp.extension_manager=readonly",
    ]
    url = f"http://127.0.0.1:{port}"
    with (own / "lab.log").open("w") as log:
        server = subprocess.Popen(
            command, env=env, cwd=desk, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        deadline = time.monotonic() + SECONDS_TO_START
        while not _answers(url):
            assert server.poll() is None, (own / "lab.log").read_text()[-2000:]
            assert time.monotonic() < deadline, "JupyterLab did not start: " + (own / "lab.log").read_text()[-2000:]
            time.sleep(0.1)
        yield url
    finally:
        for signalled, seconds in ((signal.SIGINT, 1), (signal.SIGTERM, 10), (signal.SIGKILL, 10)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(server.pid, signalled)
            try:
                server.wait(seconds)
                break
            except subprocess.TimeoutExpired:
                continue


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/api", timeout=1):
            return True
    except (urllib.error.URLError, OSError):
        return False


class Notebook:
    """One notebook open in JupyterLab's page, which all share: loading it takes longer than most tests."""

    def __init__(self, page, name: str, kernel: str | None = None) -> None:
        """With `kernel`, the id of one that another notebook left running, it goes on in that one."""
        self.page = page
        self.closed = False
        self.requests: list[str] = []
        page.on("request", self._note)
        page.set_default_timeout(120_000)
        preferred = {} if kernel is None else {"kernel": {"id": kernel}}
        self.command("docmanager:open", path=name, factory="Notebook", **preferred)
        page.wait_for_selector(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook .jp-Cell")
        page.wait_for_function(_READY, polling=100, timeout=300_000)

    def _note(self, request) -> None:
        self.requests.append(request.url)

    def run_all(self, *, seconds: float = 300.0) -> None:
        """Run every cell and wait for the last."""
        self.page.set_default_timeout(seconds * 1000)
        self.page.evaluate(_RUN_ALL)
        self.page.set_default_timeout(120_000)

    def command(self, name: str, **arguments: object) -> None:
        self.page.evaluate(
            "async ([name, given]) => { await window.jupyterapp.commands.execute(name, given); }", [name, arguments]
        )

    def requests_elsewhere(self) -> list[str]:
        """What the page asked of any address but JupyterLab's own."""
        lab = self.page.url.partition("/lab")[0]
        own = (lab, lab.replace("http", "ws", 1), "data:", "blob:")
        return [url for url in self.requests if not url.startswith(own)]

    def outputs(self) -> list[list[dict]]:
        return self.page.evaluate(_OUTPUTS)

    def errors(self) -> list[str]:
        """What the cells failed with."""
        listed = [output for outputs in self.outputs() for output in outputs]
        return [f"{o['ename']}: {o['evalue']}" for o in listed if o["output_type"] == "error"]

    def theme(self, name: str) -> None:
        self.command("apputils:change-theme", theme=name)
        self.page.wait_for_timeout(600)

    def picture(self, name: str, selector: str | None = None) -> None:
        """Keep a screenshot, of one element or of the page."""
        ARTEFACTS.mkdir(exist_ok=True)
        target = self.page.locator(selector).first if selector else self.page
        target.screenshot(path=ARTEFACTS / f"{name}.png")

    @property
    def kernel(self) -> str:
        """The id of the kernel that the notebook runs in."""
        return self.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.id")

    def close(self, *, shut_down: bool = True) -> None:
        """Close the notebook unsaved; shut its kernel down, unless the next notebook is to go on in it."""
        self.closed = True
        self.page.remove_listener("request", self._note)
        self.page.evaluate(
            """async (shutDown) => {
              const panel = window.jupyterapp.shell.currentWidget;
              if (shutDown) await panel.sessionContext.shutdown();
              panel.dispose();
            }""",
            shut_down,
        )
