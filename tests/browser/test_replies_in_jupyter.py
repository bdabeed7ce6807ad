"""Replies in JupyterLab: live while they come, beside each other, and stopped by the stop button."""

import json
import threading

from fakes.server import FakeServer, completion
from fakes.server.bodies import chunk, event_bytes
from fakes.server.responses import HANG, sse_response

SETUP = """import workbench as wb
wb.add_provider("fake", base_url={url!r}, dialect="moonshot")"""

ROWS = """from workbench.rows.table import frame
rows = frame([
    {"task_id": f"t{n}", "task_question": f"Question {n}?", "task_target": "9", "model": model, "outcome": "answered",
     "correct": (n + (model == "lab/b")) % 2 == 0, "answer": f"The answer of {model} to {n} is 9."}
    for n in range(3000) for model in ("lab/a", "lab/b")
])
wb.side_by_side(rows)"""


def test_side_by_side_is_read_by_keyboard_and_stays_quick(open_notebook):
    with FakeServer(completion("nine")) as server:
        notebook = open_notebook("side.ipynb", SETUP.format(url=server.base_url), ROWS)
        notebook.run_all()
        assert server.hits == 0
    page = notebook.page
    panel = page.locator(".wb-side-by-side")
    panel.get_by_text("Question 0?").wait_for()
    panel.locator(".noUi-handle, .ui-slider-handle").first.focus()
    page.keyboard.press("ArrowRight")
    panel.get_by_text("Question 1?").wait_for()
    panel.get_by_role("button", name="Next").click()
    panel.get_by_text("Question 2?").wait_for()
    panel.get_by_role("button", name="Word diff").click()
    panel.locator("del", has_text="a").first.wait_for()
    panel.get_by_placeholder("question, answer, thinking").fill("Question 2999?")
    panel.get_by_text("1 of 1 that fit, of 3,000 tasks").wait_for()
    notebook.picture("side-by-side")
    notebook.theme("JupyterLab Dark")
    notebook.picture("side-by-side-dark")
    notebook.theme("JupyterLab Light")
    saved = json.dumps(notebook.outputs())
    assert "6 of 3,000 tasks" in saved
    assert len(saved) < 200_000


def test_the_stop_button_stops_a_call_and_what_arrived_stays(open_notebook):
    begun = event_bytes(chunk({"reasoning_content": "First half of a thought"}, model="kimi-x"))
    with FakeServer(sse_response((begun, HANG))) as server:
        notebook = open_notebook("stop.ipynb", SETUP.format(url=server.base_url), 'wb.ask("q?", model="fake/kimi-x")')
        page = notebook.page
        page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
        page.locator(".wb-grey", has_text="First half of a thought").wait_for(timeout=300_000)
        notebook.picture("live")
        page.evaluate("async () => { await window.jupyterapp.commands.execute('notebook:interrupt-kernel'); }")
        page.locator(".wb-state", has_text="stopped").wait_for(timeout=300_000)
        assert page.locator(".wb-grey", has_text="First half of a thought").count() == 1


THOUGHT = "All but nine die, so I look for the number that stays alive. " * 6
ANSWER = """**Nine** sheep are left.

| before | dead | alive |
|---:|---:|---:|
| 17 | 8 | 9 |
"""


def test_replies_stream_and_end_as_one_card_each(open_notebook, page):
    is_seen, both_are_seen = threading.Event(), threading.Event()
    seen = {"until": lambda part: part < 0.5 or is_seen.is_set(), "piece_seconds": 0.02}
    slow = completion(ANSWER, thinking=THOUGHT, **seen)
    both_seen = {**seen, "until": lambda part: part < 0.5 or both_are_seen.is_set()}
    cut = completion(None, thinking=THOUGHT, finish_reason="length", **both_seen)
    with FakeServer({"kimi-x": slow, "small": cut}) as server:
        notebook = open_notebook(
            "stream.ipynb",
            SETUP.format(url=server.base_url) + ";\n%load_ext workbench",
            'wb.ask("How many sheep?", model="fake/kimi-x", max_tokens=400)',
            "%%ask -m fake/kimi-x -m fake/small --max-tokens 90 both\nAll but 9 of 17 sheep die. How many are left?",
            "wb.plan(['a?', 'b?'], models=['fake/kimi-x', 'fake/small'], max_tokens=[90, 400])",
            "print(*both)",
        )
        page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
        page.locator(".wb-grey", has_text="All but nine die").first.wait_for(timeout=300_000)
        is_seen.set()
        page.locator(".wb-card", has_text="fake/small").locator(".wb-grey").wait_for(timeout=300_000)
        notebook.picture("streaming-beside-each-other")
        both_are_seen.set()
        page.locator(".jp-OutputArea-output", has_text="fake/kimi-x fake/small").wait_for(timeout=300_000)
    assert notebook.errors() == []
    assert page.locator(".wb-grey").count() == 0
    assert page.locator(".wb-card").count() == 3
    assert page.locator(".wb-card table").count() == 2
    assert page.locator(".wb-advice", has_text="All 90 tokens went into thinking").count() == 1
    notebook.picture("replies-light")
    notebook.theme("JupyterLab Dark")
    notebook.picture("replies-dark")
    notebook.theme("JupyterLab Light")
    notebook.command("application:toggle-left-area")
    page.set_viewport_size({"width": 460, "height": 1400})
    page.wait_for_timeout(800)
    notebook.picture("replies-narrow")
    too_wide = "() => Array.from(document.querySelectorAll('.wb-card')).some(e => e.scrollWidth > e.clientWidth)"
    page.wait_for_function(f"() => !({too_wide})()")
    page.set_viewport_size({"width": 1280, "height": 1400})
    notebook.command("application:toggle-left-area")
