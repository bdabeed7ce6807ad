"""Where there is no panel its saved form stands, with a sentence."""

from __future__ import annotations

import workbench as wb
from workbench.widgets.saved import NO_PANEL


def test_the_prompt_lab_shows_its_saved_form_where_no_widget_can_be():
    lab = wb.prompt_lab([{"question": "2 + 3?"}], "local/smollm2-135m-instruct")
    kind, page = lab._mime_()
    assert kind == "text/html"
    assert NO_PANEL in page
    assert "{{ question }}" in page
