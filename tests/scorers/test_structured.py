"""Answers that should be JSON."""

from __future__ import annotations

import pytest

from workbench.errors import InputError
from workbench.scorers.structured import json_schema
from workbench.tasks.tasks import Task

CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


@pytest.mark.parametrize(
    ("schema", "answer", "target", "value", "why"),
    [
        pytest.param(CITY, '{"city": "Rome"}', None, 1, "the JSON fits", id="whole answer"),
        pytest.param(CITY, 'Here:\n```json\n{"city": "Rome"}\n```\nDone {1}.', None, 1, "the JSON fits", id="fenced"),
        pytest.param(
            CITY, '```\n{}\n```\nor\n```\n{"city": "Rome"}\n```', None, 1, "the JSON fits", id="the last fence"
        ),
        pytest.param(CITY, 'It is {"city": "Rome"}.', None, 1, "the JSON fits", id="in prose"),
        pytest.param(CITY, "Rome", None, 0, "no JSON in the answer", id="none"),
        pytest.param(CITY, '{"city": NaN}', None, 0, "no JSON in the answer", id="NaN is not JSON"),
        pytest.param(CITY, "[" * 100_000, None, 0, "no JSON in the answer", id="too deep"),
        pytest.param(
            CITY, '{"city": 7}', None, 0, "does not fit the schema: 7 is not of type 'string'", id="wrong type"
        ),
        pytest.param(
            CITY, '{"city": "Rome"}', '{"city": "Roma"}', 0, 'differs from the target {"city": "Roma"}', id="target"
        ),
        pytest.param(
            None, '{"b": 2.0, "a": [1]}', '{"a": [1], "b": 2}', 1, "equals the target", id="numbers and order"
        ),
        pytest.param(None, "[2, 1]", "[1, 2]", 0, "differs", id="lists have an order"),
        pytest.param(None, "1", "true", 0, "differs", id="true is not 1"),
        pytest.param(False, "1", None, 0, "does not fit", id="a schema that nothing fits"),
    ],
)
def test_json_is_checked(schema, answer, target, value, why):
    score = json_schema(schema)(answer, Task("7", "q", target))
    assert score.value == value
    assert why in score.why


def test_a_task_may_bring_its_own_schema():
    task = Task("7", "q", None, {"schema": '{"type": "array"}'})
    assert [json_schema()(answer, task).value for answer in ("[]", "{}")] == [1, 0]


@pytest.mark.parametrize(
    ("schema", "task", "message"),
    [
        pytest.param({"type": "citty"}, Task("7", "q"), "Not a JSON schema", id="no schema"),
        pytest.param({}, Task("7", "q", "Rome"), "the target of task '7' is not JSON", id="target"),
        pytest.param(
            None, Task("7", "q", None, {"schema": "{"}), "the schema of task '7' is not JSON", id="own schema"
        ),
        pytest.param({"$ref": "http://127.0.0.1:9/x"}, Task("7", "q"), "refers to 'http://127.0.0.1:9/x'", id="remote"),
    ],
)
def test_what_cannot_be_checked_is_refused(schema, task, message):
    with pytest.raises(InputError, match=message):
        json_schema(schema)("{}", task)


@pytest.mark.parametrize(
    ("rest", "sure"),
    [('. No, {"city": "Ro', False), (" and not {x}", True), ("", True)],
)
def test_after_an_object_that_breaks_off_the_one_before_it_is_left_to_a_person(rest, sure):
    score = json_schema(CITY)('It is {"city": "Rome"}' + rest, Task("1", "Where?"))
    assert (score.value, score.sure) == (1.0, sure)
