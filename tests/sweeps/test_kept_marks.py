"""Marks of kept replies: made once, and the same when they are taken from beside the replies."""

import pytest
from pandas.testing import assert_frame_equal

import workbench as wb
from workbench.cache.kept import current
from workbench.sweeps import figures, kept_marks
from workbench.testing import scripted

TASKS = [{"id": f"t{n}", "question": f"What is {n} + 1?", "target": str(n + 1 + (n % 3 == 0))} for n in range(9)]
OF_THIS_TIME = ["run", "usd_spent"]


def said(asked):
    number = int(asked.prompt.split()[2])
    return {"answer": "" if number == 5 else f"It is {number + 1}.", "thinking": "one more"}


@pytest.fixture
def marks(monkeypatch):
    """How often answers are marked, by sweeps that are large enough for their figures to be kept."""
    monkeypatch.setattr(figures, "FROM_ROWS", 0)
    monkeypatch.setattr(kept_marks, "ROWS_TOGETHER", 4)
    made, real = [], kept_marks._is_warned_of
    monkeypatch.setattr(kept_marks, "_is_warned_of", lambda rows: (made.append(len(rows)), real(rows))[1])
    with scripted(said):
        sweep()
        yield made


def sweep(tasks=TASKS, **options):
    return wb.sweep(tasks, **{"models": ["scripted/a", "scripted/b"], **options})


def same(rows, others):
    left = [*OF_THIS_TIME, "answer", "thinking"]
    assert_frame_equal(rows.drop(columns=left), others.drop(columns=left))
    assert rows.attrs.keys() == others.attrs.keys()


def test_marks_are_made_once_and_the_same_from_then_on(marks):
    first, second = sweep(), sweep()
    assert marks == [18]
    assert second["correct"].tolist().count(True) == 10
    same(first, second)
    assert wb.summary(second).equals(wb.summary(first))


def test_marks_of_what_was_just_bought_are_kept(marks):
    assert marks == [18], "made as the replies were bought"
    bought = sweep(tasks=[{**task, "question": task["question"] + " "} for task in TASKS])
    assert not bought["cached"].any()
    again = sweep(tasks=[{**task, "question": task["question"] + " "} for task in TASKS])
    assert again["cached"].all()
    assert marks == [18, 18]
    same(bought.drop(columns="cached"), again.drop(columns="cached"))


def test_of_a_sweep_in_which_a_reply_was_replaced_no_mark_is_kept(marks):
    sweep(refresh=True)
    assert marks == [18], "no mark of it is looked at to be kept"
    sweep()
    sweep()
    assert marks == [18, 18]


def test_of_a_sweep_in_which_a_call_failed_no_mark_is_kept(monkeypatch):
    monkeypatch.setattr(figures, "FROM_ROWS", 0)
    failing = {"answers": False}

    def first_not(asked):
        if asked.prompt.startswith("What is 3") and not failing["answers"]:
            raise RuntimeError("no")
        return said(asked)

    with scripted(first_not):
        rows = sweep()
        assert (rows["outcome"] == "error").sum() == 2
        failing["answers"] = True
        whole = sweep()
        assert whole["correct"].notna().sum() == 18
        same(sweep().drop(columns="cached"), whole.drop(columns="cached"))


@pytest.mark.parametrize(
    "other",
    [
        {"scorer": "contains"},
        {"tasks": [{**task, "target": "9"} for task in TASKS]},
        {"tasks": [*TASKS[:8], {**TASKS[8], "note": "a column that a scorer may look at"}]},
    ],
)
def test_another_scorer_or_another_task_is_marked_anew(marks, other):
    sweep()
    before = sweep(**other)
    assert len(marks) == 2
    same(sweep(**other), before)
    assert len(marks) == 2


def test_another_scorer_s_code_marks_anew(marks, monkeypatch):
    sweep()
    monkeypatch.setattr(kept_marks, "_code_here", lambda: b"of tomorrow")
    sweep()
    assert len(marks) == 2


def test_a_reply_that_is_deleted_or_bought_again_is_marked_anew(marks):
    key = sweep()["key"][0]
    assert wb.cache.delete(key) == 1
    sweep()  # bought
    assert sweep()["correct"].tolist()[0] is False
    assert len(marks) == 2


def test_a_function_is_asked_each_time(marks):
    asked = []
    for _ in range(2):
        sweep(scorer=lambda answer, target: bool(asked.append(answer)))
    assert len(asked) == 2 * 16
    assert marks == [18], "by the fixture's own scorer"


def test_what_is_damaged_is_marked_anew(marks):
    first = sweep()
    table = "WorkbenchReadTogether"
    current().store.submit(lambda: None).result()

    def damage(store_table):
        store_table.connection.execute(f"UPDATE {table} SET data = x'00'")

    current().store._run(current().store._attempt, damage)
    same(sweep(), first)
    assert len(marks) == 2


def test_marks_that_are_warned_of_are_warned_of_again(marks):
    tasks = [{**task, "target": "(" if number == 2 else task["target"]} for number, task in enumerate(TASKS)]
    for _ in range(2):
        with pytest.warns(wb.errors.WorkbenchWarning, match="could not be scored"):
            sweep(tasks, scorer="regex")
