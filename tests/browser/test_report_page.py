"""The page of a report in a real browser: what a reader does with it, and what hostile text cannot do."""

from __future__ import annotations

import shutil

import nbformat
import pandas as pd
import pytest
from browser.jupyter import ARTEFACTS
from browser.test_hostile_text_in_jupyter import ATTACKS
from fakes.server import FakeServer
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import workbench as wb
from workbench.rows import about
from workbench.rows.table import frame

QUESTIONS = [f"How much is {n} + {n}?" for n in range(60)]


def record(number, model, **changes):
    right = number % 3 != 0 if model == "lab/thinker" else number % 2 == 0
    return {
        "task_id": f"sum-{number}",
        "task_question": QUESTIONS[number],
        "task_target": str(2 * number),
        "model": model,
        "provider": "lab",
        "prompt": "plain",
        "max_tokens": 64,
        "sample": 0,
        "outcome": "answered",
        "correct": right,
        "score": float(right),
        "answer": str(2 * number) if right else "no idea",
        "thinking": f"{number} and {number} again" if model == "lab/thinker" else None,
        "thinking_tokens": 12 if model == "lab/thinker" else 0,
        "thinking_tokens_source": "reported",
        "completion_tokens": 20 + number,
        "usd": 0.001 * number,
        "usd_spent": 0.0,
        "usd_source": "price table 2026-11-01",
        "seconds": 1.5,
        "cached": True,
        "created_at": "2026-11-20T10:00:00+00:00",
        **changes,
    }


def rows_of(**changes):
    rows = frame([record(n, model, **changes) for model in ("lab/plain", "lab/thinker") for n in range(60)])
    known = {
        "tasks": {"source": "/home/someone/sums.csv", "sha256": "ab" * 32},
        "prompts": {"plain": [["user part", "{{ question }}"]]},
    }
    about.remember("sums", known)
    rows["run"] = pd.Series(["sums"] * len(rows), dtype=object)
    return rows


def shown(value):
    """The output of a cell whose last line is `value`, put together as IPython does."""
    data = {"text/plain": repr(value)}
    if hasattr(value, "_repr_html_"):
        data["text/html"] = value._repr_html_()
    if hasattr(value, "_repr_mimebundle_"):
        data |= value._repr_mimebundle_()
    return new_code_cell("value", outputs=[new_output("execute_result", data=data, execution_count=1)])


def figure(rows):
    import io

    picture = io.StringIO()
    wb.plots.cost_accuracy(rows).get_figure().savefig(picture, format="svg")
    data = {"image/svg+xml": picture.getvalue(), "text/plain": "<Axes>"}
    return new_code_cell("wb.plots.cost_accuracy(rows)", outputs=[new_output("display_data", data=data)])


def report(folder, cells):
    source = folder / "study.ipynb"
    nbformat.write(new_notebook(cells=cells), source)
    return wb.export_report(source, output=folder / "page.html", execute=False).path


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    rows = rows_of()
    cells = [
        new_markdown_cell("# Does thinking pay?\n\nBetween $5 and $10 a month; $x^2$ is mathematics."),
        new_markdown_cell("## What came back"),
        shown(wb.summary(rows)),
        figure(rows),
        new_markdown_cell("## The verdict"),
        shown(wb.compare(rows, "lab/thinker", "lab/plain")),
        shown(wb.cases(rows)),
    ]
    return report(tmp_path_factory.mktemp("study"), cells)


