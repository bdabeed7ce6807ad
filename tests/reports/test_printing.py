"""A page as PDF, where a browser is installed; else a sentence."""

import shutil
import subprocess

import pytest
from studies import frame, row

import workbench as wb
from workbench.errors import InputError
from workbench.reports import printing

ROWS = frame(row(n, (n * step) % 5 > 0, model=model) for model, step in (("a", 1), ("b", 2)) for n in range(12))


@pytest.mark.skipif(printing.browser() is None, reason="no browser is installed")
def test_a_page_is_printed_on_few_sheets(tmp_path):
    made = wb.report(ROWS, output=tmp_path / "page.html", pdf=True)
    assert made.pdf_path == tmp_path / "page.pdf"
    assert made.pdf_path.read_bytes().startswith(b"%PDF")
    if shutil.which("pdftotext"):
        text = subprocess.run(["pdftotext", made.pdf_path, "-"], capture_output=True, text=True, check=True).stdout
        assert "Too early to choose" in text
        assert text.count("\f") <= 4


def test_without_a_browser_it_is_said_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(printing, "_PLACES", ())
    with pytest.raises(InputError, match="Chromium or Chrome"):
        wb.report(ROWS, output=tmp_path / "page.html", pdf=True)
    assert list(tmp_path.iterdir()) == []


def test_a_browser_that_prints_nothing_is_told_with_its_words(tmp_path, monkeypatch):
    program = tmp_path / "bin" / "chromium"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 'no display' >&2\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    page = tmp_path / "page.html"
    page.write_text("<p>hello")
    with pytest.raises(InputError, match=r"printed nothing.*no display"):
        printing.print_page(page)
    assert not (tmp_path / "page.pdf").exists()
