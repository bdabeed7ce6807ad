"""The texts of options, read as what they stand for."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from workbench.cli.options import TASK_WORDS, grid_options, layout_of, params_of


def test_a_layout_is_read_from_its_texts():
    assert layout_of(("a/x, b/y ,", "a/x"), "mine.toml", "1_024,64", 3, ["seed=7"], "cut") == {
        "models": ["a/x", "b/y"],
        "prompts": Path("mine.toml"),
        "max_tokens": [1024, 64],
        "repeats": 3,
        "params": {"seed": 7},
        "caps": "cut",
    }
    assert layout_of(("a/x",), None, None, 1, ()) == {
        "models": ["a/x"],
        "prompts": None,
        "max_tokens": None,
        "repeats": 1,
        "params": {},
        "caps": "buy",
    }


@pytest.mark.parametrize(
    ("pair", "value"),
    [
        ("p=0.5", 0.5),
        ("p=[0, 1]", [0, 1]),
        ("p=true", True),
        ("p=low", "low"),
        ("p=", ""),
        ("p=a=b", "a=b"),
        ('p={"type": "disabled"}', {"type": "disabled"}),
    ],
)
def test_a_value_is_json_where_it_reads_as_json_and_else_text(pair, value):
    assert params_of([pair]) == {"p": value}


@pytest.mark.parametrize(
    ("read", "words"),
    [
        (lambda: params_of(["seed"]), "'seed' is not of the form name=value"),
        (lambda: params_of(["=7"]), "'=7' is not of the form"),
        (lambda: layout_of(("a/x",), None, "64,much", 1, ()), "'64,much' is no list of whole numbers"),
    ],
)
def test_what_cannot_be_read_is_shown(read, words):
    with pytest.raises(click.BadParameter, match=words):
        read()


def test_a_command_takes_the_options_in_their_order():
    command = click.command()(grid_options(lambda **given: None))
    assert [parameter.name for parameter in command.params] == [
        "tasks", "models", "prompts", "max_tokens", "caps", "repeats", "params", "fallback", "concurrency", *TASK_WORDS
    ]  # fmt: skip
