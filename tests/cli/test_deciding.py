"""`workbench decide`: it asks no further than it takes to know, and is remembered as one run."""

import json
import random

import pytest
from commanded import workbench
from fakes.server import FakeServer, completion

from workbench.analysis.comparison import compare
from workbench.rows.files import read_rows
from workbench.sweeps.opening_runs import open_run

EASE = {"good": 0.95, "fair": 0.5, "same": 0.5}


def answers(request):
    number, model = int(request.prompt.split()[0]), json.loads(request.body)["model"]
    right = random.Random(f"{model}-{number}").random() < EASE[model]
    return completion(str(number + 1 if right else 0))(request)


@pytest.fixture(scope="module")
def fake():
    with FakeServer(answers) as server:
        yield server


@pytest.fixture
def server(home, fake):
    with open("tasks.csv", "w") as file:
        file.write("id,question,target\n" + "".join(f"t{n},{n} + 1?,{n + 1}\n" for n in range(60)))
    with open("workbench.toml", "w") as file:
        file.write(f'[providers.fake]\nbase_url = "{fake.base_url}"\nfree = true\n')
    return fake


def test_a_better_model_is_named_with_what_was_saved_and_the_run_opens_as_it_was(server):
    before = server.hits
    done = workbench("decide", "tasks.csv", "-m", "fake/good", "-m", "fake/fair", "-o", "rows.jsonl", "--name", "duel")
    assert done.returncode == 0
    assert "fake/good is better than fake/fair on" in done.stdout
    assert "saved against the fixed plan" in done.stdout
    assert done.stderr.count("first prompt") == 1
    rows, again = read_rows("rows.jsonl"), open_run("duel")
    assert len(rows) == len(again) == server.hits - before < 120
    listed = json.loads(workbench("runs", "--json").stdout)
    assert [(run["name"], run["calls"]) for run in listed] == [("duel", len(rows))]
    for kept in (rows, again):
        verdict = compare(kept, "fake/good", "fake/fair")
        assert verdict.any_time
        assert "over all looks" in verdict.verdict


def test_what_cannot_be_told_apart_exits_with_3_and_says_so_as_json(server):
    done = workbench("decide", "tasks.csv", "-m", "fake/fair,fake/same", "--within", "2", "--json", "--seed", "3")
    told = json.loads(done.stdout)
    assert (done.returncode, told["why"], told["seed"]) == (3, "tasks", 3)
    assert told["best"] == ["fake/fair", "fake/same"]
    assert told["calls"] == told["planned_calls"] == 120
    assert told["pairs"][0]["low"] < 0 < told["pairs"][0]["high"]


def test_a_sweep_until_decided_writes_its_rows_and_says_what_was_decided(server):
    done = workbench(
        "sweep", "tasks.csv", "-m", "fake/good", "-m", "fake/fair", "--until", "decided", "-o", "rows.csv", "--json"
    )
    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert told["decision"]["best"] == ["fake/good"]
    assert told["decision"]["calls"] == told["calls"]


def test_one_model_alone_is_nothing_to_decide(server):
    done = workbench("decide", "tasks.csv", "-m", "fake/good")
    assert done.returncode == 1
    assert "nothing to decide" in done.stderr
