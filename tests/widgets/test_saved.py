"""Where there is no panel its saved form stands, with a sentence."""

from __future__ import annotations

from studies import row

import workbench as wb
from workbench.rows.table import frame
from workbench.widgets.saved import NO_PANEL


def test_the_prompt_lab_shows_its_saved_form_where_no_widget_can_be():
    lab = wb.prompt_lab([{"question": "2 + 3?"}], "local/smollm2-135m-instruct")
    kind, page = lab._mime_()
    assert kind == "text/html"
    assert NO_PANEL in page
    assert "{{ question }}" in page


def test_side_by_side_and_marks_show_theirs_and_a_table_shows_itself():
    rows = frame(row(task, task < 2, model=model, answer=f"of {model}") for task in range(4) for model in "ab")
    for shown in (wb.side_by_side(rows), wb.check_marks(rows, 2)):
        kind, page = shown._mime_()
        assert kind == "text/html"
        assert NO_PANEL in page
    assert wb.summary(rows)._display_()._mime_() == ("text/html", wb.summary(rows)._repr_html_())
