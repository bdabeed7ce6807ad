"""Templates filled with tasks."""

from __future__ import annotations

import time

import pytest
from asked_tasks import TASK, content
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.tasks.prompts import Prompt, load_prompts, render_all
from workbench.tasks.tasks import Task


@pytest.mark.parametrize(
    ("template", "text"),
    [
        pytest.param("{{ question }} ", "What is 6 * 7? ", id="blanks stay"),
        pytest.param("{{ question }}\n", "What is 6 * 7?\n", id="the last line break stays"),
        pytest.param("{{ task }}", "What is 6 * 7?", id="a task shows as its question"),
        pytest.param('{{ task["two words"] }}', "x", id="a column with a space"),
        pytest.param("{{ task.extra.kind }}", "sum", id="extra"),
        pytest.param("{{ kind }}<&>'", "sum<&>'", id="nothing is escaped"),
        pytest.param("{{ task.extra | tojson }}", '{"kind": "sum", "two words": "x"}', id="plain JSON"),
        pytest.param("{% for n in range(3) %}{{ n }}{{ kind }}{% endfor %}", "0sum1sum2sum", id="range"),
        pytest.param("{{ hint | default('none') }}", "none", id="a default for a missing column"),
        pytest.param("{% if hint is defined %}{{ hint }}{% endif %}{{ kind }}", "sum", id="is defined"),
        pytest.param("{{ '-' * 3 }}{{ kind }}", "---sum", id="a rule"),
    ],
)
def test_a_template_sees_the_task(template, text):
    assert content(template) == text


@settings(deadline=None)
@given(st.text().filter(str.strip))
def test_the_text_of_a_task_is_never_template_code(text):
    assert content("{{ question }}", Task("1", text)) == text
    assert content("{{ note }}", Task("1", "q", None, {"note": "{{ 7 * 7 }}" + text})) == "{{ 7 * 7 }}" + text


@pytest.mark.parametrize(
    ("template", "message"),
    [
        pytest.param(
            "{{ knd }}",
            r"user part: unknown variable 'knd'. Variables are kind, question, task, two words. Did you mean 'kind'\?",
            id="misspelt",
        ),
        pytest.param(
            "{{ target }}", "uses 'target', which no prompt is given: it would tell the model the answer", id="target"
        ),
        pytest.param(
            "{{ question }}{{ task.target }}", "uses 'target', which no prompt is given", id="target of the task"
        ),
        pytest.param(
            "{{ question }}{{ task['target'] }}", "uses 'target', which no prompt is given", id="target by key"
        ),
        pytest.param("{{ question.nothing }}", "fails on task '7': .*no attribute 'nothing'", id="no attribute"),
        pytest.param("{{ question }}{{ 1 / 0 }}", "division by zero", id="arithmetic"),
        pytest.param("{% if kind == 'none' %}x{% endif %}", "Prompt 'p' is empty for task '7'", id="nothing is left"),
        pytest.param("{% include kind %}", "fails on task '7'", id="include"),
        pytest.param("{{ question.__class__ }}", "unsafe|no attribute|undefined", id="underscores"),
        pytest.param(
            "{{ ''.__class__.__mro__ }}{{ kind }}", "unsafe|no attribute|undefined", id="the way out of a sandbox"
        ),
        pytest.param("{{ task.extra.update(a=1) }}", "fails on task", id="changing a task"),
        pytest.param(
            "{{ question.upper }}", "upper is a function: call it", id="a function, whose address would change"
        ),
        pytest.param("{{ [question] | map('upper') }}", "add | list", id="a stream, whose address would change"),
        pytest.param(
            "{% for a in range(10**9) %}{{ kind }}{% endfor %}", "loops take more than 100,000 steps", id="long loop"
        ),
        pytest.param(
            "{% for a in range(9**5) %}{% for b in range(9**5) %}{{ kind }}{% endfor %}{% endfor %}",
            "loops take more",
            id="nested loops",
        ),
        pytest.param("{{ kind * 10**9 }}", "too long for a template", id="long text"),
        pytest.param("{{ 10**8 * [kind] }}", "too long for a template", id="long list"),
        pytest.param(
            "{% set x = kind * 30000 %}{% for a in range(9000) %}{{ x }}{% endfor %}",
            "more than 20,000,000 characters",
            id="long prompt",
        ),
        pytest.param("{{ kind }}{{ lipsum() }}", "'lipsum'", id="random text"),
    ],
)
def test_a_template_that_cannot_be_filled_says_why(template, message):
    start = time.process_time()
    with pytest.raises(InputError, match=message):
        render_all({"p": Prompt("p", template)}, [TASK])
    assert time.process_time() - start < 5


def test_the_target_stays_out_even_where_a_column_has_its_name():
    with pytest.raises(InputError, match="which no prompt is given"):
        Prompt("p", "{{ target }}").render(Task("1", "q", "42", {"target": "x"}))


def test_a_column_that_some_tasks_lack_names_the_task():
    tasks = [Task("a", "q", None, {"hint": "h"}), Task("b", "q")]
    with pytest.raises(InputError, match="Prompt 'p' uses 'hint', which task 'b' lacks and others have"):
        render_all({"p": Prompt("p", "{{ hint }}")}, tasks)
    render_all({"p": Prompt("p", "{{ question }}{{ hint | default('') }}")}, tasks)


def test_variables_are_those_of_all_parts():
    prompt = Prompt("p", "{{ question }}", system="{{ role }}", examples=(("{{ a }}", "{% set b = 1 %}{{ b }}"),))
    assert prompt.variables == {"question", "role", "a"}


def test_rendering_twice_gives_the_same_text():
    prompt = Prompt("p", "{{ task }}{{ task.extra }}{{ question }}")
    assert prompt.render(TASK) == prompt.render(TASK)


def test_ten_thousand_tasks_are_rendered_in_a_second_or_two():
    tasks = [Task(str(number), f"What is {number}?") for number in range(10_000)]
    start = time.process_time()
    render_all(load_prompts({"a": {"system": "Be brief."}}), tasks)
    assert time.process_time() - start < 5
