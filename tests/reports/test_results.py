"""Rows become a page of results: true at any size, safe whatever they hold, written whole or not at all."""

import json
import re

import pytest
from studies import HOSTILE, failed, frame, row

import workbench as wb
from workbench.errors import InputError
from workbench.rows.files import read_rows, write_rows


def study(tasks=12, **more):
    return frame(
        row(
            n, (n * step) % 10 < 8, model=f"p/{model}", usd=usd, usd_spent=usd, seconds=1.0, answer=f"Is {n}.", **more
        )
        for model, usd, step in (("big", 0.25, 1), ("small", 0.125, 3))
        for n in range(tasks)
    )  # fmt: skip


def page_of(rows, tmp_path, **words):
    return wb.report(rows, output=tmp_path / "page.html", **words).path.read_text(encoding="utf-8")


def test_title_author_date_sentence_and_comment_stand_at_the_top(tmp_path):
    page = page_of(study(), tmp_path, title="Which one?", author="Ada L.", comment="Asked in **May**.")
    top = page[page.index("<header>") : page.index("</header>")]
    assert "<h1>Which one?</h1>" in top
    assert "Ada L." in top
    assert re.search(r"\d{1,2} [A-Z][a-z]+ 20\d\d", top)
    assert "Too early to choose: 12 tasks" in top
    assert "<strong>May</strong>" in top


def test_columns_that_say_nothing_go(tmp_path):
    free = page_of(study().assign(usd=0.0, usd_spent=0.0, seconds=None), tmp_path)
    assert "all free of charge" in free
    assert '<th scope="col">1,000 tasks</th>' not in free
    assert '<th scope="col">A reply takes, median</th>' not in free
    assert ">USD<" not in free
    assert '<th scope="col">1,000 tasks</th>' in page_of(study(), tmp_path)


def test_every_link_inside_leads_somewhere(tmp_path):
    page = page_of(study(), tmp_path)
    anchors = set(re.findall(r'\bid="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= anchors
    assert "://" not in re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)


def test_counts_and_dollars_are_those_of_all_rows_however_many_there_are(tmp_path):
    rows = study(3000)
    made = wb.report(rows, output=tmp_path / "page.html")
    page = made.path.read_text(encoding="utf-8")
    assert "6,000" in page
    assert "$1,125.00 recorded" in page
    assert "carries the texts of 5,000" in page[: page.index("</header>")]
    assert made.rows_path is not None
    assert made.rows_path.name in page[: page.index("</header>")]
    assert read_rows(made.rows_path).equals(rows)
    fields = json.loads(re.search(r'id="grid-data">(.*?)</script>', page)[1])["fields"]
    assert len(fields) == 6000
    assert fields.count("0") == int(rows["correct"].sum())


def test_small_pages_have_no_file_beside_them(tmp_path):
    made = wb.report(study(), output=tmp_path / "page.html")
    assert made.rows_path is None
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_a_file_of_rows_is_read(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = wb.report(write_rows(study(), "mine.jsonl")).path
    assert path.as_posix() == "reports/mine.html"
    assert "p/big" in path.read_text(encoding="utf-8")


def test_hostile_text_is_shown_as_text(tmp_path):
    hostile = "</script><script>alert(1)</script>" + HOSTILE
    rows = study().assign(
        answer=hostile, task_question=hostile, task_target=hostile, prompt=hostile, error_message=hostile
    )
    rows["model"] = rows["model"] + hostile
    page = page_of(rows, tmp_path, title=hostile, author=hostile, comment=hostile)
    assert page.count("<script") == 3
    assert "\x1b" not in page
    assert "alert(1)</script>" not in page


def test_the_markdown_of_answers_is_laid_out_and_none_of_the_page_s_own(tmp_path):
    answer = "# Sum\n\n**Nine** of 2*3*4\n\n- one\n" + "so " * 300
    page = page_of(study().assign(answer=answer), tmp_path)
    telling = page[page.index('<ol class="telling">') : page.index('aria-labelledby="every-task"')]
    assert '<p class="heading">Sum</p>\n<p><strong>Nine</strong> of 2*3*4</p>' in telling
    assert re.search(r'<p class="more">… \(\d+ more characters\)</p>', telling)
    assert "<h1" not in telling
    assert page.count("<h1") == 1


def test_when_all_calls_failed_the_reason_stands_at_the_top(tmp_path):
    rows = frame(failed(n, error="AuthError", error_message="401: OPENAI_API_KEY is refused") for n in range(4))
    top = page_of(rows, tmp_path).partition("<h1>")[0]
    assert "4 × AuthError of m: 401: OPENAI_API_KEY is refused" in top


@pytest.mark.parametrize("place", ["answer", "title", "comment"])
def test_a_key_is_refused_and_nothing_is_written(tmp_path, place):
    key = "sk-" + "abcdefghijklmnop12345"
    rows, words = study(), {}
    if place == "answer":
        rows.loc[3, "answer"] = f"my key is {key}"
    else:
        words = {place: f"with {key}"}
    with pytest.raises(InputError, match=place):
        wb.report(rows, output=tmp_path / "page.html", **words)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("rows", "output", "said"),
    [
        (frame([]), "page.html", "no rows"),
        (study().drop(columns="correct"), "page.html", "correct"),
        (study(), "page.pdf", "end .* in .html"),
        (study(), "nowhere/deep/page.html", None),
    ],
    ids=["none", "a column less", "no page", "a new folder"],
)
def test_what_cannot_be_reported_is_said_before_anything_is_written(tmp_path, rows, output, said):
    if said is None:
        assert wb.report(rows, output=tmp_path / output).path.is_file()
        return
    with pytest.raises(InputError, match=said):
        wb.report(rows, output=tmp_path / output)
    assert list(tmp_path.iterdir()) == []


ODD = {
    "one task": [row(0, model="a"), row(0, False, model="b")],
    "one row": [row(0)],
    "no targets": [row(n, None, task_target=None) for n in range(3)],
    "unsure": [row(n, n < 5, sure=n % 2 == 0) for n in range(9)],
    "judged": [row(n, n < 5, evidence="judge", why="the judge p/j says: good") for n in range(9)],
    "repeats": [row(n, (n + sample) % 2 == 0, sample=sample) for n in range(5) for sample in range(3)],
    "efforts": [row(n, n < 5, effort=effort) for n in range(9) for effort in ("low", "high")],
    "unpriced": [row(n, model=model, usd=usd) for n in range(9) for model, usd in (("a", None), ("b", 0.5))],
    "uneven": [row(n, model="a") for n in range(9)] + [row(0, model="b")],
    "no model": [{name: value for name, value in row(n).items() if name != "model"} for n in range(3)],
    "lone surrogate": [row(0, answer="half \ud83c", task_question="\ud83c?")],
}


@pytest.mark.parametrize("records", ODD.values(), ids=ODD.keys())
def test_rows_of_every_kind_make_a_page(records, tmp_path):
    page = page_of(frame(records), tmp_path)
    assert "nan" not in re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL)
    assert page.count('class="lead"') == 1


