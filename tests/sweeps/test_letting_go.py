"""Long texts that were bought stand in the store: the table says the same, whether it holds them or fetches them."""

import itertools
import json
import pickle
import shutil

import pandas as pd
import pytest
from capped import TASKS as COUNTED
from capped import tokenwise
from fakes.server import FakeServer, Response, completion, error_response
from fakes.wordings.dialects import CASES
from pandas.testing import assert_series_equal

import workbench as wb
from workbench.cache.kept import Cache
from workbench.errors import StoreError
from workbench.rows import growing
from workbench.sweeps import figures, letting_go
from workbench.testing import scripted

OF_THE_CLOCK = [
    *("run", "seconds", "seconds_to_first_token", "seconds_to_answer", "created_at"),
    *("loop_seconds_in_model", "loop_seconds_in_tools", "loop_trace"),
]
HALF = "half a character: \ud83d, and its other half \ude00."
ODD = [
    {"content": HALF, "reasoning_content": "a \x00 within " * 40},
    {"content": "<think>It is 17 less 8.</think>\n\nIt is 9."},
    {"content": "It is 9.</think>9"},
    {"content": None, "reasoning_content": "never an answer"},
    {"content": "", "reasoning_content": ""},
    {"content": [{"type": "thinking", "thinking": "in parts"}, {"type": "text", "text": "9"}]},
    {"content": None, "refusal": "I will not say it."},
    {"content": "9", "reasoning": "9"},
    {"content": '"content": "8"', "reasoning_content": '"}],"response":{"content":"8"}'},
    {"content": " 9 \r\n\u2028 9 ", "reasoning_content": "\u202e turned, \ufeff and \ue000"},
    {"content": None, "tool_calls": [{"id": "c", "type": "function", "function": {"name": "f", "arguments": "{}"}}]},
    {"content": "<tool_call>{\"name\": \"f\", \"arguments\": {}}</tool_call>"},
    {"content": "9", "reasoning_details": [{"type": "reasoning.encrypted", "data": "xyz"}]},
]  # fmt: skip
"""Messages as some server sends them, and as none should."""


def odd(request):
    number = int(request.prompt.split()[0])
    if number >= len(ODD):
        return error_response(400, "too far")
    body = {"id": "1", "model": f"m-{number % 3}", "usage": {"prompt_tokens": 3, "completion_tokens": 40 + number}}
    finish = "length" if number % 4 == 3 else "stop"
    choice = {"index": 0, "message": {"role": "assistant", **ODD[number]}, "finish_reason": finish}
    return Response((json.dumps({**body, "choices": [choice]}).encode(),))


TASKS = [
    {"id": f"t{n}", "question": f"{n} is odd?", "target": "9", "said": ["a", n], "kind": None if n % 3 else "third"}
    for n in range(len(ODD) + 1)
]


@pytest.fixture
def letting_go_of_all(monkeypatch):
    monkeypatch.setattr(letting_go, "MOST_HELD_BYTES", 0)
    monkeypatch.setattr(letting_go, "LONG", 0)


def held_and_let_go(monkeypatch, tmp_path, buy):
    """The rows of a sweep that holds all it buys, and of one that holds none of it, each into a store of its own."""
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path / "held"))
    held = buy()
    monkeypatch.setenv("WORKBENCH_CACHE", str(tmp_path / "let go"))
    with monkeypatch.context() as patch:
        patch.setattr(letting_go, "MOST_HELD_BYTES", 0)
        patch.setattr(letting_go, "LONG", 0)
        patch.setattr(growing, "ROWS_TOGETHER", 5)
        return held, buy()


def assert_the_same(let_go, held):
    assert held["thinking"].dtype == held["answer"].dtype == object
    assert [*let_go.columns] == [*held.columns]
    for name in held.columns:
        if name in ("thinking", "answer"):
            assert let_go[name].isna().tolist() == held[name].isna().tolist()
            assert let_go[name].fillna("").tolist() == held[name].fillna("").tolist()
        elif name not in OF_THE_CLOCK:
            assert_series_equal(let_go[name], held[name])
        else:
            assert let_go[name].dtype == held[name].dtype


def assert_let_go(rows, name="thinking"):
    assert rows[name].dtype == "kept text"
    assert rows[name].array.all_elsewhere


