"""The prompt lab as a user has it: in a real JupyterLab, on the real local model."""

import re

import pytest

from workbench import local

pytestmark = pytest.mark.skipif(local.available() is not None, reason=str(local.available()))

CELL = """import workbench as wb
lab = wb.prompt_lab("tasks/starter.csv", ["local/smollm2-135m-instruct", "local/smollm2-135m-think"])
lab"""


@pytest.fixture
def lab(open_notebook):
    notebook = open_notebook("lab.ipynb", CELL)
    notebook.run_all()
    notebook.page.wait_for_selector(".wb-lab .wb-plan :text('This task')")
    return notebook


def test_a_prompt_is_written_run_compared_taken_as_code_and_saved(lab, desk):
    page = lab.page
    page.locator(".wb-copy").click()
    user = page.locator(".wb-user textarea:visible")
    user.fill("{{ question }}\nAnswer with the number only.")
    page.locator(".wb-cap input").first.fill("24")
    page.locator(".wb-model input").nth(1).check()
    page.locator(".wb-plan :text('This task: 4 calls')").wait_for()
    lab.picture("prompt-lab-light-before", ".jp-OutputArea")
    page.locator("button.wb-run").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelectorAll('.wb-cell .wb-state').length === 4")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.wb-cell')].every(c => /bought|kept/.test(c.textContent))", timeout=60000
    )
    page.locator("button.wb-diff").click()
    page.locator(".wb-diff-out del, .wb-diff-out ins").first.wait_for()
    page.locator("button.wb-as-code").click()
    code = page.locator(".wb-code textarea")
    code.wait_for()
    assert "wb.sweep(" in code.input_value()
    assert "Answer with the number only." in code.input_value()
    page.locator("button.wb-save-variant").click()
    page.locator(".wb-message :text('Saved')").wait_for()
    (saved,) = (desk / "prompts").glob("plain-2-*.toml")
    assert "with the number only." in saved.read_text()
    lab.picture("prompt-lab-light", ".jp-OutputArea")
    lab.theme("JupyterLab Dark")
    lab.picture("prompt-lab-dark", ".jp-OutputArea")
    lab.theme("JupyterLab Light")
    page.set_viewport_size({"width": 520, "height": 1400})
    page.wait_for_timeout(500)
    lab.picture("prompt-lab-narrow")
    page.set_viewport_size({"width": 1280, "height": 1400})
    assert not lab.errors()
    elsewhere = [url for url in lab.requests if not re.match(r"(https?|ws)://127\.0\.0\.1|data:|blob:", url)]
    assert not elsewhere
