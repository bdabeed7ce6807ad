"""Make the example of a results page from recorded replies, and its picture: `make example`. Needs Chromium."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

import workbench as wb

HERE = Path(__file__).resolve().parent
NOTEBOOK = HERE.parent / "notebooks" / "03-prompt-variants.ipynb"


def main() -> None:
    """Write `example-report.html` and `report.png` beside this file."""
    report = wb.export_report(
        NOTEBOOK,
        output=HERE / "example-report.html",
        progress=print,
        results={
            "title": "Which of two tiny models, and which prompt?",
            "author": "the workbench",
            "comment": "Made from recorded replies of the local models to the starter tasks, by `make example`.",
        },
    )
    if report.failed_cells:
        raise SystemExit(report.failed_cells[0])
    with sync_playwright() as browsers:
        browser = browsers.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1080, "height": 1180})
        page.goto(report.path.as_uri())
        page.screenshot(path=HERE / "report.png")
        browser.close()


if __name__ == "__main__":
    main()
