"""Files that other tools write: exports of evals, tests of promptfoo, layers of objects, lists under keys."""

from __future__ import annotations

import json

import pytest

from workbench.errors import InputError
from workbench.replies.notations import BLOCKS
from workbench.tasks.prompts import Prompt
from workbench.tasks.tasks import load_tasks


def saved(folder, name, content):
    path = folder / name
    text = content if isinstance(content, str) else json.dumps(content)
    path.write_text(text, encoding="utf-8")
    return path


def lines(rows):
    return "\n".join(map(json.dumps, rows))


def test_a_data_source_of_openai_evals(tmp_path):
    rows = [
        {"item": {"question": "2 + 3?", "ground_truth": "5", "topic": "sum"}, "sample": {"output_text": "6"}},
        {"item": {"question": "2 + 4?", "ground_truth": "6", "topic": "sum"}, "sample": {"output_text": "6"}},
    ]
    tasks = load_tasks(saved(tmp_path, "evals.jsonl", lines(rows)))
    assert [(task.question, task.target, task.extra) for task in tasks] == [
        ("2 + 3?", "5", {"topic": "sum"}),
        ("2 + 4?", "6", {"topic": "sum"}),
    ]
    assert any("'sample' holds former answers" in note for note in tasks.understood.notes)


def test_items_of_openai_evals_are_taken_out_whatever_their_columns_are_called(tmp_path):
    rows = [
        {"item": {"mail": "Where is my parcel?", "gold": "post"}},
        {"item": {"mail": "I paid", "gold": "till"}},
    ]
    path = saved(tmp_path, "evals.jsonl", lines(rows))
    with pytest.raises(InputError, match=r"among 'mail', 'gold'.*question='mail', target='gold'"):
        load_tasks(path)


def test_output_items_of_openai_evals(tmp_path):
    item = {
        "object": "eval.run.output_item",
        "id": "oi_1",
        "run_id": "r",
        "eval_id": "e",
        "created_at": 1,
        "status": "pass",
        "datasource_item_id": 7,
        "datasource_item": {"input": "Capital?", "label": "Oslo", "sample.output_text": "Bergen"},
        "results": [{"name": "match-1", "passed": False}],
        "sample": {"output": [{"role": "assistant", "content": "Bergen"}]},
    }
    page = {"object": "list", "data": [item], "has_more": False}
    (task,) = load_tasks(saved(tmp_path, "items.json", page))
    assert (task.question, task.target, dict(task.extra)) == ("Capital?", "Oslo", {})


