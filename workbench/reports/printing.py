"""A page printed as PDF, by the Chromium or Chrome that is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from workbench.base.files import written_whole
from workbench.base.machine import clean_environment
from workbench.errors import InputError

_NAMES: Final = (
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
    "msedge",
    "microsoft-edge",
    "headless_shell",
)
_PLACES: Final = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
_SECONDS: Final = 120.0


def browser() -> str | None:
    """The path of an installed browser that can print a page; None where there is none."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    return found or next((place for place in _PLACES if Path(place).is_file()), None)


def check_browser() -> str:
    """The path of the browser; raises `InputError` where there is none, before anything else is done."""
    path = browser()
    if path is None:
        raise InputError(
            "a PDF needs Chromium or Chrome, and none is installed here; open the page in any browser and print it "
            "there, or install chromium"
        )
    return path


def print_page(page: Path) -> Path:
    """Print a page of ours beside itself, and return the path of the PDF.

    Raises `InputError` where no browser is installed, or it prints nothing; its own last words are in the message.
    """
    path = check_browser()
    target = page.with_suffix(".pdf")
    with tempfile.TemporaryDirectory(prefix="wb-print-") as folder, written_whole(target) as draft:
        printed = Path(folder) / "page.pdf"
        command = [
            path,
            "--headless=new",
            "--disable-gpu",
            "--no-first-run",
            "--disable-extensions",
            "--disable-background-networking",
            "--no-pdf-header-footer",
            f"--user-data-dir={folder}/profile",
            f"--print-to-pdf={printed}",
            *_without_walls(),
            page.resolve().as_uri(),
        ]
        try:
            done = subprocess.run(command, env=clean_environment(), capture_output=True, timeout=_SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as problem:
            raise InputError(f"{path} did not print {page}: {problem}") from None
        if not printed.is_file() or not printed.stat().st_size:
            words = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise InputError(f"{path} printed nothing of {page}: {words[-1] if words else f'exit {done.returncode}'}")
        draft.write_bytes(printed.read_bytes())
    return target


def _without_walls() -> list[str]:
    """Chromium refuses its sandbox to the superuser, as whom programs run in many containers. The page is our own, and
    runs no script but ours."""
    root = sys.platform != "win32" and hasattr(os, "geteuid") and os.geteuid() == 0
    return ["--no-sandbox"] if root else []
