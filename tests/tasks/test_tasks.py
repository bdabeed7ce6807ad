"""Tasks: what is read from tables and lists, and what is said when it cannot be."""

from __future__ import annotations

import copy
import csv
import io
import json
import math
import pickle
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.tasks.tasks import Task, Tasks, load_tasks

CSV_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)))
QUESTION_TEXT = CSV_TEXT.filter(lambda text: text.strip())


def saved(folder, name, text):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        pytest.param("id,question,target", ("a", "b", "c"), id="canonical"),
        pytest.param("ID,Question,TARGET", ("a", "b", "c"), id="any case"),
        pytest.param("Task ID,Prompt,Expected", ("a", "b", "c"), id="spaces are underscores"),
        pytest.param("key,input,gold", ("a", "b", "c"), id="other words"),
        pytest.param("name,query,ideal", ("a", "b", "c"), id="name as id, because it tells the tasks apart"),
        pytest.param("note,text,reference", ("1", "b", "c"), id="no id: position"),
        pytest.param("target,question,answer", ("1", "b", "a"), id="the canonical name wins"),
        pytest.param("id,text,question", ("a", "c", None), id="question before text"),
    ],
)
def test_columns_are_found_by_name(tmp_path, header, expected):
    task = load_tasks(saved(tmp_path, "t.csv", f"{header}\na,b,c\n"))[0]
    assert (task.id, task.question, task.target) == expected


def test_keywords_name_the_columns_and_the_others_are_kept(tmp_path):
    path = saved(tmp_path, "t.csv", "Frage;target;Lösung;id\nWas?;x;Ja;7\n")
    assert load_tasks(path, question="frage", target="Lösung") == [Task("7", "Was?", "Ja", {"target": "x"})]


def test_a_name_that_repeats_is_no_id(tmp_path):
    path = saved(tmp_path, "t.csv", "name,question\nBob,Who?\nBob,Where?\n")
    assert [(task.id, task.extra) for task in load_tasks(path)] == [("1", {"name": "Bob"}), ("2", {"name": "Bob"})]


@pytest.mark.parametrize(
    ("records", "keywords", "message"),
    [
        pytest.param([], {}, "list: there are no tasks", id="nothing"),
        pytest.param([{"a": 1}], {}, "no column for the question among 'a'", id="no question column"),
        pytest.param(
            [{"question": " \n"}], {}, r"list, item 1: the question \(column 'question'\) is empty", id="blank"
        ),
        pytest.param([{"question": "a"}, {"prompt": "b"}], {}, "item 2: the question", id="another name in one record"),
        pytest.param(
            [{"question": "a"}], {"target": "anwser"}, "no column 'anwser' for the target", id="no such column"
        ),
        pytest.param([{"q": "a", "Q": "b"}], {"question": "Ω"}, "no column 'Ω'", id="nothing like it"),
        pytest.param([{"questoin": "a"}], {"question": "question"}, "Did you mean 'questoin'", id="nearly"),
        pytest.param([{"question": "a", "Question": "b"}], {}, "differ only in case", id="twice but for case"),
        pytest.param([{"question": ["a"]}], {}, r"must be text, not \['a'\]", id="a list as question"),
        pytest.param(
            [{"question": "a", "id": 1}, {"question": "b", "id": "1"}],
            {},
            "'1' stands in item 1 and in item 2",
            id="same id",
        ),
        pytest.param(
            [{"question": "a", "id": 2}, {"question": "b"}], {}, "'2' stands in item 1", id="id equals a position"
        ),
        pytest.param(["a", 5], {}, "item 2: a task is a question", id="a number as task"),
        pytest.param([Task("1", " ")], {}, "the question of task '1' is empty", id="blank Task"),
        pytest.param(
            [{"question": "a", "target": ["x", ""]}], {}, "one of the accepted answers", id="empty alternative"
        ),
        pytest.param(Task("1", "a"), {}, "put it in a list", id="a bare Task"),
        pytest.param({"question": "a"}, {}, "put it in a list", id="a bare mapping"),
        pytest.param(7, {}, "not from int", id="a number"),
    ],
)
def test_bad_records_say_which_and_why(records, keywords, message):
    with pytest.raises(InputError, match=message):
        load_tasks(records, **keywords)


