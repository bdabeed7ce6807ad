"""Replies rated without names as a person does it: in a real JupyterLab, with the keyboard, names told at the end."""

from __future__ import annotations

CELL = """import workbench as wb
from workbench.rows.table import frame
rows = frame([
    {"task_id": f"t{n}", "task_question": f"What is {n} + 1?", "task_target": str(n + 1), "model": f"own/{model}",
     "outcome": "answered", "answer": f"{words} {n + 1}", "correct": model == "terse", "sample": 0}
    for n in range(3) for model, words in (("terse", "It is"), ("wordy", "Well, one could say that it is"))])
ratings = wb.rate(rows, 3)
ratings"""


def test_three_pairs_are_rated_with_the_keyboard_and_names_come_last(open_notebook):
    notebook = open_notebook("rate.ipynb", CELL)
    notebook.run_all()
    page = notebook.page
    panel = page.locator(".wb-rate")
    panel.locator(":text('Pair 1 of 3')").wait_for()
    assert "own/" not in panel.inner_html()
    notebook.picture("rate-light", ".wb-rate")
    notebook.theme("JupyterLab Dark")
    notebook.picture("rate-dark", ".wb-rate")
    notebook.theme("JupyterLab Light")
    panel.locator(":text('Pair 1 of 3')").click()
    for key, then in (("1", "Left thumb: up"), ("l", "Pair 2 of 3"), ("t", "Pair 3 of 3"), ("k", "you said: a tie")):
        page.keyboard.press(key)
        panel.locator(f":text('{then}')").first.wait_for()
    page.keyboard.press("j")
    panel.locator(":text('Pair 3 of 3')").wait_for()
    assert "own/" not in panel.inner_html()
    page.keyboard.press("r")
    panel.locator(":text('All are looked at')").wait_for()
    panel.locator(":text('own/')").first.wait_for()
    notebook.picture("rate-told-light", ".wb-rate")
    assert not notebook.errors()
