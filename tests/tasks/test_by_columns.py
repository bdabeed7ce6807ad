"""Tasks made column by column are those made one by one; what needs more than that is left to whoever does so."""

from __future__ import annotations

import math

import pytest

from workbench.errors import InputError
from workbench.tasks.by_columns import tasks_by_columns
from workbench.tasks.tasks import load_tasks

QUESTIONS = ("Why is the sea salt?", " Why is snow white? ", "Who was Ada?")

TABLES = {
    "a question alone": [{}, {}, {}],
    "ids as texts, numbers, blank, absent": [{"id": " a "}, {"id": 7}, {"id": " "}],
    "ids that some lack": [{"id": "a"}, {}, {"id": None}],
    "targets as texts": [{"target": "one"}, {"target": " two "}, {"target": ""}],
    "targets as numbers": [{"target": 1.0}, {"target": math.nan}, {"target": 12}],
    "targets behind a mark": [{"target": "so\n#### 5"}, {"target": "#### 6"}, {"target": "7"}],
    "targets in boxes": [{"target": r"\boxed{5}"}, {"target": r"\boxed{6}"}, {"target": "7"}],
    "targets after thinking": [{"target": "<think>hm</think>\n\n5"}, {"target": "6"}, {"target": "7"}],
    "targets in lists": [{"target": ["a", "b"]}, {"target": ["c | d"]}, {"target": []}],
    "lists of targets as texts": [{"target": "['a', 'b']"}, {"target": "['c']"}, {"target": "[]"}],
    "errors of a spreadsheet": [{"target": "#N/A"}, {"target": "5"}, {"target": "6"}],
    "classes": [{"target": "sea"}, {"target": "snow"}, {"target": "sea"}],
    "numbers that stand for names": [{"label": 0}, {"label": 1}, {"label": -1}],
    "other columns in another order": [
        {"kind": "a", "level": 2},
        {"level": 3, "kind": "b"},
        {"kind": None, "level": ()},
    ],
    "a name that is no text": [{5: "five", "target": "a"}, {5: "six"}, {}],
    "a target whose name is no text": [{"id": "a", 5: 1}, {"id": "b", 5: 2}, {"id": "c", 5: 3}],
}


@pytest.mark.parametrize("more", TABLES.values(), ids=TABLES)
@pytest.mark.parametrize("column", ["question", "prompt"])
def test_tasks_made_by_columns_are_those_made_one_by_one(more, column):
    records = [{**cells, column: question} for question, cells in zip(QUESTIONS, more, strict=True)]
    together, alone = load_tasks(records), load_tasks(records, limit=len(records))
    assert [*together] == [*alone]
    assert together.understood == alone.understood
    for one, other in zip(together, alone, strict=True):
        assert (repr(one), [*one.own.items()], [*one.extra]) == (repr(other), [*other.own.items()], [*other.extra])


@pytest.mark.parametrize(
    ("last", "told"),
    [
        pytest.param({"id": "x", "question": " "}, "item 3: the question .* is empty", id="blank"),
        pytest.param({"id": "x"}, "item 3: the question .* is empty", id="absent"),
        pytest.param({"id": "x", "question": ["a"]}, "item 3: the question .* must be text", id="a list"),
        pytest.param({"id": "a", "question": "c"}, "the id 'a' stands in item 1 and in item 3", id="an id again"),
        pytest.param({"id": "x", "question": "c", "target": ["d", " "]}, "item 3: one of .* is empty", id="target"),
        pytest.param(5, "item 3: a task is a question, a mapping or a Task", id="no record"),
    ],
)
def test_what_is_wrong_with_the_last_record_is_told_with_its_place(last, told):
    records = [{"id": name, "question": name, "target": ["t"]} for name in "ab"]
    with pytest.raises(InputError, match=told):
        load_tasks([*records, last])


def test_nothing_is_made_where_a_question_is_no_text():
    records = [{"q": "a"}, {"q": 5}]
    assert tasks_by_columns(records, "q", None, None, None) is None
    assert [task.question for task in tasks_by_columns(records[:1], "q", None, None, None)] == ["a"]
    assert [task.question for task in load_tasks(records, question="q")] == ["a", "5"]