@pytest.mark.parametrize(
    ("value", "target"),
    [
        pytest.param("NA", "NA", id="NA is text"),
        pytest.param("null", "null", id="null is text"),
        pytest.param("None", "None", id="None is text"),
        pytest.param(42, "42", id="int"),
        pytest.param(0.5, "0.5", id="float"),
        pytest.param(42.0, "42", id="whole float, as pandas makes of integers beside NaN"),
        pytest.param(True, "true", id="truth"),
        pytest.param("", None, id="empty"),
        pytest.param("  ", None, id="blank"),
        pytest.param(None, None, id="None"),
        pytest.param(math.nan, None, id="NaN"),
        pytest.param(pd.NA, None, id="pandas NA"),
        pytest.param(pd.NaT, None, id="pandas NaT"),
        pytest.param(np.int64(7), "7", id="numpy"),
        pytest.param(["Rome", "Roma"], "Rome | Roma", id="a list is several accepted answers"),
        pytest.param(["a|b", 3], r"a\|b | 3", id="a bar in a list is literal"),
        pytest.param([], None, id="an empty list"),
        pytest.param({"city": "Köln"}, '{"city": "Köln"}', id="an object is its JSON"),
        pytest.param([[1], [2]], "[[1], [2]]", id="a list of lists is its JSON"),
    ],
)
def test_targets_become_text(value, target):
    if target == "":
        target = None
    assert load_tasks([{"question": "q", "target": value}])[0].target == target


@pytest.mark.parametrize(
    ("target", "accepted"),
    [
        pytest.param(None, (), id="none"),
        pytest.param("Rome", ("Rome",), id="one"),
        pytest.param("big | large", ("big", "large"), id="two"),
        pytest.param("big|large", ("big|large",), id="a bar without blanks belongs to the answer"),
        pytest.param("P(X | Y) | P(X|Y)", ("P(X | Y)", "P(X|Y)"), id="brackets keep together"),
        pytest.param("{n | n < 7}", ("{n | n < 7}",), id="a set"),
        pytest.param("[2, 5) | (1, 4]", ("[2, 5)", "(1, 4]"), id="half-open intervals are whole"),
        pytest.param("3|y| - 1 | 1 - 3|y|", ("3|y| - 1", "1 - 3|y|"), id="absolute values"),
        pytest.param("|y | z|", ("|y | z|",), id="bars that are no pair"),
        pytest.param(" big | large ", ("big", "large"), id="blanks around the bar"),
        pytest.param("|x|", ("|x|",), id="absolute value"),
        pytest.param("a || b", ("a || b",), id="logical or"),
        pytest.param(r"a\|b", ("a|b",), id="literal bar"),
    ],
)
def test_a_target_may_list_accepted_answers(target, accepted):
    assert Task("1", "q", target).targets == accepted


def test_a_list_may_mix_questions_mappings_and_tasks():
    tasks = load_tasks(["a?", {"question": "b?", "kind": "sum"}, Task("x", "c?")])
    assert [(task.id, task.question) for task in tasks] == [("1", "a?"), ("2", "b?"), ("x", "c?")]


def test_a_data_frame_gives_tasks_without_its_gaps():
    frame = pd.DataFrame({"question": ["a", "b"], "target": [1.0, math.nan], "level": pd.array([3, None], "Int64")})
    assert load_tasks(frame) == [Task("1", "a", "1", {"level": 3}), Task("2", "b", None, {})]


def test_a_named_index_is_a_column():
    frame = pd.DataFrame({"question": ["a"]}, index=pd.Index(["x"], name="id"))
    assert load_tasks(frame)[0].id == "x"


def test_a_repeated_column_of_a_data_frame_is_refused():
    with pytest.raises(InputError, match="the column 'a' stands twice"):
        load_tasks(pd.DataFrame([[1, 2]], columns=["a", "a"]))


