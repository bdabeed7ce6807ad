"""Tasks of inference.sh behind `ask`: begun once, followed, fetched after a crash, and priced by what was charged.

The fake was driven once with the vendor's own SDK, inferencesh 0.36.0 from PyPI, in an environment of its own:
`Inference(api_key=…, base_url=server.base_url).tasks.run({"app": …, "input": …})` gave the completed task, and with
`stream=True` its events, also over a stream that broke off. With `wait=False`, and by `get` and `cancel`, it did as it
should, and so did a task that was rejected.
"""

import dataclasses
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from clocks import forward
from fakes.server import FakeServer, completion, error_response
from fakes.tasks import FAILED, REJECTED, Tasks, output, problem

import workbench as wb
from workbench.asking.wire import tasks as room
from workbench.cache.kept import current
from workbench.errors import BadRequest, InputError, NotFound, OutcomeUnknown, QuotaExhausted, StreamError
from workbench.providers.facts import _added, known_providers

LACKING = [{"type": "secret", "key": "KEY_A", "message": "KEY_A is missing"}]
MODEL = "inferencesh-tasks/openrouter/kimi-k2-thinking"


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(room, "FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setenv("INFERENCE_API_KEY", "inf_1234567890abcdef")


def stand_in(server, name="inferencesh-tasks"):
    _added[name] = dataclasses.replace(known_providers()[name], base_url=server.base_url)


def asked(prompt="What is 4 + 5?", **options):
    return wb.ask(prompt, **{"model": MODEL, "reasoning_effort": "high", "max_tokens": 100, **options})


def notes():
    folder = current().folder / "tasks"
    return list(folder.glob("*.json")) if folder.is_dir() else []


def test_a_task_is_a_reply_with_its_thinking_its_counts_and_what_was_charged():
    with Tasks() as server:
        stand_in(server)
        reply = asked(system="Be brief.")
        again = asked(system="Be brief.")
    assert (reply.thinking, reply.answer, reply.outcome) == ("4 and 5.", "Nine.", "answered")
    assert (reply.usd, reply.usd_source) == (0.0005, "provider")
    assert reply.usage.thinking_tokens == 5
    assert reply.usage.cached_prompt_tokens == 4
    assert reply.served_model == "openrouter/kimi-k2-thinking@v7"
    assert reply.request_id == "task0"
    assert again.cached
    assert not notes()
    (task,) = server.tasks.values()
    assert task["input"]["system_prompt"] == "Be brief."
    assert task["input"]["text"] == "What is 4 + 5?"


def test_everything_that_the_app_would_fill_in_is_said_outright():
    with Tasks() as server:
        stand_in(server)
        with pytest.warns(UserWarning, match="give effort= to let it think"):
            wb.ask("Hi", model=MODEL)
    sent = server.tasks["task0"]["input"]
    assert sent["system_prompt"] == "You are a helpful assistant."
    assert {"temperature", "top_p", "max_tokens", "reasoning_effort", "context_size"} <= sent.keys()
    assert sent["reasoning_effort"] == "none"


def test_pieces_come_live_and_the_end_counts_where_it_tells_another_story():
    moved = output(response="Nine.", reasoning="4 and 5.")
    deltas = [{"reasoning": "4 and 5.</think>Nine."}]
    with Tasks(moved, deltas=deltas) as server:
        stand_in(server)
        stream = wb.stream("What is 4 + 5?", model=MODEL, reasoning_effort="high", max_tokens=100)
        pieces = list(stream)
    assert (stream.reply.thinking, stream.reply.answer) == ("4 and 5.", "Nine.")
    assert [piece.text for piece in pieces][-2:] == ["4 and 5.", "Nine."]


def test_a_separator_of_lines_within_a_text_ends_no_line_of_the_stream():
    """The vendor's own reader loses such an update (inferencesh 0.36.0)."""
    thinking = "One.\u2028Two.\x85Three."
    with Tasks(output(reasoning=thinking), deltas=[{"reasoning": thinking}, {"response": "Nine."}]) as server:
        stand_in(server)
        stream = wb.stream("What is 4 + 5?", model=MODEL, reasoning_effort="high", max_tokens=100)
        told = [piece.text for piece in stream]
    assert thinking in told
    assert stream.reply.thinking == thinking


def test_a_stream_that_breaks_off_is_taken_up_again_and_the_task_is_begun_once():
    with Tasks(cuts=2) as server:
        stand_in(server)
        stream = wb.stream("What is 4 + 5?", model=MODEL, reasoning_effort="high", max_tokens=100)
        told = [piece.text for piece in stream]
        assert stream.reply.answer == "Nine."
    assert told[-3:] == ["4 a", "nd 5.", "Nine."]
    assert (len(server.tasks), server.streams) == (1, 3)


@pytest.mark.parametrize("marks", [True, False], ids=["by its mark", "by what it was asked"])
def test_a_run_whose_answer_is_lost_is_found_and_not_bought_again(marks):
    with Tasks(drop=1) as server:
        server.marks_listed = marks
        stand_in(server)
        assert asked().answer == "Nine."
    assert len(server.tasks) == 1


def test_after_a_crash_the_task_is_fetched_and_not_bought_again(tmp_path):
    program = """
        import workbench as wb
        print(wb.ask("What is 4 + 5?", model="inferencesh-tasks/openrouter/kimi-k2-thinking", reasoning_effort="high",
                     max_tokens=100).answer)
    """
    with Tasks() as server:
        server.hold = True
        settings = tmp_path / "workbench.toml"
        settings.write_text(f'[providers.inferencesh-tasks]\nbase_url = "{server.base_url}"\nkey_env = "BOX_API_KEY"\n')
        settings.chmod(0o600)
        environment = {**os.environ, "BOX_API_KEY": "box-1234567890abcdef", "WORKBENCH_CONFIG": str(settings)}
        command = [sys.executable, "-c", textwrap.dedent(program)]
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        server.wait_until(lambda: server.streams == 1)
        process.send_signal(signal.SIGKILL)
        process.wait(60)
        assert len(notes()) == 1
        server.hold = False
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300, check=True)
        assert done.stdout.strip() == "Nine."
    assert len(server.tasks) == 1
    assert not notes()
    billed = [entry["usd"] for entry in current().entries() if entry["billed"] == "yes"]
    assert billed == [0.0005]


