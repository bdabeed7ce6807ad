"""The page of results in a browser: the grid opens replies, nothing is wider than a phone, axe finds nothing."""

import pytest
from studies import HOSTILE, exhausted, row

import workbench as wb
from workbench.rows.table import frame


def rows_of(tasks):
    rows = [
        row(n, (n * step) % 7 > 1, model=f"lab/{model}", provider="lab", usd=usd, seconds=1.0, answer=f"It is {n}.",
            thinking=f"Let me think of {n}.", task_kind=("sum", "word")[n % 2])
        for model, usd, step in (("thinker", 0.01, 1), ("plain", 0.001, 3))
        for n in range(1, tasks)
    ]  # fmt: skip
    more = {"provider": "lab", "answer": HOSTILE, "task_question": HOSTILE}
    return frame([*rows, exhausted(0, model="lab/thinker", **more), row(0, False, model="lab/plain", **more)])


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    return wb.report(rows_of(40), output=tmp_path_factory.mktemp("small") / "page.html", author="Ada").path


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    return wb.report(rows_of(4000), output=tmp_path_factory.mktemp("large") / "page.html").path


@pytest.fixture
def opened(chromium):
    contexts = []

    def open_it(path, **options):
        context = chromium.new_context(**{"viewport": {"width": 1080, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.problems, page.asked = [], []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.on("console", lambda message: page.problems.append(message.text))
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(f"file://{path}")
        return page

    yield open_it
    for context in contexts:
        context.close()


def test_a_field_of_the_grid_opens_its_reply_and_closes_it(opened, small):
    page = opened(small)
    page.locator("#grid button").nth(4).click()
    full = page.locator("#grid tr.full")
    assert full.count() == 1
    assert "It is " in full.inner_text()
    page.locator("#grid button").nth(4).click()
    assert full.count() == 0
    page.select_option("[name=grid-show]", "none")
    assert page.locator("#grid button.error, #grid td.right").count() == 0
    assert (page.problems, len(page.asked)) == ([], 1)


def test_of_a_large_page_every_field_is_there_and_says_where_its_reply_is(opened, large):
    page = opened(large)
    assert "8,000 rows" in page.locator(".left-out").inner_text()
    assert "of 4,000 tasks" in page.locator("#grid-count").inner_text()
    while page.locator("#grid-pages [data-page='1']").is_enabled():
        page.evaluate("document.querySelector('#grid-pages [data-page=\"1\"]').click()")
    said = []
    for place in range(0, 50, 2):
        page.locator("#grid td.field button").nth(place).click()
        said.append(page.locator("#grid tr.full").first.inner_text())
    assert any("in the file of all rows beside it" in text for text in said)
    assert any("It is " in text for text in said)
    assert page.problems == []


@pytest.mark.parametrize(
    "look",
    [{}, {"color_scheme": "dark"}, *({"viewport": {"width": width, "height": 900}} for width in (390, 700))],
    ids=["light", "dark", "390 px", "700 px"],
)  # fmt: skip
def test_axe_finds_nothing_and_nothing_is_wider_than_the_page(opened, small, look):
    from axe_playwright_python.sync_playwright import Axe

    page = opened(small, bypass_csp=True, **look)
    for details in page.locator("details").all():
        details.evaluate("element => { element.open = true }")
    found = Axe().run(page)
    assert [(each["id"], each["nodes"][0]["html"][:300]) for each in found.response["violations"]] == []
    assert page.evaluate("() => document.documentElement.scrollWidth") <= page.viewport_size["width"]


def test_without_its_script_the_page_says_what_matters(opened, small):
    page = opened(small, java_script_enabled=False)
    text = page.locator("body").inner_text()
    assert "looks best" in text or "take" in text.lower()
    assert page.locator("#grid tbody tr").count() == 25


def test_a_link_to_a_fold_opens_it(opened, small):
    page = opened(small)
    assert page.locator("#how-sure").get_attribute("open") is None
    page.locator('.note a[href="#how-sure"]').click()
    page.locator("#how-sure[open]").wait_for()
    assert page.problems == []
