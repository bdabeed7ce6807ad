"""One JupyterLab, one browser for it and one for pages; skipped, with the reason, where there is none."""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
from pathlib import Path

import nbformat
import pytest
from browser.jupyter import BARE_CHROMIUM, CHROMIUM, CHROMIUM_ARGUMENTS, Notebook, jupyter_lab
from nightly import NIGHTLY

PROJECT = Path(__file__).parent.parent.parent


def pytest_collection_modifyitems(items):
    for item in items:
        if item.nodeid.startswith("tests/browser/"):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="package")
def launch():
    """Start a headless Chromium by its path; it ends with the tests."""
    if importlib.util.find_spec("playwright") is None:
        pytest.skip("playwright is not installed: uv sync")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, contextlib.ExitStack() as opened:

        def start(path):
            if not path.exists():
                pytest.skip(f"there is no {path}: apt-get install {path.name}")
            browser = playwright.chromium.launch(executable_path=str(path), args=CHROMIUM_ARGUMENTS)
            opened.callback(browser.close)
            return browser

        yield start


@pytest.fixture(scope="package")
def chromium(launch):
    """What opens our pages: by day the Chromium without windows, where there is one; by night the whole."""
    return launch(BARE_CHROMIUM if BARE_CHROMIUM.exists() and not NIGHTLY else CHROMIUM)


@pytest.fixture(scope="package")
def desk(tmp_path_factory):
    """The folder that JupyterLab shows: the project's notebooks, and the tests' own."""
    folder = tmp_path_factory.mktemp("desk") / "notebooks"
    shutil.copytree(PROJECT / "notebooks", folder, dirs_exist_ok=True)
    return folder


@pytest.fixture(scope="package")
def lab_url(desk, tmp_path_factory):
    cache = tmp_path_factory.mktemp("cache")
    shutil.copytree(PROJECT / "cache" / "recordings", cache / "recordings", dirs_exist_ok=True)
    with jupyter_lab(desk.parent, tmp_path_factory.mktemp("lab"), WORKBENCH_CACHE=str(cache)) as url:
        yield url


@pytest.fixture(scope="package")
def context(launch):
    """In the whole Chromium: JupyterLab is slow in the other."""
    with launch(CHROMIUM).new_context(viewport={"width": 1280, "height": 1400}) as made:
        yield made


@pytest.fixture(scope="package")
def page(context, lab_url):
    """JupyterLab, loaded once."""
    page = context.new_page()
    page.goto(f"{lab_url}/lab?reset")
    page.wait_for_selector(".jp-Launcher, .jp-NotebookPanel", timeout=300_000)
    page.evaluate("async () => { await window.jupyterapp.restored; }")
    return page


@pytest.fixture(scope="package")
def warm():
    """The kernel that the tests' own notebooks share, once there is one: a start and the imports take seconds each."""
    return {}


@pytest.fixture
def open_notebook(page, desk, warm):
    """Open a notebook by its name, perhaps with other parameters, or one made of the given cells."""
    opened = []

    def open_it(name, *cells, parameters=None):
        if parameters:
            changed = nbformat.read(desk / name, as_version=4)
            cell = next(cell for cell in changed.cells if "parameters" in cell.metadata.get("tags", ()))
            cell.source += "".join(f"\n{key} = {value!r}" for key, value in parameters.items())
            nbformat.write(changed, desk / name)
        if cells:
            made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
            made.metadata["kernelspec"] = {"display_name": "Python 3", "language": "python", "name": "python3"}
            nbformat.write(made, desk / name)
        opened.append((Notebook(page, name, warm.get("kernel") if cells else None), bool(cells)))
        if cells:
            warm["kernel"] = opened[-1][0].kernel
        return opened[-1][0]

    yield open_it
    for notebook, of_cells in opened:
        if not notebook.closed:
            notebook.close(shut_down=not of_cells)
