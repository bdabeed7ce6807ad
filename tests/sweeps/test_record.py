"""What was planned beside what it was."""

from __future__ import annotations

import os

import pytest

from workbench.sweeps import record


def test_plans_are_kept_and_told_beside_what_they_came_to(tmp_path) -> None:
    assert record.record_in_words(tmp_path) == ""
    record.keep(tmp_path, run="r", planned_usd=1.07, was_usd=0.93, calls=10)
    record.keep(tmp_path, run="s", planned_usd=4.0, was_usd=1.0, calls=10)
    record.keep(tmp_path, run="t", planned_usd=None, was_usd=1.0, calls=10)
    said = record.record_in_words(tmp_path)
    assert "1 of 2 earlier plans were within 25 % of what came" in said
    assert said.endswith("the last was planned $4.00 and was $1.00")


def test_lines_that_are_no_record_are_passed_over(tmp_path) -> None:
    (tmp_path / record.FILE_NAME).write_text('nonsense\n{"planned_usd": true, "was_usd": 1}\n[]\n')
    assert record.entries(tmp_path) == []


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path) -> None:
    record.keep(tmp_path / "missing", run="r", planned_usd=1.0, was_usd=1.0, calls=1)
    assert record.entries(tmp_path / "missing") == []


@pytest.mark.skipif(os.name != "posix", reason="modes and links of POSIX")
def test_what_was_planned_is_for_its_owner_alone_and_follows_no_link(tmp_path) -> None:
    before = os.umask(0)
    try:
        record.keep(tmp_path, run="r", planned_usd=1.5, was_usd=1.25, calls=7)
    finally:
        os.umask(before)
    plans = tmp_path / record.FILE_NAME
    assert plans.stat().st_mode & 0o777 == 0o600
    plans.rename(tmp_path / "elsewhere")
    plans.symlink_to(tmp_path / "elsewhere")
    record.keep(tmp_path, run="s", planned_usd=2.5, was_usd=2.25, calls=9)
    assert (tmp_path / "elsewhere").read_text().count("\n") == 1
