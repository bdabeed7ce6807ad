"""How long an export takes and how large its page is, at 50, 500 and 2,000 rows with long texts."""

from __future__ import annotations

import time

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

import workbench as wb
from workbench.rows.table import frame

SIZES = (50, 500, 2_000)
WORDS = ("the sum", "of both", "is found by", "adding", "first the tens", "then the ones", "as was asked")
THINKING_WORDS = 200


def rows_of(count):
    def text(seed, words):
        return " ".join(f"{WORDS[(seed + place) % len(WORDS)]} {seed}.{place}" for place in range(words))

    return frame(
        {
            "task_id": f"t{number // 2}",
            "task_question": text(number // 2, 20),
            "task_target": str(number),
            "model": f"lab/{'ab'[number % 2]}",
            "outcome": "answered",
            "correct": number % 3 == 0,
            "answer": text(number, 30),
            "thinking": text(number + 1, THINKING_WORDS),
            "completion_tokens": 300,
            "usd": 0.001,
            "seconds": 1.0,
        }
        for number in range(count)
    )


def notebook_of(rows, path):
    outputs = [new_output("execute_result", data=wb.cases(rows)._repr_mimebundle_(), execution_count=1)]
    nbformat.write(new_notebook(cells=[new_code_cell("wb.cases(rows)", outputs=outputs)]), path)


def test_export(tmp_path, capsys):
    found = []
    for size in (SIZES[0], *SIZES):  # the first once more, for the imports
        rows = rows_of(size)
        texts = rows["answer"].str.len().sum() + rows["thinking"].str.len().sum()
        notebook_of(rows, tmp_path / "study.ipynb")
        started = time.perf_counter()
        page = wb.export_report(tmp_path / "study.ipynb", output=tmp_path / "page.html", execute=False).path
        found.append((size, time.perf_counter() - started, page.stat().st_size, int(texts)))
    with capsys.disabled():
        print("\n rows   seconds   page MB   of them texts MB")
        for size, seconds, size_bytes, texts in found[1:]:
            print(f"{size:>5} {seconds:>9.2f} {size_bytes / 1e6:>9.2f} {texts / 1e6:>9.2f}")
    (_, small, _, _), (_, _, middle, texts), (_, large, _, _) = found[1:]
    assert middle - texts < 500_000
    assert large < 40 * small + 5


@pytest.mark.browser
def test_first_content_needs_no_network(tmp_path, capsys):
    """On a network that swallows everything: how long until something can be read."""
    playwright = pytest.importorskip("playwright.sync_api")
    notebook_of(rows_of(500), tmp_path / "study.ipynb")
    page_path = wb.export_report(tmp_path / "study.ipynb", output=tmp_path / "page.html", execute=False).path
    with playwright.sync_playwright() as browsers:
        browser = browsers.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--proxy-server=http://127.0.0.1:9"]
        )
        page = browser.new_page()
        started = time.perf_counter()
        page.goto(f"file://{page_path}")
        page.locator("#cases tbody tr").first.wait_for()
        seconds = time.perf_counter() - started
        browser.close()
    with capsys.disabled():
        print(f"\nfirst content of 500 rows on a dead network: {seconds:.2f} s")
    assert seconds < 10
