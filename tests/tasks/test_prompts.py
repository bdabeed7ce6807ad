"""Prompts: what they are made of, what they may see, what is said of a mistake before anything is bought."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.tasks.prompts import Prompt, load_prompts, render_all, save_prompt
from workbench.tasks.tasks import Task

TASK = Task("7", "What is 6 * 7?", "42", {"kind": "sum", "two words": "x"})
SAMPLES = Path(__file__).parents[2] / "notebooks" / "prompts"


def content(template, task=TASK):
    return Prompt("p", template).render(task)[-1]["content"]


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
    start = time.perf_counter()
    with pytest.raises(InputError, match=message):
        render_all({"p": Prompt("p", template)}, [TASK])
    assert time.perf_counter() - start < 5


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
    start = time.perf_counter()
    render_all(load_prompts({"a": {"system": "Be brief."}}), tasks)
    assert time.perf_counter() - start < 5


def test_a_folder_gives_one_prompt_a_file(tmp_path):
    (tmp_path / "plain.md").write_text("{{ question }}\n")
    (tmp_path / "brief.txt").write_bytes(b"\xef\xbb\xbf{{ question }}\r\nBriefly.\n\n")
    (tmp_path / "full.toml").write_text(
        'system = "S"\nuser = "{{ question }}"\nexamples = [{user = "u", assistant = "a"}]\n'
    )
    (tmp_path / "README.md").write_text("Not a prompt.")
    (tmp_path / ".draft.md").write_text("Not a prompt.")
    (tmp_path / "table.csv").write_text("Not a prompt.")
    assert load_prompts(tmp_path) == {
        "brief": Prompt("brief", "{{ question }}\nBriefly.\n"),
        "full": Prompt("full", "{{ question }}", "S", (("u", "a"),)),
        "plain": Prompt("plain", "{{ question }}"),
    }
    assert list(load_prompts(str(tmp_path / "plain.md"))) == ["plain"]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        pytest.param({"a.csv": b""}, "No prompt files in", id="none"),
        pytest.param(
            {"a.md": b"{{ question }}", "a.txt": b"{{ question }}"},
            "Two files give the prompt 'a': a.md and a.txt",
            id="twice",
        ),
        pytest.param({"a.md": b"\xff"}, "a.md is not UTF-8: byte 0xff", id="encoding"),
        pytest.param({"a.toml": b"user ="}, "a.toml: not TOML", id="not TOML"),
        pytest.param({"a.toml": b"name = 3"}, "the name must be text", id="a number as name"),
        pytest.param({"a.toml": b'users = "{{ question }}"'}, "Prompt 'a': unknown part 'users'", id="misspelt part"),
        pytest.param({"a.md": b"{% if %}"}, "Prompt 'a', user part: line 1", id="not a template"),
    ],
)
def test_a_bad_prompt_file_is_named(tmp_path, files, message):
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    with pytest.raises(InputError, match=message):
        load_prompts(tmp_path)


TEXT = st.text(st.characters(exclude_categories=("Cs",)))
TEMPLATE = TEXT.map(lambda text: "{{ question }}" + text.replace("{", "(").replace("}", ")"))


@settings(deadline=None)
@given(TEXT.filter(str.strip), TEMPLATE, st.none() | TEMPLATE, st.lists(st.tuples(TEMPLATE, TEMPLATE), max_size=2))
def test_a_saved_prompt_is_the_same_when_loaded(tmp_path_factory, name, user, system, examples):
    folder = tmp_path_factory.mktemp("prompts")
    prompt = Prompt(name, user, system, tuple(examples))
    path = save_prompt(prompt, folder)
    assert path.parent == folder
    assert load_prompts(folder) == {name: prompt}


@pytest.mark.parametrize(
    "template",
    [
        pytest.param('{{ question }}"', id="a quote at the end"),
        pytest.param('{{ question }}\n"""\n""""', id="triple quotes"),
        pytest.param("\n\n{{ question }}\n", id="line breaks around"),
        pytest.param("{{ question }}\\n\\u0041\\", id="backslashes"),
        pytest.param("{{ question }}\r\n\r\t\x00\x1b\x7f", id="control characters"),
    ],
)
def test_awkward_templates_are_saved_exactly(tmp_path, template):
    save_prompt(Prompt("p", template), tmp_path)
    assert load_prompts(tmp_path)["p"].user == template


@pytest.mark.parametrize(
    "name",
    ["plain", "../escape", "/etc/passwd", "CON", "nul.txt", ".hidden", "a/b:c", "日本語", "x" * 300, "README", "end."],
)
def test_a_prompt_is_saved_inside_its_folder_under_a_safe_name(tmp_path, name):
    path = save_prompt(Prompt(name), tmp_path / "prompts")
    assert path.resolve().parent == (tmp_path / "prompts").resolve()
    assert path.name.isascii()
    assert len(path.name) < 100
    assert path.stem.upper() not in ("CON", "NUL", "README")
    assert list(load_prompts(tmp_path / "prompts")) == [name]


def test_a_saved_prompt_is_overwritten_only_when_told(tmp_path):
    save_prompt(Prompt("p", "{{ question }}1"), tmp_path)
    with pytest.raises(InputError, match="exists already"):
        save_prompt(Prompt("p", "{{ question }}2"), tmp_path)
    assert load_prompts(tmp_path)["p"].user == "{{ question }}1"
    save_prompt(Prompt("p", "{{ question }}2"), tmp_path, overwrite=True)
    assert load_prompts(tmp_path)["p"].user == "{{ question }}2"
    assert [file.name for file in tmp_path.iterdir()] == ["p.toml"]


def test_overwriting_does_not_follow_a_link(tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "p.toml").symlink_to(victim)
    save_prompt(Prompt("p"), tmp_path / "prompts", overwrite=True)
    assert victim.read_text() == "precious"


def test_a_text_file_of_that_name_is_not_shadowed(tmp_path):
    (tmp_path / "p.md").write_text("{{ question }}")
    with pytest.raises(InputError, match=r"p\.md' holds a prompt of that name already"):
        save_prompt(Prompt("p"), tmp_path, overwrite=True)


def test_half_a_character_cannot_be_saved(tmp_path):
    with pytest.raises(InputError, match="lone surrogate"):
        save_prompt(Prompt("p", "{{ question }}\ud83c"), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_sample_prompts_work():
    prompts = load_prompts(SAMPLES)
    assert list(prompts) == ["one-sentence", "plain", "short-answer", "step-by-step", "worked-examples"]
    render_all(prompts, [TASK])
    assert len(prompts["worked-examples"].render(TASK)) == 7