def test_many_rows_are_one_page(tmp_path):
    rows = frame(
        row(n, (n + m) % 3 > 0, model=f"m{m}", answer=f"{n} {m} " * 40, usd=0.1, seconds=1.0)
        for n in range(3000)
        for m in range(4)
    )
    wb.report(rows, output=tmp_path / "page.html")
    assert "12,000" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_what_raters_preferred_stands_on_the_page_where_some_did(tmp_path):
    rows = study()
    rows["answer"] = rows["model"] + " says " + rows["answer"]
    assert "What raters preferred" not in page_of(rows, tmp_path)
    ratings = wb.rate(rows, 8)
    for place, pair in enumerate(ratings.pairs):
        ratings.rate(place, "left" if rows["model"].iloc[pair.left] == "p/big" else "right")
    page = page_of(ratings.rows, tmp_path)
    assert "Raters preferred p/big to p/small. It won 100\N{NO-BREAK SPACE}%" in page
    assert 'href="#preferred"' in page
    assert "agreement with the scorer" in page


def test_the_answer_stands_before_the_buttons_in_short_lines(tmp_path):
    page = page_of(study(40), tmp_path)
    assert page.index('id="recommendation"') < page.index("<button")
    assert re.search(r"<dt>Right</dt><dd>\d+ of 40 tasks", page)
    assert re.search(r"no less \[\d+ more to \d+ less\]: not settled", page.replace("\N{NO-BREAK SPACE}", " "))


def test_tokens_in_and_out_are_told_and_what_a_server_adds(tmp_path):
    rows = study(40)
    rows["prompt_tokens"] = [540 if model == "p/big" else 40 for model in rows["model"]]
    page = page_of(rows, tmp_path)
    assert "Tokens in · out, mean" in page
    assert "The server of p/big adds about 500 tokens to every prompt" in page[: page.index("</header>")]


def test_kinds_are_tabled_and_tags_of_thinking_are_said_in_words(tmp_path):
    page = page_of(study(40).assign(task_kind="sum", answer="Four.\n</think>\n\nFour."), tmp_path)
    rows = study(40)
    rows["task_kind"] = ["sum" if n % 2 else "word" for n in range(len(rows))]
    assert re.search(r'<th scope="row">sum</th><td>\d+ of 20</td><td>\d+ of 20</td>', page_of(rows, tmp_path))
    assert "Four. (here a tag ends thinking) Four." in page
    assert "&lt;/think&gt;" not in page[: page.index('aria-labelledby="every-task"')]


def test_the_section_is_named_by_what_its_axis_holds(tmp_path):
    free = page_of(study().assign(usd=0.0, usd_spent=0.0), tmp_path)
    assert "Accuracy against time</h2>" in free
    assert "nothing faster beats" in free
    assert "Accuracy against cost</h2>" in page_of(study(), tmp_path)
