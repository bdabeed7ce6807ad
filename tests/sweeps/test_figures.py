"""A large sweep of kept replies reads figures that stand beside them, and fetches texts when they are read."""

import pickle
import sqlite3
from contextlib import closing

import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import workbench as wb
from workbench.cache.kept import Cache
from workbench.cache.store.store import DiskStore
from workbench.sweeps import figures
from workbench.testing import scripted

QUESTIONS = [f"What is {number} + 1?" for number in range(12)]
OF_THIS_TIME = ["run", "cached", "usd_spent"]


def said(asked):
    number = int(asked.prompt.split()[2])
    long = "It is long. " * 400 if number == 7 else ""
    return {"thinking": f"{number} and one.", "answer": f"{long}{number + 1}"} if number else "1"


@pytest.fixture
def asker(monkeypatch):
    monkeypatch.setattr(figures, "FROM_ROWS", 0)
    with scripted(said) as asker:
        yield asker


def swept(**options):
    return wb.sweep(QUESTIONS, models="scripted/m", **options)


def beside(statement, *values):
    path = wb.cache.current().store.path / "cache.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        return connection.execute(statement, values).fetchall()


def without_texts(rows):
    return rows.drop(columns=[*OF_THIS_TIME, "thinking", "answer"])


def same(rows, others):
    assert_frame_equal(without_texts(rows), without_texts(others))
    for column in ("thinking", "answer"):
        assert rows[column].tolist() == others[column].tolist()


class Counted:
    """How many replies are read out of the store."""

    def __init__(self, monkeypatch):
        self.keys = 0
        real = DiskStore.get_many

        def get_many(store, keys):
            wanted = list(keys)
            self.keys += len(wanted)
            return real(store, wanted)

        monkeypatch.setattr(DiskStore, "get_many", get_many)


def test_figures_are_the_same_as_those_of_the_replies_and_no_reply_is_read_for_them(asker, monkeypatch):
    bought = swept()
    counted = Counted(monkeypatch)
    kept = swept()
    wb.summary(kept)
    assert counted.keys == 0
    assert kept["cached"].all()
    assert kept["usd_spent"].sum() == 0
    assert kept["thinking"].isna().tolist() == [True] + [False] * 11
    same(kept, bought)
    assert counted.keys == 11 + 1  # the thinking of all but one, and the answer that is long
    assert len(asker.asked) == 12


def test_texts_stay_where_they_are_through_copy_concat_filter_pickle_and_a_new_column(asker, monkeypatch):
    swept()
    kept = swept()
    counted = Counted(monkeypatch)
    twice = pd.concat([kept.copy(), pickle.loads(pickle.dumps(kept))], ignore_index=True)
    part = twice[twice["task_id"] != "3"].assign(mine=1).sort_values("task_id").reset_index(drop=True)
    assert counted.keys == 0
    assert part["thinking"].dtype == "kept text"
    assert part.loc[part["task_id"] == "5", "thinking"].tolist() == ["4 and one."] * 2
    assert counted.keys == 1


def test_a_file_of_rows_holds_the_texts(asker, tmp_path):
    bought = swept()
    path = wb.write_rows(swept(), tmp_path / "rows.jsonl")
    assert wb.read_rows(path)["thinking"].fillna("").tolist() == bought["thinking"].fillna("").tolist()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE WorkbenchRead SET data = x'00'",
        "UPDATE WorkbenchRead SET data = zeroblob(300)",
        "UPDATE WorkbenchRead SET data = (SELECT max(data) FROM WorkbenchRead)",  # whole, and another reply's
        "UPDATE WorkbenchRead SET data = 'text'",
        "UPDATE WorkbenchReadText SET data = x'00'",
        "UPDATE WorkbenchReadText SET data = (SELECT max(data) FROM WorkbenchReadText)",
        "UPDATE WorkbenchReadText SET data = 7",
        "UPDATE WorkbenchRead SET place = place + 1",
        "DELETE FROM WorkbenchRead",  # as after a kill before they were written
    ],
)
def test_what_is_damaged_or_missing_is_made_anew_and_never_believed(asker, damage):
    bought = swept()
    beside(damage)
    same(swept(), bought)
    wb.cache.current().store.get("wait for the store's thread")
    assert len(beside("SELECT 1 FROM WorkbenchRead AS r JOIN Cache AS c ON c.rowid = r.place AND c.key = r.key")) == 12
    same(swept(), bought)
    assert len(asker.asked) == 12