def test_samples_of_openai_evals_hold_messages_and_ideals(tmp_path):
    rows = [
        {
            "input": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Capital?"}],
            "ideal": ["Oslo", "oslo"],
        },
        {"input": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Sea?"}], "ideal": "North"},
    ]
    tasks = load_tasks(saved(tmp_path, "match.jsonl", lines(rows)))
    assert [task.targets for task in tasks] == [("Oslo", "oslo"), ("North",)]
    assert Prompt("p").render(tasks[0]) == rows[0]["input"]


PROMPTFOO = """
description: capitals
prompts:
  - "Name the capital of {{country}} in {{language}}."
providers: [openai:gpt-5]
defaultTest:
  vars: {language: English}
tests:
  - description: north
    vars: {country: Norway}
    assert:
      - {type: equals, value: Oslo}
      - {type: javascript, value: "output.length < 9"}
  - vars: {country: [Peru, Chile]}
    assert: [{type: icontains-any, value: [Lima, Santiago]}]
  - vars: {country: Mali}
    assert: [{type: starts-with, value: "Ba(m"}]
  - vars: {country: Oman}
    assert: [{type: llm-rubric, value: names the city}, {type: is-json, value: {type: object}}]
"""


def test_promptfoo_tests_become_tasks_with_their_prompt_and_checks(tmp_path):
    tasks = load_tasks(saved(tmp_path, "promptfooconfig.yaml", PROMPTFOO))
    assert [task.question for task in tasks] == [
        f"Name the capital of {country} in English." for country in ("Norway", "Peru", "Chile", "Mali", "Oman")
    ]
    assert [(task.target, task.extra.get("scorer")) for task in tasks] == [
        ("Oslo", "exact"),
        ("Lima | Santiago", "contains"),
        ("Lima | Santiago", "contains"),
        (r"\A\s*Ba\(m", "regex"),
        (None, "json_schema"),
    ]
    assert tasks[4].extra["rubric"] == "names the city"
    assert tasks[4].extra["schema"] == {"type": "object"}
    assert any("not taken over are the assertions javascript" in text for text in tasks.understood.warnings)


def test_several_prompts_of_promptfoo_are_not_sent_in_silence(tmp_path):
    config = {"prompts": ["Say {{input}}", "Shout {{input}}"], "tests": [{"vars": {"input": "hello"}}]}
    tasks = load_tasks(saved(tmp_path, "c.json", config))
    assert tasks[0].question == "hello"
    assert any("the file lists 2 prompts" in text for text in tasks.understood.warnings)


def test_promptfoo_reads_its_table_and_fetches_nothing(tmp_path):
    saved(tmp_path, "cases.csv", "q,__expected,__expected2,__metric\nhi,contains: hello,latency:5,m\nyo,Yo!,,m\n")
    config = {"prompts": ["{{q}}?"], "tests": "file://cases.csv", "providers": []}
    tasks = load_tasks(saved(tmp_path, "c.yaml", config))
    assert [(task.question, task.target, task.extra["scorer"]) for task in tasks] == [
        ("hi?", "hello", "contains"),
        ("yo?", "Yo!", "exact"),
    ]
    for tests in ("file://make.py:tests", "https://example.com/tests.csv", "huggingface://datasets/x"):
        with pytest.raises(InputError, match="nothing is fetched or run"):
            load_tasks(saved(tmp_path, "d.yaml", {**config, "tests": tests}))


def test_lists_of_promptfoo_multiply_within_bounds(tmp_path):
    many = {name: list(range(200)) for name in "abc"}
    with pytest.raises(InputError, match="multiply to 8,000,000 tests"):
        load_tasks(saved(tmp_path, "c.json", {"prompts": ["{{a}}"], "tests": [{"vars": many}]}))
    kept = {"prompts": ["{{a}}"], "evaluateOptions": {"disableVarExpansion": True}, "tests": [{"vars": {"a": [1, 2]}}]}
    assert len(load_tasks(saved(tmp_path, "c.json", kept))) == 1


def test_label_studio_takes_what_people_chose(tmp_path):
    def chose(*labels, **more):
        return {"result": [{"type": "choices", "value": {"choices": list(labels)}}], **more}

    rows = [
        {"id": 4, "data": {"text": "The fan hums."}, "annotations": [chose("fan")], "predictions": [chose("lamp")]},
        {"id": 5, "data": {"text": "Dark."}, "annotations": [chose("lamp"), chose("fan", was_cancelled=True)]},
    ]
    tasks = load_tasks(saved(tmp_path, "export.json", rows))
    assert [(task.id, task.question, task.target) for task in tasks] == [
        ("4", "The fan hums.", "fan"),
        ("5", "Dark.", "lamp"),
    ]


@pytest.mark.parametrize(
    ("content", "note"),
    [
        pytest.param(
            {"canary": "x", "examples": [{"input": "a", "target": "b"}]}, "list 'examples'", id="a list under a key"
        ),
        pytest.param({"question": ["a"], "answer": ["b"]}, "columns, each a list", id="columns"),
        pytest.param({"question": {"0": "a"}, "answer": {"0": "b"}}, "each an object by row", id="columns by row"),
        pytest.param(
            {"version": 2, "data": {"name": "x", "questions": [{"question": "a", "answer": "b"}]}},
            "they lie in the object 'data'",
            id="a list in an object",
        ),
        pytest.param({"columns": ["question", "answer"], "data": [["a", "b"]]}, "'columns' and 'data'", id="split"),
        pytest.param(
            {"columns": ["question", "answer"], "index": [0, 1], "data": [["a", "b"], ["c", "d"]]},
            "'columns' and 'data'",
            id="split with an index",
        ),
        pytest.param(
            {
                "features": [{"name": "answer", "type": {"_type": "ClassLabel", "names": ["c", "b"]}}],
                "rows": [{"row_idx": 0, "row": {"question": "a", "answer": 1}, "truncated_cells": []}],
            },
            "the 'row' of each",
            id="a page of the hub's viewer",
        ),
        pytest.param([{"question": "a", "answer": "<think>It is c?</think>\nb"}], "thinking", id="thinking"),
        pytest.param([{"inputs": {"question": "a"}, "outputs": {"answer": "b"}}], "inside 'outputs'", id="layers"),
        pytest.param(
            {"q1": {"question": "a", "answer": "b"}, "q2": {"question": "c", "answer": "d"}},
            "their names are the ids",
            id="by name",
        ),
    ],
)
def test_other_layouts_of_json_are_read_and_told(tmp_path, content, note):
    tasks = load_tasks(saved(tmp_path, "t.json", content))
    assert (tasks[0].question, tasks[0].target) == ("a", "b")
    assert any(note in text for text in tasks.understood.notes)


@pytest.mark.parametrize(
    ("names", "row", "told"),
    [
        (["question", "answer"], ["a", "b", "c"], r"row 2 of 'data' does not fit: its 3 values for 2 'columns'"),
        (["question", "answer"], ["a"], r"row 2 of 'data' does not fit: its 1 values for 2 'columns'"),
        (["question", "question"], ["a", "b"], r"'columns' names 'question' more than once"),
    ],
)
def test_a_table_whose_rows_do_not_fit_its_columns_is_refused(tmp_path, names, row, told):
    with pytest.raises(InputError, match=told):
        load_tasks(saved(tmp_path, "t.json", {"columns": names, "data": [["a", "b"], row]}))


def test_what_was_expected_is_the_target_and_not_what_was_answered(tmp_path):
    (task,) = load_tasks(saved(tmp_path, "t.json", [{"Frage": "a", "Antwort": "c", "Erwartete Antwort": "b"}]))
    assert (task.question, task.target) == ("a", "b")


def test_objects_within_objects_without_end_are_no_tasks(tmp_path):
    nested = {"question": "a"}
    for _ in range(300):
        nested = {"data": nested}
    with pytest.raises(InputError, match="must be a list"):
        load_tasks(saved(tmp_path, "t.json", nested))


def test_several_lists_of_one_file_are_asked_for(tmp_path):
    content = {"spring": [{"question": "a"}], "autumn": [{"question": "b"}]}
    path = saved(tmp_path, "t.json", content)
    with pytest.raises(InputError, match=r"there is more than one list: 'spring', 'autumn'. Name the one"):
        load_tasks(path)
    assert load_tasks(path, sheet="autumn")[0].question == "b"


def test_json_lines_under_the_wrong_name_are_read(tmp_path):
    tasks = load_tasks(saved(tmp_path, "t.json", lines([{"question": "a"}, {"question": "b"}])))
    assert [task.question for task in tasks] == ["a", "b"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(
            "version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 2\n", "git lfs pull", id="Git LFS"
        ),
        pytest.param(
            lines([{"message_id": "1", "parent_id": None, "role": "prompter", "text": "hi"}]),
            "one message of a conv",
            id="a tree",
        ),
    ],
)
def test_files_that_hold_no_tasks_are_refused_with_a_cure(tmp_path, content, message):
    with pytest.raises(InputError, match=message):
        load_tasks(saved(tmp_path, "t.jsonl", content))


