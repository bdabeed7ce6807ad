"""Prompts as files, read and saved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from asked_tasks import TASK
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import InputError
from workbench.tasks.prompts import Prompt, load_prompts, render_all, save_prompt

SAMPLES = Path(__file__).parents[2] / "notebooks" / "prompts"


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


def test_a_configuration_of_promptfoo_gives_its_prompts(tmp_path):
    (tmp_path / "terse.txt").write_text("Terse: {{question}}\n")
    file = tmp_path / "promptfooconfig.yaml"
    listed = ["One word: {{question}}", "file://terse.txt", {"label": "kind", "raw": "Please, {{question}}"}]
    file.write_text(json.dumps({"prompts": listed}))  # which is YAML, too
    prompts = load_prompts(file)
    assert {prompt.name: prompt.user for prompt in prompts.values()} == {
        "prompt 1": "One word: {{question}}",
        "prompt 2": "Terse: {{question}}",
        "kind": "Please, {{question}}",
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tests: []", "lists no prompts"),
        ("prompts: [file://prompt.py]", "programs are not run"),
        ('prompts: [\'[{"role": "user"}]\']', "not one text"),
        ("prompts: [{label: a, raw: '{{question}}'}, {label: a, raw: '{{question}}!'}]", "two prompts are called 'a'"),
        ("prompts: [", "not YAML"),
    ],
    ids=["none", "a program", "a conversation", "two of a name", "no YAML"],
)
def test_what_promptfoo_prompts_cannot_be_taken_over_is_said(tmp_path, text, said):
    (tmp_path / "p.yaml").write_text(text)
    with pytest.raises(InputError, match=said):
        load_prompts(tmp_path / "p.yaml")
