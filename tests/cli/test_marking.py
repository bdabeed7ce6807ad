"""Rows marked anew, and by hand, from the command line."""

from __future__ import annotations

import pandas as pd
import pytest
from click.testing import CliRunner
from fakes.server import FakeServer, completion
from studies import row

from workbench.cli.commands import app
from workbench.errors import InputError
from workbench.rows.files import read_rows, write_rows
from workbench.rows.table import frame


@pytest.fixture
def rows(tmp_path):
    table = frame(
        row(n, n < 6, answer="It is 42." if n < 8 else "41", sample=0, seconds=1.0, task_target="42") for n in range(12)
    )
    return str(write_rows(table, tmp_path / "rows.jsonl"))


def run(*arguments):
    return CliRunner().invoke(app, list(arguments), catch_exceptions=False, standalone_mode=False)


def test_rescoring_tells_what_changed_and_writes_the_rows(rows):
    done = run("rescore", rows, "-o", "new.jsonl", "--scorer", "numeric", "--scorer", "length:3")
    assert "rescored 12 rows: 2 marks changed: 2 now right" in done.stderr
    assert done.stdout.strip().splitlines()[-1] == "new.jsonl"
    table = read_rows("new.jsonl")
    assert table["correct"].sum() == 8
    assert table["score_length"].tolist() == [1] * 12


def test_a_judge_is_asked_from_the_command_line_and_only_once(rows):
    with FakeServer(completion("**Verdict:** correct")) as server:
        with open("workbench.toml", "w") as file:
            file.write(f'[providers.fake]\nbase_url = "{server.base_url}"\nfree = true\n')
        for _ in range(2):
            done = run("rescore", rows, "-o", "new.jsonl", "--scorer", "judge:fake/wise", "--force")
        # Two different answers to twelve tasks: twelve requests, and none the second time.
        assert server.hits == 12
    assert "12 of 12 verdicts: 12 kept already, 0 bought" in done.stderr
    assert read_rows("new.jsonl")["correct"].all()


def test_a_sheet_is_written_then_read(rows):
    first = run("marks", rows, "sheet.csv", "-n", "6")
    assert first.stdout == "sheet.csv\n"
    assert "write yes or no into the column right" in first.stderr
    sheet = pd.read_csv("sheet.csv", dtype=str)
    sheet["right"] = ["yes" if answer == "It is 42." else "no" for answer in sheet["answer"]]
    sheet.to_csv("sheet.csv", index=False)
    second = run("marks", rows, "sheet.csv", "-o", "marked.jsonl")
    assert "6 answers were marked by hand" in second.stdout
    assert "corrected by hand marks" in second.stdout
    assert read_rows("marked.jsonl")["hand"].notna().sum() == 6


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("rescore", "rows.jsonl", "-o", "new.jsonl", "--scorer", "guess"), "Unknown scorer 'guess'"),
        (("rescore", "rows.jsonl", "-o", "new.txt"), "new.txt"),
        (("rescore", "none.jsonl", "-o", "new.jsonl"), "none.jsonl"),
        (("marks", "rows.jsonl", "sheet.xlsx"), "sheet.xlsx"),
    ],
)
def test_what_cannot_be_is_said(rows, arguments, message):
    with pytest.raises(InputError, match=message):
        run(*arguments)