OPTIONS = {
    "plain": {},
    "repeats": {"repeats": 3},
    "marked by two": {"scorer": ["exact", "contains"]},
    "marked by a function": {"scorer": lambda answer, task: len(answer) / 100},
    "of several caps and prompts": {
        "max_tokens": [50, 90],
        "prompts": {"a": "{{ question }}", "b": "{{ question }} Please."},
    },
}


@pytest.mark.parametrize("streams", [False, True], ids=["whole", "streamed"])
@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
def test_rows_of_odd_replies_are_the_same(options, streams, monkeypatch, tmp_path, quick):
    with FakeServer(odd) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True, streams=streams)

        def buy():
            return wb.sweep(pd.DataFrame(TASKS), models="fake/m", **options)

        held, let_go = held_and_let_go(monkeypatch, tmp_path, buy)
        assert_let_go(let_go)
        assert_let_go(let_go, "answer")
        assert_the_same(let_go, held)
        assert_the_same(wb.rescore(let_go, "contains"), wb.rescore(held, "contains"))


@pytest.mark.parametrize("streams", [False, True], ids=["whole", "streamed"])
def test_rows_of_every_wording_are_the_same(streams, monkeypatch, tmp_path, quick):
    def say(request):
        case = CASES[int(request.prompt.split()[0])]
        return case(request)

    questions = [{"question": f"{number} is a wording?", "target": "Nine"} for number in range(len(CASES))]
    with FakeServer(say) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True, streams=streams)
        held, let_go = held_and_let_go(monkeypatch, tmp_path, lambda: wb.sweep(questions, models="fake/m"))
    assert_the_same(let_go, held)
    assert let_go["thinking"].dtype == "kept text"


def test_what_another_model_answered_stays_in_the_table(monkeypatch, tmp_path, quick):
    with FakeServer(
        {"first": error_response(404, "no such model"), "second": completion("9", thinking="so " * 99)}
    ) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        held, let_go = held_and_let_go(
            monkeypatch,
            tmp_path,
            lambda: wb.sweep(["8 + 1?", "4 + 5?"], models="fake/first", fallback="fake/second"),
        )
    assert_the_same(let_go, held)
    assert let_go["thinking"].dtype == object


def test_what_is_cut_from_a_reply_stays_in_the_table(monkeypatch, tmp_path):
    with FakeServer(tokenwise()) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        held, let_go = held_and_let_go(
            monkeypatch,
            tmp_path,
            lambda: wb.sweep(pd.DataFrame(COUNTED), models="fake/m", max_tokens=[4, 9, 40], caps="cut"),
        )
    assert_the_same(let_go, held)
    derived = let_go["derived"].to_numpy(bool)
    assert_let_go(let_go[~derived])
    assert not let_go["thinking"][derived].array.all_elsewhere


def test_loops_hold_their_texts(monkeypatch, tmp_path):
    def look(place: str) -> str:
        """Look there."""
        return f"nothing in the {place}"

    def say(asked):
        if "nothing" in str(asked.messages[-1]):
            return {"thinking": "Nothing there. " * 30, "answer": "Nothing. " * 30}
        return {"thinking": "I look. " * 40, "tool_calls": [{"name": "look", "arguments": {"place": "barn"}}]}

    with scripted(say):
        held, let_go = held_and_let_go(
            monkeypatch, tmp_path, lambda: wb.sweep(["Where?", "And where?"], models="scripted/m", tools=[look])
        )
    assert_the_same(let_go, held)


def thoughtful(asked):
    return {"thinking": f"{asked.prompt} " * 60, "answer": f"{asked.prompt} {next(NUMBERS)}"}


NUMBERS = itertools.count()


@pytest.mark.usefixtures("letting_go_of_all")
def test_one_question_of_two_tasks_that_is_bought_anew_keeps_what_each_was_answered():
    with scripted(thoughtful):
        rows = wb.sweep(["Why?", "Why?"], models="scripted/m", concurrency=1, refresh=True)
    assert rows["key"].nunique() == 1
    assert rows["answer"].nunique() == 2


