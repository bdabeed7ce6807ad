"""Files of tasks: every kind, every separator, and errors that name file and line."""

from __future__ import annotations

import json
import os

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.tasks.tasks import load_tasks


def saved(folder, name, text):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param("t.csv", "question,target,kind\nWhy?,42,sum\n", id="csv"),
        pytest.param("t.csv", "question;target;kind\nWhy?;42;sum\n", id="semicolons"),
        pytest.param("t.csv", "question\ttarget\tkind\nWhy?\t42\tsum\n", id="tabs in csv"),
        pytest.param("t.tsv", "question\ttarget\tkind\nWhy?\t42\tsum\n", id="tsv"),
        pytest.param("t.csv", "sep=;\nquestion;target;kind\nWhy?;42;sum\n", id="Excel's sep line"),
        pytest.param("t.csv", b"\xef\xbb\xbfquestion,target,kind\r\nWhy?,42,sum\r\n", id="Excel's byte order mark"),
        pytest.param("t.CSV", "question,target,kind\rWhy?,42,sum\r", id="old line ends, capitals"),
        pytest.param("t.csv", "\n\n question , target,kind\n,,\n\nWhy?,42,sum\n,,\n", id="blank lines"),
        pytest.param("t.csv", "question,target,kind,\nWhy?,42,sum,\n", id="an empty last column"),
        pytest.param("t.jsonl", '{"question": "Why?", "target": 42, "kind": "sum"}\r\n\n', id="jsonl"),
        pytest.param("t.ndjson", '{"question": "Why?", "target": 42, "kind": "sum"}', id="ndjson"),
        pytest.param("t.json", '[{"question": "Why?", "target": "42", "kind": "sum"}]', id="json list"),
        pytest.param("t.json", '{"tasks": [{"question": "Why?", "target": 42, "kind": "sum"}]}', id="json object"),
        pytest.param("t.toml", '[[tasks]]\nquestion = "Why?"\ntarget = 42\nkind = "sum"\n', id="toml"),
    ],
)
def test_every_kind_of_file_gives_the_same_task(tmp_path, name, text):
    (task,) = load_tasks(saved(tmp_path, name, text))
    assert (task.id, task.question, task.target, dict(task.extra)) == ("1", "Why?", "42", {"kind": "sum"})


@pytest.mark.parametrize(
    ("header", "extra"),
    [
        pytest.param("question;a,b,c", {"a,b,c": "1,2,3"}, id="commas inside a semicolon file"),
        pytest.param("question,a;b;c", {"a;b;c": "1;2;3"}, id="semicolons inside a comma file"),
    ],
)
def test_the_separator_is_the_one_that_shows_the_question(tmp_path, header, extra):
    separator = header[8]
    path = saved(tmp_path, "t.csv", f"{header}\nWhy?{separator}{next(iter(extra.values()))}\n")
    assert load_tasks(path)[0].extra == extra


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        pytest.param("t.csv", "", "t.csv: there are no tasks", id="empty"),
        pytest.param("t.csv", "question,target\n", "t.csv: there are no tasks", id="header only"),
        pytest.param("t.json", " ", "t.json: there are no tasks", id="blank json"),
        pytest.param("t.toml", "", "t.toml: there are no tasks", id="empty toml"),
        pytest.param(
            "t.csv",
            'question\n"a\nb"\nc,d\n',
            "t.csv, line 4: 2 cells, but the header has 1",
            id="ragged, after a cell with a line break",
        ),
        pytest.param("t.csv", 'question,target\n"a\nb",1\n ,2\n', "t.csv, line 4: the question", id="blank question"),
        pytest.param("t.csv", 'question\n"a" b\n', "t.csv, line 2:", id="text after a quote"),
        pytest.param(
            "t.csv", 'question\nok\n"a\nb\n', "t.csv, line 3: a double quote .* never closed", id="open quote"
        ),
        pytest.param("t.csv", "question,a,a\nx,1,2\n", "line 1: the column 'a' stands twice", id="repeated header"),
        pytest.param("t.csv", "question,\nx,1\n", "line 2: a cell stands in a column without a name", id="no header"),
        pytest.param("t.csv", "id,question\n7,a\n8,b\n7,c\n", "'7' stands in line 2 and in line 4", id="repeated id"),
        pytest.param("t.csv", b"question\nok\ncaf\xe9\n", "not UTF-8: byte 0xe9 at offset 15, line 3", id="latin-1"),
        pytest.param(
            "t.csv", b"\xef\xbb\xbfquestion\n\xff", "byte 0xff at offset 12, line 2", id="offset counts the mark"
        ),
        pytest.param("t.csv", "question\na".encode("utf-16")[:-1], "UTF-16, and damaged", id="damaged utf-16"),
        pytest.param("t.csv", "question\na".encode("utf-16-le"), "line 1: a NUL character", id="utf-16 without a mark"),
        pytest.param(
            "t.jsonl",
            '{"question": "a"}\n\n{"question": }\n',
            "t.jsonl, line 3: not JSON: .* at column 14",
            id="bad line",
        ),
        pytest.param(
            "t.jsonl",
            '{"question": "a", "question": "b"}',
            "line 1: the key 'question' stands twice",
            id="repeated key",
        ),
        pytest.param("t.jsonl", '{"id": ' + "9" * 5000 + "}", "line 1: ", id="a number without end"),
        pytest.param("t.jsonl", "7", "line 1: a task is a question", id="not an object"),
        pytest.param("t.json", '{\n"tasks": [}', "t.json, not JSON: .* at line 2, column 11", id="bad json"),
        pytest.param("t.json", '{"data": []}', 't.json, the tasks must be a list, or an object {"tasks"', id="no list"),
        pytest.param("t.json", "[" * 100_000, "t.json: it is nested too deeply", id="nested too deeply"),
        pytest.param("t.toml", "[[tasks]]\nquestion = \n", "t.toml, not TOML: .*line 2", id="bad toml"),
        pytest.param("t.toml", "tasks = 3\n", r"must be \[\[tasks\]\] tables", id="no tables"),
        pytest.param("t.toml", '[[tasks]]\nquestion = ""\n', "t.toml, table 1: the question", id="blank in toml"),
        pytest.param(
            "t.xls", "", r"Unknown kind of task file 't.xls': known are .csv, .* Save it as .xlsx", id="old Excel"
        ),
        pytest.param("t.xlsx", "", "t.xlsx, not a workbook: it is no ZIP archive", id="no Excel"),
        pytest.param("t.yaml", "", "t.yaml: there are no tasks", id="empty yaml"),
        pytest.param("t.yaml", "- question: [", "t.yaml, not YAML: .*line", id="bad yaml"),
        pytest.param("t.docx", "", "Unknown kind of task file 't.docx'", id="another kind"),
    ],
)
def test_a_bad_file_names_file_and_place(tmp_path, name, text, message):
    with pytest.raises(InputError, match=message):
        load_tasks(saved(tmp_path, name, text))