def test_layers_that_are_written_as_json_in_a_table_are_taken_out(tmp_path):
    text = 'id,input,expectedOutput,metadata\n9,"{""question"": ""Capital?""}",Oslo,"{""k"": 1}"\n'
    (task,) = load_tasks(saved(tmp_path, "items.csv", text))
    assert (task.id, task.question, task.target) == ("9", "Capital?", "Oslo")
    kept = load_tasks([{"question": "As JSON?", "expected": '{"b": 1,  "a": 2}'}])
    assert kept[0].target == '{"b": 1,  "a": 2}'


def test_argilla_gives_what_people_submitted(tmp_path):
    def record(name, text, *answers):
        given = [{"value": value, "user_id": str(n), "status": status} for n, (value, status) in enumerate(answers)]
        return {"id": name, "fields": {"text": text}, "responses": {"mood": given}, "suggestions": {}}

    path = tmp_path / "records.json"
    records = [
        record("a", "Lovely tea.", ("glad", "submitted"), ("sad", "discarded")),
        record("b", "It rained.", ("sad", "submitted")),
    ]
    path.write_text(json.dumps(records), encoding="utf-8")
    assert [(task.id, task.question, task.target) for task in load_tasks(path)] == [
        ("a", "Lovely tea.", "glad"),
        ("b", "It rained.", "sad"),
    ]


