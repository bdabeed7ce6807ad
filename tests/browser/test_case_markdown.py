"""The Markdown of an answer where a case is opened: laid out as in every card, and never read as HTML."""

from __future__ import annotations

import html
import re
from importlib import resources

from studies import HOSTILE, row

import workbench as wb
from workbench.rows.table import frame
from workbench.show.markdown import model_markdown, plain_text, visible

TEXTS = [
    "plain",
    "two\nlines",
    "**bold** and *em* and `code`, ***both***, **a*b*c**, *a **b** c*",
    "2*3*4 = 24, f(x)*g(x) = 2*(3)*4, a * b, snake_case_word and _em_",
    "# Head\n\ntext\n\nSetext\n===\n\nmore\n---\nend",
    "- a\n- b\n\n  para\n- c",
    "1. x\n2. y\n   - deep\n   - deeper\n3. z",
    "3) three\n4) four",
    "1986. Then",
    "- 5",
    "text\n1986. Not a list\n- a list",
    "> quote\n> more\nlazy\n\nafter",
    "> - a\n> - b\n>\n> c",
    "```python\nx = 1\n  y < 2\n```\nafter\n\n    indented",
    "~~gone~~ and ~kept~",
    "| a | b |\n|---|:-:|\n| 1 | `x\\|y` |\n| 3 |\n\nafter",
    "---\n\na\n***\nb",
    "[link](https://x.example/a_b) and [bad](javascript:alert(1)) and <https://auto.example>",
    "![pic](https://x.example/p.png) <b>html</b> <script>alert(1)</script>",
    "\\(x^2\\) and \\[y\\] and \\* star, &amp; &#65; &unknown;",
    "line  \nbreak\\\nagain",
    "`` a`b `` and `unclosed and **unclosed",
    "**Answer:** 42\n\n**Steps:**\n1. Do *this*\n2. Do `that`",
    "**„Zitat“** und *«x»*, 答案是**“四”**。",
    "1. a\n\n   ```\n   code\n   ```\n2. b",
    "- a\n\t- b\n\t- c",
    "```\n```",
    HOSTILE,
]


def told(page: str) -> str:
    """What of a page is the same however a heading is called and where its source breaks its lines."""
    page = re.sub(r'<p class="heading">(.*?)</p>', r"<h2>\1</h2>", page, flags=re.DOTALL)
    page = re.sub(r"(</?h)[1-6]>", r"\g<1>2>", re.sub(r' (?:class|style|rel)="[^"]*"|</?div[^>]*>', "", page))
    marks = r"\n*(</?(?:p|ul|ol|li|blockquote|table|thead|tbody|tr|th|td|hr|h2|pre|br)(?: [^>]*)?>)\n*"
    return re.sub(marks, r"\1", html.unescape(page)).strip()


def test_a_case_lays_markdown_out_as_the_cards_do(chromium):
    script = resources.files("workbench.reports") / "templates" / "workbench" / "markdown.js"
    page = chromium.new_page()
    page.add_script_tag(content=script.read_text(encoding="utf-8"))
    shown = page.evaluate(
        "texts => texts.map((text) => window.workbenchMarkdown(text).innerHTML)", list(map(visible, TEXTS))
    )
    plain = page.evaluate(
        "texts => texts.map((text) => window.workbenchMarkdown.plain(text))", list(map(visible, TEXTS))
    )
    page.close()
    assert list(map(told, shown)) == [told(model_markdown(text)) for text in TEXTS]
    assert plain == list(map(plain_text, TEXTS))


def test_a_case_shows_its_answer_laid_out_and_as_it_was_written(chromium, tmp_path):
    answer = "The sum:\n\n- **three**\n- `4*2`\n\n[x](javascript:alert(1)) <img src=x onerror=window.hurt=1>"
    wb.report(frame([row(1, True, answer=answer), row(2, False, answer="plain")]), output=tmp_path / "page.html")
    page = chromium.new_page()
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto((tmp_path / "page.html").as_uri())
    assert "The sum: three 4*2" in page.locator("#cases tbody td.text").all_inner_texts()[0]
    page.locator("button.opener").first.click()
    said = page.locator("tr.full .said")
    assert said.locator("li strong").inner_text() == "three"
    assert said.locator("img").count() == said.locator("[href]").count() == 0
    page.get_by_role("button", name="As written").click()
    assert answer.splitlines()[2] in page.locator("tr.full details").nth(1).inner_text()
    page.get_by_role("button", name="As written").click()
    assert said.locator("li").count() == 2
    page.locator("button.opener").nth(1).click()
    assert page.get_by_role("button", name="As written").count() == 1  # nothing is laid out in a plain answer
    assert problems == []
    assert page.evaluate("window.hurt") is None
    page.close()