def test_loading_tasks_again_changes_nothing(tmp_path):
    tasks = load_tasks(saved(tmp_path, "t.jsonl", '{"question": "a"}\n'))
    assert load_tasks(tasks) is tasks
    assert tasks.source == "t.jsonl"
    assert len(tasks.sha256) == 64


def test_tasks_changed_by_hand_are_checked_again():
    tasks = load_tasks(["a"])
    tasks.append(Task("1", "b"))
    with pytest.raises(InputError, match="the id '1' stands in task 1 and in task 2"):
        load_tasks(tasks)
    with pytest.raises(InputError, match="no tasks"):
        load_tasks(Tasks())


def test_tasks_show_as_a_table():
    frame = load_tasks([{"question": "a", "kind": "sum"}, {"question": "b", "target": 1}]).frame()
    assert frame.columns.tolist() == ["id", "question", "target", "kind"]
    assert frame["kind"].tolist() == ["sum", pd.NA]
    assert frame["target"].tolist() == [pd.NA, "1"]


def test_a_lone_surrogate_survives():
    assert load_tasks([{"question": "\ud83c"}])[0].question == "\ud83c"


def test_tasks_are_hashable_and_equal_by_value():
    assert {Task("1", "a", None, {"x": [1]}), Task("1", "a", None, {"x": [1]})} == {Task("1", "a", None, {"x": [1]})}


@settings(deadline=None)
@given(st.lists(st.tuples(QUESTION_TEXT, CSV_TEXT, CSV_TEXT), min_size=1), st.sampled_from([",", ";", "\t"]))
def test_any_text_survives_a_csv_file(tmp_path_factory, cells, delimiter):
    table = io.StringIO(newline="")
    writer = csv.writer(table, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerows([("question", "target", "note"), *cells])
    tasks = load_tasks(saved(tmp_path_factory.mktemp("csv"), "t.csv", table.getvalue()))
    expected = [(question, target if target.strip() else None, note) for question, target, note in cells]
    assert [(task.question, task.target, task.extra["note"]) for task in tasks] == expected


@settings(deadline=None)
@given(st.lists(st.tuples(st.text().filter(str.strip), st.text()), min_size=1))
def test_any_text_survives_a_jsonl_file(tmp_path_factory, cells):
    lines = [json.dumps({"question": question, "target": target}) for question, target in cells]
    tasks = load_tasks(saved(tmp_path_factory.mktemp("jsonl"), "t.jsonl", "\n".join(lines)))
    assert [(t.question, t.target) for t in tasks] == [(q, target if target.strip() else None) for q, target in cells]


def test_a_slice_knows_the_file_it_came_from(tmp_path):
    (tmp_path / "few.csv").write_text("question,target\na,1\nb,2\nc,3\n", encoding="utf-8")
    tasks = load_tasks(tmp_path / "few.csv")
    half = tasks[::2]
    assert (half.source, half.sha256) == (tasks.source, tasks.sha256)
    assert [task.question for task in half] == ["a", "c"]
    assert load_tasks(half) is half
    assert tasks[0].question == "a"


def test_bare_questions_hold_their_empty_columns_together_and_cannot_fill_them():
    first, second = load_tasks(["Why is the sea salt?", "Why is snow white?"])
    assert first.extra is second.extra is first.options is first.places
    assert (first.extra, first["question"]) == ({}, "Why is the sea salt?")
    for again in (pickle.loads(pickle.dumps(first)), copy.deepcopy(first)):
        assert again == first
        assert again.extra is first.extra
    for change in (lambda: first.extra.update(kind="sea"), lambda: first.options.setdefault("A", "salt")):
        with pytest.raises(TypeError, match=r"dataclasses\.replace"):
            change()
    assert replace(first, extra={"kind": "sea"})["kind"] == "sea"
    assert second.extra == {}


def test_bare_questions_made_together_are_those_made_one_by_one():
    together, alone = load_tasks(["a", "b"]), load_tasks(["a", "b"], limit=2)
    assert [*together] == [*alone]
    assert [(task["question"], repr(task)) for task in together] == [(task["question"], repr(task)) for task in alone]
