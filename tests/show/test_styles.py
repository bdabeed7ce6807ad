"""Style sheets are files, put into a page as they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

import workbench as wb
from workbench.show.styles import css, style_sheet

HOUSE = Path(wb.__file__).parent
SHEETS = sorted(HOUSE.rglob("*.css"))


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_a_sheet_closes_its_braces_and_cannot_end_its_element(path):
    text = path.read_text(encoding="utf-8")
    assert text.count("{") == text.count("}")
    assert "</style" not in text.lower()
    assert "url(http" not in text
    assert "@import" not in text


def test_a_sheet_is_put_into_a_page_as_it_stands():
    path = HOUSE / "show" / "tables.css"
    assert str(style_sheet("workbench.show", path.name)) == f"<style>\n{css('workbench.show', path.name)}</style>"