@pytest.mark.parametrize(
    ("made", "error", "said"),
    [
        ({"ends": FAILED, "error": "the model refused"}, StreamError, "the model refused"),
        ({"ends": REJECTED, "error": "no balance"}, QuotaExhausted, "no balance"),
        ({"refuse": problem(402, "payment_required", "top up")}, QuotaExhausted, "top up"),
        ({"refuse": problem(422, "validation_error", "text is too long")}, BadRequest, "too long"),
        ({"refuse": problem(404, "not_found", "no such app")}, NotFound, "no such app"),
        (
            {
                "refuse": problem(
                    412, "requirements", "x", errors=[{"type": "secret", "message": "OPENAI_KEY is missing"}]
                )
            },
            BadRequest,
            "the app lacks what it needs: OPENAI_KEY is missing",
        ),
        ({"output": {"image": "a.png"}}, WorkbenchErrors := Exception, "no reply of a model"),
    ],
    ids=["failed", "rejected", "no money", "invalid", "no app", "secrets", "no text"],
)
def test_what_a_task_fails_of_is_told_and_nothing_is_left_behind(made, error, said):
    with Tasks(**made) as server:
        stand_in(server)
        with pytest.raises(error, match=said):
            asked()
    assert not notes()


def test_a_webhook_goes_along_and_changes_no_key():
    with Tasks() as server:
        stand_in(server)
        asked(webhook="https://example.com/hook")
        assert asked().cached
    assert server.tasks["task0"]["webhook"] == "https://example.com/hook"
    with pytest.raises(InputError, match="calls nobody back"):
        wb.ask("x", model="inferencesh/openrouter/kimi-k2-thinking", webhook="https://example.com/hook")


