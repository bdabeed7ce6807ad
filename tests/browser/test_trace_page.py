"""The steps of a loop on a page of results: searched, walked by key, beside another loop."""

from __future__ import annotations

import json

import workbench as wb
from workbench.rows.table import frame


def loop(model, reads):
    def read(line):
        return [{"name": "read", "arguments": json.dumps({"line": line}), "result": f"row <b>{line}</b>"}]

    calls = [read(line) for line in reads]
    steps = [{"step": number, "thinking": "I look.", "calls": made} for number, made in enumerate(calls, 1)]
    steps.append({"step": len(steps) + 1, "answer": "It is 9."})
    told = {"task_id": "t", "task_question": "What is it?", "model": model, "outcome": "answered", "correct": True}
    return {**told, "loop_steps": len(steps), "loop_trace": json.dumps(steps)}


def test_steps_are_searched_walked_and_set_beside_others(chromium, tmp_path):
    wb.report(frame([loop("a", range(60)), loop("b", [*range(30), 7])]), output=tmp_path / "page.html")
    page = chromium.new_page(viewport={"width": 390, "height": 900})
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((tmp_path / "page.html").as_uri())
    page.locator("button.opener").first.click()
    trace = page.locator(".trace").first
    assert trace.locator("details").count() == 61
    trace.locator("summary").first.focus()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    assert "row <b>1</b>" in trace.locator("details").nth(1).inner_text()
    page.keyboard.press("/")
    page.keyboard.type("<b>44</b>")
    assert trace.locator("details:not([hidden])").count() == 1
    trace.locator("select").select_option(index=1)
    assert "they part at step 31, in the calls" in trace.inner_text()
    assert trace.locator(".trace-parts details[open]").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert errors == []
    page.close()