@pytest.fixture
def opened(chromium, study):
    contexts = []

    def open_it(path=study, **options):
        context = chromium.new_context(viewport={"width": 1200, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.problems = []
        page.asked = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(f"file://{path}")
        return page

    yield open_it
    for context in contexts:
        context.close()


def count(page):
    return page.locator("#count").inner_text()


def test_the_verdict_and_the_facts_stand_before_everything(opened):
    page = opened()
    top = page.locator("main, header").first
    assert page.locator("header h1").inner_text() == "Does thinking pay?"
    assert page.locator("h1").count() == 1
    assert "lab/thinker" in top.inner_text() or "thinker" in page.locator("header .lead").inner_text()
    facts = page.locator("dl.facts").inner_text()
    assert "60 from sums.csv, SHA-256 abababababab…" in facts
    assert "120, all at hand from an earlier run" in facts
    assert "$3.54 recorded, $0 spent by this run" in facts
    assert page.locator("math").count() == 1
    assert page.problems == []


def test_every_link_of_the_contents_leads_somewhere(opened):
    page = opened()
    anchors = [link.get_attribute("href") for link in page.locator("nav.contents a").all()]
    assert len(anchors) >= 5
    assert all(page.locator(f"[id='{anchor[1:]}']").count() == 1 for anchor in anchors)


def test_cases_are_searched_filtered_sorted_and_paged(opened):
    page = opened()
    assert count(page).startswith("1 to 20 of 120 cases")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Next").click()
    assert count(page).startswith("41 to 60 of 120 cases")
    page.locator("input[name=search]").fill("7 AGAIN")
    assert count(page).startswith("1 to 6 of 6 that match, of 120 cases")
    page.locator("button[type=reset]").click()
    page.wait_for_function("() => document.getElementById('count').textContent.includes('of 120 cases')")
    page.locator("select[name=stands]").select_option("wrong")
    page.locator("select[name=pick-model]").select_option("lab/plain")
    assert count(page).startswith("1 to 20 of 30 that match")
    page.locator("select[name=stands]").select_option("differs")
    assert count(page).startswith("0 that match")
    page.locator("button[type=reset]").click()
    page.get_by_role("button", name="Tokens", exact=True).click()
    page.get_by_role("button", name="Tokens", exact=True).click()
    assert page.locator("th[aria-sort=descending]").inner_text().startswith("Tokens")
    assert page.locator("#cases tbody tr").first.locator("td.number").first.inner_text() == "79"


def test_a_case_opens_in_full_by_keyboard_and_is_copied(opened):
    page = opened(permissions=["clipboard-read", "clipboard-write"])
    page.locator("input[name=search]").fill("how much is 7 + 7?")
    opener = page.locator("button.opener").nth(1)
    opener.focus()
    page.keyboard.press("Enter")
    full = page.locator("tr.full")
    assert opener.get_attribute("aria-expanded") == "true"
    assert "sum-7" in full.inner_text()
    full.locator("summary", has_text="Thinking").click()
    assert "7 and 7 again" in full.inner_text()
    full.locator("details", has_text="Thinking").get_by_role("button", name="Copy").click()
    full.get_by_role("button", name="Copied").wait_for()
    opener.press("Enter")
    assert page.locator("tr.full").count() == 0


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_the_rows_are_saved_from_the_page(opened, tmp_path, kind):
    page = opened()
    with page.expect_download() as download:
        page.locator(f"button[data-save={kind}]").click()
    download.value.save_as(tmp_path / f"rows.{kind}")
    if kind == "jsonl":
        pd.testing.assert_frame_equal(wb.read_rows(tmp_path / "rows.jsonl"), rows_of(), check_like=True)
    else:
        saved = pd.read_csv(tmp_path / "rows.csv", dtype=str)
        wb.write_rows(rows_of(), tmp_path / "ours.csv")
        assert saved["answer"].tolist() == pd.read_csv(tmp_path / "ours.csv", dtype=str)["answer"].tolist()
        assert len(saved) == 120


def test_without_scripts_the_first_cases_can_be_read(opened):
    page = opened(java_script_enabled=False)
    assert page.locator("#cases tbody tr").count() == 50
    assert page.locator("#filters").is_hidden()
    assert page.get_by_text("which is switched off here").is_visible()


@pytest.mark.parametrize(
    "look",
    [
        pytest.param({"color_scheme": "light"}, id="light"),
        pytest.param({"color_scheme": "dark"}, id="dark"),
        pytest.param({"viewport": {"width": 390, "height": 844}}, id="phone"),
    ],
)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_page(chromium, study, look, request):
    from axe_playwright_python.sync_playwright import Axe

    with chromium.new_context(**{"viewport": {"width": 1200, "height": 900}, **look}, bypass_csp=True) as context:
        page = context.new_page()
        page.goto(f"file://{study}")
        page.locator("button.opener").first.click()
        for details in page.locator("details").all():
            details.evaluate("element => { element.open = true }")
        ARTEFACTS.mkdir(exist_ok=True)
        page.screenshot(path=ARTEFACTS / f"report-{request.node.callspec.id}.png", full_page=True)
        found = Axe().run(page)
        assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found.response["violations"]] == []
        width = page.viewport_size["width"]
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not here: apt-get install poppler-utils")
def test_it_prints(opened, tmp_path):
    import subprocess

    page = opened()
    page.pdf(path=tmp_path / "page.pdf")
    text = subprocess.run(["pdftotext", tmp_path / "page.pdf", "-"], capture_output=True, text=True, check=True).stdout
    assert "Does thinking pay?" in text
    assert "The replies are not printed: the page itself has them" in " ".join(text.split())
    assert "Search" not in text
    assert "Save as CSV" not in text


def test_jupyterlab_offers_it_and_serves_it(lab_url, context):
    answer = context.request.get(f"{lab_url}/api/nbconvert")
    assert answer.json()["workbench"]["output_mimetype"] == "text/html"
    page = context.request.get(f"{lab_url}/nbconvert/workbench/01-one-question.ipynb?download=false").text()
    assert "default-src 'none'" in page
    assert "<h1>" in page


HOSTILE = (
    ATTACKS
    + "</details></summary></table></section></main></body></script><!-- <script>window.hacked='comment'</script>\n"
    + "\u202egnihton yas\u202c \x1b[31mred\x1b]0;title\x07\n"
    + "=HYPERLINK(1)\n"
    + "w" * 20_000
)


def test_hostile_text_runs_nothing_requests_nothing_and_breaks_nothing(opened, tmp_path):
    with FakeServer("beacon") as beacon:
        text = HOSTILE.replace("BEACON", f"http://127.0.0.1:{beacon.port}")
        rows = rows_of(
            answer=text, thinking=text, why=text, extracted=text, served_model=text[:300], error_message=text
        )
        rows["task_question"] = text
        rows["task_target"] = text[:400]
        rows["model"] = rows["model"] + text[:200]
        about.remember(text, {"tasks": {"source": text[:300]}, "prompts": {text[:200]: [["user part", text]]}})
        rows["run"] = text
        first, second = rows["model"].unique()
        cells = [
            new_markdown_cell("# " + text.replace("\n", " ")[:500]),
            new_markdown_cell(text),
            shown(wb.summary(rows)),
            shown(wb.compare(rows, first, second)),
            shown(wb.cases(rows)),
            new_code_cell(
                "raw",
                outputs=[
                    new_output("display_data", data={kind: text})
                    for kind in ("text/html", "text/markdown", "text/latex", "text/plain")
                ]
                + [
                    new_output("display_data", data={"application/javascript": text, "text/plain": text}),
                    new_output(
                        "display_data", data={"image/svg+xml": f"<svg xmlns='http://www.w3.org/2000/svg'>{text}"}
                    ),
                    new_output("stream", name="stdout", text=text),
                    new_output("error", ename="Boom" + text[:200], evalue=text, traceback=[text]),
                ],
            ),
            new_markdown_cell("## The end"),
        ]
        path = report(tmp_path, cells)
        page = opened(path)
        page.evaluate("() => document.querySelectorAll('details').forEach(element => { element.open = true })")
        page.locator("button.opener").first.click()
        for link in page.locator("main a").all():
            href = link.get_attribute("href") or ""
            assert not href.startswith(("javascript", "data"))
        page.wait_for_timeout(500)
        assert page.evaluate("() => window.hacked") is None
        assert beacon.requests == []
        assert [url for url in page.asked if not url.startswith("file:")] == []
        assert page.url == f"file://{path}"
        assert page.problems == []
        assert page.locator("main h2", has_text="The end").is_visible()
        assert page.locator("main #how-this-was-run").is_visible()
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 1200
        assert "\x1b" not in page.content()
        kept = page.evaluate("() => JSON.parse(document.getElementById('case-data').textContent).columns.answer.of[0]")
        assert kept == text