def test_a_prompt_that_is_the_name_of_a_file_stays_a_prompt(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("do not send me")
    with Tasks() as server:
        stand_in(server)
        asked(str(secret))
    assert server.tasks["task0"]["input"]["text"] == str(secret)
    assert not any(b"do not send me" in request.body for request in server.requests)


def test_a_timeout_leaves_the_task_to_be_fetched(monkeypatch):
    put_forward = forward(monkeypatch)
    with Tasks() as server, ThreadPoolExecutor(1) as pool:
        server.hold = True
        stand_in(server)
        call = pool.submit(asked, timeout=240)
        server.wait_until(lambda: server.streams == 1)
        put_forward(240)
        with pytest.raises(OutcomeUnknown):
            call.result()
        assert len(notes()) == 1
        server.hold = False
        assert asked().answer == "Nine."
    assert len(server.tasks) == 1


def test_over_the_openai_dialect_a_cut_is_told_by_the_count():
    usage = {"prompt_tokens": 5, "completion_tokens": 8, "total_tokens": 13}
    with FakeServer(completion("It is", usage=usage)) as server:
        stand_in(server, "inferencesh")
        model = "inferencesh/some/app"
        cut = wb.ask("What is 4 + 5?", model=model, max_tokens=8, reasoning_effort="low")
        whole = wb.ask("What is 4 + 5?", model=model, max_tokens=9, reasoning_effort="low")
    assert (cut.outcome, cut.finish_reason) == ("answer_truncated", "length")
    assert (whole.outcome, whole.finish_reason) == ("answered", "stop")
    sent = server.requests[0].json
    assert (sent["temperature"], sent["top_p"], sent["reasoning_effort"]) == (0.7, 0.95, "low")
    assert sent["messages"][0] == {"role": "system", "content": "You are a helpful assistant."}
    assert json.dumps(sent).count("system") == 1


def test_what_an_app_takes_is_said_in_its_words_and_within_its_bounds():
    choice = {"type": "function", "function": {"name": "add"}}
    form = {"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": "object"}, "strict": True}}
    tool = {"type": "function", "function": {"name": "add", "parameters": {"type": "object"}}}
    with Tasks() as server:
        stand_in(server)
        asked(stop="END", seed=7, presence_penalty=0.5, tools=[tool], tool_choice=choice, response_format=form)
        asked("Another?", tools=[tool], tool_choice="auto", context_size=8_192)
    first, second = (task["input"] for task in server.tasks.values())
    assert (first["stop"], first["seed"], first["presence_penalty"]) == (["END"], 7, 0.5)
    assert first["tool_choice"] == {"mode": "function", "name": "add"}
    assert first["response_format"] == {
        "type": "json_schema",
        "name": "n",
        "json_schema": {"type": "object"},
        "strict": True,
    }
    assert (second["tool_choice"], second["context_size"]) == ({"mode": "auto"}, 8_192)


def test_a_context_that_does_not_hold_the_prompt_is_refused_and_one_that_nobody_can_say_is_warned_of():
    long = "word " * 4_000
    with Tasks() as server:
        stand_in(server)
        with pytest.raises(BadRequest, match="context_size=2,048 holds fewer"):
            asked(long, context_size=2_048)
        assert not server.tasks
        asked(long)
    assert server.tasks["task0"]["input"]["context_size"] == 131_072
    with FakeServer(completion("9")) as server:
        stand_in(server, "inferencesh")
        with pytest.raises(BadRequest, match="takes no context_size"):
            asked(model="inferencesh/some/app", context_size=8_192)
        with pytest.warns(UserWarning, match="Ask inferencesh-tasks/some/app instead"):
            rows = wb.sweep(["Hi", long], models=["inferencesh/some/app"], max_tokens=9, reasoning_effort="low")
    assert len(rows) == 2


def test_a_lost_run_is_found_behind_a_hundred_later_tasks():
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    with Tasks(drop=1) as server:
        stand_in(server)
        server.others = [{"id": f"other{n}", "created_at": now, "metadata": {"workbench": "x"}} for n in range(150)]
        assert asked().answer == "Nine."
    assert len(server.tasks) == 1


def test_the_edge_gives_up_on_what_goes_on_behind_it():
    with FakeServer(error_response(524, "A timeout occurred")) as server:
        stand_in(server, "inferencesh")
        with pytest.raises(OutcomeUnknown):
            asked(model="inferencesh/some/app")
    assert server.hits <= 2
