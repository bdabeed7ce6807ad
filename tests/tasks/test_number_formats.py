"""Numbers and dates of a workbook are as its sheet shows them."""

from __future__ import annotations

import datetime

import pytest

from workbench.tasks.number_formats import shown


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (1234.5, "#,##0.00", "1,234.50"),
        (-3, "0;(0)", "(3)"),
        (5, "General", 5),
        (5, "0", 5),
        (0.5, "0%", "50%"),
        (12.5, '0.0 "kg"', "12.5 kg"),
        (7, "[$€-407] 0.00", "€ 7.00"),
        (2.5, "# ?/?", 2.5),
        (datetime.datetime(2024, 3, 5, 14, 7), "d/m/yy h:mm AM/PM", "5/3/24 2:07 PM"),
        (datetime.datetime(2024, 3, 5), "mm-dd-yy", "2024-03-05"),
        (datetime.datetime(2024, 3, 5), "yyyy\\-mm\\-dd", "2024-03-05"),
        (datetime.time(9, 30), "hh:mm", "09:30"),
        (datetime.date(2024, 3, 5), "[$-409]mmmm d, yyyy", "March 5, 2024"),
        ("0071", "0.00", "0071"),
        (True, "0", True),
    ],
)
def test_numbers_and_dates_are_as_a_sheet_shows_them(value, number_format, text):
    assert shown(value, number_format) == text
