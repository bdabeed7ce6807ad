"""The command line says what was understood, and lets it be said: --question, --target, --filter, --limit."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import pytest

from workbench.cli import main

TABLE = (
    "id,Part Name,ask,A,B,right,kind\n1,Top,Which is red?,cherry,lime,A,fruit\n2,End,Which is old?,oak,pup,A,other\n"
)


@pytest.fixture
def told(home, monkeypatch, capsys):
    (home / "t.csv").write_text(TABLE, encoding="utf-8")

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["workbench", "plan", "t.csv", "-m", "local/smollm2-135m-instruct", *words])
        with contextlib.suppress(SystemExit):
            main()
        captured = capsys.readouterr()
        return captured.out + captured.err

    return run


def test_a_plan_shows_columns_and_the_first_prompt(told):
    text = told("--question", "ask", "--target", "right", "--filter", "kind=other", "--scorer", "choice")
    assert "tasks     1 from t.csv" in text
    assert "target    column 'right': as you said; as a letter; 1 of 1 tasks have one" in text
    assert "scorer    choice 1" in text
    assert text.endswith("  | [user] Which is old?\n  | \n  | A) oak\n  | B) pup\n")


def test_a_template_may_have_a_line_break_and_a_limit_may_be_set(told):
    text = told("--question", "{{ task['Part Name'] }}:\\n{{ ask }}", "--target", "right", "--limit", "1", "--id", "")
    assert "  | [user] Top:\n  | Which is red?" in text
    assert "1 of 2 tasks are taken" in text


def test_what_is_missing_is_told_with_words_of_the_command_line(told):
    assert "no column for the question among 'id', 'Part Name'" in told()
    assert "on the command line --question" in told()
    assert "column 'right': by the first word of its name" in told("--question", "ask", "--choices", "A,B")
    Path("t.csv").write_text(TABLE.replace("right", "mark"), encoding="utf-8")
    assert "column 'mark': its cells are letters of the options" in told("--question", "ask", "--choices", "A,B")
    Path("t.csv").write_text(
        TABLE.replace("right", "mark").replace("lime,A", "lime,?").replace("pup,A", "pup,!"), encoding="utf-8"
    )
    assert "(on the command line --target 'Part Name')" in told("--question", "ask", "--choices", "A,B")
