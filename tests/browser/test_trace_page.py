"""The steps of a loop on a page of results: searched, walked by key, beside another loop."""

from __future__ import annotations

import json
import re
from importlib import resources

import workbench as wb
from workbench.rows.table import frame


def loop(model, reads, more=""):
    def read(line):
        return [{"name": "read", "arguments": json.dumps({"line": line}), "result": f"row <b>{line}</b>{more}"}]

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
    page.emulate_media(media="print")  # what was opened is printed, all of it
    assert trace.locator("pre", has_text="row <b>44</b>").first.is_visible()
    assert not page.locator("table.cases > tbody > tr").nth(2).is_visible()
    page.close()


KEYS = """<!doctype html><meta charset="utf-8"><style>:root{color-scheme:light dark}</style><div id="cell"></div>
<script type="module">%s
const told = %s;
render({model: {get: (name) => told[name]}, el: document.getElementById("cell")});
</script>"""


def test_the_card_of_a_notebook_is_searched_walked_and_folded_by_key(chromium, tmp_path):
    """The script that a notebook runs, with the card that Python made; hostile texts stay texts."""
    hostile = {"step": 62, "answer": "</details><img src=x onerror=window.hurt=1><script>window.hurt=1</script>"}
    row = loop("a", range(60))
    row["loop_trace"] = json.dumps([*json.loads(row["loop_trace"]), hostile])
    script = (resources.files("workbench.loops") / "keys.js").read_text(encoding="utf-8")
    told = json.dumps({"card": wb.loops.trace(row)._repr_html_(), "search": ""}).replace("</", "<\\/")
    (tmp_path / "cell.html").write_text(KEYS % (script.replace("export default", "void"), told), encoding="utf-8")
    page = chromium.new_page(viewport={"width": 390, "height": 900}, color_scheme="dark")
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto((tmp_path / "cell.html").as_uri())
    focused = "document.activeElement.innerText"
    page.locator("summary").first.focus()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    assert "row <b>1</b>" in page.locator("details").nth(1).inner_text()
    page.keyboard.press("End")
    assert page.evaluate(focused).startswith("62")
    page.keyboard.press("/")
    page.keyboard.type("row <b>4")
    assert page.locator("[role=status]").inner_text() == "11 of 62 steps hold it"
    page.keyboard.press("Enter")
    page.keyboard.press("n")
    assert page.evaluate(focused).startswith("41 read(line=40)")
    page.keyboard.press("N")
    assert page.evaluate(focused).startswith("5 read(line=4)")
    page.keyboard.press("o")
    assert page.locator("details[open]").count() == 62
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("window.hurt") is None
    assert errors == []
    page.close()


def test_a_mailed_trace_is_printed_with_all_that_is_folded(chromium, tmp_path):
    wb.loops.trace(loop("a", range(30))).save(tmp_path / "trace.html")
    page = chromium.new_page()
    page.goto((tmp_path / "trace.html").as_uri())
    folded = page.locator("details").nth(3).locator("pre").first
    assert not folded.is_visible()
    page.emulate_media(media="print")
    assert folded.is_visible()
    page.close()


def test_sixty_steps_are_printed_on_a_few_pages_and_what_is_cut_is_counted(chromium, tmp_path):
    row = loop("a", range(60), more="\n0123456789" * 200)
    wb.report(frame([row, loop("b", range(60))]), output=tmp_path / "page.html")
    wb.loops.trace(row).save(tmp_path / "trace.html")
    for name, step in (("page.html", ".trace-step"), ("trace.html", ".wb-trace details")):
        page = chromium.new_page()
        page.goto((tmp_path / name).as_uri())
        if name == "page.html":
            page.locator("button.opener").first.click()
        page.locator(f"{step} summary").first.click()
        whole, brief = (page.locator("details pre", has_text=text).first for text in ("0123456789", "are not printed"))
        assert (whole.is_visible(), brief.is_visible()) == (True, False)
        pages = len(re.findall(rb"/Type\s*/Page\b", page.pdf(format="A4", prefer_css_page_size=True)))
        page.emulate_media(media="print")
        assert (whole.is_visible(), brief.is_visible()) == (False, True)
        assert "characters more are not printed]" in brief.inner_text()
        assert pages <= 8
        page.close()
