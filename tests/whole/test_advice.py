"""What an error advises can be done: every command that a message names exists, with the options it names."""

from __future__ import annotations

import ast
import functools
import re
from pathlib import Path

import click
from sources import said_in

import workbench as wb
from workbench.cli.commands import app

HOUSE = Path(wb.__file__).parent
WORDS = (
    "ask|models|plan|sweep|decide|summary|rescore|marks|watch|report|runs|open|spend|bundle|compare|cache|store|trust"
    "|lab"
)
COMMAND = re.compile(rf"(?:`workbench (?=[a-z])|\bworkbench (?=(?:{WORDS})\b))([^`\n\"']*)")
NAME = re.compile(r"\bwb\.([a-z_]+(?:\.[a-z_]+)*)\b(?!\.[A-Z])")
PROSE = [*HOUSE.parent.glob("*.md"), *(HOUSE.parent / "cache").glob("*.md")]


@functools.cache
def texts(path: Path) -> list[str]:
    """The texts in a file of code, the pieces of a message put together; prose as it is."""
    if path.suffix != ".py":
        return [path.read_text(encoding="utf-8")]
    found = []
    for node in said_in(path):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.append(node.value)
        if isinstance(node, ast.JoinedStr):
            found.append("".join(p.value if isinstance(p, ast.Constant) else "X" for p in node.values))
    return found


def advised(pattern: re.Pattern[str]) -> list[str]:
    found = {}
    for path in [*HOUSE.rglob("*.py"), *PROSE]:
        for text in texts(path):
            found.update((match[1].strip(), path.name) for match in pattern.finditer(text))
    return sorted(found)


def missing(line: str) -> str | None:
    """The word of a command that does not exist."""
    command: click.Command = app
    for word in line.split():
        if isinstance(command, click.Group) and re.fullmatch("[a-z]+", word):
            if word not in command.commands:
                return word
            command = command.commands[word]
        elif re.fullmatch(r"--[a-z-]+", word):
            options = {name for option in command.params for name in (*option.opts, *option.secondary_opts)}
            if word not in options:
                return word
    return None


def test_every_command_that_is_advised_exists():
    lines = advised(COMMAND)
    assert len(lines) > 40
    assert not {f"workbench {line}": word for line in lines if (word := missing(line))}
    assert missing("cache frobnicate") == "frobnicate"
    assert missing("cache export --frobnicate") == "--frobnicate"


def test_every_command_is_looked_for():
    assert set(app.commands) == set(WORDS.split("|"))


def test_the_advice_for_a_damaged_store_is_among_them():
    assert "cache import" in advised(COMMAND)
    assert any(line.startswith("cache delete") for line in advised(COMMAND))


def test_every_name_that_is_advised_exists():
    names = advised(NAME)
    assert len(names) > 50
    for name in names:
        found = wb
        for part in name.split("."):
            assert hasattr(found, part), f"there is no wb.{name}"
            found = getattr(found, part)
