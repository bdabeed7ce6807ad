"""`%%ask`: what lands in the variable, what is shown, and what bad input says; in a real kernel."""

from __future__ import annotations

import functools
import json

import pytest
from fakes.server import FakeServer, completion
from fakes.server.responses import error_response
from kernel import html_of, saved_outputs, words_of

ASK = "%load_ext workbench"
BAD_LINES = {
    "-m nowhere/m": "unknown provider 'nowhere'",
    "-m fake/m 9lives": "'9lives' cannot be the name of a variable",
    "-m fake/m class": "'class' cannot be the name of a variable",
    "-m fake/m --max-tokens 0": "max_tokens is 0",
    "-m fake/m --max-tokens many": "invalid int value: 'many'",
    "-m fake/m -s 'open": "no closing quotation",
    "-m fake/m one two": "unrecognized arguments: two",
    "": "-m/--model",
}
EMPTY = {"%%ask -m fake/m\n": "the cell body is empty", "%%ask -m fake/m\n \n": "prompt"}


@pytest.fixture
def run(shared_kernel):
    return functools.partial(saved_outputs, shared_kernel)


def test_the_magic_puts_a_reply_into_a_variable(run):
    with FakeServer(completion("It is 9.")) as server:
        outputs = run(
            server,
            ASK,
            '%%ask -m fake/m --max-tokens 50 -s "Be terse." sheep\nHow many?',
            "print(sheep.answer, sheep.max_tokens)",
        )
        sent = json.loads(server.requests[0].body)
    assert outputs[2][0].text == "It is 9. 50\n"
    assert sent["messages"] == [{"role": "system", "content": "Be terse."}, {"role": "user", "content": "How many?"}]
    assert len(outputs[1]) == 1


def test_several_models_stand_beside_each_other(run):
    with FakeServer(completion("nine")) as server:
        outputs = run(server, ASK, "%%ask -m fake/a -m fake/b both\nHow many?", "print(sorted(both))")
    assert html_of(outputs[1][0]).count('class="wb-card ') == 2
    assert outputs[2][0].text == "['fake/a', 'fake/b']\n"


def test_bad_input_is_one_sentence_and_sends_nothing(run):
    cells = [f"%%ask {line}\nHow many?" for line in BAD_LINES]
    with FakeServer(completion("nine")) as server:
        _, *shown = run(server, ASK, *cells, *EMPTY)
        assert server.hits == 0
    for line, said, outputs in zip([*BAD_LINES, *EMPTY], [*BAD_LINES.values(), *EMPTY.values()], shown, strict=True):
        (output,) = outputs
        assert output.output_type == "stream", line
        assert said in output.text, line
        assert output.text.startswith("UsageError: "), line
        assert len(output.text.strip().splitlines()) == 1, line


def test_help_is_a_question_mark_away(run):
    with FakeServer(completion("nine")) as server:
        outputs = run(server, ASK, "import IPython\nprint(get_ipython().find_cell_magic('ask').__doc__)")
    assert "--max-tokens" in outputs[1][0].text
    assert "local/smollm2-135m-think" in outputs[1][0].text


def test_one_that_fails_says_so_beside_the_others_and_is_not_in_the_dict(run):
    with FakeServer({"good": completion("nine"), "bad": error_response(400, "no such thing")}) as server:
        outputs = run(server, ASK, "%%ask -m fake/good -m fake/bad both\nHow many?", "print(list(both))")
    assert "nine" in words_of(html_of(outputs[1][0]))
    assert "no such thing" in words_of(html_of(outputs[1][0]))
    assert outputs[2][0].text == "['fake/good']\n"


def test_a_call_that_fails_is_one_sentence_and_leaves_the_variable_alone(run):
    with FakeServer(error_response(400, "no such thing")) as server:
        outputs = run(server, ASK, "reply = 'old'", "%%ask -m fake/m\nHow many?", "print(reply)")
    (output,) = outputs[2]
    said = "UsageError: BadRequest: the provider answered 400: no such thing. The variable reply stays as it was."
    assert output.text.strip() == said
    assert outputs[3][0].text == "old\n"
