"""Runs that are remembered: at their start and end, and given back without notebook, file or server."""

import json
import shutil
import signal
import subprocess
import sys
import textwrap
import threading

import pandas as pd
import pytest
from commanded import workbench
from fakes.server import HANG, FakeServer, Response, error_response
from swept import correct

import workbench as wb
from workbench.errors import InputError, StoreCorrupt, WorkbenchWarning
from workbench.sweeps import remembering
from workbench.sweeps.progress import _PlainDisplay

TASKS = "id,question,target,kind\na,1 + 1?,2,sum\nb,2 + 1?,3,sum\nc,30 + 1?,7,odd\n"
PROMPTS = {"plain": "{{ question }}", "kind": "{{ question }} It is a {{ kind }}."}


@pytest.fixture(scope="module")
def fake():
    with FakeServer(correct) as server:
        yield server


@pytest.fixture
def server(fake, home):
    wb.add_provider("fake", base_url=fake.base_url, free=True)
    (home / "quiz.csv").write_text(TASKS)
    return fake


def same(first, second):
    bought = ["cached", "usd_spent"]  # what is given back was bought before
    pd.testing.assert_frame_equal(first.drop(columns=bought), second.drop(columns=bought))


def test_a_run_is_given_back_when_file_and_server_are_gone(server, home):
    rows = wb.sweep(
        "quiz.csv", models=["fake/a", "fake/b"], prompts=PROMPTS, params={"temperature": [0, 0.5]}, name="first look"
    )
    (home / "quiz.csv").unlink()
    hits = server.hits
    back = wb.open_run("first look")
    same(rows, back)
    assert (server.hits, back["cached"].all(), back["usd_spent"].sum()) == (hits, True, 0)
    (about,) = wb.rows.about.about_of(back)
    assert about["prompts"]["kind"] == [["user part", "{{ question }} It is a {{ kind }}."]]


def test_rows_that_were_cut_are_cut_again(server):
    rows = wb.sweep("quiz.csv", models="fake/a", max_tokens=[2, 40], caps="cut", name="cut")
    assert rows["derived"].any()
    hits = server.hits
    back = wb.open_run("cut")
    same(rows, back)
    assert server.hits == hits


def test_rows_that_were_cut_cost_what_they_did(server, home):
    priced = "[providers.paid]\nbase_url = {!r}\n[models.'paid/m']\nusd_per_million = {{ input = 3, output = 8 }}\n"
    (home / "workbench.toml").write_text(priced.format(server.base_url))
    rows = wb.sweep("quiz.csv", models="paid/m", max_tokens=[2, 40], caps="cut", name="paid", max_usd=1)
    back = wb.open_run("paid")
    assert rows.loc[rows["derived"], "usd"].gt(0).all()
    same(rows, back)
    (home / "workbench.toml").unlink()  # nobody knows the provider and its prices any more
    assert wb.open_run("paid").loc[back["derived"], "usd"].isna().all()


def test_the_table_says_when_what_whom_and_what_was_found(server):
    wb.sweep("quiz.csv", models="fake/c", name="one")
    wb.sweep("quiz.csv", models=["fake/c", "fake/d"], prompts=PROMPTS)
    table = wb.runs()
    assert table["name"].tolist()[1:] == ["one"]
    assert table["name"][0].endswith("-quiz")
    newest = table.iloc[0]
    assert (newest["calls"], newest["kept"], newest["bought"], newest["failed"]) == (12, 3, 9, 0)
    assert newest["added"] == "model fake/d; prompt kind, beside one"
    assert newest["headline"] == "fake/c, plain: 67 % of 3 right, the best of 4"
    assert len(newest["tasks_sha256"]) == 64
    assert "c, d" in repr(table).splitlines()[1]
    assert "first" not in table._repr_html_()


def test_a_run_of_errors_has_them_until_their_replies_are_bought(server, home):
    ill = True
    with FakeServer(lambda request: error_response(400, "too warm") if ill else correct(request)) as fake:
        wb.add_provider("fake", base_url=fake.base_url, free=True)
        rows = wb.sweep("quiz.csv", models="fake/ill", name="ill")
        same(rows, wb.open_run("ill"))
        assert wb.runs()["headline"][0] == "all 3 calls failed"
        ill = False
        wb.sweep("quiz.csv", models="fake/ill", name="well")
    assert wb.open_run("ill")["outcome"].tolist() == ["answered"] * 3


