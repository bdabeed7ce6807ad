"""Make the example of a results page, and its picture: `make example`. Asks the local models; needs Chromium."""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

import workbench as wb

HERE = Path(__file__).resolve().parent
NOTEBOOK = HERE.parent / "notebooks" / "02-compare-models.ipynb"


def main() -> None:
    """Write `example-report.html` and `report.png` beside this file."""
    report = wb.export_report(
        NOTEBOOK,
        output=HERE / "example-report.html",
        progress=print,
        results={
            "title": "Is thinking worth its tokens, for a tiny model?",
            "author": "the workbench",
            "comment": "The replies of two local models to 80 bundled tasks, as the README's first command asks them.",
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
