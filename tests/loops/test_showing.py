"""A trace to be read: folded, searched, beside another; and harmless whatever model and tools wrote."""

from __future__ import annotations

import json
import re

import pytest
from loops_play import call, calls

import workbench as wb
from workbench.errors import InputError
from workbench.reports.harmless import harmless

HOSTILE = '<script>alert(1)</script><img src=x onerror=alert(2)></details></pre>\u202e"&'


def step(number, **told):
    made = {
        "name": "look",
        "arguments": json.dumps({"at": number}),
        "result": f"drawer {number} is dark",
        "seconds": 0.1,
    }
    return {"step": number, "thinking": f"I try {number}.", "calls": [made], "prompt_tokens": 10, "usd": 0.01, **told}


SIXTY = [*(step(number) for number in range(1, 60)), {"step": 60, "answer": "All **dark**."}]


def row(steps=SIXTY, **told):
    return {"loop_trace": json.dumps(steps), "model": "lab/m", "task_id": "t", "outcome": "answered", **told}


def opened(html):
    """The numbers of the steps that are open."""
    return [int(number) for number in re.findall(r"<details open><summary><b>(\d+)", html)]


def test_steps_are_folded_and_the_last_is_open():
    html = wb.loops.trace(row())._repr_html_()
    assert html.count("<details") == 60
    assert opened(html) == [60]
    assert "<strong>dark</strong>" in html
    assert "<script" not in html


def test_what_is_searched_for_is_open_and_marked():
    html = wb.loops.trace(row(), search="DRAWER 31 ")._repr_html_()
    assert opened(html) == [31, 60]
    assert "<mark>drawer 31 </mark>is dark" in html


def test_two_are_aligned_and_open_where_they_part():
    other = [dict(one) for one in SIXTY[:40]]
    other[6] = step(7, calls=[{"name": "leave", "arguments": "{}", "result": "gone"}])
    card = wb.loops.trace(row(), row(other, model="lab/n"))
    html = card._repr_html_()
    assert (card.difference.step, card.difference.what) == (7, "calls")
    assert opened(html) == [7, 7]
    assert html.count("it has ended") == 20
    assert "part at step 7" in repr(card)
    same = wb.loops.trace(row(), row())
    assert same.difference is None
    assert "the same to the end" in same._repr_html_()


def test_whatever_was_written_is_text():
    made = {"name": HOSTILE, "arguments": HOSTILE, "result": HOSTILE, "problem": HOSTILE}
    hostile = [{"step": 1, "thinking": HOSTILE, "calls": [made], "note": HOSTILE}, {"step": 2, "answer": HOSTILE}]
    for card in (
        wb.loops.trace(row(hostile, model=HOSTILE, task_id=HOSTILE)),
        wb.loops.trace(row(hostile), row(hostile[:1]), search="script"),
    ):
        html = card._repr_html_()
        assert "<script" not in html
        assert "<img" not in html
        assert "\u202e" not in html + repr(card)
        assert html.count("<details") == html.count("</details>")


def test_a_report_keeps_it():
    cleaned = harmless(wb.loops.trace(row(), search="drawer 5 ")._repr_html_())
    assert cleaned.count("<details") == 60
    assert opened(cleaned.replace('open=""', "open")) == [5, 60]


def test_it_saves_itself_as_one_page_that_asks_for_nothing(tmp_path):
    page = wb.loops.trace(row(model=HOSTILE)).save(tmp_path / "trace.html").read_text()
    assert page.startswith("<!doctype html>")
    assert "default-src 'none'" in page
    assert not re.search(r"<script|https?://|<img", page)


def test_a_loop_shows_itself(desk, play):
    play([calls(call("read", name="a"), thinking="Hm."), "It is **1**."])
    loop = wb.loops.run("What is a?", tools=desk.tools, model="scripted/m")
    assert "<strong>1</strong>" in loop._repr_html_()
    assert "read" in repr(wb.loops.trace(loop))
    assert opened(loop._repr_html_()) == [2]


@pytest.mark.parametrize("wrong", [{"model": "m"}, 3, "x"])
def test_what_is_no_loop_is_refused(wrong):
    with pytest.raises(InputError, match="trace"):
        wb.loops.trace(wrong)


def test_a_search_is_a_text():
    with pytest.raises(InputError, match="search"):
        wb.loops.trace(row(), search=3)


def test_a_notebook_shows_the_card_with_its_keys_and_keeps_the_card(monkeypatch):
    card = wb.loops.trace(row(), search="drawer 31 ")
    assert set(card._repr_mimebundle_()) == {"text/plain", "text/html"}
    monkeypatch.setattr("workbench.loops.showing.notebook_shell", object)
    bundle = card._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/html"] == card._keys.card == card._repr_html_()
    assert "<script" not in bundle["text/html"]
    assert card._keys.search == "drawer 31 "
