"""A call in a notebook cell: what is shown while it runs, what a saved notebook keeps; in a real kernel."""

from __future__ import annotations

import json
import re

import nbformat
import pytest
from fakes.responses import error_response
from fakes.server import FakeServer, completion
from nbformat.v4 import new_code_cell, new_notebook

from workbench.live import LiveReplies
from workbench.report.execute import execute
from workbench.thinking import Piece

SETUP = """import workbench as wb
wb.add_provider("fake", base_url={url!r}, free=True)
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Run cells in a kernel and give back the outputs that a saved notebook keeps of each."""
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path / "cache"))

    def run_cells(server, *cells):
        notebook = new_notebook(cells=[new_code_cell(SETUP.format(url=server.base_url)), *map(new_code_cell, cells)])
        execute(notebook, folder=tmp_path, timeout_seconds=120, tell=lambda line: None)
        nbformat.validate(notebook)
        return [cell.outputs for cell in notebook.cells[1:]]

    return run_cells


def html_of(output):
    return output.data.get("text/html", "") if "data" in output else ""


def words_of(html):
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]*>", " ", html, flags=re.DOTALL).split())


def test_the_saved_form_is_the_card_alone(run):
    with FakeServer(completion("It is **9**.", thinking="All but 9 die.")) as server:
        (assigned,) = run(server, 'reply = wb.ask("how many?", model="fake/m")')
    assert len(assigned) == 1
    assert "<strong>9</strong>" in html_of(assigned[0])
    assert "asking" not in words_of(html_of(assigned[0]))


def test_the_value_of_a_cell_is_not_shown_twice(run):
    with FakeServer(completion("It is **9**.")) as server:
        outputs, again = run(server, 'wb.ask("how many?", model="fake/m")', 'wb.ask("how many?", model="fake/m")')
    for shown in (outputs, again):
        assert sum("<strong>9</strong>" in html_of(output) for output in shown) == 1
    assert "kept" in words_of(html_of(again[-1]))


def test_calls_that_the_cell_does_not_make_itself_show_nothing(run):
    code = """import threading
threading.Thread(target=lambda: wb.ask("a?", model="fake/m")).run()
thread = threading.Thread(target=lambda: wb.ask("b?", model="fake/m")); thread.start(); thread.join()
rows = wb.sweep(["c?"], models="fake/m")
None"""
    with FakeServer(completion("no")) as server:
        (outputs,) = run(server, code)
        assert server.hits == 3
    assert (
        sum('class="wb-card' in html_of(output) for output in outputs) == 1
    )  # only the first, made in the main thread


def test_a_loop_does_not_fill_the_page(run):
    with FakeServer(completion("no")) as server:
        (outputs,) = run(server, "for n in range(12): wb.ask(f'{n}?', model='fake/m')")
        assert server.hits == 12
    assert sum('class="wb-card' in html_of(output) for output in outputs) == 5


def test_a_failure_leaves_its_words(run):
    with FakeServer(error_response(400, "no such thing")) as server:
        (outputs,) = run(server, 'wb.ask("how many?", model="fake/m")')
    assert "failed" in words_of(html_of(outputs[0]))
    assert outputs[-1].output_type == "error"
    assert outputs[-1].ename == "BadRequest"


def test_hostile_text_is_text_while_it_streams():
    attack = "<script>alert(1)</script></pre></div>\x1b[31m"
    live = LiveReplies([attack])
    hear = live.hearer()
    for kind in ("thinking", "answer"):
        hear(Piece(kind, attack))
    shown = str(live._sides[0].html(1.0, alone=True))
    assert "<script" not in shown
    assert "\x1b" not in shown
    assert "alert(1)" in shown


def test_a_reply_that_begins_anew_drops_what_came_before():
    live = LiveReplies(["m"])
    hear = live.hearer()
    hear(Piece("answer", "old"))
    hear(None)
    hear(Piece("answer", "new"))
    shown = words_of(live._sides[0].html(1.0, alone=True))
    assert "new" in shown
    assert "old" not in shown


def test_a_long_stream_is_kept_short():
    live = LiveReplies(["m"])
    for _ in range(200):
        for _ in range(1000):
            live.hearer()(Piece("thinking", "word "))
        live._sides[0].take()
    assert len(live._sides[0].html(1.0, alone=True)) < 5_000


ASK = "%load_ext workbench"


def test_the_magic_puts_a_reply_into_a_variable(run):
    with FakeServer(completion("It is 9.")) as server:
        outputs = run(
            server,
            ASK,
            "%%ask -m fake/m --max-tokens 50 -s Terse. sheep\nHow many?",
            "print(sheep.answer, sheep.max_tokens)",
        )
        sent = json.loads(server.requests[0].body)
    assert outputs[2][0].text == "It is 9. 50\n"
    assert sent["messages"] == [{"role": "system", "content": "Terse."}, {"role": "user", "content": "How many?"}]
    assert len(outputs[1]) == 1


def test_several_models_stand_beside_each_other(run):
    with FakeServer(completion("nine")) as server:
        outputs = run(server, ASK, "%%ask -m fake/a -m fake/b both\nHow many?", "print(sorted(both))")
    assert html_of(outputs[1][0]).count('class="wb-card ') == 2
    assert outputs[2][0].text == "['fake/a', 'fake/b']\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("-m nowhere/m", "unknown provider 'nowhere'"),
        ("-m fake/m 9lives", "'9lives' cannot be the name of a variable"),
        ("-m fake/m --max-tokens 0", "max_tokens is 0"),
        ("", "-m/--model"),
    ],
)
def test_bad_input_is_one_sentence(run, line, said):
    with FakeServer(completion("nine")) as server:
        outputs = run(server, ASK, f"%%ask {line}\nHow many?")
        assert server.hits == 0
    (output,) = outputs[1]
    assert output.output_type == "stream"
    assert said.lower() in output.text.lower()
    assert "Traceback" not in output.text


def test_help_is_a_question_mark_away(run):
    with FakeServer(completion("nine")) as server:
        outputs = run(server, ASK, "import IPython\nprint(get_ipython().find_cell_magic('ask').__doc__)")
    assert "--max-tokens" in outputs[1][0].text
    assert "local/smollm2-135m-think" in outputs[1][0].text
