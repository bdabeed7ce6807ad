"""Texts that are fetched later are those that reading the whole reply gives, whichever way they are fetched."""

import itertools
import pickle
import sqlite3
from contextlib import closing
from datetime import UTC, datetime

import pandas as pd
import pytest
from fakes.server import FakeServer, json_response

import workbench as wb
from workbench.asking import call
from workbench.cache import texts
from workbench.sweeps import figures

MESSAGES = [
    {"content": "9 stay.", "reasoning_content": "17 less 8."},
    {"content": "<think>17 less 8.</think>9 stay."},
    {"content": "9 [see `a`] <b>stay</b>.", "reasoning": "Of 17 {8} die < all but 9 "},
    {"content": 'They say "content":"no" here \\ é 羊', "reasoning_content": '"reasoning_content":"no"'},
    {"content": "x" * 9_000, "reasoning_content": "y" * 9_000},
    {"content": [{"type": "text", "text": "In parts."}], "reasoning_content": "Thought."},
    {"content": "Same.", "reasoning_content": "Same."},
    {"content": "", "reasoning_content": "Only thought."},
    {"content": "No thought."},
    {"content": "Twice.", "reasoning_content": "Twice thought.", "extra": {"reasoning_content": "elsewhere"}},
]


class Clock:
    """In place of `datetime`: it tells the time that it is given."""

    def __init__(self, now):
        self._now = now

    def now(self, _):
        return self._now()


@pytest.fixture
def rows(monkeypatch):
    """A sweep of kept replies of all these shapes, whose texts are still to be fetched."""
    monkeypatch.setattr(figures, "FROM_ROWS", 0)

    def body(request):
        number = int(request.json["messages"][-1]["content"].split()[0])
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", **MESSAGES[number]}}
        return json_response({"id": "1", "model": "fake-model", "choices": [choice]})

    with FakeServer(body) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True, streams=False)
        asked = [f"{number} is what?" for number in range(len(MESSAGES))]
        wb.sweep(asked, models="fake/fake-model")
        wb.cache.current().store.get("wait for the store's thread")
        return wb.sweep(asked, models="fake/fake-model")


def test_each_text_is_that_of_the_whole_reply_and_most_replies_are_not_read_whole(rows, monkeypatch):
    replies = [wb.cache.get(key) for key in rows["key"]]
    read = []
    real = texts.reply_from
    monkeypatch.setattr(
        texts, "reply_from", lambda record, reading: read.append(record["key"]) or real(record, reading)
    )
    for field in texts.TEXTS:
        assert [text or "" for text in rows[field].fillna("")] == [getattr(reply, field) for reply in replies]
    assert set(read) == {rows["key"][1], rows["key"][9]}  # thinking in tags; and a name that stands there twice


def test_a_name_that_is_not_that_of_the_text_any_more_gives_no_other_text(rows):
    replies = [wb.cache.get(key) for key in rows["key"]]
    path = wb.cache.current().store.path / "cache.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("UPDATE WorkbenchRead SET data = replace(data, 'reasoning_content', 'role')")
    assert rows["thinking"].fillna("").tolist() == [reply.thinking for reply in replies]


@pytest.fixture
def bought_anew(monkeypatch):
    """Rows of one question before and after it was bought anew, and how long that took in minutes."""
    monkeypatch.setattr(figures, "FROM_ROWS", 0)
    says = itertools.count()

    def body(request):
        number = next(says)
        message = {"role": "assistant", "content": f"answer {number}", "reasoning_content": f"thought {number}"}
        return json_response({"id": "1", "model": "m", "choices": [{"index": 0, "message": message}]})

    def buy(minutes):
        times = itertools.count(datetime(2026, 11, 30, 10, tzinfo=UTC).timestamp(), 60 * minutes)
        monkeypatch.setattr(call, "datetime", Clock(lambda: datetime.fromtimestamp(next(times), UTC)))
        wb.sweep(["Why?"], models="fake/m")
        before = wb.sweep(["Why?"], models="fake/m")
        wb.sweep(["Why?"], models="fake/m", refresh=True)
        return before, wb.sweep(["Why?"], models="fake/m")

    with FakeServer(body) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True, streams=False)
        yield buy


def test_rows_of_a_reply_that_was_bought_anew_keep_their_own_texts(bought_anew):
    before, after = bought_anew(minutes=1)
    both = pd.concat([before, after, pickle.loads(pickle.dumps(before))])
    assert both["thinking"].dtype == "kept text"
    assert both["key"].nunique() == 1
    assert both["answer"].tolist() == ["answer 0", "answer 1", "answer 0"]
    assert both["thinking"].tolist() == ["thought 0", "thought 1", "thought 0"]


@pytest.mark.parametrize("is_noted", [True, False])
def test_a_reply_that_was_deleted_and_bought_anew_is_another(bought_anew, is_noted):
    before, after = bought_anew(minutes=1)
    key = before["key"][0]
    assert wb.cache.delete(key) == 1
    wb.sweep(["Why?"], models="fake/m")
    last = wb.sweep(["Why?"], models="fake/m")
    if not is_noted:
        path = wb.cache.current().store.path / "cache.db"
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("DELETE FROM WorkbenchRead")
    assert (last["answer"].tolist(), last["thinking"].tolist()) == (["answer 2"], ["thought 2"])
    assert (before["answer"].tolist(), before["thinking"].tolist()) == (["answer 0"], ["thought 0"])
    for field in texts.TEXTS:
        with pytest.raises(wb.errors.StoreError, match=f"the {field} of {key[:12]}… is kept no more"):
            pd.concat([last, after])[field].tolist()


def test_of_two_replies_of_one_second_the_one_in_force_is_read(bought_anew):
    _, after = bought_anew(minutes=0)
    assert (after["answer"].tolist(), after["thinking"].tolist()) == (["answer 1"], ["thought 1"])
