"""Prompts: what they are made of, what they may see, what is said of a mistake before anything is bought."""

from __future__ import annotations

import pytest
from asked_tasks import TASK

from workbench.errors import InputError
from workbench.tasks.prompts import Prompt, load_prompts, render_all
from workbench.tasks.tasks import Task


@pytest.mark.parametrize(
    ("source", "messages"),
    [
        pytest.param("Q: {{ question }}", [("user", "Q: What is 6 * 7?")], id="template"),
        pytest.param({"system": "Be brief."}, [("system", "Be brief."), ("user", "What is 6 * 7?")], id="system only"),
        pytest.param(
            {"system": "{{ '' }}", "user": "{{ kind }}"}, [("user", "sum")], id="a blank system part is left out"
        ),
        pytest.param(
            {"user": "{{ question }}", "examples": [{"user": "1 + 1?", "assistant": "2"}, ("2 + 2?", "4")]},
            [
                ("user", "1 + 1?"),
                ("assistant", "2"),
                ("user", "2 + 2?"),
                ("assistant", "4"),
                ("user", "What is 6 * 7?"),
            ],
            id="examples come before the question",
        ),
        pytest.param(
            [
                {"role": "system", "content": "A {{ kind }}."},
                {"role": "user", "content": "1 + 1?"},
                {"role": "assistant", "content": "2"},
                {"role": "user", "content": "{{ question }}"},
            ],
            [("system", "A sum."), ("user", "1 + 1?"), ("assistant", "2"), ("user", "What is 6 * 7?")],
            id="chat messages",
        ),
        pytest.param(Prompt("other", "{{ task.id }}"), [("user", "7")], id="a Prompt takes the name it is given"),
    ],
)
def test_a_prompt_is_made_of_what_is_handed_over(source, messages):
    prompt = load_prompts({"mine": source})["mine"]
    assert prompt.name == "mine"
    assert [(message["role"], message["content"]) for message in prompt.render(TASK)] == messages


def test_without_prompts_the_bare_question_is_asked():
    assert load_prompts()["plain"].render(TASK) == [{"role": "user", "content": "What is 6 * 7?"}]


def test_a_template_a_prompt_or_a_list_of_prompts_will_do():
    assert list(load_prompts("{{ question }}!")) == ["prompt"]
    assert list(load_prompts(Prompt("a"))) == ["a"]
    assert list(load_prompts([Prompt("a"), Prompt("b")])) == ["a", "b"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        pytest.param(
            "Think step by step.", r"Prompt 'p' uses nothing of the task.*\{\{ question \}\}", id="no variable"
        ),
        pytest.param("{{ question }", "Prompt 'p', user part: line 1: ", id="syntax"),
        pytest.param("a\nb\n{% if x %}", "Prompt 'p', user part: line 3: ", id="an open block"),
        pytest.param(
            {"system": "{{", "user": "{{ question }}"}, "Prompt 'p', system part: line 1", id="in the system part"
        ),
        pytest.param({"examples": [("{% x %}", "a")]}, "user part of example 1: line 1", id="in an example"),
        pytest.param(
            {"prompt": "{{ question }}"}, "unknown part 'prompt'. Parts are system, user, examples", id="unknown part"
        ),
        pytest.param(
            {"examples": [{"user": "a"}]}, "example 1 must have a user and an assistant part", id="half an example"
        ),
        pytest.param({"user": 7}, "user part must be text, not int", id="a number"),
        pytest.param(7, "must be a template, a mapping or a list of messages, not 7", id="not a prompt"),
        pytest.param([], "user is last; these are none", id="no messages"),
        pytest.param([{"role": "user"}], "a message has a role and a content", id="half a message"),
        pytest.param(
            [{"role": "user", "content": "{{ question }}"}, {"role": "assistant", "content": "The answer:"}],
            "user is last; these are user, assistant",
            id="ends with the assistant",
        ),
        pytest.param("{{ question }}{{ 2 ** 1000000 }}", "too large for a template", id="a power"),
        pytest.param("{{ question }}{{ 'x' | no_such }}", "No filter named 'no_such'", id="unknown filter"),
    ],
)
def test_a_bad_prompt_names_itself_and_the_place(source, message):
    with pytest.raises(InputError, match=message):
        load_prompts({"p": source})["p"].render(TASK)


@pytest.mark.parametrize(
    ("prompts", "message"),
    [
        pytest.param({}, "There are no prompts", id="none"),
        pytest.param({" ": "{{ question }}"}, "A prompt needs a name", id="blank name"),
        pytest.param(["{{ question }}"], "A list of prompts holds Prompts", id="a list of texts"),
        pytest.param([Prompt("a"), Prompt("a")], "Two prompts have the same name", id="same name"),
        pytest.param("nowhere", "No prompt file or folder 'nowhere'", id="no such folder"),
        pytest.param("nowhere.toml", "Cannot read the prompt file 'nowhere.toml': No such file", id="no such file"),
    ],
)
def test_what_is_no_collection_of_prompts_is_refused(prompts, message):
    with pytest.raises(InputError, match=message):
        load_prompts(prompts)


def test_a_kind_of_prompt_that_renders_in_its_own_way_is_sent_as_it_renders():
    class Begun(Prompt):
        def render(self, task):
            return [*super().render(task), {"role": "assistant", "content": "I have begun:"}]

    sent = render_all({"begun": Begun("begun")}, [Task("1", "How many?")])["begun"]
    assert [message["role"] for message in sent[0][1]] == ["user", "assistant"]


@pytest.mark.parametrize("question", ["6 * 7?", " 6 * 7?\n", "", " \n", "{{ question }}", "half \ud83d"])
@pytest.mark.parametrize("more", [{}, {"context": "Read."}, {"options": {"A": "42"}}, {"system": "Be brief."}], ids=str)
def test_bare_questions_rendered_together_are_those_rendered_one_by_one(question, more):
    prompt, task = Prompt("plain"), Task("1", question, **more)
    if question.strip() or "context" in more or "options" in more:
        together = render_all({"plain": prompt}, [Task("0", "1 + 1?"), task])["plain"].sent
        assert together == ["1 + 1?", prompt.sent(task)]
    else:
        with pytest.raises(InputError, match="is empty for task '1'"):
            render_all({"plain": prompt}, [Task("0", "1 + 1?"), task])