def test_the_index_tells_which_cells_are_new_and_no_reply_is_looked_for(asker, monkeypatch):
    swept()
    monkeypatch.setattr(Cache, "lookup_each", lambda cache, keys: pytest.fail(f"{len(keys)} were looked for"))
    rows = wb.sweep([*QUESTIONS[:5], "What is 77 + 1?", *QUESTIONS[5:]], models="scripted/m")
    assert rows["cached"].tolist() == [True] * 5 + [False] + [True] * 7
    assert (rows["answer"][5], len(asker.asked)) == ("78", 13)


def test_a_newer_reader_reads_once_more_and_says_so(asker, capfd, monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(figures, "_reader_here", lambda: b"an older reader")
        bought = swept()
    same(swept(), bought)
    assert "12 kept replies were read anew, by a newer reader" in capfd.readouterr().err
    swept()
    assert "anew" not in capfd.readouterr().err


def test_deleting_and_refreshing_reach_the_figures(asker):
    rows = swept()
    key = rows["key"][4]
    assert wb.cache.delete(key) == 1
    assert beside("SELECT COUNT(*) FROM WorkbenchRead WHERE key = ?", key) == [(0,)]
    assert swept()["cached"].tolist() == [index != 4 for index in range(12)]
    with scripted(lambda asked: "another answer"):
        swept(refresh=True)
        assert set(swept()["answer"]) == {"another answer"}


def test_figures_of_what_was_bought_anew_are_written_down_at_once(asker, monkeypatch):
    swept()
    anew = swept(refresh=True)
    counted = Counted(monkeypatch)
    assert swept()["cached"].all()
    assert counted.keys == 0
    assert anew["thinking"].dtype == object


def test_a_program_that_knows_nothing_of_figures_cannot_leave_stale_ones(asker):
    key = swept()["key"][4]
    beside("UPDATE Cache SET expire_time = 1 WHERE key = ?", key)
    beside("DELETE FROM Cache WHERE key = ?", key)
    assert beside("SELECT COUNT(*) FROM WorkbenchRead WHERE key = ?", key) == [(0,)]


def test_a_text_that_is_kept_no_more_is_an_error_that_says_so(asker):
    swept()
    kept = swept()
    wb.cache.delete(kept["key"][4])
    with pytest.raises(wb.errors.StoreError, match="is kept no more in"):
        kept["thinking"].tolist()
    assert kept["thinking"][5] == "5 and one."


def together():
    wb.cache.current().store.get("wait for the store's thread")
    return beside("SELECT data FROM WorkbenchReadTogether")


def test_many_that_are_read_again_in_the_same_order_are_read_as_one(asker, monkeypatch):
    bought = swept()
    assert together() == []
    swept()
    assert len(together()) == 1
    with monkeypatch.context() as together_alone:
        together_alone.setattr(DiskStore, "read_before", lambda store, keys: pytest.fail("each was looked for"))
        kept = swept()
    same(kept, bought)


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE WorkbenchReadTogether SET data = zeroblob(200)",
        "UPDATE WorkbenchReadTogether SET data = 'text'",
        "UPDATE WorkbenchReadTogether SET name = x'00'",
        "DELETE FROM WorkbenchChanges",
        "UPDATE WorkbenchChanges SET number = 'many'",
        "DELETE FROM WorkbenchReadTogether",
    ],
)
def test_what_stands_together_and_is_damaged_is_not_believed(asker, damage):
    bought = swept()
    swept()
    beside(damage)
    same(swept(), bought)
    same(swept(), bought)
    assert len(asker.asked) == 12


def test_a_reply_that_is_deleted_takes_all_that_stands_together_with_it(asker):
    swept()
    key = swept()["key"][3]
    assert len(together()) == 1
    wb.cache.current().forget(key)
    assert together() == []
    assert swept()["cached"].tolist() == [True] * 3 + [False] + [True] * 8


def test_what_was_read_before_a_reply_changed_is_not_written_after_it(asker):
    swept()
    store = wb.cache.current().store
    data, changes = store.read_together(b"name")
    assert data is None
    store.note_together(b"name", b"of now", changes)
    assert store.read_together(b"name") == (b"of now", changes)
    store.delete(swept()["key"][0])
    assert store.read_together(b"name") == (None, changes + 1)
    store.note_together(b"name", b"of before", changes)
    assert store.read_together(b"name") == (None, changes + 1)
