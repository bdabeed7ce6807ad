"""A call in a notebook cell: what is shown while it runs, what a saved notebook keeps; in a real kernel."""

from __future__ import annotations

import functools
import re

import pytest
from fakes.server import FakeServer, completion
from fakes.server.bodies import chunk, event_bytes
from fakes.server.responses import HANG, error_response, sse_response
from kernel import connected, html_of, saved_outputs, shown_while_it_runs, words_of

from workbench.replies.live import LiveReplies
from workbench.replies.pieces import Piece


@pytest.fixture
def run(shared_kernel):
    return functools.partial(saved_outputs, shared_kernel)


def test_the_saved_form_is_the_card_alone(run):
    with FakeServer(completion("It is **9**.", thinking="All but 9 die.")) as server:
        (assigned,) = run(server, 'reply = wb.ask("how many?", model="fake/m")')
    assert len(assigned) == 1
    assert "<strong>9</strong>" in html_of(assigned[0])
    assert "asking" not in words_of(html_of(assigned[0]))


def test_the_value_of_a_cell_is_not_shown_twice(run):
    ask = 'wb.ask("how many?", model="fake/m")'
    cells = [ask, ask, f"reply = {ask}\ndisplay(reply)\nreply", "reply"]
    with FakeServer(completion("It is **9**.")) as server:
        outputs = run(server, *cells)
    assert [len(shown) for shown in outputs] == [1] * len(cells)
    assert all("<strong>9</strong>" in html_of(shown[0]) for shown in outputs)
    assert "kept" in words_of(html_of(outputs[1][0]))


def test_calls_that_the_cell_does_not_make_itself_show_nothing(run):
    code = """import threading, types
judge = types.ModuleType("judge")
exec("def judge(ask): return ask('d?', model='fake/m')", judge.__dict__)
judge.judge(wb.ask)
threading.Thread(target=lambda: wb.ask("a?", model="fake/m")).run()
thread = threading.Thread(target=lambda: wb.ask("b?", model="fake/m")); thread.start(); thread.join()
rows = wb.sweep(["c?"], models="fake/m")
None"""
    with FakeServer(completion("no")) as server:
        (outputs,) = run(server, code)
        assert server.hits == 4
    assert sum('class="wb-card' in html_of(output) for output in outputs) == 1  # that of the main thread


def test_a_loop_does_not_fill_the_page(run):
    with FakeServer(completion("no")) as server:
        (outputs,) = run(server, "for n in range(12): wb.ask(f'{n}?', model='fake/m')")
        assert server.hits == 12
    assert sum('class="wb-card' in html_of(output) for output in outputs) == 5


def test_an_error_shows_the_line_of_the_reader_and_none_of_ours(run):
    code = """def look():
    return wb.ask("how many?", model="fake/m")
look()"""
    with FakeServer(error_response(400, "no such thing")) as server:
        (outputs,) = run(server, code)
    (error,) = outputs
    shown = re.sub(r"\x1b\[[\d;]*m", "", "\n".join(error.traceback))
    assert error.ename == "BadRequest"
    assert '----> 2     return wb.ask("how many?", model="fake/m")' in shown or "return wb.ask(" in shown
    assert "no such thing" in shown
    assert "workbench/" not in shown


def test_it_can_be_switched_off(run, monkeypatch):
    monkeypatch.setenv("WORKBENCH_LIVE", "0")
    with FakeServer(completion("no")) as server:
        assigned, value = run(server, 'reply = wb.ask("a?", model="fake/m")', "reply")
    assert assigned == []
    assert 'class="wb-card' in html_of(value[0])


def test_thinking_comes_first_then_the_answer_and_not_faster_than_an_eye_reads(shared_kernel):
    words = "word " * 120
    heard = []
    answer = completion(
        words,
        thinking=words.replace("word", "thought"),
        piece_seconds=0.01,
        until=lambda part: len(heard) >= int(8 * part),
    )
    with FakeServer(answer) as server, connected(shared_kernel, server) as client:
        shown, _ = shown_while_it_runs(client, 'reply = wb.ask("how many?", model="fake/m")', hear=heard.append)
    times = [moment for moment, _ in shown]
    assert len(shown) > 5
    assert len(shown) <= 10 * (times[-1] - times[0]) + 2
    thinking = next(place for place, (_, text) in enumerate(shown) if "thought" in text)
    answering = next(place for place, (_, text) in enumerate(shown) if "word" in text)
    assert thinking < answering < len(shown) - 1
    assert "bought" in shown[-1][1]


def test_an_interrupt_ends_the_call_and_what_arrived_stays(shared_kernel):
    begun = event_bytes(chunk({"reasoning_content": "First half of a thought"}, model="m"))
    with FakeServer(sse_response((begun, HANG))) as server, connected(shared_kernel, server) as client:
        stopped = []

        def stop(text):
            if "First half" in text and not stopped:
                stopped.append(text)
                shared_kernel.interrupt_kernel()

        shown, content = shown_while_it_runs(client, 'reply = wb.ask("how many?", model="fake/m")', hear=stop)
    assert content["ename"] == "KeyboardInterrupt"
    assert "threading.py" not in "".join(content["traceback"])
    assert shown[-1][1] == "fake/m stopped First half of a thought"


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


def test_what_is_waited_for_is_said_until_something_comes():
    live = LiveReplies(["one", "two"], [lambda: "the engine is starting", str])
    pages = [str(side.html(1.0, alone=False)) for side in live._sides]
    assert "the engine is starting, 1.0 s" in pages[0]
    assert "asking, 1.0 s" in pages[1]
    live.hearer(0)(Piece("answer", "9"))
    live._sides[0].take()
    assert "engine" not in str(live._sides[0].html(1.5, alone=False))
