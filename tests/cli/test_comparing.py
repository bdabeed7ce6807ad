"""Two files on the same tasks: worse, not worse, or not decisive, by the exit status."""

import json
from xml.etree import ElementTree

import pytest
from commanded import workbench
from studies import failed, row

from workbench.rows.files import write_rows
from workbench.rows.table import frame


def written(name, right, tasks=60, start=0, **more):
    """Rows of so many tasks of which the first `right` are right."""
    rows = [row(n, n < right, sample=0, created_at="2026-11-02T10:00:00+00:00", **more) for n in range(start, tasks)]
    return write_rows(frame(rows), name)


@pytest.fixture(autouse=True)
def old(home):
    return written("old.jsonl", 50)


@pytest.mark.parametrize(
    ("right", "within", "status", "word"),
    [
        (20, 3, 1, "Worse (margin 3 points): 33 % right, 83 % before, on the same 60 tasks; -50 points"),
        (16, 3, 1, "Worse (margin 3 points): 27 % right, 83 % before, on the same 60 tasks; -56 points"),
        (50, 0, 0, "Not worse: not one of 60 tasks stands differently"),
        (60, 0, 0, "Not worse: 100 % right, 83 % before"),
        (48, 3, 3, "Not decisive (margin 3 points): 80 % right"),
        (48, 20, 0, "Not worse (margin 20 points)"),
        (20, 70, 0, "Not worse (margin 70 points)"),
    ],
)
def test_the_exit_status_says_whether_it_is_worse(right, within, status, word):
    written("new.jsonl", right, model="another/model")
    done = workbench("compare", "old.jsonl", "new.jsonl", "--fail-if", "worse", "--within", within)
    assert done.returncode == status
    assert word in done.stdout
    assert "another/model" in done.stdout
    assert workbench("compare", "old.jsonl", "new.jsonl").returncode == 0


def test_model_prompt_and_day_may_differ_and_are_said():
    rows = [row(n, n < 50, sample=0, prompt="terse", created_at="2026-11-20T10:00:00+00:00") for n in range(60)]
    write_rows(frame(rows), "new.jsonl")
    done = workbench("compare", "old.jsonl", "new.jsonl")
    assert "prompt: plain → terse" in done.stdout
    assert "asked: 2026-11-02 → 2026-11-20" in done.stdout
    assert "differs:" not in done.stdout


def test_only_tasks_that_both_files_hold_count():
    written("new.jsonl", 60, tasks=90, start=30)
    done = workbench("compare", "old.jsonl", "new.jsonl", "--json")
    told = json.loads(done.stdout)
    assert (told["comparison"]["tasks"], len(told["rose"]), told["fell"]) == (30, 10, [])
    assert "60 of 90 tasks are left out" in " ".join(told["comparison"]["warnings"])


@pytest.mark.parametrize(("target", "status"), [("other", 1), ("ans-{}", 0)], ids=["other tasks", "a translation"])
def test_files_that_share_ids_and_no_question_are_no_comparison_unless_they_ask_for_the_same(target, status):
    for name, question, wanted in (("one", "Is it {}?", "ans-{}"), ("two", "Ist es {}?", target)):
        rows = [
            row(n, True, task_question=question.format(n), task_target=wanted.format(n), sample=0) for n in range(9)
        ]
        write_rows(frame(rows), f"{name}.jsonl")
    done = workbench("compare", "one.jsonl", "two.jsonl")
    assert done.returncode == status
    assert ("one and two share ids and no task: 't0' is 'Is it 0?' in the one" in done.stderr) is bool(status)


def test_files_without_a_task_in_common_decide_nothing():
    written("new.jsonl", 90, tasks=90, start=70)
    assert workbench("compare", "old.jsonl", "new.jsonl", "--fail-if", "worse").returncode == 3


