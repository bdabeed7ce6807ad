"""Answers marked by hand as a person does it: in a real JupyterLab, with the keyboard alone."""

from __future__ import annotations

CELL = """import workbench as wb
from workbench.rows.table import frame
rows = frame([
    {"task_id": f"t{n}", "task_question": f"What is {n} + 1?", "task_target": str(n + 1), "model": "own/m",
     "outcome": "answered", "answer": f"I add one.\\n\\n**{n + 1 if n < 9 else n}**", "correct": n < 10,
     "extracted": str(n + 1), "why": "the scorer's reason", "evidence": "bold", "sure": n != 3}
    for n in range(12)])
marks = wb.check_marks(rows, 3, path="sheet.csv")
marks"""

SUMMARY = """wb.summary(marks.rows)"""


def test_three_answers_are_marked_with_the_keyboard_alone(open_notebook, desk):
    notebook = open_notebook("marks.ipynb", CELL, SUMMARY)
    notebook.run_all()
    page = notebook.page
    panel = page.locator(".wb-check-marks")
    panel.locator(":text('Answer 1 of 3')").wait_for()
    assert "the scorer's reason" not in panel.inner_text()
    keys = panel.locator("input[type=text]")
    keys.focus()
    notebook.picture("check-marks-light", ".wb-check-marks")
    notebook.theme("JupyterLab Dark")
    notebook.picture("check-marks-dark", ".wb-check-marks")
    notebook.theme("JupyterLab Light")
    keys.focus()
    page.keyboard.press("r")
    panel.locator(":text('Answer 2 of 3')").wait_for()
    page.keyboard.press("w")
    panel.locator(":text('Answer 3 of 3')").wait_for()
    page.keyboard.press("b")
    panel.locator(":text('You said: wrong')").wait_for()
    page.keyboard.press("r")
    panel.locator(":text('Answer 3 of 3')").wait_for()
    page.keyboard.press("u")
    panel.locator(":text('All are looked at')").wait_for()
    panel.locator(":text('were marked by hand')").wait_for()
    assert panel.locator("button:enabled").all_inner_texts() == ["Back (b)"]
    notebook.picture("check-marks-done-light", ".wb-check-marks")
    sheet = (desk / "sheet.csv").read_text(encoding="utf-8-sig")
    assert [line.split(",")[1] for line in sheet.splitlines() if line.startswith("m") and "," in line][1:] == [
        "yes",
        "yes",
        "?",
    ]
    assert not notebook.errors()
