"""One question from the command line: of several models, with text that is piped in."""

import json
import os
import subprocess
import sys

import pytest
from commanded import workbench
from fakes.server import FakeServer, completion, error_response

from workbench.cli.asking import text_of
from workbench.errors import InputError


def by_model(request):
    name = request.json["model"]
    if name == "gone":
        return error_response(404, "no such model")
    return error_response(400, "not today") if name == "ill" else completion(f"I am {name}.")(request)


@pytest.fixture
def server(home):
    with FakeServer(by_model) as server:
        (home / "workbench.toml").write_text(f'[providers.fake]\nbase_url = "{server.base_url}"\nfree = true\n')
        yield server


def test_several_models_answer_below_their_names(server):
    done = workbench("ask", "Who?", "-m", "fake/a", "-m", "fake/b")
    assert done.stdout == "fake/a:\nI am a.\n\nfake/b:\nI am b.\n"
    lines = workbench("ask", "Who?", "-m", "fake/a,fake/b", "--json").stdout.splitlines()
    assert [json.loads(line)["answer"] for line in lines] == ["I am a.", "I am b."]
    assert server.hits == 2


def test_one_that_fails_does_not_silence_the_others(server):
    done = workbench("ask", "Who?", "-m", "fake/ill", "-m", "fake/b")
    assert (done.returncode, "I am b." in done.stdout) == (1, True)
    assert "workbench: fake/ill: the provider answered 400: not today" in done.stderr


def test_another_answers_where_the_first_does_not_and_the_answer_says_so(server):
    done = workbench("ask", "Who?", "-m", "fake/gone", "--fallback", "fake/b", "--json")
    told = json.loads(done.stdout)
    assert (told["answer"], told["served_by"], told["model"]) == ("I am b.", "fake/b", "fake/b")


@pytest.mark.parametrize(
    ("arguments", "piped", "asked"),
    [
        (("Sum this up:",), "one\ntwo\n", "Sum this up:\n\none\ntwo"),
        (("Why?",), "", "Why?"),
        (("-",), "Why so?", "Why so?"),
        ((), "Why so?", "Why so?"),
    ],
    ids=["joined", "nothing piped", "a dash", "no question"],
)
def test_piped_text_joins_the_prompt(server, arguments, piped, asked):
    done = subprocess.run(
        [sys.executable, "-m", "workbench", "ask", *arguments, "-m", "fake/a"],
        input=piped,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ,
        timeout=300,
    )
    assert (done.returncode, done.stdout) == (0, "I am a.\n"), done.stderr
    assert server.requests[-1].json["messages"][-1]["content"] == asked


def test_what_is_on_a_terminal_is_not_waited_for(server):
    assert workbench("ask", "Why?", "-m", "fake/a", stdin="never read", terminal=True).stdout == "I am a.\n"
    assert server.requests[-1].json["messages"][-1]["content"] == "Why?"
    assert workbench("ask", terminal=True).returncode == 2


@pytest.mark.parametrize(
    ("piped", "words"),
    [
        (b"caf\xe9 and more", "no text in UTF-8: byte 4 is"),
        (b"PK\x03\x04\0\0", "zero bytes"),
        (b"\xff\xfea", "no text"),
    ],
    ids=["another encoding", "no text at all", "half a letter"],
)
def test_what_is_piped_in_and_is_no_text_is_refused_before_it_is_sent(piped, words):
    with pytest.raises(InputError, match=words):
        text_of(piped)