@pytest.mark.usefixtures("letting_go_of_all")
def test_a_reply_that_lost_its_key_to_another_stays_in_the_table(monkeypatch):
    keep = Cache.keep

    def too_late(cache, record, response=None):
        other = json.loads(json.dumps(record))
        other["response"]["choices"][0]["message"]["content"] = "of another process"
        cache.store.put_new(record["key"], json.dumps(other).encode())
        return keep(cache, record, response)

    with scripted(thoughtful):
        with monkeypatch.context() as patch:
            patch.setattr(Cache, "keep", too_late)
            rows = wb.sweep(["Why?"], models="scripted/m")
        monkeypatch.setattr(figures, "FROM_ROWS", 0)
        assert rows["answer"].dtype == object
        assert rows["answer"][0].startswith("Why?")
        assert wb.sweep(["Why?"], models="scripted/m")["answer"][0] == "of another process"


@pytest.mark.usefixtures("letting_go_of_all")
def test_a_team_that_is_handed_a_reply_changes_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv("WORKBENCH_STORE", f"file://{tmp_path}/team")
    with scripted(thoughtful):
        rows = wb.sweep(["Why?", "And why?"], models="scripted/m")
        monkeypatch.delenv("WORKBENCH_STORE")
        assert wb.cache.current().team is None
    assert_let_go(rows)
    assert rows["thinking"].str.startswith(("Why?", "And why?")).all()


def test_few_texts_are_held_and_short_ones_always(monkeypatch):
    questions = [f"Why {number}?" for number in range(6)]
    with scripted(thoughtful):
        assert wb.sweep(questions, models="scripted/a")["thinking"].dtype == object
        monkeypatch.setattr(letting_go, "MOST_HELD_BYTES", 900)  # two of them
        rows = wb.sweep(questions, models="scripted/b", concurrency=1)
    assert rows["answer"].dtype == object
    assert [type(item).__name__ for item in rows["thinking"].array._items] == ["str"] * 2 + ["Kept"] * 4
    assert [text.startswith(question) for text, question in zip(rows["thinking"], questions, strict=True)] == [True] * 6


@pytest.mark.usefixtures("letting_go_of_all")
def test_the_table_stays_what_it_was_through_pickle_files_and_the_run_that_is_opened_again(tmp_path):
    with scripted(thoughtful):
        rows = wb.sweep([f"Why {number}?" for number in range(6)], models="scripted/m", name="whys")
    texts = rows["thinking"].tolist()
    assert pickle.loads(pickle.dumps(rows))["thinking"].tolist() == texts
    assert wb.read_rows(wb.write_rows(rows, tmp_path / "rows.jsonl"))["thinking"].tolist() == texts
    assert wb.open_run("whys")["thinking"].tolist() == texts


@pytest.mark.usefixtures("letting_go_of_all")
def test_a_text_whose_reply_was_deleted_since_is_an_error_that_says_so():
    with scripted(thoughtful):
        rows = wb.sweep(["Why?", "And why?"], models="scripted/m")
        wb.cache.delete(rows["key"][0])
        with pytest.raises(StoreError, match="is kept no more in"):
            rows["thinking"].tolist()
    assert rows["thinking"][1].startswith("And why?")


@pytest.mark.usefixtures("letting_go_of_all")
@pytest.mark.parametrize("when", ["at the end", "in the middle"])
def test_a_store_that_is_gone_before_the_marks_are_made_leaves_the_rows(when, monkeypatch):
    def gone(asked):
        if asked.prompt.startswith("2"):
            wait_for_the_first_two()
            shutil.rmtree(wb.cache.current().store.path)
        return {"thinking": "so " * 99, "answer": "9"}

    def wait_for_the_first_two():
        cache = wb.cache.current()
        while cache.store.info().count < 2:
            pass

    questions = [{"question": f"{number} + 9?", "target": "9"} for number in range(3)]
    with scripted(gone if when == "in the middle" else lambda asked: {"thinking": "so " * 99, "answer": "9"}):
        if when == "at the end":
            real = figures.Figures.flush

            def flush(figures):
                real(figures)
                for key in list(wb.cache.current().store.keys()):
                    wb.cache.current().store.delete(key)

            monkeypatch.setattr(figures.Figures, "flush", flush)
        with pytest.raises(StoreError) as caught:
            wb.sweep(questions, models="scripted/m", concurrency=1)
    rows = caught.value.rows
    assert rows["outcome"].tolist() == ["answered"] * 3
    assert rows["why"].str.startswith("not scored").all()
