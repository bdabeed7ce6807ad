"""GGUF files of the user's own as models: what is told of them, and of those that cannot be served."""

import os
from pathlib import Path

import pytest
from gguf_files import small
from gguf_files import write_settings as settings

import workbench as wb
from workbench.errors import ConfigError, InputError, LocalModelError, NotFound
from workbench.providers.models import resolve
from workbench.providers.requests import build_request


def test_what_a_file_says_of_itself_decides_whether_thinking_can_be_switched(tmp_path):
    plain = resolve(f"local:{small(tmp_path / 'plain.gguf')}").facts
    assert (plain.thinking, plain.efforts, plain.context_tokens, plain.default_max_tokens) == ("none", (), 512, 256)
    path = small(tmp_path / "always.gguf", template="{{ messages[0].content }}<think>", context=100_000)
    always = resolve(f"local:{path}").facts
    assert (always.always_thinks, always.thinking, always.context_tokens) == (True, "full", 8192)
    path = small(tmp_path / "both.gguf", template="{{ enable_thinking }} {{ reasoning_effort }} <think>")
    both = resolve(f"local:{path}").facts
    assert (both.always_thinks, both.efforts, both.effort_in) == (False, None, "reasoning_effort")
    body = build_request("x", target=resolve(f"local:{path}"), thinking=False).body
    assert body["chat_template_kwargs"] == {"enable_thinking": False}
    with pytest.raises(ConfigError, match="does not think"):
        build_request("x", target=resolve(f"local:{tmp_path / 'plain.gguf'}"), thinking=True)


@pytest.mark.parametrize(
    ("template", "switched"),
    [
        (
            "{% if not thinking is defined %}{% set thinking = false %}{% endif %}{% if thinking %}<think>{% endif %}",
            True,
        ),
        ("{%- if add_generation_prompt and thinking is defined and thinking %}<think>{%- endif %}", True),
        ("{% set thinking = messages[0].thinking %}{% if thinking %}<think>{{ thinking }}</think>{% endif %}", False),
        ("{% for message in messages %}{% if message.thinking %}<think>{% endif %}{% endfor %}", False),
        ("{% generation %}<think>{% if thinking %}{% endif %}{% endgeneration %}", False),
    ],
    ids=["a default", "at its end", "of its own", "of a message", "unreadable"],
)
def test_a_template_that_asks_for_thinking_plainly_can_be_told_not_to(tmp_path, template, switched):
    target = resolve(f"local:{small(tmp_path / 'm.gguf', template=template)}")
    assert target.facts.always_thinks is not switched
    if switched:
        assert build_request("x", target=target, thinking=False).body["chat_template_kwargs"] == {"thinking": False}


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "There is no file"),
        (lambda path: path.mkdir(), "is a folder"),
        (lambda path: path.write_text("version https://git-lfs.github.com/spec/v1"), "is no GGUF file"),
        (lambda path: small(path, template=None), "no chat template"),
        (lambda path: path.write_bytes(small(path).read_bytes()[:-400]), "cut short"),
        (lambda path: small(path, split__no=1, split__count=3), "part 2 of 3"),
    ],
    ids=["missing", "folder", "pointer", "no template", "cut", "second part"],
)
def test_a_file_that_cannot_be_served_is_told_before_anything_starts(tmp_path, make, said):
    path = tmp_path / "model.gguf"
    make(path)
    with pytest.raises(LocalModelError) as caught:
        wb.ask("x", model=f"local:{path}")
    assert said in str(caught.value)
    assert "model.gguf" in str(caught.value)


def test_a_model_in_parts_needs_all_of_them(tmp_path):
    path = small(tmp_path / "m-00001-of-00002.gguf", split__no=0, split__count=2)
    target = resolve(f"local:{path}")
    with pytest.raises(LocalModelError, match="part 2 is not beside it"):
        build_request("x", target=target)
    small(tmp_path / "m-00002-of-00002.gguf", split__no=1, split__count=2)
    assert build_request("x", target=target).base_url.startswith("local://m-00001-of-00002/")


@pytest.mark.parametrize(
    ("table", "error", "said"),
    [
        ('[models."openai/x"]\nfile = "a.gguf"\n', InputError, "file is of a file that is served here"),
        ('[models."local/x"]\nthreads = 2\n', InputError, "threads is of a file"),
        ('[models."local/smollm2-135m-think"]\nfile = "a.gguf"\n', LocalModelError, "that the workbench brings"),
    ],
)
def test_tables_that_cannot_be_meant_are_refused(tmp_path, monkeypatch, table, error, said):
    settings(monkeypatch, tmp_path, table)
    with pytest.raises(error, match=said):
        resolve("local/smollm2-135m-think")


def test_an_unknown_local_model_is_told_that_any_file_would_do():
    with pytest.raises(NotFound, match="local:PATH is any GGUF file"):
        resolve("local/qwen")


def test_a_name_that_is_no_utf_8_is_told_before_anything_starts(tmp_path):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/b\xff.gguf")
    small(Path(path))
    with pytest.raises(LocalModelError, match="is not UTF-8") as caught:
        resolve(f"local:{path}")
    str(caught.value).encode("utf-8")
