"""The prompt lab as a user has it: in a real JupyterLab, on the real local model."""

import itertools

import nbformat
import pytest

from workbench.providers.local import server as local
from workbench.reports.exporter import ReportExporter

pytestmark = pytest.mark.skipif(local.available() is not None, reason=str(local.available()))

CELL = """import workbench as wb
lab = wb.prompt_lab(wb.load_tasks("tasks/starter.csv")[:6], ["local/smollm2-135m-instruct", "local/smollm2-135m-think"])
lab"""

# What has the focus within the panel, and where it stands.
FOCUSED = """() => {
    const element = document.activeElement;
    const box = element.getBoundingClientRect();
    return element.closest(".wb-lab") && [element.tagName, box.left, box.top + document.scrollingElement.scrollTop];
}"""
SAME_LINE = 12  # pixels between the tops of controls that stand beside each other


@pytest.fixture
def lab(open_notebook):
    notebook = open_notebook("lab.ipynb", CELL)
    notebook.run_all()
    notebook.page.locator("button.wb-start-anew").click()  # the panel remembers what the test before has set
    # The form is drawn anew: what is typed before that is lost.
    notebook.page.locator(".wb-message :text('as the cell says again')").wait_for()
    notebook.page.wait_for_selector(".wb-lab .wb-plan :text('This task: 2 calls')")
    notebook.page.locator(".wb-model input").nth(1).uncheck()
    notebook.page.wait_for_selector(".wb-lab .wb-plan :text('This task: 1 call,')")
    return notebook


def test_a_prompt_is_written_run_compared_taken_as_code_and_saved(lab, desk):
    page = lab.page
    page.locator(".wb-copy").click()
    page.locator(".wb-variants .lm-TabBar-tab.lm-mod-current:has-text('plain 2')").wait_for()
    user = page.locator(".wb-user textarea:visible")
    user.fill("{{ question }}\nAnswer with the number only.")
    page.locator(".wb-cap input").first.fill("24")
    page.locator(".wb-plan :text('This task: 2 calls')").wait_for()
    user.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(" Now.")
    page.keyboard.press("Control+Enter")  # at once: what is shown is what runs
    page.wait_for_function("() => document.querySelectorAll('.wb-cell .wb-state').length === 2")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.wb-cell')].every(c => /bought|kept/.test(c.textContent))",
        timeout=300_000,
    )
    assert "number only. Now." in page.locator(".wb-cell .wb-sent pre").nth(1).text_content()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("() => document.activeElement.matches('.wb-cell:nth-child(2)')")
    page.keyboard.press("d")
    page.keyboard.press("d")  # cuts a cell, were the notebook to hear it
    assert page.locator(".jp-Notebook .jp-Cell").count() == 1
    page.locator("button.wb-diff").click()
    page.locator(".wb-diff-out del, .wb-diff-out ins").first.wait_for()
    page.locator("button.wb-as-code").click()
    code = page.locator(".wb-code textarea")
    code.wait_for()
    assert "wb.sweep(" in code.input_value()
    assert "Answer with the number only. Now." in code.input_value()
    page.locator(".wb-samples input").fill("2")
    page.locator(".wb-samples input").press("Tab")
    page.wait_for_function("() => document.querySelector('.wb-code textarea').value.includes('repeats=2')")
    page.locator("button.wb-save-variant").click()
    page.locator(".wb-message :text('Saved')").wait_for()
    (saved,) = (desk / "prompts").glob("plain-2-*.toml")
    assert "with the number only. Now." in saved.read_text()
    page.set_viewport_size({"width": 1280, "height": 2000})
    lab.picture("prompt-lab-light")
    lab.theme("JupyterLab Dark")
    lab.picture("prompt-lab-dark")
    lab.theme("JupyterLab Light")
    lab.command("application:toggle-left-area")
    page.set_viewport_size({"width": 460, "height": 2600})
    page.wait_for_timeout(500)
    lab.picture("prompt-lab-narrow")
    too_wide = "() => [...document.querySelectorAll('.wb-lab')].some(box => box.scrollWidth > box.clientWidth + 2)"
    page.wait_for_function(f"() => !({too_wide})()")
    page.set_viewport_size({"width": 1280, "height": 1400})
    lab.command("application:toggle-left-area")
    assert not lab.errors()
    assert lab.requests_elsewhere() == []


def test_the_tab_key_walks_through_the_panel_in_reading_order(lab):
    page = lab.page
    controls = page.locator(".wb-lab :is(select, input, textarea, button):visible:enabled")
    controls.first.focus()
    walked = []
    while (place := page.evaluate(FOCUSED)) is not None:
        walked.append(place)
        assert len(walked) < 100
        page.keyboard.press("Tab")
    for (_, left, top), (name, next_left, next_top) in itertools.pairwise(walked):
        assert next_top > top + SAME_LINE or (abs(next_top - top) <= SAME_LINE and next_left > left), name
    # LI: the tab of a variant; SUMMARY: what is folded away
    assert len([kind for kind, _, _ in walked if kind not in ("LI", "SUMMARY")]) == controls.count()