def test_chatgpt_s_export_gives_the_branch_that_was_shown(tmp_path):
    def node(parent, role, text):
        message = {"author": {"role": role}, "content": {"content_type": "text", "parts": [text]}}
        return {"message": message if role else None, "parent": parent, "children": []}

    tree = {
        "root": node(None, None, ""),
        "ask": node("root", "user", "Which sea lies east of Malta?"),
        "old": node("ask", "assistant", "The Aegean"),
        "new": node("ask", "assistant", "The Ionian"),
    }
    path = tmp_path / "conversations.json"
    path.write_text(json.dumps([{"title": "Seas", "mapping": tree, "current_node": "new"}]), encoding="utf-8")
    task = load_tasks(path)[0]
    assert (task.question, task.target) == ("Which sea lies east of Malta?", "The Ionian")


def test_the_spans_of_drop_are_said_to_be_one_answer(tmp_path):
    path = tmp_path / "drop.jsonl"
    answer = {"number": "", "date": {}, "spans": ["Turin", "Genoa"]}
    path.write_text(json.dumps({"passage": "…", "question": "Which towns?", "answer": answer}) + "\n", encoding="utf-8")
    tasks = load_tasks(path)
    assert tasks[0].target == "Turin, Genoa"
    assert "all of its spans as one answer" in str(tasks.understood)


def test_objects_inside_the_columns_of_a_parquet_file_are_taken_out(tmp_path):
    pandas = pytest.importorskip("pandas")
    rows = [{"id": "1", "input": {"question": "a", "context": "c"}, "expected": {"answer": "b"}}]
    pandas.DataFrame(rows).to_parquet(tmp_path / "t.parquet")
    (task,) = load_tasks(tmp_path / "t.parquet")
    assert (task.question, task.context, task.target) == ("a", "c", "b")


def test_the_last_turn_is_the_target_without_its_thinking(tmp_path):
    turns = [{"from": "human", "value": "a"}, {"from": "gpt", "value": "<think>c, no, b.</think>\n\nb"}]
    (task,) = load_tasks(saved(tmp_path, "t.json", [{"conversations": turns}]))
    assert (task.question, task.target) == ("a", "b")


def test_a_target_is_read_without_its_thinking_in_whatever_notation_a_model_writes_it(tmp_path):
    whole = [{"question": "a", "answer": f"{opening}c, no, b.{closing}\n\nb"} for opening, closing in BLOCKS]
    ending = [{"question": "a", "answer": f"c, no, b.\n{closing}\n\nb"} for _, closing in BLOCKS]
    named = [{"question": "a", "answer": f"what {closing} ends"} for _, closing in BLOCKS]
    tasks = load_tasks(saved(tmp_path, "t.json", whole + ending + named))
    assert {task.target for task in tasks[: 2 * len(BLOCKS)]} == {"b"}
    assert [task.target for task in tasks[2 * len(BLOCKS) :]] == [line["answer"] for line in named]


def test_an_answer_with_its_place_in_the_passage_is_its_text(tmp_path):
    (task,) = load_tasks(saved(tmp_path, "t.json", [{"question": "a", "answer": {"text": "b", "start": 3}}]))
    assert task.target == "b"


def test_errors_of_a_spreadsheet_are_no_targets_and_words_for_none_are_told(tmp_path):
    tasks = load_tasks(saved(tmp_path, "t.csv", "question,answer\na,4\nb,#N/A\nc,7\nd,N/A\ne,9\n"))
    assert [task.target for task in tasks] == ["4", None, "7", "N/A", "9"]
    first, second = tasks.understood.warnings[:2]
    assert "'#N/A' in 1 of 5" in first
    assert "'N/A' in 1 of 5" in second