def test_two_models_of_one_file_can_fail_too():
    rows = [
        row(n, n < right, sample=0, model=model) for model, right in (("a/new", 10), ("a/old", 50)) for n in range(60)
    ]
    write_rows(frame(rows), "both.jsonl")
    assert workbench("compare", "both.jsonl", "a/new", "a/old", "--fail-if", "worse").returncode == 1
    assert workbench("compare", "both.jsonl", "a/old", "a/new", "--fail-if", "worse").returncode == 0
    told = json.loads(workbench("compare", "both.jsonl", "a/new", "a/old", "--json").stdout)
    assert (told["better"], told["tasks"]) == ("old", 60)


def test_junit_shows_the_finding_and_the_tasks_that_fell():
    written("new.jsonl", 20)
    assert workbench("compare", "old.jsonl", "new.jsonl", "--fail-if", "worse", "--junit", "j.xml").returncode == 1
    suite = ElementTree.parse("j.xml").getroot().find("testsuite")
    assert suite.attrib == {"name": "workbench compare", "tests": "31", "failures": "31", "skipped": "0"}
    names = [case.get("name") for case in suite.iter("testcase") if case.find("failure") is not None]
    assert names[:2] == ["not worse", "task t20"]
    assert workbench("compare", "old.jsonl", "new.jsonl", "--junit", "j.xml").returncode == 1  # it is there already
    written("new.jsonl", 49)
    workbench("compare", "old.jsonl", "new.jsonl", "--junit", "j.xml", "--force")
    suite = ElementTree.parse("j.xml").getroot().find("testsuite")
    assert (suite.get("failures"), suite.get("skipped")) == ("0", "2")


def test_a_name_that_no_xml_can_hold_is_shown():
    for name, right in (("old.jsonl", True), ("new.jsonl", False)):
        rows = [row(n, right, sample=0) | {"task_id": f"\x1b[1m\ufffe & {n}"} for n in range(12)]
        write_rows(frame(rows), name)
    workbench("compare", "old.jsonl", "new.jsonl", "--junit", "j.xml", "--force")
    cases = list(ElementTree.parse("j.xml").getroot().iter("testcase"))
    assert cases[1].get("name") == "task \\x1b[1m\ufffd & 0"


@pytest.mark.parametrize(("within", "words"), [("-1", "points of accuracy"), ("nan", "points of accuracy")])
def test_a_margin_that_is_none_is_refused(within, words):
    done = workbench("compare", "old.jsonl", "old.jsonl", "--within", within)
    assert done.returncode == 1
    assert words in done.stderr


def test_the_margin_of_two_models_is_the_points_that_are_named():
    marks = [(model, n) for model in ("a/x", "a/y") for n in range(300)]
    write_rows(frame(row(n, n % 20 > (model == "a/x"), model=model) for model, n in marks), "both.jsonl")
    small = "less than the 20 points that would matter"
    assert small in workbench("compare", "both.jsonl", "a/x", "a/y", "--within", "20").stdout
    assert "that would matter" not in workbench("compare", "both.jsonl", "a/x", "a/y").stdout
    refused = workbench("compare", "both.jsonl", "a/x", "a/y", "--within", "0")
    assert (refused.returncode, "--within is 0; give points" in refused.stderr) == (1, True)


def test_one_file_alone_is_no_comparison():
    done = workbench("compare", "old.jsonl", "m")
    assert (done.returncode, "give two files with rows" in done.stderr) == (1, True)


def test_where_nothing_was_answered_the_reason_stands_first_and_the_status_is_1():
    refused = {"error": "AuthError", "error_message": "401: set MYBOX_API_KEY"}
    write_rows(frame(failed(n, **refused) for n in range(60)), "new.jsonl")
    done = workbench("compare", "old.jsonl", "new.jsonl")
    assert done.returncode == 1
    assert done.stderr.startswith("workbench: new.jsonl: all 60 calls failed: AuthError: 401: set MYBOX_API_KEY")


def test_a_judgement_on_few_tasks_says_that_they_are_few():
    written("old.jsonl", 5, tasks=5)
    written("new.jsonl", 0, tasks=5)
    assert (
        "5 tasks are few: the next ones may turn out otherwise" in workbench("compare", "old.jsonl", "new.jsonl").stdout
    )
