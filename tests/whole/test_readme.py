"""What the README says can be done can be done: its commands, its code, its configuration, its links."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

import workbench as wb
from workbench.cli.commands import app

PROJECT = Path(__file__).parents[2]
README = (PROJECT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)


def blocks(kind):
    return [text for name, text in BLOCKS if name == kind]


def commands():
    """Every call of `workbench` in a console block, as a list of words."""
    for block in blocks("console"):
        for line in block.replace("\\\n", " ").splitlines():
            for part in line.split("&&"):
                words = shlex.split(part, comments=True)
                place = next((i for i, word in enumerate(words) if word.rpartition("/")[2] == "workbench"), None)
                if place is not None:
                    yield words[place + 1 :]


def test_there_are_commands():
    assert [words[0] for words in commands()].count("report") >= 3


@pytest.mark.parametrize("words", list(commands()), ids=" ".join)
def test_a_command_is_understood(words, monkeypatch):
    monkeypatch.chdir(PROJECT)
    command = app.commands[words[0]]
    context = command.make_context(words[0], list(words[1:]))
    assert context.params.get("notebook") is None or Path(context.params["notebook"]).is_file()


def test_the_test_line_is_what_ci_runs():
    line = next(block.strip() for block in blocks("console") if "pytest" in block)
    ci = (PROJECT / ".ci" / "run").read_text(encoding="utf-8")
    for part in line.split("&&"):
        assert part.strip() in ci


def test_the_code_runs(monkeypatch):
    """With two of its tasks, for the local model is slow."""
    monkeypatch.chdir(PROJECT)
    load = wb.load_tasks
    monkeypatch.setattr(wb, "load_tasks", lambda source, **words: load(load(source, **words)[::32]))
    names: dict[str, object] = {}
    for code in blocks("python")[:-1]:
        exec(code, names)
    rows = names["rows"]
    assert len(rows) == 2 * 2 * 2
    assert (rows["outcome"] != "error").all()


def test_the_scripted_example_runs_without_a_model():
    exec(blocks("python")[-1], {})
    assert len(wb.cache.ledger()) == 3


def test_the_configuration_is_read(monkeypatch, tmp_path):
    (tmp_path / "workbench.toml").write_text(blocks("toml")[0], encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("WORKBENCH_CONFIG", raising=False)
    table = wb.models()
    assert "mybox/qwen3-32b" in set(table["id"])
    (tmp_path / "workbench.toml").write_text("".join(blocks("toml")), encoding="utf-8")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mine.csv").write_text("title,text,verdict\nTea,It is cold.,bad\n", encoding="utf-8")
    assert wb.load_tasks("data/mine.csv")[0].question == "Tea: It is cold."


def test_every_link_leads_to_a_file():
    links = [link for link in re.findall(r"\]\(([^)#]+)", README) if "://" not in link]
    assert links
    assert [link for link in links if not (PROJECT / link).exists()] == []


def test_every_notebook_is_in_the_table():
    for path in (PROJECT / "notebooks").glob("*.ipynb"):
        assert f"(notebooks/{path.name})" in README