def test_a_missing_file_names_those_that_are_there(tmp_path):
    saved(tmp_path, "starter.csv", "question\na\n")
    saved(tmp_path, "notes.md", "")
    with pytest.raises(InputError, match=r"No task file .*startr.csv'. That folder has 'starter.csv'. To ask one"):
        load_tasks(tmp_path / "startr.csv")
    with pytest.raises(InputError, match="there is no folder"):
        load_tasks(tmp_path / "nowhere" / "t.csv")


def test_a_question_taken_for_a_path_is_answered_with_a_hint():
    with pytest.raises(InputError, match="To ask one question, pass a list"):
        load_tasks("What is 6 * 7?")


def test_a_folder_is_refused(tmp_path):
    (tmp_path / "t.csv").mkdir()
    with pytest.raises(InputError, match="Cannot read the task file"):
        load_tasks(tmp_path / "t.csv")


@pytest.mark.skipif(os.name == "nt" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_a_forbidden_file_is_refused(tmp_path):
    path = saved(tmp_path, "t.csv", "question\na\n")
    path.chmod(0)
    with pytest.raises(InputError, match="Permission denied"):
        load_tasks(path)


def test_a_cell_may_be_longer_than_csv_allows_by_itself(tmp_path):
    assert len(load_tasks(saved(tmp_path, "t.csv", "question\n" + "a" * 200_000))[0].question) == 200_000


def test_line_separators_inside_json_are_text(tmp_path):
    line = json.dumps({"question": "a\u2028b"}, ensure_ascii=False)
    assert load_tasks(saved(tmp_path, "t.jsonl", line))[0].question == "a\u2028b"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
NAMES = st.sampled_from(["question", "Question", "prompt", "target", "answer", "id", "name", "kind", "", "scorer"])


@settings(deadline=None)
@given(st.sampled_from(["jsonl", "json", "list", "frame"]), st.lists(st.dictionaries(NAMES, VALUES), max_size=4))
def test_random_tasks_are_read_or_refused_wherever_they_come_from(tmp_path_factory, kind, records):
    if kind == "list":
        source = records
    elif kind == "frame":
        source = pd.DataFrame(records)
    else:
        text = json.dumps(records) if kind == "json" else "\n".join(map(json.dumps, records))
        source = saved(tmp_path_factory.mktemp("values"), f"t.{kind}", text)
    try:
        tasks = load_tasks(source)
    except InputError:
        return
    assert all(task.question.strip() and task.id for task in tasks)
    assert len({task.id for task in tasks}) == len(tasks) > 0
    assert all(task.target is None or task.targets for task in tasks)
    tasks.frame()


@settings(deadline=None)
@given(st.sampled_from(["csv", "tsv", "jsonl", "json", "toml"]), st.binary())
def test_random_bytes_raise_nothing_but_input_errors(tmp_path_factory, suffix, data):
    path = saved(tmp_path_factory.mktemp("bytes"), f"t.{suffix}", data)
    with pytest.raises(InputError):
        load_tasks(path)


@settings(deadline=None)
@given(st.sampled_from(["csv", "tsv", "jsonl", "json", "toml"]), st.text(alphabet='question,;\t\n\r"{}[]:=ab 1\\'))
def test_random_text_is_read_or_refused(tmp_path_factory, suffix, text):
    path = saved(tmp_path_factory.mktemp("text"), f"t.{suffix}", "question,target\n" + text if "sv" in suffix else text)
    try:
        tasks = load_tasks(path)
    except InputError as problem:
        message = str(problem)
    else:
        message = path.name if all(task.question.strip() for task in tasks) else "a blank question"
    assert message.startswith(path.name)


def test_unicode_text_of_excel_is_read(tmp_path):
    path = tmp_path / "t.csv"
    path.write_bytes("Frage\tLösung\r\nGrößte Stadt der Schweiz?\tZürich\r\n".encode("utf-16"))
    (task,) = load_tasks(path)
    assert (task.question, task.target) == ("Größte Stadt der Schweiz?", "Zürich")
