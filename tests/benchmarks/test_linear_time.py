"""What comes in, however long and hostile, is read in time that grows with its length and not with the square of it."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from workbench.analysis.thinking import thinking_read
from workbench.asking.wire.merging import Merge
from workbench.providers.conversation import Conversation
from workbench.replies.reading import MessageReader, Reading
from workbench.replies.splitter import Splitter
from workbench.rows.table import frame
from workbench.scorers import limits
from workbench.scorers.choosing.naming import named
from workbench.scorers.choosing.options import Options
from workbench.scorers.matching import one_of
from workbench.scorers.measured import similarity
from workbench.scorers.named import by_name
from workbench.scorers.numerals import numerals
from workbench.scorers.reading import reading
from workbench.scorers.verdicts import verdict_of
from workbench.tasks.tasks import Task, load_tasks

Work = Callable[[int], Callable[[], object]]
"""From a length to what is done with an input of that length."""


def seconds(work: Work, length: int) -> float:
    """The least of three times, each with an input of its own and with no collection of garbage in it."""
    taken = []
    for number in range(3):
        what = work(length + number)
        gc.collect()
        gc.disable()
        started = time.process_time()
        what()
        taken.append(time.process_time() - started)
        gc.enable()
    return max(min(taken), 1e-4)


def grows_with_its_length(work: Work, length: int, times: int = 8) -> None:
    """Linear work takes `times` as long for an input `times` as long, quadratic work the square of that."""
    work(100)()
    short, long = seconds(work, length), seconds(work, length * times)
    print(f"{length:,}: {short:.4f} s, {times} times that: {long:.4f} s")
    assert long / short < times**1.6


def cut(text: str, length: int) -> str:
    return (text * (length // len(text) + 1))[:length]


@pytest.mark.parametrize("eager", [False, True])
@pytest.mark.parametrize("unit", ["<think>" + " " * 50, "<", " ", "<think ", "<|tool_call_begin|>", "</thin"])
def test_tags(unit, eager):
    def work(length):
        text = "<think>" + cut(unit, length)
        splitter, pieces = Splitter(eager=eager), [text[place : place + 100] for place in range(0, len(text), 100)]
        return lambda: ([splitter.feed(piece) for piece in pieces], splitter.close(None))

    grows_with_its_length(work, 50_000)


TEXT = "a hundred letters " * 5
DETAIL = {"type": "reasoning.text", "text": TEXT, "index": 0}
SHAPES = {
    "details": lambda n: [{"reasoning": TEXT, "reasoning_details": [DETAIL]}] * n,
    "tool-arguments": lambda n: [{"tool_calls": [{"index": 0, "function": {"name": "f", "arguments": TEXT}}]}] * n,
    "tags": lambda n: [{"content": "<think>"}, *[{"content": TEXT}] * n, {"content": "</think>9"}],
    "field-then-text": lambda n: [{"reasoning_content": TEXT}] * n + [{"content": TEXT}] * n,
    "field-then-blocks": lambda n: [{"reasoning_content": TEXT}] * n + [{"content": "<think>x</think>"}] * n,
    "said-twice": lambda n: [{"content": "<think>"}] + [{"reasoning_content": TEXT, "content": TEXT}] * n,
    "hostile": lambda n: [{"reasoning_content": "<" * 100}] * n + [{"content": "<|tool_call_begin|>" * 5}] * n,
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_reply_in_pieces(shape):
    def work(pieces):
        deltas = SHAPES[shape](pieces)

        def read():
            merge, reader = Merge(), MessageReader(Reading(), eager=True)
            for delta in deltas:
                reader.feed(merge.add({"choices": [{"index": 0, "delta": delta}]}))
            reader.close("stop")
            whole = MessageReader(Reading())
            whole.feed(merge.body()["choices"][0]["message"])
            whole.close("stop")

        return read

    grows_with_its_length(work, 400, times=10)


TARGETS = {"numeric": "5", "choice": "A", "yes_no": "yes", "json_schema": None}
NAMES = ["automatic", "exact", "numeric", "choice", "yes_no", "contains", "json_schema"]
PIECES = ["\\", "```a\n", "{", "[", '"', "**", "$", "(", "<", "answer: ", "\\boxed{", "A) ", "1,", "1/", "- ", "word "]
PIECES += ["1 ", "<answer>", "a\n", "Answer: ", "1 = ", "wait, ", "答案是", "42 ", "yes ", '{"a":', "Paris"]


@pytest.mark.parametrize("piece", PIECES)
@pytest.mark.parametrize("name", NAMES)
def test_an_answer(name, piece, monkeypatch):
    monkeypatch.setattr(limits, "LIMIT_SECONDS", 60)
    scorer, task = by_name(name), Task("7", "Which? A) x B) y", TARGETS.get(name, "Rome"))

    def work(length):
        answer = cut(piece, length)
        return lambda: scorer(answer, task)

    grows_with_its_length(work, 20_000)  # long enough for the ways of a short answer to be behind it


def test_labels():
    scorer = one_of(["lamp", "fan"])
    grows_with_its_length(lambda length: lambda: scorer(cut("lam ", length), Task("7", "?", "fan")), 20_000)


def test_options_in_one_sentence():
    options = Options(("A", "B"), ("trout", "crow"))

    def work(times):
        answer = reading("A or B is 鱼, " * times)
        return lambda: named(answer, options)

    grows_with_its_length(work, 2_000, times=4)


@pytest.mark.parametrize(
    "piece", ["1", "1 ", "1,", "1/", "1.", "-", "1e", "1^", "\\frac{1}", "{", "½", "1 1/2 ", "x1", ":1"]
)
def test_numbers(piece):
    grows_with_its_length(lambda length: lambda: numerals(piece * length), 750)


@pytest.mark.parametrize("piece", ["-", "verdict", "verdict: ", "verdict:\n", "(", '{"a":', "CORRECT ", "*_ "])
def test_a_verdict(piece):
    grows_with_its_length(lambda length: lambda: verdict_of(cut(piece, length)), 20_000)


@pytest.mark.parametrize("measure", ["rouge_l", "chrf"])
def test_a_text_that_is_compared(measure):
    scorer = similarity(measure, at_least=0.5)

    def work(length):
        text = cut("up and down ", length)
        return lambda: scorer(text, Task("7", "?", text))

    grows_with_its_length(work, 100_000)


def test_a_thought():
    # Values that change, so that nothing is found early and every step has something to do.
    def work(sentences):
        text = " ".join(f"Step {n}: {n} + 4 is {n + 4}, so wait, the answer is {n}." for n in range(sentences))
        row = {"task_id": "1", "model": "m", "outcome": "answered", "correct": True, "thinking": text}
        rows = frame([{**row, "task_target": "4", "task_question": "What is 2 + 2? " * 50}])
        return lambda: thinking_read(rows)

    grows_with_its_length(work, 1_500)


@pytest.mark.parametrize("piece", ["5 ", "so 5? ", "(1, 5) ", "(((5, ", "the answer is 5. ", "B) 5, so B. "])
def test_a_thought_that_says_one_thing_over_and_over(piece):
    def work(length):
        row = {"task_id": "1", "model": "m", "outcome": "answered", "correct": True, "thinking": cut(piece, length)}
        rows = frame([{**row, "task_target": "B" if "B" in piece else "5", "task_question": "Which? A) 4 B) 5"}])
        return lambda: thinking_read(rows)

    grows_with_its_length(work, 10_000)


def test_a_file_of_tasks(tmp_path: Path):
    def work(rows):
        path = tmp_path / f"{rows}.csv"
        path.write_text("id,question,target\n" + "".join(f"{n},what is {n}?,{n}\n" for n in range(rows)))
        return lambda: load_tasks(path)

    grows_with_its_length(work, 1_000)


def test_a_conversation_that_goes_on_measures_only_what_is_new():
    talk = Conversation([{"role": "user", "content": "word " * 20_000} for _ in range(40)])
    started = time.process_time()
    talk.text()
    once = time.process_time() - started
    started = time.process_time()
    for number in range(20):
        talk = talk.followed_by([*talk, {"role": "user", "content": str(number)}], mark=str(number))
        assert talk.size > 0
    taken = time.process_time() - started
    print(f"read once {once:.4f} s, twenty more turns {taken:.4f} s")
    assert taken < max(once, 0.01)