def test_marks_of_a_function_are_not_made_up_and_another_scorer_can_be_given(server):
    wb.sweep("quiz.csv", models="fake/a", scorer=lambda answer, task: 1.0, name="own")
    with pytest.warns(WorkbenchWarning, match="function of your own"):
        assert wb.open_run("own")["correct"].isna().all()
    assert wb.open_run("own", scorer="numeric")["correct"].tolist() == [True, True, False]
    wb.sweep("quiz.csv", models="fake/a", scorer="contains", name="named")
    assert wb.open_run("named")["score"].notna().all()


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_was_broken_off_is_there_with_what_it_had(tmp_path, end):
    program = textwrap.dedent("""
        import sys, workbench as wb
        wb.add_provider("fake", base_url=sys.argv[1], free=True, concurrency=2)
        wb.sweep([f"{n} + 1?" for n in range(60)], models="fake/m", name="long")
    """)
    with FakeServer(lambda request: "1" if request.number < 7 else Response((HANG,), framing="raw")) as server:
        running = subprocess.Popen(
            [sys.executable, "-c", program, server.base_url], stderr=subprocess.PIPE, cwd=tmp_path
        )
        server.wait_until(lambda: server.hits >= 8)
        running.send_signal(end)
        running.communicate(timeout=300)
    assert wb.runs()["state"][0] == ("broken off" if end == signal.SIGKILL else "interrupted")
    assert 4 <= len(wb.open_run("long")) < 60
    assert "long" in workbench("runs").stdout


def test_a_long_record_is_written_beside_the_first_calls_and_whole_before_its_end(server, monkeypatch):
    monkeypatch.setattr(remembering, "WRITTEN_FIRST", 2)
    real, interrupted = remembering.begin, threading.Event()

    def begin(*told):
        interrupted.wait(60)
        real(*told)

    def show(display, progress):
        if progress.bought == 3:
            interrupted.set()
            raise KeyboardInterrupt

    monkeypatch.setattr(remembering, "begin", begin)
    monkeypatch.setattr(_PlainDisplay, "show", show)
    with pytest.raises(KeyboardInterrupt) as stopped:
        wb.sweep("quiz.csv", models="fake/a", name="long")
    assert wb.runs()["state"].tolist() == ["interrupted"]
    same(stopped.value.rows, wb.open_run("long"))


@pytest.mark.parametrize("name", ["", " ", 3, "a\nb", "x" * 81])
def test_a_name_that_is_none_is_refused_before_anything_is_bought(server, name):
    hits = server.hits
    with pytest.raises(InputError, match="give a run a name"):
        wb.sweep(["99 + 1?"], models="fake/m", name=name)
    assert server.hits == hits


def test_a_name_that_no_run_has_is_answered_with_the_near_one(server):
    with pytest.raises(InputError, match="no run is remembered yet"):
        wb.open_run("frist")
    wb.sweep("quiz.csv", models="fake/a", name="first")
    with pytest.raises(InputError, match="did you mean 'first'"):
        wb.open_run("frist")


@pytest.mark.parametrize(
    ("kind", "content", "words"),
    [
        (".json", b"{\n\n  nothing", r"\.json:3: not what the history"),
        (".json", b'{"version": 2}', "its version is 2"),
        (".json", b'{"version": 1, "run": "../../x"}', "its run is"),
        (".json", b'{"version": 1, "calls": "many"}', "its calls is"),
        (".calls.json.gz", b"\x1f\x8b\x08", "ends too early|cannot be unpacked"),
        (".tasks.json.gz", b"none", "cannot be unpacked"),
    ],
)
def test_a_damaged_file_is_one_error_that_names_it(server, home, kind, content, words):
    wb.sweep("quiz.csv", models="fake/a", name="first")
    run = wb.runs()["run"][0]
    (path,) = [
        path
        for path in (home / "cache" / "runs").iterdir()
        if (path.name in (f"{run}.json", f"{run}.calls.json.gz") and path.name == run + kind)
        or (kind == ".tasks.json.gz" and path.name.endswith(kind))
    ]
    path.write_bytes(content)
    with pytest.raises(StoreCorrupt, match=words):
        wb.open_run("first")
    if kind == ".json":
        with pytest.warns(WorkbenchWarning, match="this run is not remembered"):
            assert len(wb.sweep("quiz.csv", models="fake/a")) == 3


def test_replies_of_another_store_are_not_made_up(server, home):
    wb.sweep("quiz.csv", models="fake/a", name="first")
    shutil.rmtree(home / "cache" / "store")
    wb.cache.kept._caches.clear()
    with pytest.raises(InputError, match="nothing of the run 'first' is kept here"):
        wb.open_run("first")


def test_a_run_is_opened_and_written_from_the_command_line(server):
    wb.sweep("quiz.csv", models="fake/a", name="first")
    done = workbench("open", "first", "-o", "again.jsonl")
    assert done.returncode == 0
    assert "first, 20" in done.stdout
    assert len(wb.read_rows("again.jsonl")) == 3
    assert json.loads(workbench("runs", "fir", "--json").stdout)[0]["name"] == "first"
    assert "no run has 'zzz'" in workbench("runs", "zzz").stdout