def test_after_a_sweep_a_reply_is_opened_noted_and_closed_with_the_keyboard_alone(lab):
    page = lab.page
    page.locator(".wb-cap input").first.fill("4")
    page.locator(".wb-plan :text('This task: 1 call,')").wait_for()
    page.locator("button.wb-run-on-all-tasks").focus()
    page.keyboard.press("Enter")
    page.locator(".wb-task-grid").wait_for(timeout=300_000)
    page.locator(".wb-task-grid button").first.focus()
    for key in ("ArrowDown", "ArrowUp", "j", "Enter"):
        page.keyboard.press(key)
    page.locator(".wb-opened .wb-card").wait_for()
    assert "[user]" in page.locator(".wb-opened .wb-sent pre").text_content()
    page.wait_for_function("() => document.activeElement.matches('.wb-opened .wb-name')")  # the kernel puts it there
    page.keyboard.press("n")
    page.wait_for_function("() => document.activeElement.closest('.wb-note')")
    page.keyboard.type("r l d d")
    page.locator(".wb-task-grid button:text('*')").wait_for()
    lab.picture("prompt-lab-grid")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_function("() => document.activeElement.matches('.wb-mark')")
    assert page.locator(".wb-opened .wb-card").count() == 0
    assert page.locator(".jp-Notebook .jp-Cell").count() == 1


def test_cancel_stops_what_streams_and_the_panel_goes_on(lab):
    page = lab.page
    for cap in page.locator(".wb-cap input").all():
        cap.fill("1500")
    page.locator(".wb-user textarea").first.fill("{{ question }} Then write a very long story about it.")
    page.locator(".wb-samples input").fill("8")  # a tiny model may end a story early, but not eight at once
    page.locator(".wb-samples input").press("Tab")
    page.locator(".wb-plan :text('This task: 8 calls')").wait_for()
    page.locator("button.wb-run").click()
    page.locator(".wb-cell .wb-tail").first.wait_for()
    page.locator("button.wb-cancel").click()
    page.locator(".wb-cell :text('stopped')").first.wait_for()
    lab.picture("prompt-lab-stopped")
    page.locator(".wb-message :text('run again to go on')").wait_for()
    page.locator("button.wb-run:enabled").wait_for()


def test_a_mistake_is_named_under_the_template_and_nothing_is_run(lab):
    page = lab.page
    page.locator(".wb-user textarea").first.fill("{{ questoin }}")
    page.locator(".wb-variables .wb-bad:text('questoin')").wait_for()
    page.locator("button.wb-run").click()
    page.locator(".wb-message :text('Did you mean')").wait_for()
    lab.picture("prompt-lab-mistake")


def test_results_are_in_the_saved_notebook_without_a_kernel_and_in_the_report(lab, open_notebook, desk):
    page = lab.page
    page.locator(".wb-cap input").first.fill("16")
    page.locator(".wb-plan :text('This task: 1 call,')").wait_for()
    page.locator("button.wb-run").click()
    page.locator(".wb-cell :text('free')").wait_for()
    assert not page.locator(".wb-lab-static").first.is_visible()  # the live panel says it all
    page.wait_for_function(
        "() => /free/.test(window.jupyterapp.shell.currentWidget.content.model.cells.get(0).outputs.get(1)"
        ".data['text/html'])"
    )
    lab.command("docmanager:save")
    (desk / "lab.ipynb").rename(desk / "saved.ipynb")
    saved = nbformat.read(desk / "saved.ipynb", as_version=4)
    report, _ = ReportExporter().from_notebook_node(saved)
    for part in ("Prompt lab: last results", "16 tokens", "wb.sweep("):
        assert part in report
    lab.close(shut_down=False)
    reopened = open_notebook("saved.ipynb")
    reopened.page.locator(".wb-lab-static :text('16 tokens')").first.wait_for()
    reopened.picture("prompt-lab-reopened")


def test_a_kernel_that_ended_is_told_in_the_panel_and_the_cell_brings_it_back(lab):
    page = lab.page
    told = "() => getComputedStyle(document.querySelector('.wb-lab'), '::before').content"
    assert "has ended" not in page.evaluate(told)
    kernel = "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel"
    page.evaluate(f"async () => {{ await {kernel}.restart(); }}")
    page.wait_for_function(f"() => ({told})().includes('Run the cell of the panel again')", timeout=300_000)
    lab.run_all()
    page.wait_for_function(f"() => !({told})().includes('has ended')", timeout=300_000)
    page.locator("button.wb-run:enabled").wait_for()
