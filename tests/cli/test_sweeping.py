"""Sweeps from the command line: several models, JSON, files that are not written over, and what makes one fail."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from commanded import workbench
from fakes.batches import Batches
from fakes.server import FakeServer, completion, error_response, held

from workbench.rows.files import read_rows


@pytest.fixture(autouse=True)
def tasks(home):
    (home / "tasks.csv").write_text("id,question,target\na,5 × 5?,25\nb,6 × 6?,36\nc,7 × 7?,49\nd,5 + 20?,25\n")


def settings(server, **more):
    lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in more.items())
    with open("workbench.toml", "w") as file:
        file.write(f'[providers.fake]\nbase_url = "{server.base_url}"\nfree = true\n{lines}')


@pytest.fixture(scope="module")
def fake():
    with FakeServer(completion("25")) as server:
        yield server


@pytest.fixture
def server(fake):
    settings(fake)
    return fake


def test_each_m_is_one_more_model_and_each_is_asked_once(server):
    done = workbench("plan", "tasks.csv", "-m", "fake/a", "-m", "fake/b,fake/a", "--json")
    plan = json.loads(done.stdout)
    assert [model["model"] for model in plan["models"]] == ["fake/a", "fake/b"]
    assert (plan["calls"], plan["usd_worst"], plan["warnings"]) == (8, 0.0, [])
    assert "5 × 5?" in plan["first_prompt"]


def test_a_sweep_as_json_says_what_became_of_it(server):
    done = workbench("sweep", "tasks.csv", "-m", "fake/json", "-o", "rows.jsonl", "--json")
    told = json.loads(done.stdout)
    assert (told["rows"], told["calls"], told["failed"], told["faults"]) == ("rows.jsonl", 4, 0, [])
    assert told["summary"][0]["accuracy"] == 0.5
    assert told["summary"][0]["usd_per_correct"] == 0.0
    assert json.loads(workbench("summary", "rows.jsonl", "--json").stdout)[0]["right"] == 2


def test_rows_are_written_as_a_workbook_and_read_back(server):
    workbench("sweep", "tasks.csv", "-m", "fake/m", "-o", "rows.xlsx")
    assert openpyxl.load_workbook("rows.xlsx")["rows"]["A2"].value == "a"
    assert read_rows("rows.xlsx")["correct"].tolist() == [True, False, False, True]
    assert "fake/m" in workbench("summary", "rows.xlsx").stdout


def test_a_file_that_is_there_is_not_written_over_unasked(server):
    arguments = ("sweep", "tasks.csv", "-m", "fake/m", "-o", "rows.jsonl")
    with open("rows.jsonl", "w") as file:
        file.write("mine")
    refused = workbench(*arguments)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "'rows.jsonl' is there already; --force writes over it" in refused.stderr
    denied = workbench(*arguments, stdin="n\n", terminal=True)
    assert (denied.returncode, Path("rows.jsonl").read_text()) == (1, "mine")
    assert "stays as it is" in denied.stderr
    assert workbench(*arguments, stdin="y\n", terminal=True).returncode == 0
    assert len(read_rows("rows.jsonl")) == 4
    for word in ("--force", "--yes", "-f"):
        assert workbench(*arguments, word).returncode == 0


def test_the_same_holds_for_marks_and_new_marks(server):
    workbench("sweep", "tasks.csv", "-m", "fake/m", "-o", "rows.jsonl")
    before = Path("rows.jsonl").read_text()
    assert workbench("rescore", "rows.jsonl", "-o", "rows.jsonl", "--scorer", "exact").returncode == 1
    assert Path("rows.jsonl").read_text() == before
    assert workbench("rescore", "rows.jsonl", "-o", "rows.jsonl", "--scorer", "exact", "--force").returncode == 0


@pytest.mark.parametrize(
    ("check", "status", "words"),
    [
        (("--fail-under", "50%"), 0, ""),
        (("--fail-under", "0.51"), 1, "fake/m, plain: 50 % [9–91 %] right, less than --fail-under 51 %"),
        (("--fail-under", "51"), 2, "give a share such as 0.8 or 80%"),
        (("--max-failed", "0"), 0, ""),
        (("--max-failed", "many"), 2, "such as 5%"),
    ],
)
def test_a_share_that_is_right_can_be_asked_for(server, check, status, words):
    done = workbench("sweep", "tasks.csv", "-m", "fake/m", "-o", "rows.jsonl", "--force", *check)
    assert done.returncode == status
    assert words in done.stderr
    if status != 2:
        assert done.stdout.endswith("rows.jsonl\n")
        assert workbench("summary", "rows.jsonl", *check).returncode == status


def some_fail(request):
    return error_response(400, "too hot") if "7 ×" in request.prompt else completion("25")(request)


@pytest.mark.parametrize(("most", "status"), [("1", 0), ("0", 1), ("25%", 0), ("20%", 1)])
def test_so_many_calls_may_fail(most, status):
    with FakeServer(some_fail) as server:
        settings(server)
        done = workbench("sweep", "tasks.csv", "-m", "fake/m", "-o", "rows.jsonl", "--max-failed", most)
    assert done.returncode == status
    assert "1 of 4 calls failed: BadRequest: the provider answered 400: too hot" in done.stderr
    if status:
        assert f"workbench: 1 of 4 calls failed, more than --max-failed {most.replace('%', ' %')}" in done.stderr


def test_where_nothing_was_answered_the_reason_comes_first_and_names_the_variable(monkeypatch):
    monkeypatch.setenv("FAKE_API_KEY", "a-key-that-is-refused")
    with FakeServer(error_response(401, "no such key")) as server:
        settings(server, key_env="FAKE_API_KEY")
        done = workbench("sweep", "tasks.csv", "-m", "fake/m", "-o", "rows.jsonl")
    assert done.returncode == 1
    last = [line for line in done.stderr.splitlines() if line.startswith("workbench: ")]
    assert last[0].startswith("workbench: all 4 calls failed: AuthError: the provider answered 401: no such key")
    assert "FAKE_API_KEY" in last[0]
    assert len(read_rows("rows.jsonl")) == 4


def test_ctrl_c_and_the_end_of_a_pipeline_leave_the_rows_so_far_and_the_next_run_goes_on(tmp_path):
    """Ctrl-C twice at a server that answers, then SIGTERM in mid-sweep, then a run to the end."""
    (tmp_path / "many.csv").write_text("question,target\n" + "".join(f"{n} + 1?,{n + 1}\n" for n in range(40)))
    most = [3]  # so many are answered until the signal has come
    with FakeServer(lambda request: held(completion("25"), lambda: request.number < most[0])) as server:
        settings(server, concurrency=2)
        arguments = ["sweep", "many.csv", "-m", "fake/m", "-o", "rows.jsonl", "--force"]
        rows = []
        for ends, hits in (([signal.SIGINT, signal.SIGINT], 4), ([signal.SIGTERM], 16)):
            command = [sys.executable, "-m", "workbench", *arguments]
            running = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            server.wait_until(lambda hits=hits: server.hits >= hits)
            for end in ends:
                running.send_signal(end)
            _, errors = running.communicate(timeout=300)
            assert running.returncode == 130
            most[0] = 18 if hits == 4 else 100
            rows = read_rows("rows.jsonl")
            assert hits / 2 <= len(rows) < 40
            assert f"the rows so far, {len(rows)}, are in rows.jsonl" in errors
            assert "what was bought is kept" in errors
            assert "Traceback" not in errors
        assert set(rows["outcome"]) == {"answered"}
        assert rows["correct"].notna().all()
        assert workbench(*arguments).returncode == 0
        assert len(read_rows("rows.jsonl")) == 40
        assert server.hits <= 40 + 4  # what was in flight at an interrupt is the most that is bought twice


def test_a_sweep_goes_in_batches_and_falls_back_as_it_is_told(home, monkeypatch):
    (home / "one.csv").write_text("question,target\nWhat is 4 + 5?,9\n")
    with Batches() as server:
        (home / "workbench.toml").write_text(
            f'[providers.openai]\nbase_url = "{server.base_url}"\nkey_env = "BOX_API_KEY"\n'
            f'[providers.fake]\nbase_url = "{server.base_url}"\nfree = true\n'
        )
        monkeypatch.setenv("BOX_API_KEY", "box-1234567890abcdef")
        done = workbench("sweep", "one.csv", "-m", "openai/gpt-6-sol", "--max-tokens", "20", "--batch", "-o", "a.jsonl")
        assert done.returncode == 0, done.stderr
        server.script = lambda request: (
            error_response(404, "gone") if request.model == "x" else completion("9")(request)
        )
        done = workbench("sweep", "one.csv", "-m", "fake/x", "--fallback", "fake/y", "-o", "b.jsonl")
    assert len(server.batches) == 1
    assert read_rows("b.jsonl")["served_by"].tolist() == ["fake/y"]
    planned = json.loads(workbench("plan", "one.csv", "-m", "openai/gpt-6-luna", "--json").stdout)
    assert "in batches" in planned["batches"]
