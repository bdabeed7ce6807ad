"""What sweeps knew beside their rows: found again in one process, carried by a file, and never made up."""

from __future__ import annotations

import subprocess
import sys

import pytest

from workbench.rows import about
from workbench.rows.files import read_rows, write_rows
from workbench.rows.table import COLUMNS, frame

KNOWN = {"tasks": {"source": "sums.csv", "sha256": "ab"}, "prompts": {"brief": [["user", "Briefly: {{ question }}"]]}}

READ = """
import json, sys
from workbench.rows import about
from workbench.rows.files import read_rows
rows = read_rows(sys.argv[1])
print(json.dumps(about.about_of(rows)), about.rows_without(rows), about.COLUMN in rows)
"""


def rows_of(run, count=3):
    return frame([{"task_id": str(n), "outcome": "answered", "correct": n > 0, "run": run} for n in range(count)])


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
def test_a_file_carries_it_to_another_process(tmp_path, kind):
    if kind == "parquet":
        pytest.importorskip("pyarrow")
    about.remember("carried", KNOWN)
    path = write_rows(rows_of("carried"), tmp_path / f"rows.{kind}")
    told = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=True)
    assert (
        told.stdout.strip()
        == '[{"tasks": {"source": "sums.csv", "sha256": "ab"}, "prompts": {"brief": [["user", '
        + ('"Briefly: {{ question }}"]]}}] 0 False')
    )


def test_rows_come_back_from_a_file_as_they_were(tmp_path):
    about.remember("back", KNOWN)
    rows = rows_of("back")
    assert read_rows(write_rows(rows, tmp_path / "rows.jsonl")).equals(rows)
    assert about.COLUMN not in COLUMNS


@pytest.mark.parametrize("text", ["not JSON", "[1]", 7, "", None])
def test_what_a_file_carries_damaged_is_passed_over(text):
    about.take_in([("damaged", text)])
    assert about.rows_without(rows_of("damaged")) == 3


def test_a_file_does_not_replace_what_this_process_knows():
    about.remember("mine", KNOWN)
    about.take_in([("mine", '{"prompts": {}}')])
    assert about.about_of(rows_of("mine")) == [KNOWN]


def test_runs_of_one_second_have_names_of_their_own():
    assert len({about.new_run() for _ in range(20)}) == 20
