"""Texts that are fetched later are those that reading the whole reply gives, whichever way they are fetched."""

import sqlite3
from contextlib import closing

import pytest
from fakes.server import FakeServer, json_response

import workbench as wb
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
