"""Limits of dollars a day and in all, for a project and for everything: hard, for all processes, also after kill -9."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from commanded import workbench
from fakes.server import HANG, FakeServer, Response, completion, error_response
from swept import output_usage, priced

import workbench as wb
from workbench.cache.limits import limits, users_settings
from workbench.errors import BudgetExceeded, InputError


def costly(request):
    """A reply that costs ten cents by the price of `priced`, of forty at worst."""
    return completion("1", usage=output_usage(100, 0))(request)


@pytest.fixture(scope="module")
def fake():
    with FakeServer(costly) as server:
        yield server


@pytest.fixture
def server(fake, tmp_path):
    priced(tmp_path, fake)
    return fake


def limited(of_project="", of_user="", folder=None):
    """Add limits to the settings of a folder, and to the user's own."""
    path = Path(folder or ".") / "workbench.toml"
    path.write_text(path.read_text().partition("[limits]")[0] + (f"[limits]\n{of_project}\n" if of_project else ""))
    if of_user:
        users_settings().parent.mkdir(parents=True, exist_ok=True)
        users_settings().write_text(f"[limits]\n{of_user}\n")


def sweep(count, **options):
    return wb.sweep([f"{n} + 1?" for n in range(count)], models="fake/m", max_tokens=400, **options)


def bought(rows):
    return int((rows["outcome"] != "error").sum())


def test_without_a_limit_nothing_is_set_aside(server, tmp_path):
    sweep(2)
    assert limits() == ()
    assert not (tmp_path / "cache" / "reserved.db").exists()


@pytest.mark.parametrize("name", ["usd_per_day", "usd"])
def test_a_project_spends_no_more_than_its_limit(server, name):
    limited(f"{name} = 1.00")
    rows = sweep(20)
    assert bought(rows) == 7  # 0.70 are spent, and the next could cost 0.40
    refused = rows[rows["outcome"] == "error"]
    assert set(refused["error"]) == {"BudgetExceeded"}
    assert (
        f"limit of $1.00 {'a day' if name == 'usd_per_day' else 'in all'} for this project ({name} in"
        in (refused["error_message"].iloc[0])
    )
    with pytest.raises(BudgetExceeded, match="is spent of the limit"):
        wb.ask("anew?", model="fake/m", max_tokens=400)
    paid = rows.loc[rows["outcome"] != "error", "task_question"]  # any of them: they are asked side by side
    assert wb.ask(paid.iloc[0], model="fake/m", max_tokens=400).cached


def test_the_users_limit_holds_for_all_projects_together(server, tmp_path, monkeypatch):
    limited(of_user="usd_per_day = 1.00")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "workbench.toml").write_text((tmp_path / "workbench.toml").read_text())
    assert bought(sweep(3)) == 3
    monkeypatch.chdir(tmp_path / "other")
    rows = wb.sweep([f"{n} + 2?" for n in range(20)], models="fake/m", max_tokens=400)
    assert bought(rows) == 4
    spent = wb.cache.spend(["project", "day"])
    assert [Path(name).name for name in spent["project"]] == [tmp_path.name, "other"]
    assert spent["usd"].round(6).tolist() == [0.3, 0.4]
    assert "limit: $1.00 a day for all projects" in workbench("spend", "--by", "model").stdout


def test_another_project_has_a_limit_of_its_own(server, tmp_path, monkeypatch):
    limited("usd = 1.00")
    assert bought(sweep(20)) == 7
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "workbench.toml").write_text((tmp_path / "workbench.toml").read_text())
    monkeypatch.chdir(tmp_path / "other")
    assert bought(wb.sweep([f"{n} + 2?" for n in range(20)], models="fake/m", max_tokens=400)) == 7


def test_what_may_have_been_billed_counts_at_its_worst(server, tmp_path):
    with FakeServer(error_response(200, "cut")) as broken:
        priced(tmp_path, broken)
        limited("usd = 1.00")
        rows = sweep(5, concurrency=1)
    assert bought(rows) == 0
    spent = wb.cache.spend("model").iloc[0]
    assert spent["unknown"] == spent["requests"] == 2
    assert 0.8 <= round(spent["usd_at_most"], 6) < 1.0


PROGRAM = textwrap.dedent("""
    import sys, workbench as wb
    rows = wb.sweep([f"{n} + {sys.argv[1]}?" for n in range(20)], models="fake/m", max_tokens=400, concurrency=4)
    print(int((rows["outcome"] != "error").sum()))
""")


def start(number):
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(number)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    )


def ended(process):
    """What a process says that it bought."""
    said, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    return int(said)


def test_several_processes_at_once_keep_one_limit(tmp_path):
    with FakeServer(completion("1", usage=output_usage(100, 0), delay_seconds=0.05)) as server:
        priced(tmp_path, server)
        limited("usd_per_day = 2.00")
        running = [start(number) for number in range(3)]
        counts = [ended(process) for process in running]
    assert sum(counts) == 17  # 1.70 are spent, and the next could cost 0.40
    assert server.hits == 17


def test_what_a_killed_process_had_set_aside_stays_counted(tmp_path):
    with FakeServer(Response((HANG,), framing="raw")) as server:
        priced(tmp_path, server)
        limited("usd = 2.00")
        running = start(7)
        server.wait_until(lambda: server.hits >= 4)
        running.send_signal(signal.SIGKILL)
        running.communicate()
    with FakeServer(costly) as again:
        priced(tmp_path, again)
        limited("usd = 2.00")
        rows = sweep(20)
    # Four calls of 0.40 may have been billed: 0.40 are left, and one call more could cost just that.
    assert bought(rows) == 1
    assert again.hits == 1


def test_a_call_without_a_known_price_is_refused_under_a_limit(fake, tmp_path):
    (tmp_path / "workbench.toml").write_text('[providers.far]\nbase_url = "https://far.example/v1"\n')
    limited("usd = 1.00")
    with pytest.raises(BudgetExceeded, match="cannot be kept for 'far/m'"):
        wb.ask("why?", model="far/m", max_tokens=8)


@pytest.mark.parametrize(
    ("table", "words"),
    [("usd_a_day = 1", "unknown field 'usd_a_day'"), ("usd = -1", "give dollars"), ("usd = true", "give dollars")],
)
def test_a_limit_that_is_none_stops_before_anything_is_sent(server, table, words):
    limited(table)
    hits = server.hits
    with pytest.raises(InputError, match=words):
        wb.ask("never sent?", model="fake/m", max_tokens=400)
    assert server.hits == hits


def test_spending_is_told_by_what_is_asked_for(server):
    sweep(2)
    assert wb.cache.spend()["requests"].tolist() == [2]
    with pytest.raises(InputError, match="by is 'colour'"):
        wb.cache.spend("colour")
    assert "$0.20" in workbench("spend").stdout
