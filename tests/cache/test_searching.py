"""Search over all that is kept: found in every script, up to date, as private as the store, built anew when damaged."""

import os
import sqlite3
import stat
import unicodedata

import pytest
from fakes.server import FakeServer, completion

import workbench as wb
from workbench.cache import searching
from workbench.cache.searching import INDEX, search
from workbench.errors import ConfigError, InputError

THOUGHTS = [
    "Wait, let me recount\nthe  sheep. Да!",
    "先数一数，再检查一下。",
    "100 % of the_sheep are here.",
    "nothing",
]


def thinker(request):
    number = int(request.prompt.split()[1])
    return completion(f"answer {number}", thinking=THOUGHTS[number])(request)


@pytest.fixture
def kept():
    with FakeServer(thinker) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        yield wb.sweep([f"Question {n} ?" for n in range(len(THOUGHTS))], models="fake/m", max_tokens=50)


def index_of():
    return wb.cache.current().folder / INDEX


@pytest.mark.parametrize(
    ("text", "where", "number"),
    [
        ("RECOUNT", "thinking", 0),
        ("检查", "thinking", 1),
        ("count the sh", "thinking", 0),
        (" the\tsheep", "thinking", 0),
        ("дА", "thinking", 0),
        ("me AND sheep", "thinking", None),
        ("recount*", "thinking", None),
        ("sheep " * 166, "thinking", None),
        ("100 %", "thinking", 2),
        ("the_sheep", "thinking", 2),
        ("answer 3", "answer", 3),
        ("question 2", "anywhere", 2),
        ('"*', "thinking", None),
        ("recount", "answer", None),
    ],
)
def test_a_text_is_found_where_it_stands(kept, text, where, number):
    found = search(text, where=where)
    assert found["key"].tolist() == ([] if number is None else [kept["key"][number]])
    if number is not None:
        assert " ".join(text.lower().split()) in found["passage"][0].lower()


def test_what_is_new_is_found_and_what_was_deleted_is_gone(kept):
    assert len(search("sheep")) == 2
    with FakeServer([completion("x", thinking="One more sheep.")]) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        new = wb.ask("And now?", model="fake/m")
    assert search("sheep")["key"].tolist().count(new.key) == 1
    wb.cache.delete(new.key)
    assert b"One more sheep" not in index_of().read_bytes()
    assert new.key not in search("sheep")["key"].tolist()


def test_the_index_is_private_and_a_damaged_one_is_built_anew(kept):
    search("sheep")
    assert stat.S_IMODE(os.stat(index_of()).st_mode) == 0o600
    index_of().write_bytes(b"SQLite format 3\0 and then nonsense" * 100)
    assert len(search("sheep")) == 2
    index_of().write_bytes(b"no database at all" * 100)
    wb.cache.delete("0" * 64)
    assert len(search("sheep")) == 2


@pytest.mark.parametrize(
    "damage",
    [
        "INSERT INTO texts(texts) VALUES ('delete-all')",
        "DELETE FROM texts_data WHERE id > 10",
        "UPDATE replies SET thinking = x'ff' WHERE id = 1",
        "DROP TABLE texts",
        "DROP TABLE about",
    ],
    ids=["texts gone", "half of the texts", "no text", "no texts", "no schema"],
)
def test_an_index_that_is_damaged_where_it_is_looked_into_last_is_built_anew(kept, damage):
    search("sheep")
    with sqlite3.connect(index_of()) as connection:
        connection.execute(damage)
    connection.close()
    assert len(search("sheep")) == 2


WRITTEN = ["Die Straße\nführt zum CAFÉ.", "東京の\nガンダムを見た。", "서울은 수도다.", "Ὀδυσσεύς, ΟΔΟΣ", "ﬁnal ß"]


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize(
    ("text", "number", "stands"),
    [
        ("STRASSE", 0, "Straße"),
        ("straße führt", 0, "Straße\nführt"),
        ("café", 0, "CAFÉ"),
        ("ガンダム", 1, "ガンダム"),
        ("ガ", 1, "ガ"),
        ("서울은", 2, "서울은"),
        ("울", 2, "울"),
        ("ὀδυσσεύσ", 3, "Ὀδυσσεύς"),
        ("οδος", 3, "ΟΔΟΣ"),
        ("FINAL SS", 4, "ﬁnal ß"),
        ("cafe", None, ""),
    ],
)
def test_accents_and_capitals_are_compared_in_whatever_form_they_are_written(form, text, number, stands):
    def written(request):
        thought = WRITTEN[int(request.prompt.split()[1])]
        return completion("x", thinking=unicodedata.normalize(form, thought))(request)

    with FakeServer(written) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        kept = wb.sweep([f"Question {n} ?" for n in range(len(WRITTEN))], models="fake/m", max_tokens=50)
    for query in (text, unicodedata.normalize("NFD", text)):
        found = search(query)
        assert found["key"].tolist() == ([] if number is None else [kept["key"][number]])
        if number is not None:
            stands = unicodedata.normalize(form, stands)
            assert kept["thinking"][number][found["place"][0] :].startswith(stands)
            assert " ".join(stands.split()) in found["passage"][0]


def test_of_a_reply_that_was_bought_again_the_one_in_force_is_found():
    thoughts = iter(["Seven zebras.", "Eight giraffes."])
    with FakeServer(lambda request: completion("x", thinking=next(thoughts))(request)) as server:
        wb.add_provider("fake", base_url=server.base_url, free=True)
        wb.ask("How many?", model="fake/m")
        assert len(search("zebras")) == 1
        again = wb.ask("How many?", model="fake/m", refresh=True)
    assert search("giraffes")["key"].tolist() == [again.key]
    assert search("zebras").empty


@pytest.mark.parametrize("instead", ["folder", "link"])
def test_what_stands_in_the_place_of_the_index_is_left_alone(kept, instead, tmp_path):
    (tmp_path / "other").write_text("of somebody")
    index_of().mkdir() if instead == "folder" else index_of().symlink_to(tmp_path / "other")
    assert len(search("sheep")) == 2
    assert (tmp_path / "other").read_text() == "of somebody"


def test_an_index_of_another_schema_is_built_anew(kept):
    search("sheep")
    with sqlite3.connect(index_of()) as connection:
        connection.execute("UPDATE about SET value = '99'")
    connection.close()
    assert len(search("sheep")) == 2


def test_a_model_and_a_limit_narrow_what_is_found(kept):
    assert len(search("sheep", model="fake/m")) == 2
    assert len(search("sheep", model="other/m")) == 0
    assert len(search("sheep", limit=1)) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": " "},
        {"text": "\0"},
        {"text": "x" * 1_001},
        {"text": "x", "where": "nowhere"},
        {"text": "x", "limit": 0},
        {"text": "x", "model": 5},
    ],
    ids=str,
)
def test_what_cannot_be_searched_is_said(kept, wrong):
    with pytest.raises(InputError):
        search(**wrong)


def test_without_fts5_it_says_so(kept, monkeypatch):
    monkeypatch.setattr(searching, "missing_reason", lambda: "SQLite 3.1 of this Python has no FTS5")
    with pytest.raises(ConfigError, match="FTS5"):
        search("sheep")
